//! The case fold: how text is compared without regard to case.
//!
//! One UTF-16 unit folds to one UTF-16 unit, by the *simple* upper-case mapping of the basic plane
//! (`UnicodeData.txt` field 12, Unicode 17.0.0, pinned in `interpreter/unicode/simple-uppercase.txt`). It is
//! not the full mapping: lengths never change, and U+00DF (sharp s) folds to itself. Surrogates, paired or
//! not, fold to themselves, so letters beyond the basic plane keep their case, as in Windows' own table.
//! The fold of a fold is itself; the generator refuses a table for which that would not hold.
//!
//! Two units outside ASCII fold into it: U+0131 (dotless i) to `I` and U+017F (long s) to `S`.
//!
//! # Against Windows' table
//!
//! Compared with the upper-case table of Windows 7 as `mkntfs` writes it, every unit that Windows folds
//! folds to the same unit here. The fold also maps 225 units that that table leaves alone:
//! `interpreter/unicode/windows-differences.txt` lists them. Eighteen are characters which that Windows
//! knew: U+00B5, U+0131, U+017F, U+01C5, U+01C8, U+01CB, U+01F2, U+0345, U+03C2, U+03D0, U+03D1, U+03D5,
//! U+03D6, U+03F0, U+03F1, U+03F5, U+1E9B, U+1FBE; the others are newer. So two names that Windows takes for
//! one file are always equal here, and a rule cannot be evaded by case; a rule may match a second file
//! whose name differs in one of those units.
//!
//! # Words
//!
//! Four units make a *word*: a `u64` with unit 0 in its low 16 bits, whatever the machine's byte order.

mod table;

use crate::cast;

/// SHA-256 of the fold: over each unit that does not fold to itself, ascending, the unit and its fold, each
/// as two bytes, little-endian. Part of the schema's fingerprint, so content that was compiled with
/// another fold is refused.
pub const HASH: [u8; 32] = table::HASH;

/// Units in a word.
pub const LANES: usize = 4;

/// The bits that are clear in every lane of a word of ASCII.
const BEYOND_ASCII: u64 = 0xFF80_FF80_FF80_FF80;
/// The top bit of a seven-bit value's spare room, in each lane.
const CARRY: u64 = 0x0080_0080_0080_0080;
/// Added to an ASCII lane, sets its carry bit from `a` upward.
const FROM_A: u64 = 0x001F_001F_001F_001F;
/// Added to an ASCII lane, sets its carry bit above `z`.
const ABOVE_Z: u64 = 0x0005_0005_0005_0005;

/// The fold of one UTF-16 unit.
#[inline]
#[must_use]
pub fn unit(unit: u16) -> u16 {
    if unit < 0x80 {
        let lower = unit.wrapping_sub(0x61) < 26;
        unit ^ (u16::from(lower) << 5)
    } else {
        looked_up(unit)
    }
}

/// Whether `unit` is its own fold, as every unit of a literal must be.
#[inline]
#[must_use]
pub fn is_folded(unit: u16) -> bool {
    self::unit(unit) == unit
}

/// Four units as a word, unfolded.
#[inline]
#[must_use]
pub fn pack(units: [u16; LANES]) -> u64 {
    let [first, second, third, fourth] = units;
    u64::from(first) | u64::from(second) << 16 | u64::from(third) << 32 | u64::from(fourth) << 48
}

/// Four units in place as a word.
#[inline(always)]
fn pack_bytes(units: [[u8; 2]; LANES]) -> u64 {
    let [[a, b], [c, d], [e, f], [g, h]] = units;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// Whether all four units of a word are ASCII.
#[inline]
#[must_use]
pub const fn word_is_ascii(word: u64) -> bool {
    word & BEYOND_ASCII == 0
}

/// The lowest bit of each of a word's units that is not ASCII.
#[inline(always)]
pub(crate) const fn beyond_ascii(word: u64) -> u64 {
    const LOW: u64 = 0x7F80_7F80_7F80_7F80;
    const HIGH: u64 = 0x8000_8000_8000_8000;
    // Bit 15 of each unit of which one of bits 7 to 15 is set: no sum carries into the next unit.
    let carried = (word & LOW).wrapping_add(LOW) | word;
    (carried & HIGH) >> 15
}

/// The fold of each of a word's four units.
#[inline]
#[must_use]
pub fn word(word: u64) -> u64 {
    if word_is_ascii(word) {
        ascii_folded(word)
    } else {
        word_looked_up(word)
    }
}

/// The fold of a word of ASCII.
#[inline(always)]
const fn ascii_folded(word: u64) -> u64 {
    // No lane exceeds 0x7F, so neither sum carries into the next lane.
    let from_a = word.wrapping_add(FROM_A);
    let above_z = word.wrapping_add(ABOVE_Z);
    word ^ ((from_a & !above_z & CARRY) >> 2)
}

/// Four units folded, as a word: `word(pack(units))`.
#[inline]
#[must_use]
pub fn chunk(units: [u16; LANES]) -> u64 {
    word(pack(units))
}

/// Whether `text`, folded, is `folded`.
///
/// `folded` holds the units of a literal in place, little-endian, at any alignment, already folded; a unit
/// in it that is not its own fold equals nothing. Texts of different lengths are not equal.
#[inline(always)]
#[must_use]
pub fn eq(text: &[u16], folded: &[[u8; 2]]) -> bool {
    likeness(text, folded) == Likeness::Same
}

/// How alike a text and a literal are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    /// They differ, but not in what is compared first: so many words more were compared.
    Similar(usize),
    /// They differ in length, or in the last word.
    Different,
}

