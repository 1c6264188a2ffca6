//! The six walls, each of which can be taken out, and what then becomes of an incident.
//!
//! Every wall is the product's own code: the schema's fingerprint, the run of generated events, the verifier, the
//! interpreter's checked accesses, the rollout's state machine, the boot guard's slots. What is made up is what stands
//! where a wall was: an author whose tool lies about the schema, a loader that does not verify, an interpreter that
//! stops the machine wherever the checked one does not come to the answer that was meant, a release to everybody, a
//! machine that loads the same file again after every crash.

use std::collections::HashMap;
use std::fmt;

use cofferdam_engine::slots::{File, Slots, Storage};
use cofferdam_interpreter::event::Event;
use cofferdam_interpreter::schema::FINGERPRINT;
use cofferdam_interpreter::{Content, Limits};
use cofferdam_rollout::sequential::{Errors, Rate};
use cofferdam_rollout::{
    Answer, Cadence, Class, Machine, Policy, Releases, Report, Ring, RingPolicy, Rollout, Rules,
    Seconds, Time, Version,
};

use crate::{Recorded, SCRATCH, content, rule, verify};

/// Machines in the fleet.
pub const FLEET: u32 = 10_000;

/// What each wall is called, the first is number 1.
pub const NAMES: [&str; 6] = [
    "one schema",
    "tested by real events",
    "verified in the kernel",
    "interpreter cannot fault",
    "staged rollout",
    "boot guard",
];

/// Which walls stand: bit n is wall n + 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Walls(u8);

impl Walls {
    /// All six.
    pub const ALL: Self = Self(0x3F);

    /// Every subset, from none to all.
    pub fn subsets() -> impl Iterator<Item = Self> {
        (0..=Self::ALL.0).map(Self)
    }

    /// Only this wall, from 1 to 6.
    #[must_use]
    pub fn only(wall: u8) -> Self {
        Self(1 << (wall - 1))
    }

    /// All but this wall.
    #[must_use]
    pub fn without(wall: u8) -> Self {
        Self(Self::ALL.0 & !Self::only(wall).0)
    }

    /// Whether the wall stands.
    #[must_use]
    pub fn has(self, wall: u8) -> bool {
        self.0 & Self::only(wall).0 != 0
    }

    /// Whether they have a wall in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromIterator<u8> for Walls {
    fn from_iter<I: IntoIterator<Item = u8>>(walls: I) -> Self {
        Self(
            walls
                .into_iter()
                .fold(0, |all, wall| all | Self::only(wall).0),
        )
    }
}

impl fmt::Display for Walls {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for wall in 1..=6 {
            let digit = char::from(b'0' + wall);
            write!(out, "{}", if self.has(wall) { digit } else { '-' })?;
        }
        Ok(())
    }
}

/// Content that stops machines, and the event on which it does.
#[derive(Debug)]
pub struct Incident {
    /// The folder that tells of it.
    pub name: &'static str,
    /// The file as its author's tool made it.
    released: Vec<u8>,
    /// The same, saying that it is of the sensor's schema.
    disguised: Vec<u8>,
    event: Recorded,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// This wall kept it from being released.
    NotReleased(u8),
    /// It reached machines, where this wall kept it from running or from doing harm.
    Harmless(u8),
    /// Machines stopped.
    Stopped {
        /// How many were given it.
        machines: u32,
        /// After how many starts in a row each ran again; `None`: not by itself.
        recovered_after: Option<u32>,
    },
}

