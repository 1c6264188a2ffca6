//! Every routine that can fail is made to fail, once for each distinct call stack of the driver: the machine goes on, what
//! happens on it is allowed and what was missed is counted, and the driver unloads without leaving anything behind.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, Request};
use cofferdam_engine::stats::{Counter, Degraded, StatusView};
use cofferdam_interpreter::Content;
use cofferdam_stage::kernel::{Injected, Injection};
use cofferdam_stage::machine::{
    Create, Disk, FileSystem, Machine, NewProcess, SYSTEM_VOLUME, Unload,
};
use cofferdam_stage::record;
use cofferdam_stage::sensor::{Session, content, installed_on};
use serde_json::json;

use super::{asked, rule};

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ran {
    /// Whether DriverEntry succeeded.
    loaded: bool,
    records: usize,
    /// Something that a client sees failed: it knows.
    client_saw: bool,
    /// The driver counted or reported something.
    counted: bool,
}

pub(super) fn rules() -> Vec<String> {
    let all = [
        ("process_creation", "Image|contains: ':'"),
        ("process_termination", "Image|contains: ':'"),
        ("file_event", "TargetFilename|contains: ':'"),
        ("file_delete", "TargetFilename|contains: ':'"),
        ("file_rename", "TargetFilename|contains: ':'"),
        ("file_change", "TargetFilename|contains: ':'"),
        ("file_access", "FileName|contains: ':'"),
        ("create_stream_hash", "TargetFilename|contains: ':'"),
        ("pipe_created", "PipeName|contains: '\\'"),
        ("image_load", "ImageLoaded|contains: ':'"),
        ("driver_load", "ImageLoaded|contains: ':'"),
        ("registry_add", "TargetObject|contains: 'H'"),
        ("registry_set", "TargetObject|contains: 'H'"),
        ("registry_delete", "TargetObject|contains: 'H'"),
        ("registry_rename", "TargetObject|contains: 'H'"),
        ("create_remote_thread", "SourceImage|contains: ':'"),
        ("process_access", "TargetImage|contains: ':'"),
        ("raw_access_thread", "Device|contains: '\\'"),
    ];
    (1..)
        .zip(all)
        .map(|(number, (category, selection))| rule(number, category, selection))
        .collect()
}

/// Everything happens once. Whatever fails inside the driver, nothing of it may fail.
fn everything(machine: &Machine) {
    let shell = machine.shell();
    let path = r"C:\Users\user\a.txt";
    drop(shell.create(path).expect("it is created"));
    drop(
        shell
            .create(&format!("{path}:stream"))
            .expect("it is created"),
    );
    let handle = shell.open_existing(path).expect("it opens");
    assert_eq!(handle.set_created(130_000_000_000_000_000), 0);
    assert_eq!(handle.rename("b.txt", false), 0);
    assert_eq!(handle.set_delete(true), 0);
    drop(handle);
    let (status, _) = shell.create_pipe(r"\Device\NamedPipe\pipe");
    assert_eq!(status.status, 0);
    let volume = Create {
        access: 0x8010_0000,
        ..Create::default()
    };
    drop(shell.open(SYSTEM_VOLUME, volume));
    let child = shell
        .start(&NewProcess::new(r"C:\child.exe", "child"))
        .expect("it starts");
    child.load_image(r"C:\Windows\System32\some.dll");
    shell.load_driver(r"C:\Windows\System32\drivers\some.sys");
    shell.start_thread(child.id());
    assert_eq!(shell.open_process(child.id(), 0x10), 0x10);
    child.exit();
    let key = r"\REGISTRY\MACHINE\SOFTWARE\Key";
    assert_eq!(shell.create_key(key).0, 0);
    assert_eq!(shell.set_value(key, "Value", &(4, vec![1, 0, 0, 0])), 0);
    assert_eq!(shell.delete_value(key, "Value"), 0);
    assert_eq!(shell.rename_key(key, "Other"), 0);
    assert_eq!(shell.delete_key(r"\REGISTRY\MACHINE\SOFTWARE\Other"), 0);
    machine.add_volume(
        r"\Device\HarddiskVolume9",
        Some('G'),
        FileSystem::Ntfs,
        Disk::default(),
    );
    // The letter is asked for again, where that failed.
    machine.advance(Duration::from_secs(2));
    drop(shell.create(r"G:\c.txt").expect("it is created"));
    machine.dismount(r"\Device\HarddiskVolume9");
}

fn degraded(session: &Session<'_>) -> u32 {
    let status = session.status();
    StatusView::read(&status[..])
        .expect("statistics")
        .header
        .degraded
}

