//! A rule that hits Windows' own files is found on the clean machine. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{clean_machine, content, hits, rule};

#[test]
fn a_rule_that_hits_system_files_is_found_before_release() {
    let clean = clean_machine();
    let hit = |category: &str, selection: &str| {
        let rule = rule(category, &[selection]);
        hits(&content(&rule, 1).expect("it compiles"), &clean)
    };
    for (category, selection) in [
        ("file_event", "TargetFilename|endswith: '\\lsass.exe'"),
        (
            "file_event",
            "TargetFilename|startswith: 'C:\\Windows\\System32\\'",
        ),
        ("file_event", "TargetFilename|contains: '\\WinSxS\\Temp\\'"),
        ("file_event", "Image|endswith: '\\TiWorker.exe'"),
        ("file_delete", "TargetFilename|contains: 'DeleteMe'"),
        ("image_load", "ImageLoaded|endswith: '\\version.dll'"),
        ("driver_load", "ImageLoaded|endswith: '\\ntfs.sys'"),
        (
            "registry_set",
            "TargetObject|contains: '\\Component Based Servicing\\'",
        ),
    ] {
        assert!(hit(category, selection) > 0, "{category}: {selection}");
    }
    assert_eq!(
        hit(
            "file_event",
            "TargetFilename|endswith: '\\System32\\lsass.exe.scr'"
        ),
        0
    );
}
