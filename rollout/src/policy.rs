//! The numbers of a rollout, checked once.

use crate::machine::{Ring, Seconds};
use crate::sequential::{Design, Errors, Rate};

/// How many rings a policy may have.
pub const MAX_RINGS: usize = 8;

/// One ring. Shares are in parts of a million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingPolicy {
    /// The share of each class of hardware that is to have the candidate once this ring does: grows from ring to ring
    /// up to a million, the whole, at the last.
    pub reach: u32,
    /// So many machines of each class at least, as far as it has them: what makes a small ring diverse.
    pub minimum: u32,
    /// The share of the ring's machines that may have been given the candidate without having reported; one machine
    /// at least.
    pub in_flight: u32,
    /// The share of the ring's machines that must have reported before it bakes.
    pub quorum: u32,
    /// How long the ring bakes after that.
    pub bake: Seconds,
    /// The rate of failures that this ring's test is to reject.
    pub unacceptable: Rate,
}

/// What holds for all rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The rate at which machines fail whatever they run.
    pub acceptable: Rate,
    /// The rate that the test of each class of hardware is to reject.
    pub class_unacceptable: Rate,
    /// How often tests may be wrong.
    pub errors: Errors,
    /// How long a machine runs the candidate before it reports that it is well.
    pub probation: Seconds,
    /// How long after it was given the candidate a silent machine counts as failed; beyond the probation.
    pub deadline: Seconds,
}

/// A policy that can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    rules: Rules,
    first: Staged,
    later: [Option<Staged>; MAX_RINGS - 1],
    class_design: Design,
}

/// A ring with its test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Staged {
    ring: RingPolicy,
    design: Design,
}

/// What is wrong with a policy. Rings count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// There is no ring.
    NoRings,
    /// There are more than [`MAX_RINGS`].
    TooManyRings,
    /// The ring reaches no more than the one before it, or more than the whole.
    Reach(Ring),
    /// The last ring does not reach the whole.
    LastReach(Ring),
    /// The share in flight is zero or more than the whole.
    InFlight(Ring),
    /// The quorum is zero or more than the whole.
    Quorum(Ring),
    /// The ring does not bake.
    Bake(Ring),
    /// The ring's unacceptable rate is not above the acceptable one.
    Unacceptable(Ring),
    /// The classes' unacceptable rate is not above the acceptable one.
    ClassUnacceptable,
    /// The errors together are a whole or more: no evidence is needed to be that often wrong.
    Errors,
    /// The deadline is not beyond the probation: every machine would count as failed.
    Deadline,
}

fn is_share(parts: u32) -> bool {
    (1..=Rate::ONE).contains(&parts)
}

impl Policy {
    /// Checks the numbers.
    ///
    /// # Errors
    /// The first that is wrong: the rules', then ring by ring.
    pub fn new(rings: &[RingPolicy], rules: Rules) -> Result<Self, PolicyError> {
        let Errors {
            false_alarm,
            missed,
        } = rules.errors;
        if false_alarm.parts().saturating_add(missed.parts()) >= Rate::ONE {
            return Err(PolicyError::Errors);
        }
        if rules.deadline <= rules.probation {
            return Err(PolicyError::Deadline);
        }
        let class_design = Design::new(rules.acceptable, rules.class_unacceptable, rules.errors)
            .ok_or(PolicyError::ClassUnacceptable)?;
        let (first, rest) = rings.split_first().ok_or(PolicyError::NoRings)?;
        let first = Self::staged(*first, Ring(0), 0, &rules)?;
        let mut later = [None; MAX_RINGS - 1];
        if rest.len() > later.len() {
            return Err(PolicyError::TooManyRings);
        }
        let mut last = (Ring(0), first.ring.reach);
        for ((place, ring), number) in later.iter_mut().zip(rest).zip(1..) {
            let number = Ring(number);
            *place = Some(Self::staged(*ring, number, last.1, &rules)?);
            last = (number, ring.reach);
        }
        if last.1 != Rate::ONE {
            return Err(PolicyError::LastReach(last.0));
        }
        Ok(Self {
            rules,
            first,
            later,
            class_design,
        })
    }

