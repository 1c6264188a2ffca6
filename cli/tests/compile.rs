//! `compile`, `check`, `inspect`: from rules to content, and what is said of it.

mod support;

use std::fs;

use cofferdam_interpreter::Content;
use cofferdam_interpreter::layout::RuleRecord;
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

/// No rule is left out in silence, and none keeps the others out.
#[test]
fn what_a_tier_cannot_hold_is_said_with_its_place() {
    let place = Place::new();
    let rules = place.path("rules.yml");
    let rule = |number: usize, detection: &str| {
        format!(
            "title: Rule {number}\nid: 00000000-0000-4000-8000-00000000000{number}\nlogsource:\n    \
             category: process_creation\n    product: windows\ndetection:\n{detection}"
        )
    };
    let selections: String = (0..120)
        .map(|number| format!("    s{number}: {{ ProcessId: {number} }}\n"))
        .collect();
    let texts = [
        rule(1, "    s: { Image: a }\n    condition: s\n"),
        rule(
            2,
            "    s: { 'Image|fieldref|contains': CommandLine }\n    condition: s\n",
        ),
        rule(3, &format!("{selections}    condition: 60 of s*\n")),
        rule(4, "    s: { OriginalFileName: a }\n    condition: s\n"),
        rule(5, "    s: { EventID: 9 }\n    condition: s\n"),
        rule(
            6,
            "    s: { Image: a }\n    condition: s\ncofferdam: { action: deny }\n",
        )
        .replace("process_creation", "image_load"),
    ];
    fs::write(&rules, texts.join("---\n")).expect("it can be written");
    let content = place.path("r.dam");
    let args = args!["compile", &rules, "-o", &content, "--notes"];
    let ran = run(args.clone()).code(0);
    for (code, line) in [
        ("E1001]: not-expressible", 16),
        ("E1003]: over-limit", 145),
        ("N1005]: needs-user-field", 154),
        ("W1004]: never-matches", 163),
        ("E1002]: cannot-deny", 172),
    ] {
        let found = ran.err.split(code).nth(1).unwrap_or_default();
        assert!(
            found.contains("left out of the kernel tier"),
            "{code}: {}",
            ran.err
        );
        assert!(
            found.contains(&format!("rules.yml:{line}:")),
            "{code}: {}",
            ran.err
        );
        assert!(found.contains("help: "), "{code}: {}", ran.err);
    }
    let ran = run(args!["inspect", &content, "--rules"]).code(0);
    assert!(
        ran.out.contains("Rule 1") && !ran.out.contains("Rule 2"),
        "{}",
        ran.out
    );
    run(args.into_iter().chain(["--strict".into()])).code(1);
}

/// What many rules cost together is no rule's own doing: nothing is written, and the code and the kind are said.
#[test]
fn too_many_rules_for_one_event_are_refused_with_a_code() {
    let place = Place::new();
    let rules = place.path("rules.yml");
    let rule = |number: usize| {
        let patterns: Vec<String> = (0..12)
            .map(|at| format!("'[a-f]{{2}}x{number}y{at}[0-9]{{3}}'"))
            .collect();
        format!(
            "title: Rule {number}\nid: 00000000-0000-4000-8000-{number:012}\nlogsource:\n    \
             category: process_creation\n    product: windows\ndetection:\n    s: {{ CommandLine|re: [{}] }}\n    \
             condition: s\n",
            patterns.join(", ")
        )
    };
    let texts: Vec<String> = (0..200).map(rule).collect();
    fs::write(&rules, texts.join("---\n")).expect("it can be written");
    let content = place.path("r.dam");
    let args = args!["compile", &rules, "-o", &content, "--no-self-test"];
    let ran = run(args.clone()).code(3);
    assert!(ran.err.contains("EventTooCostly"), "{}", ran.err);
    assert!(
        ran.err.contains("200 rules on process_creation events"),
        "{}",
        ran.err
    );
    assert!(!content.exists());
    // User mode has time.
    run(args.into_iter().chain(["--tier".into(), "user".into()])).code(0);
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
    assert_eq!(file["refusals"][0]["code"], "DAM001");
    run(args!["inspect", &content]).code(3);
    run(args!["scan", &content, fixture("events/flat.jsonl")]).code(3);
    fs::write(&content, b"nothing").expect("it can be written");
    let ran = run(args!["check", &content]).code(3);
    assert!(ran.out.contains("DAM001"), "{}", ran.out);
    run(args!["check", place.path("absent.dam")]).code(2);
}

/// Whoever reads JSON gets JSON, whatever goes wrong.
#[test]
fn what_ends_a_command_is_a_json_document_too() {
    let place = Place::new();
    let (good, absent) = (place.content(), place.path("absent.dam"));
    let ran = run(args!["check", &absent, &good, "--format", "json"]).code(2);
    let json = ran.json();
    assert_eq!(json["ok"], false);
    assert_eq!(json["files"][0]["exit"], 2);
    assert_eq!(json["files"][1]["ok"], true);
    assert!(ran.err.contains("cannot read"), "{}", ran.err);
    let broken = fixture("broken/broken.yml");
    for args in [
        args!["compile", &broken, "-o", &absent, "--format", "json"].to_vec(),
        args!["inspect", &absent, "--format", "json"].to_vec(),
        args!["scan", &absent, &absent, "--format", "json"].to_vec(),
        args!["verify", &good, "--key", &absent, "--format", "json"].to_vec(),
        args!["sign", &good, "--key", &absent, "--format", "json"].to_vec(),
        args!["mode", "--format", "json"].to_vec(),
        args!["rollout", "simulate", &absent, "--format", "json"].to_vec(),
    ] {
        let ran = run(&args).code(2);
        let json = ran.json();
        assert_eq!(json["exit"], 2, "{args:?}");
        let error = json["error"].as_str().unwrap_or_default();
        assert!(ran.err.contains(error) && !error.is_empty(), "{args:?}");
    }
}

/// Every rule has a severity that there is not: all are told, each with its rule.
#[test]
fn check_goes_on_behind_the_first_refusal() {
    let place = Place::new();
    let content = place.content();
    let mut bytes = fs::read(&content).expect("it was written");
    let unverified = Content::decode(&bytes).expect("it is good");
    let rules = unverified.content().rules;
    let mut places = Vec::new();
    for record in rules {
        let at = bytes.windows(record.len()).position(|it| it == record);
        places.push(at.expect("the record stands in the file"));
    }
    for at in &places {
        let record = bytes[*at..].first_chunk_mut().expect("it is whole");
        let mut rule = RuleRecord::read(record);
        rule.severity = 9;
        *record = rule.write();
    }
    fs::write(&content, &bytes).expect("it can be written");
    let ran = run(args!["check", &content, "--format", "json"]).code(3);
    let refusals = &ran.json()["files"][0]["refusals"];
    let refusals = refusals.as_array().expect("a list");
    assert!(places.len() > 1);
    assert_eq!(refusals.len(), places.len());
    for refusal in refusals {
        assert_eq!(refusal["name"], "RuleShape");
        assert!(refusal["rule"].is_string() && refusal["title"].is_string());
    }
    let ran = run(args!["check", &content]).code(3);
    assert_eq!(ran.out.lines().count(), places.len(), "{}", ran.out);
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
