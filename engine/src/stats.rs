//! Counters, the latency histogram, and what is degraded: everything that a status request answers.
//!
//! Counters stand in several *sets*, one for each processor or so, that processors do not wait for each other's cache
//! lines; an answer adds them up. Counting never waits and never fails. All of it wraps after 2^64.

mod status;

use core::sync::atomic::{AtomicU64, Ordering};

use cofferdam_interpreter::cast;
use cofferdam_interpreter::schema::Kind;

use crate::judge::{Decision, Phase};
use crate::word::Word;

pub use status::{Degraded, STATUS_SIZE, StatusHeader, StatusView};

macro_rules! counters {
    ($($(#[$doc:meta])+ $name:ident = $number:literal, $words:literal;)+) => {
        /// What is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Counter { $($(#[$doc])+ $name,)+ }

        impl Counter {
            /// All of them, in the order of the answer.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// Its place in the answer.
            #[must_use]
            pub const fn number(self) -> usize {
                match self { $(Self::$name => $number,)+ }
            }

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $words,)+ }
            }
        }
    };
}

counters! {
    /// Events that were judged.
    Events = 0, "events";
    /// Rules that matched.
    Matches = 1, "matches";
    /// Rules that cannot be decided in the kernel.
    Maybes = 2, "maybes";
    /// Operations that were denied.
    Denials = 3, "denials";
    /// Operations that would have been denied in another mode, or to another process.
    WouldDeny = 4, "would_deny";
    /// Rules that faulted: a mistake of ours, the content being verified.
    Faults = 5, "faults";
    /// Events that could not be judged as a whole; the operation was allowed.
    Unjudged = 6, "unjudged";
    /// Operations allowed unseen because no content is active.
    NoContent = 7, "no_content";
    /// Operations allowed unseen because there was no scratch memory.
    NoScratch = 8, "no_scratch";
    /// Names that could not be had or made; the field was unsupplied, or the event not judged.
    NameFailures = 9, "name_failures";
    /// Events of processes that the process table does not know.
    UnknownProcesses = 10, "unknown_processes";
    /// Processes that the table had no room for.
    ProcessTableFull = 11, "process_table_full";
    /// Operations of muted images, not judged.
    Muted = 12, "muted";
    /// Verdicts taken from the cache.
    CacheHits = 13, "cache_hits";
    /// Allocations that failed.
    AllocationFailures = 14, "allocation_failures";
    /// Requests to the control device that were not well-formed.
    BadRequests = 15, "bad_requests";
    /// Contents that were activated.
    Loads = 16, "loads";
    /// Contents that were not: whatever the reason.
    LoadRefusals = 17, "load_refusals";
    /// Operations skipped because Windows was not in a state in which they can be judged: paging I/O, raised IRQL.
    Skipped = 18, "skipped";
}

/// Kinds that are counted, by number: every one that a kernel observes is among them.
pub const KINDS: usize = 26;

/// Buckets of the histogram: bucket n counts durations of at least 2^n and below 2^(n+1) nanoseconds; the first also
/// shorter, the last also longer ones.
pub const BUCKETS: usize = 32;

/// Words of one set.
pub const SET_WORDS: usize = 80;

const KINDS_AT: usize = Counter::COUNT;
const BUCKETS_AT: usize = KINDS_AT.saturating_add(KINDS);
const USED_WORDS: usize = BUCKETS_AT.saturating_add(BUCKETS);
const _: () = assert!(USED_WORDS <= SET_WORDS && SET_WORDS.is_multiple_of(8));

/// The counters.
#[derive(Debug)]
pub struct Stats<'m, W = AtomicU64> {
    words: &'m [W],
    /// Number of sets less one: a power of two less one.
    mask: usize,
}

impl<'m, W: Word> Stats<'m, W> {
    /// Over zeroed words: the largest power of two of [sets](SET_WORDS) that they hold. Without a whole set nothing is
    /// counted.
    #[must_use]
    pub fn new(words: &'m [W]) -> Self {
        let mut sets = 1_usize;
        while sets.wrapping_shl(1).saturating_mul(SET_WORDS) <= words.len() {
            sets = sets.wrapping_shl(1);
        }
        Self {
            words,
            mask: sets.wrapping_sub(1),
        }
    }

    /// Counts `count` more. `processor` chooses the set; any number will do.
    #[inline]
    pub fn add(&self, processor: u32, counter: Counter, count: u64) {
        self.add_at(processor, counter.number(), count);
    }

    /// Counts an event of a kind, and what became of it.
    pub fn judged(&self, processor: u32, kind: Kind, phase: Phase, decision: &Decision) {
        if decision.deny {
            self.add(processor, Counter::Denials, 1);
        }
        if decision.faults != 0 {
            self.add(processor, Counter::Faults, decision.faults.into());
        }
        if decision.unjudged.is_some() {
            self.add(processor, Counter::Unjudged, 1);
        }
        // What is judged twice is counted once: before the operation only where that ended it.
        if phase == Phase::Before && !decision.deny {
            return;
        }
        self.add(processor, Counter::Events, 1);
        if decision.would_deny {
            self.add(processor, Counter::WouldDeny, 1);
        }
        if usize::from(kind.number()) < KINDS {
            let at = KINDS_AT.wrapping_add(kind.number().into());
            self.add_at(processor, at, 1);
        }
        if decision.matches != 0 {
            self.add(processor, Counter::Matches, decision.matches.into());
        }
        if decision.maybes != 0 {
            self.add(processor, Counter::Maybes, decision.maybes.into());
        }
    }

    /// Counts how long an event took, in nanoseconds.
    #[inline]
    pub fn took(&self, processor: u32, nanoseconds: u64) {
        let bucket = 63_u32.wrapping_sub((nanoseconds | 1).leading_zeros());
        let bucket = cast::index(bucket).min(const { BUCKETS.saturating_sub(1) });
        self.add_at(processor, BUCKETS_AT.wrapping_add(bucket), 1);
    }

    /// The sum of a counter over all sets.
    #[must_use]
    pub fn get(&self, counter: Counter) -> u64 {
        self.sum(counter.number())
    }

    fn add_at(&self, processor: u32, at: usize, count: u64) {
        let set = (cast::index(processor) & self.mask).wrapping_mul(SET_WORDS);
        if let Some(word) = self.words.get(set.wrapping_add(at)) {
            word.fetch_add(count, Ordering::Relaxed);
        }
    }

    fn sum(&self, at: usize) -> u64 {
        let (sets, _) = self.words.as_chunks::<SET_WORDS>();
        sets.iter().fold(0, |sum, set| {
            let count = set.get(at).map_or(0, |word| word.load(Ordering::Relaxed));
            sum.wrapping_add(count)
        })
    }
}

#[cfg(test)]
mod tests;
