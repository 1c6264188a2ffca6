//! Every scenario on the driver's own image in the simulated kernel, over a disk that loses what was not flushed.
//!
//! The same list is played on the engine alone (`engine/`) and on a Hyper-V machine (`Invoke-Scenarios.ps1`).
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::expect_used, clippy::panic, reason = "a test")]

use cofferdam_engine::protocol::{LoadOutcome, Request};
use cofferdam_scenarios::{Content, Corruption, File, Point, Scenario, Step, scenarios};
use cofferdam_stage::machine::{Disk, Machine, SYSTEM_VOLUME, Unload};
use cofferdam_stage::sensor::{self, Session, booted};

const SLOTS: [&str; 2] = ["slot0.dam", "slot1.dam"];
const GUARDS: [&str; 2] = ["guard0.bin", "guard1.bin"];
const RULE: &str = "title: Scenario\nid: 6b0f7a52-9a3e-4b5e-8f6d-2f9e5d1c7a41\nstatus: test\nlogsource:\n    \
                    category: file_event\n    product: windows\ndetection:\n    selection:\n        \
                    TargetFilename|endswith: '\\evil.exe'\n    condition: selection\n";

fn version(content: Content) -> u64 {
    match content {
        Content::Older => 1,
        Content::Good => 2,
        Content::Newer | Content::Damaged => 3,
    }
}

fn bytes(content: Content) -> Vec<u8> {
    let mut bytes = sensor::content(&[RULE], version(content));
    if content == Content::Damaged {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    }
    bytes
}

fn path(name: &str) -> String {
    format!(r"\Windows\System32\drivers\Cofferdam\{name}")
}

