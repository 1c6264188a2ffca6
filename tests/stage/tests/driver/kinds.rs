//! Each kind of event, from what happens on the machine to its record.

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::RecordVerdict;
use cofferdam_interpreter::schema::Kind;
use cofferdam_stage::machine::{
    Create, Disk, Disposition, FileSystem, Machine, NewProcess, SYSTEM_VOLUME,
};
use cofferdam_stage::sensor::Record;

use super::{number, records, rule};

/// One rule, one record.
fn one(category: &str, selection: &str, happens: impl FnOnce(&Machine)) -> Record {
    let found = records(Mode::Audit, &[rule(1, category, selection)], happens);
    match &found[..] {
        [record] => {
            assert_eq!(record.verdict, RecordVerdict::Match);
            record.clone()
        }
        other => panic!("one record of {category} expected, not {other:#?}"),
    }
}

fn none(category: &str, selection: &str, happens: impl FnOnce(&Machine)) {
    assert_eq!(
        records(Mode::Audit, &[rule(1, category, selection)], happens),
        []
    );
}

#[test]
fn a_process_begins() {
    let selection = r"Image|endswith: '\whoami.exe'
        CommandLine|contains: '/all'
        ParentImage|endswith: '\explorer.exe'
        IntegrityLevel: 'Medium'
        TerminalSessionId: 1
        LogonId: '0x3e71234'";
    let record = one("process_creation", selection, |machine| {
        let image = r"C:\Windows\System32\whoami.exe";
        machine
            .shell()
            .start(&NewProcess::new(image, "whoami /all"))
            .expect("it starts");
    });
    assert_eq!(record.kind, Kind::ProcessCreation);
    assert_eq!(record.image, r"C:\Windows\System32\whoami.exe");
}

#[test]
fn a_process_knows_its_ancestors() {
    let selection = r"ParentCommandLine|contains: 'first'
        ParentImage|endswith: '\one.exe'
        GrandParentImage|endswith: '\explorer.exe'";
    one("process_creation", selection, |machine| {
        let one = machine
            .shell()
            .start(&NewProcess::new(r"C:\one.exe", "one first"));
        let one = one.expect("it starts");
        one.start(&NewProcess::new(r"C:\two.exe", "two"))
            .expect("it starts");
    });
}

#[test]
fn a_missing_command_line_is_absent() {
    one(
        "process_creation",
        "Image|endswith: '\\bare.exe'\nCommandLine: null",
        |machine| {
            let bare = NewProcess {
                command_line: None,
                ..NewProcess::new(r"C:\bare.exe", "")
            };
            machine.shell().start(&bare).expect("it starts");
        },
    );
}

#[test]
fn a_process_of_another_subsystem() {
    one(
        "process_creation",
        "Image|endswith: '/usr/bin/id'",
        |machine| {
            let linux = NewProcess {
                subsystem: true,
                ..NewProcess::new(r"\Device\HarddiskVolume1\rootfs/usr/bin/id", "")
            };
            machine.shell().start(&linux).expect("it starts");
        },
    );
}

#[test]
fn an_app_container_is_named_for_being_one() {
    let selection = "Image|endswith: '\\app.exe'\nIntegrityLevel: 'AppContainer'";
    one("process_creation", selection, |machine| {
        let app = NewProcess {
            app_container: true,
            integrity: 0x1000,
            ..NewProcess::new(r"C:\app.exe", "app")
        };
        machine.shell().start(&app).expect("it starts");
        let low = NewProcess {
            app_container: false,
            ..app
        };
        machine.shell().start(&low).expect("it starts");
    });
}

#[test]
fn a_process_ends() {
    let record = one(
        "process_termination",
        "Image|endswith: '\\short.exe'",
        |machine| {
            let process = machine
                .shell()
                .start(&NewProcess::new(r"C:\short.exe", "short"));
            process.expect("it starts").exit();
        },
    );
    assert_eq!(record.kind, Kind::ProcessTermination);
}

#[test]
fn a_file_is_made() {
    let name = "TargetFilename: 'C:\\Users\\user\\new.txt'";
    let record = one("file_event", name, |machine| {
        drop(machine.shell().create(r"C:\Users\user\new.txt"));
    });
    assert_eq!(record.object, r"C:\Users\user\new.txt");
    one("file_event", name, |machine| {
        // Overwriting counts; opening does not.
        machine.put(r"C:\Users\user\new.txt", b"old");
        drop(machine.shell().open_existing(r"C:\Users\user\new.txt"));
        drop(machine.shell().create(r"C:\Users\user\new.txt"));
    });
    none("file_event", name, |machine| {
        machine.put(r"C:\Users\user\new.txt", b"old");
        let ask = Create {
            disposition: Disposition::OpenIf,
            ..Create::default()
        };
        drop(machine.shell().open(r"C:\Users\user\new.txt", ask));
    });
}

