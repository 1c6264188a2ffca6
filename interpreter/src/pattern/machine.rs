//! One step of the automaton over sets of `W` words, read in place.

use super::layout::{Layout, SETS, Word};
use super::run::Steps;
use super::{BrokenProgram, cost};

/// The parts of a program as sets of `W` words.
pub(super) struct Machine<'a, const W: usize> {
    sets: &'a [[Word; SETS]; W],
    masks: &'a [[Word; W]],
    jump_from: &'a [[Word; W]],
    jump_to: &'a [[Word; W]],
    /// Every position from which a jump leads.
    sources: [u64; W],
}

impl<'a, const W: usize> Machine<'a, W> {
    pub(super) fn new<S: Steps>(layout: &Layout<'a>, steps: &mut S) -> Result<Self, BrokenProgram> {
        let (sets, _) = layout.sets.as_chunks();
        let (masks, _) = layout.masks.as_chunks();
        let (jump_from, _) = layout.jump_from.as_chunks();
        let (jump_to, _) = layout.jump_to.as_chunks();
        let mut sources = [0; W];
        for from in jump_from {
            steps.add(cost::sources(W));
            add(&mut sources, from);
        }
        Ok(Self {
            sets: sets.first_chunk().ok_or(BrokenProgram)?,
            masks,
            jump_from,
            jump_to,
            sources,
        })
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

    /// Gathers where the guarded jumps lead whose guards hold at `place`.
    #[inline(always)]
    pub(super) fn jump_guarded<S: Steps>(
        &self,
        layout: &Layout<'_>,
        state: &[u64; W],
        place: u64,
        to: &mut [u64; W],
        steps: &mut S,
    ) {
        let (from, _) = layout.guarded_from.as_chunks::<W>();
        let (targets, _) = layout.guarded_to.as_chunks::<W>();
        for ((&guard, from), target) in layout.guarded.iter().zip(from).zip(targets) {
            steps.add(cost::guarded(W));
            if holds(guard, from, state, place) {
                add(to, target);
            }
        }
    }

    /// Reads a unit of the class with this `mask`; `to` is where jumps lead.
    #[inline(always)]
    pub(super) fn step(&self, state: &mut [u64; W], to: &[u64; W], mask: &[Word; W], begins: bool) {
        let begins = if begins { u64::MAX } else { 0 };
        let mut shifted = 0;
        let mut carry = false;
        for (((state, set), &to), &mask) in state.iter_mut().zip(self.sets).zip(to).zip(mask) {
            let [start, first, chain, repeat, skip, _, _] = set.map(u64::from_le_bytes);
            let mut candidates =
                ((*state << 1) | shifted) & chain | *state & repeat | start | first & begins | to;
            shifted = *state >> 63;
            let (sum, carried) = skip.carrying_add(candidates & skip, carry);
            carry = carried;
            candidates |= sum ^ skip;
            *state = candidates & u64::from_le_bytes(mask);
        }
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

    /// Whether no unit can bring a position back.
    #[inline(always)]
    pub(super) fn is_dead(&self, state: &[u64; W]) -> bool {
        !self.any(state, |[start, ..], state| {
            state | u64::from_le_bytes(start)
        })
    }

    /// Whether a guarded accept holds at `place`.
    #[inline(always)]
    pub(super) fn accepts_guarded<S: Steps>(
        &self,
        layout: &Layout<'_>,
        state: &[u64; W],
        place: u64,
        steps: &mut S,
    ) -> bool {
        let (from, _) = layout.accepts_from.as_chunks::<W>();
        layout.accepts.iter().zip(from).any(|(&guard, from)| {
            steps.add(cost::guarded(W));
            holds(guard, from, state, place)
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

#[inline(always)]
fn meets<const W: usize>(state: &[u64; W], set: &[Word; W]) -> bool {
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
