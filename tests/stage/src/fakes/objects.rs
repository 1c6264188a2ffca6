//! Objects whose structure the driver must not know: addresses that cannot be read.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::arena::Region;
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::routine::{Call, DISPATCH, Routine, routine};

/// Addresses for more objects than the longest run makes: none is ever another's. Valgrind gives no more than this.
const SPACE: usize = 1 << 34;
/// Objects are so large that a driver which adds an offset still lands in them, or in another.
const SIZE: usize = 0x100;

/// Addresses for opaque objects.
#[derive(Debug)]
pub(crate) struct Objects {
    region: Region,
    next: AtomicUsize,
    names: Mutex<HashMap<usize, &'static str>>,
}

impl Objects {
    pub(crate) fn new() -> Self {
        Self {
            region: Region::new(SPACE),
            next: AtomicUsize::new(SIZE),
            names: Mutex::default(),
        }
    }

    /// The address of a new object.
    pub(crate) fn new_address(&self) -> u64 {
        let offset = self.next.fetch_add(SIZE, Ordering::Relaxed);
        assert!(offset < SPACE, "no addresses for objects are left");
        self.region.base() + offset as u64
    }

    /// The same, with what it is.
    pub(crate) fn new_named(&self, name: &'static str) -> u64 {
        let address = self.new_address();
        lock(&self.names).insert((address - self.region.base()) as usize / SIZE, name);
        address
    }

    pub(crate) fn place(&self, address: u64) -> Option<(Check, String)> {
        if !self.region.contains(address) {
            return None;
        }
        let number = (address - self.region.base()) as usize / SIZE;
        let names = self.names.try_lock().ok();
        let name = names.and_then(|it| it.get(&number).copied());
        Some((
            Check::Opaque,
            format!("inside {}", name.unwrap_or("an object")),
        ))
    }
}

/// The kind under which references to objects are held.
pub(crate) const OBJECT: &str = "object reference";

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "ObfReferenceObject",
        "wdm/nf-wdm-obfreferenceobject",
        DISPATCH,
        reference,
    ),
    routine(
        "ObfDereferenceObject",
        "wdm/nf-wdm-obdereferenceobject",
        DISPATCH,
        dereference,
    ),
];

fn reference(kernel: &Kernel, call: &Call<'_>) -> u64 {
    kernel.state.held.take(kernel, call, OBJECT, call.u64(0));
    1
}

fn dereference(kernel: &Kernel, call: &Call<'_>) -> u64 {
    kernel.state.held.give(call, OBJECT, call.u64(0));
    0
}

#[cfg(test)]
mod tests {
    use super::Objects;

    #[test]
    fn no_address_is_given_twice() {
        let objects = Objects::new();
        let first = objects.new_address();
        assert!((0..1_000_000).all(|_| objects.new_address() != first));
    }
}
