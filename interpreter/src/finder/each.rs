//! Keys that may begin at any unit: four units, or two, behind the lead.

use super::{Found, Literals, Probe};
use crate::cast;
use crate::content::{Content, run};
use crate::fold;
use crate::key;
use crate::layout::FinderRecord;
use crate::table::{self, Table};

/// Units of a text that are probed before the next are looked at.
const BLOCK: usize = 64;

/// Words of the lead.
pub(crate) const LEAD_WORDS: usize = 64;

const _: () = assert!(LEAD_WORDS << 6 == 1 << key::LEAD_LOG2);

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
        Some(Self {
            lead: lead(content, record)?,
            four: Table::open(content, &record.four).unwrap_or(Table::EMPTY),
            pair: Table::open(content, &record.pair).unwrap_or(Table::EMPTY),
        })
    }
}

/// The finder's lead.
fn lead<'a>(content: &Content<'a>, record: &FinderRecord) -> Option<&'a [[u8; 8]; LEAD_WORDS]> {
    run(content.bits, record.lead_start, cast::narrow(LEAD_WORDS))?.first_chunk()
}

/// Places within a block.
type Places = [u8; BLOCK];

/// Notes a place in a list of `count`; what the list then has is `bit` more. So no branch depends on the bit. Each
/// place is noted at most once, so that no list ever has more than the block.
#[inline(always)]
fn note(list: &mut Places, count: usize, place: u8, bit: usize) -> usize {
    if let Some(last) = list.get_mut(count & BLOCK.wrapping_sub(1)) {
        *last = place;
    }
    count.wrapping_add(bit)
}

/// The places of a block at which tables have a key.
struct Hits {
    four: Places,
    fours: usize,
    pair: Places,
    pairs: usize,
}

impl<'a> Literals<'a> {
    #[inline(never)]
    pub(super) fn scan_each(&self, tables: &Tables<'a>, text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()));
        let mut rest = text;
        let mut at = 0_usize;
        let mut hits = Hits {
            four: [0; BLOCK],
            fours: 0,
            pair: [0; BLOCK],
            pairs: 0,
        };
        while rest.len() >= 2 {
            found.spend(probe(tables, rest, &mut hits));
            let pairs = hits.pair.get(..hits.pairs).unwrap_or(&hits.pair);
            self.pairs(&tables.pair, pairs, at, text, found);
            let fours = hits.four.get(..hits.fours).unwrap_or(&hits.four);
            self.fours(&tables.four, fours, at, text, found);
            rest = rest.get(BLOCK..).unwrap_or(&[]);
            at = at.wrapping_add(BLOCK);
        }
    }

    /// Looks up the pairs at these places of a block.
    #[inline(always)]
    fn pairs(
        &self,
        table: &Table<'a>,
        places: &[u8],
        block: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        for place in places {
            let at = block.wrapping_add(usize::from(*place));
            if let Some(units) = ending(text, at.wrapping_add(2)) {
                let word = fold::chunk(units);
                let probe = Probe {
                    key: key::pair(word),
                    at,
                    width: 2,
                    exact: fold::word_is_ascii(word),
                };
                self.look_up(table, &probe, text, found);
            }
        }
    }

    /// Looks up the four units at these places of a block.
    #[inline(always)]
    fn fours(
        &self,
        table: &Table<'a>,
        places: &[u8],
        block: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        for place in places {
            let at = block.wrapping_add(usize::from(*place));
            if let Some(units) = four(text, at) {
                let word = fold::chunk(*units);
                let probe = Probe {
                    key: key::gram(word),
                    at,
                    width: 4,
                    exact: fold::word_is_ascii(word),
                };
                self.look_up(table, &probe, text, found);
            }
        }
    }
}

/// Probes the block at the beginning of `text`; the steps that it took beyond those of the pass.
#[inline(never)]
fn probe(tables: &Tables<'_>, text: &[u16], hits: &mut Hits) -> u64 {
    let mut slots = [0_u16; BLOCK];
    let mut led = [0; BLOCK];
    let mut leds = 0_usize;
    let (chunks, _) = slots.as_chunks_mut::<8>();
    let mut rest = text;
    let mut place = 0_u8;
    for slots in chunks {
        let padded;
        let units = match rest.first_chunk::<9>() {
            Some(units) => units,
            None if rest.len() < 2 => break,
            None => {
                padded = pad(rest);
                &padded
            }
        };
        *slots = pair_slots(units);
        for slot in slots {
            let slot = *slot;
            let word = tables.lead.get(usize::from(slot >> 6 & 63)).copied();
            let bit = table::bit(word.unwrap_or([0; 8]), slot.into());
            leds = note(&mut led, leds, place, bit);
            place = place.wrapping_add(1);
        }
        rest = rest.get(8..).unwrap_or(&[]);
    }
    let led = led.get(..leds).unwrap_or(&led);
    let (pair, four) = (tables.pair, tables.four);
    let (mut pairs, mut fours) = (0_usize, 0_usize);
    for place in led {
        let at = usize::from(*place);
        let slot = slots.get(at).copied().unwrap_or(0);
        let bit = pair.bit(key::slot(key::pair_hash(slot), pair.log2));
        pairs = note(&mut hits.pair, pairs, *place, bit);
    }
    for place in led {
        let Some(units) = self::four(text, usize::from(*place)) else {
            break;
        };
        let mut word = fold::pack(*units);
        if !fold::word_is_ascii(word) {
            word = fold::word(word);
        }
        let bit = four.bit(key::slot(key::gram_hash(word), four.log2));
        fours = note(&mut hits.four, fours, *place, bit);
    }
    hits.pairs = pairs;
    hits.fours = fours;
    cast::wide(led.len())
}

/// The slots of eight successive pairs.
#[inline(always)]
fn pair_slots(units: &[u16; 9]) -> [u16; 8] {
    let (words, last) = units.as_chunks::<4>();
    let last = last.iter().fold(0, |all, unit| all | u64::from(*unit));
    let all = words.iter().fold(last, |all, word| all | fold::pack(*word));
    let folded;
    let units = if fold::word_is_ascii(all) {
        units
    } else {
        folded = units.map(fold::unit);
        &folded
    };
    let mut slots = [0; 8];
    for (slot, [first, second]) in slots.iter_mut().zip(units.array_windows::<2>()) {
        *slot = key::pair_slot(*first, *second);
    }
    slots
}

/// The four units at `at`.
#[inline(always)]
fn four(text: &[u16], at: usize) -> Option<&[u16; 4]> {
    let (_, rest) = text.split_at_checked(at)?;
    rest.first_chunk()
}

/// The four units before `end`; zeros before the text's first. (`last_chunk` would leave a panic in the image: the
/// optimiser does not see that its `split_at` stays within.)
#[inline(always)]
fn ending(text: &[u16], end: usize) -> Option<[u16; 4]> {
    match end.checked_sub(4) {
        Some(at) => four(text, at).copied(),
        None => text.get(..end).map(first_units),
    }
}

/// Up to four units, after zeros.
#[cold]
#[inline(never)]
fn first_units(units: &[u16]) -> [u16; 4] {
    let mut word = [0; 4];
    for (to, from) in word.iter_mut().rev().zip(units.iter().rev()) {
        *to = *from;
    }
    word
}

/// Fewer than nine units, before zeros.
#[inline(never)]
fn pad(units: &[u16]) -> [u16; 9] {
    let mut padded = [0; 9];
    for (to, from) in padded.iter_mut().zip(units) {
        *to = *from;
    }
    padded
}
