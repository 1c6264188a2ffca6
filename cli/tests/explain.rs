//! `explain`: which test held.

mod support;

use support::{Place, fixture, run};

const SHADOWS: &str = "0c1f5f0a-6f0e-4f0b-9a53-0d3f3a6f1a01";
const KEY: &str = "0c1f5f0a-6f0e-4f0b-9a53-0d3f3a6f1a05";

#[test]
fn tests_that_held_and_that_did_not() {
    let place = Place::new();
    let content = place.content();
    let events = fixture("events/flat.jsonl");
    let explain = |rule: &str, record: &str| {
        let args = args![
            "explain", &content, "--rule", rule, &events, "--record", record, "--format", "json"
        ];
        run(args).code(0).json()
    };
    let first = explain(SHADOWS, "0");
    assert_eq!(first["title"], "Shadow Copies Deleted");
    let kind = &first["kinds"][0];
    assert_eq!(
        (&kind["verdict"], &kind["ran"]),
        (&"match".into(), &true.into())
    );

    // The filter holds.
    let second = explain(SHADOWS, "1");
    let kind = &second["kinds"][0];
    assert_eq!(kind["verdict"], "no match");
    let steps = kind["steps"].as_array().expect("a list");
    let user = steps.iter().find(|step| step["field"] == "User");
    assert!(user.is_some_and(|step| step["holds"] == true), "{kind}");
    let user = kind["fields"]["User"]["text"].as_str().unwrap_or_default();
    assert!(user.ends_with("backup-svc"), "{user}");

    // No trigger is in it, so the machine does not even run the rule.
    let third = explain(KEY, "5");
    assert_eq!(third["kinds"][0]["ran"], false);
}

#[test]
fn for_people() {
    let place = Place::new();
    let events = fixture("events/export.xml");
    let ran = run(args![
        "explain",
        place.content(),
        "--rule",
        SHADOWS,
        &events
    ])
    .code(0);
    for part in [
        "as process_creation: match",
        "holds",
        "delete shadows",
        "Image = ",
    ] {
        assert!(
            ran.out.to_lowercase().contains(&part.to_lowercase()),
            "{part}: {}",
            ran.out
        );
    }
}

#[test]
fn as_much_of_an_id_as_is_needed() {
    let place = Place::new();
    let content = place.content();
    let events = fixture("events/flat.jsonl");
    let upper = SHADOWS.to_ascii_uppercase();
    let ran = run(args!["explain", &content, "--rule", &upper, &events]).code(0);
    assert!(ran.out.contains("Shadow Copies Deleted"), "{}", ran.out);
    let ran = run(args!["explain", &content, "--rule", &SHADOWS[..8], &events]).code(2);
    assert!(ran.err.contains("several rules"), "{}", ran.err);
    assert!(ran.err.contains(SHADOWS), "{}", ran.err);
    // Of one rule alone, a few digits do.
    let rule = place.path("one.yml");
    let text = format!(
        "title: One\nid: {SHADOWS}\nlogsource:\n    category: process_creation\n    product: windows\ndetection:\n    \
         s: {{ Image: a }}\n    condition: s\n"
    );
    std::fs::write(&rule, text).expect("it can be written");
    let one = place.path("one.dam");
    run(args!["compile", &rule, "-o", &one]).code(0);
    let ran = run(args!["explain", &one, "--rule", &SHADOWS[..4], &events]).code(0);
    assert!(ran.out.starts_with("One"), "{}", ran.out);
    let args = args![
        "explain",
        &one,
        "--rule",
        &SHADOWS[..4],
        &events,
        "--format",
        "json"
    ];
    assert_eq!(run(args).code(0).json()["rule"], SHADOWS);
}

#[test]
fn what_is_not_there_is_said() {
    let place = Place::new();
    let content = place.content();
    let events = fixture("events/flat.jsonl");
    let ran = run(args!["explain", &content, "--rule", "nonsense", &events]).code(2);
    assert!(ran.err.contains("has no rule"), "{}", ran.err);
    let args = args![
        "explain", &content, "--rule", SHADOWS, &events, "--record", "99"
    ];
    let ran = run(args).code(2);
    assert!(ran.err.contains("has no record 99"), "{}", ran.err);
    let args = args![
        "explain", &content, "--rule", SHADOWS, &events, "--record", "5"
    ];
    let ran = run(args).code(2);
    assert!(ran.err.contains("process_creation"), "{}", ran.err);
    // Its third and its eleventh line are damaged: each is told of its own.
    for (record, said) in [("2", "flat.jsonl:3: not"), ("10", "flat.jsonl:11: not")] {
        let args = args![
            "explain", &content, "--rule", SHADOWS, &events, "--record", record
        ];
        let ran = run(args).code(2);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}
