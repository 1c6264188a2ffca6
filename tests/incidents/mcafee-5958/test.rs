//! A rule that hits a process of Windows is found on the clean machine. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{clean_machine, content, hits, rule};

#[test]
fn a_rule_that_hits_the_service_host_is_found_before_release() {
    let clean = clean_machine();
    let hit = |selection: &[&str]| {
        let rule = rule("process_creation", selection);
        hits(&content(&rule, 1).expect("it compiles"), &clean)
    };
    for selection in [
        &["Image|endswith: '\\svchost.exe'"][..],
        &[
            "Image|endswith: '\\svchost.exe'",
            "CommandLine|contains: 'netsvcs'",
        ],
        &[
            "Image|startswith: 'C:\\Windows\\System32\\s'",
            "IntegrityLevel: 'System'",
        ],
        &["ParentImage|endswith: '\\services.exe'"],
    ] {
        assert!(hit(selection) > 0, "{selection:?}");
    }
    assert_eq!(hit(&["Image|endswith: '\\Temp\\svchost.exe'"]), 0);
}
