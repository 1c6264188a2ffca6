//! The check of a whole program: every table closed, every encoding the only one.

use core::cmp::Ordering;

use super::guard;
use super::layout::{Layout, SETS, Word};

/// Why a program is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ProgramRefusal {
    /// The bytes end before the header or what it declares.
    Truncated = 1,
    /// Bytes follow the program.
    TrailingBytes = 2,
    /// More than 512 positions.
    Positions = 3,
    /// Not the least number of words that holds the positions.
    Words = 4,
    /// No class, or more than 256.
    Classes = 5,
    /// No range, or more than 1,024.
    Ranges = 6,
    /// More than 512 jumps or guarded jumps.
    Jumps = 7,
    /// More than 64 guarded accepts.
    Accepts = 8,
    /// An unknown kind of count, a counted position that is not there, a limit of zero, or stray numbers.
    Count = 9,
    /// A reserved byte or bit is not zero.
    Reserved = 10,
    /// A unit has a class that is not there.
    UnknownClass = 11,
    /// No unit has this class.
    UnusedClass = 12,
    /// Ranges do not begin at 0x80, do not ascend, or two neighbours have one class.
    RangeOrder = 13,
    /// A set has a bit that is no position's.
    StrayBit = 14,
    /// The first position follows nothing, and the last hands its candidacy to nothing.
    OpenEnd = 15,
    /// Masks of classes do not ascend strictly.
    MaskOrder = 16,
    /// A jump or a guarded accept leads from nothing or to nothing.
    EmptyJump = 17,
    /// Jumps or guarded accepts do not ascend strictly.
    JumpOrder = 18,
    /// A guard is empty where it may not be, contradicts itself, or states what another bit implies.
    Guard = 19,
    /// A run of one unit, of a position that is not there, or not of the first position of its class; stray numbers.
    Run = 20,
}

impl ProgramRefusal {
    /// Every refusal, in the order of their numbers.
    pub const ALL: [ProgramRefusal; 20] = [
        ProgramRefusal::Truncated,
        ProgramRefusal::TrailingBytes,
        ProgramRefusal::Positions,
        ProgramRefusal::Words,
        ProgramRefusal::Classes,
        ProgramRefusal::Ranges,
        ProgramRefusal::Jumps,
        ProgramRefusal::Accepts,
        ProgramRefusal::Count,
        ProgramRefusal::Reserved,
        ProgramRefusal::UnknownClass,
        ProgramRefusal::UnusedClass,
        ProgramRefusal::RangeOrder,
        ProgramRefusal::StrayBit,
        ProgramRefusal::OpenEnd,
        ProgramRefusal::MaskOrder,
        ProgramRefusal::EmptyJump,
        ProgramRefusal::JumpOrder,
        ProgramRefusal::Guard,
        ProgramRefusal::Run,
    ];

    /// The stable number.
    #[must_use]
    #[allow(
        clippy::as_conversions,
        reason = "the enum's representation is the code"
    )]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// Checks everything that [`Layout::new`] has not: header and lengths are right already.
pub(super) fn verify(layout: &Layout<'_>) -> Result<(), ProgramRefusal> {
    match layout.words {
        1 => verify_words::<1>(layout),
        2 => verify_words::<2>(layout),
        4 => verify_words::<4>(layout),
        _ => verify_words::<8>(layout),
    }
}

