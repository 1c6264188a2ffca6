//! What a machine is told when it asks.

use super::{Phase, Rollout};
use crate::machine::{Answer, Cadence, Machine, Standing, Time, Version};
use crate::policy::part;

impl Rollout {
    /// A machine says what it runs and asks what it should.
    ///
    /// Asking again changes nothing: a machine that lost the answer gets the same one.
    pub fn ask(&mut self, now: Time, machine: &mut Machine, runs: Version) -> Answer {
        self.at(now);
        machine.runs = runs;
        match self.phase {
            Phase::Reverting { .. } | Phase::Reverted { .. } => self.take_back(machine),
            _ => self.offer(machine),
        }
    }

    /// What the machine says it runs decides; its standing only counts.
    fn take_back(&mut self, machine: &mut Machine) -> Answer {
        if machine.runs == self.candidate {
            let before = if machine.before == self.candidate {
                self.releases.behind(0)
            } else {
                machine.before
            };
            return Answer::Rollback(before);
        }
        if machine.standing.holds() {
            if matches!(machine.standing, Standing::Given { .. }) {
                self.in_flight = self.in_flight.saturating_sub(1);
            }
            machine.standing = Standing::Reverted;
            self.holders = self.holders.saturating_sub(1);
            self.finish_revert();
        }
        Answer::Keep
    }

    fn offer(&mut self, machine: &mut Machine) -> Answer {
        match machine.standing {
            Standing::Waiting if self.paused || machine.pinned => Answer::Keep,
            Standing::Waiting => self.offer_first(machine),
            Standing::Away => {
                // Back, and perhaps from its first boot with the candidate: its silence counts again.
                machine.standing = Standing::Given { at: self.clock };
                self.in_flight = self.in_flight.saturating_add(1);
                self.repeat(machine)
            }
            Standing::Given { .. } => self.repeat(machine),
            // One that failed and went back by itself must not be given the same again.
            Standing::Healthy | Standing::Failed | Standing::Reverted => Answer::Keep,
        }
    }

    /// The answer again, for a machine that has not followed it.
    fn repeat(&self, machine: &Machine) -> Answer {
        if self.paused || machine.runs >= self.candidate {
            Answer::Keep
        } else {
            Answer::Install(self.candidate)
        }
    }

    fn offer_first(&mut self, machine: &mut Machine) -> Answer {
        let wanted = self.wanted(machine);
        if wanted <= machine.runs {
            return Answer::Keep;
        }
        if wanted == self.candidate {
            if self.in_flight >= self.most_in_flight() {
                return Answer::Keep;
            }
            machine.before = machine.runs;
            machine.standing = Standing::Given { at: self.clock };
            self.in_flight = self.in_flight.saturating_add(1);
            self.holders = self.holders.saturating_add(1);
            if machine.cadence == Cadence::Current {
                self.count(machine.ring, |it| it.given = it.given.saturating_add(1));
            }
        }
        Answer::Install(wanted)
    }

    /// The version that a machine of this ring and cadence should run now.
    fn wanted(&self, machine: &Machine) -> Version {
        match (machine.cadence, self.phase) {
            (Cadence::Current, _) if self.open() >= Some(machine.ring) => self.candidate,
            (Cadence::Current, _) => machine.runs,
            (Cadence::Behind(behind), _) => self.releases().behind(behind),
            (Cadence::Delayed(delay), Phase::Released { since })
                if since.after(delay) <= self.clock =>
            {
                self.candidate
            }
            (Cadence::Delayed(_), _) => self.releases.behind(0),
        }
    }

    /// How many machines may be in flight at once while this ring is the last that has opened.
    #[must_use]
    pub fn most_in_flight(&self) -> u32 {
        let Some(ring) = self.open() else { return 0 };
        part(self.tally(ring).machines, self.policy.ring(ring).in_flight).max(1)
    }
}
