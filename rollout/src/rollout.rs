//! One rollout: its state, and every transition.
//!
//! | from | when | to |
//! | --- | --- | --- |
//! | | [`Rollout::begin`] | `Filling(0)` |
//! | `Filling(r)` | the quorum of ring r has reported | `Baking(r)` |
//! | `Baking(r)` | its bake time is over, its test accepts | `Filling(r + 1)`; after the last ring, `Released` |
//! | `Filling`, `Baking`, `Released` | the ring's test or a class's rejects; [`Rollout::revert`] | `Reverting` |
//! | `Reverting` | the last machine that was given the candidate runs something else | `Reverted` |
//!
//! [`Rollout::pause`] holds the first three where they are; [`Rollout::resume`] lets them go on, and a bake begins
//! anew. A paused rollout still hears reports and still reverts. Nothing leads out of `Reverted`; out of `Released`
//! only a revert, or the next rollout, which begins with [`Rollout::releases`].

mod ask;
mod hear;

use core::fmt;

use crate::machine::{Class, MAX_CLASSES, Ring, Time, Version};
use crate::policy::{MAX_RINGS, Policy, part};
use crate::sequential::{Design, Evidence, Verdict};

/// The versions that have been released before, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Releases([Version; 3]);

impl Releases {
    /// A first release. Whoever wants an older one gets this.
    #[must_use]
    pub fn first(version: Version) -> Self {
        Self([version; 3])
    }

    /// The version that is `behind` the newest; none is further behind than two.
    #[must_use]
    pub fn behind(&self, behind: u8) -> Version {
        let [newest, second, third] = self.0;
        match behind {
            0 => newest,
            1 => second,
            _ => third,
        }
    }

    fn and(self, version: Version) -> Self {
        let [newest, second, _] = self.0;
        Self([version, newest, second])
    }
}

/// Where a rollout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Machines of the ring, and of those before it, are given the candidate.
    Filling {
        /// The last ring that has opened.
        ring: Ring,
    },
    /// The quorum of the ring has reported; time passes.
    Baking {
        /// The last ring that has opened.
        ring: Ring,
        /// Since when.
        since: Time,
    },
    /// Every ring has passed.
    Released {
        /// Since when; delayed machines count from here.
        since: Time,
    },
    /// Machines go back.
    Reverting {
        /// Why.
        cause: Cause,
        /// Since when.
        since: Time,
    },
    /// No machine that was given the candidate has it.
    Reverted {
        /// Why.
        cause: Cause,
        /// Since when.
        since: Time,
    },
}

/// Why a rollout reverts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The test over all machines, during this ring.
    Ring(Ring),
    /// The test of this class.
    Class(Class),
    /// Somebody said so.
    Operator,
}

/// What is counted of a ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Its machines that take part.
    pub machines: u32,
    /// Given the candidate.
    pub given: u32,
    /// Of these, reported, or counted as failed for their silence.
    pub reported: u32,
    /// Of these, failed.
    pub failed: u32,
}

/// Why a rollout cannot begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeginError {
    /// Versions only grow.
    NotNewer {
        /// The candidate.
        candidate: Version,
        /// The newest release.
        newest: Version,
    },
    /// The ring's quorum, all of it healthy, would not be enough for its test to accept: it could never pass.
    RingTooSmall {
        /// Which.
        ring: Ring,
        /// The machines of its quorum.
        quorum: u32,
        /// The healthy machines that its test needs.
        needed: u32,
    },
}

impl fmt::Display for BeginError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNewer { candidate, newest } => write!(
                out,
                "version {} is not above {}, which is released",
                candidate.0, newest.0
            ),
            Self::RingTooSmall {
                ring,
                quorum,
                needed,
            } => write!(
                out,
                "ring {} could never pass: its test needs {needed} healthy machines, its quorum is {quorum}",
                ring.0
            ),
        }
    }
}

impl core::error::Error for BeginError {}

/// The state of a rollout. Plain data: what a store keeps beside the machines' records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollout {
    policy: Policy,
    releases: Releases,
    candidate: Version,
    /// The latest time that was ever given.
    clock: Time,
    phase: Phase,
    paused: bool,
    tallies: [Tally; MAX_RINGS],
    /// Of the ring that is filling or baking.
    evidence: Evidence,
    class_evidence: [Evidence; MAX_CLASSES],
    class_design: Design,
    in_flight: u32,
    holders: u32,
}