#[test]
fn directories_and_failures_are_no_file_events() {
    none("file_event", "TargetFilename|contains: 'C:'", |machine| {
        let directory = Create {
            disposition: Disposition::Create,
            options: 1,
            ..Create::default()
        };
        let (status, handle) = machine.shell().open(r"C:\Users\user\folder", directory);
        assert_eq!(status.status, 0);
        drop(handle);
        assert!(machine.shell().create(r"C:\no\such\folder\file").is_err());
        let elsewhere = Create {
            reparse: true,
            disposition: Disposition::Create,
            ..Create::default()
        };
        drop(machine.shell().open(r"C:\Users\user\link", elsewhere));
    });
}

#[test]
fn paging_files_and_target_directories_are_skipped() {
    none("file_event", "TargetFilename|contains: 'C:'", |machine| {
        for flags in [2, 4] {
            let ask = Create {
                flags,
                disposition: Disposition::OpenIf,
                ..Create::default()
            };
            drop(machine.system().open(r"C:\Users\user\special", ask));
        }
    });
}

#[test]
fn a_file_is_deleted() {
    let name = "TargetFilename|endswith: '\\victim.txt'";
    let path = r"C:\Users\user\victim.txt";
    let record = one("file_delete", name, |machine| {
        machine.put(path, b"");
        let handle = machine.shell().open_existing(path).expect("it opens");
        assert_eq!(handle.set_delete(true), 0);
        drop(handle);
        assert_eq!(machine.contents(path), None);
    });
    assert_eq!(record.object, path);
    one("file_delete", name, |machine| {
        machine.put(path, b"");
        let handle = machine.shell().open_existing(path).expect("it opens");
        assert_eq!(handle.delete_posix(), 0);
    });
    one("file_delete", name, |machine| {
        machine.put(path, b"");
        let ask = Create {
            options: 0x1000,
            access: 0x0001_0000,
            ..Create::default()
        };
        drop(machine.shell().open(path, ask));
    });
    // As many rights as there are, deleting among them.
    one("file_delete", name, |machine| {
        machine.put(path, b"");
        let ask = Create {
            access: 0x0200_0000,
            ..Create::default()
        };
        let (_, handle) = machine.shell().open(path, ask);
        assert_eq!(handle.expect("it opens").set_delete(true), 0);
    });
}

#[test]
fn a_deletion_taken_back_is_none() {
    none(
        "file_delete",
        "TargetFilename|endswith: '\\victim.txt'",
        |machine| {
            let path = r"C:\Users\user\victim.txt";
            machine.put(path, b"");
            let handle = machine.shell().open_existing(path).expect("it opens");
            handle.set_delete(true);
            handle.set_delete(false);
            drop(handle);
            assert!(machine.contents(path).is_some());
        },
    );
}

/// The first bytes of an executable image whose header is at an offset.
fn program(offset: usize) -> Vec<u8> {
    let mut bytes = vec![0; offset + 64];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c..0x40].copy_from_slice(&(offset as u32).to_le_bytes());
    bytes[offset..offset + 4].copy_from_slice(b"PE\0\0");
    bytes
}

#[test]
fn an_executable_is_written() {
    let name = "TargetFilename|endswith: '\\dropped.txt'";
    let category = "file_executable_detected";
    let path = r"C:\Users\user\dropped.txt";
    for offset in [0x40, 0x80, 0xff0, 0x2_0000] {
        let record = one(category, name, |machine| {
            let handle = machine.shell().create(path).expect("it is made");
            handle.write(&program(offset));
        });
        assert_eq!(record.kind, Kind::FileExecutableDetected);
        assert_eq!(
            (record.object, record.image),
            (path.to_owned(), r"C:\Windows\explorer.exe".to_owned())
        );
    }
    // Mapped, which is no write of the handle's.
    one(category, name, |machine| {
        let handle = machine.shell().create(path).expect("it is made");
        handle.write_paging(&program(0x80));
    });
    // As many rights as there are, writing among them.
    one(category, name, |machine| {
        machine.put(path, b"");
        let ask = Create {
            access: 0x0200_0000,
            ..Create::default()
        };
        let (_, handle) = machine.shell().open(path, ask);
        handle.expect("it opens").write(&program(0x80));
    });
}

