//! The run of a program over a text. Nothing that the verifier has shown is believed here.

use super::layout::{CountKind, Layout};
use super::machine::{Machine, bit_of};
use super::{BrokenProgram, WORK_WORDS, Work, cost, guard};

/// Told of every step, so that tests can hold the count against the stated cost.
pub(super) trait Steps {
    fn add(&mut self, steps: u32);
}

/// Counts nothing, at no cost.
pub(super) struct Uncounted;

impl Steps for Uncounted {
    #[inline(always)]
    fn add(&mut self, _: u32) {}
}

/// Counts.
pub(super) struct Counted(pub(super) u64);

impl Steps for Counted {
    fn add(&mut self, steps: u32) {
        self.0 = self.0.wrapping_add(u64::from(steps));
    }
}

/// Runs the program.
#[inline(always)]
pub(super) fn run<S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    work: &mut Work,
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    steps.add(cost::SETUP);
    if layout.run_units != 0 && !has_run(layout, text, steps)? {
        return Ok(false);
    }
    match (layout.words, cost::is_plain(layout)) {
        (1, true) => plain_word(layout, text, steps),
        (1, false) => full::<1, S>(layout, text, work, steps),
        (2, true) => plain::<2, S>(layout, text, work, steps),
        (2, false) => full::<2, S>(layout, text, work, steps),
        (4, true) => plain::<4, S>(layout, text, work, steps),
        (4, false) => full::<4, S>(layout, text, work, steps),
        (8, true) => plain::<8, S>(layout, text, work, steps),
        (8, false) => full::<8, S>(layout, text, work, steps),
        _ => Err(BrokenProgram),
    }
}

/// Whether the text has the run of units without which nothing matches. From the run's end backwards, so that a text
/// without one is not looked at but for a few units in each stretch of the run's length.
#[inline(never)]
fn has_run<S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    let units = usize::from(layout.run_units);
    // The run may begin here; up to there all units are of its class.
    let (mut start, mut known) = (0_usize, 0_usize);
    loop {
        let end = start.wrapping_add(units);
        let Some(mut unknown) = text.get(known..end) else {
            return Ok(false);
        };
        loop {
            let Some((unit, before)) = unknown.split_last() else {
                return Ok(true);
            };
            steps.add(cost::RUN_UNIT);
            if !layout.is_at(class_of(layout, *unit, steps)?, layout.run_at) {
                break;
            }
            unknown = before;
        }
        start = known.wrapping_add(unknown.len());
        known = end;
    }
}

/// At most 64 positions, no guards, no count: most patterns. The sets stay in registers.
#[inline(never)]
fn plain_word<S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    let sets = layout.sets().first().ok_or(BrokenProgram)?;
    let [start, first, chain, repeat, skip, accept, last] = sets.map(u64::from_le_bytes);
    let mut sources = 0;
    for ([from], _) in layout.jumps() {
        steps.add(1);
        sources |= u64::from_le_bytes(*from);
    }

    let skipping = |candidates: u64| candidates | skip.wrapping_add(candidates & skip) ^ skip;
    let idle = skipping(start);
    let mut candidates = skipping(start | first);
    let mut state = 0_u64;
    for &unit in text {
        steps.add(cost::PLAIN_WORD);
        let class = class_of(layout, unit, steps)?;
        let [mask] = layout.mask(class).ok_or(BrokenProgram)?;
        state = candidates & u64::from_le_bytes(*mask);
        if state & accept != 0 {
            return Ok(true);
        }
        // Most units of most texts begin nothing. Saying so here, rather than letting the zero run through
        // what follows, frees the processor from waiting for one unit's state before the next unit.
        if state == 0 {
            if start == 0 {
                return Ok(false);
            }
            candidates = idle;
            continue;
        }
        candidates = (state << 1) & chain | state & repeat | start;
        if state & sources != 0 {
            candidates |= jump_word(layout, state, steps);
        }
        candidates = skipping(candidates);
    }
    Ok(state & last != 0)
}

