//! Which of two slots holds the value that is read at every event and replaced now and then.
//!
//! A reader enters the active slot's gate and reads the active index again before it looks: so it never sees a slot that is
//! being written, nor one that is written and not active yet. A writer takes the slot that is not active, closes its gate,
//! which waits until the last reader has left, writes, opens it and makes it active. What was active stays where it is
//! until the next replacement.
//!
//! The values themselves, and what makes a gate of rundown protection, are the caller's.

use core::sync::atomic::Ordering;

use cofferdam_interpreter::cast;

use crate::word::Word;

/// No slot is active: what the word of a new switch holds.
pub const NONE: u64 = 2;

/// How often a reader looks again. Each turn but the last saw a writer pass; events cannot be judged faster than content is
/// replaced, so the bound is never met, and meeting it lets one event pass unjudged.
const TURNS: u32 = 4;

/// What stands before a slot: many may be inside, one closes it and waits until all have left.
pub trait Gate {
    /// Runs `action` inside, unless it is closed.
    fn enter<R>(&self, action: impl FnOnce() -> R) -> Option<R>;
    /// Closes it and waits until all have left. By one thread at a time.
    fn close(&self);
    /// Opens it again after [`close`](Self::close).
    fn open(&self);
}

/// The switch between two slots.
#[derive(Debug)]
pub struct Switch<W> {
    active: W,
}

impl<W: Word> Switch<W> {
    /// Over a word that holds [`NONE`].
    pub const fn new(active: W) -> Self {
        Self { active }
    }

    fn active(&self) -> Option<usize> {
        let active = self.active.load(Ordering::Acquire);
        (active < NONE).then(|| cast::index(cast::low32(active)))
    }

    /// Runs `action` with the number of the active slot, which no writer touches meanwhile; `None` where none is active.
    pub fn read<G: Gate, R>(
        &self,
        gates: [&G; 2],
        mut action: impl FnMut(usize) -> R,
    ) -> Option<R> {
        for _ in 0..TURNS {
            let at = self.active()?;
            let outcome = gates
                .get(at)?
                .enter(|| (self.active() == Some(at)).then(|| action(at)));
            if let Some(Some(outcome)) = outcome {
                return Some(outcome);
            }
        }
        None
    }

    /// Runs `write` with the number of a slot that nobody reads, then makes it the active one. By one thread at a time.
    pub fn replace<G: Gate>(&self, gates: [&G; 2], write: impl FnOnce(usize)) {
        let [zero, one] = gates;
        let (at, gate) = match self.active() {
            Some(0) => (1, one),
            _ => (0, zero),
        };
        gate.close();
        write(at);
        gate.open();
        self.active.store(u64::from(at == 1), Ordering::Release);
    }

    /// Makes none active, then runs `write` with the number of each slot once nobody reads it. By one thread at a time.
    pub fn clear<G: Gate>(&self, gates: [&G; 2], mut write: impl FnMut(usize)) {
        self.active.store(NONE, Ordering::Release);
        for (at, gate) in gates.into_iter().enumerate() {
            gate.close();
            write(at);
            gate.open();
        }
    }
}
