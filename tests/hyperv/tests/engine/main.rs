//! Every scenario on the engine's own slots and boot guard, over a disk that loses what was not flushed.
//!
//! What a machine does between the engine and its disk is played here in a few lines; that the driver does the same is the
//! business of the simulated kernel and of Hyper-V. What this shows is that the scenarios' expectations are the engine's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test"
)]

mod disk;

use cofferdam_engine::slots::{File, Slot, Slots};
use cofferdam_interpreter::layout::Header;
use cofferdam_scenarios::{Content, File as Which, Point, Scenario, Step, scenarios};
use disk::{Disk, Fails, hash};

fn version(content: Content) -> u64 {
    match content {
        Content::Older => 1,
        Content::Good => 2,
        Content::Newer | Content::Damaged => 3,
    }
}

/// A file with a header; what a signature would say is its last byte.
fn file(content: Content) -> (Header, Vec<u8>) {
    let mut header = Header::read(&[0; Header::SIZE]);
    header.content_version = version(content);
    header.channel[0] = b'x';
    header.total_length = 512;
    let mut bytes = header.write().to_vec();
    bytes.resize(512, 1);
    if content == Content::Damaged {
        bytes[300] ^= 1;
    }
    (header, bytes)
}

struct Machine {
    disk: Disk,
    /// The sensor, while the machine runs and the state could be read.
    slots: Option<Slots>,
    /// What ran last.
    last: u64,
    /// Activations at which the kernel is to be stopped.
    crashes: u32,
    starts: u32,
}

impl Machine {
    /// Runs `Good`, which has proved itself; `Older` was there before.
    fn new() -> Self {
        let mut disk = Disk::default();
        let slots = Slots::open(&mut disk).unwrap();
        let mut machine = Self {
            disk,
            slots: Some(slots),
            last: 0,
            crashes: 0,
            starts: 0,
        };
        for content in [Content::Older, Content::Good] {
            machine.upload(content, Fails::Never);
            machine.confirm();
        }
        machine
    }

    fn upload(&mut self, content: Content, fails: Fails) {
        let (header, bytes) = file(content);
        let Some(slots) = &mut self.slots else { return };
        if content == Content::Damaged {
            // The signature is not over these bytes: refused before the engine is asked.
            return;
        }
        self.disk.fail(fails);
        if let Ok(candidate) = slots.store(&mut self.disk, &bytes, &header, hash(&bytes), 0) {
            slots.activated(candidate.slot);
            self.last = candidate.version;
            self.crash_if_due();
        }
    }

    fn crash_if_due(&mut self) -> bool {
        let due = self.crashes > 0;
        if due {
            self.crashes -= 1;
            self.cut();
        }
        due
    }

    fn confirm(&mut self) {
        let slots = self.slots.as_mut().expect("the sensor runs");
        slots.healthy(&mut self.disk, self.last).unwrap();
    }

    /// What was not flushed is gone, and with it the sensor's memory.
    fn cut(&mut self) {
        self.disk.lose();
        self.slots = None;
    }

    /// Loads the driver. Whether the kernel was not stopped meanwhile.
    fn load(&mut self) -> bool {
        let Ok(mut slots) = Slots::open(&mut self.disk) else {
            return true;
        };
        while let Some(candidate) = slots.next_candidate(&mut self.disk).unwrap() {
            let read = self.disk.durable(File::Slot(candidate.slot));
            if read.is_some_and(|bytes| hash(bytes) == candidate.sha256) {
                slots.activated(candidate.slot);
                self.last = candidate.version;
                self.slots = Some(slots);
                return !self.crash_if_due();
            }
            slots.unusable(&mut self.disk, candidate.slot).unwrap();
        }
        self.slots = Some(slots);
        true
    }

    fn resolve(&self, which: Which) -> File {
        let at = |slot| self.disk.number(File::Slot(slot), 48);
        let sequence = |slot| self.disk.number(File::Guard(slot), 8);
        let active = if at(Slot::Zero) == Some(self.last) {
            Slot::Zero
        } else {
            Slot::One
        };
        let newest = if sequence(Slot::Zero) > sequence(Slot::One) {
            Slot::Zero
        } else {
            Slot::One
        };
        match which {
            Which::SlotActive => File::Slot(active),
            Which::SlotStandby => File::Slot(active.other()),
            Which::GuardNewest => File::Guard(newest),
            Which::GuardOldest => File::Guard(newest.other()),
        }
    }

    fn step(&mut self, step: Step, next: Option<&Step>) {
        match step {
            Step::Upload(content) => {
                let fails = match next {
                    Some(Step::Cut) => Fails::BeforeSlotIsFlushed,
                    Some(Step::Wait(Point::Written)) => Fails::AfterSlotIsFlushed,
                    _ => Fails::Never,
                };
                self.upload(content, fails);
            }
            // Where `upload` stops for the first; the second is a cut between two calls, which have no effect on disk.
            Step::Wait(Point::Written | Point::Tried | Point::Active) => {}
            Step::Wait(Point::Healthy) => self.confirm(),
            Step::Cut | Step::Bugcheck | Step::Nmi => self.cut(),
            Step::CrashWhenActive(count) => self.crashes = count,
            Step::Corrupt(file, how) => {
                let file = self.resolve(file);
                self.disk.corrupt(file, how);
            }
            Step::Start => loop {
                self.starts += 1;
                if self.load() {
                    break;
                }
            },
            Step::Stop => {
                let mut slots = self.slots.take().expect("the sensor runs");
                slots.stopped(&mut self.disk).unwrap();
            }
            Step::Load => assert!(self.load()),
        }
    }
}

fn play(scenario: &Scenario) {
    let mut machine = Machine::new();
    for (number, step) in scenario.steps.iter().enumerate() {
        machine.step(*step, scenario.steps.get(number + 1));
    }
    let runs = machine.slots.map_or(0, |slots| slots.active_version());
    assert_eq!(runs, scenario.runs.map_or(0, version), "{}", scenario.name);
    assert_eq!(machine.starts, scenario.starts, "{}", scenario.name);
}

#[test]
fn every_scenario_ends_as_it_says() {
    for scenario in scenarios().expect("they can be read") {
        play(&scenario);
    }
}
