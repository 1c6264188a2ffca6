//! Power cuts: every state that the content slots can come into, exhaustively.
//!
//! A simulated disk loses, tears and reorders what was not flushed. From a fresh machine, every sequence of booting,
//! uploading, proving, rolling back, stopping in order and stopping suddenly is tried, with power cut, and with a failing
//! disk, at every write and flush of each; after a cut, with every state that the disk can be in. States that are the
//! same but for record numbers are visited once; versions and orders are few, so the search ends.
//!
//! What must hold in every one is in [`ghost`]: it remembers what the machine was told and what it answered.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a test may panic: that is how it fails"
)]

#[path = "power/disk.rs"]
mod disk;
#[path = "power/ghost.rs"]
mod ghost;
#[path = "power/machine.rs"]
mod machine;
#[path = "support/record.rs"]
mod record;

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use disk::{Disk, Fault};
use ghost::Ghost;
use machine::{Action, Machine, State, Step};

/// Versions that exist and orders that may be given: `COFFERDAM_POWER=2,2` searches further, for some minutes.
fn bounds() -> (u64, u64) {
    let wished = std::env::var("COFFERDAM_POWER").ok();
    let wished = wished.as_deref().and_then(|wished| wished.split_once(','));
    let number = |text: &str| text.parse().expect("COFFERDAM_POWER=VERSIONS,ORDERS");
    wished.map_or((2, 1), |(versions, orders)| {
        (number(versions), number(orders))
    })
}

/// The state's identity: two 64-bit hashes of everything but record numbers.
fn identity(state: &State) -> (u64, u64) {
    let mut one = DefaultHasher::new();
    state.identify(&mut one);
    let mut two = DefaultHasher::new();
    0x5EED_u64.hash(&mut two);
    state.identify(&mut two);
    (one.finish(), two.finish())
}

#[derive(Default)]
struct Search {
    seen: HashSet<(u64, u64)>,
    waiting: VecDeque<State>,
    transitions: u64,
    cuts: u64,
}

impl Search {
    fn reach(&mut self, state: State) {
        self.transitions += 1;
        if self.seen.insert(identity(&state)) {
            self.waiting.push_back(state);
        }
    }

    /// Does one thing in one state, whole and with every fault at every operation of the disk.
    fn try_all(&mut self, state: &State, action: Action) {
        let operations = self.try_one(state, action, None);
        for at in 0..operations {
            for fault in [Fault::Cut(at), Fault::Fail(at)] {
                self.try_one(state, action, Some(fault));
            }
        }
    }

    fn try_one(&mut self, state: &State, action: Action, fault: Option<Fault>) -> usize {
        let performed = catch_unwind(AssertUnwindSafe(|| state.perform(action, fault)));
        let (after, operations) = performed.unwrap_or_else(|finding| {
            eprintln!(
                "{}the finding: {action:?} {fault:?}",
                Step::tell(&state.history)
            );
            resume_unwind(finding)
        });
        if fault.is_some() {
            self.cuts += after.len() as u64;
        }
        for mut after in after {
            after.history = Some(Arc::new(Step {
                action,
                fault,
                before: state.history.clone(),
            }));
            self.reach(after);
        }
        operations
    }
}

#[test]
fn whatever_the_disk_loses_whole_content_or_none_runs_and_none_comes_back_unasked() {
    let (versions, orders) = bounds();
    let mut search = Search::default();
    search.reach(State {
        disk: Disk::default(),
        machine: Machine::Off,
        ghost: Ghost::default(),
        history: None,
    });
    while let Some(state) = search.waiting.pop_front() {
        for action in state.actions(versions, orders) {
            search.try_all(&state, action);
        }
    }
    println!(
        "{} states, {} transitions, {} of them through a cut or a failing disk",
        search.seen.len(),
        search.transitions,
        search.cuts
    );
    let record = format!(
        r#"{{ "states": {}, "transitions": {}, "cuts": {}, "findings": 0 }}"#,
        search.seen.len(),
        search.transitions,
        search.cuts
    );
    record::note("power", &record);
    assert!(
        search.seen.len() > 1000,
        "the search hardly left the first state"
    );
}
