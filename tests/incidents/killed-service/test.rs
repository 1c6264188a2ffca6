//! A client dies in the middle of everything. See README.md.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadAnswer, LoadOutcome, Request};
use cofferdam_incidents::rule;
use cofferdam_stage::machine::Unload;
use cofferdam_stage::sensor::{Session, content, started};

#[test]
fn nothing_waits_for_a_dead_client() {
    let machine = started(Mode::Audit);
    let rule = rule("file_event", &["TargetFilename|endswith: '\\evil.exe'"]);
    {
        let session = Session::open(&machine);
        let loaded = session
            .upload(&content(&[&rule], 1))
            .expect("it is answered");
        assert_eq!(loaded.outcome, LoadOutcome::Done.number());
        // A read is pending from here on.
        assert_eq!(session.records(), []);
        session
            .ask(&Request::UploadBegin {
                length: 4096,
                sha256: [0; 32],
            })
            .expect("an upload begins");
        // Its process ends: the handle is closed with the read pending and the upload half done.
    }
    for _ in 0..10 {
        drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    }
    let session = Session::open(&machine);
    assert_eq!(session.records().len(), 10, "what nobody read yet is there");
    let answer = session.ask(&Request::UploadCommit).expect("it is answered");
    let answer = LoadAnswer::read(answer.first_chunk().expect("an answer of its size"));
    // The dead client's upload is not the new one's.
    assert_eq!(
        answer.outcome,
        LoadOutcome::Incomplete.number(),
        "{answer:?}"
    );
    drop(session);
    assert_eq!(machine.unload(Unload::Mandatory), 0);
    assert_eq!(machine.findings(), []);
}