#[test]
fn what_is_no_executable_or_was_only_read_is_none() {
    let name = "TargetFilename|endswith: '\\dropped.txt'";
    let path = r"C:\Users\user\dropped.txt";
    none("file_executable_detected", name, |machine| {
        let mut broken = program(0x80);
        broken[0x80] = b'N';
        let mut far = program(0x80);
        far[0x3c..0x40].copy_from_slice(&u32::MAX.to_le_bytes());
        for bytes in [b"".to_vec(), b"MZ".to_vec(), b"text".to_vec(), broken, far] {
            let handle = machine.shell().create(path).expect("it is made");
            handle.write(&bytes);
        }
        machine.put(path, &program(0x80));
        drop(machine.shell().open_existing(path));
    });
}

#[test]
fn a_file_is_renamed() {
    let selection =
        "SourceFilename|endswith: '\\before.txt'\nTargetFilename|endswith: '\\after.txt'";
    let record = one("file_rename", selection, |machine| {
        machine.put(r"C:\Users\user\before.txt", b"");
        let handle = machine.shell().open_existing(r"C:\Users\user\before.txt");
        assert_eq!(
            handle
                .expect("it opens")
                .rename(r"C:\Users\after.txt", false),
            0
        );
    });
    assert_eq!(record.kind, Kind::FileRename);
}

#[test]
fn a_creation_time_is_changed() {
    let record = one(
        "file_change",
        "TargetFilename|endswith: '\\old.txt'",
        |machine| {
            machine.put(r"C:\Users\user\old.txt", b"");
            let handle = machine
                .shell()
                .open_existing(r"C:\Users\user\old.txt")
                .expect("it opens");
            assert_eq!(handle.set_created(130_000_000_000_000_000), 0);
        },
    );
    assert_eq!(record.kind, Kind::FileChange);
}

#[test]
fn a_file_is_opened() {
    let record = one(
        "file_access",
        "FileName|endswith: '\\secret.txt'",
        |machine| {
            machine.put(r"C:\Users\user\secret.txt", b"");
            drop(machine.shell().open_existing(r"C:\Users\user\secret.txt"));
        },
    );
    assert_eq!(record.kind, Kind::FileAccess);
}

#[test]
fn a_stream_is_made() {
    let selection = "TargetFilename|endswith: ':Zone.Identifier'";
    let record = one("create_stream_hash", selection, |machine| {
        machine.put(r"C:\Users\user\download.exe", b"");
        drop(
            machine
                .shell()
                .create(r"C:\Users\user\download.exe:Zone.Identifier"),
        );
    });
    assert_eq!(record.kind, Kind::CreateStreamHash);
    assert_eq!(record.object, r"C:\Users\user\download.exe:Zone.Identifier");
}

