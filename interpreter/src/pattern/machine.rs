//! One step of the automaton over sets of `W` words, read in place.

use super::layout::{Layout, SETS, Word};
use super::run::Steps;
use super::{BrokenProgram, cost};

/// The parts of a program as sets of `W` words.
pub(super) struct Machine<'a, const W: usize> {
    sets: &'a [[Word; SETS]],
    masks: &'a [[Word; W]],
    jump_from: &'a [[Word; W]],
    jump_to: &'a [[Word; W]],
    /// Every position from which a jump leads.
    sources: [u64; W],
}

/// A program's guarded jumps and accepts.
pub(super) struct Guards<'a, const W: usize> {
    guarded: &'a [Word],
    guarded_from: &'a [[Word; W]],
    guarded_to: &'a [[Word; W]],
    accepts: &'a [Word],
    accepts_from: &'a [[Word; W]],
}

impl<'a, const W: usize> Guards<'a, W> {
    /// Apart, so that what it needs on the stack is free again when the text is read.
    #[inline(never)]
    pub(super) fn new(layout: &Layout<'a>) -> Self {
        let tables = layout.tables();
        Self {
            guarded: tables.guarded,
            guarded_from: tables.guarded_from.as_chunks().0,
            guarded_to: tables.guarded_to.as_chunks().0,
            accepts: tables.accepts,
            accepts_from: tables.accepts_from.as_chunks().0,
        }
    }

    /// Whether there are any.
    pub(super) fn exist(&self) -> bool {
        !self.guarded.is_empty() || !self.accepts.is_empty()
    }

    /// Gathers where the guarded jumps lead whose guards hold at `place`.
    #[inline(always)]
    pub(super) fn jump_guarded<S: Steps>(
        &self,
        state: &[u64; W],
        place: u64,
        to: &mut [u64; W],
        steps: &mut S,
    ) {
        let guarded = self.guarded.iter().zip(self.guarded_from);
        for ((&guard, from), target) in guarded.zip(self.guarded_to) {
            steps.add(cost::guarded(W));
            if holds(guard, from, state, place) {
                add(to, target);
            }
        }
    }

    /// Whether a guard lets an occurrence begin, or a match end, regardless of the state.
    pub(super) fn begins_guarded<S: Steps>(&self, steps: &mut S) -> bool {
        self.guarded.iter().chain(self.accepts).any(|&guard| {
            steps.add(1);
            u64::from_le_bytes(guard) & super::guard::ANYWHERE != 0
        })
    }

    /// Whether a guarded accept holds at `place`.
    #[inline(always)]
    pub(super) fn accepts_guarded<S: Steps>(
        &self,
        state: &[u64; W],
        place: u64,
        steps: &mut S,
    ) -> bool {
        let mut accepts = self.accepts.iter().zip(self.accepts_from);
        accepts.any(|(&guard, from)| {
            steps.add(cost::guarded(W));
            holds(guard, from, state, place)
        })
    }
}

impl<'a, const W: usize> Machine<'a, W> {
    /// Apart, as [`Guards::new`].
    #[inline(never)]
    pub(super) fn new<S: Steps>(layout: &Layout<'a>, steps: &mut S) -> Self {
        let tables = layout.tables();
        let mut machine = Self {
            sets: tables.sets.as_chunks().0,
            masks: tables.masks.as_chunks().0,
            jump_from: tables.jump_from.as_chunks().0,
            jump_to: tables.jump_to.as_chunks().0,
            sources: [0; W],
        };
        for from in machine.jump_from {
            steps.add(cost::sources(W));
            add(&mut machine.sources, from);
        }
        machine
    }

    #[inline(always)]
    pub(super) fn mask(&self, class: usize) -> Result<&'a [Word; W], BrokenProgram> {
        self.masks.get(class).ok_or(BrokenProgram)
    }

    /// Gathers where the jumps lead.
    #[inline(always)]
    pub(super) fn jump<S: Steps>(&self, state: &[u64; W], to: &mut [u64; W], steps: &mut S) {
        let jumps = state
            .iter()
            .zip(&self.sources)
            .any(|(state, sources)| state & sources != 0);
        if jumps {
            for (from, target) in self.jump_from.iter().zip(self.jump_to) {
                steps.add(cost::jump(W));
                if meets(state, from) {
                    add(to, target);
                }
            }
        }
    }

    /// Adds to `candidates`, which hold where jumps lead, all other candidates after `state`.
    #[inline(always)]
    pub(super) fn gather(&self, state: &[u64; W], begins: bool, candidates: &mut [u64; W]) {
        let begins = if begins { u64::MAX } else { 0 };
        let mut shifted = 0;
        let mut carry = false;
        for ((candidates, &state), set) in candidates.iter_mut().zip(state).zip(self.sets) {
            let [start, first, chain, repeat, skip, _, _] = set.map(u64::from_le_bytes);
            let own = *candidates
                | (state << 1 | shifted) & chain
                | state & repeat
                | start
                | first & begins;
            shifted = state >> 63;
            let (sum, carried) = skip.carrying_add(own & skip, carry);
            carry = carried;
            *candidates = own | sum ^ skip;
        }
    }

    /// Leaves those that match a unit with this `mask`, and says whether there are any.
    #[inline(always)]
    pub(super) fn filter(&self, candidates: &mut [u64; W], mask: &[Word; W]) -> bool {
        let mut left = 0;
        for (candidates, &mask) in candidates.iter_mut().zip(mask) {
            *candidates &= u64::from_le_bytes(mask);
            left |= *candidates;
        }
        left != 0
    }

    /// Whether nothing begins without a guard but at the text's beginning.
    #[inline(always)]
    pub(super) fn is_anchored(&self) -> bool {
        !self.any(&[0; W], |[start, ..], _| u64::from_le_bytes(start))
    }

    #[inline(always)]
    pub(super) fn accepts(&self, state: &[u64; W]) -> bool {
        self.any(state, |[_, _, _, _, _, accept, _], state| {
            state & u64::from_le_bytes(accept)
        })
    }

    #[inline(always)]
    pub(super) fn accepts_last(&self, state: &[u64; W]) -> bool {
        self.any(state, |[_, _, _, _, _, _, last], state| {
            state & u64::from_le_bytes(last)
        })
    }

    #[inline(always)]
    fn any(&self, state: &[u64; W], bits: impl Fn([Word; SETS], u64) -> u64) -> bool {
        let mut found = 0;
        for (&set, &state) in self.sets.iter().zip(state) {
            found |= bits(set, state);
        }
        found != 0
    }
}

/// Whether the guard holds at `place` and, unless it holds anywhere, from one of the positions.
#[inline(always)]
fn holds<const W: usize>(guard: Word, from: &[Word; W], state: &[u64; W], place: u64) -> bool {
    let guard = u64::from_le_bytes(guard);
    guard & !place == 0 && (guard & super::guard::ANYWHERE != 0 || meets(state, from))
}

/// Whether both have a position in common.
#[inline(always)]
pub(super) fn meets<const W: usize>(state: &[u64; W], set: &[Word; W]) -> bool {
    let mut common = 0;
    for (&state, &word) in state.iter().zip(set) {
        common |= state & u64::from_le_bytes(word);
    }
    common != 0
}

#[inline(always)]
fn add<const W: usize>(to: &mut [u64; W], set: &[Word; W]) {
    for (to, &word) in to.iter_mut().zip(set) {
        *to |= u64::from_le_bytes(word);
    }
}
