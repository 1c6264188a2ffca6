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
use cofferdam_interpreter::layout::Header;
use cofferdam_interpreter::schema::{FINGERPRINT, Kind, kinds_of_category};
use cofferdam_interpreter::{Content, Limits};
use cofferdam_rollout::sequential::{Errors, Rate};
use cofferdam_rollout::{
    Answer, Cadence, Class, Machine, Policy, Releases, Report, Ring, RingPolicy, Rollout, Rules,
    Seconds, Time, Version,
};

use crate::{Recorded, SCRATCH, content, rule};

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

/// How content does harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    /// It is not what it should be: an interpreter that trusts it goes astray.
    Astray,
    /// It is well-formed, and what it rightly says stops the machine: it denies what Windows, or this sensor, needs.
    Verdict,
    /// It is well-formed, and takes the processors for itself.
    Cost,
    /// It is last month's file: the machine is blind for what came since.
    Old,
}

/// Content that does harm, and the event on which it does.
#[derive(Debug)]
pub struct Incident {
    /// The folder that tells of it.
    pub name: &'static str,
    /// The file as its author's tool made it.
    released: Vec<u8>,
    /// The same, saying that it is of the sensor's schema.
    disguised: Vec<u8>,
    event: Recorded,
    harm: Harm,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// This wall kept it from being released.
    NotReleased(u8),
    /// It reached machines, where this wall kept it from running or from doing harm.
    Harmless(u8),
    /// Every machine runs what was left long ago.
    Blind,
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
            Self::Blind => false,
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
            Self::Blind => write!(out, "every machine runs an old version"),
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
    /// The incidents in which content does harm: all that have a folder but `leak-per-reload` and `killed-service`, which
    /// no content and so no wall is about.
    ///
    /// # Panics
    /// When content cannot be made of the rules that they are about.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let denies = |name, category, field: &str, path: &str| {
            Self::rightly(name, category, field, path, Harm::Verdict)
        };
        let services = r"C:\Windows\System32\services.exe";
        vec![
            Self::channel_file_291(),
            Self::broken(
                "field-tested-by-wildcard-only",
                one_field_more("PipeName: '*'"),
            ),
            Self::broken("file-of-zeros", zeros()),
            Self::broken("truncated-and-flipped", flipped()),
            denies(
                "mcafee-5958",
                "process_creation",
                "Image",
                r"C:\Windows\System32\svchost.exe",
            ),
            denies(
                "webroot-2017",
                "file_event",
                "TargetFilename",
                r"C:\Windows\System32\lsass.exe",
            ),
            denies(
                "sophos-2012",
                "process_creation",
                "Image",
                r"C:\Program Files\Cofferdam\cofferdam.exe",
            ),
            denies("critical-process", "process_creation", "Image", services),
            denies("boot-loop", "file_event", "Image", services),
            Self::rightly(
                "exploding-rule",
                "process_creation",
                "CommandLine",
                "x",
                Harm::Cost,
            ),
            Self::rightly(
                "replayed-version",
                "pipe_created",
                "PipeName",
                r"\incident",
                Harm::Old,
            ),
        ]
    }

    /// Content of a schema with one field more than the sensor supplies.
    ///
    /// # Panics
    /// As [`all`](Self::all).
    #[must_use]
    pub fn channel_file_291() -> Self {
        Self::broken("channel-file-291", one_field_more(PIPE))
    }

    /// Content that says what its author meant.
    fn rightly(name: &'static str, category: &str, field: &str, text: &str, harm: Harm) -> Self {
        let bytes = made(&rule(category, &[&format!("{field}: '{text}'")]));
        let kind = kinds_of_category(category)[0];
        Self {
            name,
            released: bytes.clone(),
            disguised: bytes,
            event: Recorded::read(kind, &serde_json::json!({ field: text })),
            harm,
        }
    }

    fn broken(name: &'static str, disguised: Vec<u8>) -> Self {
        let mut released = disguised.clone();
        // Another schema has another fingerprint, and damage anywhere makes another file.
        released[16] ^= 0xFF;
        Self {
            name,
            released,
            disguised,
            event: pipe_event(),
            harm: Harm::Astray,
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
        if self.harm == Harm::Old {
            return old(walls);
        }
        if walls.has(3) && self.is_refused(bytes) {
            return Ending::Harmless(3);
        }
        // The checked interpreter looks at each unit a bounded number of times, so cost cannot explode in it either.
        if walls.has(4) && (is_bad || self.harm == Harm::Cost) {
            return Ending::Harmless(4);
        }
        Ending::Stopped {
            machines: if walls.has(5) { staged() } else { FLEET },
            recovered_after: walls.has(6).then(starts).flatten(),
        }
    }
}

impl Incident {
    /// Whether the kernel's verifier refuses the file; of content that costs too much, under a budget that it exceeds.
    fn is_refused(&self, bytes: &[u8]) -> bool {
        let limits = Limits {
            event_fixed: if self.harm == Harm::Cost {
                1
            } else {
                Limits::KERNEL.event_fixed
            },
            ..Limits::KERNEL
        };
        let verified =
            Content::decode(bytes).and_then(|it| it.verify(&limits, &mut [0; SCRATCH]).map(drop));
        verified.is_err()
    }
}

/// What becomes of an old version that is sent again.
fn old(walls: Walls) -> Ending {
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

fn made(rules: &str) -> Vec<u8> {
    content(rules, 2).unwrap_or_else(|error| panic!("{error}"))
}

/// What the content of most incidents looks for.
const PIPE: &str = "PipeName|endswith: '\\incident'";

fn pipe_content() -> Vec<u8> {
    made(&rule("pipe_created", &[PIPE]))
}

fn pipe_event() -> Recorded {
    let event =
        serde_json::json!({ "PipeName": "\\incident", "EventID": 17, "EventType": "CreatePipe" });
    Recorded::read(Kind::PipeCreated, &event)
}

fn header() -> Header {
    let bytes = pipe_content();
    Content::decode(&bytes).map_or_else(
        |refusal| panic!("{refusal}"),
        |content| content.content().header(),
    )
}

/// Content whose first kind claims one field more than the schema has.
fn one_field_more(selection: &str) -> Vec<u8> {
    let mut bytes = made(&rule("pipe_created", &[selection]));
    bytes[Header::SIZE + 1] += 1;
    bytes
}

/// Content of zeros, behind the header whose numbers a loader looks at.
fn zeros() -> Vec<u8> {
    let mut bytes = pipe_content();
    bytes[Header::SIZE..].fill(0);
    bytes
}

/// Content of which one bit is wrong: the first on which anything depends.
fn flipped() -> Vec<u8> {
    let good = pipe_content();
    let flips = (8 * Header::SIZE..8 * good.len()).map(|bit| {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    });
    let mut bad = flips.filter(|bytes| !answers(bytes, &pipe_event()));
    bad.next().unwrap_or_else(|| panic!("no bit matters"))
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

/// How many machines a staged rollout gives content that stops every machine.
fn staged() -> u32 {
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
fn starts() -> Option<u32> {
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
