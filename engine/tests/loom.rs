//! Ring, slot swap, quarantine and verdict cache in every interleaving of few threads, and under weak memory, that Loom finds.
#![allow(
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

#[path = "support/record.rs"]
mod record;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use cofferdam_engine::cache::{Cache, Key, SLOT_WORDS};
use cofferdam_engine::quarantine::Quarantine;
use cofferdam_engine::ring::{Ring, words};
use cofferdam_engine::swap::{Gate, NONE, Switch};
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

/// Every interleaving in which threads are interrupted at most so often; the test's name is for the report.
fn model(name: &str, interruptions: usize, test: impl Fn() + Sync + Send + 'static) {
    explore(name, "holds", interruptions, test);
}

/// The same of something with a mistake, which must be found.
fn mistaken(name: &str, interruptions: usize, test: impl Fn() + Sync + Send + 'static) {
    let search = AssertUnwindSafe(|| explore("", "", interruptions, test));
    let found = catch_unwind(search).is_err();
    assert!(found, "{name}: the mistake is not found");
    note(name, 0, "the mistake is found");
}

fn explore(
    name: &str,
    outcome: &str,
    interruptions: usize,
    test: impl Fn() + Sync + Send + 'static,
) {
    let executions = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(interruptions);
    let counted = std::sync::Arc::clone(&executions);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        test();
    });
    if !name.is_empty() {
        note(name, executions.load(Ordering::Relaxed), outcome);
    }
}