/// Where the jumps lead.
#[inline(never)]
fn jump_word<S: Steps>(layout: &Layout<'_>, state: u64, steps: &mut S) -> u64 {
    let mut reached = 0;
    for ([from], [to]) in layout.jumps() {
        steps.add(cost::JUMP);
        if state & u64::from_le_bytes(*from) != 0 {
            reached |= u64::from_le_bytes(*to);
        }
    }
    reached
}

/// The sets of a run, each at its own place of the working memory: not on the stack, where the largest are too large.
fn sets<const W: usize>(work: &mut Work) -> Result<[&mut [u64; W]; 3], BrokenProgram> {
    let (places, _) = work.as_chunks_mut::<{ WORK_WORDS / 3 }>();
    let [state, candidates, sources] = places else {
        return Err(BrokenProgram);
    };
    match [state, candidates, sources].map(|set| set.first_chunk_mut()) {
        [Some(state), Some(candidates), Some(sources)] => Ok([state, candidates, sources]),
        _ => Err(BrokenProgram),
    }
}

/// Up to 512 positions, no guards, no count. The sets are read in place.
#[inline(never)]
fn plain<const W: usize, S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    work: &mut Work,
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    let [state, candidates, sources] = sets(work)?;
    let machine = Machine::<'_, '_, W>::new(layout, sources, steps);
    *state = [0; W];
    *candidates = [0; W];
    machine.gather(state, false, candidates);
    let begins = machine.begins(candidates, steps);
    *candidates = [0; W];
    machine.gather(state, true, candidates);
    let anchored = machine.is_anchored();
    // Whether `candidates` are what an empty state leaves: then they need not be gathered again.
    let mut idle = false;
    for &unit in text {
        steps.add(cost::plain(W));
        let class = class_of(layout, unit, steps)?;
        // Most units of most texts begin nothing: then nothing changes.
        if idle && begins.wrapping_shr(bit_of(class)) & 1 == 0 {
            continue;
        }
        let mask = machine.mask(class)?;
        *state = *candidates;
        if machine.filter(state, mask) {
            if machine.accepts(state) {
                return Ok(true);
            }
            *candidates = [0; W];
            machine.jump(state, candidates, steps);
            machine.gather(state, false, candidates);
            idle = false;
        } else {
            if anchored {
                return Ok(false);
            }
            *candidates = [0; W];
            machine.gather(state, false, candidates);
            idle = true;
        }
    }
    Ok(machine.accepts_last(state))
}

/// With guards or a count.
#[inline(never)]
fn full<const W: usize, S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    work: &mut Work,
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    let [state, candidates, sources] = sets(work)?;
    let machine = Machine::<'_, '_, W>::new(layout, sources, steps);
    let (guarded, accepts) = machine.guards();
    // Whether an occurrence may begin, or end, after the state has become empty.
    let lasting = !machine.is_anchored() || machine.begins_guarded(steps);
    let mut counter = layout.count.map(Counter::new);
    let mut before = Neighbour::End;
    *state = [0; W];
    let mut rest = text.iter();
    loop {
        steps.add(cost::full(W));
        let unit = rest.next().copied();
        let after = unit.map_or(Neighbour::End, Neighbour::of);
        let place = if guarded || accepts {
            place(before, after)
        } else {
            0
        };
        if accepts && machine.accepts_guarded(state, place, steps) {
            return Ok(true);
        }
        let Some(unit) = unit else {
            return Ok(machine.accepts_last(state));
        };

        let mask = machine.mask(class_of(layout, unit, steps)?)?;
        *candidates = [0; W];
        machine.jump(state, candidates, steps);
        if guarded {
            machine.jump_guarded(state, place, candidates, steps);
        }
        machine.gather(state, matches!(before, Neighbour::End), candidates);
        let mut lives = machine.filter(candidates, mask);
        *state = *candidates;
        if let Some(counter) = &mut counter {
            let mask = mask.get(counter.word()).ok_or(BrokenProgram)?;
            let state = state.get_mut(counter.word()).ok_or(BrokenProgram)?;
            lives |= counter.step(state, u64::from_le_bytes(*mask));
        }
        if machine.accepts(state) {
            return Ok(true);
        }
        if !lives && !lasting {
            return Ok(false);
        }
        before = after;
    }
}

