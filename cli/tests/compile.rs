//! `compile`, `check`, `inspect`: from rules to content, and what is said of it.

mod support;

use std::fs;

use support::{Place, fixture, run};

#[test]
fn rules_become_content_that_verifies() {
    let place = Place::new();
    let (content, manifest) = (place.path("r.dam"), place.path("r.json"));
    let ran = run(args![
        "compile",
        fixture("rules"),
        "-o",
        &content,
        "--tier",
        "user",
        "--manifest",
        &manifest
    ])
    .code(0);
    assert!(
        ran.out
            .contains("6 rules of 6 documents; 0 documents refused"),
        "{}",
        ran.out
    );
    let ran = run(args!["check", &content, "--format", "json"]).code(0);
    let file = &ran.json()["files"][0];
    assert_eq!((&file["ok"], &file["tier"]), (&true.into(), &"user".into()));
    let manifest = fs::read_to_string(manifest).expect("it was written");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("it is JSON");
    let rules = manifest["rules"].as_array().expect("a list");
    assert_eq!(rules.len(), 6);
    let statuses = rules.iter().map(|rule| &rule["tiers"]["user"]["status"]);
    assert!(statuses.into_iter().all(|status| status == "exact"));
    let names = place.names();
    assert_eq!(names, ["r.dam", "r.json"], "nothing else is left behind");
}

#[test]
fn all_tiers_become_a_file_each() {
    let place = Place::new();
    let content = place.path("r.dam");
    run(args![
        "compile",
        fixture("rules"),
        "-o",
        &content,
        "--tier",
        "all"
    ])
    .code(0);
    assert_eq!(place.names(), ["r.kernel.dam", "r.user.dam"]);
    let ran = run(args![
        "check",
        place.path("r.kernel.dam"),
        "--format",
        "json"
    ])
    .code(0);
    assert_eq!(ran.json()["files"][0]["limits"], "kernel");
}

#[test]
fn the_same_rules_give_the_same_bytes_in_any_order() {
    let place = Place::new();
    let files = ["process.yml", "registry.yml", "security.yml"];
    let files = files.map(|file| fixture("rules").join(file));
    let [a, b, c] = &files;
    for (name, order) in [("1.dam", [a, b, c]), ("2.dam", [c, a, b])] {
        let [x, y, z] = order;
        run(args![
            "compile",
            x,
            y,
            z,
            "-o",
            place.path(name),
            "--tier",
            "user"
        ])
        .code(0);
    }
    let read = |name| fs::read(place.path(name)).expect("it was written");
    assert_eq!(read("1.dam"), read("2.dam"));
}

#[test]
fn a_bad_rule_is_shown_and_stops_only_itself() {
    let place = Place::new();
    let content = place.path("r.dam");
    let args = args![
        "compile",
        fixture("rules"),
        fixture("broken"),
        "-o",
        &content
    ];
    let ran = run(args.clone()).code(0);
    assert!(ran.err.contains("broken.yml:9"), "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'), "no colours into a pipe");
    assert!(content.exists());
    let _ = fs::remove_file(&content);
    let strict = args.into_iter().chain(["--strict".into()]);
    let ran = run(strict).code(1);
    assert!(ran.out.contains("nothing was written"), "{}", ran.out);
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let place = Place::new();
    fs::create_dir(place.path("taken.dam")).expect("it can be made");
    let ran = run(args![
        "compile",
        fixture("rules"),
        "-o",
        place.path("taken.dam")
    ])
    .code(2);
    assert!(ran.err.contains("cannot write"), "{}", ran.err);
    assert_eq!(place.names(), ["taken.dam"]);
    run(args![
        "compile",
        fixture("rules"),
        "-o",
        place.path("no/such/r.dam")
    ])
    .code(2);
    run(args![
        "compile",
        place.path("absent"),
        "-o",
        place.path("r.dam")
    ])
    .code(2);
    run(args![
        "compile",
        fixture("broken"),
        "-o",
        place.path("r.dam")
    ])
    .code(2);
    assert_eq!(place.names(), ["taken.dam"]);
}

#[test]
fn damaged_content_is_refused_with_its_code() {
    let place = Place::new();
    let content = place.content();
    let mut bytes = fs::read(&content).expect("it was written");
    bytes.pop();
    fs::write(&content, &bytes).expect("it can be written");
    let ran = run(args!["check", &content, "--format", "json"]).code(3);
    let file = &ran.json()["files"][0];
    assert_eq!(file["ok"], false);
    assert!(
        file["code"]
            .as_str()
            .is_some_and(|code| code.starts_with("DAM"))
    );
    run(args!["inspect", &content]).code(3);
    run(args!["scan", &content, fixture("events/flat.jsonl")]).code(3);
    fs::write(&content, b"nothing").expect("it can be written");
    let ran = run(args!["check", &content]).code(3);
    assert!(ran.out.contains("DAM001"), "{}", ran.out);
    run(args!["check", place.path("absent.dam")]).code(2);
}

#[test]
fn inspect_shows_rules_costs_and_code() {
    let place = Place::new();
    let content = place.content();
    let ran = run(args!["inspect", &content, "--rules"]).code(0);
    for part in [
        "process_creation",
        "Shadow Copies Deleted",
        "fingerprint",
        "triggered",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let json = run(args!["inspect", &content, "--format", "json"])
        .code(0)
        .json();
    assert_eq!(json["verified"], true);
    assert_eq!(json["kinds"][0]["kind"], "process_creation");
    assert_eq!(json["kinds"][0]["rules"].as_array().map(Vec::len), Some(3));
    let code = run(args!["inspect", &content, "--code"]).code(0).out;
    assert!(code.contains("kind process_creation {"), "{code}");
}

#[test]
fn help_teaches_and_usage_is_checked() {
    let ran = run(["--help"]).code(0);
    assert!(ran.out.contains("Exit codes"), "{}", ran.out);
    for command in [
        "compile", "check", "inspect", "scan", "explain", "keygen", "sign", "verify",
    ] {
        let ran = run([command, "--help"]).code(0);
        assert!(ran.out.contains("Example"), "{}", ran.out);
    }
    run(["frobnicate"]).code(2);
    run(["scan"]).code(2);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = run(["completions", shell]).code(0);
        assert!(ran.out.contains("explain"));
    }
}
