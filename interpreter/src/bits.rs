//! Bit sets over words handed in by the caller. A bit outside the words reads as clear and cannot be set.

use crate::cast;

/// Words that hold this many bits.
pub(crate) const fn words_for(bits: u32) -> u32 {
    bits.div_ceil(64)
}

/// Whether the bit is set.
#[inline(always)]
pub(crate) fn has(words: &[u64], bit: u32) -> bool {
    match words.get(cast::index(bit >> 6)) {
        Some(word) => word.wrapping_shr(bit & 63) & 1 != 0,
        None => false,
    }
}

/// Sets the bit; whether it was clear before.
#[inline(always)]
pub(crate) fn insert(words: &mut [u64], bit: u32) -> bool {
    match words.get_mut(cast::index(bit >> 6)) {
        Some(word) => {
            let mask = 1_u64.wrapping_shl(bit & 63);
            let new = *word & mask == 0;
            *word |= mask;
            new
        }
        None => false,
    }
}

/// Clears the bit.
#[inline(always)]
pub(crate) fn remove(words: &mut [u64], bit: u32) {
    if let Some(word) = words.get_mut(cast::index(bit >> 6)) {
        *word &= !1_u64.wrapping_shl(bit & 63);
    }
}

/// Sets the first `count` bits.
pub(crate) fn fill(words: &mut [u64], count: u32) {
    let mut left = count;
    for word in words {
        // Of the word's bits all but so many.
        match 64_u32.checked_sub(left) {
            Some(64) => break,
            Some(others) => *word |= u64::MAX.wrapping_shr(others),
            None => *word = u64::MAX,
        }
        left = left.saturating_sub(64);
    }
}

/// The numbers of the set bits, ascending.
#[derive(Clone, Debug)]
pub struct Bits<'a> {
    words: core::slice::Iter<'a, u64>,
    word: u64,
    next: u32,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(words: &'a [u64]) -> Self {
        Self {
            words: words.iter(),
            word: 0,
            next: 0,
        }
    }
}

impl Iterator for Bits<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        while self.word == 0 {
            self.word = *self.words.next()?;
            self.next = self.next.wrapping_add(64);
        }
        let bit = self.word.trailing_zeros();
        self.word &= self.word.wrapping_sub(1);
        Some(self.next.wrapping_sub(64).wrapping_add(bit))
    }
}
