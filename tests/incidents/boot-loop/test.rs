//! Every start with content active ends badly. See README.md.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_engine::protocol::{LoadOutcome, Request};
use cofferdam_engine::slots::MOST_TRIES;
use cofferdam_incidents::rule;
use cofferdam_stage::machine::{Disk, SYSTEM_VOLUME, Unload};
use cofferdam_stage::sensor::{Session, booted, content};

fn bytes(version: u64) -> Vec<u8> {
    let rule = rule("file_event", &["TargetFilename|endswith: '\\evil.exe'"]);
    content(&[&rule], version)
}

fn load(session: &Session<'_>, version: u64) {
    let answer = session.upload(&bytes(version)).expect("it is answered");
    assert_eq!(answer.outcome, LoadOutcome::Done.number());
}

#[test]
fn it_ends() {
    let mut disk = {
        let machine = booted(Disk::default());
        let session = Session::open(&machine);
        load(&session, 1);
        let well = Request::Health { content_version: 1 };
        session.ask(&well).expect("it is answered");
        load(&session, 2);
        machine.disk_after_power_cut(SYSTEM_VOLUME)
    };
    let mut ran = Vec::new();
    loop {
        let machine = booted(disk);
        let session = Session::open(&machine);
        let version = session.active();
        if version == 0 {
            load(&session, 3);
            assert_eq!(session.active(), 3);
            drop(session);
            assert_eq!(machine.unload(Unload::Mandatory), 0);
            break;
        }
        ran.push(version);
        assert!(ran.len() < usize::from(MOST_TRIES), "{ran:?}");
        disk = machine.disk_after_power_cut(SYSTEM_VOLUME);
    }
    assert!(
        !ran.is_empty() && ran.iter().all(|version| *version == 1),
        "{ran:?}"
    );
}
