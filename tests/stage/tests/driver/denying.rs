//! Enforcing: what is denied leaves nothing behind; what may not be denied goes on.

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::RecordVerdict;
use cofferdam_stage::machine::{Machine, NewProcess};
use cofferdam_stage::sensor::{Record, Session, started};

use super::{denying, load, records};

const ACCESS_DENIED: u32 = 0xc000_0022;
const KEY: &str = r"\REGISTRY\MACHINE\SOFTWARE\Evil";

/// The verdicts, with each of which a denying rule was recorded.
fn verdicts(found: &[Record]) -> Vec<RecordVerdict> {
    found.iter().map(|it| it.verdict).collect()
}

/// Runs in each mode; what happens answers whether it was denied.
fn modes(category: &str, selection: &str, happens: impl Fn(&Machine) -> bool) {
    let rules = [denying(1, category, selection)];
    for (mode, denied, verdict) in [
        (Mode::Enforce, true, RecordVerdict::Denied),
        (Mode::Audit, false, RecordVerdict::Match),
    ] {
        let found = records(mode, &rules, |machine| assert_eq!(happens(machine), denied));
        assert_eq!(verdicts(&found), [verdict], "{mode:?}: {found:#?}");
    }
    let found = records(Mode::Off, &rules, |machine| assert!(!happens(machine)));
    assert_eq!(found, []);
}

#[test]
fn a_file_is_not_made() {
    modes(
        "file_event",
        "TargetFilename|endswith: '\\evil.exe'",
        |machine| {
            let path = r"C:\Users\user\evil.exe";
            let result = machine.shell().create(path);
            let status = result.as_ref().err().copied();
            drop(result);
            assert_eq!(status.is_some(), machine.contents(path).is_none());
            status == Some(ACCESS_DENIED)
        },
    );
}

#[test]
fn a_file_is_not_overwritten() {
    modes(
        "file_event",
        "TargetFilename|endswith: '\\kept.txt'",
        |machine| {
            let path = r"C:\Users\user\kept.txt";
            machine.put(path, b"precious");
            let denied = machine.shell().create(path).is_err();
            assert_eq!(
                denied,
                machine.contents(path).as_deref() == Some(b"precious")
            );
            denied
        },
    );
}

#[test]
fn a_file_is_not_deleted() {
    modes(
        "file_delete",
        "TargetFilename|endswith: '\\kept.txt'",
        |machine| {
            let path = r"C:\Users\user\kept.txt";
            machine.put(path, b"precious");
            let handle = machine.shell().open_existing(path).expect("it opens");
            let denied = handle.set_delete(true) == ACCESS_DENIED;
            drop(handle);
            assert_eq!(denied, machine.contents(path).is_some());
            denied
        },
    );
}

#[test]
fn a_stream_is_not_made() {
    modes(
        "create_stream_hash",
        "TargetFilename|endswith: ':evil'",
        |machine| {
            machine.put(r"C:\Users\user\host.txt", b"");
            machine
                .shell()
                .create(r"C:\Users\user\host.txt:evil")
                .is_err()
        },
    );
}

#[test]
fn a_file_is_not_opened() {
    modes(
        "file_access",
        "FileName|endswith: '\\secret.txt'",
        |machine| {
            machine.put(r"C:\Users\user\secret.txt", b"");
            machine
                .shell()
                .open_existing(r"C:\Users\user\secret.txt")
                .is_err()
        },
    );
}

#[test]
fn a_process_is_not_started() {
    modes(
        "process_creation",
        "Image|endswith: '\\evil.exe'",
        |machine| {
            let evil = NewProcess::new(r"C:\evil.exe", "evil");
            machine.shell().start(&evil).is_err()
        },
    );
}

#[test]
fn a_process_is_not_opened_for_writing() {
    const WRITE: u32 = 0x20;
    modes(
        "process_access",
        "TargetImage|endswith: '\\victim.exe'",
        |machine| {
            let victim = machine
                .shell()
                .start(&NewProcess::new(r"C:\victim.exe", "victim"));
            let victim = victim.expect("it starts").id();
            // What is not dangerous stays.
            let granted = machine.shell().open_process(victim, WRITE | 0x1000);
            assert_eq!(granted & 0x1000, 0x1000);
            granted & WRITE == 0
        },
    );
}

#[test]
fn a_key_is_not_created() {
    modes(
        "registry_add",
        "TargetObject|endswith: '\\Evil'",
        |machine| machine.shell().create_key(KEY).0 == ACCESS_DENIED,
    );
}

#[test]
fn a_value_is_not_set() {
    modes(
        "registry_set",
        "TargetObject|endswith: '\\Evil\\Value'",
        |machine| {
            machine.shell().create_key(KEY);
            machine
                .shell()
                .set_value(KEY, "Value", &(4, vec![1, 0, 0, 0]))
                == ACCESS_DENIED
        },
    );
}

#[test]
fn a_key_is_not_deleted() {
    modes(
        "registry_delete",
        "TargetObject|endswith: '\\Evil'",
        |machine| {
            machine.shell().create_key(KEY);
            machine.shell().delete_key(KEY) == ACCESS_DENIED
        },
    );
}

#[test]
fn a_key_is_not_renamed() {
    modes(
        "registry_rename",
        "TargetObject|endswith: '\\Evil'",
        |machine| {
            machine.shell().create_key(KEY);
            machine.shell().rename_key(KEY, "Good") == ACCESS_DENIED
        },
    );
}

/// Processes without which Windows does not run are not denied anything by a rule that does not name them.
#[test]
fn a_critical_process_is_not_denied() {
    let rules = [denying(
        1,
        "file_event",
        "TargetFilename|endswith: '\\evil.exe'",
    )];
    let found = records(Mode::Enforce, &rules, |machine| {
        let services = machine.program(0x200);
        assert!(services.create(r"C:\Windows\System32\evil.exe").is_ok());
    });
    assert_eq!(verdicts(&found), [RecordVerdict::Match]);
}

/// The mode can be changed while it runs.
#[test]
fn the_mode_is_obeyed_at_once() {
    use cofferdam_engine::protocol::Request;
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(
        &session,
        &[denying(
            1,
            "file_event",
            "TargetFilename|endswith: '\\evil.exe'",
        )],
        1,
    );
    let creates = || machine.shell().create(r"C:\Users\user\evil.exe").is_ok();
    assert!(creates());
    session
        .ask(&Request::SetMode(Mode::Enforce))
        .expect("a mode is set");
    assert!(!creates());
    session
        .ask(&Request::SetMode(Mode::Off))
        .expect("a mode is set");
    assert!(creates());
}
