//! The control device: who may open it, what it answers to requests of every shape, content that must be refused.

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{ControlCode, LoadOutcome, Request};
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::control::{ACCESS_DENIED, Who};
use cofferdam_stage::sensor::{DEVICE, Session, content, sign, started};

use super::{load, rule};

fn rules() -> [String; 1] {
    [rule(
        1,
        "file_event",
        "TargetFilename|endswith: '\\evil.exe'",
    )]
}

fn bytes(version: u64) -> Vec<u8> {
    content(&[&rules()[0]], version)
}

fn outcome(session: &Session<'_>, content: &[u8]) -> LoadOutcome {
    let answer = session
        .upload(content)
        .expect("the requests are well-formed");
    LoadOutcome::from_number(answer.outcome).expect("a known outcome")
}

#[test]
fn only_the_system_and_administrators_may_open_it() {
    let machine = started(Mode::Audit);
    assert!(machine.client_as(DEVICE, Who::System, 3).is_ok());
    assert!(machine.client_as(DEVICE, Who::Administrator, 3).is_ok());
    assert_eq!(
        machine.client_as(DEVICE, Who::User, 1).err(),
        Some(ACCESS_DENIED)
    );
    let (characteristics, security) = machine.device(DEVICE).expect("the device is there");
    // FILE_DEVICE_SECURE_OPEN.
    assert_eq!(characteristics & 0x100, 0x100);
    assert!(security.expect("it has a descriptor").protected);
}

#[test]
fn it_has_no_files() {
    let machine = started(Mode::Audit);
    let inside = format!(r"{DEVICE}\file");
    assert!(machine.client_as(&inside, Who::System, 3).is_err());
    assert!(machine.client(r"\DosDevices\Global\Cofferdam").is_ok());
}

#[test]
fn reading_alone_is_not_enough() {
    let machine = started(Mode::Audit);
    let client = machine
        .client_as(DEVICE, Who::Administrator, 1)
        .expect("it opens");
    let done = client.control(ControlCode::Hello.number(), &[1, 0, 0, 0, 8, 0, 0, 0], 64);
    assert_eq!(done.expect("refused at once").status, ACCESS_DENIED);
}

/// Every code, known or not, with inputs and outputs of every length: answered, never more than asked for.
#[test]
fn every_length() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    let unknown = ControlCode::Hello.number() + (100 << 2);
    let codes = ControlCode::ALL
        .iter()
        .map(|it| it.number())
        .chain([unknown, 0x1234_5678 & !3]);
    let mut refused = 0;
    for code in codes {
        for length in (0..70).chain([255, 256, 4095, 4096, 70_000]) {
            for room in [0, 1, 47, 48, 63, 64, 1055, 1056, 5000] {
                let mut input = vec![0; length];
                if let [a, b, _, _, rest @ ..] = &mut input[..] {
                    [*a, *b] = [1, 0];
                    if let Some(place) = rest.first_chunk_mut::<4>() {
                        *place = (length as u32).to_le_bytes();
                    }
                }
                match session.client.control(code, &input, room) {
                    Ok(done) => {
                        assert!(done.output.len() <= room);
                        refused += u64::from(done.status >> 30 == 3);
                    }
                    Err(pended) => {
                        assert_eq!(code, ControlCode::ReadEvents.number());
                        session.client.cancel(pended).expect("it can be cancelled");
                    }
                }
            }
        }
    }
    assert!(refused > 1000);
    assert_eq!(outcome(&session, &bytes(1)), LoadOutcome::Done);
    assert!(session.counter(Counter::BadRequests) > 1000);
}

#[test]
fn forged_and_broken_content_is_refused() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(&session, &rules(), 5);
    let good = bytes(6);
    let mut forged = good.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    assert_eq!(outcome(&session, &forged), LoadOutcome::Signature);
    let mut changed = good.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    assert_eq!(outcome(&session, &changed), LoadOutcome::Signature);
    let mut stranger = good.clone();
    stranger[104] ^= 1;
    assert_eq!(outcome(&session, &stranger), LoadOutcome::UnknownKey);
    // Signed, and still wrong: who signed it says nothing of its form.
    assert_eq!(
        outcome(&session, &sign(changed.clone())),
        LoadOutcome::Refused
    );
    for end in [64, 200, good.len() / 2, good.len() - 1] {
        assert_ne!(outcome(&session, &good[..end]), LoadOutcome::Done);
    }
    assert_eq!(outcome(&session, &bytes(5)), LoadOutcome::NotNewer);
    assert_eq!(outcome(&session, &bytes(4)), LoadOutcome::NotNewer);
    // The content before is still there.
    drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    assert_eq!(session.records().len(), 1);
    assert_eq!(outcome(&session, &good), LoadOutcome::Done);
    drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    assert_eq!(session.records()[0].version, 6);
}

#[test]
fn an_upload_in_the_wrong_order() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    let commit = session.ask(&Request::UploadCommit).expect("it is answered");
    assert_ne!(commit[0], 0);
    let chunk = Request::UploadChunk {
        offset: 0,
        bytes: &[1],
    };
    assert!(session.ask(&chunk).is_err());
    let begin = Request::UploadBegin {
        length: 100,
        sha256: [0; 32],
    };
    session.ask(&begin).expect("it begins");
    let behind = Request::UploadChunk {
        offset: 100,
        bytes: &[1],
    };
    assert!(session.ask(&behind).is_err());
    let commit = session.ask(&Request::UploadCommit).expect("it is answered");
    assert_ne!(commit[0], 0);
    let huge = Request::UploadBegin {
        length: u32::MAX,
        sha256: [0; 32],
    };
    assert!(session.ask(&huge).is_err());
}

/// Two clients at once: each has its own upload, and an upload ends with its handle.
#[test]
fn two_clients() {
    let machine = started(Mode::Audit);
    let [one, two] = [Session::open(&machine), Session::open(&machine)];
    let begin = Request::UploadBegin {
        length: 10,
        sha256: [0; 32],
    };
    one.ask(&begin).expect("it begins");
    load(&two, &rules(), 1);
    assert!(one.records().is_empty() && two.records().is_empty());
    drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    // Each record is read once, by one of them.
    assert_eq!(one.records().len() + two.records().len(), 1);
    drop(one);
    drop(two);
}

#[test]
fn muting() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(&session, &rules(), 1);
    let path: Vec<[u8; 2]> = r"C:\Windows\explorer.exe"
        .encode_utf16()
        .map(u16::to_le_bytes)
        .collect();
    session.ask(&Request::Mute(&path)).expect("it is muted");
    drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    assert_eq!(session.records(), []);
    assert!(session.counter(Counter::Muted) > 0);
    session.ask(&Request::Unmute).expect("it is unmuted");
    drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    assert_eq!(session.records().len(), 1);
}
