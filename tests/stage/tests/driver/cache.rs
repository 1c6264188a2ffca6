//! Verdicts that are not found twice, and everything that ends one.

use cofferdam_engine::Mode;
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::{Create, Disk, FileSystem, Machine, NewProcess, Program};
use cofferdam_stage::sensor::{Session, started};

use super::{load, rule};

const PATH: &str = r"C:\Users\user\log.txt";

/// A machine that judges every open, and one file on it.
fn with(category: &str, selection: &str, happens: impl FnOnce(&Machine, &Session<'_>)) {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(&session, &[rule(1, category, selection)], 1);
    machine.put(PATH, b"text");
    // The file system forgets a stream, and what is kept of it, when nobody has it open.
    let _open = machine.system().open_existing(PATH);
    happens(&machine, &session);
}

/// The same, for what opens files.
fn watched(happens: impl FnOnce(&Machine, &Session<'_>)) {
    with("file_access", r"FileName|endswith: '\secret.txt'", happens);
}

fn opens(program: Program<'_>, path: &str) {
    drop(program.open_existing(path).expect("it opens"));
}

/// Whether opening the file takes its verdict from the cache.
fn is_hit(session: &Session<'_>, program: Program<'_>, path: &str) -> bool {
    let before = session.counter(Counter::CacheHits);
    opens(program, path);
    session.counter(Counter::CacheHits) > before
}

#[test]
fn the_second_open_is_a_hit_and_asks_for_no_name() {
    watched(|machine, session| {
        let shell = machine.shell();
        assert!(!is_hit(session, shell, PATH));
        let names = machine.name_queries();
        assert!(is_hit(session, shell, PATH));
        assert_eq!(machine.name_queries(), names);
        // A write changes nothing that a rule could ask for.
        drop(shell.create(PATH).expect("it opens"));
        assert!(is_hit(session, shell, PATH));
    });
}

#[test]
fn overwriting_is_another_kind() {
    with(
        "file_event",
        r"TargetFilename|endswith: '\secret.txt'",
        |machine, session| {
            let overwrites = || {
                let before = session.counter(Counter::CacheHits);
                drop(machine.shell().create(PATH).expect("it opens"));
                session.counter(Counter::CacheHits) > before
            };
            assert!(!overwrites());
            assert!(overwrites());
            assert!(!is_hit(session, machine.shell(), PATH));
        },
    );
}

#[test]
fn another_process_has_another_verdict() {
    watched(|machine, session| {
        let new = NewProcess::new(r"C:\other.exe", "other");
        let other = machine.shell().start(&new).expect("it starts");
        opens(machine.shell(), PATH);
        assert!(!is_hit(session, other, PATH));
        assert!(is_hit(session, other, PATH) && is_hit(session, machine.shell(), PATH));
    });
}

#[test]
fn a_match_is_never_kept() {
    watched(|machine, session| {
        machine.put(r"C:\Users\user\secret.txt", b"");
        let _open = machine.system().open_existing(r"C:\Users\user\secret.txt");
        session.records();
        for _ in 0..3 {
            assert!(!is_hit(
                session,
                machine.shell(),
                r"C:\Users\user\secret.txt"
            ));
        }
        assert_eq!(session.records().len(), 3);
    });
}

/// After what happens the verdict is found anew, and afterwards kept again.
fn ends(happens: impl FnOnce(&Machine, &Session<'_>)) {
    watched(|machine, session| {
        opens(machine.shell(), PATH);
        assert!(is_hit(session, machine.shell(), PATH));
        happens(machine, session);
        assert!(!is_hit(session, machine.shell(), PATH));
        assert!(is_hit(session, machine.shell(), PATH));
    });
}

#[test]
fn new_content_ends_it_even_of_the_same_rules() {
    ends(|_, session| {
        let same = rule(1, "file_access", r"FileName|endswith: '\secret.txt'");
        load(session, &[same], 2);
    });
}

#[test]
fn a_rename_ends_it() {
    watched(|machine, session| {
        let (shell, secret) = (machine.shell(), r"C:\Users\user\secret.txt");
        opens(shell, PATH);
        assert!(is_hit(session, shell, PATH));
        let handle = shell.open_existing(PATH).expect("it opens");
        assert_eq!(handle.rename(secret, false), 0);
        drop(handle);
        assert!(!is_hit(session, shell, secret));
        assert_eq!(session.records().len(), 1);
    });
}

#[test]
fn a_rename_of_a_folder_above_ends_it() {
    with(
        "file_access",
        r"FileName|contains: '\secret\'",
        |machine, session| {
            let shell = machine.shell();
            machine.put(r"C:\Users\user\plain\log.txt", b"");
            let _open = machine
                .system()
                .open_existing(r"C:\Users\user\plain\log.txt");
            opens(shell, r"C:\Users\user\plain\log.txt");
            assert!(is_hit(session, shell, r"C:\Users\user\plain\log.txt"));
            let ask = Create {
                options: 1,
                access: 0x0001_0000,
                ..Create::default()
            };
            let (_, folder) = shell.open(r"C:\Users\user\plain", ask);
            let folder = folder.expect("the folder opens");
            assert_eq!(folder.rename(r"C:\Users\user\secret", false), 0);
            drop(folder);
            assert!(!is_hit(session, shell, r"C:\Users\user\secret\log.txt"));
            assert_eq!(session.records().len(), 1);
        },
    );
}

#[test]
fn a_rename_of_another_file_ends_it_too() {
    ends(|machine, _| {
        machine.put(r"C:\Users\user\other.txt", b"");
        let other = machine.shell().open_existing(r"C:\Users\user\other.txt");
        assert_eq!(other.expect("it opens").rename(r"C:\other.txt", false), 0);
    });
}

#[test]
fn a_file_of_several_names_is_judged_each_time() {
    watched(|machine, session| {
        let (shell, secret) = (machine.shell(), r"C:\Users\user\secret.txt");
        opens(shell, PATH);
        let handle = shell.open_existing(PATH).expect("it opens");
        assert_eq!(handle.link(secret), 0);
        drop(handle);
        for _ in 0..2 {
            assert!(!is_hit(session, shell, PATH));
            assert!(!is_hit(session, shell, secret));
        }
        assert_eq!(session.records().len(), 2);
    });
}

#[test]
fn a_volume_that_comes_ends_it() {
    ends(|machine, _| {
        machine.add_volume(
            r"\Device\HarddiskVolume7",
            Some('E'),
            FileSystem::Ntfs,
            Disk::default(),
        );
        machine.settle();
    });
}

#[test]
fn what_is_asked_in_a_transaction_is_not_kept() {
    watched(|machine, session| {
        let shell = machine.shell();
        let inside = || {
            let ask = Create {
                transaction: 0x1000,
                ..Create::default()
            };
            let before = session.counter(Counter::CacheHits);
            drop(shell.open(PATH, ask));
            session.counter(Counter::CacheHits) > before
        };
        assert!(!inside() && !inside());
        opens(shell, PATH);
        assert!(!inside());
        assert!(is_hit(session, shell, PATH));
    });
}

#[test]
fn rules_that_ask_how_a_file_is_opened_keep_nothing() {
    let selection = "FileName|endswith: '\\secret.txt'\nCreateOptions: '0x1'";
    with("file_access", selection, |machine, session| {
        for _ in 0..3 {
            assert!(!is_hit(session, machine.shell(), PATH));
        }
    });
}

#[test]
fn streams_and_shares_are_judged_each_time() {
    watched(|machine, session| {
        let shell = machine.shell();
        let _stream = shell.create(&format!("{PATH}:stream")).expect("it is made");
        for _ in 0..3 {
            assert!(!is_hit(session, shell, &format!("{PATH}:stream")));
        }
        machine.add_volume(r"\Device\Mup", None, FileSystem::Ntfs, Disk::default());
        machine.put(r"\Device\Mup\server\share\a.txt", b"");
        let _open = machine
            .system()
            .open_existing(r"\Device\Mup\server\share\a.txt");
        for _ in 0..3 {
            assert!(!is_hit(session, shell, r"\Device\Mup\server\share\a.txt"));
        }
    });
}
