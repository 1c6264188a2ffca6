//! Processes that the driver learnt of before their volume had a letter: rules and muting know them by it afterwards.

use std::time::Duration;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{RecordVerdict, Request};
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::{Disk, FileSystem, Machine, NewProcess, Program};
use cofferdam_stage::sensor::{Record, Session, installed};

use super::{load, number, rule};

const VOLUME: &str = r"\Device\HarddiskVolume7";
const KEY: &str = r"\REGISTRY\MACHINE\SOFTWARE\Key";

/// A machine with one process that ran before the driver, and one that it saw begin: the other's child. Both are on a
/// volume without a letter.
struct Early<'m> {
    machine: &'m Machine,
    session: Session<'m>,
    old: Program<'m>,
    child: Program<'m>,
}

fn start<'m>(by: Program<'m>, file: &str) -> Program<'m> {
    let image = format!(r"{VOLUME}\tools\{file}");
    by.start(&NewProcess::new(&image, file)).expect("it starts")
}

fn early(rules: &[String], happens: impl FnOnce(&Early<'_>)) {
    let machine = &installed(Mode::Audit);
    let none = Disk::default();
    machine.add_volume(VOLUME, None, FileSystem::Ntfs, none);
    let old = start(machine.shell(), "old.exe");
    assert_eq!(machine.load(), 0, "DriverEntry fails");
    let session = Session::open(machine);
    load(&session, rules, 1);
    let child = start(old, "child.exe");
    happens(&Early {
        machine,
        session,
        old,
        child,
    });
}

impl Early<'_> {
    /// The volume gets its letter, and the driver has looked for it again.
    fn lettered(&self) {
        self.machine.set_letter(VOLUME, 'E');
        self.machine.advance(Duration::from_secs(2));
        self.machine.settle();
    }

    /// Without the maybes: who was there before the driver has no known parent.
    fn matches(&self) -> Vec<Record> {
        let mut records = self.session.records();
        records.retain(|it| it.verdict == RecordVerdict::Match);
        records
    }

    fn sets_a_value(&self) {
        assert_eq!(self.old.set_value(KEY, "Value", &(4, vec![0; 4])), 0);
    }

    fn mute(&self) {
        let path = r"E:\tools\old.exe".encode_utf16();
        let path: Vec<_> = path.map(u16::to_le_bytes).collect();
        let request = Request::Mute(&path);
        self.session.ask(&request).expect("it is muted");
    }
}

#[test]
fn rules_know_it_in_every_field() {
    const OLD: &str = r"E:\tools\old.exe";
    const CHILD: &str = r"E:\tools\child.exe";
    let wanted = [
        ("registry_set", "Image", OLD),
        ("registry_set", "ParentImage", OLD),
        ("file_event", "Image", CHILD),
        ("image_load", "Image", OLD),
        ("process_creation", "ParentImage", OLD),
        ("process_creation", "ParentImage", CHILD),
        ("process_creation", "GrandParentImage", OLD),
        ("process_access", "SourceImage", OLD),
        ("process_access", "TargetImage", OLD),
        ("create_remote_thread", "SourceImage", OLD),
        ("create_remote_thread", "TargetImage", OLD),
        ("create_remote_thread", "SourceParentImage", OLD),
    ];
    let rules: Vec<String> = (1..)
        .zip(wanted)
        .map(|(at, (category, field, image))| rule(at, category, &format!("{field}: '{image}'")))
        .collect();
    early(&rules, |early| {
        let (machine, old, child) = (early.machine, early.old, early.child);
        old.create_key(KEY);
        early.sets_a_value();
        assert_eq!(early.matches(), [], "there is no letter yet");
        early.lettered();
        early.sets_a_value();
        child.set_value(KEY, "Value", &(4, vec![1; 4]));
        drop(child.create(r"C:\Users\user\a.txt"));
        old.load_image(r"C:\Windows\System32\some.dll");
        start(old, "another.exe");
        start(child, "another.exe");
        for (source, target) in [(old, child), (child, old)] {
            source.open_process(target.id(), 0x10);
            source.start_thread(target.id());
        }
        machine.settle();
        let records = early.matches();
        let mut seen: Vec<_> = records.iter().map(number).collect();
        seen.sort_unstable();
        assert_eq!(seen, (1..=12).collect::<Vec<_>>(), "{records:#?}");
        // What is reported is named so, too.
        assert!(records.iter().all(|it| it.image.starts_with(r"E:\tools\")));
    });
}

#[test]
fn muting_knows_it() {
    let rules = [rule(1, "registry_set", "Details|contains: 'DWORD'")];
    let muted = |early: &Early<'_>| {
        early.old.create_key(KEY);
        early.sets_a_value();
        let muted = early.session.counter(Counter::Muted) > 0;
        assert_eq!(early.session.records().is_empty(), muted);
        muted
    };
    early(&rules, |early| {
        early.mute();
        assert!(!muted(early), "there is no letter yet");
        early.lettered();
        assert!(muted(early));
    });
    early(&rules, |early| {
        assert!(!muted(early));
        early.lettered();
        early.mute();
        assert!(muted(early));
    });
}
