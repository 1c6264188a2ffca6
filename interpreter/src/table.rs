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

/// The entries of the slot's bucket, at most [`MAX_BUCKET`]; for a slot whose bit is set.
#[inline(always)]
pub(crate) fn bucket<'a>(content: &Content<'a>, record: &TableRecord, slot: u32) -> &'a [[u8; 8]] {
    let bound = cast::index(record.bounds_start).wrapping_add(cast::index(slot >> 3));
    let Some([from, to]) = content
        .bounds
        .split_at_checked(bound)
        .and_then(|(_, rest)| rest.first_chunk::<2>())
    else {
        return &[];
    };
    let from = u32::from_le_bytes(*from);
    let count = u32::from_le_bytes(*to).wrapping_sub(from);
    if cast::index(count) > MAX_BUCKET {
        return &[];
    }
    let from = record.entries_start.wrapping_add(from);
    run(content.entries, from, count).unwrap_or(&[])
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
