//! The driver's image as it ships, on the simulated kernel.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod boot;
mod cache;
mod client;
mod control;
mod denying;
mod evasions;
mod failures;
mod first;
mod fuzz;
mod kinds;
mod letters;
mod levels;
mod lifetime;
mod mutations;
mod names;
mod suspension;
mod threads;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_stage::machine::Machine;
use cofferdam_stage::sensor::{Record, Session, content, started};

/// What the environment asks for, or what is usual.
fn asked(variable: &str, usual: u64) -> u64 {
    let asked = std::env::var(variable);
    asked.ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

/// A rule of a category: its selection's lines, each after eight blanks.
fn rule(number: u32, category: &str, selection: &str) -> String {
    written(number, category, selection, "")
}

/// The same, which denies.
fn denying(number: u32, category: &str, selection: &str) -> String {
    written(number, category, selection, "cofferdam: {action: deny}\n")
}

fn written(number: u32, category: &str, selection: &str, end: &str) -> String {
    let lines: String = selection
        .lines()
        .map(|it| format!("        {}\n", it.trim()))
        .collect();
    format!(
        "title: Rule {number} of {category}\n\
         id: 00000000-0000-4000-8000-{number:012}\n\
         logsource: {{ product: windows, category: {category} }}\n\
         detection:\n    selection:\n{lines}    condition: selection\n{end}"
    )
}

/// Loads content of these rules.
fn load(session: &Session<'_>, rules: &[String], version: u64) {
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let answer = session
        .upload(&content(&rules, version))
        .expect("the upload succeeds");
    assert_eq!(answer.outcome, LoadOutcome::Done.number(), "{answer:?}");
}

/// What the driver, with these rules, makes of what happens.
fn records(mode: Mode, rules: &[String], happens: impl FnOnce(&Machine)) -> Vec<Record> {
    let machine = started(mode);
    let session = Session::open(&machine);
    load(&session, rules, 1);
    happens(&machine);
    session.records()
}

/// The number of the rule that a record names.
fn number(record: &Record) -> u32 {
    let [.., a, b, c, d] = record.rule;
    let hex = format!("{:08x}", u32::from_be_bytes([a, b, c, d]));
    hex.parse()
        .expect("the rules of these tests have decimal numbers")
}
