//! Which thread runs: in a scheduled machine one at a time, chosen by a seed at every call of the driver to the kernel.
//!
//! The same seed gives the same order of everything. Threads that wait run again only when something has changed that they may
//! wait for; when all of them wait, nothing ever will, and the last one is told so.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::cpu::thread::current;
use crate::kernel::lock;

/// The schedule of a machine.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    plan: Mutex<Plan>,
    turn: Condvar,
}

#[derive(Debug, Default)]
struct Plan {
    random: u64,
    /// The thread that runs.
    running: Option<u64>,
    /// All threads; those that wait, with how much had changed when they began to.
    threads: BTreeMap<u64, Option<u64>>,
    next: u64,
    changes: u64,
    switches: u64,
}

impl Plan {
    /// A number below `limit`, by xorshift.
    fn below(&mut self, limit: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % limit as u64) as usize
    }

    /// Chooses who runs next; whether there is anybody.
    fn choose(&mut self) -> bool {
        let changes = self.changes;
        let able = |since: &Option<u64>| since.is_none_or(|since| since < changes);
        let able: Vec<u64> = self
            .threads
            .iter()
            .filter(|(_, since)| able(since))
            .map(|(thread, _)| *thread)
            .collect();
        self.running = match able.len() {
            0 => None,
            count => Some(able[self.below(count)]),
        };
        self.switches += 1;
        self.running.is_some()
    }
}

/// A place in the schedule.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ticket(Option<u64>);

impl Schedule {
    /// From now on this thread, and those that are made by threads of the machine, run one at a time.
    pub(crate) fn begin(&self, seed: u64) {
        let mut plan = lock(&self.plan);
        // Zero would stay zero.
        plan.random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        plan.threads.insert(0, None);
        plan.next = 1;
        plan.running = Some(0);
        current(|it| it.scheduled.set(Some(0)));
    }

    /// How often another thread could have been chosen.
    pub(crate) fn switches(&self) -> u64 {
        lock(&self.plan).switches
    }

    /// A place for a thread that this one makes.
    pub(crate) fn ticket(&self) -> Ticket {
        if current(|it| it.scheduled.get()).is_none() {
            return Ticket(None);
        }
        let mut plan = lock(&self.plan);
        let thread = plan.next;
        plan.next += 1;
        plan.threads.insert(thread, None);
        Ticket(Some(thread))
    }

    /// The thread with this ticket begins: it waits for its turn.
    pub(crate) fn arrive(&self, ticket: Ticket) {
        let Some(thread) = ticket.0 else {
            return;
        };
        current(|it| it.scheduled.set(Some(thread)));
        self.until_turn(thread);
    }

    /// The thread with this ticket, which had stepped out, may be chosen again.
    pub(crate) fn admit(&self, ticket: Ticket) {
        if let Some(thread) = ticket.0 {
            let mut plan = lock(&self.plan);
            plan.threads.insert(thread, None);
            if plan.running.is_none() {
                plan.running = Some(thread);
            }
        }
    }

    /// The thread ends.
    pub(crate) fn depart(&self) {
        self.step_out();
    }

    /// This thread waits for others outside the schedule; its ticket to come back.
    pub(crate) fn step_out(&self) -> Ticket {
        let thread = current(|it| it.scheduled.take());
        if let Some(thread) = thread {
            let mut plan = lock(&self.plan);
            plan.threads.remove(&thread);
            plan.changes += 1;
            plan.choose();
            self.turn.notify_all();
        }
        Ticket(thread)
    }

    fn until_turn(&self, thread: u64) {
        let mut plan = lock(&self.plan);
        while plan.running != Some(thread) {
            plan = self.turn.wait(plan).unwrap_or_else(PoisonError::into_inner);
        }
        plan.threads.insert(thread, None);
    }

    /// Another thread may run here.
    pub(crate) fn point(&self) {
        let Some(thread) = current(|it| it.scheduled.get()) else {
            return;
        };
        {
            let mut plan = lock(&self.plan);
            plan.choose();
            if plan.running == Some(thread) {
                return;
            }
            self.turn.notify_all();
        }
        self.until_turn(thread);
    }

    /// Whether this thread is one of the schedule's.
    pub(crate) fn is_on() -> bool {
        current(|it| it.scheduled.get()).is_some()
    }

    /// Something has changed that others may wait for.
    pub(crate) fn change(&self) {
        if Self::is_on() {
            lock(&self.plan).changes += 1;
        }
    }

    /// Lets others run until something changes; `false` where nothing ever will.
    pub(crate) fn wait(&self) -> bool {
        let Some(thread) = current(|it| it.scheduled.get()) else {
            return true;
        };
        {
            let mut plan = lock(&self.plan);
            let changes = plan.changes;
            plan.threads.insert(thread, Some(changes));
            if !plan.choose() {
                plan.running = Some(thread);
                plan.threads.insert(thread, None);
                return false;
            }
            self.turn.notify_all();
        }
        self.until_turn(thread);
        true
    }
}
