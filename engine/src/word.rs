//! The one atomic type that is shared between processors, behind a trait so that a model checker can stand in for it.

use core::sync::atomic::{AtomicU64, Ordering};

/// A 64-bit atomic word, with the orderings that this crate uses and no others.
pub trait Word {
    /// Reads.
    fn load(&self, order: Ordering) -> u64;
    /// Writes.
    fn store(&self, value: u64, order: Ordering);
    /// Adds, wrapping, and returns what was there.
    fn fetch_add(&self, value: u64, order: Ordering) -> u64;
    /// Sets bits and returns what was there.
    fn fetch_or(&self, value: u64, order: Ordering) -> u64;
    /// Replaces `current` by `new`, or returns what was there; may fail for no reason. On failure nothing is ordered.
    ///
    /// # Errors
    /// What was there.
    fn compare_exchange_weak(&self, current: u64, new: u64, success: Ordering) -> Result<u64, u64>;
}

impl Word for AtomicU64 {
    #[inline(always)]
    fn load(&self, order: Ordering) -> u64 {
        AtomicU64::load(self, order)
    }

    #[inline(always)]
    fn store(&self, value: u64, order: Ordering) {
        AtomicU64::store(self, value, order);
    }

    #[inline(always)]
    fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
        AtomicU64::fetch_add(self, value, order)
    }

    #[inline(always)]
    fn fetch_or(&self, value: u64, order: Ordering) -> u64 {
        AtomicU64::fetch_or(self, value, order)
    }

    #[inline(always)]
    fn compare_exchange_weak(&self, current: u64, new: u64, success: Ordering) -> Result<u64, u64> {
        AtomicU64::compare_exchange_weak(self, current, new, success, Ordering::Relaxed)
    }
}