#[test]
fn a_pipe_is_made_and_connected() {
    let rules = [
        rule(
            1,
            "pipe_created",
            "PipeName: '\\mojo'\nEventType: CreatePipe",
        ),
        rule(
            2,
            "pipe_created",
            "PipeName: '\\mojo'\nEventType: ConnectPipe",
        ),
    ];
    let found = records(Mode::Audit, &rules, |machine| {
        machine.add_volume(
            r"\Device\NamedPipe",
            None,
            FileSystem::Pipes,
            Disk::default(),
        );
        let (status, server) = machine.shell().create_pipe(r"\Device\NamedPipe\mojo");
        assert_eq!(status.status, 0);
        let client = machine.shell().open_existing(r"\Device\NamedPipe\mojo");
        drop(client);
        drop(server);
    });
    assert_eq!(found.iter().map(number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn an_image_is_loaded() {
    let selection = "ImageLoaded|endswith: '\\evil.dll'\nImage|endswith: '\\explorer.exe'";
    let record = one("image_load", selection, |machine| {
        machine.shell().load_image(r"C:\Windows\System32\evil.dll");
        machine.shell().load_nameless_image();
    });
    assert_eq!(record.object, r"C:\Windows\System32\evil.dll");
}

#[test]
fn a_driver_is_loaded() {
    let record = one(
        "driver_load",
        "ImageLoaded|endswith: '\\bad.sys'",
        |machine| {
            machine
                .shell()
                .load_driver(r"C:\Windows\System32\drivers\bad.sys");
        },
    );
    assert_eq!(record.kind, Kind::DriverLoad);
}

#[test]
fn a_thread_is_started_in_another_process() {
    let selection = "SourceImage|endswith: '\\explorer.exe'\nTargetImage|endswith: '\\victim.exe'";
    let record = one("create_remote_thread", selection, |machine| {
        let victim = machine
            .shell()
            .start(&NewProcess::new(r"C:\victim.exe", "victim"));
        let victim = victim.expect("it starts");
        // Its own threads do not count.
        victim.start_thread(victim.id());
        machine.shell().start_thread(victim.id());
    });
    assert_eq!(record.kind, Kind::CreateRemoteThread);
}

#[test]
fn a_process_is_opened() {
    let selection = "TargetImage|endswith: '\\victim.exe'\nGrantedAccess: '0x1410'";
    let record = one("process_access", selection, |machine| {
        let victim = machine
            .shell()
            .start(&NewProcess::new(r"C:\victim.exe", "victim"));
        let victim = victim.expect("it starts");
        assert_eq!(machine.shell().open_process(victim.id(), 0x1410), 0x1410);
        machine.shell().open_process_for_kernel(victim.id(), 0x1410);
        victim.open_process(victim.id(), 0x1410);
    });
    assert_eq!(record.kind, Kind::ProcessAccess);
}

#[test]
fn a_handle_is_duplicated() {
    one("process_access", "GrantedAccess: '0x10'", |machine| {
        let victim = machine
            .shell()
            .start(&NewProcess::new(r"C:\victim.exe", "victim"));
        let victim = victim.expect("it starts").id();
        machine.shell().duplicate_process(victim, 4, 0x10);
    });
}

#[test]
fn a_volume_is_opened() {
    let record = one(
        "raw_access_thread",
        "Device|contains: 'HarddiskVolume1'",
        |machine| {
            let ask = Create {
                access: 0x8010_0000,
                ..Create::default()
            };
            drop(machine.shell().open(SYSTEM_VOLUME, ask));
        },
    );
    assert_eq!(record.kind, Kind::RawAccessThread);
}

const RUN: &str = r"\REGISTRY\MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Run";

#[test]
fn a_key_is_created() {
    let name = "TargetObject: 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run'";
    let record = one("registry_add", name, |machine| {
        assert_eq!(machine.shell().create_key(RUN), (0, true));
        // Opening it is no creation.
        assert_eq!(machine.shell().create_key(RUN), (0, false));
        machine.shell().open_key(RUN);
    });
    assert_eq!(record.kind, Kind::RegistryAdd);
}

#[test]
fn a_value_is_set() {
    let selection =
        "TargetObject|endswith: '\\CurrentVersion\\Run\\Evil'\nDetails|endswith: 'evil.exe'";
    let record = one("registry_set", selection, |machine| {
        machine.shell().create_key(RUN);
        let text: Vec<u8> = "C:\\evil.exe\0"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(machine.shell().set_value(RUN, "Evil", &(1, text)), 0);
    });
    assert_eq!(record.kind, Kind::RegistrySet);
}

#[test]
fn a_number_is_set() {
    let selection = "TargetObject|startswith: 'HKLM\\System\\CurrentControlSet\\'\nDetails: 'DWORD (0x00000004)'";
    one("registry_set", selection, |machine| {
        let key = r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\Defender";
        machine.shell().create_key(key);
        machine
            .shell()
            .set_value(key, "Start", &(4, vec![4, 0, 0, 0]));
    });
}

#[test]
fn keys_and_values_are_deleted() {
    let rules = [
        rule(
            1,
            "registry_delete",
            "TargetObject|endswith: '\\Run\\Good'\nEventType: DeleteValue",
        ),
        rule(
            2,
            "registry_delete",
            "TargetObject|endswith: '\\Run'\nEventType: DeleteKey",
        ),
    ];
    let found = records(Mode::Audit, &rules, |machine| {
        let shell = machine.shell();
        shell.create_key(RUN);
        shell.set_value(RUN, "Good", &(4, vec![0; 4]));
        assert_eq!(shell.delete_value(RUN, "Good"), 0);
        // What is not there is not deleted.
        assert_ne!(shell.delete_value(RUN, "Good"), 0);
        assert_eq!(shell.delete_key(RUN), 0);
    });
    assert_eq!(found.iter().map(number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_key_is_renamed() {
    let selection = "TargetObject|endswith: '\\CurrentVersion\\Run'\nNewName|endswith: '\\Walk'";
    let record = one("registry_rename", selection, |machine| {
        machine.shell().create_key(RUN);
        assert_eq!(machine.shell().rename_key(RUN, "Walk"), 0);
    });
    assert_eq!(record.kind, Kind::RegistryRename);
}
