//! Locks, events, rundown protection, waiting, threads that the driver makes.
//!
//! One lock of the host protects the state of all of them, one condition wakes whoever waits. A driver thread that
//! waits counts as blocked, so that a test can go on when everything it set in motion has come to rest.

pub(crate) mod events;
pub(crate) mod gate;
pub(crate) mod locks;
pub(crate) mod rundown;
pub(crate) mod schedule;
pub(crate) mod threads;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::cpu::thread::current;
use crate::kernel::lock;
use schedule::Schedule;

/// How long a test waits for a driver that ought to come to rest.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The most that one look counts: a host that stood still for hours has not been waited for.
const LOOK: Duration = Duration::from_secs(1);

/// The state of the family.
#[derive(Debug, Default)]
pub(crate) struct Sync {
    state: Mutex<Waits>,
    changed: Condvar,
    pub(crate) schedule: schedule::Schedule,
}

#[derive(Debug, Default)]
pub(crate) struct Waits {
    pub(crate) locks: HashMap<u64, locks::Lock>,
    /// Locks that were taken while another was held: (held, taken).
    pub(crate) order: BTreeSet<(u64, u64)>,
    /// Locks by the thread that holds them, in the order taken.
    pub(crate) held: HashMap<u64, Vec<u64>>,
    pub(crate) events: HashMap<u64, events::Event>,
    pub(crate) rundowns: BTreeMap<u64, rundown::Rundown>,
    pub(crate) threads: HashMap<u64, threads::Thread>,
    /// Host threads that run for the driver: its system threads and the work items' worker.
    pub(crate) running: usize,
    /// How many of them wait.
    pub(crate) blocked: usize,
    /// How often waiting threads were told to look again.
    pub(crate) epoch: u64,
    /// Work items that have not run.
    pub(crate) queued: usize,
    pub(crate) next_thread: u64,
}

impl Sync {
    pub(crate) fn state(&self) -> MutexGuard<'_, Waits> {
        lock(&self.state)
    }

    /// Something changed that somebody may wait for: whoever waits looks again, and until then counts as running.
    pub(crate) fn wake(&self, state: &mut Waits) {
        state.blocked = 0;
        state.epoch += 1;
        self.changed.notify_all();
        self.schedule.change();
    }

    /// Waits until `done` answers, or `patience` of the host's time is over.
    pub(crate) fn wait<R>(
        &self,
        patience: Duration,
        mut done: impl FnMut(&mut Waits) -> Option<R>,
    ) -> Option<R> {
        let own = current(|it| it.of_driver.get());
        let mut state = self.state();
        let mut left = patience;
        // The epoch in which this thread was counted as blocked.
        let mut counted = None;
        let result = loop {
            if let Some(result) = done(&mut state) {
                break Some(result);
            }
            if left.is_zero() {
                break None;
            }
            if own && counted != Some(state.epoch) {
                state.blocked += 1;
                counted = Some(state.epoch);
                // Whoever waits for rest looks again.
                self.changed.notify_all();
                self.schedule.change();
            }
            if Schedule::is_on() {
                drop(state);
                let changed = self.schedule.wait();
                state = self.state();
                if !changed {
                    break None;
                }
            } else {
                let begun = Instant::now();
                let woken = self.changed.wait_timeout(state, left.min(LOOK));
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
                left = left.saturating_sub(begun.elapsed().min(LOOK));
            }
        };
        if counted == Some(state.epoch) {
            state.blocked -= 1;
        }
        result
    }

    /// Waits until everything that runs for the driver waits, and no work is queued.
    pub(crate) fn settle(&self) -> bool {
        let rest = |it: &mut Waits| (it.queued == 0 && it.running == it.blocked).then_some(());
        self.wait(PATIENCE, rest).is_some()
    }
}

pub(crate) fn routines() -> impl Iterator<Item = &'static crate::routine::Routine> {
    [
        locks::ROUTINES,
        events::ROUTINES,
        rundown::ROUTINES,
        threads::ROUTINES,
    ]
    .into_iter()
    .flatten()
}
