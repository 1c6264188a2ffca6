//! A value that is read at every event and replaced now and then: two permanent slots under cache-aware rundown.
//!
//! Which slot may be read and which written is the engine's [`Switch`]; here are the values, and the critical region in
//! which a reader cannot be suspended. No memory that a reader could still look at is freed: the rundown's memory lives
//! until no callback is registered any more.

use core::cell::UnsafeCell;
use core::sync::atomic::AtomicU64;

use cofferdam_engine::swap::{NONE, Switch};
use wdk_sys::NTSTATUS;

use super::sync::{Exclusive, Rundown, critical_region};

struct Slot<T> {
    rundown: Rundown,
    value: UnsafeCell<Option<T>>,
}

/// See the module.
pub struct Swap<T> {
    slots: [Slot<T>; 2],
    switch: Switch<AtomicU64>,
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
            switch: Switch::new(AtomicU64::new(NONE)),
            writer: Exclusive::new(()),
        }
    }

    /// Gets the rundowns' memory. At PASSIVE_LEVEL, before anyone reads.
    pub fn allocate(&self) -> Result<(), NTSTATUS> {
        self.slots
            .iter()
            .try_for_each(|slot| slot.rundown.allocate())
    }

    fn gates(&self) -> [&Rundown; 2] {
        let [zero, one] = &self.slots;
        [&zero.rundown, &one.rundown]
    }

    /// Runs `action` on the active value; `None` where there is none. At or below APC_LEVEL.
    pub fn read<R>(&self, mut action: impl FnMut(&T) -> R) -> Option<R> {
        critical_region(|| {
            let outcome = self.switch.read(self.gates(), |at| {
                let slot = self.slots.get(at)?;
                // SAFETY: entered and active: no writer touches the slot before this reader leaves.
                let value = unsafe { &*slot.value.get() };
                value.as_ref().map(&mut action)
            });
            outcome.flatten()
        })
    }

    /// Makes `value` the active one. At PASSIVE_LEVEL, holding no lock. Gives the value back while another replaces.
    pub fn replace(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.writer.try_with(|()| {
            self.switch.replace(self.gates(), |at| {
                if let Some(slot) = self.slots.get(at) {
                    // SAFETY: not active and closed: the one writer is alone with it.
                    unsafe { *slot.value.get() = value.take() };
                }
            });
        });
        value.map_or(Ok(()), Err)
    }

    /// Makes nothing active and frees what both slots hold. As [`replace`](Self::replace).
    pub fn clear(&self) {
        self.switch.clear(self.gates(), |at| {
            if let Some(slot) = self.slots.get(at) {
                // SAFETY: closed, and nobody replaces while the driver unloads.
                unsafe { *slot.value.get() = None };
            }
        });
    }

    /// Frees the rundowns' memory, once no callback can read.
    pub fn free(&self) {
        self.clear();
        for slot in &self.slots {
            slot.rundown.free();
        }
    }
}
