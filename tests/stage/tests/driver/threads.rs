//! Many things at once: events of every kind on several threads, content that is swapped, clients and volumes that come and
//! go, and an unload in the middle.
//!
//! Once in an order that a seed chooses, so that a finding can be had again, and once as the host's scheduler likes.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, Request};
use cofferdam_stage::machine::{Disk, FileSystem, Machine, NewProcess, Unload};
use cofferdam_stage::sensor::{Session, content, installed};

use super::{denying, rule};

fn contents(versions: u64) -> Vec<Vec<u8>> {
    let rules = [
        rule(1, "file_event", "TargetFilename|contains: 'evil'"),
        rule(2, "process_creation", "Image|contains: 'evil'"),
        rule(3, "registry_set", "TargetObject|contains: 'evil'"),
        denying(4, "file_delete", "TargetFilename|contains: 'kept'"),
        rule(5, "image_load", "ImageLoaded|contains: 'evil'"),
        rule(6, "file_rename", "TargetFilename|contains: 'evil'"),
        rule(7, "process_access", "GrantedAccess: '0x10'"),
    ];
    (1..=versions)
        .map(|version| {
            // Not the same rules twice in a row.
            let skipped = (version % 7) as usize;
            let chosen = rules.iter().enumerate().filter(|(at, _)| *at != skipped);
            let chosen: Vec<&str> = chosen.map(|(_, it)| it.as_str()).collect();
            content(&chosen, version)
        })
        .collect()
}

/// Events of one thread: everything that a process does, on files of its own.
fn events(machine: &Machine, thread: usize, rounds: usize) {
    let shell = machine.shell();
    for round in 0..rounds {
        let path = format!(r"C:\Users\user\evil {thread} {round}.txt");
        if let Ok(handle) = shell.create(&path) {
            handle.write(b"text");
        }
        if let Ok(handle) = shell.open_existing(&path) {
            handle.rename(&format!("evil renamed {thread} {round}.txt"), true);
            handle.set_delete(true);
        }
        let new = NewProcess::new(r"C:\evil.exe", &format!("evil {thread} {round}"));
        if let Ok(process) = shell.start(&new) {
            process.load_image(r"C:\Windows\System32\evil.dll");
            shell.start_thread(process.id());
            shell.open_process(process.id(), 0x10);
            process.exit();
        }
        let key = format!(r"\REGISTRY\MACHINE\SOFTWARE\evil {thread}");
        shell.create_key(&key);
        shell.set_value(&key, "Value", &(4, vec![1, 0, 0, 0]));
        shell.delete_key(&key);
    }
}

/// Content is swapped until it cannot be any more.
fn swap(machine: &Machine, contents: &[Vec<u8>], swapped: &AtomicBool) {
    let Ok(session) = Session::try_open(machine) else {
        return;
    };
    for content in contents {
        let answer = session
            .upload(content)
            .expect("the requests are well-formed");
        assert_eq!(answer.outcome, LoadOutcome::Done.number());
    }
    swapped.store(true, SeqCst);
}

/// Clients come and go.
fn clients(machine: &Machine, rounds: usize) {
    for _ in 0..rounds {
        let Ok(session) = Session::try_open(machine) else {
            return;
        };
        for _ in 0..5 {
            session.records_now();
        }
        session.ask(&Request::Status).expect("statistics are given");
    }
}

/// A volume comes and goes.
fn volumes(machine: &Machine, rounds: usize) {
    for _ in 0..rounds {
        let name = r"\Device\HarddiskVolume5";
        machine.add_volume(name, Some('E'), FileSystem::Ntfs, Disk::default());
        drop(machine.shell().create(r"E:\evil.txt"));
        machine.dismount(name);
    }
}

/// Everything at once; the driver is unloaded when all is under way.
fn storm(machine: &Machine, contents: &[Vec<u8>], rounds: usize) {
    assert_eq!(machine.load(), 0);
    let swapped = AtomicBool::new(false);
    let swapped = &swapped;
    let mut bodies: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
    for thread in 0..5 {
        bodies.push(Box::new(move || events(machine, thread, rounds)));
    }
    bodies.push(Box::new(move || swap(machine, contents, swapped)));
    bodies.push(Box::new(move || clients(machine, rounds)));
    bodies.push(Box::new(move || volumes(machine, rounds)));
    bodies.push(Box::new(move || {
        // An unload that may be refused first, then one that may not.
        events(machine, 9, rounds / 2);
        machine.unload(Unload::Optional);
        if machine.is_loaded() {
            machine.unload(Unload::Mandatory);
        }
    }));
    machine.threads(bodies);
    assert!(!machine.is_loaded());
}

fn machine() -> Machine {
    let machine = installed(Mode::Enforce);
    machine.kernel().measure_stack(false);
    machine
}

fn seeds() -> u64 {
    let asked = std::env::var("COFFERDAM_STAGE_SEEDS");
    asked.ok().and_then(|it| it.parse().ok()).unwrap_or(8)
}

#[test]
fn in_orders_that_seeds_choose() {
    let contents = contents(4);
    for seed in 0..seeds() {
        eprintln!("seed {seed}");
        let machine = machine();
        machine.schedule(seed);
        storm(&machine, &contents, 6);
        assert!(machine.switches() > 1000);
        assert_eq!(machine.findings(), [], "seed {seed}");
    }
}

#[test]
fn as_the_host_schedules() {
    let contents = contents(20);
    for _ in 0..seeds() / 4 {
        let machine = machine();
        storm(&machine, &contents, 30);
        assert_eq!(machine.findings(), []);
    }
}

/// A finding can be had again: the same seed gives the same order.
#[test]
fn a_seed_gives_the_same_order_again() {
    let contents = contents(2);
    let run = |seed| {
        let machine = machine();
        machine.schedule(seed);
        storm(&machine, &contents, 3);
        let calls: Vec<_> = machine.kernel().calls().collect();
        (machine.switches(), calls)
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5).0, run(6).0);
}
