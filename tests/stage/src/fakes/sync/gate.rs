//! Callbacks that run, and who waits until none does: removing a callback waits for those under way.

use std::sync::atomic::{AtomicU64, Ordering};

use super::PATIENCE;
use crate::kernel::Kernel;

/// How many threads are inside.
#[derive(Debug, Default)]
pub(crate) struct Gate(AtomicU64);

/// A thread inside; it leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Inside<'a> {
    kernel: &'a Kernel,
    gate: &'a Gate,
}

impl Gate {
    /// Enters; what the callback needs must be read after this.
    pub(crate) fn enter<'a>(&'a self, kernel: &'a Kernel) -> Inside<'a> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Inside { kernel, gate: self }
    }

    /// Waits until nobody is inside; `false` where that takes too long.
    pub(crate) fn wait_idle(&self, kernel: &Kernel) -> bool {
        let idle = |_: &mut super::Waits| (self.0.load(Ordering::SeqCst) == 0).then_some(());
        kernel.state.sync.wait(PATIENCE, idle).is_some()
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.gate.0.fetch_sub(1, Ordering::SeqCst);
        let sync = &self.kernel.state.sync;
        sync.wake(&mut sync.state());
    }
}
