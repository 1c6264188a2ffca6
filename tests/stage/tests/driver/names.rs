//! Names that no program would choose.

use cofferdam_engine::Mode;
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::{Create, Disposition, Machine, NewProcess};
use cofferdam_stage::sensor::{Record, Session, started};

use super::{load, rule};

/// Rules that nothing escapes.
fn all() -> Vec<String> {
    let every = [
        ("file_event", "TargetFilename|contains: '\\'"),
        ("process_creation", "Image|contains: '\\'"),
        ("registry_set", "TargetObject|contains: '\\'"),
        ("image_load", "ImageLoaded|contains: '\\'"),
        ("pipe_created", "PipeName|contains: '\\'"),
    ];
    (1..)
        .zip(every)
        .map(|(number, (category, it))| rule(number, category, it))
        .collect()
}

fn judged(happens: impl FnOnce(&Machine)) -> (Vec<Record>, u64) {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    load(&session, &all(), 1);
    happens(&machine);
    (session.records(), session.counter(Counter::NameFailures))
}

fn creates(machine: &Machine, path: &[u16]) -> bool {
    let ask = Create {
        disposition: Disposition::OpenIf,
        ..Create::default()
    };
    machine.shell().open_units(path, ask).1.is_some()
}

fn path(name: impl IntoIterator<Item = u16>) -> Vec<u16> {
    r"C:\Users\user\".encode_utf16().chain(name).collect()
}

#[test]
fn unpaired_surrogates() {
    let (records, _) = judged(|machine| {
        assert!(creates(machine, &path([0xd800, 0x61, 0xdc00])));
        assert!(creates(machine, &path([0xdfff])));
    });
    assert_eq!(records.len(), 2);
}

/// As long as Windows' own texts can be, and longer with the device's name before it: allowed, and counted if not judged.
#[test]
fn names_of_every_length() {
    for length in [1, 255, 256, 1000, 4095, 32_000, 32_700, 32_740] {
        let (records, failures) = judged(|machine| {
            assert!(
                creates(machine, &path(vec![u16::from(b'x'); length])),
                "{length}"
            );
        });
        assert_eq!(records.len() as u64 + failures, 1, "{length}");
    }
}

#[test]
fn names_that_cannot_be_had() {
    let (records, failures) = judged(|machine| {
        // STATUS_INSUFFICIENT_RESOURCES, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_OBJECT_PATH_NOT_FOUND.
        for (number, status) in [0xc000_009a, 0xc01c_0005, 0xc000_003a]
            .into_iter()
            .enumerate()
        {
            machine.fail_next_name(status);
            assert!(creates(machine, &path([0x61 + number as u16])));
        }
    });
    assert_eq!((records.len(), failures), (0, 3));
}

#[test]
fn command_lines_of_every_length() {
    for length in [0, 1, 8191, 32_766] {
        let (records, _) = judged(|machine| {
            let line = "x".repeat(length);
            let new = NewProcess::new(r"C:\program.exe", &line);
            machine.shell().start(&new).expect("it starts");
        });
        assert_eq!(records.len(), 1, "{length}");
    }
}

#[test]
fn values_of_every_shape() {
    let key = r"\REGISTRY\MACHINE\SOFTWARE\Key";
    let (records, _) = judged(|machine| {
        let shell = machine.shell();
        shell.create_key(key);
        for kind in 0..12 {
            for size in [0, 1, 2, 3, 4, 7, 8, 9, 15, 65_535] {
                shell.set_value(key, "Value", &(kind, vec![0xd8; size]));
            }
        }
        shell.set_value(key, "", &(1, Vec::new()));
        shell.set_value(key, &"v".repeat(16_383), &(4, vec![0; 4]));
    });
    assert_eq!(records.len(), 122);
}

/// The last byte of such a string belongs to no unit.
#[test]
fn strings_of_odd_lengths() {
    let key = r"\REGISTRY\MACHINE\SOFTWARE\Key";
    let (records, failures) = judged(|machine| {
        machine.make_strings_odd();
        let shell = machine.shell();
        assert!(creates(machine, &path([0x61])));
        let new = NewProcess::new(r"C:\program.exe", "a line");
        shell.start(&new).expect("it starts");
        shell.create_key(key);
        assert_eq!(shell.set_value(key, "Value", &(4, vec![0; 4])), 0);
        shell.load_image(r"C:\Windows\System32\some.dll");
    });
    let objects: Vec<_> = records.iter().map(|it| it.object.as_str()).collect();
    let expected = [
        r"C:\Users\user\a",
        "a line",
        r"HKLM\SOFTWARE\Key\Value",
        r"C:\Windows\System32\some.dll",
    ];
    assert_eq!((objects, failures), (expected.to_vec(), 0));
    assert_eq!(records[1].image, r"C:\program.exe");
}

#[test]
fn keys_with_long_names() {
    let (_, failures) = judged(|machine| {
        let parts: Vec<String> = (0..60).map(|it| format!("{it:0>255}")).collect();
        let key = format!(r"\REGISTRY\MACHINE\SOFTWARE\{}", parts.join(r"\"));
        machine.shell().create_key(&key);
        assert_eq!(
            machine.shell().set_value(&key, "Value", &(4, vec![0; 4])),
            0
        );
    });
    assert_eq!(failures, 0);
}
