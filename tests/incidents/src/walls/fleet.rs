//! The fifth wall and the sixth at work: a fleet that is given content, a machine that starts again and again.

use std::collections::HashMap;

use cofferdam_engine::slots::{File, Slots, Storage};
use cofferdam_interpreter::layout::Header;
use cofferdam_rollout::sequential::{Errors, Rate};
use cofferdam_rollout::{
    Answer, Cadence, Class, Machine, Policy, Releases, Report, Ring, RingPolicy, Rollout, Rules,
    Seconds, Time, Version,
};

use super::files::{header, pipe_content};
use super::{Ending, FLEET, Walls};

/// What becomes of an old version that is sent again.
pub(super) fn old(walls: Walls) -> Ending {
    let (old, newest) = (Version(2), Version(3));
    if walls.has(5)
        && Rollout::begin(policy(), Releases::first(newest), old, &[FLEET], Time(0)).is_err()
    {
        return Ending::NotReleased(5);
    }
    let mut disk = Disk::default();
    let refused = Slots::open(&mut disk).is_ok_and(|mut slots| {
        let mut store = |version| {
            let header = Header {
                content_version: version,
                ..header()
            };
            slots
                .store(&mut disk, &pipe_content(), &header, [0; 32], 0)
                .is_err()
        };
        !store(newest.0) && store(old.0)
    });
    if walls.has(6) && refused {
        return Ending::Harmless(6);
    }
    Ending::Blind
}

/// How many machines a staged rollout gives content that stops every machine.
pub(super) fn staged() -> u32 {
    let (old, new) = (Version(1), Version(2));
    let begun = Rollout::begin(policy(), Releases::first(old), new, &[FLEET], Time(0));
    let mut rollout = begun.unwrap_or_else(|error| panic!("{error}"));
    let machine = |rank| {
        let ring: Ring = rollout.policy().ring_of(rank, FLEET);
        Machine::new(Class(0), ring, Cadence::Current, old)
    };
    let mut machines: Vec<Machine> = (0..FLEET).map(machine).collect();
    let mut given = 0;
    // A day of asking every five minutes.
    for now in (0..86_400).step_by(300).map(Time) {
        for machine in &mut machines {
            let runs = machine.runs;
            if rollout.ask(now, machine, runs) == Answer::Install(new) {
                given += 1;
                machine.runs = new;
                rollout.report(now, machine, new, Report::Failed);
            }
        }
        rollout.tick(now);
    }
    given
}

/// How many starts in a row stop the machine before it runs, when every one with the content does; `None` where no end
/// is in sight.
pub(super) fn starts() -> Option<u32> {
    const NO_END: u32 = 100;
    let mut disk = Disk::default();
    let bytes = pipe_content();
    let header = header();
    let mut slots = Slots::open(&mut disk).ok()?;
    let stored = slots.store(&mut disk, &bytes, &header, [0; 32], 0).ok()?;
    // It stops the machine at once: nothing is reported, nothing is stopped in order.
    slots.activated(stored.slot);
    for start in 1..NO_END {
        let mut slots = Slots::open(&mut disk).ok()?;
        match slots.next_candidate(&mut disk).ok()? {
            Some(candidate) => slots.activated(candidate.slot),
            None => return Some(start),
        }
    }
    None
}

/// Three rings, tested as the default policy's are.
fn policy() -> Policy {
    let rate = |parts| Rate::per_million(parts).unwrap_or_else(|| panic!("{parts} of a million"));
    let ring = |reach, minimum| RingPolicy {
        reach,
        minimum,
        in_flight: 200_000,
        quorum: 800_000,
        bake: Seconds(4 * 3600),
        unacceptable: rate(50_000),
    };
    let policy = Policy::new(
        &[ring(20_000, 8), ring(200_000, 8), ring(1_000_000, 0)],
        Rules {
            acceptable: rate(1_000),
            class_unacceptable: rate(100_000),
            errors: Errors {
                false_alarm: rate(1),
                missed: rate(10_000),
            },
            probation: Seconds(900),
            deadline: Seconds(2700),
        },
    );
    policy.unwrap_or_else(|error| panic!("{error:?}"))
}

/// Files in memory, written at once.
#[derive(Debug, Default)]
pub struct Disk(HashMap<File, Vec<u8>>);

impl Storage for Disk {
    type Error = ();

    fn read(&mut self, file: File, out: &mut [u8]) -> Result<Option<usize>, ()> {
        let Some(bytes) = self.0.get(&file) else {
            return Ok(None);
        };
        for (to, from) in out.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(Some(bytes.len()))
    }

    fn write(&mut self, file: File, content: &[u8]) -> Result<(), ()> {
        self.0.insert(file, content.to_vec());
        Ok(())
    }

    fn flush(&mut self, _: File) -> Result<(), ()> {
        Ok(())
    }
}