fn verify_words<const W: usize>(layout: &Layout<'_>) -> Result<(), ProgramRefusal> {
    let tables = layout.tables();
    let (masks, _) = tables.masks.as_chunks::<W>();
    classes(layout, masks.len())?;

    let bits = positions::<W>(layout.positions);
    let (sets, _) = tables.sets.as_chunks::<SETS>();
    // The one bit of the first position, in the first word.
    let mut first = 1_u64;
    for (set, &bits) in sets.iter().zip(&bits) {
        let set = set.map(u64::from_le_bytes);
        if set.iter().any(|&word| word & !bits != 0) {
            return Err(ProgramRefusal::StrayBit);
        }
        let [_, _, chain, ..] = set;
        if chain & first != 0 {
            return Err(ProgramRefusal::OpenEnd);
        }
        first = 0;
    }
    // The words' highest bits in use: the last position is the only one above which no bit is left.
    if carries_out(sets, &bits) {
        return Err(ProgramRefusal::OpenEnd);
    }

    within(masks, &bits)?;
    if !ascend(masks.iter().map(|mask| (0, mask))) {
        return Err(ProgramRefusal::MaskOrder);
    }
    if layout.run_units != 0 && !is_first_of_class(layout, masks) {
        return Err(ProgramRefusal::Run);
    }

    let (from, _) = tables.jump_from.as_chunks::<W>();
    let (to, _) = tables.jump_to.as_chunks::<W>();
    within(from, &bits)?;
    within(to, &bits)?;
    if from.iter().chain(to).any(is_empty) {
        return Err(ProgramRefusal::EmptyJump);
    }
    if !ascend(from.iter().map(|from| (0, from))) {
        return Err(ProgramRefusal::JumpOrder);
    }

    let (from, _) = tables.guarded_from.as_chunks::<W>();
    let (to, _) = tables.guarded_to.as_chunks::<W>();
    within(to, &bits)?;
    if to.iter().any(is_empty) {
        return Err(ProgramRefusal::EmptyJump);
    }
    // What begins without a guard, or at the text's beginning, has a set of its own; so have jumps without
    // a guard; and no unit follows the text's end.
    if tables.guarded.iter().any(|&guard| {
        let guard = u64::from_le_bytes(guard);
        guard & !guard::ANYWHERE == 0
            || guard == guard::TEXT_START | guard::ANYWHERE
            || guard & guard::TEXT_END != 0
    }) {
        return Err(ProgramRefusal::Guard);
    }
    guarded(tables.guarded, from, &bits)?;

    let (from, _) = tables.accepts_from.as_chunks::<W>();
    // An accept without a guard, or at the text's end, has a set of its own, unless it holds anywhere.
    if tables.accepts.iter().any(|&guard| {
        let guard = u64::from_le_bytes(guard);
        guard == 0 || guard == guard::TEXT_END
    }) {
        return Err(ProgramRefusal::Guard);
    }
    guarded(tables.accepts, from, &bits)
}

/// Whether every position below the run's differs from it in a class: the run is told in one way only.
fn is_first_of_class<const W: usize>(layout: &Layout<'_>, masks: &[[Word; W]]) -> bool {
    let below = positions::<W>(layout.run_at);
    let mut differ = [0_u64; W];
    for (class, mask) in masks.iter().enumerate() {
        let has = layout.is_at(class, layout.run_at);
        for (differ, &word) in differ.iter_mut().zip(mask) {
            *differ |= u64::from_le_bytes(word) ^ if has { u64::MAX } else { 0 };
        }
    }
    let pairs = below.iter().zip(&differ);
    pairs.fold(0, |left, (below, differ)| left | below & !differ) == 0
}

/// Every unit has a class that exists, every class has a unit, the ranges are in order.
fn classes(layout: &Layout<'_>, classes: usize) -> Result<(), ProgramRefusal> {
    let mut used = [false; 256];
    for &class in layout.ascii {
        mark(&mut used, class);
    }
    let mut before = None;
    for &[low, high, class, reserved] in layout.ranges {
        let start = u16::from_le_bytes([low, high]);
        let in_order = match before {
            None => start == 0x80,
            Some((last_start, last_class)) => start > last_start && class != last_class,
        };
        if !in_order {
            return Err(ProgramRefusal::RangeOrder);
        }
        if reserved != 0 {
            return Err(ProgramRefusal::Reserved);
        }
        before = Some((start, class));
        mark(&mut used, class);
    }
    let (known, unknown) = used
        .split_at_checked(classes)
        .ok_or(ProgramRefusal::Classes)?;
    if unknown.contains(&true) {
        return Err(ProgramRefusal::UnknownClass);
    }
    if known.contains(&false) {
        return Err(ProgramRefusal::UnusedClass);
    }
    Ok(())
}

