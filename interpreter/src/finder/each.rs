//! Keys that may begin at any unit: four units, or two, behind the lead.

use super::block::{BLOCK, Block};
use super::{Found, Hit, Literals, Places};
use crate::cast;
use crate::content::{Content, run};
use crate::key;
use crate::layout::FinderRecord;
use crate::table::{self, Table};

/// Words of the lead.
pub(crate) const LEAD_WORDS: usize = 512;

const _: () = assert!(LEAD_WORDS << 3 == key::LEAD_BYTES);

/// The tables behind the lead.
#[derive(Debug)]
pub(super) struct Tables<'a> {
    lead: &'a [[u8; 8]; LEAD_WORDS],
    four: Table<'a>,
    pair: Table<'a>,
}

impl<'a> Tables<'a> {
    #[inline(always)]
    pub(super) fn open(content: &Content<'a>, record: &FinderRecord) -> Option<Self> {
        if record.four.log2 == 0 && record.pair.log2 == 0 {
            return None;
        }
        let lead = run(content.bits, record.lead_start, cast::narrow(LEAD_WORDS))?;
        Some(Self {
            lead: lead.first_chunk()?,
            four: Table::open(content, &record.four).unwrap_or(Table::EMPTY),
            pair: Table::open(content, &record.pair).unwrap_or(Table::EMPTY),
        })
    }

    /// The lead's bit with this number.
    #[inline(always)]
    fn leads(&self, slot: u16) -> u64 {
        let word = self.lead.get(usize::from(slot >> 6 & 511)).copied();
        table::bit(word.unwrap_or([0; 8]), slot.into())
    }
}

impl<'a> Literals<'a> {
    /// Finds the literals whose keys begin in the block, which is at `at`.
    #[inline(never)]
    pub(super) fn scan_each(
        &self,
        tables: &Tables<'a>,
        (block, at): (&Block, usize),
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let led = probe(tables, block, text.len().wrapping_sub(at));
        let (mut pairs, mut fours) = (0, 0);
        for place in Places(led) {
            found.spend(1);
            let pair = key::pair(block.window_of_pair(place));
            let four = key::four(block.window(place));
            pairs |= tables
                .pair
                .bit(pair.slot(tables.pair.log2))
                .wrapping_shl(place.into());
            fours |= tables
                .four
                .bit(four.slot(tables.four.log2))
                .wrapping_shl(place.into());
        }
        for place in Places(pairs) {
            let hit = Hit {
                key: key::pair(block.window_of_pair(place)),
                at: at.wrapping_add(usize::from(place)),
                width: 2,
            };
            self.look_up(&tables.pair, &hit, text, found);
        }
        for place in Places(fours) {
            let hit = Hit {
                key: key::four(block.window(place)),
                at: at.wrapping_add(usize::from(place)),
                width: 4,
            };
            self.look_up(&tables.four, &hit, text, found);
        }
    }
}

/// The places at which the lead has a bit: among the block's first, `count` and up to seven more.
#[inline(never)]
fn probe(tables: &Tables<'_>, block: &Block, count: usize) -> u64 {
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
                led = led.wrapping_add(led).wrapping_add(tables.leads(*slot));
            }
        }
        from = from.wrapping_add(8);
    }
    let missing = cast::narrow(BLOCK.wrapping_sub(from));
    led.wrapping_shl(missing & 63).reverse_bits()
}
