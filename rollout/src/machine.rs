//! Machines, as the rollout knows them, and the words they exchange with it.

/// Seconds since a beginning that is the caller's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub u64);

impl Time {
    /// This time and so many seconds.
    #[must_use]
    pub fn after(self, seconds: Seconds) -> Self {
        Self(self.0.saturating_add(seconds.0))
    }
}

/// A span of time in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub u64);

/// A content version, as the content file's header has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64);

/// Which machine: a number that the store gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MachineId(pub u64);

/// How many classes of hardware are told apart.
pub const MAX_CLASSES: usize = 256;

/// A class of machines that could fail alike: processor family, firmware, Windows build, other filters. Below
/// [`MAX_CLASSES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class(pub u8);

/// A ring: 0 is the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ring(pub u8);

/// How close to the newest version a customer wants to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Takes part in rollouts, in its ring.
    Current,
    /// So many released versions behind the newest: 1 for n-1, 2 for n-2.
    Behind(u8),
    /// The newest, this long after it has been released.
    Delayed(Seconds),
}

/// How a machine stands to the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not given the candidate.
    Waiting,
    /// It was given the candidate then, and has not reported on it.
    Given {
        /// When; the deadline for its report counts from here.
        at: Time,
    },
    /// It was given the candidate, and went to sleep or was shut down in good order before it reported.
    Away,
    /// It has the candidate and is well.
    Healthy,
    /// It has the candidate, or had, and is not well.
    Failed,
    /// It was given the candidate, and has said since that it runs something else, as it was told.
    Reverted,
}

impl Standing {
    /// Whether it was given the candidate, and a revert has to reach it.
    #[must_use]
    pub fn holds(self) -> bool {
        !matches!(self, Self::Waiting | Self::Reverted)
    }
}

/// The record of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its hardware.
    pub class: Class,
    /// Its ring in this rollout, from [`Policy::ring_of`](crate::Policy::ring_of).
    pub ring: Ring,
    /// How close to the newest version it is kept.
    pub cadence: Cadence,
    /// Whether it keeps what it has, whatever is released.
    pub pinned: bool,
    /// What it ran when it last asked.
    pub runs: Version,
    /// What it ran when it was given the candidate: where a revert takes it.
    pub before: Version,
    /// How it stands to the candidate.
    pub standing: Standing,
}

impl Machine {
    /// A machine at the beginning of a rollout.
    #[must_use]
    pub fn new(class: Class, ring: Ring, cadence: Cadence, runs: Version) -> Self {
        Self {
            class,
            ring,
            cadence,
            pinned: false,
            runs,
            before: runs,
            standing: Standing::Waiting,
        }
    }

    /// Keeps the machine at what it runs until it is unpinned.
    ///
    /// # Errors
    /// [`PinRefused`] while it holds a candidate: that may have to be taken back, and a pin would forbid it.
    pub fn pin(&mut self) -> Result<(), PinRefused> {
        if self.standing.holds() {
            return Err(PinRefused);
        }
        self.pinned = true;
        Ok(())
    }
}

/// The machine holds a version that may still be reverted. It can be pinned when the next rollout has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinRefused;

impl core::fmt::Display for PinRefused {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("the machine holds a version that may still be reverted")
    }
}

impl core::error::Error for PinRefused {}

/// What a machine is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Keep what you run.
    Keep,
    /// Install this version, which is newer.
    Install(Version),
    /// Go back to this version, which is older: needs a signed rollback order.
    Rollback(Version),
}

/// What a machine says of the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// It has run the candidate for the policy's probation and is well.
    Healthy,
    /// It crashed, its boot guard fell back, content was refused or a rule was quarantined.
    Failed,
    /// It goes to sleep or shuts down in good order: its silence means nothing.
    Leaving,
}
