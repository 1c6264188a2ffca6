//! A thread that is suspended at a call of the driver to the kernel, as any program may suspend its own.
//!
//! Windows suspends by a normal kernel APC: in a critical or guarded region, at raised IRQL and in threads of the system it
//! waits. So a thread stops at the call that was chosen or, where it cannot, at the first place behind it at which it can.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use super::{Injected, Kernel, lock};
use crate::cpu::thread::current;
use crate::fakes::sync::schedule::Ticket;
use crate::routine::Call;

/// Which thread is to be suspended, and where.
#[derive(Debug, Default)]
pub struct Suspension {
    on: AtomicBool,
    plan: Mutex<Plan>,
    resumed: Condvar,
}

#[derive(Debug, Default)]
struct Plan {
    at: Option<u64>,
    asked: bool,
    stopped: bool,
    resumed: bool,
    /// The suspended thread's place in the schedule.
    place: Ticket,
    seen: BTreeMap<u64, Injected>,
}

/// Whether this thread can be suspended now.
pub(super) fn possible() -> bool {
    current(|it| {
        it.critical.get() == 0 && it.irql.get() == 0 && !it.guarded.get() && !it.of_driver.get()
    })
}

impl Suspension {
    /// From now on notes every distinct call stack of threads that may be suspended, and suspends the first that comes
    /// to this one.
    pub fn begin(&self, at: Option<u64>) {
        *lock(&self.plan) = Plan {
            at,
            ..Plan::default()
        };
        self.on.store(true, Ordering::SeqCst);
    }

    /// The call stacks that were seen.
    pub fn seen(&self) -> Vec<Injected> {
        lock(&self.plan).seen.values().cloned().collect()
    }

    /// Whether a thread is suspended.
    pub fn is_stopped(&self) -> bool {
        lock(&self.plan).stopped
    }

    /// Lets it go on; from now on none is suspended.
    pub fn resume(&self, kernel: &Kernel) {
        self.on.store(false, Ordering::SeqCst);
        let mut plan = lock(&self.plan);
        plan.resumed = true;
        kernel.state.sync.schedule.admit(plan.place);
        self.resumed.notify_all();
    }

    fn is_watched(&self) -> bool {
        self.on.load(Ordering::SeqCst) && current(|it| it.suspendable.get())
    }

    /// A routine is about to run.
    pub(crate) fn before(&self, kernel: &Kernel, call: &Call<'_>) {
        if !self.is_watched() {
            return;
        }
        let place = Injected::of(kernel, call);
        {
            let mut plan = lock(&self.plan);
            plan.asked |= plan.at == Some(place.key);
            plan.seen.entry(place.key).or_insert(place);
        }
        self.after(kernel);
    }

    /// A routine has run.
    pub(crate) fn after(&self, kernel: &Kernel) {
        if !self.is_watched() || !possible() {
            return;
        }
        {
            let mut plan = lock(&self.plan);
            if !plan.asked || plan.stopped {
                return;
            }
            plan.stopped = true;
        }
        let sync = &kernel.state.sync;
        sync.wake(&mut sync.state());
        // The others go on without it, and may find that nothing ever will.
        let place = {
            let mut plan = lock(&self.plan);
            plan.place = sync.schedule.step_out();
            plan.place
        };
        let mut plan = lock(&self.plan);
        while !plan.resumed {
            let woken = self.resumed.wait(plan);
            plan = woken.unwrap_or_else(PoisonError::into_inner);
        }
        drop(plan);
        sync.schedule.arrive(place);
    }
}
