//! Keys that may begin at any unit: four units, or two, behind the lead.

use super::block::Block;
use super::{Places, Scan};
use crate::cast;
use crate::content::run;
use crate::key;
use crate::table::Bits;

/// Words of the lead.
pub(crate) const LEAD_WORDS: usize = 512;

const _: () = assert!(LEAD_WORDS << 3 == key::LEAD_BYTES);

impl Scan<'_> {
    /// The places at which the lead has a bit: among those in the text, and up to seven more.
    #[inline(always)]
    pub(super) fn leads(&self, block: &Block) -> u64 {
        let words = cast::narrow(LEAD_WORDS);
        let lead = run(self.content.bits, self.record().lead_start, words);
        let Some(lead) = lead.and_then(|lead| lead.as_flattened().first_chunk()) else {
            return 0;
        };
        block.leads(lead, self.text.len().wrapping_sub(block.at(0)))
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
