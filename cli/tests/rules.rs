//! The project's own rules: that they are documented, exact in the kernel, fire where the story says, and nowhere on a
//! clean machine.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use support::{Place, run};

/// The one rule that asks for something that the kernel does not know.
const PARTIAL: &str = "Dump Tool Aimed at LSASS";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every rule file with its text.
fn rules() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in fs::read_dir(repository().join("rules")).expect("it can be read") {
        let folder = folder.expect("it can be read").path();
        for file in fs::read_dir(&folder).into_iter().flatten() {
            let path = file.expect("it can be read").path();
            let text = fs::read_to_string(&path).expect("it can be read");
            found.push((path, text));
        }
    }
    found
}

fn compiled(place: &Place, tier: &str) -> PathBuf {
    let path = place.path(&format!("{tier}.dam"));
    let manifest = place.path("manifest.json");
    let rules = repository().join("rules");
    let args = args![
        "compile",
        rules,
        "--tier",
        tier,
        "--strict",
        "-o",
        &path,
        "--manifest",
        &manifest
    ];
    let ran = run(args).code(0);
    assert_eq!(ran.err, "", "a warning");
    path
}

#[test]
fn the_rules_compile_strictly_and_nearly_all_are_exact_in_the_kernel() {
    let place = Place::new();
    compiled(&place, "kernel");
    let manifest = fs::read_to_string(place.path("manifest.json")).expect("it was written");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("it is JSON");
    let all = manifest["rules"].as_array().expect("it lists rules");
    assert_eq!(all.len(), rules().len());
    assert!(all.len() >= 40);
    let mut kinds = BTreeSet::new();
    let mut inexact = Vec::new();
    for rule in all {
        let kernel = &rule["tiers"]["kernel"];
        for kind in kernel["kinds"].as_array().into_iter().flatten() {
            kinds.extend(kind.as_str().map(str::to_owned));
        }
        if kernel["status"] != "exact" {
            inexact.push(rule["title"].as_str().unwrap_or_default());
        }
    }
    assert_eq!(inexact, [PARTIAL]);
    for kind in [
        "process_creation",
        "file_event",
        "file_rename",
        "file_delete",
        "registry_set",
        "image_load",
        "driver_load",
        "pipe_created",
        "process_access",
        "create_remote_thread",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
}

#[test]
fn every_rule_says_what_it_is_about() {
    let technique = "https://attack.mitre.org/techniques/T";
    for (path, text) in rules() {
        let has = |what: &str| {
            let found = text.lines().any(|line| line.trim_start().starts_with(what));
            assert!(found, "{}: no {what}", path.display());
        };
        for key in [
            "title: ",
            "id: ",
            "description: ",
            "references:",
            "falsepositives:",
            "level: ",
        ] {
            has(key);
        }
        has("- attack.t1");
        let references = text.matches(technique).count();
        assert_eq!(
            text.matches("- attack.t1").count(),
            references,
            "{}",
            path.display()
        );
    }
}

#[test]
fn the_story_fires_what_it_says_and_nothing_else() {
    let place = Place::new();
    let telemetry = repository().join("demo/telemetry");
    let expected = fs::read_to_string(telemetry.join("intrusion.expected")).expect("it is there");
    let mut wanted = BTreeMap::new();
    for line in expected.lines().filter(|line| !line.starts_with('#')) {
        let (record, rest) = line.split_once(' ').expect("a record");
        let (rule, title) = rest.split_once(' ').expect("a rule");
        let record: u64 = record.parse().expect("a number");
        wanted.insert((record, rule.to_owned()), title.to_owned());
    }
    assert!(wanted.len() > 100);
    // The kernel alone sees all of it.
    for tier in ["user", "kernel"] {
        let content = compiled(&place, tier);
        let events = telemetry.join("intrusion.jsonl");
        let args = args!["scan", content, events, "--format", "ndjson"];
        let mut got = BTreeMap::new();
        for hit in run(args).code(0).lines() {
            let text = |key: &str| hit[key].as_str().unwrap_or_default().to_owned();
            if text("verdict") == "maybe" {
                // Whether a dump tool was renamed only user mode can see.
                assert_eq!((tier, text("title").as_str()), ("kernel", PARTIAL));
                continue;
            }
            let record = hit["record"].as_u64().expect("a record");
            got.insert((record, text("rule")), text("title"));
        }
        assert_eq!(got, wanted, "{tier}");
    }
}

#[test]
fn nothing_fires_on_a_clean_machine() {
    let place = Place::new();
    for tier in ["user", "kernel"] {
        let content = compiled(&place, tier);
        let events = repository().join("demo/clean");
        let args = args!["scan", content, events, "--format", "json"];
        let json = run(args).code(0).json();
        assert_eq!(json["summary"]["matches"], 0, "{json}");
        for maybe in json["matches"].as_array().into_iter().flatten() {
            assert_eq!((tier, &maybe["title"]), ("kernel", &PARTIAL.into()));
        }
        let judged = json["summary"]["judged"].as_u64();
        assert!(judged > Some(300), "{json}");
    }
}
