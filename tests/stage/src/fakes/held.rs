//! What the driver holds: references, handles, registrations. All of it must be gone when it has unloaded.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::routine::Call;

/// What is held, by kind and by object or handle.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<BTreeMap<(&'static str, u64), Entry>>);

#[derive(Debug)]
struct Entry {
    count: u64,
    /// The driver's functions that led to the first of them.
    places: Vec<u64>,
}

impl Held {
    /// The driver now holds one more.
    pub(crate) fn take(&self, kernel: &Kernel, call: &Call<'_>, kind: &'static str, object: u64) {
        let mut held = lock(&self.0);
        let entry = held.entry((kind, object)).or_insert_with(|| Entry {
            count: 0,
            places: kernel.places(&call.registers()),
        });
        entry.count += 1;
    }

    /// The driver holds one less; one that it did not hold is a finding, and the answer `false`.
    pub(crate) fn give(&self, call: &Call<'_>, kind: &'static str, object: u64) -> bool {
        let mut held = lock(&self.0);
        if let Some(entry) = held.get_mut(&(kind, object)) {
            entry.count -= 1;
            if entry.count == 0 {
                held.remove(&(kind, object));
            }
            return true;
        }
        drop(held);
        call.wrong(
            Check::Reference,
            format!("{kind} {object:#x} is not held by the driver"),
        );
        false
    }

    /// Whether the driver holds one.
    pub(crate) fn has(&self, kind: &'static str, object: u64) -> bool {
        lock(&self.0).contains_key(&(kind, object))
    }

    /// Reports everything that is still held.
    pub(crate) fn report(&self, kernel: &Kernel) {
        for ((kind, object), entry) in std::mem::take(&mut *lock(&self.0)) {
            let stack = entry
                .places
                .iter()
                .map(|it| kernel.image().symbolise(*it))
                .collect();
            let what = format!("{} {kind} still held: {object:#x}", entry.count);
            kernel.report(Check::Leak, what, None, stack);
        }
    }
}
