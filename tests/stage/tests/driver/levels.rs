//! Raised IRQL, paging I/O, requests inside requests: what may not be judged there is allowed and counted.

use cofferdam_engine::Mode;
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::{Create, Disposition, Machine, NewProcess};
use cofferdam_stage::sensor::{Session, started};

use super::{load, rule};

fn rules() -> Vec<String> {
    let all = [
        ("file_event", "TargetFilename|contains: 'C:'"),
        ("file_access", "FileName|contains: 'C:'"),
        ("file_rename", "TargetFilename|contains: 'C:'"),
        ("file_delete", "TargetFilename|contains: 'C:'"),
        ("file_change", "TargetFilename|contains: 'C:'"),
    ];
    (1..)
        .zip(all)
        .map(|(number, (category, it))| rule(number, category, it))
        .collect()
}

fn with_rules(run: impl FnOnce(&Machine, &Session<'_>)) {
    let machine = started(Mode::Enforce);
    let session = Session::open(&machine);
    load(&session, &rules(), 1);
    run(&machine, &session);
}

/// One of each file operation.
fn files(machine: &Machine) {
    let shell = machine.shell();
    let handle = shell.create(r"C:\Users\user\a.txt").expect("it is created");
    assert_eq!(handle.write(b"text").status, 0);
    assert_eq!(handle.write_paging(b"text").status, 0);
    assert_eq!(handle.set_created(130_000_000_000_000_000), 0);
    drop(handle);
    let handle = shell
        .open_existing(r"C:\Users\user\a.txt")
        .expect("it opens");
    assert_eq!(handle.rename("b.txt", false), 0);
    assert_eq!(handle.set_delete(true), 0);
    handle.cleanup();
    handle.close_after_cleanup();
}

#[test]
fn post_operations_at_dispatch_level() {
    let seen = |raised| {
        let mut seen = Vec::new();
        with_rules(|machine, session| {
            machine.post_at_dispatch(raised);
            files(machine);
            seen = session
                .records()
                .iter()
                .map(|it| (it.kind, it.object.clone()))
                .collect();
        });
        seen
    };
    let usual = seen(false);
    assert_eq!(usual.len(), 5, "{usual:#?}");
    assert_eq!(seen(true), usual);
}

#[test]
fn pageable_memory_is_left_alone() {
    with_rules(|machine, session| {
        session.records();
        machine.watch_paging(true);
        machine.post_at_dispatch(true);
        files(machine);
        let new = NewProcess::new(r"C:\program.exe", "program");
        machine.shell().start(&new).expect("it starts").exit();
        machine.watch_paging(false);
    });
}

/// A program suspends its own threads wherever it likes: content must not be held up by one.
#[test]
fn a_suspended_thread_holds_nothing_up() {
    with_rules(|machine, session| {
        machine.watch_suspension(true);
        files(machine);
        let new = NewProcess::new(r"C:\program.exe", "program");
        machine.shell().start(&new).expect("it starts").exit();
        assert!(session.records().len() >= 5);
        machine.watch_suspension(false);
    });
}

#[test]
fn inside_other_requests_nothing_is_asked() {
    with_rules(|machine, session| {
        let ask = || Create {
            disposition: Disposition::OpenIf,
            ..Create::default()
        };
        let creates = |name: &str| machine.shell().open(name, ask()).1.is_some();
        assert!(machine.inside_file_system(|| creates(r"C:\Users\user\a.txt")));
        assert!(machine.guarded(|| creates(r"C:\Users\user\b.txt")));
        assert_eq!(session.records(), []);
        let counted = session.counter(Counter::Skipped) + session.counter(Counter::NameFailures);
        assert!(counted >= 2, "{counted}");
    });
}