fn note(name: &str, executions: u64, outcome: &str) {
    let record =
        format!(r#"{{ "model": "{name}", "executions": {executions}, "outcome": "{outcome}" }}"#);
    record::note(&format!("loom.{}", name.replace(' ', "-")), &record);
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
fn check(name: &str, interruptions: usize, log2: u32, offered: &'static [&'static [u64]]) {
    model(name, interruptions, move || {
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
    check("ring, a slot used again", 4, 0, &[&[1, 2]]);
}

#[test]
fn two_producers_and_a_reader() {
    check("ring, two producers", 3, 1, &[&[11], &[21]]);
}

#[test]
fn two_producers_overflow_the_ring() {
    check("ring, overflowing", 3, 0, &[&[11], &[21]]);
}

#[test]
fn one_processor_reports_a_fault_and_all_quarantine_the_rule() {
    model("quarantine", 8, || {
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
    model("verdict cache", 4, move || {
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

/// A gate as rundown protection is one: a count of those inside, and a bit that lets nobody in.
struct Counted {
    state: Modelled,
    /// With mistakes: whoever closes it does not wait.
    hasty: bool,
    /// Nothing is ordered.
    weak: bool,
}

const CLOSED: u64 = 1 << 32;

impl Counted {
    fn order(&self, order: Ordering) -> Ordering {
        if self.weak { Ordering::Relaxed } else { order }
    }
}

impl Gate for Counted {
    fn enter<R>(&self, action: impl FnOnce() -> R) -> Option<R> {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if state & CLOSED != 0 {
                return None;
            }
            let acquire = self.order(Ordering::Acquire);
            match self.state.compare_exchange_weak(state, state + 1, acquire) {
                Ok(_) => break,
                Err(now) => state = now,
            }
        }
        let outcome = action();
        self.state
            .fetch_add(u64::MAX, self.order(Ordering::Release));
        Some(outcome)
    }

    fn close(&self) {
        let mut state = self.state.fetch_or(CLOSED, self.order(Ordering::AcqRel));
        while !self.hasty && state & (CLOSED - 1) != 0 {
            thread::yield_now();
            state = self.state.load(self.order(Ordering::Acquire));
        }
    }

    fn open(&self) {
        self.state
            .fetch_add(u64::MAX << 32, self.order(Ordering::Release));
    }
}

/// The index without any order.
struct Weak(Modelled);

impl Word for Weak {
    fn load(&self, _: Ordering) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
    fn store(&self, value: u64, _: Ordering) {
        self.0.store(value, Ordering::Relaxed);
    }
    fn fetch_add(&self, value: u64, order: Ordering) -> u64 {
        self.0.fetch_add(value, order)
    }
    fn fetch_or(&self, value: u64, order: Ordering) -> u64 {
        self.0.fetch_or(value, order)
    }
    fn compare_exchange_weak(&self, current: u64, new: u64, success: Ordering) -> Result<u64, u64> {
        self.0.compare_exchange_weak(current, new, success)
    }
}

/// Two slots of two words each, which are equal unless a value is seen half written.
struct Slots<W> {
    switch: Switch<W>,
    gates: [Counted; 2],
    values: [[AtomicU64; 2]; 2],
}

impl<W: Word> Slots<W> {
    fn new(word: impl Fn(Modelled) -> W, hasty: bool, weak: bool) -> Self {
        let step = Arc::new(AtomicU64::new(0));
        let modelled = |value| Modelled {
            word: AtomicU64::new(value),
            step: Arc::clone(&step),
        };
        let gate = || Counted {
            state: modelled(0),
            hasty,
            weak,
        };
        let value = || [AtomicU64::new(0), AtomicU64::new(0)];
        Self {
            switch: Switch::new(word(modelled(NONE))),
            gates: [gate(), gate()],
            values: [value(), value()],
        }
    }

    fn gates(&self) -> [&Counted; 2] {
        let [zero, one] = &self.gates;
        [zero, one]
    }

    fn replace(&self, value: u64) {
        self.switch.replace(self.gates(), |at| {
            for word in &self.values[at] {
                word.store(value, Ordering::Relaxed);
            }
        });
    }

    fn read(&self) -> Option<u64> {
        self.switch.read(self.gates(), |at| {
            let [one, two] = &self.values[at];
            let one = one.load(Ordering::Relaxed);
            assert_eq!(one, two.load(Ordering::Relaxed), "half written");
            assert_ne!(one, 0, "not written yet");
            one
        })
    }
}

/// A reader while two values are replaced: it sees none half written, and never an older one after a newer.
fn swapped<W: Word + Send + Sync + 'static>(
    word: impl Fn(Modelled) -> W,
    hasty: bool,
    weak: bool,
    replacements: u64,
) {
    let slots = Arc::new(Slots::new(word, hasty, weak));
    slots.replace(1);
    let writer = {
        let slots = Arc::clone(&slots);
        thread::spawn(move || (2..2 + replacements).for_each(|value| slots.replace(value)))
    };
    let seen: Vec<u64> = (0..2).filter_map(|_| slots.read()).collect();
    assert!(seen.is_sorted(), "{seen:?}");
    writer.join().unwrap();
    assert_eq!(slots.read(), Some(1 + replacements));
}

#[test]
fn a_reader_while_content_is_swapped() {
    model("slot swap, a reader", 2, || {
        swapped(|it| it, false, false, 2)
    });
}

#[test]
fn a_reader_while_the_slots_are_cleared() {
    model("slot swap, cleared", 2, || {
        let slots = Arc::new(Slots::new(|it| it, false, false));
        slots.replace(1);
        let writer = {
            let slots = Arc::clone(&slots);
            thread::spawn(move || {
                slots.switch.clear(slots.gates(), |at| {
                    for word in &slots.values[at] {
                        word.store(0, Ordering::Relaxed);
                    }
                });
            })
        };
        slots.read();
        writer.join().unwrap();
        assert_eq!(slots.read(), None);
    });
}

#[test]
fn a_writer_that_does_not_wait_is_found() {
    mistaken("slot swap, a writer that does not wait", 3, || {
        swapped(|it| it, true, false, 2);
    });
}

#[test]
fn a_swap_without_order_is_found() {
    mistaken("slot swap, without order", 3, || {
        swapped(Weak, false, true, 1)
    });
}
