//! The public rules on recorded and synthetic events, compared with recorded matches.
//!
//! The data is not part of the project: it lies in `../shared/data` from the root, or where `COFFERDAM_DATA`
//! points. Where it is absent, the test says so and passes. Every difference stands with its reason in
//! `differences.toml`; one that is not there fails the test, and so does one that has gone.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cofferdam_compiler::{Options, load};
use serde_json::Value;
use support::{Place, data, run};

/// File, record, rule.
type Key = (String, u64, String);

#[test]
fn recorded_matches_are_found() {
    let Some(data) = data() else {
        println!("skipped: there is no data");
        return;
    };
    let place = Place::new();
    let content = place.path("user.dam");
    let args = args![
        "compile",
        data.join("sigma"),
        "-o",
        &content,
        "--tier",
        "user",
        "--quiet"
    ];
    run(args).code(0);
    differences(&data, &content);
    regressions(&data, &content);
    truncated(&data, &content, &place);
}

/// Every match that was recorded, and no other.
fn differences(data: &Path, content: &Path) {
    let categories = categories(data);
    let mut expected: BTreeMap<Key, &str> = BTreeMap::new();
    let mut scanned = Vec::new();
    for folder in ["events", "synth"] {
        for entry in fs::read_dir(data.join(folder)).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            if path.extension().is_none_or(|ending| ending != "expected") {
                continue;
            }
            let name = file_name(&path);
            let text = fs::read_to_string(&path).expect("it can be read");
            for line in text.lines() {
                let (record, rule) = line.split_once(' ').expect("two words");
                let record = record.parse().expect("a number");
                expected.insert((name.clone(), record, rule.to_owned()), "match");
            }
            scanned.push(path.with_extension("ndj"));
        }
    }
    scanned.sort();
    let events = scanned.iter().map(std::ffi::OsString::from);
    let args = args!["scan", content, "--format", "ndjson"];
    let ran = run(args.into_iter().chain(events)).code(0);
    let mut found: BTreeMap<Key, String> = BTreeMap::new();
    for hit in ran.lines() {
        let source = file_name(Path::new(text(&hit["source"])));
        let rule = text(&hit["rule"]);
        let rule = rule.split('#').next().unwrap_or(rule);
        let category = categories.get(rule).map_or("", String::as_str);
        let key = (
            source,
            hit["record"].as_u64().unwrap_or(u64::MAX),
            rule.to_owned(),
        );
        let verdict = text(&hit["verdict"]);
        // Of what is only possible, only what was recorded as a match is of interest.
        if judged(&key.0).contains(&category) && (verdict == "match" || expected.contains_key(&key))
        {
            found.insert(key, verdict.to_owned());
        }
    }
    let matched = found.values().filter(|verdict| *verdict == "match").count();
    let keys: BTreeSet<&Key> = expected.keys().chain(found.keys()).collect();
    let mut differ: BTreeMap<(String, String, String), Vec<u64>> = BTreeMap::new();
    for key in keys {
        let ours = found.get(key).map_or("no match", String::as_str);
        let theirs = expected.get(key).copied().unwrap_or("no match");
        if ours != theirs {
            let group = (key.0.clone(), key.2.clone(), ours.to_owned());
            differ.entry(group).or_default().push(key.1);
        }
    }
    println!(
        "{} matches recorded, {matched} found, {} rules differ somewhere",
        expected.len(),
        differ.len()
    );
    let explained = explained();
    let differ: BTreeSet<String> = differ
        .into_iter()
        .map(|((file, rule, ours), records)| format!("{file} {rule} {ours} {records:?}"))
        .collect();
    let new: Vec<_> = differ.difference(&explained).collect();
    let gone: Vec<_> = explained.difference(&differ).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new: {new:#?}\ngone: {gone:#?}"
    );
}

