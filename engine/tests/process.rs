//! The process table against an obvious model: any row of beginnings and ends.
#![allow(
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may panic: that is how it fails"
)]

use std::num::NonZeroU64;

use cofferdam_engine::process::{NotInserted, Process, ProcessTable};
use proptest::collection::vec;
use proptest::prelude::*;

const ROOM: usize = 8;
type Table = ProcessTable<u64, ROOM>;

fn process(start_key: u64, process_id: u32) -> Process<u64> {
    Process {
        start_key,
        process_id,
        parent: start_key / 2,
        creator: 0,
        ended: None,
        record: start_key * 10,
    }
}

#[test]
fn ids_are_used_again_and_keys_are_not() {
    let mut table = Table::new();
    assert_eq!(table.insert(process(1, 100), 0), Ok(None));
    assert!(table.end(1, 5));
    assert!(!table.end(1, 6) && !table.end(2, 6));
    assert!(table.by_id(100).is_none());
    assert_eq!(table.insert(process(2, 100), 7), Ok(None));
    assert_eq!(table.by_id(100).unwrap().start_key, 2);
    assert_eq!(table.get(1).unwrap().ended.map(NonZeroU64::get), Some(5));
    assert_eq!(
        table.insert(process(1, 101), 8),
        Err(NotInserted::Known(10))
    );
    assert_eq!(table.insert(process(0, 101), 8), Err(NotInserted::NoKey(0)));
    assert_eq!(table.parent(table.get(2).unwrap()).unwrap().start_key, 1);
}

#[test]
fn an_end_that_nobody_noticed_is_noticed_when_the_id_is_used_again() {
    let mut table = Table::new();
    table.insert(process(1, 100), 0).unwrap();
    table.insert(process(2, 100), 9).unwrap();
    assert_eq!(table.get(1).unwrap().ended.map(NonZeroU64::get), Some(9));
    assert_eq!((table.living(), table.tombstones()), (1, 1));
}

#[test]
fn the_oldest_tombstone_makes_room_and_the_living_never_do() {
    let mut table = Table::new();
    for key in 1..=8 {
        table.insert(process(key, key as u32), 0).unwrap();
    }
    assert_eq!(table.insert(process(9, 9), 0), Err(NotInserted::Full(90)));
    assert!(table.end(5, 1) && table.end(3, 2));
    assert_eq!(table.insert(process(9, 9), 0), Ok(Some(50)));
    assert_eq!(table.insert(process(10, 10), 0), Ok(Some(30)));
    assert_eq!(
        table.insert(process(11, 11), 0),
        Err(NotInserted::Full(110))
    );
}

#[test]
fn tombstones_expire_oldest_first() {
    let mut table = Table::new();
    for key in 1..=3 {
        table.insert(process(key, key as u32), 0).unwrap();
        table.end(key, key * 100);
    }
    assert_eq!(table.expire(100), None);
    assert_eq!(table.expire(250), Some(10));
    assert_eq!(table.expire(250), Some(20));
    assert_eq!(table.expire(250), None);
    assert!(table.get(2).is_none() && table.get(3).is_some());
}

#[test]
fn draining_hands_back_every_record() {
    let mut table = Table::new();
    for key in 1..=5 {
        table.insert(process(key, key as u32), 0).unwrap();
    }
    table.end(2, 1);
    let mut records: Vec<u64> = std::iter::from_fn(|| table.drain()).collect();
    records.sort_unstable();
    assert_eq!(records, [10, 20, 30, 40, 50]);
    assert_eq!((table.living(), table.tombstones()), (0, 0));
}

/// The processes, tombstones in the order of their ends.
#[derive(Default)]
struct Model {
    living: Vec<Process<u64>>,
    ended: Vec<Process<u64>>,
}

impl Model {
    fn get(&self, key: u64) -> Option<&Process<u64>> {
        let mut all = self.living.iter().chain(&self.ended);
        all.find(|process| process.start_key == key)
    }

    fn end(&mut self, is_it: impl Fn(&Process<u64>) -> bool, now: u64) -> bool {
        let Some(at) = self.living.iter().position(is_it) else {
            return false;
        };
        let mut process = self.living.remove(at);
        process.ended = NonZeroU64::new(now);
        self.ended.push(process);
        true
    }

    fn insert(&mut self, new: Process<u64>, now: u64) -> Result<Option<u64>, NotInserted<u64>> {
        if new.start_key == 0 {
            return Err(NotInserted::NoKey(new.record));
        }
        if self.get(new.start_key).is_some() {
            return Err(NotInserted::Known(new.record));
        }
        self.end(|process| process.process_id == new.process_id, now);
        let mut evicted = None;
        if self.living.len() + self.ended.len() == ROOM {
            if self.ended.is_empty() {
                return Err(NotInserted::Full(new.record));
            }
            evicted = Some(self.ended.remove(0).record);
        }
        let key = new.start_key;
        let ended = new.ended;
        self.living.push(Process { ended: None, ..new });
        if let Some(ended) = ended {
            self.end(|process| process.start_key == key, ended.get());
        }
        Ok(evicted)
    }
}

#[derive(Clone, Debug)]
enum Step {
    Insert { key: u64, id: u32, ended: bool },
    End { key: u64 },
    Expire { before: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..24_u64, 0..6_u32, prop::bool::weighted(0.2))
            .prop_map(|(key, id, ended)| Step::Insert { key, id, ended }),
        3 => (0..24_u64).prop_map(|key| Step::End { key }),
        1 => (0..80_u64).prop_map(|before| Step::Expire { before }),
    ]
}

proptest! {
    #[test]
    fn any_row_of_steps_leaves_what_the_model_says(steps in vec(step(), 0..80)) {
        let mut table = Table::new();
        let mut model = Model::default();
        for (now, step) in (1..).zip(steps) {
            match step {
                Step::Insert { key, id, ended } => {
                    let new = Process { ended: NonZeroU64::new(now).filter(|_| ended), ..process(key, id) };
                    prop_assert_eq!(table.insert(new, now), model.insert(new, now));
                }
                Step::End { key } => {
                    let ended = model.end(|process| process.start_key == key, now);
                    prop_assert_eq!(table.end(key, now), ended);
                }
                Step::Expire { before } => {
                    let expired = model.ended.first().is_some_and(|first| first.ended < NonZeroU64::new(before));
                    let expected = expired.then(|| model.ended.remove(0).record);
                    prop_assert_eq!(table.expire(before), expected);
                }
            }
            for key in 0..24 {
                prop_assert_eq!(table.get(key), model.get(key));
            }
            for id in 0..6 {
                let living = model.living.iter().find(|process| process.process_id == id);
                prop_assert_eq!(table.by_id(id), living);
            }
            let mut place = 0;
            let mut found = Vec::new();
            while let Some((next, process)) = table.next_living(place) {
                place = next;
                found.push(process.start_key);
            }
            let mut living: Vec<u64> = model.living.iter().map(|process| process.start_key).collect();
            found.sort_unstable();
            living.sort_unstable();
            prop_assert_eq!(found, living);
            prop_assert_eq!(table.living() as usize, model.living.len());
            prop_assert_eq!(table.tombstones() as usize, model.ended.len());
        }
    }
}