fn mark(used: &mut [bool; 256], class: u8) {
    if let Some(used) = used.get_mut(usize::from(class)) {
        *used = true;
    }
}

/// A set of all positions.
fn positions<const W: usize>(count: u16) -> [u64; W] {
    let mut left = u32::from(count);
    [0_u64; W].map(|_| {
        let here = left.min(64);
        left = left.wrapping_sub(here);
        match here {
            0 => 0,
            some => u64::MAX.wrapping_shr(64_u32.wrapping_sub(some)),
        }
    })
}

/// Whether the last position is in `skip`.
fn carries_out<const W: usize>(sets: &[[Word; SETS]], bits: &[u64; W]) -> bool {
    let mut carries = false;
    for (&[_, _, _, _, skip, ..], &bits) in sets.iter().zip(bits) {
        if bits != 0 {
            let top = bits ^ (bits >> 1);
            carries = u64::from_le_bytes(skip) & top != 0;
        }
    }
    carries
}

/// No set has a bit beyond the positions.
fn within<const W: usize>(sets: &[[Word; W]], bits: &[u64; W]) -> Result<(), ProgramRefusal> {
    let stray = |set: &[Word; W]| {
        set.iter()
            .zip(bits)
            .any(|(&word, bits)| u64::from_le_bytes(word) & !bits != 0)
    };
    if sets.iter().any(stray) {
        Err(ProgramRefusal::StrayBit)
    } else {
        Ok(())
    }
}

fn is_empty<const W: usize>(set: &[Word; W]) -> bool {
    set.iter().all(|&word| word == [0; 8])
}

/// Guards and the sets they lead from.
fn guarded<const W: usize>(
    guards: &[Word],
    from: &[[Word; W]],
    bits: &[u64; W],
) -> Result<(), ProgramRefusal> {
    within(from, bits)?;
    for (&guard, from) in guards.iter().zip(from) {
        let guard = u64::from_le_bytes(guard);
        if guard & !guard::ALL != 0 {
            return Err(ProgramRefusal::Reserved);
        }
        let anywhere = guard & guard::ANYWHERE != 0;
        if is_empty(from) != anywhere {
            return Err(ProgramRefusal::EmptyJump);
        }
        let both = |one: u64, other: u64| guard & one != 0 && guard & other != 0;
        if both(guard::WORD_EDGE, guard::NOT_WORD_EDGE)
            || both(guard::TEXT_START, guard::LINE_START)
            || both(guard::TEXT_END, guard::LINE_END)
            // A position has been matched, so the text's beginning is past.
            || guard & guard::TEXT_START != 0 && !anywhere
        {
            return Err(ProgramRefusal::Guard);
        }
    }
    let keys = guards
        .iter()
        .zip(from)
        .map(|(&guard, from)| (u64::from_le_bytes(guard), from));
    if ascend(keys) {
        Ok(())
    } else {
        Err(ProgramRefusal::JumpOrder)
    }
}

/// Whether the keys ascend strictly; sets compare as numbers, their last word being the highest.
fn ascend<'a, const W: usize>(mut keys: impl Iterator<Item = (u64, &'a [Word; W])>) -> bool {
    let Some(mut before) = keys.next() else {
        return true;
    };
    keys.all(|key| {
        let ordering = before.0.cmp(&key.0).then_with(|| compare(before.1, key.1));
        before = key;
        ordering == Ordering::Less
    })
}

fn compare<const W: usize>(one: &[Word; W], other: &[Word; W]) -> Ordering {
    let one = one.iter().rev().map(|&word| u64::from_le_bytes(word));
    let other = other.iter().rev().map(|&word| u64::from_le_bytes(word));
    one.cmp(other)
}
