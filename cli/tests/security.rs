//! Security's 4688: rules that were written for Sysmon's event say of it what the specification says of an event that
//! knows less.
//!
//! Recorded and synthetic events of Sysmon's are written as Windows' own auditing writes them, and scanned. The oracle
//! judges the same values with everything unknown that 4688 does not have. Where the data is absent, the test says so.

mod support;

use std::collections::BTreeMap;
use std::fs;

use cofferdam_compiler::model::Rule;
use cofferdam_compiler::reference::{Event, Reference, Value as Known, Verdict};
use cofferdam_compiler::{Options, load};
use cofferdam_interpreter::schema::Kind;
use serde_json::{Value, json};
use support::{Place, data, run};

/// What 4688 has, by Sysmon's names.
const KNOWN: [&str; 8] = [
    "Image",
    "ParentImage",
    "CommandLine",
    "ProcessId",
    "ParentProcessId",
    "User",
    "LogonId",
    "IntegrityLevel",
];

/// Sysmon's event as 4688, or `None` where it could not have been one.
fn audited(sysmon: &Value) -> Option<Value> {
    let text = |name: &str| sysmon[name].as_str().map(str::to_owned);
    let id = |name: &str| {
        let id = text(name).or_else(|| sysmon[name].as_u64().map(|id| id.to_string()))?;
        Some(format!("{:#x}", id.parse::<u64>().ok()?))
    };
    let mut event = json!({ "Channel": "Security", "EventID": 4688, "TargetUserName": "-", "TargetDomainName": "-" });
    let mut set = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            event[name] = json!(value);
        }
    };
    set("NewProcessName", text("Image"));
    set("ParentProcessName", text("ParentImage"));
    set(
        "CommandLine",
        text("CommandLine").filter(|it| !it.is_empty()),
    );
    set("NewProcessId", id("ProcessId"));
    set("ProcessId", id("ParentProcessId"));
    set("SubjectLogonId", text("LogonId"));
    if let Some((domain, name)) = text("User")
        .as_deref()
        .and_then(|user| user.split_once('\\'))
    {
        set("SubjectDomainName", Some(domain.to_owned()));
        set("SubjectUserName", Some(name.to_owned()));
    }
    let label = match text("IntegrityLevel").as_deref() {
        Some("Low") => Some("S-1-16-4096"),
        Some("Medium") => Some("S-1-16-8192"),
        Some("High") => Some("S-1-16-12288"),
        Some("System") => Some("S-1-16-16384"),
        _ => None,
    };
    set("MandatoryLabel", label.map(str::to_owned));
    event["CommandLine"].is_string().then_some(event)
}

/// What the oracle is told: what the event says, and nothing else.
fn known(sysmon: &Value, audited: &Value) -> Event {
    let mut event = bare();
    for name in KNOWN {
        let told = match name {
            "Image" => "NewProcessName",
            "ParentImage" => "ParentProcessName",
            "ProcessId" => "NewProcessId",
            "ParentProcessId" => "ProcessId",
            "User" => "SubjectUserName",
            "LogonId" => "SubjectLogonId",
            "IntegrityLevel" => "MandatoryLabel",
            same => same,
        };
        if audited[told].is_null() {
            continue;
        }
        let text = sysmon[name]
            .as_str()
            .map_or_else(|| sysmon[name].to_string(), str::to_owned);
        let number = match name {
            "LogonId" => text
                .strip_prefix("0x")
                .and_then(|it| u64::from_str_radix(it, 16).ok()),
            "ProcessId" | "ParentProcessId" => text.parse().ok(),
            _ => None,
        };
        let value = number.map_or_else(
            || Known::text(&text),
            |number| Known::number_as(number, &text),
        );
        event.set(name, value);
    }
    event
}

