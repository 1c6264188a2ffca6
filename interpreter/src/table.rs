//! Hash tables in content: bits, bounds, entries.
//!
//! A key's hash numbers a bit. A clear bit has no entry, so the bits alone answer most probes and fit the
//! first-level cache. Eight bits, one byte, share a bucket of at most eight entries, and a bound says where it
//! begins: there are about as many buckets as entries, so most hold one. Which of them is the key's, tags tell.

use crate::cast;
use crate::content::{Content, run};
use crate::layout::TableRecord;
use crate::limits::MAX_BUCKET;

/// A table opened for look-ups. Nothing that its bytes say is believed: a look-up that leads outside finds nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    pub(crate) log2: u8,
    pub(crate) bits: &'a [[u8; 8]],
    pub(crate) bounds: &'a [[u8; 4]],
    pub(crate) entries: &'a [[u8; 8]],
}

impl<'a> Table<'a> {
    /// A table without entries.
    pub(crate) const EMPTY: Self = Self {
        log2: 6,
        bits: &[],
        bounds: &[],
        entries: &[],
    };

    /// The table, or `None` where the record says that there is none or leads outside the content.
    #[inline(always)]
    pub(crate) fn open(content: &Content<'a>, record: &TableRecord) -> Option<Self> {
        let words = words(record.log2)?;
        let bounds = buckets(record.log2).wrapping_add(1);
        Some(Self {
            log2: record.log2,
            bits: run(content.bits, record.bits_start, words)?,
            bounds: run(content.bounds, record.bounds_start, bounds)?,
            entries: run(content.entries, record.entries_start, record.entries_count)?,
        })
    }

    /// The slot's bit: 1 where its bucket has an entry for it.
    #[inline(always)]
    pub(crate) fn bit(&self, slot: u32) -> u64 {
        match self.bits.get(cast::index(slot >> 6)) {
            Some(word) => bit(*word, slot),
            None => 0,
        }
    }

    /// The entries of the slot's bucket, at most [`MAX_BUCKET`]; for a slot whose bit is set.
    #[inline(always)]
    pub(crate) fn bucket(&self, slot: u32) -> &'a [[u8; 8]] {
        let Some([from, to]) = self
            .bounds
            .split_at_checked(cast::index(slot >> 3))
            .and_then(|(_, rest)| rest.first_chunk::<2>())
        else {
            return &[];
        };
        let from = u32::from_le_bytes(*from);
        let count = u32::from_le_bytes(*to).wrapping_sub(from);
        if cast::index(count) > MAX_BUCKET {
            return &[];
        }
        run(self.entries, from, count).unwrap_or(&[])
    }
}

/// One of a word's bits: that with the slot's number modulo 64.
#[inline(always)]
pub(crate) fn bit(word: [u8; 8], slot: u32) -> u64 {
    u64::from_le_bytes(word).wrapping_shr(slot & 63) & 1
}

/// Words of a table of `1 << log2` bits; `None` outside 6 to 20.
pub(crate) const fn words(log2: u8) -> Option<u32> {
    if log2 < 6 || log2 > 20 {
        return None;
    }
    Some(1_u32.wrapping_shl(cast::byte(log2).wrapping_sub(6)))
}

/// Buckets of a table of `1 << log2` bits.
pub(crate) const fn buckets(log2: u8) -> u32 {
    1_u32.wrapping_shl(cast::byte(log2).wrapping_sub(3))
}
