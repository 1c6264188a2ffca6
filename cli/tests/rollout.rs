//! `rollout simulate`: what a policy stops, and what is said of a policy that cannot be followed.

mod support;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use support::{Place, run};

fn policy() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../rollout/default.toml"
    ))
}

fn hit(trial: &Value, way: &str) -> u64 {
    trial[way]["hit"].as_u64().unwrap_or(u64::MAX)
}

/// The example of `rollout/README.md`.
#[test]
fn the_policy_for_small_fleets_stops_what_hits_all_machines_in_its_first_ring() {
    let policy = policy().with_file_name("small-fleet.toml");
    let args = args![
        "rollout",
        "simulate",
        policy,
        "--machines",
        "2000",
        "--format",
        "json"
    ];
    let json = run(args).code(0).json();
    for trial in json["trials"].as_array().expect("there are trials") {
        let fault = trial["fault"].as_str().unwrap_or_default();
        // Two machines of two thousand are no class that could be told from chance.
        let is_seen = !matches!(fault, "none" | "hardware");
        assert_eq!(trial["policy"]["released"], !is_seen, "{trial}");
        if is_seen {
            assert_eq!(trial["policy"]["last_ring"], "canary", "{trial}");
            assert!(hit(trial, "policy") <= 200, "{trial}");
        }
    }
}

/// The promises of docs/adr on the default policy's numbers, on a fleet of a hundred thousand.
#[test]
fn the_default_policy_stops_every_fault_in_its_first_ring() {
    let place = Place::new();
    let svg = place.path("rollout.svg");
    let args = args![
        "rollout",
        "simulate",
        policy(),
        "--format",
        "json",
        "--svg",
        &svg
    ];
    let json = run(args).code(0).json();
    let trials = json["trials"].as_array().expect("there are trials");
    let faults: Vec<_> = trials
        .iter()
        .filter_map(|it| it["fault"].as_str())
        .collect();
    assert_eq!(
        faults,
        ["none", "all", "hardware", "delayed=6h", "boot-loop"]
    );
    for trial in trials {
        let fault = trial["fault"].as_str().unwrap_or_default();
        let policy = &trial["policy"];
        if fault == "none" {
            assert_eq!(policy["released"], true, "{policy}");
            assert_eq!(hit(trial, "policy"), 0);
            assert!(policy["loaded"].as_u64() > Some(90_000), "{policy}");
            continue;
        }
        assert_eq!(policy["released"], false, "{policy}");
        assert_eq!(policy["last_ring"], "canary", "{policy}");
        // The ring has about 450 machines, a fifth of which may be in flight; delayed faults wait until all have it.
        let most = if fault == "delayed=6h" { 600 } else { 120 };
        assert!(hit(trial, "policy") <= most, "{trial}");
        assert!(hit(trial, "at_once") > 2 * hit(trial, "policy"), "{trial}");
        let stuck = if fault == "boot-loop" {
            hit(trial, "policy")
        } else {
            0
        };
        assert_eq!(policy["not_reverted"], stuck, "{policy}");
    }
    let picture = fs::read_to_string(svg).expect("it was drawn");
    assert!(picture.starts_with("<svg") && picture.contains("delayed=6h"));
}

#[test]
fn the_same_seed_gives_the_same_course() {
    let simulate = |seed: &str| {
        let args = args![
            "rollout",
            "simulate",
            policy(),
            "--machines",
            "20000",
            "--fault",
            "all",
            "--seed",
            seed,
            "--format",
            "json"
        ];
        run(args).code(0).out
    };
    assert_eq!(simulate("7"), simulate("7"));
    assert_ne!(simulate("7"), simulate("8"));
}

#[test]
fn a_policy_that_cannot_be_followed_is_refused_with_its_line_and_a_remedy() {
    let place = Place::new();
    let text = fs::read_to_string(policy()).expect("it is there");
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let path = place.path("policy.toml");
        fs::write(&path, text.replacen(from, to, 1)).expect("it can be written");
        run(args!["rollout", "simulate", &path]).code(2).err
    };
    let line = |of: &str| {
        let at = text.find(of).expect("it is there");
        1 + text[..at].matches('\n').count()
    };
    for (from, to, message, remedy) in [
        (
            "reach = \"2%\"",
            "reach = \"0.3%\"",
            "reaches no more machines",
            "grow from ring to ring",
        ),
        (
            "bake = \"8h\"",
            "bake = \"0s\"",
            "does not bake",
            "set `bake`",
        ),
        (
            "bake = \"8h\"",
            "bake = \"8 parsecs\"",
            "is no time",
            "every key",
        ),
        (
            "acceptable = \"0.1%\"",
            "acceptable = \"often\"",
            "is no share",
            "every key",
        ),
        (
            "minimum = 8",
            "minimun = 8",
            "unknown field `minimun`",
            "every key",
        ),
        (
            "deadline = \"45m\"",
            "deadline = \"15m\"",
            "count as silent",
            "beyond `probation`",
        ),
        (
            "unacceptable = \"3%\"",
            "unacceptable = \"0.1%\"",
            "not above",
            "raise `unacceptable`",
        ),
    ] {
        let err = refused(from, to);
        let place = format!("policy.toml:{}: ", line(from));
        assert!(err.contains(&place), "{place}\n{err}");
        assert!(err.contains(message) && err.contains(remedy), "{err}");
    }
    let args = args!["rollout", "simulate", policy(), "--machines", "100"];
    let err = run(args).code(2).err;
    assert!(err.contains("ring 1 could never pass"), "{err}");
    assert!(err.contains("ring \"early\""), "{err}");
    let args = args!["rollout", "simulate", policy(), "--fault", "gremlins"];
    let err = run(args).code(2).err;
    assert!(
        err.contains("one of none, all, hardware, delayed, boot-loop"),
        "{err}"
    );
}
