//! Hash tables in content: bits, ranks, bounds, entries.
//!
//! A key's hash numbers a bit. A set bit has a bucket of one to eight entries, a clear bit has none, so the bits
//! alone answer most probes and fit the first-level cache. Which bucket is the bit's follows from its *rank*,
//! the number of set bits before it: one rank is stored for each word, the rest is counted. So there are no
//! empty buckets, and two tables with the same entries are the same bytes.

use crate::cast;
use crate::content::{Content, run};
use crate::layout::TableRecord;
use crate::limits::MAX_BUCKET;

/// A table opened for look-ups. Nothing that its bytes say is believed: a look-up that leads outside finds nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    pub(crate) log2: u8,
    pub(crate) bits: &'a [[u8; 8]],
    pub(crate) ranks: &'a [[u8; 4]],
    pub(crate) bounds: &'a [[u8; 4]],
    pub(crate) entries: &'a [[u8; 8]],
}

impl<'a> Table<'a> {
    /// The table, or `None` where the record says that there is none or leads outside the content.
    #[inline(always)]
    pub(crate) fn open(content: &Content<'a>, record: &TableRecord) -> Option<Self> {
        if record.log2 == 0 {
            return None;
        }
        let words = words(record.log2)?;
        let (_, bounds) = content
            .bounds
            .split_at_checked(cast::index(record.bounds_start))?;
        Some(Self {
            log2: record.log2,
            bits: run(content.bits, record.bits_start, words)?,
            ranks: run(content.ranks, record.bits_start, words)?,
            bounds,
            entries: run(content.entries, record.entries_start, record.entries_count)?,
        })
    }

    /// The word that holds the slot's bit.
    #[inline(always)]
    pub(crate) fn word(&self, slot: u32) -> u64 {
        match self.bits.get(cast::index(slot >> 6)) {
            Some(word) => u64::from_le_bytes(*word),
            None => 0,
        }
    }

    /// Whether the slot has a bucket.
    #[inline(always)]
    pub(crate) fn has(&self, slot: u32) -> bool {
        self.word(slot).wrapping_shr(slot & 63) & 1 != 0
    }

    /// The slot's entries: at most [`MAX_BUCKET`].
    #[inline]
    pub(crate) fn bucket(&self, slot: u32) -> &'a [[u8; 8]] {
        let word = self.word(slot);
        let bit = 1_u64.wrapping_shl(slot & 63);
        if word & bit == 0 {
            return &[];
        }
        let below = (word & bit.wrapping_sub(1)).count_ones();
        let Some(rank) = self.ranks.get(cast::index(slot >> 6)) else {
            return &[];
        };
        let bucket = cast::index(u32::from_le_bytes(*rank).wrapping_add(below));
        let Some([from, to]) = self
            .bounds
            .split_at_checked(bucket)
            .and_then(|(_, rest)| rest.first_chunk::<2>())
        else {
            return &[];
        };
        let from = u32::from_le_bytes(*from);
        let count = u32::from_le_bytes(*to).wrapping_sub(from);
        let entries = run(self.entries, from, count).unwrap_or(&[]);
        entries.get(..MAX_BUCKET).unwrap_or(entries)
    }
}

/// Words of a table of `1 << log2` bits; `None` outside 6 to 20.
pub(crate) const fn words(log2: u8) -> Option<u32> {
    if log2 < 6 || log2 > 20 {
        return None;
    }
    Some(1_u32.wrapping_shl(cast::byte(log2).wrapping_sub(6)))
}