impl Rollout {
    /// Opens the first ring. Every machine's record begins as [`Machine::new`](crate::Machine::new) makes it, pins kept;
    /// `class_sizes` are the numbers of machines that take part, by class: those of current
    /// cadence that are not pinned.
    ///
    /// # Errors
    /// [`BeginError`] when the candidate is not newer than every release, or a ring could never pass.
    pub fn begin(
        policy: Policy,
        releases: Releases,
        candidate: Version,
        class_sizes: &[u32],
        now: Time,
    ) -> Result<Self, BeginError> {
        let newest = releases.behind(0);
        if candidate <= newest {
            return Err(BeginError::NotNewer { candidate, newest });
        }
        let census = policy.census(class_sizes);
        for ((ring, numbers), machines) in policy.rings().zip(census) {
            let quorum = part(machines, numbers.quorum);
            let needed = policy.design(ring).healthy_to_accept();
            if quorum < needed {
                return Err(BeginError::RingTooSmall {
                    ring,
                    quorum,
                    needed,
                });
            }
        }
        let classes = class_sizes.iter().filter(|size| **size > 0).count();
        let classes = u32::try_from(classes).unwrap_or(u32::MAX);
        Ok(Self {
            class_design: policy.class_design().one_of(classes),
            policy,
            releases,
            candidate,
            clock: now,
            phase: Phase::Filling { ring: Ring(0) },
            paused: false,
            tallies: census.map(|machines| Tally {
                machines,
                ..Tally::default()
            }),
            evidence: Evidence::NONE,
            class_evidence: [Evidence::NONE; MAX_CLASSES],
            in_flight: 0,
            holders: 0,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The version that is rolled out.
    #[must_use]
    pub fn candidate(&self) -> Version {
        self.candidate
    }

    /// Whether it is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// The policy that it follows.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What is counted of a ring; nothing for one that the policy does not have.
    #[must_use]
    pub fn tally(&self, ring: Ring) -> Tally {
        self.tallies
            .get(usize::from(ring.0))
            .copied()
            .unwrap_or_default()
    }

    /// How many machines were given the candidate and have neither reported nor left in good order.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// How many machines a revert has to reach.
    #[must_use]
    pub fn holders(&self) -> u32 {
        self.holders
    }

    /// What is released: with the candidate first once every ring has passed, without it before, and when it reverts.
    #[must_use]
    pub fn releases(&self) -> Releases {
        match self.phase {
            Phase::Released { .. } => self.releases.and(self.candidate),
            _ => self.releases,
        }
    }

    /// The last ring that has opened; `None` when machines go back.
    #[must_use]
    pub fn open(&self) -> Option<Ring> {
        match self.phase {
            Phase::Filling { ring } | Phase::Baking { ring, .. } => Some(ring),
            Phase::Released { .. } => Some(self.policy.last()),
            Phase::Reverting { .. } | Phase::Reverted { .. } => None,
        }
    }

    /// Holds the rollout where it is. Reverting is not held.
    pub fn pause(&mut self, now: Time) {
        self.at(now);
        self.paused = self.open().is_some();
    }

    /// Lets a paused rollout go on. A bake begins anew: what happened meanwhile was not watched by anybody.
    pub fn resume(&mut self, now: Time) {
        self.at(now);
        if self.paused
            && let Phase::Baking { since, .. } = &mut self.phase
        {
            *since = self.clock;
        }
        self.paused = false;
    }

    /// Takes the candidate back from every machine that has it. Of no effect where that has begun.
    pub fn revert(&mut self, now: Time) {
        self.at(now);
        self.begin_to_revert(Cause::Operator);
    }

    /// Lets time pass: a ring that has baked and whose test accepts makes way for the next.
    pub fn tick(&mut self, now: Time) {
        self.at(now);
        self.advance();
    }

    fn at(&mut self, now: Time) {
        self.clock = self.clock.max(now);
    }

    fn begin_to_revert(&mut self, cause: Cause) {
        if self.open().is_some() {
            self.paused = false;
            self.phase = Phase::Reverting {
                cause,
                since: self.clock,
            };
            self.finish_revert();
        }
    }

    fn finish_revert(&mut self) {
        if let Phase::Reverting { cause, .. } = self.phase
            && self.holders == 0
        {
            self.phase = Phase::Reverted {
                cause,
                since: self.clock,
            };
        }
    }

    fn advance(&mut self) {
        if self.paused {
            return;
        }
        if let Phase::Filling { ring } = self.phase {
            let tally = self.tally(ring);
            if tally.reported >= part(tally.machines, self.policy.ring(ring).quorum) {
                self.phase = Phase::Baking {
                    ring,
                    since: self.clock,
                };
            }
        }
        if let Phase::Baking { ring, since } = self.phase {
            let baked = since.after(self.policy.ring(ring).bake) <= self.clock;
            let accepted = self.evidence.verdict(self.policy.design(ring)) == Verdict::Accept;
            if baked && accepted {
                self.pass(ring);
            }
        }
    }

    fn pass(&mut self, ring: Ring) {
        self.phase = if ring == self.policy.last() {
            Phase::Released { since: self.clock }
        } else {
            self.evidence = Evidence::NONE;
            Phase::Filling {
                ring: Ring(ring.0.saturating_add(1)),
            }
        };
    }

    fn count(&mut self, ring: Ring, change: impl FnOnce(&mut Tally)) {
        if let Some(tally) = self.tallies.get_mut(usize::from(ring.0)) {
            change(tally);
        }
    }
}
