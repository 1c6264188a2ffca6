//! Keys that may begin at any unit: four units, or two, behind the lead.

use super::block::{BLOCK, Block};
use super::{Places, Scan};
use crate::cast;
use crate::content::run;
use crate::key;
use crate::table::{self, Bits};

/// Words of the lead.
pub(crate) const LEAD_WORDS: usize = 512;

const _: () = assert!(LEAD_WORDS << 3 == key::LEAD_BYTES);

/// The lead's bit with this number.
#[inline(always)]
fn bit(lead: &[[u8; 8]; LEAD_WORDS], slot: u16) -> u64 {
    let word = lead.get(usize::from(slot >> 6 & 511)).copied();
    table::bit(word.unwrap_or([0; 8]), slot.into())
}

impl Scan<'_> {
    /// The places at which the lead has a bit: among those in the text, and up to seven more.
    #[inline(never)]
    pub(super) fn leads(&self, block: &Block) -> u64 {
        let words = cast::narrow(LEAD_WORDS);
        let lead = run(self.content.bits, self.record().lead_start, words);
        let Some(lead) = lead.and_then(|lead| lead.first_chunk()) else {
            return 0;
        };
        let count = self.text.len().wrapping_sub(block.at(0));
        let mut slots = [[0; BLOCK / 2]; 2];
        block.slots(&mut slots);
        let [even, odd] = &slots;
        let ((even, _), (odd, _)) = (even.as_chunks::<4>(), odd.as_chunks::<4>());
        // At first the first place is the highest bit: adding a bit below is cheapest.
        let mut led = 0_u64;
        let mut from = 0_usize;
        for (even, odd) in even.iter().zip(odd) {
            if from >= count {
                break;
            }
            for (even, odd) in even.iter().zip(odd) {
                for slot in [even, odd] {
                    led = led.wrapping_add(led).wrapping_add(bit(lead, *slot));
                }
            }
            from = from.wrapping_add(8);
        }
        let missing = cast::narrow(BLOCK.wrapping_sub(from));
        led.wrapping_shl(missing & 63).reverse_bits()
    }

    /// Of the places that the lead has, those at which the block has a pair's key, and those at which it has a four's.
    #[inline(never)]
    pub(super) fn pairs_and_fours(&self, led: u64, block: &Block) -> (u64, u64) {
        let record = self.record();
        let pair_bits = Bits::open(self.content, &record.pair);
        let four_bits = Bits::open(self.content, &record.four);
        let (mut pairs, mut fours) = (0, 0);
        for place in Places(led) {
            let (pair, four) = block.windows(place);
            let (pair, four) = (key::pair(pair), key::four(four));
            pairs |= pair_bits
                .bit(pair.slot(pair_bits.log2))
                .wrapping_shl(place.into());
            fours |= four_bits
                .bit(four.slot(four_bits.log2))
                .wrapping_shl(place.into());
        }
        (pairs, fours)
    }
}
