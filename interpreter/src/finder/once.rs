//! What is probed once in a text: its last component, and its first and last units.

use super::{At, Found, Hit, Scan};
use crate::cast;
use crate::key;
use crate::layout::EntryRecord;
use crate::table::{Bits, Buckets};

impl Scan<'_> {
    /// Finds the literals that end the text, or are it, by its last component.
    #[inline(never)]
    pub(super) fn tail(&self, found: &mut Found<'_>) {
        found.spend(cast::wide(self.text.len()));
        let record = self.record();
        let Some(key) = key::tail_of_text(self.text, record.longest_tail) else {
            return;
        };
        if !Bits::open(self.content, &record.tail).has(key) {
            return;
        }
        for entry in Buckets::open(self.content, &record.tail).of(key) {
            let entry = EntryRecord::read(entry);
            found.spend(1);
            if entry.tag == key.tag
                && let Some(record) = self.wanted(&entry, found)
                && let Some(literal) = self.literal(record, found)
                && literal.meets(self.text)
            {
                self.post(record, found);
            }
        }
    }

    /// Finds the literals that begin or end the text by its first or last units.
    #[inline(never)]
    pub(super) fn edges(&self, found: &mut Found<'_>) {
        let bits = Bits::open(self.content, &self.record().edge);
        let edges = self.record().edges;
        let length = self.text.len();
        let (first, last) = match (self.text.first_chunk(), self.text.last_chunk()) {
            (Some(first), Some(last)) => (key::window(*first), key::window(*last)),
            _ => {
                let units = key::window_of(self.text.iter().copied());
                let missing = 4_u32.wrapping_sub(cast::narrow(self.text.len()));
                (units.wrapping_shr(missing.wrapping_shl(3)), units)
            }
        };
        // In the low half the widths of starts, in the high half those of endings.
        let mut left = edges;
        while left != 0 {
            let edge = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            let others = 3_u32.wrapping_sub(edge & 3);
            let Some(end) = length.checked_sub(cast::index(4_u32.wrapping_sub(others))) else {
                continue;
            };
            let others = others.wrapping_shl(3);
            let (at, window) = match edge & 4 {
                0 => (0, first.wrapping_shl(others)),
                _ => (end, last & u32::MAX.wrapping_shl(others)),
            };
            let key = key::four(window);
            if bits.has(key) {
                self.edge(&Hit { key, at }, found);
            }
        }
    }

    #[inline(always)]
    fn edge(&self, hit: &Hit, found: &mut Found<'_>) {
        self.look_up::<{ At::EDGE }, 1>(hit, found);
    }
}
