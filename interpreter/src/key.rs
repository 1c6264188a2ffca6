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

/// The base-2 logarithm of the pair table's bits: two seven-bit units number a bit, without a hash.
pub const PAIR_LOG2: u8 = 14;

/// The hash of four folded units, packed as [`fold::chunk`] packs them.
#[inline(always)]
#[must_use]
pub const fn gram_hash(word: u64) -> u64 {
    word.wrapping_mul(SPREAD)
}

/// The key of four folded units. For ASCII the tag loses nothing.
#[inline(always)]
#[must_use]
pub const fn gram(word: u64) -> Key {
    Key {
        hash: gram_hash(word),
        tag: pack_bytes(word),
    }
}

/// The low bytes of four units, the first unit in the lowest byte; exact for ASCII, a mixture otherwise.
#[inline(always)]
const fn pack_bytes(word: u64) -> u32 {
    cast::low32(word) ^ (cast::low32(word >> 32) << 8)
}

/// The key of three units: the high lanes of `word`. The low lane holds the unit before them, or zero where the
/// literal begins with them; it goes into the tag alone. All folded.
#[inline(always)]
#[must_use]
pub const fn three(word: u64) -> Key {
    Key {
        hash: three_hash(word),
        tag: context_tag(word),
    }
}

/// The hash of [`three`] alone.
#[inline(always)]
pub(crate) const fn three_hash(word: u64) -> u64 {
    (word & !0xFFFF).wrapping_mul(SPREAD)
}

/// The key of two ASCII units, which number a bit: the high lanes of `word`. The low lanes hold the two units
/// before them, or zeros where the literal begins; they go into the tag alone. All folded.
#[inline(always)]
#[must_use]
pub const fn pair(word: u64) -> Key {
    let first = word >> 32 & 0x7F;
    let second = word >> 48 & 0x7F;
    Key {
        hash: (first << 7 | second) << 50,
        tag: context_tag(word),
    }
}

/// The low bytes of four units, in the order 0, 2, 1, 3: of units that are not ASCII a hint, for the comparison
/// with the text decides.
#[inline(always)]
const fn context_tag(word: u64) -> u32 {
    pack_bytes(word & 0x00FF_00FF_00FF_00FF)
}

/// Which bits of a context tag count: the units before a literal may be anything. `known` is the number of the
/// key's units and of the literal's units before them, together.
#[inline(always)]
#[must_use]
pub const fn context_mask(known: u8) -> u32 {
    match known {
        0..=2 => 0xFF00_FF00,
        3 => 0xFFFF_FF00,
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
