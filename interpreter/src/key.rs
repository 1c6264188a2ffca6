//! Keys: how a literal's place in the filter tables follows from its units.
//!
//! One definition serves the scan, the verifier that recomputes every literal's place, and the writer that
//! builds the tables.

pub(crate) mod beyond;

pub use beyond::{Beyond, WIDTHS_BYTES};

use crate::cast;
use crate::fold;

/// A slot (which bit of the table) and a tag (what an entry remembers of the key).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The hash; its high bits number the table's bits.
    pub hash: u64,
    /// Compared with the entries of the bucket.
    pub tag: u32,
}

impl Key {
    /// The number of the bit in a table of `1 << log2` bits.
    #[inline(always)]
    #[must_use]
    pub const fn slot(self, log2: u8) -> u32 {
        slot(self.hash, log2)
    }
}

/// The high `log2` bits of a hash, for a table of at least two bits.
#[inline(always)]
pub(crate) const fn slot(hash: u64, log2: u8) -> u32 {
    cast::low32(hash.wrapping_shr(64_u32.wrapping_sub(cast::byte(log2))))
}

/// An odd number whose product spreads every input bit over the high bits (the golden ratio's fraction).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// What tables see of a folded unit: ASCII as it is; of any other seven bits, and that it is not ASCII.
#[inline(always)]
#[must_use]
pub const fn narrow(unit: u16) -> u8 {
    let low = cast::low8(cast::half(unit));
    if unit < 0x80 { low } else { low | 0x80 }
}

/// The window of four units as a text has them.
#[inline(always)]
pub(crate) fn window(units: [u16; 4]) -> u32 {
    let word = fold::pack(units);
    if !fold::word_is_ascii(word) {
        return u32::from_le_bytes(units.map(|unit| narrow(fold::unit(unit))));
    }
    let word = fold::word(word);
    let pairs = (word | word >> 8) & 0x0000_FFFF_0000_FFFF;
    cast::low32(pairs | pairs >> 16)
}

/// The bit of each unit that tells an ASCII letter's case.
const CASE: u64 = 0x0020_0020_0020_0020;

/// Four units as they are hashed: folded, and with that bit set whatever it was, so that ASCII need not be folded.
#[inline(always)]
fn caseless(word: u64) -> u64 {
    let word = if fold::word_is_ascii(word) {
        word
    } else {
        fold::word(word)
    };
    word | CASE
}

/// The hash of a gram: four units at every fourth place. Its tag is their [`window`]. `None` where they are not ASCII, once
/// folded.
#[inline(always)]
pub(crate) fn gram_hash(units: [u16; 4]) -> Option<u64> {
    let word = fold::pack(units);
    let word = if fold::word_is_ascii(word) {
        word
    } else {
        folded_to_ascii(word)?
    };
    Some((word | CASE).wrapping_mul(SPREAD))
}

/// A word's fold, if that is ASCII.
#[cold]
#[inline(never)]
fn folded_to_ascii(word: u64) -> Option<u64> {
    let word = fold::word(word);
    fold::word_is_ascii(word).then_some(word)
}

/// The key of a literal's gram, of which `window` is the [`window`].
#[must_use]
pub fn gram(units: [u16; 4], window: u32) -> Key {
    Key {
        hash: caseless(fold::pack(units)).wrapping_mul(SPREAD),
        tag: window,
    }
}

/// Whether a window's units are all ASCII: then it is the window of no other units.
#[inline(always)]
#[must_use]
pub const fn is_ascii(window: u32) -> bool {
    window & 0x8080_8080 == 0
}

/// The key of four units: their window, four [`narrow`] units with the first as its low byte.
#[inline(always)]
#[must_use]
pub const fn four(window: u32) -> Key {
    Key {
        hash: spread(window),
        tag: window,
    }
}

/// The key of two units: the high half of a window. The low half holds the two units before them, or zeros where
/// the literal begins; they go into the tag alone.
#[inline(always)]
#[must_use]
pub const fn pair(window: u32) -> Key {
    Key {
        hash: spread(window >> 16),
        tag: window,
    }
}

