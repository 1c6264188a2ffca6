//! The filter tables: bits, ranks, bounds and entries agree, and buckets are small.

use super::{Cursors, refuse, take};
use crate::cast;
use crate::content::Content;
use crate::key::PAIR_LOG2;
use crate::layout::{EntryRecord, LiteralRecord, TableRecord};
use crate::limits::MAX_BUCKET;
use crate::literal::{Place, Shape, compare_steps};
use crate::numbered::numbered;
use crate::refusal::{Code, Refusal, Section};
use crate::table::words;

/// A finder's table, and what it may hold.
pub(super) struct TablePass<'v, 'a> {
    pub(super) content: &'v Content<'a>,
    /// Number of the finder, for reports.
    pub(super) finder: u32,
    pub(super) place: Place,
    /// The finder's literals.
    pub(super) literals: &'v [[u8; 16]],
    /// Entries that the finder's literals need.
    pub(super) needed: u32,
}

impl TablePass<'_, '_> {
    /// Checks the table; the most steps that one look-up can cost.
    pub(super) fn check(
        &self,
        record: &TableRecord,
        cursors: &mut Cursors,
    ) -> Result<u64, Refusal> {
        let here = |code| refuse(code, Section::Finders, self.finder);
        if record.log2 == 0 {
            if record.write() != [0; TableRecord::SIZE] {
                return here(Code::TableSize);
            }
            return if self.needed == 0 {
                Ok(0)
            } else {
                here(Code::LiteralUnfindable)
            };
        }
        let Some(words) = words(record.log2) else {
            return here(Code::TableSize);
        };
        if self.place == Place::Pair && record.log2 != PAIR_LOG2 {
            return here(Code::TableSize);
        }
        if record.entries_count != self.needed || self.needed == 0 {
            return here(Code::StrayEntry);
        }
        let content = self.content;
        let mut ranks = cursors.bits;
        let range = (record.bits_start, words);
        let bits = take(
            &mut cursors.bits,
            content.bits,
            range,
            Section::Finders,
            self.finder,
        )?;
        let ranks = take(
            &mut ranks,
            content.ranks,
            range,
            Section::Finders,
            self.finder,
        )?;
        let mut buckets = 0_u32;
        for (index, (word, rank)) in numbered(record.bits_start, bits.iter().zip(ranks)) {
            if u32::from_le_bytes(*rank) != buckets {
                return refuse(Code::TableRank, Section::Ranks, index);
            }
            // At most 2^20 bits.
            buckets = buckets.wrapping_add(u64::from_le_bytes(*word).count_ones());
        }
        let bounds = take(
            &mut cursors.bounds,
            content.bounds,
            (record.bounds_start, buckets.wrapping_add(1)),
            Section::Finders,
            self.finder,
        )?;
        let entries = take(
            &mut cursors.entries,
            content.entries,
            (record.entries_start, record.entries_count),
            Section::Finders,
            self.finder,
        )?;
        self.check_buckets(record, bounds, entries)
    }

    fn check_buckets(
        &self,
        record: &TableRecord,
        bounds: &[[u8; 4]],
        entries: &[[u8; 8]],
    ) -> Result<u64, Refusal> {
        let mut costliest = 0_u64;
        let mut rest = entries;
        let mut from = 0_u32;
        let mut first = true;
        for (index, bound) in numbered(record.bounds_start, bounds) {
            let here = |code| refuse(code, Section::Bounds, index);
            let to = u32::from_le_bytes(*bound);
            if first {
                if to != 0 {
                    return here(Code::TableBounds);
                }
                first = false;
                continue;
            }
            let Some(count) = to.checked_sub(from).filter(|count| *count > 0) else {
                return here(Code::TableBounds);
            };
            if cast::index(count) > MAX_BUCKET {
                return here(Code::BucketTooLarge);
            }
            let Some((bucket, after)) = rest.split_at_checked(cast::index(count)) else {
                return here(Code::TableBounds);
            };
            let at = record.entries_start.wrapping_add(from);
            costliest = costliest.max(self.check_bucket(bucket, at)?);
            rest = after;
            from = to;
        }
        if !rest.is_empty() {
            return refuse(Code::TableBounds, Section::Finders, self.finder);
        }
        Ok(costliest)
    }

    /// Checks one bucket's entries; the steps of examining them all.
    fn check_bucket(&self, bucket: &[[u8; 8]], at: u32) -> Result<u64, Refusal> {
        let mut steps = 0_u64;
        let mut last = None;
        for (index, entry) in numbered(at, bucket) {
            let entry = EntryRecord::read(entry);
            let literal = self
                .literals
                .get(cast::index(entry.target >> 8))
                .map(LiteralRecord::read)
                .filter(|record| {
                    Shape::decode(record.shape).is_some_and(|shape| shape.place == self.place)
                });
            let Some(literal) = literal else {
                return refuse(Code::TableEntry, Section::Entries, index);
            };
            if last.is_some_and(|last| entry.target <= last) {
                return refuse(Code::TableEntry, Section::Entries, index);
            }
            last = Some(entry.target);
            steps = steps
                .saturating_add(1)
                .saturating_add(compare_steps(literal.length.into()));
        }
        Ok(steps)
    }
}
