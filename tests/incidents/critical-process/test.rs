//! A rule that denies everything. See README.md.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, RecordVerdict};
use cofferdam_incidents::rule;
use cofferdam_stage::sensor::{Record, Session, content, started};

#[test]
fn windows_goes_on() {
    let machine = started(Mode::Enforce);
    let session = Session::open(&machine);
    let rule =
        rule("file_event", &["TargetFilename|contains: '\\'"]) + "cofferdam: {action: deny}\n";
    let loaded = session
        .upload(&content(&[&rule], 1))
        .expect("it is answered");
    assert_eq!(loaded.outcome, LoadOutcome::Done.number());
    let said = |records: Vec<Record>| records.iter().map(|it| it.verdict).collect::<Vec<_>>();

    // services.exe.
    let critical = machine.program(0x200);
    assert!(critical.create(r"C:\Windows\System32\config.new").is_ok());
    assert_eq!(said(session.records()), [RecordVerdict::Match]);

    assert!(machine.shell().create(r"C:\Users\user\new.txt").is_err());
    assert_eq!(said(session.records()), [RecordVerdict::Denied]);
}
