//! `scan`: formats, routes, damage, verdicts.

mod support;

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use support::{Place, fixture, run, run_with};

/// Record, last digits of the rule's id, verdict.
fn hits(lines: &[Value]) -> BTreeSet<(u64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    lines
        .iter()
        .map(|hit| {
            let rule = text(&hit["rule"]);
            let last = rule.get(34..).unwrap_or_default().to_owned();
            (
                hit["record"].as_u64().unwrap_or(u64::MAX),
                last,
                text(&hit["verdict"]),
            )
        })
        .collect()
}

fn expected(hits: &[(u64, &str, &str)]) -> BTreeSet<(u64, String, String)> {
    hits.iter()
        .map(|(record, rule, verdict)| (*record, (*rule).to_owned(), (*verdict).to_owned()))
        .collect()
}

#[test]
fn flat_json_lines() {
    let place = Place::new();
    let args = args![
        "scan",
        place.content(),
        fixture("events/flat.jsonl"),
        "--format",
        "ndjson"
    ];
    let ran = run(args).code(4);
    let lines = ran.lines();
    assert_eq!(
        hits(&lines),
        expected(&[
            (0, "01", "match"),
            (4, "02", "match"),
            (5, "04", "match"),
            (6, "05", "match"),
            // Whether something was created or deleted is not said.
            (7, "05", "maybe"),
        ])
    );
    let first = &lines[0];
    assert_eq!(first["title"], "Shadow Copies Deleted");
    assert_eq!(first["level"], "high");
    assert_eq!(first["kind"], "process_creation");
    assert_eq!(first["event_id"], 1);
    assert_eq!(first["computer"], "host.example");
    assert_eq!(first["time"], "2025-03-01 10:00:00.000");
    assert!(
        ran.err.contains("flat.jsonl:3: not a JSON object"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("flat.jsonl:11: not a JSON object"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("8 records in 1 files: 6 judged, 1 of kinds without rules, 1 of unknown kinds, 2 damaged"),
        "{}",
        ran.err
    );
}

#[test]
fn nested_json_over_several_lines() {
    let place = Place::new();
    let args = args![
        "scan",
        place.content(),
        fixture("events/nested.json"),
        "--format",
        "ndjson"
    ];
    let lines = run(args).code(0).lines();
    let all = expected(&[(0, "01", "match"), (1, "06", "match"), (2, "02", "match")]);
    assert_eq!(hits(&lines), all);
    assert_eq!(lines[0]["record_id"], 42);
}

#[test]
fn event_xml_with_an_event_cut_off_and_4688() {
    let place = Place::new();
    let args = args![
        "scan",
        place.content(),
        fixture("events/export.xml"),
        "--format",
        "ndjson"
    ];
    let ran = run(args).code(4);
    assert_eq!(
        hits(&ran.lines()),
        expected(&[
            (0, "01", "match"),
            // Security cannot know the original name, on which both rules rest.
            (2, "01", "maybe"),
            (2, "03", "maybe"),
            (3, "06", "match"),
        ])
    );
    assert!(
        ran.err.contains("export.xml:4: this event has no end"),
        "{}",
        ran.err
    );
}

#[test]
fn json_holds_matches_problems_and_summary() {
    let place = Place::new();
    let args = args![
        "scan",
        place.content(),
        fixture("events"),
        "--format",
        "json"
    ];
    let json = run(args).code(4).json();
    assert_eq!(json["matches"].as_array().map(Vec::len), Some(13));
    assert_eq!(json["problems"][0]["place"], "4");
    assert_eq!(json["summary"]["files"], 3);
    assert_eq!(json["summary"]["matches"], 9);
    assert_eq!(json["summary"]["maybe"], 4);
}

#[test]
fn the_outcome_is_the_same_with_any_number_of_threads() {
    let place = Place::new();
    let content = place.content();
    let line = fs::read_to_string(fixture("events/flat.jsonl")).expect("it is there");
    let line = line.lines().next().expect("it has one");
    let many: String = (0..20_000).map(|_| format!("{line}\n")).collect();
    let events = place.path("many.jsonl");
    fs::write(&events, many).expect("it can be written");
    let scan = |threads: &str| {
        let args = args![
            "scan",
            &content,
            &events,
            "--format",
            "ndjson",
            "--threads",
            threads
        ];
        run(args).code(0).out
    };
    let one = scan("1");
    assert_eq!(one.lines().count(), 20_000);
    assert!(
        one.lines()
            .last()
            .is_some_and(|line| line.contains("\"record\":19999"))
    );
    assert!(one == scan("7"));
}

#[test]
fn exit_codes_say_what_was_asked() {
    let place = Place::new();
    let content = place.content();
    let nested = fixture("events/nested.json");
    run(args!["scan", &content, &nested]).code(0);
    run(args!["scan", &content, &nested, "--fail-on-match"]).code(1);
    run(args![
        "scan",
        &content,
        &nested,
        "--fail-on-match",
        "--level",
        "critical"
    ])
    .code(0);
    run(args!["scan", &content, place.path("absent.evtx")]).code(2);
    let empty = place.path("empty");
    fs::create_dir(&empty).expect("it can be made");
    let ran = run(args!["scan", &content, &empty]).code(2);
    assert!(ran.err.contains("no file in"), "{}", ran.err);
}

#[test]
fn standard_input_and_records_without_a_channel() {
    let place = Place::new();
    let content = place.content();
    let event = br#"{"EventID":1102}"#;
    let bare = run_with(args!["scan", &content, "-", "--format", "ndjson"], event).code(0);
    assert_eq!(bare.out, "");
    let args = args![
        "scan",
        &content,
        "-",
        "--format",
        "ndjson",
        "--channel",
        "Security"
    ];
    assert_eq!(run_with(args, event).code(0).lines().len(), 1);
}

#[test]
fn people_see_matches_and_a_summary_without_colours_in_a_pipe() {
    let place = Place::new();
    let ran = run(args!["scan", place.content(), fixture("events")]).code(4);
    assert!(
        ran.out.contains("high          match 2025-03-01"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("9 matches, 4 maybe, by 7 of 9 rules"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("maybe 2025") && !ran.out.contains('\u{1b}'));
}

#[test]
fn unknown_kinds_are_named() {
    let place = Place::new();
    let content = place.content();
    let events = "{\"Channel\":\"Elsewhere\",\"EventID\":7}\n{\"Channel\":\"Elsewhere\",\"EventID\":7}\n{}\n";
    let ran = run_with(args!["scan", &content, "-"], events.as_bytes()).code(0);
    let line = "unknown kinds: Elsewhere 7 (2), no channel no event id (1)\n";
    assert!(ran.out.ends_with(line), "{}", ran.out);
    let args = args!["scan", &content, "-", "--format", "json"];
    let json = run_with(args, events.as_bytes()).code(0).json();
    let first = &json["summary"]["unknown_kinds"][0];
    assert_eq!(
        *first,
        serde_json::json!({ "channel": "Elsewhere", "event_id": 7, "records": 2 })
    );
}

#[test]
fn what_strangers_write_cannot_move_the_cursor() {
    let place = Place::new();
    let event = b"{\"EventID\":1102,\"Channel\":\"Security\",\"SystemTime\":\"\\u001b[2J\\u202e\"}";
    let ran = run_with(args!["scan", place.content(), "-"], event).code(0);
    assert!(ran.out.contains("1 matches"), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'));
}

#[test]
fn a_line_beyond_all_bounds_is_passed_over() {
    let place = Place::new();
    let events = place.path("long.jsonl");
    let event = r#"{"EventID":1102,"Channel":"Security"}"#;
    let long = "x".repeat(40 << 20);
    fs::write(&events, format!("{event}\n\"{long}\n{event}\n")).expect("it can be written");
    let ran = run(args![
        "scan",
        place.content(),
        &events,
        "--format",
        "ndjson"
    ])
    .code(4);
    let records: Vec<_> = ran
        .lines()
        .iter()
        .map(|hit| hit["record"].as_u64())
        .collect();
    assert_eq!(records, [Some(0), Some(2)]);
    assert!(
        ran.err.contains("long.jsonl:2: a record of more than"),
        "{}",
        ran.err
    );
}

#[test]
fn damaged_and_foreign_files_do_not_stop_the_others() {
    let place = Place::new();
    let mut evtx = b"ElfFile\0".to_vec();
    evtx.resize(4096, 0);
    evtx.extend(b"ElfChnk\0");
    evtx.resize(4096 + 3000, 0xEE);
    let cut = place.path("a.evtx");
    fs::write(&cut, evtx).expect("it can be written");
    let foreign = place.path("b.json");
    fs::write(&foreign, b"MZ\x90\0").expect("it can be written");
    let args = args![
        "scan",
        place.content(),
        &cut,
        &foreign,
        fixture("events/nested.json"),
        "--format",
        "ndjson"
    ];
    let ran = run(args).code(4);
    assert_eq!(ran.lines().len(), 3);
    assert!(ran.err.contains("cut off"), "{}", ran.err);
    assert!(ran.err.contains("neither EVTX nor"), "{}", ran.err);
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let place = Place::new();
    let events = place.path("events");
    fs::create_dir(&events).expect("it can be made");
    let file = events.join("nested.json");
    fs::copy(fixture("events/nested.json"), &file).expect("it can be copied");
    let again = events.join("../events/nested.json");
    let content = place.content();
    let args = args!["scan", &content, &file, &events, &again, "--format", "json"];
    let json = run(args).code(0).json();
    assert_eq!(json["summary"]["files"], 1);
    assert_eq!(json["matches"].as_array().map(Vec::len), Some(3));
}

#[test]
fn what_cannot_be_searched_is_said_and_does_not_stop_the_others() {
    let place = Place::new();
    let events = place.path("events");
    let deep = (0..40).fold(events.clone(), |path, _| path.join("d"));
    fs::create_dir_all(&deep).expect("it can be made");
    let file = events.join("nested.json");
    fs::copy(fixture("events/nested.json"), &file).expect("it can be copied");
    let args = args!["scan", place.content(), &events, "--format", "json"];
    let ran = run(args).code(4);
    let json = ran.json();
    assert_eq!(json["matches"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["summary"]["damaged"], 1);
    let message = json["problems"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("nested deeper than 32"), "{message}");
}

#[test]
fn tiers_say_what_the_kernel_alone_would_have_known() {
    let place = Place::new();
    let (user, kernel) = (place.content(), place.content_for("kernel"));
    let events = place.path("events.jsonl");
    let flat = fs::read_to_string(fixture("events/flat.jsonl")).expect("it is there");
    let renamed = r#"{"EventID":1,"UtcTime":"-","Image":"C:\\x\\p.exe","CommandLine":"p -enc A","OriginalFileName":"PowerShell.EXE"}"#;
    fs::write(&events, format!("{renamed}\n{flat}")).expect("it can be written");
    let args = args![
        "scan", &user, &events, "--tiers", &kernel, "--format", "json"
    ];
    let json = run(args).code(4).json();
    assert_eq!(json["matches"][0]["kernel"], "maybe");
    let kernel = &json["summary"]["kernel"];
    // The first rule asks who runs the process, which the kernel cannot say: it is left out for that tier.
    let process = serde_json::json!({ "definite": 1, "maybe": 1, "lost": 1 });
    assert_eq!(kernel["process_creation"], process);
    let all = serde_json::json!({ "definite": 3, "maybe": 1, "lost": 1 });
    assert_eq!(kernel["all"], all);
    let args = args!["scan", &user, &events, "--tiers", &user];
    let ran = run(args).code(2);
    assert!(ran.err.contains("not for the kernel tier"), "{}", ran.err);
}
