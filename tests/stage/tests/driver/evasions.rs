//! Ways around a name: a rule that denies must hold against each.

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::RecordVerdict;
use cofferdam_stage::machine::{Create, Disk, Disposition, FileSystem, Machine};

use super::{denying, records, rule};

const PATH: &str = r"C:\Users\user\protected folder\evil file.exe";

/// What happens must be denied, and nothing must have been changed.
fn denied(happens: impl FnOnce(&Machine) -> bool) {
    let rules = [denying(
        1,
        "file_event",
        "TargetFilename|endswith: '\\protected folder\\evil file.exe'",
    )];
    let found = records(Mode::Enforce, &rules, |machine| {
        machine.make_directories(PATH);
        machine.set_short_name(r"C:\Users\user\protected folder", "PROTEC~1");
        assert!(happens(machine), "it was not denied");
    });
    assert!(
        found.iter().any(|it| it.verdict == RecordVerdict::Denied),
        "{found:#?}"
    );
}

fn creates(machine: &Machine, path: &str) -> bool {
    machine.shell().create(path).is_ok()
}

#[test]
fn case() {
    denied(|machine| !creates(machine, r"C:\USERS\User\Protected Folder\EVIL FILE.EXE"));
}

#[test]
fn short_names() {
    denied(|machine| !creates(machine, r"C:\Users\user\PROTEC~1\evil file.exe"));
}

#[test]
fn short_name_of_the_file_itself() {
    denied(|machine| {
        machine.put(PATH, b"precious");
        machine.set_short_name(PATH, "EVILFI~1.EXE");
        let created = creates(machine, r"C:\Users\user\PROTEC~1\EVILFI~1.EXE");
        assert_eq!(machine.contents(PATH).as_deref(), Some(&b"precious"[..]));
        !created
    });
}

#[test]
fn the_unnamed_stream_by_its_name() {
    denied(|machine| !creates(machine, &format!("{PATH}::$DATA")));
}

#[test]
fn device_names() {
    denied(|machine| {
        !creates(
            machine,
            r"\Device\HarddiskVolume1\Users\user\protected folder\evil file.exe",
        )
    });
}

#[test]
fn relative_to_a_directory() {
    denied(|machine| {
        let ask = Create {
            options: 1,
            ..Create::default()
        };
        let (_, folder) = machine.shell().open(r"C:\Users\user\protected folder", ask);
        let folder = folder.expect("the folder opens");
        let ask = Create {
            related: Some(folder.object()),
            disposition: Disposition::OverwriteIf,
            ..Create::default()
        };
        let name: Vec<u16> = r"C:evil file.exe".encode_utf16().collect();
        machine.shell().open_units(&name, ask).1.is_none()
    });
}

#[test]
fn by_file_id() {
    denied(|machine| {
        machine.put(PATH, b"precious");
        let id = machine
            .shell()
            .open_existing(PATH)
            .expect("it opens")
            .file_id();
        let ask = Create {
            by_id: Some(id),
            disposition: Disposition::Overwrite,
            ..Create::default()
        };
        machine.shell().open("C:", ask).1.is_none()
    });
}

#[test]
fn in_a_transaction() {
    denied(|machine| {
        let ask = Create {
            transaction: 0x10,
            disposition: Disposition::Create,
            ..Create::default()
        };
        machine.shell().open(PATH, ask).1.is_none()
    });
}

#[test]
fn through_the_redirector() {
    denied(|machine| {
        machine.add_volume(r"\Device\Mup", None, FileSystem::Remote, Disk::default());
        machine.make_directories(r"\Device\Mup\server\share\protected folder\x");
        !creates(
            machine,
            r"\Device\Mup\server\share\protected folder\evil file.exe",
        )
    });
}

/// A file that gets the name later: renaming and linking are reported, whatever the way there.
#[test]
fn renames_and_links() {
    let rules = [rule(
        1,
        "file_rename",
        "TargetFilename|endswith: '\\evil.exe'",
    )];
    for replace in [false, true] {
        let found = records(Mode::Audit, &rules, |machine| {
            machine.put(r"C:\Users\user\harmless.txt", b"");
            if replace {
                machine.put(r"C:\Users\user\evil.exe", b"");
            }
            let handle = machine.shell().open_existing(r"C:\Users\user\harmless.txt");
            assert_eq!(handle.expect("it opens").rename("evil.exe", replace), 0);
        });
        assert_eq!(found.len(), 1, "replacing: {replace}");
    }
    let found = records(Mode::Audit, &rules, |machine| {
        machine.put(r"C:\Users\user\harmless.txt", b"");
        let handle = machine.shell().open_existing(r"C:\Users\user\harmless.txt");
        assert_eq!(
            handle
                .expect("it opens")
                .rename_posix(r"C:\Users\user\evil.exe", true),
            0
        );
    });
    assert_eq!(found.len(), 1, "posix");
}

/// A short name that is created where the long one was a moment ago brings the long one back.
#[test]
fn tunnelling() {
    let rules = [rule(
        1,
        "file_event",
        "TargetFilename|endswith: '\\evil long name.exe'",
    )];
    let found = records(Mode::Audit, &rules, |machine| {
        let path = r"C:\Users\user\evil long name.exe";
        machine.put(path, b"");
        machine.set_short_name(path, "EVILLO~1.EXE");
        let handle = machine.shell().open_existing(path).expect("it opens");
        handle.set_delete(true);
        drop(handle);
        assert!(creates(machine, r"C:\Users\user\EVILLO~1.EXE"));
        assert!(machine.contents(path).is_some(), "the long name is back");
    });
    assert_eq!(found.len(), 1);
}

/// A hard link is another name of the file: deleting one name is reported by that name.
#[test]
fn hard_links() {
    let rules = [rule(
        1,
        "file_delete",
        "TargetFilename|endswith: '\\other.txt'",
    )];
    let found = records(Mode::Audit, &rules, |machine| {
        machine.put(r"C:\Users\user\one.txt", b"");
        let handle = machine
            .shell()
            .open_existing(r"C:\Users\user\one.txt")
            .expect("it opens");
        assert_eq!(handle.link(r"C:\Users\user\other.txt"), 0);
        drop(handle);
        let other = machine
            .shell()
            .open_existing(r"C:\Users\user\other.txt")
            .expect("it opens");
        assert_eq!(other.set_delete(true), 0);
        drop(other);
        assert!(machine.contents(r"C:\Users\user\one.txt").is_some());
    });
    assert_eq!(found.len(), 1, "{found:#?}");
}