    fn staged(
        ring: RingPolicy,
        number: Ring,
        before: u32,
        rules: &Rules,
    ) -> Result<Staged, PolicyError> {
        if ring.reach <= before || ring.reach > Rate::ONE {
            return Err(PolicyError::Reach(number));
        }
        if !is_share(ring.in_flight) {
            return Err(PolicyError::InFlight(number));
        }
        if !is_share(ring.quorum) {
            return Err(PolicyError::Quorum(number));
        }
        if ring.bake == Seconds(0) {
            return Err(PolicyError::Bake(number));
        }
        let design = Design::new(rules.acceptable, ring.unacceptable, rules.errors)
            .ok_or(PolicyError::Unacceptable(number))?;
        Ok(Staged { ring, design })
    }

    /// What holds for all rings.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The rings, first to last.
    pub fn rings(&self) -> impl Iterator<Item = (Ring, &RingPolicy)> {
        self.staged_rings()
            .zip(0..)
            .map(|(staged, number)| (Ring(number), &staged.ring))
    }

    fn staged_rings(&self) -> impl Iterator<Item = &Staged> {
        core::iter::once(&self.first).chain(self.later.iter().flatten())
    }

    fn at(&self, ring: Ring) -> &Staged {
        let last = || self.staged_rings().last().unwrap_or(&self.first);
        self.staged_rings()
            .nth(usize::from(ring.0))
            .unwrap_or_else(last)
    }

    /// A ring's numbers; those of the last for a number beyond it.
    #[must_use]
    pub fn ring(&self, ring: Ring) -> &RingPolicy {
        &self.at(ring).ring
    }

    /// A ring's test; the last ring's for a number beyond it.
    #[must_use]
    pub fn design(&self, ring: Ring) -> &Design {
        &self.at(ring).design
    }

    /// The test of one class.
    pub(crate) fn class_design(&self) -> Design {
        self.class_design
    }

    /// The last ring.
    #[must_use]
    pub fn last(&self) -> Ring {
        self.rings().last().map_or(Ring(0), |(ring, _)| ring)
    }

    /// The ring of a machine: that of its `rank` (from 0, in an order that says nothing about the machine, such as
    /// a hash of its id) among the `size` machines of its class that take part.
    ///
    /// So each ring is a sample of every class, by its share, and by its minimum where the share is too small.
    #[must_use]
    pub fn ring_of(&self, rank: u32, size: u32) -> Ring {
        let mut until = 0u32;
        for (number, ring) in self.rings() {
            until = Self::reached(ring, until, size);
            if rank < until {
                return number;
            }
        }
        self.last()
    }

    /// How many of a class's machines are in this ring and those before it, of which `before` are in those before it.
    fn reached(ring: &RingPolicy, before: u32, size: u32) -> u32 {
        before
            .saturating_add(ring.minimum)
            .max(part(size, ring.reach))
            .min(size)
    }

    /// How many machines each ring has, when the classes have these many that take part.
    #[must_use]
    pub fn census(&self, class_sizes: &[u32]) -> [u32; MAX_RINGS] {
        let mut counts = [0u32; MAX_RINGS];
        for size in class_sizes {
            let mut before = 0;
            for (count, (_, ring)) in counts.iter_mut().zip(self.rings()) {
                let until = Self::reached(ring, before, *size);
                *count = count.saturating_add(until.saturating_sub(before));
                before = until;
            }
        }
        counts
    }
}

/// So many parts in a million of a number, rounded up.
pub(crate) fn part(of: u32, parts: u32) -> u32 {
    let exact = u64::from(of).saturating_mul(u64::from(parts));
    u32::try_from(exact.div_ceil(u64::from(Rate::ONE))).unwrap_or(u32::MAX)
}
