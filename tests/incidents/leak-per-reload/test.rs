//! Content comes again and again. See README.md.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_incidents::rule;
use cofferdam_stage::machine::Unload;
use cofferdam_stage::sensor::{Session, content, started};

const ROUNDS: u64 = 40;

#[test]
fn the_driver_does_not_grow() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    let rule = rule("file_event", &["TargetFilename|endswith: '\\evil.exe'"]);
    let mut sizes = Vec::new();
    for version in 1..=ROUNDS {
        let good = content(&[&rule], version);
        let mut bad = content(&[&rule], version + 1);
        let last = bad.len() - 1;
        bad[last] ^= 1;
        let loaded = session.upload(&good).expect("it is answered");
        assert_eq!(loaded.outcome, LoadOutcome::Done.number());
        let refused = session.upload(&bad).expect("it is answered");
        assert_eq!(refused.outcome, LoadOutcome::Signature.number());
        drop(machine.shell().create(r"C:\Users\user\evil.exe"));
        assert_eq!(session.records().len(), 1);
        sizes.push(machine.pool_bytes());
    }
    // The first rounds fill both slots.
    let (_, later) = sizes.split_at(2);
    assert!(later.iter().all(|size| *size == later[0]), "{sizes:?}");
    drop(session);
    assert_eq!(machine.unload(Unload::Mandatory), 0);
    assert_eq!(machine.pool_bytes(), 0);
    assert_eq!(machine.findings(), []);
}
