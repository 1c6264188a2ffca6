//! Ring, quarantine and verdict cache in every interleaving of few threads, and under weak memory, that Loom finds.
#![allow(
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test may panic: that is how it fails"
)]

use std::sync::atomic::Ordering;

use cofferdam_engine::cache::{Cache, Key, SLOT_WORDS};
use cofferdam_engine::quarantine::Quarantine;
use cofferdam_engine::ring::{Ring, words};
use cofferdam_engine::word::Word;
use cofferdam_interpreter::schema::Kind;
use loom::sync::Arc;
use loom::sync::atomic::AtomicU64;
use loom::thread;

/// Loom's atomic as the engine's word.
///
/// Loom remembers only the last access of a word when it looks for interleavings to try, so a thread that loads a word
/// and then stores it hides what others did to it. A step on a word that all share comes before each access; relaxed, it
/// orders nothing, but makes every order of all accesses worth a try.
struct Modelled {
    word: AtomicU64,
    step: Arc<AtomicU64>,
}

impl Modelled {
    fn step(&self) -> &AtomicU64 {
        self.step.fetch_add(1, Ordering::Relaxed);
        &self.word
    }
}

impl Word for Modelled {
    fn load(&self, order: Ordering) -> u64 {
        self.step().load(order)
    }
    fn store(&self, value: u64, order: Ordering) {
        self.step().store(value, order);
    }
    fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
        self.step().fetch_add(value, order)
    }
    fn fetch_or(&self, value: u64, order: Ordering) -> u64 {
        self.step().fetch_or(value, order)
    }
    fn compare_exchange_weak(&self, current: u64, new: u64, success: Ordering) -> Result<u64, u64> {
        // The weak form may fail for no reason, which only costs a try.
        let step = self.step();
        step.compare_exchange(current, new, success, Ordering::Relaxed)
    }
}

fn memory(count: usize) -> Arc<Vec<Modelled>> {
    let step = Arc::new(AtomicU64::new(0));
    let word = || Modelled {
        word: AtomicU64::new(0),
        step: Arc::clone(&step),
    };
    Arc::new((0..count).map(|_| word()).collect())
}

/// Every interleaving in which threads are interrupted at most so often.
fn model(interruptions: usize, test: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(interruptions);
    builder.check(test);
}

type Small<'m> = Ring<'m, Modelled, 1>;

/// Puts values in; how many were kept.
fn produce(memory: &[Modelled], values: &[u64]) -> usize {
    let ring = Small::new(memory).unwrap();
    let kept = values
        .iter()
        .filter(|value| ring.push(|_, _| [**value].into_iter()));
    kept.count()
}

fn pop(memory: &[Modelled]) -> Option<u64> {
    let mut out = [0; 8];
    let popped = Small::new(memory).unwrap().pop(&mut out);
    popped.then(|| u64::from_le_bytes(out))
}

/// Producers and a reader over a ring of `2^log2` records: what was kept is read once, in a producer's order.
fn check(interruptions: usize, log2: u32, offered: &'static [&'static [u64]]) {
    model(interruptions, move || {
        let memory = memory(words(log2, 1));
        let producers: Vec<_> = offered
            .iter()
            .map(|values| {
                let memory = Arc::clone(&memory);
                thread::spawn(move || produce(&memory, values))
            })
            .collect();
        let mut read: Vec<u64> = (0..2).filter_map(|_| pop(&memory)).collect();
        let kept: usize = producers
            .into_iter()
            .map(|producer| producer.join().unwrap())
            .sum();
        read.extend(std::iter::from_fn(|| pop(&memory)));
        assert_eq!(read.len(), kept);
        let dropped = Small::new(&memory).unwrap().dropped();
        let all: usize = offered.iter().map(|values| values.len()).sum();
        assert_eq!(kept as u64 + dropped, all as u64);
        for values in offered {
            let of_one: Vec<u64> = read
                .iter()
                .copied()
                .filter(|value| values.contains(value))
                .collect();
            assert!(of_one.is_sorted_by(|one, two| one < two), "{read:?}");
            read.retain(|value| !values.contains(value));
        }
        assert_eq!(read, [], "nothing is read that was not put in");
    });
}

#[test]
fn a_slot_is_used_again_while_it_is_read() {
    check(4, 0, &[&[1, 2]]);
}

#[test]
fn two_producers_and_a_reader() {
    check(3, 1, &[&[11], &[21]]);
}

#[test]
fn two_producers_overflow_the_ring() {
    check(3, 0, &[&[11], &[21]]);
}

#[test]
fn one_processor_reports_a_fault_and_all_quarantine_the_rule() {
    model(8, || {
        let words = memory(1);
        let other = {
            let words = Arc::clone(&words);
            thread::spawn(move || {
                let quarantine = Quarantine::new(&words);
                (quarantine.insert(3), quarantine.insert(4))
            })
        };
        let quarantine = Quarantine::new(&words);
        let mine = quarantine.insert(3);
        let (theirs, another) = other.join().unwrap();
        assert!(mine != theirs, "exactly one reports the rule");
        assert!(another && quarantine.holds(3) && quarantine.holds(4) && !quarantine.holds(5));
        assert_eq!(quarantine.count(), 2);
    });
}

#[test]
fn no_cached_verdict_is_mixed_of_two() {
    let key = |number| Key {
        content: number,
        kind: Kind::FileAccess,
        start_key: number,
        stream: number,
        epoch: number,
    };
    model(4, move || {
        let words = memory(SLOT_WORDS);
        Cache::new(&words).insert(&key(1));
        let writer = {
            let words = Arc::clone(&words);
            thread::spawn(move || Cache::new(&words).insert(&key(2)))
        };
        let mixed = |one: u64, two: u64, three: u64| Key {
            content: one,
            start_key: two,
            stream: three,
            epoch: three,
            ..key(1)
        };
        let cache = Cache::new(&words);
        assert!(!cache.holds(&mixed(2, 1, 1)) && !cache.holds(&mixed(2, 2, 1)));
        writer.join().unwrap();
        assert!(cache.holds(&key(2)) && !cache.holds(&key(1)));
    });
}
