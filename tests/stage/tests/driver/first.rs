//! From a Sigma rule to a record of telemetry, through the image that ships.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, RecordVerdict};
use cofferdam_interpreter::schema::Kind;
use cofferdam_stage::machine::Unload;
use cofferdam_stage::sensor::{Session, content, started};

const RULE: &str = "
title: A file with a telling name
id: 00000000-0000-4000-8000-000000000001
logsource: { product: windows, category: file_event }
detection:
    selection:
        TargetFilename|endswith: '\\evil.exe'
    condition: selection
";

#[test]
fn it_loads_and_unloads() {
    let machine = started(Mode::Audit);
    assert_eq!(machine.unload(Unload::Mandatory), 0);
}

#[test]
fn a_file_is_created_and_judged() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    let answer = session
        .upload(&content(&[RULE], 1))
        .expect("the upload succeeds");
    assert_eq!(answer.outcome, LoadOutcome::Done.number(), "{answer:?}");
    let shell = machine.shell();
    drop(
        shell
            .create(r"C:\Users\user\good.exe")
            .expect("it is created"),
    );
    assert_eq!(session.records(), []);
    drop(
        shell
            .create(r"C:\Users\user\Evil.EXE")
            .expect("it is created"),
    );
    let records = session.records();
    let [record] = &records[..] else {
        panic!("one record expected, not {records:#?}");
    };
    assert_eq!(record.kind, Kind::FileEvent);
    assert_eq!(record.verdict, RecordVerdict::Match);
    assert_eq!(record.object, r"C:\Users\user\Evil.EXE");
    assert_eq!(record.image, r"C:\Windows\explorer.exe");
    assert_eq!(u64::from(record.process), shell.id());
    drop(session);
    assert_eq!(machine.unload(Unload::Mandatory), 0);
    assert_eq!(machine.findings(), []);
}
