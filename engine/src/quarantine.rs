//! Rules that faulted run no more: one bit for each rule of a content file, set once, never cleared while it is active.

use core::sync::atomic::{AtomicU64, Ordering};

use cofferdam_interpreter::cast;

use crate::word::Word;

/// The quarantined rules of one content.
///
/// The words are the content slot's, zeroed before the content is activated. Bits are independent of each other and
/// of everything else, so no ordering is asked for: a rule may run a few times more on other processors.
#[derive(Debug)]
pub struct Quarantine<'w, W = AtomicU64> {
    words: &'w [W],
}

impl<W> Clone for Quarantine<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Quarantine<'_, W> {}

/// Words that the rules of a content file need.
#[must_use]
pub const fn words(rules: u32) -> usize {
    cast::index(rules.div_ceil(64))
}

impl<'w, W: Word> Quarantine<'w, W> {
    /// Over these words; rules beyond them cannot be quarantined.
    #[must_use]
    pub const fn new(words: &'w [W]) -> Self {
        Self { words }
    }

    /// Whether the rule, by its number in the file, runs no more.
    #[inline]
    #[must_use]
    pub fn holds(&self, rule: u32) -> bool {
        self.word(rule)
            .is_some_and(|word| word.load(Ordering::Relaxed) & bit(rule) != 0)
    }

    /// Quarantines the rule; whether it is this call that did.
    pub fn insert(&self, rule: u32) -> bool {
        self.word(rule)
            .is_some_and(|word| word.fetch_or(bit(rule), Ordering::Relaxed) & bit(rule) == 0)
    }

    /// How many rules are quarantined.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.words.iter().fold(0, |count, word| {
            count.wrapping_add(word.load(Ordering::Relaxed).count_ones())
        })
    }

    fn word(&self, rule: u32) -> Option<&'w W> {
        self.words.get(cast::index(rule >> 6))
    }
}

fn bit(rule: u32) -> u64 {
    1_u64.wrapping_shl(rule & 63)
}
