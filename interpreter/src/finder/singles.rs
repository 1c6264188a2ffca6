//! Literals of one ASCII unit: a byte for each unit that the text has, and one look at each literal.

use super::block::{BLOCK, Block};
use super::{Found, Literals};
use crate::cast;
use crate::layout::EntryRecord;
use crate::literal::Mode;

/// Which narrowed units a text has; those that a block has outside the text are not ASCII.
pub(super) struct Seen([u8; 256]);

impl Seen {
    pub(super) const fn new() -> Self {
        Self([0; 256])
    }

    /// Marks the units of a block.
    #[inline(always)]
    pub(super) fn mark(&mut self, block: &Block) {
        for byte in block.bytes().iter().take(BLOCK) {
            if let Some(seen) = self.0.get_mut(usize::from(*byte)) {
                *seen = 1;
            }
        }
    }
}

impl Literals<'_> {
    #[inline(never)]
    pub(super) fn scan_singles(
        &self,
        singles: &[[u8; 8]],
        seen: &Seen,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        found.spend(cast::wide(text.len()).wrapping_add(cast::wide(singles.len())));
        for entry in singles {
            let entry = EntryRecord::read(entry);
            let is_seen = seen
                .0
                .get(cast::index(entry.tag))
                .is_some_and(|seen| *seen != 0);
            if !is_seen {
                continue;
            }
            let Some(record) = self.wanted(&entry, found) else {
                continue;
            };
            // The text has the unit; where matters only for the other modes.
            let is_met = Mode::from_number(record.shape) == Mode::Contains
                || self
                    .literal(&record, found)
                    .is_some_and(|literal| literal.meets(text));
            if is_met {
                self.post(&record, found);
            }
        }
    }
}
