//! Keys that begin at a unit that is not ASCII.
//!
//! A literal has as many units of it in its key as can be, because literals of one alphabet have many units in common:
//! one, two, three, four, eight or twelve. The *widths* say which of these keys have that begin with two units, so that a
//! text is probed in few of them.

use super::{Key, SPREAD, narrow, spread};
use crate::cast;

/// Bytes of the widths: one for each pair of units with which keys begin, and for others. Bit `n` says that there is a key
/// of the width with that number, counted from 0 for one unit.
pub const WIDTHS_BYTES: usize = 1 << 11;

/// How many widths there are. Each has a number, from that of one unit on.
pub(crate) const WIDTHS: u8 = 6;

/// Four units from a place of the first word on, which another follows.
#[inline(always)]
pub(crate) const fn four(word: u64, next: u64, place: u32) -> u64 {
    let shift = place.wrapping_mul(16) & 48;
    let others = 63_u32.wrapping_sub(shift);
    word.wrapping_shr(shift) | next.wrapping_shl(1).wrapping_shl(others)
}

/// The hash of the first of these units.
#[inline(always)]
pub(crate) const fn hash_of_one(units: u64) -> u64 {
    (units & 0xFFFF).wrapping_mul(SPREAD)
}

/// The hash of so many of twelve units, by the width's number.
#[inline(always)]
pub(crate) const fn hash([first, second, third]: [u64; 3], width: u8) -> u64 {
    const fn mixed(word: u64) -> u64 {
        let mixed = word.wrapping_mul(SPREAD);
        mixed ^ mixed.wrapping_shr(32)
    }
    let units = match width {
        0..4 => {
            let others = 3_u32.wrapping_sub(cast::byte(width));
            first & u64::MAX.wrapping_shr(others.wrapping_mul(16))
        }
        4 => first ^ mixed(second),
        _ => first ^ mixed(second ^ mixed(third)),
    };
    units.wrapping_mul(SPREAD)
}

/// The byte of the widths that is of the first two of these units, and of others. Bit `n` is of the width with that
/// number; of one unit there may be a key anywhere.
#[inline(always)]
pub(crate) const fn widths(units: u64) -> u16 {
    const LOG2: u32 = WIDTHS_BYTES.trailing_zeros();
    let hash = spread(cast::low32(units));
    cast::low16(hash.wrapping_shr(const { 64_u32.wrapping_sub(LOG2) }))
}

/// The key of a hash. Half of its tag are the two units before it, which are folded.
#[inline(always)]
pub(crate) const fn key(hash: u64, before: u32) -> Key {
    let [one, two] = [
        cast::low16(cast::word(before)),
        cast::low16(cast::word(before >> 16)),
    ];
    let (one, two) = (cast::byte(narrow(one)), cast::byte(narrow(two)));
    let mixed = (hash ^ hash.wrapping_shr(32)).wrapping_mul(SPREAD);
    Key {
        hash,
        tag: one.wrapping_shl(16) | two.wrapping_shl(24) | cast::low32(mixed.wrapping_shr(48)),
    }
}

/// Which bits of a tag count, by the units that the literal has before its key: others may be anything.
#[inline(always)]
pub(crate) const fn mask(before: u8) -> u32 {
    match before {
        0 => 0x0000_FFFF,
        1 => 0xFF00_FFFF,
        _ => 0xFFFF_FFFF,
    }
}

/// What a literal's key at one of its units is.
#[derive(Clone, Copy, Debug)]
pub struct Beyond {
    /// The key.
    pub key: Key,
    /// Which bits of its tag count.
    pub mask: u32,
    /// Which byte of the widths notes it, and which of its bits; none where it has one unit.
    pub mark: Option<(u16, u8)>,
}

impl Beyond {
    /// The key at a place in a literal, whose units are folded already.
    #[must_use]
    pub fn of<U: Copy>(literal: &[U], at: usize, unit: impl Fn(U) -> u16) -> Self {
        let (before, rest) = literal.split_at_checked(at).unwrap_or((literal, &[]));
        let before = before.iter().fold(0, |before, it| {
            before >> 16 | cast::half(unit(*it)).wrapping_shl(16)
        });
        let units = rest.get(..12).unwrap_or(rest).iter().rev();
        let units = units.fold([0; 3], |[first, second, third]: [u64; 3], it| {
            let pushed = first.wrapping_shl(16) | cast::unit(unit(*it));
            [
                pushed,
                second << 16 | first >> 48,
                third << 16 | second >> 48,
            ]
        });
        let width = match rest.len() {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4..8 => 3,
            8..12 => 4,
            _ => 5_u8,
        };
        let [first, ..] = units;
        let mark = (widths(first), 1_u8.wrapping_shl(width.into()));
        Self {
            key: key(hash(units, width), before),
            mask: mask(cast::count8(at)),
            mark: (width > 0).then_some(mark),
        }
    }
}
