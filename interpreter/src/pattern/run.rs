//! The run of a program over a text. Nothing that the verifier has shown is believed here.

use super::layout::{CountKind, Layout, SETS};
use super::machine::Machine;
use super::{BrokenProgram, cost, guard};

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
#[inline]
pub(super) fn run<S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    steps.add(cost::SETUP);
    match (layout.words, cost::is_plain(layout)) {
        (1, true) => plain_word(layout, text, steps),
        (1, false) => full::<1, S>(layout, text, steps),
        (2, true) => plain::<2, S>(layout, text, steps),
        (2, false) => full::<2, S>(layout, text, steps),
        (4, true) => plain::<4, S>(layout, text, steps),
        (4, false) => full::<4, S>(layout, text, steps),
        (8, true) => plain::<8, S>(layout, text, steps),
        (8, false) => full::<8, S>(layout, text, steps),
        _ => Err(BrokenProgram),
    }
}

/// At most 64 positions, no guards, no count: most patterns. The sets stay in registers.
fn plain_word<S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    let sets = layout.sets.first_chunk::<SETS>().ok_or(BrokenProgram)?;
    let [start, first, chain, repeat, skip, accept, last] = sets.map(u64::from_le_bytes);
    let mut sources = 0;
    for &from in layout.jump_from {
        steps.add(1);
        sources |= u64::from_le_bytes(from);
    }

    let mut begin = start | first;
    let mut state = 0_u64;
    for &unit in text {
        steps.add(cost::PLAIN_WORD);
        let class = class_of(layout, unit, steps)?;
        let mask = *layout.masks.get(class).ok_or(BrokenProgram)?;
        let mut candidates = (state << 1) & chain | state & repeat | begin;
        begin = start;
        if state & sources != 0 {
            for (&from, &to) in layout.jump_from.iter().zip(layout.jump_to) {
                steps.add(cost::JUMP);
                if state & u64::from_le_bytes(from) != 0 {
                    candidates |= u64::from_le_bytes(to);
                }
            }
        }
        candidates |= skip.wrapping_add(candidates & skip) ^ skip;
        state = candidates & u64::from_le_bytes(mask);
        if state & accept != 0 {
            return Ok(true);
        }
        if state | start == 0 {
            return Ok(false);
        }
    }
    Ok(state & last != 0)
}

/// Up to 512 positions, no guards, no count. The sets are read in place.
fn plain<const W: usize, S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    let machine = Machine::<W>::new(layout, steps)?;
    let mut begins = true;
    let mut state = [0_u64; W];
    for &unit in text {
        steps.add(cost::plain(W));
        let mask = machine.mask(class_of(layout, unit, steps)?)?;
        let mut to = [0_u64; W];
        machine.jump(&state, &mut to, steps);
        machine.step(&mut state, &to, mask, begins);
        begins = false;
        if machine.accepts(&state) {
            return Ok(true);
        }
        if machine.is_dead(&state) {
            return Ok(false);
        }
    }
    Ok(machine.accepts_last(&state))
}

/// With guards or a count.
fn full<const W: usize, S: Steps>(
    layout: &Layout<'_>,
    text: &[u16],
    steps: &mut S,
) -> Result<bool, BrokenProgram> {
    let machine = Machine::<W>::new(layout, steps)?;
    let begins_guarded = begins_guarded(layout, steps);
    let mut counter = layout.count.map(Counter::new);
    let mut before = None;
    let mut state = [0_u64; W];
    let mut rest = text.iter();
    loop {
        steps.add(cost::full(W));
        let unit = rest.next().copied();
        let place = place(before, unit);
        if machine.accepts_guarded(layout, &state, place, steps) {
            return Ok(true);
        }
        let Some(unit) = unit else {
            return Ok(machine.accepts_last(&state));
        };

        let mask = machine.mask(class_of(layout, unit, steps)?)?;
        let mut to = [0_u64; W];
        machine.jump(&state, &mut to, steps);
        machine.jump_guarded(layout, &state, place, &mut to, steps);
        machine.step(&mut state, &to, mask, before.is_none());
        let mut counts = false;
        if let Some(counter) = &mut counter {
            let mask = mask.get(counter.word).ok_or(BrokenProgram)?;
            let state = state.get_mut(counter.word).ok_or(BrokenProgram)?;
            counts = counter.step(state, u64::from_le_bytes(*mask));
        }
        before = Some(unit);
        if machine.accepts(&state) {
            return Ok(true);
        }
        if machine.is_dead(&state) && !counts && !begins_guarded {
            return Ok(false);
        }
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

/// The assertions that hold between two units; none is an end of the text.
#[inline]
fn place(before: Option<u16>, after: Option<u16>) -> u64 {
    const LINE_FEED: u16 = 10;
    let start = match before {
        None => guard::TEXT_START | guard::LINE_START,
        Some(LINE_FEED) => guard::LINE_START,
        Some(_) => 0,
    };
    let end = match after {
        None => guard::TEXT_END | guard::LINE_END,
        Some(LINE_FEED) => guard::LINE_END,
        Some(_) => 0,
    };
    let edge = if is_word(before) == is_word(after) {
        guard::NOT_WORD_EDGE
    } else {
        guard::WORD_EDGE
    };
    start | end | edge | guard::ANYWHERE
}

/// Whether the unit is one of `[0-9A-Za-z_]`.
#[inline]
fn is_word(unit: Option<u16>) -> bool {
    /// A bit for each ASCII unit.
    const WORD: u128 = 0x07FF_FFFE_87FF_FFFE_03FF_0000_0000_0000;
    unit.is_some_and(|unit| unit < 128 && WORD.wrapping_shr(u32::from(unit)) & 1 != 0)
}

/// Whether a guard lets an occurrence begin, or a match end, regardless of the state.
fn begins_guarded<S: Steps>(layout: &Layout<'_>, steps: &mut S) -> bool {
    layout.guarded.iter().chain(layout.accepts).any(|&guard| {
        steps.add(1);
        u64::from_le_bytes(guard) & guard::ANYWHERE != 0
    })
}

/// The counted position's count.
struct Counter {
    kind: CountKind,
    /// The word of the state that holds the position.
    word: usize,
    /// The position's bit in that word.
    bit: u64,
    limit: u16,
    /// Units since the oldest (or youngest) entry into the run, 0 outside; at most `limit`.
    units: u16,
}

impl Counter {
    fn new((kind, position, limit): (CountKind, u16, u16)) -> Self {
        Self {
            kind,
            word: usize::from(position >> 6),
            bit: 1_u64.wrapping_shl(u32::from(position)),
            limit,
            units: 0,
        }
    }

    /// Counts the unit just read. `state` shows the position if this unit entered it, and leaves showing it
    /// if the count allows going on from it; `mask` shows it if the unit is of its class.
    #[inline]
    fn step(&mut self, state: &mut u64, mask: u64) -> bool {
        let enters = *state & self.bit != 0;
        let within = mask & self.bit != 0;
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
        *state = *state & !self.bit | if shows { self.bit } else { 0 };
        self.units != 0
    }
}
