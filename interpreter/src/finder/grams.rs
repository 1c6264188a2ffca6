//! Grams: every fourth place of a text, and whether a text has a gate at all.

use super::{At, Found, Hit, Scan};
use crate::cast;
use crate::fold;
use crate::key::{self, Key};
use crate::table::Bits;

impl Scan<'_> {
    /// Finds the literals whose grams the text has at every fourth place.
    #[inline(never)]
    pub(super) fn grams(&self, found: &mut Found<'_>) {
        found.spend(cast::wide(self.text.len()));
        let bits = Bits::open(self.content, &self.record().gram);
        let (mut chunks, _) = self.text.as_chunks::<4>();
        let count = chunks.len();
        while let Some((chunk, rest)) = chunks.split_first() {
            chunks = rest;
            let Some(hash) = key::gram_hash(*chunk) else {
                continue;
            };
            if bits.bit(key::slot(hash, bits.log2)) != 0 {
                let tag = key::window(*chunk);
                let key = Key { hash, tag };
                let before = count.wrapping_sub(rest.len()).wrapping_sub(1);
                let at = before.wrapping_shl(2);
                self.gram(&Hit { key, at }, found);
            }
        }
    }

    #[inline(never)]
    fn gram(&self, hit: &Hit, found: &mut Found<'_>) {
        self.look_up::<{ At::GRAM }, 4>(hit, found);
    }

    /// Whether the text may have one of the gates, which are pairs of ASCII units.
    #[inline(never)]
    pub(super) fn has_gate(&self, found: &mut Found<'_>) -> bool {
        let gates = self.record().gates;
        let (gates, _) = gates.as_chunks::<2>();
        let mut gates = gates.iter().take_while(|gate| **gate != [0; 2]);
        let mut all = 0;
        let has = gates.any(|gate| {
            found.spend(cast::wide(self.text.len()));
            let (has, units) = has_pair(self.text, *gate);
            all |= units;
            has
        });
        has || (all >= 0x80 && folds_to_ascii(self.text))
    }
}

/// Whether a text has two units one after the other, folded or not; and all its units, joined by *or*.
#[inline(always)]
fn has_pair(text: &[u16], pair: [u8; 2]) -> (bool, u16) {
    let [one, two] = pair.map(|unit| cast::ascii(unit) | CASE);
    let next = text.get(1..).unwrap_or(&[]);
    let pairs = text.iter().zip(next);
    let (seen, all) = pairs.fold((0_u16, 0_u16), |(seen, all), (unit, next)| {
        let other = ((unit | CASE) ^ one) | ((next | CASE) ^ two);
        (seen | u16::from(other == 0), all | unit | next)
    });
    (seen != 0, all)
}

/// Whether a unit that is not ASCII folds to one that is: then the text is taken to have a gate.
#[cold]
#[inline(never)]
fn folds_to_ascii(text: &[u16]) -> bool {
    let mut units = text.iter();
    units.any(|unit| *unit >= 0x80 && fold::unit(*unit) < 0x80)
}

/// The bit that tells an ASCII letter's case: other units that differ in it alone are taken for the same.
const CASE: u16 = 0x20;
