//! Where the parts of a program lie: the header, and one slice for each part.

use core::cmp::Ordering;

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

/// A program's header and where its parts begin: small, since it lives on the stack of whoever runs it.
///
/// Only the header's numbers and the length have been checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'a> {
    pub(super) ascii: &'a [u8; 128],
    pub(super) ranges: &'a [[u8; 4]],
    /// Everything after the ranges.
    tables: &'a [Word],
    /// Kind, position and limit.
    pub(super) count: Option<(CountKind, u16, u16)>,
    /// A position, and so many successive units of its class without which nothing matches; 0 for none.
    pub(super) run_at: u16,
    pub(super) run_units: u16,
    pub(super) positions: u16,
    pub(super) classes: u16,
    pub(super) jumps: u16,
    pub(super) guarded: u16,
    pub(super) accepts: u16,
    /// Words of a set: 1, 2, 4 or 8.
    pub(super) words: u8,
}

/// The tables, each as words: a set is as many of them as [`Layout::words`] says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tables<'a> {
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
            run_at,
            run_units,
            reserved,
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
        let classes = number(classes);
        let ranges = number(ranges);
        let (jumps, guarded, accepts) = (number(jumps), number(guarded), number(accepts));
        if classes == 0 || classes > MAX_CLASSES {
            return Err(ProgramRefusal::Classes);
        }
        if ranges == 0 || ranges > MAX_RANGES {
            return Err(ProgramRefusal::Ranges);
        }
        if jumps > MAX_JUMPS || guarded > MAX_JUMPS {
            return Err(ProgramRefusal::Jumps);
        }
        if accepts > MAX_ACCEPTS {
            return Err(ProgramRefusal::Accepts);
        }
        let count = count(kind, number(at), number(limit), positions)?;
        let (run_at, run_units) = (number(run_at), number(run_units));
        let is_run = match run_units {
            0 => run_at == 0,
            units => units > 1 && run_at < positions,
        };
        if !is_run {
            return Err(ProgramRefusal::Run);
        }
        if reserved != [0; 2] {
            return Err(ProgramRefusal::Reserved);
        }

        let (ascii, rest) = rest
            .split_first_chunk::<128>()
            .ok_or(ProgramRefusal::Truncated)?;
        let (ranges, rest) = rest
            .split_at_checked(usize::from(ranges).wrapping_mul(4))
            .ok_or(ProgramRefusal::Truncated)?;
        let (ranges, _) = ranges.as_chunks::<4>();
        let (tables, odd) = rest.as_chunks::<8>();
        let layout = Self {
            ascii,
            ranges,
            tables,
            count,
            run_at,
            run_units,
            positions,
            classes,
            jumps,
            guarded,
            accepts,
            words,
        };
        match tables.len().cmp(&layout.size()) {
            Ordering::Less => Err(ProgramRefusal::Truncated),
            Ordering::Equal if odd.is_empty() => Ok(layout),
            _ => Err(ProgramRefusal::TrailingBytes),
        }
    }

    /// The tables; all empty if they were not there, which [`new`](Self::new) excludes.
    #[inline]
    pub(super) fn tables(&self) -> Tables<'a> {
        self.cut().unwrap_or_default()
    }

    /// The sets of the step, one group for each word.
    #[inline(always)]
    pub(super) fn sets(&self) -> &'a [[Word; SETS]] {
        self.tables.as_chunks().0
    }

    /// A class's mask.
    #[inline(always)]
    pub(super) fn mask<const W: usize>(&self, class: usize) -> Option<&'a [Word; W]> {
        let at = class.wrapping_add(SETS).wrapping_mul(W);
        self.tables.get(at..)?.first_chunk()
    }

    /// Whether a class's units match the position.
    #[inline(always)]
    pub(super) fn is_at(&self, class: usize, position: u16) -> bool {
        let words = usize::from(self.words);
        let mask = class.wrapping_add(SETS).wrapping_mul(words);
        let word = self
            .tables
            .get(mask.wrapping_add(usize::from(position >> 6)));
        let word = u64::from_le_bytes(word.copied().unwrap_or([0; 8]));
        word.wrapping_shr(u32::from(position)) & 1 != 0
    }

    /// The jumps: from where, and where to.
    #[inline(always)]
    pub(super) fn jumps<const W: usize>(
        &self,
    ) -> impl Iterator<Item = (&'a [Word; W], &'a [Word; W])> + use<'a, W> {
        let (from, rest) = cut(self.words_of_jumps::<W>(), self.jumps.into());
        from.iter().zip(rest.as_chunks().0)
    }

    /// The guarded jumps: their guards, from where, and where to.
    #[inline(always)]
    pub(super) fn guarded_jumps<const W: usize>(
        &self,
    ) -> impl Iterator<Item = (&'a [Word; 1], (&'a [Word; W], &'a [Word; W]))> + use<'a, W> {
        let count = usize::from(self.guarded);
        let (guards, rest) = cut::<1>(self.words_of_guards::<W>(), count);
        let (from, rest) = cut(rest, count);
        guards.iter().zip(from.iter().zip(rest.as_chunks().0))
    }

    /// The guarded accepts: their guards, and from where.
    #[inline(always)]
    pub(super) fn guarded_accepts<const W: usize>(
        &self,
    ) -> impl Iterator<Item = (&'a [Word; 1], &'a [Word; W])> + use<'a, W> {
        let guarded = usize::from(self.guarded);
        let sets = guarded.wrapping_mul(const { W.wrapping_mul(2).wrapping_add(1) });
        let rest = self.words_of_guards::<W>().get(sets..).unwrap_or(&[]);
        let (guards, rest) = cut::<1>(rest, self.accepts.into());
        guards.iter().zip(rest.as_chunks().0)
    }

    /// The words from the jumps on.
    #[inline(always)]
    fn words_of_jumps<const W: usize>(&self) -> &'a [Word] {
        let sets = usize::from(self.classes).wrapping_add(SETS);
        self.tables.get(sets.wrapping_mul(W)..).unwrap_or(&[])
    }

    /// The words from the guards on.
    #[inline(always)]
    fn words_of_guards<const W: usize>(&self) -> &'a [Word] {
        let jumps = usize::from(self.jumps).wrapping_mul(const { W.wrapping_mul(2) });
        self.words_of_jumps::<W>().get(jumps..).unwrap_or(&[])
    }

    /// Words of all tables.
    fn size(&self) -> usize {
        // The header's limits keep every sum and product far below overflow.
        let (guarded, accepts) = (usize::from(self.guarded), usize::from(self.accepts));
        let jumps = usize::from(self.jumps).wrapping_add(guarded);
        let sets = SETS
            .wrapping_add(self.classes.into())
            .wrapping_add(jumps.wrapping_mul(2))
            .wrapping_add(accepts);
        let guards = guarded.wrapping_add(accepts);
        sets.wrapping_mul(self.words.into()).wrapping_add(guards)
    }

    /// The tables; `None` where there are fewer words than [`size`](Self::size).
    #[inline]
    fn cut(&self) -> Option<Tables<'a>> {
        let sets = |count: usize| count.wrapping_mul(usize::from(self.words));
        let [classes, jumps, guarded, accepts] =
            [self.classes, self.jumps, self.guarded, self.accepts].map(usize::from);
        let mut rest = self.tables;
        let mut take = |words| {
            let (taken, left) = rest.split_at_checked(words)?;
            rest = left;
            Some(taken)
        };
        Some(Tables {
            sets: take(sets(SETS))?,
            masks: take(sets(classes))?,
            jump_from: take(sets(jumps))?,
            jump_to: take(sets(jumps))?,
            guarded: take(guarded)?,
            guarded_from: take(sets(guarded))?,
            guarded_to: take(sets(guarded))?,
            accepts: take(accepts)?,
            accepts_from: take(sets(accepts))?,
        })
    }
}

/// The first `count` sets, and the words after them; nothing where there are fewer.
#[inline(always)]
fn cut<const W: usize>(words: &[Word], count: usize) -> (&[[Word; W]], &[Word]) {
    let (sets, rest) = words
        .split_at_checked(count.wrapping_mul(W))
        .unwrap_or_default();
    (sets.as_chunks().0, rest)
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
