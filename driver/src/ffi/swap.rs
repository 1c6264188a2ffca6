//! A value that is read at every event and replaced now and then: two permanent slots under cache-aware rundown.
//!
//! A reader enters the active slot and reads the active index again before it looks: so it never sees a slot that is
//! being written. A writer takes the slot that is not active, waits until the last reader has left it, replaces what it
//! holds and makes it active. What was active stays where it is until the next replacement. No memory that a reader
//! could still look at is freed: the rundown's memory lives until no callback is registered any more.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicUsize, Ordering};

use wdk_sys::NTSTATUS;

use super::sync::{Exclusive, Rundown, critical_region};

/// No slot is active.
const NONE: usize = 2;

struct Slot<T> {
    rundown: Rundown,
    value: UnsafeCell<Option<T>>,
}

/// See the module.
pub struct Swap<T> {
    slots: [Slot<T>; 2],
    active: AtomicUsize,
    writer: Exclusive<()>,
}

// SAFETY: readers share the value of a slot that they have entered; the one writer changes a slot that it has closed.
unsafe impl<T: Send + Sync> Sync for Swap<T> {}

impl<T> Swap<T> {
    /// Holds nothing.
    pub const fn new() -> Self {
        const fn slot<T>() -> Slot<T> {
            Slot {
                rundown: Rundown::new(),
                value: UnsafeCell::new(None),
            }
        }
        Self {
            slots: [slot(), slot()],
            active: AtomicUsize::new(NONE),
            writer: Exclusive::new(()),
        }
    }

    /// Gets the rundowns' memory. At PASSIVE_LEVEL, before anyone reads.
    pub fn allocate(&self) -> Result<(), NTSTATUS> {
        self.slots
            .iter()
            .try_for_each(|slot| slot.rundown.allocate())
    }

    /// Runs `action` on the active value; `None` where there is none. At or below APC_LEVEL.
    pub fn read<R>(&self, mut action: impl FnMut(&T) -> R) -> Option<R> {
        critical_region(|| {
            // Each turn but the last saw a writer pass; events cannot be judged faster than content is replaced, so
            // the bound is never met, and meeting it lets one event pass unjudged.
            for _ in 0..4 {
                let at = self.active.load(Ordering::Acquire);
                let slot = self.slots.get(at)?;
                let outcome = slot.rundown.enter(|| {
                    if self.active.load(Ordering::Acquire) != at {
                        return None;
                    }
                    // SAFETY: entered and active: no writer touches the slot before this reader leaves.
                    let value = unsafe { &*slot.value.get() };
                    Some(value.as_ref().map(&mut action))
                });
                if let Some(Some(outcome)) = outcome {
                    return outcome;
                }
            }
            None
        })
    }

    /// Makes `value` the active one. At PASSIVE_LEVEL, holding no lock. Gives the value back while another replaces.
    pub fn replace(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.writer.try_with(|()| {
            let at = usize::from(self.active.load(Ordering::Acquire) == 0);
            if let Some(slot) = self.slots.get(at) {
                slot.rundown.close();
                // SAFETY: not active and closed: the one writer is alone with it.
                unsafe { *slot.value.get() = value.take() };
                slot.rundown.open();
                self.active.store(at, Ordering::Release);
            }
        });
        value.map_or(Ok(()), Err)
    }

    /// Makes nothing active and frees what both slots hold. As [`replace`](Self::replace).
    pub fn clear(&self) {
        self.active.store(NONE, Ordering::Release);
        for slot in &self.slots {
            slot.rundown.close();
            // SAFETY: closed, and nobody replaces while the driver unloads.
            unsafe { *slot.value.get() = None };
            slot.rundown.open();
        }
    }

    /// Frees the rundowns' memory, once no callback can read.
    pub fn free(&self) {
        self.clear();
        for slot in &self.slots {
            slot.rundown.free();
        }
    }
}
