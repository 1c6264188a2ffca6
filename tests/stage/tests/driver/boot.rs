//! What lies on the disk when the machine starts: content that proved itself, content that stopped the machine, nothing.

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadAnswer, LoadOutcome, Request};
use cofferdam_stage::machine::{Disk, Machine, SYSTEM_VOLUME, Unload};
use cofferdam_stage::sensor::{Session, booted, content, installed_on};

use super::rule;

fn bytes(version: u64) -> Vec<u8> {
    let rule = rule(1, "file_event", "TargetFilename|endswith: '\\evil.exe'");
    content(&[&rule], version)
}

fn upload(session: &Session<'_>, version: u64) -> LoadOutcome {
    let answer = session
        .upload(&bytes(version))
        .expect("the requests are well-formed");
    LoadOutcome::from_number(answer.outcome).expect("a known outcome")
}

fn healthy(session: &Session<'_>, version: u64) {
    let request = Request::Health {
        content_version: version,
    };
    let answer = session.ask(&request).expect("it is answered");
    let answer = LoadAnswer::read(answer.first_chunk().expect("an answer of its size"));
    assert_eq!(answer.outcome, LoadOutcome::Done.number());
}

/// Whether the driver judges, as it must where content is active.
fn judges(machine: &Machine, session: &Session<'_>) -> bool {
    session.records();
    drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    !session.records().is_empty()
}

/// Runs a machine that ends as it should: what is on its disk then.
fn orderly(disk: Disk, run: impl FnOnce(&Machine, &Session<'_>)) -> Disk {
    let machine = booted(disk);
    let session = Session::open(&machine);
    run(&machine, &session);
    drop(session);
    assert_eq!(machine.unload(Unload::Mandatory), 0);
    machine.disk(SYSTEM_VOLUME)
}

/// Runs a machine that is stopped in the middle: what is left on its disk.
fn stopped(disk: Disk, run: impl FnOnce(&Machine, &Session<'_>)) -> Disk {
    let machine = booted(disk);
    let session = Session::open(&machine);
    run(&machine, &session);
    machine.disk_after_power_cut(SYSTEM_VOLUME)
}

/// A disk with content that has proved itself.
fn good(version: u64) -> Disk {
    orderly(Disk::default(), |_, session| {
        assert_eq!(upload(session, version), LoadOutcome::Done);
        healthy(session, version);
    })
}

#[test]
fn content_is_there_after_a_restart() {
    orderly(good(3), |machine, session| {
        assert_eq!(session.active(), 3);
        assert!(judges(machine, session));
        // Versions only grow, also over restarts.
        assert_eq!(upload(session, 3), LoadOutcome::NotNewer);
        assert_eq!(upload(session, 2), LoadOutcome::NotNewer);
        assert_eq!(upload(session, 4), LoadOutcome::Done);
    });
}

#[test]
fn new_content_that_stops_the_machine_is_not_tried_again() {
    let disk = stopped(good(1), |_, session| {
        assert_eq!(upload(session, 2), LoadOutcome::Done);
    });
    orderly(disk, |machine, session| {
        assert_eq!(session.active(), 1);
        assert!(judges(machine, session));
        assert_eq!(upload(session, 2), LoadOutcome::NotNewer);
    });
}

#[test]
fn without_content_to_fall_back_to_none_runs() {
    let disk = stopped(Disk::default(), |_, session| {
        assert_eq!(upload(session, 1), LoadOutcome::Done);
    });
    orderly(disk, |machine, session| {
        assert_eq!(session.active(), 0);
        assert!(!judges(machine, session));
        assert_eq!(upload(session, 2), LoadOutcome::Done);
        assert!(judges(machine, session));
    });
}

/// Also content that proved itself once: a machine that keeps stopping ends up without.
#[test]
fn a_machine_that_keeps_stopping_ends_without_content() {
    let mut disk = good(1);
    let mut runs = 0;
    loop {
        let mut version = 0;
        disk = stopped(disk, |_, session| version = session.active());
        if version == 0 {
            break;
        }
        assert_eq!(version, 1);
        runs += 1;
        assert!(runs <= cofferdam_engine::slots::MOST_TRIES);
    }
    assert!(runs > 0);
}

#[test]
fn a_healthy_machine_is_not_counted() {
    let mut disk = good(1);
    for _ in 0..6 {
        disk = stopped(disk, |_, session| {
            assert_eq!(session.active(), 1);
            healthy(session, 1);
        });
    }
}

/// Power is cut after every write and flush of an update: the machine that starts from what is left runs one of the two
/// versions, whole, and takes the next.
#[test]
fn power_cuts_during_an_update() {
    let machine = booted(good(1));
    let session = Session::open(&machine);
    machine.note_power_cuts();
    assert_eq!(upload(&session, 2), LoadOutcome::Done);
    healthy(&session, 2);
    let cuts = machine.power_cuts();
    assert!(cuts.len() >= 4, "{} writes and flushes", cuts.len());
    for (number, disk) in cuts.into_iter().enumerate() {
        orderly(disk, |machine, session| {
            let version = session.active();
            assert!([1, 2].contains(&version), "cut {number}: version {version}");
            assert!(judges(machine, session));
            assert_eq!(upload(session, 3), LoadOutcome::Done, "cut {number}");
        });
    }
}

#[test]
fn a_changed_file_is_not_run() {
    let disk = good(1);
    for slot in ["slot0.dam", "slot1.dam"] {
        let machine = installed_on(Mode::Audit, disk.restarted());
        let path = format!(r"C:\Windows\System32\drivers\Cofferdam\{slot}");
        let Some(mut content) = machine.contents(&path).filter(|it| !it.is_empty()) else {
            continue;
        };
        let middle = content.len() / 2;
        content[middle] ^= 1;
        machine.put(&path, &content);
        assert_eq!(machine.load(), 0);
        machine.advance(std::time::Duration::from_secs(2));
        let session = Session::open(&machine);
        assert_eq!(session.active(), 0, "{slot}");
        assert!(!judges(&machine, &session));
    }
}

#[test]
fn content_that_ran_until_windows_stopped_in_order_runs_again() {
    let disk = stopped(Disk::default(), |machine, session| {
        assert_eq!(upload(session, 1), LoadOutcome::Done);
        machine.shut_down();
    });
    let disk = stopped(disk, |machine, session| {
        assert_eq!(session.active(), 1);
        assert!(judges(machine, session));
        // This time the power fails.
    });
    orderly(disk, |_, session| assert_eq!(session.active(), 0));
}
