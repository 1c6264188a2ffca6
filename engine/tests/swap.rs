//! The switch between two slots: what a reader sees, and what a writer waits for.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test may panic: that is how it fails"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use cofferdam_engine::swap::{Gate, NONE, Switch};

/// A gate as rundown protection is one: how many are inside, and a bit that lets nobody in.
#[derive(Default)]
struct Counted(AtomicU64);

const CLOSED: u64 = 1 << 32;

impl Gate for Counted {
    fn enter<R>(&self, action: impl FnOnce() -> R) -> Option<R> {
        let open = |it: u64| (it & CLOSED == 0).then_some(it + 1);
        self.0
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, open)
            .ok()?;
        let outcome = action();
        self.0.fetch_sub(1, Ordering::Release);
        Some(outcome)
    }

    fn close(&self) {
        self.0.fetch_or(CLOSED, Ordering::AcqRel);
        while self.0.load(Ordering::Acquire) != CLOSED {
            std::thread::yield_now();
        }
    }

    fn open(&self) {
        self.0.fetch_sub(CLOSED, Ordering::Release);
    }
}

struct Slots {
    switch: Switch<AtomicU64>,
    gates: [Counted; 2],
    /// Two words each, which are equal unless one is seen half written.
    values: [[AtomicU64; 2]; 2],
}

impl Slots {
    fn new() -> Self {
        Self {
            switch: Switch::new(AtomicU64::new(NONE)),
            gates: Default::default(),
            values: Default::default(),
        }
    }

    fn gates(&self) -> [&Counted; 2] {
        self.gates.each_ref()
    }

    fn set(&self, at: usize, value: u64) {
        for word in &self.values[at] {
            word.store(value, Ordering::Relaxed);
        }
    }

    fn replace(&self, value: u64) {
        self.switch.replace(self.gates(), |at| self.set(at, value));
    }

    fn read(&self) -> Option<u64> {
        self.switch.read(self.gates(), |at| {
            let [one, two] = self.values[at]
                .each_ref()
                .map(|it| it.load(Ordering::Relaxed));
            assert_eq!(one, two, "half written");
            one
        })
    }
}

#[test]
fn what_was_replaced_last_is_read_until_it_is_cleared() {
    let slots = Slots::new();
    assert_eq!(slots.read(), None);
    for value in 1..5 {
        slots.replace(value);
        assert_eq!(slots.read(), Some(value));
    }
    slots.switch.clear(slots.gates(), |at| slots.set(at, 0));
    assert_eq!(slots.read(), None);
    slots.replace(7);
    assert_eq!(slots.read(), Some(7));
}

#[test]
fn the_slot_that_is_read_is_not_written() {
    let slots = Slots::new();
    slots.replace(1);
    let seen = slots.switch.read(slots.gates(), |at| {
        // The other slot may be; this one would wait for its reader.
        slots.replace(2);
        (at, slots.values[at][0].load(Ordering::Relaxed))
    });
    assert_eq!(seen, Some((0, 1)));
    assert_eq!(slots.read(), Some(2));
}

#[test]
fn readers_while_values_are_replaced() {
    const ROUNDS: u64 = if cfg!(miri) { 30 } else { 20_000 };
    let slots = Slots::new();
    slots.replace(1);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while last < ROUNDS {
                    let value = slots.read().unwrap_or(last);
                    assert!(value >= last, "an older value after a newer one");
                    last = value;
                    std::thread::yield_now();
                }
            });
        }
        (2..=ROUNDS).for_each(|value| slots.replace(value));
    });
}
