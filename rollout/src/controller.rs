//! A rollout joined with the records of its machines.

use crate::machine::{Answer, Machine, MachineId, PinRefused, Report, Time, Version};
use crate::rollout::Rollout;

/// Where records are kept: a database, a file, a list.
pub trait Fleet {
    /// What can go wrong with it.
    type Error;

    /// A machine's record; `None` for one that the fleet does not know.
    ///
    /// # Errors
    /// When it cannot be read.
    fn machine(&mut self, id: MachineId) -> Result<Option<Machine>, Self::Error>;

    /// Keeps the rollout's new state and, where one is given, a machine's new record: both or neither.
    ///
    /// # Errors
    /// When they cannot be kept; then both are as they were.
    fn keep(
        &mut self,
        rollout: &Rollout,
        machine: Option<(MachineId, &Machine)>,
    ) -> Result<(), Self::Error>;

    /// Any machine that was given the candidate at this time or before, and has standing `Given`.
    ///
    /// # Errors
    /// When the fleet cannot be searched.
    fn overdue(&mut self, given_until: Time) -> Result<Option<MachineId>, Self::Error>;
}

/// The rollout of a fleet. Every change is made to a copy, stored, and only then in force: after an error of the store
/// everything is as it was, and the same call can be made again.
#[derive(Debug)]
pub struct Controller<F> {
    rollout: Rollout,
    fleet: F,
}

impl<F: Fleet> Controller<F> {
    /// Goes on with a rollout, new or from the store.
    #[must_use]
    pub fn new(rollout: Rollout, fleet: F) -> Self {
        Self { rollout, fleet }
    }

    /// The rollout's state.
    #[must_use]
    pub fn rollout(&self) -> &Rollout {
        &self.rollout
    }

    /// The machines' records.
    #[must_use]
    pub fn fleet(&self) -> &F {
        &self.fleet
    }

    /// A machine says what it runs, and asks what it should. One that the fleet does not know keeps what it has.
    ///
    /// # Errors
    /// The store's.
    pub fn ask(&mut self, now: Time, id: MachineId, runs: Version) -> Result<Answer, F::Error> {
        let answer = self.change(id, |rollout, machine| rollout.ask(now, machine, runs))?;
        Ok(answer.unwrap_or(Answer::Keep))
    }

    /// A machine reports on a version.
    ///
    /// # Errors
    /// The store's.
    pub fn report(
        &mut self,
        now: Time,
        id: MachineId,
        on: Version,
        report: Report,
    ) -> Result<(), F::Error> {
        self.change(id, |rollout, machine| {
            rollout.report(now, machine, on, report);
        })?;
        Ok(())
    }

    /// Lets time pass: silent machines are counted as failed, then the rollout may advance. To be called every few
    /// minutes. Returns how many machines were found silent.
    ///
    /// # Errors
    /// The store's.
    pub fn tick(&mut self, now: Time) -> Result<u32, F::Error> {
        let mut silent = 0u32;
        // Each round counts a machine that then is not overdue any more, so the rounds end with the fleet.
        while let Some(until) = self.rollout.overdue_before(now)
            && let Some(id) = self.fleet.overdue(until)?
            && self.change(id, |rollout, machine| rollout.silent(now, machine))? == Some(true)
        {
            silent = silent.saturating_add(1);
        }
        self.command(|rollout| rollout.tick(now))?;
        Ok(silent)
    }

    /// Holds the rollout where it is.
    ///
    /// # Errors
    /// The store's.
    pub fn pause(&mut self, now: Time) -> Result<(), F::Error> {
        self.command(|rollout| rollout.pause(now))
    }

    /// Lets a paused rollout go on.
    ///
    /// # Errors
    /// The store's.
    pub fn resume(&mut self, now: Time) -> Result<(), F::Error> {
        self.command(|rollout| rollout.resume(now))
    }

    /// Takes the candidate back from every machine that has it.
    ///
    /// # Errors
    /// The store's.
    pub fn revert(&mut self, now: Time) -> Result<(), F::Error> {
        self.command(|rollout| rollout.revert(now))
    }

    /// Keeps a machine at what it runs; `Ok(Err(_))` while it holds the candidate. A machine that the fleet does not
    /// know is told nothing anyway.
    ///
    /// # Errors
    /// The store's.
    pub fn pin(&mut self, id: MachineId) -> Result<Result<(), PinRefused>, F::Error> {
        let pinned = self.change(id, |_, machine| machine.pin())?;
        Ok(pinned.unwrap_or(Ok(())))
    }

    /// Lets a machine follow releases again.
    ///
    /// # Errors
    /// The store's.
    pub fn unpin(&mut self, id: MachineId) -> Result<(), F::Error> {
        self.change(id, |_, machine| machine.pinned = false)?;
        Ok(())
    }

    fn command(&mut self, change: impl FnOnce(&mut Rollout)) -> Result<(), F::Error> {
        let mut next = self.rollout;
        change(&mut next);
        if next != self.rollout {
            self.fleet.keep(&next, None)?;
            self.rollout = next;
        }
        Ok(())
    }

    fn change<T>(
        &mut self,
        id: MachineId,
        change: impl FnOnce(&mut Rollout, &mut Machine) -> T,
    ) -> Result<Option<T>, F::Error> {
        let Some(before) = self.fleet.machine(id)? else {
            return Ok(None);
        };
        let (mut rollout, mut machine) = (self.rollout, before);
        let value = change(&mut rollout, &mut machine);
        if machine != before || rollout != self.rollout {
            self.fleet.keep(&rollout, Some((id, &machine)))?;
            self.rollout = rollout;
        }
        Ok(Some(value))
    }
}
