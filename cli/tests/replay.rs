//! Recorded and synthetic events, played on the simulated kernel: the driver's verdicts are those of the scan.
//!
//! Every event becomes what really happens to a kernel (see `cofferdam_stage::replay`), and the image that ships judges it
//! with the kernel content of the public rules. What `cofferdam scan` says of the same record with the same content must be
//! what the driver reports, matches and maybes. Differences stand with their reasons in `replay.toml`.
//!
//! The data is not part of the project (see `corpus.rs`). A sample of it is played, unless `COFFERDAM_REPLAY=all` asks for
//! everything.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, RecordVerdict};
use cofferdam_stage::replay::{Player, Reason, Recorded, kind};
use cofferdam_stage::sensor::{Record, Session, sign, started};
use serde_json::Value;
use support::{Place, data, run};

/// Events of a file that a sample has at most.
const SAMPLE: usize = 60;

/// A rule and what is said of it.
type Verdict = (String, &'static str);

#[test]
fn the_driver_says_what_the_scan_says() {
    let Some(data) = data() else {
        println!("skipped: there is no data");
        return;
    };
    let place = Place::new();
    let content = place.path("kernel.dam");
    let rules = data.join("sigma");
    let tier = ["--tier", "kernel", "--quiet"].map(std::ffi::OsString::from);
    let args = args!["compile", rules, "-o", &content];
    run(args.into_iter().chain(tier)).code(0);

    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    let answer = session
        .upload(&sign(fs::read(&content).expect("it was written")))
        .expect("the upload succeeds");
    assert_eq!(answer.outcome, LoadOutcome::Done.number(), "{answer:?}");

    let mut player = Player::new(&machine, &session);
    let mut tally = Tally::default();
    for folder in ["events", "synth"] {
        let mut files: Vec<_> = fs::read_dir(data.join(folder))
            .expect("it can be read")
            .map(|entry| entry.expect("it can be read").path())
            .filter(|path| path.extension().is_some_and(|it| it == "ndj"))
            .collect();
        files.sort();
        for file in files {
            let name = format!(
                "{folder}/{}",
                file.file_name().unwrap_or_default().to_string_lossy()
            );
            let sample = place.path("sample.ndj");
            let events = sampled(&fs::read_to_string(&file).expect("it can be read"));
            let lines: Vec<_> = events
                .iter()
                .map(|it| Value::Object(it.clone()).to_string())
                .collect();
            fs::write(&sample, lines.join("\n")).expect("it can be written");
            let expected = scanned(&content, &sample);
            for (number, event) in events.iter().enumerate() {
                let none = BTreeSet::new();
                let expected = expected.get(&(number as u64)).unwrap_or(&none);
                tally.play(&mut player, &name, event, expected);
            }
        }
    }
    tally.finish(&explained());
}

/// The rules of `replay.toml`.
fn explained() -> BTreeSet<String> {
    let file: toml::Table = toml::from_str(include_str!("replay.toml")).expect("it is TOML");
    let differences = file["difference"].as_array().expect("a list");
    let rule = |it: &toml::Value| it["rule"].as_str().expect("an id").to_owned();
    differences.iter().map(rule).collect()
}

/// Events spread evenly over a file.
fn sampled(text: &str) -> Vec<Recorded> {
    let lines: Vec<&str> = text.lines().collect();
    let all = std::env::var_os("COFFERDAM_REPLAY").is_some_and(|it| it == "all");
    let step = if all {
        1
    } else {
        lines.len().div_ceil(SAMPLE).max(1)
    };
    let parsed = lines
        .into_iter()
        .step_by(step)
        .filter_map(|line| serde_json::from_str(line).ok());
    parsed.collect()
}

/// What the scan says of each record, by its number.
fn scanned(content: &Path, events: &Path) -> BTreeMap<u64, BTreeSet<Verdict>> {
    let ran = run(args!["scan", content, "--format", "ndjson", events]).code(0);
    let mut verdicts: BTreeMap<u64, BTreeSet<Verdict>> = BTreeMap::new();
    for hit in ran.lines() {
        let text = |name: &str| hit[name].as_str().unwrap_or_default().to_owned();
        let verdict = if text("verdict") == "maybe" {
            "maybe"
        } else {
            "match"
        };
        let record = hit["record"].as_u64().expect("a number");
        verdicts
            .entry(record)
            .or_default()
            .insert((text("rule"), verdict));
    }
    verdicts
}

/// The same of the driver's records.
fn reported(records: &[Record]) -> BTreeSet<Verdict> {
    let verdict = |record: &Record| match record.verdict {
        RecordVerdict::Maybe => "maybe",
        RecordVerdict::Match => "match",
        _ => "another",
    };
    let rule = |record: &Record| {
        let id = u128::from_be_bytes(record.rule);
        let hex = format!("{id:032x}");
        let (a, b, c, d, e) = (
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        );
        let id = format!("{a}-{b}-{c}-{d}-{e}");
        match record.condition {
            0 => id,
            condition => format!("{id}#{condition}"),
        }
    };
    records.iter().map(|it| (rule(it), verdict(it))).collect()
}

#[derive(Default)]
struct Tally {
    played: BTreeMap<String, usize>,
    skipped: BTreeMap<(String, Reason), usize>,
    verdicts: usize,
    /// By file, rule, what the scan says and what the driver says: how often, and one event.
    differences: BTreeMap<(String, String, &'static str, &'static str), (usize, String)>,
}

impl Tally {
    fn play(
        &mut self,
        player: &mut Player<'_>,
        file: &str,
        event: &Recorded,
        expected: &BTreeSet<Verdict>,
    ) {
        let outcome = match kind(event) {
            Some(kind) => player.play(kind, event),
            None => Err(Reason::Kind),
        };
        let records = match outcome {
            Ok(records) => records,
            Err(reason) => {
                *self.skipped.entry((file.to_owned(), reason)).or_default() += 1;
                return;
            }
        };
        *self.played.entry(file.to_owned()).or_default() += 1;
        self.verdicts += expected.len();
        let found = reported(&records);
        let rules: BTreeSet<&String> = expected.iter().chain(&found).map(|it| &it.0).collect();
        for rule in rules {
            let said = |verdicts: &BTreeSet<Verdict>| {
                verdicts
                    .iter()
                    .find(|it| it.0 == *rule)
                    .map_or("nothing", |it| it.1)
            };
            let (scan, driver) = (said(expected), said(&found));
            if scan != driver {
                let key = (file.to_owned(), rule.clone(), scan, driver);
                let entry = self
                    .differences
                    .entry(key)
                    .or_insert_with(|| (0, Value::Object(event.clone()).to_string()));
                entry.0 += 1;
            }
        }
    }

    /// Fails where the driver and the scan differ, unless the scan says *maybe* of a rule whose difference is explained.
    fn finish(self, explained: &BTreeSet<String>) {
        for (file, played) in &self.played {
            println!("{file}: {played} played");
        }
        for ((file, reason), count) in &self.skipped {
            println!("{file}: {count} not played: {reason:?}");
        }
        println!("{} verdicts of the scan", self.verdicts);
        for ((file, rule, scan, driver), (count, event)) in &self.differences {
            println!("{file} {rule}: scan {scan}, driver {driver}, {count} times; {event}");
        }
        let unexplained: Vec<_> = self
            .differences
            .keys()
            .filter(|(_, rule, scan, _)| *scan != "maybe" || !explained.contains(rule))
            .collect();
        assert!(unexplained.is_empty(), "{unexplained:#?}");
    }
}
