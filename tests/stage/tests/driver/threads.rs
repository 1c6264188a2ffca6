//! Many things at once: events of every kind on several threads, content that is swapped, clients and volumes that come and
//! go, and an unload in the middle.
//!
//! Once in an order that a seed chooses, so that a finding can be had again, and once as the host's scheduler likes.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, Request};
use cofferdam_stage::machine::{Disk, FileSystem, Machine, NewProcess, Unload};
use cofferdam_stage::record;
use cofferdam_stage::sensor::{Session, content, installed};
use serde_json::json;

use super::{asked, denying, rule};

/// Threads of events.
const THREADS: usize = 8;
/// How often content is swapped where the host schedules.
const SWAP_EVERY: Duration = Duration::from_millis(10);

/// What happened in all.
#[derive(Debug, Default)]
struct Tally {
    events: AtomicU64,
    swaps: AtomicU64,
    clients: AtomicU64,
    volumes: AtomicU64,
}

impl Tally {
    fn record(&self) -> serde_json::Value {
        json!({
            "threads": THREADS,
            "events": self.events.load(SeqCst),
            "swaps": self.swaps.load(SeqCst),
            "clients": self.clients.load(SeqCst),
            "dismounts": self.volumes.load(SeqCst),
        })
    }
}

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
fn events(machine: &Machine, tally: &Tally, thread: usize, rounds: usize) {
    let shell = machine.shell();
    let happened = |count| tally.events.fetch_add(count, SeqCst);
    for round in 0..rounds {
        let path = format!(r"C:\Users\user\evil {thread} {round}.txt");
        if let Ok(handle) = shell.create(&path) {
            handle.write(b"text");
            happened(2);
        }
        if let Ok(handle) = shell.open_existing(&path) {
            handle.rename(&format!("evil renamed {thread} {round}.txt"), true);
            handle.set_delete(true);
            happened(3);
        }
        let new = NewProcess::new(r"C:\evil.exe", &format!("evil {thread} {round}"));
        if let Ok(process) = shell.start(&new) {
            process.load_image(r"C:\Windows\System32\evil.dll");
            shell.start_thread(process.id());
            shell.open_process(process.id(), 0x10);
            process.exit();
            happened(5);
        }
        let key = format!(r"\REGISTRY\MACHINE\SOFTWARE\evil {thread}");
        shell.create_key(&key);
        shell.set_value(&key, "Value", &(4, vec![1, 0, 0, 0]));
        shell.delete_key(&key);
        happened(3);
    }
}

/// Content is swapped until it cannot be any more.
fn swap(machine: &Machine, tally: &Tally, contents: &[Vec<u8>], pause: Duration) {
    let Ok(session) = Session::try_open(machine) else {
        return;
    };
    for content in contents {
        let answer = session
            .upload(content)
            .expect("the requests are well-formed");
        assert_eq!(answer.outcome, LoadOutcome::Done.number());
        tally.swaps.fetch_add(1, SeqCst);
        std::thread::sleep(pause);
    }
}

/// Clients come and go.
fn clients(machine: &Machine, tally: &Tally, rounds: usize) {
    for _ in 0..rounds {
        let Ok(session) = Session::try_open(machine) else {
            return;
        };
        for _ in 0..5 {
            session.records_now();
        }
        session.ask(&Request::Status).expect("statistics are given");
        tally.clients.fetch_add(1, SeqCst);
    }
}

/// A volume comes and goes.
fn volumes(machine: &Machine, tally: &Tally, rounds: usize) {
    for _ in 0..rounds {
        let name = r"\Device\HarddiskVolume5";
        machine.add_volume(name, Some('E'), FileSystem::Ntfs, Disk::default());
        drop(machine.shell().create(r"E:\evil.txt"));
        machine.dismount(name);
        tally.volumes.fetch_add(1, SeqCst);
    }
}

/// Everything at once; the driver is unloaded when all is under way.
fn storm(machine: &Machine, tally: &Tally, contents: &[Vec<u8>], rounds: usize, pause: Duration) {
    assert_eq!(machine.load(), 0);
    let mut bodies: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
    for thread in 0..THREADS {
        bodies.push(Box::new(move || events(machine, tally, thread, rounds)));
    }
    bodies.push(Box::new(move || swap(machine, tally, contents, pause)));
    bodies.push(Box::new(move || clients(machine, tally, rounds)));
    bodies.push(Box::new(move || volumes(machine, tally, rounds)));
    bodies.push(Box::new(move || {
        // An unload that may be refused first, then one that may not.
        events(machine, tally, THREADS, rounds / 2);
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

#[test]
fn in_orders_that_seeds_choose() {
    let contents = contents(4);
    let seeds = asked("COFFERDAM_STAGE_SEEDS", 8);
    let (tally, mut switches) = (Tally::default(), 0);
    for seed in 0..seeds {
        eprintln!("seed {seed}");
        let machine = machine();
        machine.schedule(seed);
        storm(&machine, &tally, &contents, 6, Duration::ZERO);
        assert!(machine.switches() > 1000);
        assert_eq!(machine.findings(), [], "seed {seed}");
        switches += machine.switches();
    }
    let mut record = tally.record();
    record["seeds"] = seeds.into();
    record["switches"] = switches.into();
    record["findings"] = 0.into();
    record::note("concurrency.seeded", record);
}

/// For as many seconds as `COFFERDAM_STAGE_SECONDS` says.
#[test]
fn as_the_host_schedules() {
    let contents = contents(100);
    let wanted = Duration::from_secs(asked("COFFERDAM_STAGE_SECONDS", 5));
    let (tally, begun, mut storms) = (Tally::default(), Instant::now(), 0);
    while begun.elapsed() < wanted {
        let machine = machine();
        storm(&machine, &tally, &contents, 30, SWAP_EVERY);
        assert_eq!(machine.findings(), []);
        storms += 1;
    }
    let mut record = tally.record();
    record["seconds"] = begun.elapsed().as_secs().into();
    record["unloads"] = storms.into();
    record["findings"] = 0.into();
    record::note("concurrency.host", record);
}

/// A finding can be had again: the same seed gives the same order.
#[test]
fn a_seed_gives_the_same_order_again() {
    let contents = contents(2);
    let run = |seed| {
        let machine = machine();
        machine.schedule(seed);
        storm(&machine, &Tally::default(), &contents, 3, Duration::ZERO);
        let calls: Vec<_> = machine.kernel().calls().collect();
        (machine.switches(), calls)
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5).0, run(6).0);
}
