//! Where the parts of a program lie: the header, and one slice for each part.

use super::ProgramRefusal;

/// Most positions: what eight words hold.
pub const MAX_POSITIONS: u16 = 512;
/// Most classes: what one byte numbers.
pub const MAX_CLASSES: u16 = 256;
/// Most ranges of units beyond ASCII.
pub const MAX_RANGES: u16 = 1024;
/// Most jumps, and most guarded jumps.
pub const MAX_JUMPS: u16 = 512;
/// Most guarded accepts.
pub const MAX_ACCEPTS: u16 = 64;

/// Sets of the step, for each word: start, first, chain, repeat, skip, accept, last.
pub(super) const SETS: usize = 7;

/// Bytes of the header.
const HEADER: usize = 24;

/// A 64-bit number in place.
pub(super) type Word = [u8; 8];

/// How the counted position counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountKind {
    /// `X{n,}`.
    AtLeast,
    /// `X{1,n}`.
    AtMost,
}

/// The parts of a program. Only the header's ranges and the lengths have been checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'a> {
    /// Words of a set: 1, 2, 4 or 8.
    pub(super) words: u8,
    pub(super) positions: u16,
    /// Kind, position and limit.
    pub(super) count: Option<(CountKind, u16, u16)>,
    pub(super) ascii: &'a [u8; 128],
    pub(super) ranges: &'a [[u8; 4]],
    pub(super) sets: &'a [Word],
    pub(super) masks: &'a [Word],
    pub(super) jump_from: &'a [Word],
    pub(super) jump_to: &'a [Word],
    pub(super) guarded: &'a [Word],
    pub(super) guarded_from: &'a [Word],
    pub(super) guarded_to: &'a [Word],
    pub(super) accepts: &'a [Word],
    pub(super) accepts_from: &'a [Word],
}

impl<'a> Layout<'a> {
    /// Reads the header and cuts the rest by its numbers.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, ProgramRefusal> {
        let (header, rest) = bytes
            .split_first_chunk::<HEADER>()
            .ok_or(ProgramRefusal::Truncated)?;
        let [words, kind, header @ ..] = *header;
        let (numbers, _) = header.as_chunks::<2>();
        let &[
            positions,
            classes,
            ranges,
            jumps,
            guarded,
            accepts,
            at,
            limit,
            reserved @ ..,
        ] = numbers
            .first_chunk::<11>()
            .ok_or(ProgramRefusal::Truncated)?;
        let number = u16::from_le_bytes;
        let positions = number(positions);

        let fitting = match positions {
            0..=64 => 1,
            65..=128 => 2,
            129..=256 => 4,
            257..=MAX_POSITIONS => 8,
            _ => return Err(ProgramRefusal::Positions),
        };
        if words != fitting {
            return Err(ProgramRefusal::Words);
        }
        let classes = limited(number(classes), 1, MAX_CLASSES, ProgramRefusal::Classes)?;
        let ranges = limited(number(ranges), 1, MAX_RANGES, ProgramRefusal::Ranges)?;
        let jumps = limited(number(jumps), 0, MAX_JUMPS, ProgramRefusal::Jumps)?;
        let guarded = limited(number(guarded), 0, MAX_JUMPS, ProgramRefusal::Jumps)?;
        let accepts = limited(number(accepts), 0, MAX_ACCEPTS, ProgramRefusal::Accepts)?;
        let count = count(kind, number(at), number(limit), positions)?;
        if reserved != [[0; 2]; 3] {
            return Err(ProgramRefusal::Reserved);
        }

        let (ascii, rest) = rest
            .split_first_chunk::<128>()
            .ok_or(ProgramRefusal::Truncated)?;
        let (ranges, rest) = rest
            .split_at_checked(ranges.wrapping_mul(4))
            .ok_or(ProgramRefusal::Truncated)?;
        let (ranges, _) = ranges.as_chunks::<4>();
        let (rest, odd) = rest.as_chunks::<8>();

        let words_each = usize::from(words);
        let mut cut = Cutter { rest };
        let layout = Self {
            words,
            positions,
            count,
            ascii,
            ranges,
            sets: cut.take(SETS.wrapping_mul(words_each))?,
            masks: cut.take(classes.wrapping_mul(words_each))?,
            jump_from: cut.take(jumps.wrapping_mul(words_each))?,
            jump_to: cut.take(jumps.wrapping_mul(words_each))?,
            guarded: cut.take(guarded)?,
            guarded_from: cut.take(guarded.wrapping_mul(words_each))?,
            guarded_to: cut.take(guarded.wrapping_mul(words_each))?,
            accepts: cut.take(accepts)?,
            accepts_from: cut.take(accepts.wrapping_mul(words_each))?,
        };
        if cut.rest.is_empty() && odd.is_empty() {
            Ok(layout)
        } else {
            Err(ProgramRefusal::TrailingBytes)
        }
    }
}

/// Takes words off the front.
struct Cutter<'a> {
    rest: &'a [Word],
}

impl<'a> Cutter<'a> {
    fn take(&mut self, words: usize) -> Result<&'a [Word], ProgramRefusal> {
        let (taken, rest) = self
            .rest
            .split_at_checked(words)
            .ok_or(ProgramRefusal::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// `number` as a count of records, if it lies within the limits, which keep every length far below overflow.
fn limited(
    number: u16,
    least: u16,
    most: u16,
    refusal: ProgramRefusal,
) -> Result<usize, ProgramRefusal> {
    if number < least || number > most {
        Err(refusal)
    } else {
        Ok(usize::from(number))
    }
}

/// The counted position, if there is one; without one its numbers are zero.
fn count(
    kind: u8,
    at: u16,
    limit: u16,
    positions: u16,
) -> Result<Option<(CountKind, u16, u16)>, ProgramRefusal> {
    let kind = match kind {
        0 if at == 0 && limit == 0 => return Ok(None),
        1 => CountKind::AtLeast,
        2 => CountKind::AtMost,
        _ => return Err(ProgramRefusal::Count),
    };
    if at < positions && limit != 0 {
        Ok(Some((kind, at, limit)))
    } else {
        Err(ProgramRefusal::Count)
    }
}
