//! What the state says of itself.

use super::record::State;
use super::{Candidate, Slot, Slots};

impl Slots {
    /// The active content's version; 0 without one.
    #[must_use]
    pub fn active_version(&self) -> u64 {
        self.active.map_or(0, |slot| self.record.slot(slot).version)
    }

    /// Whether what is active has not proved itself.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        self.active
            .is_some_and(|slot| self.record.slot(slot).state() == State::New)
    }

    /// Version of last-known-good; 0 without one.
    #[must_use]
    pub fn fallback_version(&self) -> u64 {
        let good = self.slot_in(State::Good);
        good.map_or(0, |slot| self.record.slot(slot).version)
    }

    /// Version of the content that has not proved itself yet; 0 without one.
    #[must_use]
    pub fn new_version(&self) -> u64 {
        let new = self.slot_in(State::New);
        new.map_or(0, |slot| self.record.slot(slot).version)
    }

    /// The highest version that was ever accepted.
    #[must_use]
    pub fn highest_version(&self) -> u64 {
        self.record.highest
    }

    /// Number of the last rollback order that was obeyed.
    #[must_use]
    pub fn last_order(&self) -> u64 {
        self.record.last_order
    }

    /// What a slot holds, whether it may run or not.
    #[must_use]
    pub fn content(&self, slot: Slot) -> Option<Candidate> {
        (self.record.slot(slot).state() != State::Empty).then(|| self.candidate(slot))
    }

    /// The state with another number for its record; for tests that compare states.
    #[doc(hidden)]
    #[must_use]
    pub fn unnumbered(&self) -> Self {
        let mut state = self.clone();
        state.record.sequence = 0;
        state
    }
}
