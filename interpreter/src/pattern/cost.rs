//! What a run may cost. A step is about a nanosecond on the slowest machine measured; the weights here are
//! what the run counts, so that a test can hold one against the other.

use super::layout::Layout;

/// Laying the program out and reading its sets.
pub(super) const SETUP: u32 = 40;
/// One unit with sets of one word, apart from jumps and from classes beyond ASCII.
pub(super) const PLAIN_WORD: u32 = 3;
/// One jump with sets of one word.
pub(super) const JUMP: u32 = 1;
/// One unit looked at for the run without which nothing matches, apart from classes beyond ASCII.
pub(super) const RUN_UNIT: u32 = 2;
/// One comparison in the search for a class beyond ASCII.
pub(super) const PROBE: u32 = 2;

/// One unit with sets of `words` words.
pub(super) const fn plain(words: usize) -> u32 {
    narrow(words).saturating_mul(2).saturating_add(3)
}

/// One unit, or the text's end, with guards or a count.
pub(super) const fn full(words: usize) -> u32 {
    plain(words).saturating_add(5)
}

/// One jump.
pub(super) const fn jump(words: usize) -> u32 {
    narrow(words)
}

/// One guarded jump or accept.
pub(super) const fn guarded(words: usize) -> u32 {
    narrow(words).saturating_add(1)
}

/// Collecting the source of one jump.
pub(super) const fn sources(words: usize) -> u32 {
    narrow(words)
}

/// Words are 8 at most.
const fn narrow(words: usize) -> u32 {
    match words {
        1 => 1,
        2 => 2,
        4 => 4,
        _ => 8,
    }
}

/// Whether one class begins anything.
pub(super) const fn begins(words: usize) -> u32 {
    narrow(words)
}

/// Upper bound for one unit.
pub(super) fn per_unit(layout: &Layout<'_>) -> u32 {
    let words = usize::from(layout.words);
    let unit = if is_plain(layout) {
        match words {
            1 => PLAIN_WORD,
            words => plain(words),
        }
    } else {
        full(words)
    };
    // A search among n ranges makes at most floor(log2 n) + 1 comparisons; core's makes one more.
    let probes = usize::BITS
        .saturating_sub(layout.ranges.len().leading_zeros())
        .saturating_add(1);
    let probes = probes.saturating_mul(PROBE);
    let run = match layout.run_units {
        0 => 0,
        _ => RUN_UNIT.saturating_add(probes),
    };
    unit.saturating_add(probes)
        .saturating_add(run)
        .saturating_add(times(layout.jumps, jump(words)))
        .saturating_add(guards(layout))
}

/// Upper bound of what is spent once.
pub(super) fn fixed(layout: &Layout<'_>) -> u32 {
    let words = usize::from(layout.words);
    // The text's end is looked at once more than there are units.
    let end = if is_plain(layout) { 0 } else { full(words) };
    SETUP
        .saturating_add(end)
        .saturating_add(times(layout.classes, begins(words)))
        .saturating_add(times(layout.jumps, sources(words)))
        .saturating_add(times(layout.guarded, 1))
        .saturating_add(times(layout.accepts, 1))
        .saturating_add(guards(layout))
}

/// Without guards or a count.
pub(super) fn is_plain(layout: &Layout<'_>) -> bool {
    layout.count.is_none() && layout.guarded == 0 && layout.accepts == 0
}

/// All guards once.
fn guards(layout: &Layout<'_>) -> u32 {
    let each = guarded(usize::from(layout.words));
    times(layout.guarded, each).saturating_add(times(layout.accepts, each))
}

/// So many times so much.
fn times(count: u16, each: u32) -> u32 {
    u32::from(count).saturating_mul(each)
}