fn run(machine: &Machine, content: &[u8]) -> Ran {
    let mut ran = Ran::default();
    machine.add_volume(
        r"\Device\NamedPipe",
        None,
        FileSystem::Pipes,
        Disk::default(),
    );
    if machine.load() != 0 {
        return ran;
    }
    ran.loaded = true;
    machine.advance(Duration::from_secs(2));
    // A client that is refused tries again.
    let mut tries = 0..3;
    let session = tries.find_map(|_| {
        let opened = Session::try_open(machine).ok();
        ran.client_saw |= opened.is_none();
        opened
    });
    let session = session.expect("the device opens in the end");
    // What went wrong at the start is said until it is mended.
    ran.counted = degraded(&session) != 0;
    let mut tries = 0..3;
    let uploaded = tries.any(|_| {
        let answer = session.upload(content);
        let done = answer.is_ok_and(|it| it.outcome == LoadOutcome::Done.number());
        ran.client_saw |= !done;
        done
    });
    // Without keys or without cryptography no content can be had, which the driver says.
    let blind = degraded(&session) & (Degraded::NoKeys.bit() | Degraded::Cryptography.bit());
    assert!(uploaded || blind != 0, "the upload succeeds in the end");
    everything(machine);
    ran.records = session.records().len();
    let path: Vec<[u8; 2]> = r"C:\x".encode_utf16().map(u16::to_le_bytes).collect();
    ran.client_saw |= session.ask(&Request::Mute(&path)).is_err();
    let decoded = Content::decode(content).expect("well-formed content");
    let content_version = decoded.content().header().content_version;
    ran.client_saw |= session.ask(&Request::Health { content_version }).is_err();
    let status = session.status();
    let view = StatusView::read(&status[..]).expect("statistics");
    let missed = [
        Counter::Unjudged,
        Counter::NoScratch,
        Counter::NameFailures,
        Counter::UnknownProcesses,
        Counter::ProcessTableFull,
        Counter::AllocationFailures,
        Counter::LoadRefusals,
        Counter::Skipped,
    ];
    let counter = |it: Counter| u64::from_le_bytes(view.counters[it.number()]);
    ran.counted |= view.header.degraded != 0 || missed.into_iter().any(|it| counter(it) != 0);
    drop(session);
    assert_eq!(machine.unload(Unload::Mandatory), 0);
    ran
}

/// A machine on a disk: a fresh one, or one with content that has proved itself.
fn machine(disk: &Disk) -> Machine {
    let machine = installed_on(Mode::Audit, disk.restarted());
    machine.kernel().measure_stack(false);
    machine
}

/// The distinct call stacks of calls that can fail.
fn call_stacks(disk: &Disk, content: &[u8]) -> Vec<Injected> {
    let machine = machine(disk);
    machine.kernel().injection.begin(&[]);
    run(&machine, content);
    let seen = machine.kernel().injection.end().0;
    assert!(seen.len() > 60, "only {} call stacks", seen.len());
    seen
}

/// Runs with failures: what it came to, how many calls failed, and what was found.
fn suffer(
    disk: &Disk,
    content: &[u8],
    begin: impl FnOnce(&Injection),
) -> (Option<Ran>, usize, Vec<String>) {
    let machine = machine(disk);
    begin(&machine.kernel().injection);
    let ran = catch_unwind(AssertUnwindSafe(|| run(&machine, content))).ok();
    let (_, failed) = machine.kernel().injection.end();
    let findings = machine.take_findings();
    if ran.is_none() {
        // It cannot be unloaded any more.
        std::mem::forget(machine);
    }
    (
        ran,
        failed.len(),
        findings.iter().map(ToString::to_string).collect(),
    )
}

fn content_of_all(version: u64) -> Vec<u8> {
    let rules = rules();
    let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
    content(&texts, version)
}

/// A fresh disk, and one that a machine with content left.
fn disks() -> [Disk; 2] {
    let machine = machine(&Disk::default());
    run(&machine, &content_of_all(1));
    [Disk::default(), machine.disk(SYSTEM_VOLUME)]
}

/// What a disk's machines came to.
fn noted(kind: &str, disks: &[serde_json::Value]) {
    record::note(&format!("failures.{kind}"), json!({ "disks": disks }));
}

const DISKS: [&str; 2] = ["a fresh disk", "a disk with content"];

#[test]
fn every_failure_alone() {
    let content = content_of_all(2);
    let (mut wrong, mut records) = (Vec::new(), Vec::new());
    for (disk, name) in disks().into_iter().zip(DISKS) {
        let baseline = run(&machine(&disk), &content);
        let seen = call_stacks(&disk, &content);
        let mut routines = BTreeMap::new();
        for injected in &seen {
            *routines.entry(injected.routine).or_insert(0) += 1;
            let (ran, failed, findings) = suffer(&disk, &content, |it| it.begin(&[injected.key]));
            let lost = ran.as_ref().is_some_and(|ran| {
                let fewer = ran.loaded && ran.records < baseline.records;
                fewer && !ran.client_saw && !ran.counted
            });
            if ran.is_none() || !findings.is_empty() || lost || failed != 1 {
                wrong.push(format!(
                    "{injected:#?}\n{ran:?} of {baseline:?}, failed {failed}\n{findings:#?}"
                ));
            }
        }
        eprintln!("{name}: {} call stacks, each failed once", seen.len());
        records.push(json!({ "disk": name, "call_stacks": seen.len(), "routines": routines }));
    }
    noted("alone", &records);
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// After each failure, another one in the same callback: each of the next so many calls that can fail, in turn.
#[test]
fn every_failure_with_one_that_follows() {
    let most = asked("COFFERDAM_STAGE_PAIRS", 3) as u32;
    let content = content_of_all(2);
    let (mut wrong, mut records) = (Vec::new(), Vec::new());
    for (disk, name) in disks().into_iter().zip(DISKS) {
        let (mut pairs, mut open) = (0, 0);
        for injected in call_stacks(&disk, &content) {
            for second in 1..=most {
                let begin = |it: &Injection| it.begin_pair(injected.key, second);
                let (ran, failed, findings) = suffer(&disk, &content, begin);
                if ran.is_none() || !findings.is_empty() {
                    wrong.push(format!("{injected:#?}, then {second}\n{findings:#?}"));
                }
                if failed < 2 {
                    // The callback has no more calls that can fail.
                    break;
                }
                pairs += 1;
                open += usize::from(second == most);
            }
        }
        eprintln!("{name}: {pairs} pairs of failures; {open} callbacks may have more");
        records.push(json!({ "disk": name, "pairs": pairs, "following": most, "open": open }));
    }
    noted("pairs", &records);
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
