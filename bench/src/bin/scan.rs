//! Whole runs of `cofferdam scan`: reading, parsing, all rules, output; as many threads as the machine has processors.
//!
//! The command is `target/release/cofferdam`, or what `COFFERDAM` names.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use cofferdam_bench::measure::report;
use cofferdam_bench::{corpus, data};

const RUNS: usize = 5;

fn main() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/cofferdam");
    let command = std::env::var_os("COFFERDAM").map_or_else(|| beside.into(), PathBuf::from);
    let content = std::env::temp_dir().join("cofferdam-bench-scan.dam");
    std::fs::write(&content, corpus::content(&data::rules())).expect("a temporary file");
    let folder = data::root().join("events");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("recorded events") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "ndj") {
            files.push(path);
        }
    }
    let lines = |path: &PathBuf| {
        std::fs::read_to_string(path)
            .expect("events")
            .lines()
            .count()
    };
    let events: usize = files.iter().map(lines).sum();
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let status = Command::new(&command)
                .args(["scan", "--format", "ndjson"])
                .arg(&content)
                .args(&files)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            let status = status.expect("the command: cargo build --release --bin cofferdam");
            assert!(status.success(), "the command refused");
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    report("scan", "recorded events", "count", events as f64);
    report("scan", "whole run, median", "seconds", median);
    report(
        "scan",
        "whole run, median",
        "events/second",
        events as f64 / median,
    );
}
