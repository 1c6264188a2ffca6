//! The six walls, each of which can be taken out, and what then becomes of an incident.
//!
//! Every wall is the product's own code: the schema's fingerprint, the run of generated events, the verifier, the
//! interpreter's checked accesses, the rollout's state machine, the boot guard's slots. What is made up is what stands
//! where a wall was: an author whose tool lies about the schema, a loader that does not verify, an interpreter that
//! stops the machine wherever the checked one does not come to the answer that was meant, a release to everybody, a
//! machine that loads the same file again after every crash.

//!
//! Of two incidents no content is the cause, so no wall is about them: what stops them is a property of the driver, which
//! is shown on its image with each subset of the walls ([`driver`]).

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod driver;
mod files;
mod fleet;

use std::fmt;

use cofferdam_interpreter::schema::kinds_of_category;

use crate::{Recorded, SCRATCH, clean_machine, hits, rule, verify};
pub use files::costly_rules;
use files::{
    PIPE, answers, flipped, is_in_proportion, is_of_our_schema, made, one_field_more, pipe_event,
    zeros,
};
pub use fleet::Disk;

/// Machines in the fleet.
pub const FLEET: u32 = 10_000;

/// Rules that cost more than an event may, by the kernel's own budget.
pub const TOO_MANY: usize = 480;

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

    /// None.
    #[must_use]
    pub const fn none() -> Self {
        Self(0)
    }

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

/// An incident.
#[derive(Debug)]
pub struct Incident {
    /// The folder that tells of it.
    pub name: &'static str,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Content(Bad),
    /// No content: what the driver does in it, and the property of the driver that makes it end well.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    Driver(fn(Walls) -> Result<(), String>, &'static str),
}

/// Content that does harm, and the event on which it does.
#[derive(Debug)]
struct Bad {
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
    /// It reached machines and stopped none, for this property of the driver.
    Unharmed(&'static str),
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
            Self::NotReleased(_) | Self::Harmless(_) | Self::Unharmed(_) => true,
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
            Self::Unharmed(why) => write!(out, "reached machines, stopped none: {why}"),
            Self::Blind => write!(out, "every machine runs an old version"),
            Self::Stopped {
                machines,
                recovered_after,
            } => {
                write!(out, "{machines} of {FLEET} machines stopped")?;
                match recovered_after {
                    Some(1) => write!(out, ", all running again after one more start"),
                    Some(starts) => write!(out, ", all running again after {starts} starts"),
                    None => write!(out, ", and stop again at every start"),
                }
            }
        }
    }
}

/// Why the driver does not grow.
pub const OWNED: &str = "all memory has an owner";
/// Why nothing hangs in it.
pub const NO_WAITING: &str = "no waiting for user mode";
/// What finds rules that hit Windows or the sensor itself, before they are released.
pub const CLEAN_MACHINE: &str = "clean machine";

impl Incident {
    /// All that have a folder; the two that only the driver's image can tell of, where that runs.
    ///
    /// # Panics
    /// When content cannot be made of the rules that they are about.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let denies = |name, category, field: &str, path: &str| {
            let rule = rule(category, &[&format!("{field}: '{path}'")]);
            Self::rightly(name, category, &rule, (field, path), Harm::Verdict)
        };
        let system = |file| format!(r"C:\Windows\System32\{file}");
        let own = r"C:\Program Files\Cofferdam\cofferdam-update.exe";
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
                &system("svchost.exe"),
            ),
            denies(
                "webroot-2017",
                "file_event",
                "TargetFilename",
                &system("lsass.exe"),
            ),
            denies("sophos-2012", "process_creation", "Image", own),
            denies(
                "critical-process",
                "process_creation",
                "Image",
                &system("services.exe"),
            ),
            denies("boot-loop", "file_event", "Image", &system("services.exe")),
            Self::rightly(
                "exploding-rule",
                "process_creation",
                &costly_rules(TOO_MANY),
                ("CommandLine", "x"),
                Harm::Cost,
            ),
            Self::rightly(
                "replayed-version",
                "pipe_created",
                &rule("pipe_created", &[PIPE]),
                ("PipeName", r"\incident"),
                Harm::Old,
            ),
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            Self {
                name: "leak-per-reload",
                cause: Cause::Driver(|walls| driver::leak_per_reload(walls, 5), OWNED),
            },
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            Self {
                name: "killed-service",
                cause: Cause::Driver(driver::killed_service, NO_WAITING),
            },
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
    fn rightly(
        name: &'static str,
        category: &str,
        rules: &str,
        (field, text): (&str, &str),
        harm: Harm,
    ) -> Self {
        let bytes = made(rules);
        let kind = kinds_of_category(category)[0];
        let bad = Bad {
            released: bytes.clone(),
            disguised: bytes,
            event: Recorded::read(kind, &serde_json::json!({ field: text })),
            harm,
        };
        Self {
            name,
            cause: Cause::Content(bad),
        }
    }

    fn broken(name: &'static str, disguised: Vec<u8>) -> Self {
        let mut released = disguised.clone();
        // Another schema has another fingerprint, and damage anywhere makes another file.
        released[16] ^= 0xFF;
        let bad = Bad {
            released,
            disguised,
            event: pipe_event(),
            harm: Harm::Astray,
        };
        Self {
            name,
            cause: Cause::Content(bad),
        }
    }

    /// Lets it happen with these walls.
    #[must_use]
    pub fn reenact(&self, walls: Walls) -> Ending {
        match &self.cause {
            Cause::Content(bad) => bad.reenact(walls),
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            Cause::Driver(happens, property) => match happens(walls) {
                Ok(()) => Ending::Unharmed(property),
                Err(_) => stopped(walls),
            },
        }
    }

    /// What beside the walls stops it: found by letting it happen.
    #[must_use]
    pub fn beside(&self) -> Option<&'static str> {
        match &self.cause {
            Cause::Content(bad) if bad.harm == Harm::Verdict => {
                (hits(&bad.released, &clean_machine()) > 0).then_some(CLEAN_MACHINE)
            }
            Cause::Content(_) => None,
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            Cause::Driver(happens, property) => happens(Walls::none()).ok().map(|()| *property),
        }
    }
}

impl Bad {
    fn reenact(&self, walls: Walls) -> Ending {
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
            return fleet::old(walls);
        }
        if walls.has(3) && verify(bytes, &mut [0; SCRATCH]).is_err() {
            return Ending::Harmless(3);
        }
        let is_bounded = self.harm == Harm::Cost && is_in_proportion(bytes);
        if walls.has(4) && (is_bad || is_bounded) {
            return Ending::Harmless(4);
        }
        stopped(walls)
    }
}

/// Every machine stops that is given the file.
fn stopped(walls: Walls) -> Ending {
    Ending::Stopped {
        machines: if walls.has(5) { fleet::staged() } else { FLEET },
        recovered_after: walls.has(6).then(fleet::starts).flatten(),
    }
}
