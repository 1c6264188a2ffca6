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
    four: Option<Table<'a>>,
    pair: Option<Table<'a>>,
}

impl<'a> Tables<'a> {
    #[inline(always)]
    pub(super) fn open(content: &Content<'a>, record: &FinderRecord) -> Option<Self> {
        if record.four.log2 == 0 && record.pair.log2 == 0 {
            return None;
        }
        Some(Self {
            lead: lead(content, record)?,
            four: Table::open(content, &record.four),
            pair: Table::open(content, &record.pair),
        })
    }
}

/// The finder's lead.
fn lead<'a>(content: &Content<'a>, record: &FinderRecord) -> Option<&'a [[u8; 8]; LEAD_WORDS]> {
    run(content.bits, record.lead_start, cast::narrow(LEAD_WORDS))?.first_chunk()
}

/// Places within a block, in a list that grows by a bit: whether the place last written belongs to it.
struct Places {
    list: [u8; BLOCK],
    count: usize,
}

impl Places {
    const NONE: Self = Self {
        list: [0; BLOCK],
        count: 0,
    };

    /// Each place is pushed at most once, so that the list never holds more than a block has.
    #[inline(always)]
    fn push(&mut self, place: u8, bit: usize) {
        if let Some(last) = self.list.get_mut(self.count & BLOCK.wrapping_sub(1)) {
            *last = place;
        }
        self.count = self.count.wrapping_add(bit);
    }

    #[inline(always)]
    fn all(&self) -> impl Iterator<Item = u8> {
        self.list.iter().copied().take(self.count)
    }
}

impl<'a> Literals<'a> {
    #[inline(never)]
    pub(super) fn scan_each(&self, tables: &Tables<'a>, text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()));
        let mut slots = [0_u16; BLOCK];
        let mut rest = text;
        let mut at = 0_usize;
        while rest.len() >= 2 {
            let led = led(tables.lead, rest, &mut slots);
            found.spend(cast::wide(led.count));
            if let Some(table) = &tables.pair {
                self.pairs(table, (&led, &slots), at, text, found);
            }
            if let Some(table) = &tables.four {
                self.fours(table, &led, at, text, found);
            }
            rest = rest.get(BLOCK..).unwrap_or(&[]);
            at = at.wrapping_add(BLOCK);
        }
    }

    /// Looks up the pairs of a block that begins at `block`.
    #[inline(always)]
    fn pairs(
        &self,
        table: &Table<'a>,
        (led, slots): (&Places, &[u16; BLOCK]),
        block: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let mut hits = Places::NONE;
        for place in led.all() {
            let slot = slots.get(usize::from(place)).copied().unwrap_or(0);
            hits.push(
                place,
                table.bit(key::slot(key::pair_hash(slot), table.log2)),
            );
        }
        for place in hits.all() {
            let at = block.wrapping_add(place.into());
            let Some(units) = ending(text, at.wrapping_add(2)) else {
                continue;
            };
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

    /// Looks up the four units at each of a block's places.
    #[inline(always)]
    fn fours(
        &self,
        table: &Table<'a>,
        led: &Places,
        block: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let mut hits = Places::NONE;
        for place in led.all() {
            let at = block.wrapping_add(place.into());
            let Some(units) = four(text, at) else {
                break;
            };
            let mut word = fold::pack(*units);
            if !fold::word_is_ascii(word) {
                word = fold::word(word);
            }
            let slot = key::slot(key::gram_hash(word), table.log2);
            hits.push(place, table.bit(slot));
        }
        for place in hits.all() {
            let at = block.wrapping_add(place.into());
            let Some(units) = four(text, at) else {
                break;
            };
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

/// The places, among a block's at the beginning of `text`, where the lead has the pair; and each one's slot.
#[inline(always)]
fn led(lead: &[[u8; 8]; LEAD_WORDS], text: &[u16], slots: &mut [u16; BLOCK]) -> Places {
    let mut led = Places::NONE;
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
            let word = lead.get(usize::from(slot >> 6 & 63)).copied();
            led.push(place, table::bit(word.unwrap_or([0; 8]), slot.into()));
            place = place.wrapping_add(1);
        }
        rest = rest.get(8..).unwrap_or(&[]);
    }
    led
}

/// The slots of eight successive pairs.
#[inline(always)]
fn pair_slots(units: &[u16; 9]) -> [u16; 8] {
    let all = units.iter().fold(0, |all, unit| all | unit);
    let folded;
    let units = if all < 0x80 {
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