/// Each of the rules' own test files makes its rules fire.
fn regressions(data: &Path, content: &Path) {
    let folder = data.join("regression");
    let list = fs::read_to_string(folder.join("expected.json")).expect("it can be read");
    let list: Vec<Value> = serde_json::from_str(&list).expect("it is JSON");
    let files = list
        .iter()
        .map(|each| folder.join(text(&each["evtx"])).into_os_string());
    let args = args!["scan", content, "--format", "ndjson", "--verdicts", "match"];
    let ran = run(args.into_iter().chain(files)).code(0);
    let fired: BTreeSet<(String, String)> = ran
        .lines()
        .iter()
        .map(|hit| {
            let source = Path::new(text(&hit["source"])).file_name();
            let source = source.unwrap_or_default().to_string_lossy().into_owned();
            (source, text(&hit["rule"]).to_owned())
        })
        .collect();
    let mut silent = Vec::new();
    for each in &list {
        for rule in each["rules"].as_array().expect("a list") {
            let pair = (text(&each["evtx"]).to_owned(), text(rule).to_owned());
            if !fired.contains(&pair) {
                silent.push(pair);
            }
        }
    }
    println!("{} regression files, {} silent", list.len(), silent.len());
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Event logs cut off anywhere: each is said to be, and gives no match that the whole log does not give.
fn truncated(data: &Path, content: &Path, place: &Place) {
    let mut whole: Vec<_> = fs::read_dir(data.join("regression"))
        .expect("it can be read")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|it| it == "evtx"))
        .collect();
    whole.sort();
    whole.truncate(4);
    let fired = |files: &[PathBuf], code: i32| {
        let args = args!["scan", content, "--format", "ndjson"];
        let ran = run(args.into_iter().chain(files.iter().map(|it| it.into()))).code(code);
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        let rule = |hit: &Value| text(&hit["rule"]).to_owned();
        let rules: BTreeSet<String> = ran.lines().iter().map(rule).collect();
        (rules, ran.err)
    };
    let (all, _) = fired(&whole, 0);
    let mut cut = Vec::new();
    for path in &whole {
        let bytes = fs::read(path).expect("it can be read");
        let first = 4096 + 128;
        let last = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
        for part in 0..8 {
            let length = first + (last - first) * part / 8;
            let to = place.path(&format!("{}.evtx", cut.len()));
            fs::write(&to, &bytes[..length]).expect("it can be written");
            cut.push(to);
        }
    }
    let (some, said) = fired(&cut, 4);
    assert!(some.is_subset(&all) && !some.is_empty());
    for path in &cut {
        let path = path.display().to_string();
        assert!(said.contains(&path), "nothing is said of {path}: {said}");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `synth/file_event`.
fn file_name(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    let stem = path.file_stem().unwrap_or_default();
    format!("{}/{}", folder.to_string_lossy(), stem.to_string_lossy())
}

/// The categories whose rules were judged on a file's events (the data's own README says it).
fn judged(file: &str) -> Vec<&str> {
    match file {
        "events/registry_set" => vec!["registry_set", "registry_event"],
        "events/registry_addel" => vec!["registry_event", "registry_add", "registry_delete"],
        other => other.split('/').skip(1).collect(),
    }
}

/// Each rule's category.
fn categories(data: &Path) -> BTreeMap<String, String> {
    let loaded = load(&[data.join("sigma")], &Options::default());
    let category = |rule: &cofferdam_compiler::model::Rule| {
        let category = rule.meta.logsource.category.as_deref()?;
        Some((rule.id.uuid.to_string(), category.to_owned()))
    };
    loaded.rules.iter().filter_map(category).collect()
}

/// The differences that have a reason.
fn explained() -> BTreeSet<String> {
    let table: toml::Table = include_str!("differences.toml")
        .parse()
        .expect("differences.toml is TOML");
    let reasons = table["reasons"].as_table().expect("a table");
    let differences = table["difference"].as_array().expect("a list");
    differences
        .iter()
        .map(|each| {
            let word = |key: &str| each[key].as_str().expect("a text").to_owned();
            assert!(reasons.contains_key(&word("reason")), "{each}");
            let records: Vec<i64> = each["records"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(toml::Value::as_integer)
                .collect();
            format!(
                "{} {} {} {records:?}",
                word("file"),
                word("rule"),
                word("ours")
            )
        })
        .collect()
}