/// Which bits of a pair's tag count, by the units that the literal has before its key: others may be anything.
#[inline(always)]
#[must_use]
pub const fn pair_mask(before: u8) -> u32 {
    match before {
        0 => 0xFFFF_0000,
        1 => 0xFFFF_FF00,
        _ => 0xFFFF_FFFF,
    }
}

/// A hash of which the high bits count.
#[inline(always)]
pub(crate) const fn spread(bits: u32) -> u64 {
    cast::word(bits).wrapping_mul(SPREAD)
}

/// Bytes of the lead: one for each pair of units, as far as six bits of each tell them apart.
pub const LEAD_BYTES: usize = 1 << 12;

/// The lead's byte, by its number, for a pair of units, the first unit as the low byte: six bits of each unit, by which
/// ASCII letters, digits and most other characters differ.
#[inline(always)]
#[must_use]
pub const fn lead(pair: u16) -> u16 {
    (pair.wrapping_shl(6) & 0x0FC0) | (pair.wrapping_shr(8) & 0x003F)
}

/// The bit of the lead's byte for the two units that follow a pair: two bits of the first and one of the second number it.
#[inline(always)]
#[must_use]
pub const fn lead_bit(third: u8, fourth: u8) -> u8 {
    by_third(third) & by_fourth(fourth)
}

/// Those of a byte's bits that the third unit leaves: of each four the same.
#[inline(always)]
const fn by_third(third: u8) -> u8 {
    let mixed = third ^ third.wrapping_shr(2);
    (0x55 ^ all_if(mixed & 1)) & (0x33 ^ all_if(mixed.wrapping_shr(1) & 1))
}

/// Those of a byte's bits that the fourth unit leaves: one half.
#[inline(always)]
const fn by_fourth(fourth: u8) -> u8 {
    0x0F ^ all_if((fourth ^ fourth.wrapping_shr(2)) & 1)
}

/// All bits for 1, none for 0.
#[inline(always)]
const fn all_if(bit: u8) -> u8 {
    0_u8.wrapping_sub(bit)
}

/// The bits of the lead for a pair of units and all that follow with these units, where they are known: which byte,
/// and which of its bits.
#[must_use]
pub const fn leads(pair: u16, third: Option<u8>, fourth: Option<u8>) -> (u16, u8) {
    let third = match third {
        Some(third) => by_third(third),
        None => 0xFF,
    };
    let fourth = match fourth {
        Some(fourth) => by_fourth(fourth),
        None => 0xFF,
    };
    (lead(pair), third & fourth)
}

/// The key of one folded unit.
#[inline(always)]
#[must_use]
pub const fn unit(unit: u16) -> Key {
    let unit = cast::unit(unit);
    Key {
        hash: unit.wrapping_mul(SPREAD),
        tag: cast::low32(unit),
    }
}

/// The unit that begins a path's last component.
pub(crate) const SEPARATOR: u16 = 0x5C;

/// The hash of a path's last component, four units at a time from its last to its first.
#[derive(Clone, Copy)]
struct Component(u64);

impl Component {
    const EMPTY: Self = Self(SPREAD);

    /// Goes on to the four units before those so far.
    #[inline(always)]
    const fn push(self, caseless: u64) -> Self {
        let mixed = (self.0 ^ caseless).wrapping_mul(SPREAD);
        Self(mixed ^ mixed >> 32)
    }

    /// The key, from the first units, less than four, behind zeros, and how many units there are.
    #[inline(always)]
    const fn end(self, caseless: u64, units: u64) -> Key {
        let Self(hash) = self.push(caseless);
        let hash = (hash ^ units).wrapping_mul(SPREAD);
        Key {
            hash,
            tag: cast::low32(hash),
        }
    }
}

/// Less than four units as the last of a word, behind zeros.
#[inline(always)]
fn behind_zeros(units: impl Iterator<Item = u16>) -> u64 {
    units.fold(0, |word, unit| word >> 16 | cast::unit(unit) << 48)
}

