//! A rule that hits updaters, our own among them, is found on the clean machine. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{clean_machine, content, hits, rule};

fn hit(category: &str, selection: &[&str]) -> usize {
    let rule = rule(category, selection);
    hits(&content(&rule, 1).expect("it compiles"), &clean_machine())
}

#[test]
fn a_rule_that_hits_updaters_is_found_before_release() {
    for (category, selection) in [
        ("process_creation", &["Image|contains: 'update'"][..]),
        (
            "process_creation",
            &[
                "Image|endswith: '-update.exe'",
                "ParentImage|contains: 'service'",
            ],
        ),
        (
            "file_event",
            &[
                "Image|contains: 'update'",
                "TargetFilename|endswith: '.exe'",
            ],
        ),
        (
            "image_load",
            &[
                "Image|contains: 'update'",
                "ImageLoaded|endswith: '\\winhttp.dll'",
            ],
        ),
    ] {
        assert!(hit(category, selection) > 0, "{category}: {selection:?}");
    }
}

/// What our own updater does, kind by kind: a rule about any of it would hit.
#[test]
fn the_clean_machine_holds_our_own_updater_at_work() {
    let own = ["Image|endswith: '\\Cofferdam\\cofferdam-update.exe'"];
    for category in [
        "process_creation",
        "file_event",
        "file_rename",
        "file_delete",
        "registry_set",
        "image_load",
        "pipe_created",
    ] {
        assert!(hit(category, &own) > 0, "{category}");
    }
    let opens = ["SourceImage|endswith: '\\Cofferdam\\cofferdam-update.exe'"];
    assert!(hit("process_access", &opens) > 0);
}
