//! Hash tables in content: bits, bounds, entries.
//!
//! A key's hash numbers a bit. A clear bit has no entry, so the bits alone answer most probes and fit the
//! first-level cache. Eight bits, one byte, share a bucket of at most eight entries, and a bound says where it
//! begins: there are about as many buckets as entries, so most hold one. Which of them is the key's, tags tell.

use crate::cast;
use crate::content::{Content, run};
use crate::key::Key;
use crate::layout::TableRecord;
use crate::limits::MAX_BUCKET;

/// A table's bits. Nothing that the content says of them is believed: a slot outside them is clear.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits<'a> {
    pub(crate) log2: u8,
    bits: &'a [[u8; 8]],
}

impl<'a> Bits<'a> {
    /// The table's bits; none where the record says that there is no table or leads outside the content.
    #[inline(always)]
    pub(crate) fn open(content: &Content<'a>, record: &TableRecord) -> Self {
        let words = words(record.log2).unwrap_or(0);
        Self {
            log2: record.log2,
            bits: run(content.bits, record.bits_start, words).unwrap_or(&[]),
        }
    }

    /// The slot's bit: 1 where its bucket has an entry for it.
    #[inline(always)]
    pub(crate) fn bit(&self, slot: u32) -> u64 {
        match self.bits.get(cast::index(slot >> 6)) {
            Some(word) => bit(*word, slot),
            None => 0,
        }
    }

    /// Whether the key's bit is set.
    #[inline(always)]
    pub(crate) fn has(&self, key: Key) -> bool {
        self.bit(key.slot(self.log2)) != 0
    }
}

/// A table's buckets. Nothing that the content says of them is believed either: a bucket outside them is empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buckets<'a> {
    log2: u8,
    bounds: &'a [[u8; 4]],
    entries: &'a [[u8; 8]],
}

impl<'a> Buckets<'a> {
    #[inline(always)]
    pub(crate) fn open(content: &Content<'a>, record: &TableRecord) -> Self {
        let count = buckets(record.log2).wrapping_add(1);
        let (start, entries) = (record.entries_start, record.entries_count);
        Self {
            log2: record.log2,
            bounds: run(content.bounds, record.bounds_start, count).unwrap_or(&[]),
            entries: run(content.entries, start, entries).unwrap_or(&[]),
        }
    }

    /// The entries of the key's bucket, at most [`MAX_BUCKET`]; for a key whose bit is set.
    #[inline(always)]
    pub(crate) fn of(&self, key: Key) -> &'a [[u8; 8]] {
        let bucket = cast::index(key.slot(self.log2) >> 3);
        let bounds = self
            .bounds
            .get(bucket..)
            .and_then(|bounds| bounds.first_chunk());
        let Some([from, to]) = bounds else {
            return &[];
        };
        let (from, to) = (u32::from_le_bytes(*from), u32::from_le_bytes(*to));
        let bucket = self.entries.get(cast::index(from)..cast::index(to));
        bucket
            .filter(|bucket| bucket.len() <= MAX_BUCKET)
            .unwrap_or(&[])
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
