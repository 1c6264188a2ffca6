//! The simulated fleet: machines as they are, and the records that the rollout has of them.

use std::collections::VecDeque;
use std::convert::Infallible;

use cofferdam_rollout::{
    Cadence, Class, Fleet, Machine, MachineId, Policy, Rollout, Seconds, Standing, Time, Version,
};
use fastrand::Rng;

/// Classes of hardware beside the rare one.
const CLASSES: u8 = 40;
/// The class that has a thousandth of the machines.
pub(super) const RARE: Class = Class(CLASSES);
const DAY: u64 = 24 * 3_600;

/// A machine's habits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    pub(super) class: Class,
    pub(super) cadence: Cadence,
    pub(super) pinned: bool,
    /// A laptop: when in the day it wakes, and for how long. A server never sleeps.
    awake: Option<(u64, u64)>,
}

impl Habits {
    /// Until when the machine is awake, if it is.
    pub(super) fn awake_until(&self, now: u64) -> Option<u64> {
        let Some((from, span)) = self.awake else {
            return Some(u64::MAX);
        };
        let since = (now + DAY - from) % DAY;
        (since < span).then(|| now + (span - since))
    }

    /// When it is awake next: now, if it is.
    pub(super) fn next_awake(&self, now: u64) -> u64 {
        match self.awake {
            Some((from, span)) => {
                let since = (now + DAY - from) % DAY;
                if since < span {
                    now
                } else {
                    now + (DAY - since)
                }
            }
            None => now,
        }
    }
}

/// Makes up a fleet. Shares are rough guesses of what fleets look like; only their variety matters.
pub(super) fn people(machines: u32, rng: &mut Rng) -> Vec<Habits> {
    // Common hardware is very common: class k has a share of 1 / (k + 1).
    let weight = |class: u8| 1.0 / (f64::from(class) + 1.0);
    let sum: f64 = (0..CLASSES).map(weight).sum();
    let class = |rng: &mut Rng| {
        let mut left = rng.f64() * sum;
        let found = (0..CLASSES).find(|class| {
            left -= weight(*class);
            left < 0.0
        });
        Class(found.unwrap_or(0))
    };
    (0..machines)
        .map(|number| Habits {
            class: if number % 1_000 == 0 {
                RARE
            } else {
                class(rng)
            },
            cadence: match rng.u32(0..100) {
                0..5 => Cadence::Behind(1),
                5..7 => Cadence::Behind(2),
                7..10 => Cadence::Delayed(Seconds(DAY)),
                _ => Cadence::Current,
            },
            pinned: rng.u32(0..200) == 0,
            awake: (rng.u32(0..10) < 4).then(|| (rng.u64(0..DAY), rng.u64(8..14) * 3_600)),
        })
        .collect()
}

/// How many machines of each class take part.
pub(super) fn class_sizes(people: &[Habits]) -> Vec<u32> {
    let mut sizes = vec![0; usize::from(CLASSES) + 1];
    for habits in people.iter().filter(|habits| takes_part(habits)) {
        if let Some(size) = sizes.get_mut(usize::from(habits.class.0)) {
            *size += 1;
        }
    }
    sizes
}

fn takes_part(habits: &Habits) -> bool {
    habits.cadence == Cadence::Current && !habits.pinned
}

/// The rollout's records, in memory.
#[derive(Debug)]
pub(super) struct Records {
    machines: Vec<Machine>,
    /// Machines in the order in which they were given the candidate.
    given: VecDeque<(Time, MachineId)>,
}

impl Records {
    /// Assigns rings. Machines stand in no order, so the rank in a class is the order in which they come.
    pub(super) fn new(policy: &Policy, people: &[Habits], runs: Version) -> Self {
        let sizes = class_sizes(people);
        let mut ranks = vec![0u32; sizes.len()];
        let mut machines = Vec::with_capacity(people.len());
        for habits in people {
            let class = usize::from(habits.class.0);
            let size = sizes.get(class).copied().unwrap_or(0);
            let ring = match ranks.get_mut(class) {
                Some(rank) if takes_part(habits) => {
                    *rank += 1;
                    policy.ring_of(*rank - 1, size)
                }
                _ => policy.last(),
            };
            let mut machine = Machine::new(habits.class, ring, habits.cadence, runs);
            machine.pinned = habits.pinned;
            machines.push(machine);
        }
        Self {
            machines,
            given: VecDeque::new(),
        }
    }

    pub(super) fn all(&self) -> &[Machine] {
        &self.machines
    }
}

fn index(id: MachineId) -> usize {
    usize::try_from(id.0).unwrap_or(usize::MAX)
}

impl Fleet for Records {
    type Error = Infallible;

    fn machine(&mut self, id: MachineId) -> Result<Option<Machine>, Infallible> {
        Ok(self.machines.get(index(id)).copied())
    }

    fn keep(
        &mut self,
        _: &Rollout,
        machine: Option<(MachineId, &Machine)>,
    ) -> Result<(), Infallible> {
        if let Some((id, machine)) = machine
            && let Some(record) = self.machines.get_mut(index(id))
        {
            if let Standing::Given { at } = machine.standing
                && record.standing != machine.standing
            {
                self.given.push_back((at, id));
            }
            *record = *machine;
        }
        Ok(())
    }

    fn overdue(&mut self, until: Time) -> Result<Option<MachineId>, Infallible> {
        while let Some((at, id)) = self.given.front().copied() {
            if at > until {
                break;
            }
            let record = self.machines.get(index(id));
            if record.is_some_and(|it| it.standing == Standing::Given { at }) {
                return Ok(Some(id));
            }
            self.given.pop_front();
        }
        Ok(None)
    }
}
