//! One step of the automaton over sets of `W` words, read in place.

use super::layout::{Layout, SETS, Word};
use super::run::Steps;
use super::{BrokenProgram, cost};
use crate::cast;

/// The bit of a class in [`Machine::begins`].
#[inline(always)]
pub(super) fn bit_of(class: usize) -> u32 {
    cast::narrow(class.min(63))
}

/// A program whose sets have `W` words. Its parts are cut where they are wanted, so that little of it is on the stack.
pub(super) struct Machine<'l, 'a, const W: usize> {
    layout: &'l Layout<'a>,
    /// Every position from which a jump leads.
    sources: &'l [u64; W],
}

impl<'l, 'a, const W: usize> Machine<'l, 'a, W> {
    pub(super) fn new<S: Steps>(
        layout: &'l Layout<'a>,
        sources: &'l mut [u64; W],
        steps: &mut S,
    ) -> Self {
        *sources = [0; W];
        for (from, _) in layout.jumps() {
            steps.add(cost::sources(W));
            add(sources, from);
        }
        Self { layout, sources }
    }

    /// For each class a bit, whether one of its units meets these candidates; the last bit is that of all further ones.
    pub(super) fn begins<S: Steps>(&self, candidates: &[u64; W], steps: &mut S) -> u64 {
        let classes = 0..usize::from(self.layout.classes);
        classes.fold(0, |begins, class| {
            steps.add(cost::begins(W));
            let mask = self.layout.mask(class);
            let bit = u64::from(mask.is_some_and(|mask| meets(candidates, mask)));
            begins | bit.wrapping_shl(bit_of(class))
        })
    }

    #[inline(always)]
    pub(super) fn mask(&self, class: usize) -> Result<&'a [Word; W], BrokenProgram> {
        self.layout.mask(class).ok_or(BrokenProgram)
    }

    /// Gathers where the jumps lead.
    #[inline(always)]
    pub(super) fn jump<S: Steps>(&self, state: &[u64; W], to: &mut [u64; W], steps: &mut S) {
        let jumps = state
            .iter()
            .zip(self.sources)
            .any(|(state, sources)| state & sources != 0);
        if jumps {
            self.jump_all(state, to, steps);
        }
    }

    #[inline(never)]
    fn jump_all<S: Steps>(&self, state: &[u64; W], to: &mut [u64; W], steps: &mut S) {
        for (from, target) in self.layout.jumps() {
            steps.add(cost::jump(W));
            if meets(state, from) {
                add(to, target);
            }
        }
    }

    /// Whether there are guarded jumps; whether there are guarded accepts.
    pub(super) fn guards(&self) -> (bool, bool) {
        (self.layout.guarded != 0, self.layout.accepts != 0)
    }

    /// Gathers where the guarded jumps lead whose guards hold at `place`. Apart, as is all that few patterns have: what
    /// it needs on the stack is not the whole run's.
    #[inline(never)]
    pub(super) fn jump_guarded<S: Steps>(
        &self,
        state: &[u64; W],
        place: u64,
        to: &mut [u64; W],
        steps: &mut S,
    ) {
        for ([guard], (from, target)) in self.layout.guarded_jumps() {
            steps.add(cost::guarded(W));
            if holds(*guard, from, state, place) {
                add(to, target);
            }
        }
    }

    /// Whether a guarded accept holds at `place`.
    #[inline(never)]
    pub(super) fn accepts_guarded<S: Steps>(
        &self,
        state: &[u64; W],
        place: u64,
        steps: &mut S,
    ) -> bool {
        let mut accepts = self.layout.guarded_accepts();
        accepts.any(|([guard], from)| {
            steps.add(cost::guarded(W));
            holds(*guard, from, state, place)
        })
    }

    /// Whether a guard lets an occurrence begin, or a match end, regardless of the state.
    pub(super) fn begins_guarded<S: Steps>(&self, steps: &mut S) -> bool {
        let jumps = self.layout.guarded_jumps::<W>();
        let accepts = self.layout.guarded_accepts::<W>();
        let jumps = jumps.map(|([guard], _)| guard);
        let mut guards = jumps.chain(accepts.map(|([guard], _)| guard));
        guards.any(|guard| {
            steps.add(1);
            u64::from_le_bytes(*guard) & super::guard::ANYWHERE != 0
        })
    }

    /// Adds to `candidates`, which hold where jumps lead, all other candidates after `state`.
    #[inline(always)]
    pub(super) fn gather(&self, state: &[u64; W], begins: bool, candidates: &mut [u64; W]) {
        let begins = if begins { u64::MAX } else { 0 };
        let mut shifted = 0;
        let mut carry = false;
        for ((candidates, &state), set) in candidates.iter_mut().zip(state).zip(self.layout.sets())
        {
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
        for (&set, &state) in self.layout.sets().iter().zip(state) {
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