/// How alike `text`, folded, and `folded` are: as [`eq`], but says whether more than one word was compared.
#[inline]
pub(crate) fn likeness(text: &[u16], folded: &[[u8; 2]]) -> Likeness {
    same::<false>(text, folded)
}

/// Whether the last four units of a text and a literal of one length are ASCII and differ, which is soon seen.
#[inline(always)]
pub(crate) fn differ(text: &[u16], folded: &[[u8; 2]]) -> bool {
    match (text.last_chunk(), folded.last_chunk()) {
        (Some(units), Some(bytes)) => {
            let word = pack(*units);
            word_is_ascii(word) && ascii_folded(word) != pack_bytes(*bytes)
        }
        _ => false,
    }
}

/// Whether `text` is `literal`, unit for unit, with regard to case.
///
/// `literal` holds its units in place, little-endian, at any alignment. Texts of different lengths are not
/// equal.
#[inline]
#[must_use]
pub fn eq_cased(text: &[u16], literal: &[[u8; 2]]) -> bool {
    same::<true>(text, literal) == Likeness::Same
}

/// Compares with the fold of `text`, or, where case matters, with `text` itself.
#[inline]
fn same<const CASED: bool>(text: &[u16], literal: &[[u8; 2]]) -> Likeness {
    if text.len() != literal.len() {
        return Likeness::Different;
    }
    // The last word overlaps the one before it, which is cheaper than a rest of single units.
    match (text.last_chunk(), literal.last_chunk()) {
        (Some(last), Some(last_bytes)) => {
            let (words, _) = text.as_chunks();
            let (words_bytes, _) = literal.as_chunks();
            if !is_word::<CASED>(pack(*last), pack_bytes(*last_bytes)) {
                return Likeness::Different;
            }
            let mut words = words.iter().zip(words_bytes);
            match words
                .position(|(units, bytes)| !is_word::<CASED>(pack(*units), pack_bytes(*bytes)))
            {
                None => Likeness::Same,
                Some(same) => Likeness::Similar(same.wrapping_add(1)),
            }
        }
        // Two or three units: the first two and the last two.
        _ => match (ends(text), ends(literal)) {
            (Some(units), Some(bytes)) if is_word::<CASED>(pack(units), pack_bytes(bytes)) => {
                Likeness::Same
            }
            (Some(_), _) => Likeness::Different,
            _ => {
                let mut units = text.iter().zip(literal);
                match units.all(|(unit, bytes)| is_unit::<CASED>(*unit, u16::from_le_bytes(*bytes)))
                {
                    true => Likeness::Same,
                    false => Likeness::Different,
                }
            }
        },
    }
}

/// The first two and the last two.
#[inline(always)]
fn ends<T: Copy>(units: &[T]) -> Option<[T; LANES]> {
    let ([first, second], [third, fourth]) = (*units.first_chunk()?, *units.last_chunk()?);
    Some([first, second, third, fourth])
}

/// Whether a unit is the literal's. No closure, because not every level of optimisation dissolves one, and this is where
/// the stack is deepest.
#[inline(always)]
fn is_unit<const CASED: bool>(unit: u16, literal: u16) -> bool {
    literal == if CASED { unit } else { self::unit(unit) }
}

/// The same for four units at once.
#[inline(always)]
fn is_word<const CASED: bool>(word: u64, literal: u64) -> bool {
    if CASED {
        word == literal
    } else {
        word_folds_to(word, literal)
    }
}

/// Whether a word's fold is `folded`.
#[inline(always)]
fn word_folds_to(word: u64, folded: u64) -> bool {
    if word_is_ascii(word) {
        self::word(word) == folded
    } else {
        looked_up_folds_to(word, folded)
    }
}

/// The same by the table, unit by unit: where two words differ, it is mostly in the first that does.
#[cold]
#[inline(never)]
fn looked_up_folds_to(word: u64, folded: u64) -> bool {
    // Neither arrays of units nor a loop: this is where the stack is deepest.
    lane_folds_to(word, folded)
        && lane_folds_to(word >> 16, folded >> 16)
        && lane_folds_to(word >> 32, folded >> 32)
        && lane_folds_to(word >> 48, folded >> 48)
}

/// Whether the lowest unit of a word folds to that of another.
#[inline(always)]
fn lane_folds_to(word: u64, folded: u64) -> bool {
    looked_up(cast::low16(word)) == cast::low16(folded)
}

/// The fold of each of a word's units by the table, ASCII or not: no branch depends on the text.
#[cold]
#[inline(never)]
fn word_looked_up(word: u64) -> u64 {
    let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
    pack([[a, b], [c, d], [e, f], [g, h]].map(|bytes| looked_up(u16::from_le_bytes(bytes))))
}

/// The fold of any unit by the table: a page is 32 units, and holds the distance to each one's fold.
///
/// The arrays' lengths are powers of two and each index is masked to them, so the compiler can see that
/// `get` never fails (and no index that was mispredicted leaves them); were that ever untrue, the outcome
/// would be some unit, and nothing worse.
#[inline(always)]
fn looked_up(unit: u16) -> u16 {
    let page = at(&table::PAGE_OF, usize::from(unit >> 5));
    unit.wrapping_add(at(
        &table::PAGES,
        usize::from(page) << 5 | usize::from(unit & 31),
    ))
}

/// The item at `index` modulo `N`, a power of two.
#[inline]
fn at<T: Copy + Default, const N: usize>(items: &[T; N], index: usize) -> T {
    const { assert!(N.is_power_of_two()) };
    items
        .get(index & const { N.saturating_sub(1) })
        .copied()
        .unwrap_or_default()
}
