//! The demonstration, run: it ends well, says what it must, and each field is documented.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::expect_used, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn demo(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cofferdam-demo"));
    command.args(arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn own(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(path));
    text.expect("it can be read")
}

/// Machines are told everything, in documented words.
#[test]
fn json() {
    let output = demo(&["--format", "json", "--audit"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object"))
        .collect();
    let readme = own("README.md");
    for line in &lines {
        for name in line.as_object().expect("an object").keys() {
            assert!(
                readme.contains(&format!("`{name}`")),
                "{name} is not documented"
            );
        }
    }
    let of = |event: &str| {
        let is = |line: &&Value| line["event"] == event;
        lines.iter().filter(is).collect::<Vec<_>>()
    };
    let steps = of("step");
    let timed: Vec<_> = steps
        .iter()
        .filter(|it| it["milliseconds"].as_f64().is_some_and(|it| it > 0.0))
        .map(|it| it["what"].as_str().expect("a text"))
        .collect();
    assert_eq!(
        timed,
        [
            "image built",
            "rules compiled",
            "content signed",
            "content verified",
            "telemetry read",
            "driver started",
            "content loaded",
            "seen",
            "driver unloaded",
            "the driver's code",
            "re-enacted",
            "after the build",
        ]
    );
    let named = |what: &str| {
        let found = steps.iter().find(|it| it["what"] == what);
        *found.expect("the step is there")
    };
    assert_eq!(named("after the build")["good"], true);
    assert_eq!(named("driver unloaded")["bytes_left"], 0);
    let seen = named("seen");
    assert_eq!(seen["played"], seen["events"]);

    // Without a denial, each rule fires where the story says, and nowhere else; what only user mode could decide is no
    // alert.
    let verdicts = of("verdict");
    let said: BTreeSet<_> = verdicts
        .iter()
        .filter_map(|it| it["verdict"].as_str())
        .collect();
    assert_eq!(said, BTreeSet::from(["alert", "maybe"]));
    let told: BTreeSet<(u64, String)> = verdicts
        .iter()
        .filter(|it| it["verdict"] == "alert")
        .map(|it| {
            let record = it["record"].as_u64().expect("a number") - 1;
            (record, it["title"].as_str().expect("a text").to_owned())
        })
        .collect();
    let expected: BTreeSet<(u64, String)> = own("telemetry/intrusion.expected")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let record = words.next().expect("a record").parse();
            let title = words.nth(1).expect("a title");
            (record.expect("a number"), title.to_owned())
        })
        .collect();
    assert_eq!(told, expected);

    let july = of("july");
    let fell: Vec<_> = july.iter().filter(|it| it["held"] == false).collect();
    assert_eq!(fell.len(), 1);
    assert_eq!(fell[0]["walls"], "------");
    assert!(july.iter().any(|it| it["walls"] == "123-56"));
}

/// People are told the same, in no more columns than they have.
#[test]
fn piped() {
    let output = demo(&[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(!said.contains('\u{1b}'), "no colours in a pipe");
    for line in said.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let rows = said.lines().filter(|line| line.contains(" DENIED "));
    assert!(rows.count() > 10);
    assert!(said.contains("all as it must be"));
}

#[test]
fn bad_input_is_said() {
    let nowhere = demo(&["no-such-rules", "no-such-events.jsonl"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(text(&nowhere.stderr).contains("no-such-rules"));
    // Rules without events are half an order.
    assert_eq!(demo(&["rules"]).status.code(), Some(2));
}
