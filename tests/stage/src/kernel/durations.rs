//! How long the driver's functions take, by the host's clock; the kernel's own clock is simulated and says nothing of it.
//!
//! Two times are kept of each call: the whole, and what is left when the simulated kernel's routines are taken off. The
//! rest is the driver's machine code with the stage's switches of stacks, so an upper bound of the former. Nothing is
//! asserted of either anywhere: they depend on the host and on what else it does.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::lock;
use crate::cpu::thread::current;

/// One call of a function of the driver, from outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took {
    /// What was called, such as `pre-create`.
    pub callback: &'static str,
    /// From call to return.
    pub whole: Duration,
    /// The same without the kernel's routines that it called.
    pub driver: Duration,
}

/// The calls since they were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    on: AtomicBool,
    taken: Mutex<Vec<Took>>,
}

impl Durations {
    pub(crate) fn keep(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }

    pub(crate) fn take(&self) -> Vec<Took> {
        std::mem::take(&mut lock(&self.taken))
    }

    /// When a call begins, where calls are timed.
    pub(crate) fn begin(&self) -> Option<Instant> {
        self.on.load(Ordering::Relaxed).then(Instant::now)
    }

    /// A call of the driver ends.
    pub(crate) fn end(&self, callback: &'static str, begin: Option<Instant>) {
        if let Some(begin) = begin {
            let whole = begin.elapsed();
            let routines = current(|it| it.in_routines.take());
            lock(&self.taken).push(Took {
                callback,
                whole,
                driver: whole.saturating_sub(routines),
            });
        }
    }

    /// An outermost routine of the kernel ends.
    pub(crate) fn routine_ends(&self, begin: Option<Instant>) {
        if let Some(begin) = begin {
            let so_far = current(|it| it.in_routines.get());
            current(|it| it.in_routines.set(so_far + begin.elapsed()));
        }
    }
}
