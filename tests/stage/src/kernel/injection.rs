//! Failures on demand: a routine that can fail is made to fail, once for each distinct call stack.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Kernel, lock};
use crate::cpu::thread::current;
use crate::fakes::sync::locks::thread;
use crate::routine::Call;

/// A place from which a routine that can fail was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injected {
    /// The call stack's hash, relative to the image's base: equal in every run.
    pub key: u64,
    /// The routine.
    pub routine: &'static str,
    /// The driver's functions, innermost first.
    pub stack: Vec<String>,
}

impl Injected {
    /// The place of a call.
    pub(super) fn of(kernel: &Kernel, call: &Call<'_>) -> Self {
        let places = kernel.places(&call.registers());
        let mut hasher = DefaultHasher::new();
        call.name.hash(&mut hasher);
        for place in &places {
            (place - kernel.image().base()).hash(&mut hasher);
        }
        let name = |it: &u64| kernel.image().symbolise(*it);
        Self {
            key: hasher.finish(),
            routine: call.name,
            stack: places.iter().map(name).collect(),
        }
    }
}

/// Which calls are to fail.
#[derive(Debug, Default)]
pub struct Injection {
    on: AtomicBool,
    state: Mutex<Plan>,
}

#[derive(Debug, Default)]
struct Plan {
    /// Call stacks still to fail, each once.
    fail: Vec<u64>,
    /// After the first failure, which of the calls that follow in the same callback is to fail too: 1 is the next.
    second: Option<u32>,
    /// The call into the driver, by thread and number, in which the first one failed.
    entry: Option<(u64, u64)>,
    seen: BTreeMap<u64, Injected>,
    failed: Vec<Injected>,
}

impl Injection {
    /// From now on notes every distinct call stack of a routine that can fail, and fails these, each once.
    pub fn begin(&self, fail: &[u64]) {
        *lock(&self.state) = Plan {
            fail: fail.to_vec(),
            ..Plan::default()
        };
        self.on.store(true, Ordering::Relaxed);
    }

    /// The same for one call stack; of the calls that follow it in the same callback, another fails too: 1 is the next.
    pub fn begin_pair(&self, first: u64, second: u32) {
        self.begin(&[first]);
        lock(&self.state).second = Some(second);
    }

    /// Ends it: the distinct call stacks that were seen, and what was made to fail.
    pub fn end(&self) -> (Vec<Injected>, Vec<Injected>) {
        self.on.store(false, Ordering::Relaxed);
        let plan = std::mem::take(&mut *lock(&self.state));
        (plan.seen.into_values().collect(), plan.failed)
    }

    pub(crate) fn fails(&self, kernel: &Kernel, call: &Call<'_>) -> bool {
        if !self.on.load(Ordering::Relaxed) {
            return false;
        }
        let injected = Injected::of(kernel, call);
        let key = injected.key;
        let entry = Some((thread(), current(|it| it.entries.get())));
        let mut plan = lock(&self.state);
        plan.seen.entry(key).or_insert_with(|| injected.clone());
        let fails = match plan.fail.iter().position(|it| *it == key) {
            Some(at) => {
                plan.fail.swap_remove(at);
                plan.entry = entry;
                true
            }
            None if plan.failed.is_empty() || plan.entry != entry => false,
            None => {
                plan.second = plan.second.and_then(|it| it.checked_sub(1));
                plan.second == Some(0)
            }
        };
        if fails {
            plan.failed.push(injected);
        }
        fails
    }
}