/// The class of a unit: a table for ASCII, else the last range that begins at or below the unit.
#[inline(always)]
fn class_of<S: Steps>(
    layout: &Layout<'_>,
    unit: u16,
    steps: &mut S,
) -> Result<usize, BrokenProgram> {
    match layout.ascii.get(usize::from(unit)) {
        Some(&class) => Ok(usize::from(class)),
        None => class_beyond_ascii(layout, unit, steps),
    }
}

/// Apart, so that the loop over ASCII keeps its values in registers.
#[inline(never)]
fn class_beyond_ascii<S: Steps>(
    layout: &Layout<'_>,
    unit: u16,
    steps: &mut S,
) -> Result<usize, BrokenProgram> {
    let above = layout.ranges.partition_point(|&[low, high, _, _]| {
        steps.add(cost::PROBE);
        u16::from_le_bytes([low, high]) <= unit
    });
    let &[_, _, class, _] = above
        .checked_sub(1)
        .and_then(|at| layout.ranges.get(at))
        .ok_or(BrokenProgram)?;
    Ok(usize::from(class))
}

/// What assertions ask of a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Neighbour {
    /// There is none: the text begins, or ends, here.
    End,
    LineFeed,
    /// One of `[0-9A-Za-z_]`.
    Word,
    Other,
}

impl Neighbour {
    #[inline]
    fn of(unit: u16) -> Self {
        match unit {
            0x0A => Self::LineFeed,
            0x30..=0x39 | 0x41..=0x5A | 0x5F | 0x61..=0x7A => Self::Word,
            _ => Self::Other,
        }
    }
}

/// The assertions that hold between two units.
#[inline]
fn place(before: Neighbour, after: Neighbour) -> u64 {
    let start = match before {
        Neighbour::End => guard::TEXT_START | guard::LINE_START,
        Neighbour::LineFeed => guard::LINE_START,
        _ => 0,
    };
    let end = match after {
        Neighbour::End => guard::TEXT_END | guard::LINE_END,
        Neighbour::LineFeed => guard::LINE_END,
        _ => 0,
    };
    let edge = if (before == Neighbour::Word) == (after == Neighbour::Word) {
        guard::NOT_WORD_EDGE
    } else {
        guard::WORD_EDGE
    };
    start | end | edge | guard::ANYWHERE
}

/// The counted position's count.
struct Counter {
    kind: CountKind,
    position: u16,
    limit: u16,
    /// Units since the oldest (or youngest) entry into the run, 0 outside; at most `limit`.
    units: u16,
}

impl Counter {
    fn new((kind, position, limit): (CountKind, u16, u16)) -> Self {
        Self {
            kind,
            position,
            limit,
            units: 0,
        }
    }

    /// The word of the state that holds the position.
    fn word(&self) -> usize {
        usize::from(self.position >> 6)
    }

    /// Counts the unit just read. `state` shows the position if this unit entered it, and leaves showing it
    /// if the count allows going on from it; `mask` shows it if the unit is of its class.
    #[inline]
    fn step(&mut self, state: &mut u64, mask: u64) -> bool {
        let bit = 1_u64.wrapping_shl(u32::from(self.position));
        let enters = *state & bit != 0;
        let within = mask & bit != 0;
        let shows = match self.kind {
            CountKind::AtLeast => {
                self.units = match self.units {
                    _ if !within => 0,
                    0 => u16::from(enters),
                    units => units.saturating_add(1).min(self.limit),
                };
                self.units >= self.limit
            }
            CountKind::AtMost => {
                self.units = match self.units {
                    _ if !within => 0,
                    _ if enters => 1,
                    0 => 0,
                    units if units < self.limit => units.saturating_add(1),
                    _ => 0,
                };
                self.units != 0
            }
        };
        *state = *state & !bit | if shows { bit } else { 0 };
        self.units != 0
    }
}
