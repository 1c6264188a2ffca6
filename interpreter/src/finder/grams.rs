//! Grams: every fourth place of a text, and whether a text has a gate at all.

use super::{At, Found, Hit, Scan};
use crate::cast;
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

    /// Whether the text may have one of the gates, which are pairs of ASCII units. Units that are not ASCII are taken
    /// for one.
    #[inline(never)]
    pub(super) fn has_gate(&self, found: &mut Found<'_>) -> bool {
        let gates = self.record().gates;
        let (gates, _) = gates.as_chunks::<2>();
        let mut gates = gates.iter().take_while(|gate| **gate != [0; 2]);
        gates.any(|gate| {
            found.spend(cast::wide(self.text.len()));
            has_pair(self.text, *gate)
        })
    }
}

/// Whether a text may have two units one after the other.
#[inline(always)]
fn has_pair(text: &[u16], pair: [u8; 2]) -> bool {
    let [one, two] = pair.map(|unit| cast::ascii(unit) | CASE);
    let next = text.get(1..).unwrap_or(&[]);
    // Where both units are ASCII and not the pair, bit 7 is clear, and all above it.
    let seen = text.iter().zip(next).fold(0_u16, |seen, (unit, next)| {
        let (unit, next) = (unit | CASE, next | CASE);
        let other = (unit ^ one) | (next ^ two);
        seen | 0x80_u16.wrapping_sub(other) | unit | next
    });
    seen & 0xFF80 != 0
}

/// The bit that tells an ASCII letter's case: other units that differ in it alone are taken for the same.
const CASE: u16 = 0x20;