/// Eight bytes of a file, little-endian.
fn number(disk: &Disk, name: &str, at: usize) -> Option<u64> {
    let bytes = disk.file(&path(name))?.get(at..at + 8)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

struct Play {
    /// While the machine runs.
    machine: Option<Machine>,
    /// While it does not.
    disk: Disk,
    /// What a cut in the middle of the last upload leaves.
    cut: Option<Disk>,
    /// What ran last.
    last: u64,
    /// Activations at which the kernel is to be stopped.
    crashes: u32,
    starts: u32,
}

impl Play {
    /// Runs `Good`, which has proved itself; `Older` was there before.
    fn new() -> Self {
        let mut play = Self {
            machine: None,
            disk: Disk::default(),
            cut: None,
            last: 0,
            crashes: 0,
            starts: 0,
        };
        play.boot();
        for content in [Content::Older, Content::Good] {
            play.upload(content, Some(Point::Active));
            play.confirm();
        }
        play
    }

    fn machine(&self) -> &Machine {
        self.machine.as_ref().expect("the machine runs")
    }

    fn boot(&mut self) {
        let machine = booted(self.disk.restarted());
        self.last = match Session::open(&machine).active() {
            0 => self.last,
            version => version,
        };
        self.machine = Some(machine);
    }

    /// `until` is where a cut will come: at once, or at a point in the middle.
    fn upload(&mut self, content: Content, until: Option<Point>) {
        let machine = self.machine();
        let before = machine.disk_after_power_cut(SYSTEM_VOLUME);
        machine.note_power_cuts();
        let answer = Session::open(machine).upload(&bytes(content));
        let cuts = machine.power_cuts();
        let guard = |disk: &Disk| GUARDS.map(|name| disk.file(&path(name)).map(<[u8]>::to_vec));
        let is_tried = |disk: &&Disk| guard(disk) != guard(&before);
        self.cut = match until {
            // The first of the driver's own writes is not flushed yet.
            None => cuts.first().cloned(),
            Some(Point::Written) => cuts.iter().rev().find(|disk| !is_tried(disk)).cloned(),
            Some(Point::Tried) => cuts.iter().find(is_tried).cloned(),
            Some(Point::Active | Point::Healthy) => None,
        };
        let outcome = answer.expect("it is answered").outcome;
        let is_taken = outcome == LoadOutcome::Done.number();
        let is_newer = content != Content::Damaged && version(content) > self.last;
        assert_eq!(is_taken, is_newer, "{content:?}");
        if is_taken {
            self.last = version(content);
            self.crash_if_due();
        }
    }

    fn confirm(&self) {
        let request = Request::Health {
            content_version: self.last,
        };
        let answer = Session::open(self.machine()).ask(&request);
        answer.expect("it is answered");
    }

    fn cut(&mut self) {
        let machine = self.machine.take().expect("the machine runs");
        let left = || machine.disk_after_power_cut(SYSTEM_VOLUME);
        self.disk = self.cut.take().unwrap_or_else(left);
    }

    /// Whether the kernel was stopped, as it is to be when content is active.
    fn crash_if_due(&mut self) -> bool {
        let is_due = self.crashes > 0 && Session::open(self.machine()).active() != 0;
        if is_due {
            self.crashes -= 1;
            self.cut = None;
            self.cut();
        }
        is_due
    }

    fn resolve(&self, file: File) -> &'static str {
        let [zero, one] = SLOTS;
        let (active, standby) = if number(&self.disk, zero, 48) == Some(self.last) {
            (zero, one)
        } else {
            (one, zero)
        };
        let [first, second] = GUARDS;
        let (newest, oldest) = if number(&self.disk, first, 8) > number(&self.disk, second, 8) {
            (first, second)
        } else {
            (second, first)
        };
        match file {
            File::SlotActive => active,
            File::SlotStandby => standby,
            File::GuardNewest => newest,
            File::GuardOldest => oldest,
        }
    }

    fn corrupt(&mut self, file: File, how: Corruption) {
        let path = path(self.resolve(file));
        let mut bytes = self.disk.file(&path).expect("the file is there").to_vec();
        let middle = bytes.len() / 2;
        match how {
            Corruption::Zeros => bytes.fill(0),
            Corruption::Truncate => bytes.truncate(middle),
            Corruption::Flip => bytes[middle] ^= 1,
            Corruption::Delete => return self.disk.set_file(&path, None),
        }
        self.disk.set_file(&path, Some(&bytes));
    }

    fn step(&mut self, step: Step, rest: &[Step]) {
        match step {
            Step::Upload(content) => {
                let until = match rest.first() {
                    Some(Step::Cut) => None,
                    Some(Step::Wait(point)) => Some(*point),
                    _ => Some(Point::Active),
                };
                self.upload(content, until);
            }
            Step::Wait(Point::Healthy) => self.confirm(),
            Step::Wait(Point::Written | Point::Tried | Point::Active) => {}
            Step::Cut | Step::Bugcheck | Step::Nmi => self.cut(),
            Step::CrashWhenActive(count) => self.crashes = count,
            Step::Corrupt(file, how) => self.corrupt(file, how),
            Step::Start => loop {
                self.starts += 1;
                self.boot();
                if !self.crash_if_due() {
                    break;
                }
            },
            Step::Stop => {
                let machine = self.machine.take().expect("the machine runs");
                assert_eq!(machine.unload(Unload::Mandatory), 0);
                self.disk = machine.disk(SYSTEM_VOLUME);
            }
            Step::Load => self.boot(),
        }
    }
}

fn play(scenario: &Scenario) {
    let mut play = Play::new();
    let mut steps = scenario.steps.as_slice();
    while let [step, rest @ ..] = steps {
        play.step(*step, rest);
        steps = rest;
    }
    let machine = play.machine();
    let wanted = scenario.runs.map_or(0, version);
    assert_eq!(Session::open(machine).active(), wanted, "{}", scenario.name);
    assert_eq!(play.starts, scenario.starts, "{}", scenario.name);
    // What runs judges; without content nothing does, and the driver runs on.
    let session = Session::open(machine);
    session.records();
    drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    assert_eq!(
        session.records().len(),
        usize::from(wanted > 0),
        "{}",
        scenario.name
    );
}

#[test]
fn every_scenario_ends_as_it_says() {
    for scenario in scenarios().expect("they can be read") {
        play(&scenario);
    }
}