/// An event of which nothing is known but its kind.
fn bare() -> Event {
    let mut event = Event::default();
    let info = Kind::ProcessCreation.info();
    for field in info.fields {
        if field.in_source {
            event.set(field.name, Known::Unsupplied);
        } else {
            event.add(field.name, Known::Unsupplied);
        }
    }
    for constant in info.constants {
        event.set(
            constant.name,
            constant.value.map_or(Known::Absent, Known::text),
        );
    }
    event
}

/// Whether a record lacks something that 4688 could have.
fn lacks_some(audited: &Value) -> bool {
    let names = [
        "NewProcessName",
        "ParentProcessName",
        "NewProcessId",
        "ProcessId",
        "SubjectUserName",
        "SubjectLogonId",
        "MandatoryLabel",
    ];
    names.iter().any(|name| audited[*name].is_null())
}

/// An event that has nothing of what 4688 could have.
fn empty() -> Event {
    let mut event = bare();
    for name in KNOWN {
        event.set(name, Known::text("~"));
    }
    event
}

#[test]
fn what_4688_knows_decides() {
    let Some(data) = data() else {
        println!("skipped: there is no data");
        return;
    };
    let place = Place::new();
    let (content, events) = (place.path("user.dam"), place.path("4688.jsonl"));
    let args = args![
        "compile",
        data.join("sigma"),
        "-o",
        &content,
        "--tier",
        "user",
        "--no-self-test"
    ];
    run(args).code(0);
    let mut written = Vec::new();
    for (file, step) in [("events", 7), ("synth", 11)] {
        let text = fs::read_to_string(data.join(file).join("process_creation.ndj"));
        for line in text.expect("it can be read").lines().step_by(step) {
            let sysmon: Value = serde_json::from_str(line).expect("JSON");
            if let Some(audited) = audited(&sysmon) {
                written.push((sysmon, audited));
            }
        }
    }
    let lines: Vec<String> = written
        .iter()
        .map(|(_, audited)| audited.to_string())
        .collect();
    fs::write(&events, lines.join("\n")).expect("it can be written");
    let ran = run(args!["scan", &content, &events, "--format", "ndjson"]).code(0);
    let mut said: BTreeMap<(u64, String), String> = BTreeMap::new();
    for hit in ran.lines() {
        if hit["kind"] == "process_creation" {
            let rule = hit["rule"].as_str().unwrap_or_default().to_owned();
            let verdict = hit["verdict"].as_str().unwrap_or_default().to_owned();
            said.insert((hit["record"].as_u64().unwrap_or(u64::MAX), rule), verdict);
        }
    }
    let loaded = load(&[data.join("sigma")], &Options::default());
    let is_process =
        |rule: &&Rule| rule.meta.logsource.category.as_deref() == Some("process_creation");
    let rules: Vec<(String, Reference)> = loaded
        .rules
        .iter()
        .filter(is_process)
        .map(|rule| (rule.id.uuid.to_string(), Reference::new(rule)))
        .collect();
    let (mut matches, mut maybes, mut open) = (0, 0, 0);
    for (record, (sysmon, audited)) in (0..).zip(&written) {
        let event = known(sysmon, audited);
        for (id, rule) in &rules {
            let due = rule.verdict(&event);
            let said = said
                .get(&(record, id.clone()))
                .map_or("no match", String::as_str);
            match due {
                Verdict::Match => matches += 1,
                // A rule that rests on what 4688 never has is possible everywhere, and does not say so each time. One
                // that is fired by a field that just this record lacks stays silent.
                Verdict::Maybe
                    if said == "no match"
                        && (lacks_some(audited) || rule.verdict(&empty()) == Verdict::Maybe) =>
                {
                    open += 1;
                    continue;
                }
                Verdict::Maybe => maybes += 1,
                Verdict::NoMatch => {}
            }
            assert_eq!(said, due.to_string(), "{record} {id}: {audited}");
        }
    }
    println!(
        "{} events: {matches} matches, {maybes} maybe, {open} not said",
        written.len()
    );
    assert!(matches > 20 && maybes > 20, "{matches} {maybes}");
}