impl Ending {
    /// Whether the fleet came through: nothing stopped, or few machines did, or they run again by themselves.
    #[must_use]
    pub fn is_survived(self) -> bool {
        match self {
            Self::NotReleased(_) | Self::Harmless(_) => true,
            Self::Stopped {
                machines,
                recovered_after,
            } => recovered_after.is_some() || machines < FLEET / 20,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |wall: u8| NAMES[usize::from(wall) - 1];
        match self {
            Self::NotReleased(wall) => write!(out, "never released: {}", name(*wall)),
            Self::Harmless(wall) => write!(out, "reached machines, stopped none: {}", name(*wall)),
            Self::Stopped {
                machines,
                recovered_after,
            } => {
                write!(out, "{machines} of {FLEET} machines stopped")?;
                match recovered_after {
                    Some(starts) => write!(out, ", all running again after {starts} starts"),
                    None => write!(out, ", and stop again at every start"),
                }
            }
        }
    }
}

impl Incident {
    /// The incidents whose content the walls are put to.
    ///
    /// # Panics
    /// When content cannot be made of the rules that they are about.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::channel_file_291(),
            Self::file_of_zeros(),
            Self::truncated(),
            Self::mcafee_5958(),
        ]
    }

    /// Content of a schema with one field more than the sensor supplies.
    ///
    /// # Panics
    /// As [`all`](Self::all).
    #[must_use]
    pub fn channel_file_291() -> Self {
        const FIELD_COUNT: usize = 257;
        let mut disguised = pipe_content();
        disguised[FIELD_COUNT] += 1;
        Self::broken("channel-file-291", disguised)
    }

    fn file_of_zeros() -> Self {
        let mut disguised = pipe_content();
        // The whole file but the header, whose numbers a loader looks at.
        disguised[256..].fill(0);
        Self::broken("file-of-zeros", disguised)
    }

    fn truncated() -> Self {
        let mut disguised = pipe_content();
        disguised.truncate(disguised.len() / 2);
        Self::broken("truncated-and-flipped", disguised)
    }

    /// A rule that denies a process without which Windows does not run. Nothing is wrong with the file.
    fn mcafee_5958() -> Self {
        let rule = rule("process_creation", &["Image|endswith: '\\svchost.exe'"]);
        let bytes = made(&rule);
        let event = serde_json::json!({ "Image": "C:\\Windows\\System32\\svchost.exe" });
        let kind = cofferdam_interpreter::schema::Kind::ProcessCreation;
        Self {
            name: "mcafee-5958",
            released: bytes.clone(),
            disguised: bytes,
            event: Recorded::read(kind, &event),
        }
    }

    fn broken(name: &'static str, disguised: Vec<u8>) -> Self {
        let mut released = disguised.clone();
        // Another schema has another fingerprint; damage, wherever it is, makes it another file.
        released[16] ^= 0xFF;
        let event = serde_json::json!({ "PipeName": "\\incident", "EventID": 17, "EventType": "CreatePipe" });
        let kind = cofferdam_interpreter::schema::Kind::PipeCreated;
        Self {
            name,
            released,
            disguised,
            event: Recorded::read(kind, &event),
        }
    }

    /// Lets it happen with these walls.
    #[must_use]
    pub fn reenact(&self, walls: Walls) -> Ending {
        let bytes = if walls.has(1) {
            &self.released
        } else {
            &self.disguised
        };
        if walls.has(1) && !is_of_our_schema(bytes) {
            return Ending::NotReleased(1);
        }
        let is_bad = !answers(bytes, &self.event);
        if walls.has(2) && is_bad {
            return Ending::NotReleased(2);
        }
        if walls.has(3) && verify(bytes, &mut [0; SCRATCH]).is_err() {
            return Ending::Harmless(3);
        }
        if walls.has(4) && is_bad {
            return Ending::Harmless(4);
        }
        Ending::Stopped {
            machines: if walls.has(5) { staged() } else { FLEET },
            recovered_after: walls.has(6).then(starts).flatten(),
        }
    }
}

fn made(rules: &str) -> Vec<u8> {
    content(rules, 2).unwrap_or_else(|error| panic!("{error}"))
}

fn pipe_content() -> Vec<u8> {
    made(&rule("pipe_created", &["PipeName|endswith: '\\incident'"]))
}

fn is_of_our_schema(bytes: &[u8]) -> bool {
    Content::decode(bytes).is_ok_and(|it| it.content().header().schema_fingerprint == FINGERPRINT)
}

/// Whether the interpreter, without a verifier before it, runs the content on the event without a fault, and its rule
/// matches as it must.
fn answers(bytes: &[u8], event: &Recorded) -> bool {
    let mut scratch = vec![0; Limits::KERNEL.scratch_words as usize];
    let fields = event.values();
    let event = Event {
        kind: event.kind,
        fields: &fields,
    };
    let Ok(content) = Content::decode(bytes) else {
        return false;
    };
    content
        .run_unverified(&event, &mut scratch)
        .is_ok_and(|outcome| outcome.fault().is_none() && outcome.matched().count() == 1)
}

/// How many machines a staged rollout gives content that stops every machine.
fn staged() -> u32 {
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
    let policy = policy.unwrap_or_else(|error| panic!("{error:?}"));
    let (old, new) = (Version(1), Version(2));
    let begun = Rollout::begin(policy, Releases::first(old), new, &[FLEET], Time(0));
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
fn starts() -> Option<u32> {
    const NO_END: u32 = 100;
    let mut disk = Disk::default();
    let bytes = pipe_content();
    let mut scratch = [0; SCRATCH];
    let header = verify(&bytes, &mut scratch).ok()?.content().header();
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
