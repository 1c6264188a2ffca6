//! Literals of one ASCII unit: a byte for each unit that the text has, and one look at each literal.

use super::{Found, Literals};
use crate::cast;
use crate::fold;
use crate::layout::EntryRecord;
use crate::literal::Mode;

impl<'a> Literals<'a> {
    #[inline(never)]
    pub(super) fn scan_singles(&self, singles: &[[u8; 8]], text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()).wrapping_add(cast::wide(singles.len())));
        let seen = seen(text);
        for entry in singles {
            let entry = EntryRecord::read(entry);
            // Units are seen as they are, and there are few that another folds to.
            let lower = entry.tag | 0x20;
            let is_letter = lower.wrapping_sub(0x61) < 26;
            let is_seen = |unit: u32| seen.get(cast::index(unit)).is_some_and(|seen| *seen != 0);
            let has = is_seen(entry.tag) || (is_letter && is_seen(lower));
            if !has {
                continue;
            }
            // The text has the unit; where matters only for the other modes.
            if let Some(record) = self.wanted(&entry, found)
                && let Some(literal) = self.literal(&record, found)
                && (Mode::from_number(record.shape) == Mode::Contains || literal.meets(text))
            {
                self.post(&record, found);
            }
        }
    }
}

/// Which ASCII units the text has: as they are where it is ASCII, folded elsewhere.
#[inline(always)]
fn seen(text: &[u16]) -> [u8; 128] {
    let mut seen = [0_u8; 128];
    let mut mark = |unit: u16| {
        if let Some(seen) = seen.get_mut(usize::from(unit & 0x7F)) {
            *seen = 1;
        }
    };
    let (chunks, rest) = text.as_chunks::<8>();
    for chunk in chunks {
        if chunk.iter().fold(0, |all, unit| all | unit) < 0x80 {
            chunk.iter().for_each(|unit| mark(*unit));
        } else {
            mark_folded(chunk, &mut mark);
        }
    }
    mark_folded(rest, &mut mark);
    seen
}

/// Marks those units that fold to ASCII.
#[inline(always)]
fn mark_folded(units: &[u16], mark: &mut impl FnMut(u16)) {
    for unit in units.iter().map(|unit| fold::unit(*unit)) {
        if unit < 0x80 {
            mark(unit);
        }
    }
}
