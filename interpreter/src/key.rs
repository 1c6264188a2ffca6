//! Keys: how a literal's place in the filter tables follows from its units.
//!
//! One definition serves the scan, the verifier that recomputes every literal's place, and the writer that
//! builds the tables.

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

/// The base-2 logarithm of the lead's bits: six of each of two units.
pub const LEAD_LOG2: u8 = 12;

/// What hashes see of each unit: ASCII letters of either case differ in bit 5 alone, so ASCII is hashed unfolded.
const CASELESS: u64 = !0x0020_0020_0020_0020;

/// The hash of four units, packed as [`fold::pack`] packs them: folded, or ASCII.
#[inline(always)]
#[must_use]
pub const fn gram_hash(word: u64) -> u64 {
    (word & CASELESS).wrapping_mul(SPREAD)
}

/// The key of four folded units.
#[inline(always)]
#[must_use]
pub const fn gram(word: u64) -> Key {
    Key {
        hash: gram_hash(word),
        tag: tag(word),
    }
}

/// The tag of four folded units: of each the low seven bits, and whether it is not ASCII. So the tag of four ASCII
/// units loses nothing, and is the tag of no others.
#[inline(always)]
#[must_use]
pub const fn tag(word: u64) -> u32 {
    let word = if word & BEYOND_ASCII == 0 {
        word
    } else {
        marked(word)
    };
    cast::low32(word) | (cast::low32(word >> 32) << 8)
}

/// The bits that are clear in every lane of a word of ASCII.
const BEYOND_ASCII: u64 = 0xFF80_FF80_FF80_FF80;

/// Of each lane the low seven bits, and as its bit 7 whether there are others.
#[cold]
const fn marked(word: u64) -> u64 {
    let low = word & !BEYOND_ASCII;
    // The upper nine bits as a number: to it the largest such number is added, which carries unless it is zero.
    let upper = (word & BEYOND_ASCII) >> 7;
    let carried = upper.wrapping_add(0x01FF_01FF_01FF_01FF) >> 2;
    low | (carried & 0x0080_0080_0080_0080)
}

/// The bit of the lead that two units number: bits 0 to 4 and 6 of each. Of the ASCII
/// characters that texts hold these tell all letters and digits apart; of bit 5 see [`gram_hash`].
#[inline(always)]
#[must_use]
pub const fn pair_slot(first: u16, second: u16) -> u16 {
    (first & 0x5F) | (second.wrapping_shl(7) & 0xF80) | (second.wrapping_shr(1) & 0x20)
}

/// The key of two units: the high lanes of `word`. The low lanes hold the two units before them, or zeros
/// where the literal begins; they go into the tag alone. All folded.
#[inline(always)]
#[must_use]
pub const fn pair(word: u64) -> Key {
    let slot = pair_slot(cast::low16(word >> 32), cast::low16(word >> 48));
    Key {
        hash: pair_hash(slot),
        tag: tag(word),
    }
}

/// The hash of [`pair`] alone.
#[inline(always)]
pub(crate) const fn pair_hash(slot: u16) -> u64 {
    cast::unit(slot).wrapping_mul(SPREAD)
}

/// Which bits of a pair's tag count, by the units that the literal has before its key: others may be anything.
#[inline(always)]
#[must_use]
pub const fn pair_mask(before: u8) -> u32 {
    // In the tag the units' bytes stand in the order 0, 2, 1, 3.
    match before {
        0 => 0xFF00_FF00,
        1 => 0xFFFF_FF00,
        _ => 0xFFFF_FFFF,
    }
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

/// The first offset at which a literal in the unit table is entered by the four units that end there; below it by
/// one unit.
pub const WIDE_FROM: u8 = 3;

/// Hashes a run of folded words: the last component of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mixer(u64);

impl Mixer {
    pub(crate) const fn new() -> Self {
        Self(SPREAD)
    }

    #[inline(always)]
    pub(crate) const fn word(self, word: u64) -> Self {
        let mixed = (self.0 ^ word).wrapping_mul(SPREAD);
        Self(mixed ^ mixed >> 32)
    }

    #[inline(always)]
    pub(crate) const fn finish(self, units: usize) -> Key {
        let hash = (self.0 ^ cast::wide(units)).wrapping_mul(SPREAD);
        Key {
            hash,
            tag: cast::low32(hash),
        }
    }
}

/// The unit that begins a path's last component.
pub(crate) const SEPARATOR: u16 = 0x5C;

/// The key of a text's last component: from its last `\` on, or the whole text where there is none.
#[inline]
#[must_use]
pub(crate) fn tail_of_text(text: &[u16]) -> Key {
    let start = text
        .iter()
        .rposition(|unit| *unit == SEPARATOR)
        .unwrap_or(0);
    let component = text.get(start..).unwrap_or(text);
    let (chunks, rest) = component.as_chunks::<4>();
    let mut mixer = Mixer::new();
    for chunk in chunks {
        mixer = mixer.word(fold::chunk(*chunk));
    }
    mixer
        .word(fold::chunk(padded(rest)))
        .finish(component.len())
}

/// The key of a literal's last component; its units are folded already.
#[must_use]
pub fn tail(literal: &[[u8; 2]]) -> Key {
    let start = literal
        .iter()
        .rposition(|unit| u16::from_le_bytes(*unit) == SEPARATOR)
        .unwrap_or(0);
    let component = literal.get(start..).unwrap_or(literal);
    let (chunks, rest) = component.as_chunks::<4>();
    let mut mixer = Mixer::new();
    for chunk in chunks {
        mixer = mixer.word(literal_word(chunk));
    }
    let mut last = [[0; 2]; 4];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    mixer.word(literal_word(&last)).finish(component.len())
}

/// Four units of a literal as one word.
#[inline(always)]
#[must_use]
pub fn literal_word(units: &[[u8; 2]; 4]) -> u64 {
    fold::pack((*units).map(u16::from_le_bytes))
}

/// Up to four units, filled up with zeros.
#[inline(always)]
pub(crate) fn padded(rest: &[u16]) -> [u16; 4] {
    let mut last = [0; 4];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    last
}