/// The key of a path's last component.
#[inline(always)]
fn component<U: Copy>(units: &[U], unit: impl Fn(U) -> u16) -> Key {
    let (first, words) = units.as_rchunks::<4>();
    let words = words.iter().rev();
    let hash = words.fold(Component::EMPTY, |hash, word| {
        hash.push(caseless(fold::pack(word.map(&unit))))
    });
    let first = behind_zeros(first.iter().map(|it| unit(*it)));
    hash.end(caseless(first), cast::wide(units.len()))
}

/// The key of a text's last component, from its last `\` on, or of the whole text where there is none. `None` where it
/// has more than `longest` units.
#[inline(always)]
pub(crate) fn tail_of_text(text: &[u16], longest: u16) -> Option<Key> {
    let longest = cast::unit(longest);
    let (first, words) = text.as_rchunks::<4>();
    let mut words = words.iter().rev();
    let mut hash = Component::EMPTY;
    let (mut units, mut all) = (0, 0);
    // The word in which the component begins, and how many of its units are the component's.
    let (word, behind) = loop {
        let Some(word) = words.next() else {
            let word = behind_zeros(first.iter().copied());
            let behind = match separators(word) {
                0 => cast::wide(first.len()),
                separators => from_last(separators),
            };
            break (word, behind);
        };
        let word = fold::pack(*word);
        let separators = separators(word);
        if separators != 0 {
            break (word, from_last(separators));
        }
        all |= word;
        hash = hash.push(word | CASE);
        units = 4_u64.wrapping_add(units);
        if units > longest {
            return None;
        }
    };
    all |= word;
    units = units.wrapping_add(behind);
    if units > longest {
        return None;
    }
    if !fold::word_is_ascii(all) {
        return beyond_ascii(text, units);
    }
    Some(if behind == 4 {
        hash.push(word | CASE).end(CASE, units)
    } else {
        let others = cast::low32(behind.wrapping_mul(16));
        let mask = u64::MAX.wrapping_shl(64_u32.wrapping_sub(others));
        hash.end(word & mask | CASE, units)
    })
}

/// The key of a text's last so many units.
#[cold]
#[inline(never)]
fn beyond_ascii(text: &[u16], units: u64) -> Option<Key> {
    let from = text.len().checked_sub(cast::index(cast::low32(units)))?;
    let (_, tail) = text.split_at_checked(from)?;
    Some(component(tail, |unit| unit))
}

/// How many units of a word there are from its last separator on.
#[inline(always)]
const fn from_last(separators: u64) -> u64 {
    cast::word(separators.leading_zeros() >> 4).wrapping_add(1)
}

/// The highest bit of each of a word's units that is a [`SEPARATOR`].
#[inline(always)]
const fn separators(word: u64) -> u64 {
    const LOW: u64 = 0x7FFF_7FFF_7FFF_7FFF;
    let other = word ^ 0x005C_005C_005C_005C;
    !((other & LOW).wrapping_add(LOW) | other | LOW)
}

/// The key of a literal's last component; its units are folded already.
#[must_use]
pub fn tail(literal: &[[u8; 2]]) -> Key {
    let from = literal.len().saturating_sub(tail_length(literal));
    let tail = literal.get(from..).unwrap_or(literal);
    component(tail, u16::from_le_bytes)
}

/// Units of a literal's last component.
#[must_use]
pub fn tail_length(literal: &[[u8; 2]]) -> usize {
    let mut from_end = literal.iter().rev();
    let behind = from_end.position(|unit| u16::from_le_bytes(*unit) == SEPARATOR);
    behind.map_or(literal.len(), |behind| behind.wrapping_add(1))
}

/// Units of a key at a text's edge, at most.
pub const EDGE_UNITS: usize = 4;

/// The window of the first units of a text or literal, four at most, as its high bytes.
#[inline(always)]
#[must_use]
pub fn window_of(units: impl Iterator<Item = u16>) -> u32 {
    units.fold(0, |window, unit| {
        window >> 8 | cast::byte(narrow(fold::unit(unit))).wrapping_shl(24)
    })
}
