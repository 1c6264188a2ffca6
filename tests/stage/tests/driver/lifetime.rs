//! Loading, unloading, volumes that come and go.

use cofferdam_engine::Mode;
use cofferdam_stage::machine::{DO_NOT_DETACH, Disk, FileSystem, NewProcess, PENDING, Unload};
use cofferdam_stage::sensor::{Session, installed, started};

use super::{load, rule};

fn rules() -> [String; 1] {
    [rule(
        1,
        "file_event",
        "TargetFilename|endswith: '\\evil.exe'",
    )]
}

#[test]
fn not_in_safe_mode() {
    let machine = installed(Mode::Audit);
    machine.set_safe_mode(1);
    assert_ne!(machine.load(), 0);
    assert_eq!(machine.findings(), []);
}

#[test]
fn an_optional_unload_is_refused_while_a_handle_is_open() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    assert_eq!(machine.unload(Unload::Optional), DO_NOT_DETACH);
    load(&session, &rules(), 1);
    drop(session);
    assert_eq!(machine.unload(Unload::Optional), 0);
}

#[test]
fn a_mandatory_unload_waits_for_the_handle_only() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(&session, &rules(), 1);
    session.records();
    assert_eq!(machine.unload(Unload::Mandatory), PENDING);
    drop(session);
    assert!(!machine.is_loaded());
}

#[test]
fn an_unload_with_files_open() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    let rules = [rule(
        1,
        "file_delete",
        "TargetFilename|endswith: '\\evil.exe'",
    )];
    load(&session, &rules, 1);
    machine.put(r"C:\Users\user\evil.exe", b"");
    let handle = machine
        .shell()
        .open_existing(r"C:\Users\user\evil.exe")
        .expect("it opens");
    drop(session);
    assert_eq!(machine.unload(Unload::Mandatory), 0);
    drop(handle);
}

#[test]
fn it_can_be_loaded_before_its_volumes() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(&session, &rules(), 1);
    machine.add_volume(
        r"\Device\HarddiskVolume7",
        Some('E'),
        FileSystem::Ntfs,
        Disk::default(),
    );
    drop(machine.shell().create(r"E:\evil.exe"));
    assert_eq!(session.records()[0].object, r"E:\evil.exe");
    machine.dismount(r"\Device\HarddiskVolume7");
}

#[test]
fn a_volume_goes_with_a_file_open() {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(
        &session,
        &[rule(1, "file_delete", "TargetFilename|contains: 'x'")],
        1,
    );
    machine.add_volume(
        r"\Device\HarddiskVolume7",
        Some('E'),
        FileSystem::Ntfs,
        Disk::default(),
    );
    machine.put(r"E:\x", b"");
    std::mem::forget(machine.shell().open_existing(r"E:\x"));
    machine.dismount(r"\Device\HarddiskVolume7");
}

/// Nothing of the driver holds on to a process.
#[test]
fn processes_come_and_go() {
    let machine = started(Mode::Audit);
    for number in 0..100 {
        let command_line = format!("program {number}");
        let process = machine
            .shell()
            .start(&NewProcess::new(r"C:\program.exe", &command_line));
        process.expect("it starts").exit();
    }
}

/// The deepest use of the stack by any callback of these tests: see `docs/proofs.md` for the promise.
#[test]
fn the_stack_is_used_sparingly() {
    let machine = started(Mode::Enforce);
    let session = Session::open(&machine);
    let rules = [
        rule(
            1,
            "file_event",
            "TargetFilename|re: '[a-z]{3,9}\\\\evil\\.(exe|dll)'",
        ),
        rule(2, "file_access", "FileName|endswith: '\\evil.exe'"),
        rule(3, "file_delete", "TargetFilename|endswith: '\\evil.exe'"),
        rule(
            4,
            "process_creation",
            "CommandLine|re: '(evil|bad) +-[a-z]+'",
        ),
        rule(5, "process_access", "GrantedAccess: '0x1410'"),
        rule(6, "registry_set", "Details|contains: 'evil'"),
    ];
    load(&session, &rules, 1);
    let shell = machine.shell();
    drop(shell.create(r"C:\Users\user\evil.exe"));
    let evil = shell
        .open_existing(r"C:\Users\user\evil.exe")
        .expect("it opens");
    assert_eq!(evil.set_delete(true), 0);
    drop(evil);
    let new = NewProcess::new(r"C:\program.exe", "evil -run");
    let program = shell.start(&new).expect("it starts");
    shell.open_process(program.id(), 0x1410);
    program.exit();
    assert_eq!(session.records().len(), 5);
    drop(session);
    machine.unload(Unload::Mandatory);
    for (callback, bytes) in machine.kernel().deepest() {
        // What the stage itself puts there: a callback's arguments as one array, and two words and what aligns them in
        // each routine of the kernel.
        const STAGE: usize = 14 * 8 + 3 * 8;
        // Events come on stacks that others have used before; starting, stopping and taking content in do not.
        let event = ["pre-", "post-", "registry", "notification"];
        let most = if event.iter().any(|it| callback.contains(it)) {
            1536
        } else {
            4096
        };
        eprintln!("{callback}: {bytes} bytes of stack");
        assert!(
            bytes <= most + STAGE,
            "{callback} uses {bytes} bytes of stack"
        );
    }
}
