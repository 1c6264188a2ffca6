//! What machines report, and what follows from it.

use super::{Cause, Rollout};
use crate::machine::{Cadence, Machine, Report, Standing, Time, Version};
use crate::sequential::{Observation, Verdict};

impl Rollout {
    /// A machine reports on a version. Reports on other versions, of machines that were not given the candidate, and
    /// repeated ones change nothing.
    pub fn report(&mut self, now: Time, machine: &mut Machine, on: Version, report: Report) {
        self.at(now);
        if on == self.candidate {
            self.hear(machine, report);
        }
    }

    /// Before which time a machine must have been given the candidate for its silence to count as a failure.
    #[must_use]
    pub fn overdue_before(&self, now: Time) -> Option<Time> {
        let deadline = self.policy.rules().deadline.0;
        now.max(self.clock).0.checked_sub(deadline).map(Time)
    }

    /// A machine that was given the candidate is overdue: it counts as one that failed. `false` if it is not.
    pub fn silent(&mut self, now: Time, machine: &mut Machine) -> bool {
        self.at(now);
        match (machine.standing, self.overdue_before(now)) {
            (Standing::Given { at }, Some(before)) if at <= before => {
                self.hear(machine, Report::Failed);
                true
            }
            _ => false,
        }
    }

    fn hear(&mut self, machine: &mut Machine, report: Report) {
        let first = matches!(machine.standing, Standing::Given { .. } | Standing::Away);
        let in_flight = matches!(machine.standing, Standing::Given { .. });
        let (standing, seen) = match report {
            Report::Healthy if first => (Standing::Healthy, Some(Observation::Healthy)),
            // A failure counts even after health: that is what bake time waits for.
            Report::Failed if first || machine.standing == Standing::Healthy => {
                (Standing::Failed, Some(Observation::Failed))
            }
            Report::Leaving if in_flight => (Standing::Away, None),
            _ => return,
        };
        if in_flight {
            self.in_flight = self.in_flight.saturating_sub(1);
        }
        machine.standing = standing;
        if let Some(seen) = seen {
            // Delayed machines are watched, but are none of the ring's.
            if machine.cadence == Cadence::Current {
                self.count(machine.ring, |tally| {
                    tally.reported = tally.reported.saturating_add(u32::from(first));
                    let failed = u32::from(seen == Observation::Failed);
                    tally.failed = tally.failed.saturating_add(failed);
                });
            }
            self.observe(machine, seen);
            self.advance();
        }
    }

    fn observe(&mut self, machine: &Machine, seen: Observation) {
        let Some(ring) = self.open() else { return };
        let of_all = self.evidence.observe(self.policy.design(ring), seen);
        let design = self.class_design;
        let of_class = self
            .class_evidence
            .get_mut(usize::from(machine.class.0))
            .map(|evidence| evidence.observe(&design, seen));
        if of_all == Verdict::Reject {
            self.begin_to_revert(Cause::Ring(ring));
        } else if of_class == Some(Verdict::Reject) {
            self.begin_to_revert(Cause::Class(machine.class));
        }
    }
}
