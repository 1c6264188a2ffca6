//! The telemetry ring: records from any processor at any IRQL to one reader.
//!
//! Guarantees: a producer never waits and never loops without bound; a record is read whole or not at all, once, in the
//! order of its sequence number; every record that was offered is read, still waits, or was counted as dropped, exactly.
//! A full ring drops the *new* record: what was reported first stays.
//!
//! Each slot has a state word beside its record. In lap n (the n-th time around) it is 2n while free, 2n + 1 once
//! written; the reader makes it 2n + 2, which is free for the next lap. So zeroed memory is an empty ring. A producer
//! claims a slot by moving the tail, writes the record with plain stores, then publishes by a release store of the
//! state; the reader's acquire load of it sees the whole record. A producer that is interrupted between the two stops
//! the reader at its record, not the other producers.
//!
//! Trusts: one reader at a time, which the caller sees to.

use core::sync::atomic::{AtomicU64, Ordering};

use cofferdam_interpreter::cast;

use crate::protocol::RECORD_WORDS;
use crate::word::Word;

/// Words before the slots: tail, head and drop counter, each in cache lines of its own.
pub const CONTROL_WORDS: usize = 48;

const TAIL: usize = 0;
const HEAD: usize = 16;
const DROPPED: usize = 32;

/// How often a producer tries to claim a slot while others are quicker. Each failure means that another one succeeded,
/// so running out of tries takes as many processors at once.
const TRIES: u32 = 256;

/// A ring over the caller's words.
#[derive(Debug)]
pub struct Ring<'m, W = AtomicU64, const RECORD: usize = RECORD_WORDS> {
    tail: &'m W,
    head: &'m W,
    dropped: &'m W,
    slots: &'m [W],
    /// Base-2 logarithm of the number of slots.
    log2: u32,
}

/// Words that a ring of `2^log2` records of `record` words needs.
#[must_use]
pub const fn words(log2: u32, record: usize) -> usize {
    1_usize
        .wrapping_shl(log2)
        .saturating_mul(record.saturating_add(1))
        .saturating_add(CONTROL_WORDS)
}

impl<'m, W: Word, const RECORD: usize> Ring<'m, W, RECORD> {
    /// Over zeroed words: the largest power of two of slots that they hold; `None` where they hold not one.
    #[must_use]
    pub fn new(memory: &'m [W]) -> Option<Self> {
        let mut log2 = 0_u32;
        while log2 < 31 && words(log2.wrapping_add(1), RECORD) <= memory.len() {
            log2 = log2.wrapping_add(1);
        }
        let (control, slots) = memory.split_at_checked(CONTROL_WORDS)?;
        let slots = slots.get(..words(log2, RECORD).checked_sub(CONTROL_WORDS)?)?;
        Some(Self {
            tail: control.get(TAIL)?,
            head: control.get(HEAD)?,
            dropped: control.get(DROPPED)?,
            slots,
            log2,
        })
    }

    /// Records that it holds at the most.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        1_u32.wrapping_shl(self.log2)
    }

    /// Records dropped so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// The sequence number of the next record.
    #[must_use]
    pub fn next_sequence(&self) -> u64 {
        self.tail.load(Ordering::Relaxed)
    }

    /// Records that were claimed and not yet read.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        let head = self.head.load(Ordering::Relaxed);
        let waiting = self.next_sequence().wrapping_sub(head);
        cast::low32(waiting.min(self.capacity().into()))
    }

    /// Whether the reader would get a record now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let position = self.head.load(Ordering::Relaxed);
        self.slot(position).is_some_and(|(state, _)| {
            state.load(Ordering::Acquire) == self.free_state(position).wrapping_add(1)
        })
    }

    /// Puts a record into the ring, or counts it as dropped; whether it is in.
    ///
    /// `record` is given the record's sequence number and the number of records dropped before, and says its words;
    /// what it does not say is zero, what it says beyond a record is left out.
    pub fn push<I: Iterator<Item = u64>>(&self, record: impl FnOnce(u64, u64) -> I) -> bool {
        let Some((position, state, slot)) = self.claim() else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return false;
        };
        let mut words = record(position, self.dropped());
        for place in slot {
            place.store(words.next().unwrap_or(0), Ordering::Relaxed);
        }
        let written = self.free_state(position).wrapping_add(1);
        state.store(written, Ordering::Release);
        true
    }

    /// Takes the next record out, little-endian; false where there is none. For one reader at a time.
    ///
    /// `out` gets the record's first bytes where it is shorter.
    pub fn pop(&self, out: &mut [u8]) -> bool {
        let position = self.head.load(Ordering::Relaxed);
        let Some((state, slot)) = self.slot(position) else {
            return false;
        };
        let free = self.free_state(position);
        if state.load(Ordering::Acquire) != free.wrapping_add(1) {
            return false;
        }
        let (places, _) = out.as_chunks_mut::<8>();
        for (place, word) in places.iter_mut().zip(slot) {
            *place = word.load(Ordering::Relaxed).to_le_bytes();
        }
        state.store(free.wrapping_add(2), Ordering::Release);
        self.head.store(position.wrapping_add(1), Ordering::Relaxed);
        true
    }

    /// Claims the slot at the tail; `None` where the ring is full.
    fn claim(&self) -> Option<(u64, &'m W, &'m [W])> {
        let mut position = self.tail.load(Ordering::Relaxed);
        for _ in 0..TRIES {
            let (state, slot) = self.slot(position)?;
            let lead = state
                .load(Ordering::Acquire)
                .wrapping_sub(self.free_state(position));
            if lead == 0 {
                let next = position.wrapping_add(1);
                match self
                    .tail
                    .compare_exchange_weak(position, next, Ordering::Relaxed)
                {
                    Ok(_) => return Some((position, state, slot)),
                    Err(now) => position = now,
                }
            } else if lead > u64::MAX >> 1 {
                // Still of the lap before: not read yet.
                return None;
            } else {
                position = self.tail.load(Ordering::Relaxed);
            }
        }
        None
    }

    /// The state of the position's slot while it is free for the position's lap.
    fn free_state(&self, position: u64) -> u64 {
        position.wrapping_shr(self.log2).wrapping_mul(2)
    }

    /// The position's state word and record.
    fn slot(&self, position: u64) -> Option<(&'m W, &'m [W])> {
        let index = cast::low32(position) & self.capacity().wrapping_sub(1);
        let size = RECORD.saturating_add(1);
        let start = cast::index(index).saturating_mul(size);
        let slot = self.slots.get(start..start.saturating_add(size))?;
        slot.split_first()
    }
}
