//! Where literals go: for each the table and key through which a finder reaches it.
//!
//! A key is chosen for two things at once: that ordinary texts seldom hold it, and that its bucket stays small,
//! because a text chosen by an attacker will hold it everywhere. Literals with the fewest possible keys choose
//! first; ties fall by text, so the outcome does not depend on the order in which literals arrive.

use std::collections::HashMap;

use cofferdam_interpreter::key::{self, Key};
use cofferdam_interpreter::limits::{MAX_BUCKET, MAX_SCANNED, MIN_LONG};
use cofferdam_interpreter::{Mode, Place};

use crate::error::WriteError;
use crate::model::Literal;
use crate::rarity::Rarity;

/// A table's size for this many entries: at most one bit in eight set while that fits 16 KiB, one in two beyond.
pub(crate) fn log2_for(place: Place, entries: usize) -> u8 {
    if entries == 0 {
        return 0;
    }
    if place == Place::Pair {
        return key::PAIR_LOG2;
    }
    let log2 = |n: usize| n.next_power_of_two().trailing_zeros() as u8;
    let roomy = log2(entries * 8).clamp(6, 17);
    let tight = log2(entries * 2).clamp(6, 20);
    roomy.max(tight)
}

/// The keys under which a literal must be entered, with the offset of each within it.
pub(crate) fn keys(units: &[u16], place: Place, at: u8) -> Vec<(Key, u8)> {
    let start = usize::from(at);
    let word = |from: usize| {
        let mut four = [0; 4];
        four.copy_from_slice(&units[from..from + 4]);
        cofferdam_interpreter::fold::pack(four)
    };
    match place {
        Place::Long => (0..4)
            .map(|alignment| (key::long(word(start + alignment)), at + alignment as u8))
            .collect(),
        Place::Pair => {
            let mut packed = 0_u64;
            for unit in &units[start.saturating_sub(2)..start + 2] {
                packed = packed >> 16 | u64::from(*unit) << 48;
            }
            vec![(key::pair(packed), at)]
        }
        Place::Unit => vec![(key::unit(units[start]), at)],
        Place::Tail => {
            let bytes: Vec<[u8; 2]> = units.iter().map(|unit| unit.to_le_bytes()).collect();
            vec![(key::tail(&bytes), 0)]
        }
        Place::Loose => Vec::new(),
    }
}

/// Chooses place and key of each literal; those that come with a place keep it.
///
/// Slots depend on the tables' sizes, and these on the places chosen: so it is done again until both agree. The
/// writer sizes tables by the outcome alone, which makes a program with every place given the same bytes.
pub(crate) fn choose(
    literals: &[Literal],
    rarity: &Rarity,
) -> Result<Vec<(Place, u8)>, WriteError> {
    let mut sizes = sizes(
        literals
            .iter()
            .map(|literal| literal.place.map_or_else(|| likely(literal), |it| it.0)),
    );
    let mut chosen = Vec::new();
    for _ in 0..4 {
        chosen = choose_once(literals, rarity, &sizes)?;
        let outcome = self::sizes(chosen.iter().map(|(place, _)| *place));
        if outcome == sizes {
            break;
        }
        sizes = outcome;
    }
    Ok(chosen)
}

fn choose_once(
    literals: &[Literal],
    rarity: &Rarity,
    sizes: &Sizes,
) -> Result<Vec<(Place, u8)>, WriteError> {
    let mut chooser = Chooser {
        rarity,
        sizes,
        load: HashMap::new(),
        same: HashMap::new(),
    };
    let mut order: Vec<usize> = (0..literals.len()).collect();
    // Given places first, then the literals with the least choice.
    order.sort_by_key(|index| {
        let literal = &literals[*index];
        (literal.place.is_none(), literal.units.len(), literal)
    });
    let mut chosen = vec![(Place::Loose, 0); literals.len()];
    for index in order {
        let literal = &literals[index];
        let found = literal.place.or_else(|| chooser.best(literal));
        let Some((place, at)) = found.filter(|(place, at)| is_possible(literal, *place, *at))
        else {
            return Err(WriteError::NoPlace {
                mode: literal.mode,
                text: String::from_utf16_lossy(&literal.units),
            });
        };
        chooser.enter(literal, place, at);
        chosen[index] = (place, at);
    }
    Ok(chosen)
}

/// Whether the literal's text allows the place and key: what the writer must not fall over.
fn is_possible(literal: &Literal, place: Place, at: u8) -> bool {
    let length = literal.units.len();
    let at = usize::from(at);
    match place {
        Place::Long => at + MIN_LONG <= length,
        Place::Pair => at + 2 <= length,
        Place::Unit => at < length,
        Place::Tail => at == 0,
        Place::Loose => false,
    }
}

struct Chooser<'r> {
    rarity: &'r Rarity,
    sizes: &'r Sizes,
    /// Entries in each bucket.
    load: HashMap<(Place, u32), usize>,
    /// Entries with the same tag in the same bucket: an attacker repeats one key, and all of them are compared.
    same: HashMap<(Place, u32, u32), usize>,
}

impl Chooser<'_> {
    fn slot(&self, place: Place, key: Key) -> u32 {
        key.slot(self.sizes[&place])
    }

    fn enter(&mut self, literal: &Literal, place: Place, at: u8) {
        for (key, _) in keys(&literal.units, place, at) {
            let slot = self.slot(place, key);
            *self.load.entry((place, slot)).or_default() += 1;
            *self.same.entry((place, slot, key.tag)).or_default() += 1;
        }
    }

    fn best(&self, literal: &Literal) -> Option<(Place, u8)> {
        let units = &literal.units;
        let separated = units.contains(&0x5C);
        let whole = literal.mode == Mode::Equals || (literal.mode == Mode::Ends && separated);
        if whole && self.price(literal, Place::Tail, 0).is_some() {
            return Some((Place::Tail, 0));
        }
        if units.len() > MAX_SCANNED {
            return None;
        }
        let last = |length: usize| u8::try_from(units.len().checked_sub(length)?).ok();
        let long = last(MIN_LONG)
            .into_iter()
            .flat_map(|last| (0..=last).map(|at| (Place::Long, at)));
        let best_long = self.cheapest(literal, long);
        if best_long.is_some() {
            return best_long;
        }
        let ascii = |at: u8| units[usize::from(at)] < 0x80;
        if units.iter().any(|unit| *unit >= 0x80) {
            let unit = (0..=last(1)?).filter(|at| !ascii(*at));
            let best = self.cheapest(literal, unit.map(|at| (Place::Unit, at)));
            if best.is_some() {
                return best;
            }
        }
        let pair = last(2)
            .into_iter()
            .flat_map(|last| 0..=last)
            .filter(|at| ascii(*at) && ascii(at + 1));
        self.cheapest(literal, pair.map(|at| (Place::Pair, at)))
            .or_else(|| {
                let unit = (0..=last(1)?).map(|at| (Place::Unit, at));
                (units.len() == 1).then(|| self.cheapest(literal, unit))?
            })
    }

    fn cheapest(
        &self,
        literal: &Literal,
        places: impl Iterator<Item = (Place, u8)>,
    ) -> Option<(Place, u8)> {
        places
            .filter_map(|(place, at)| Some((self.price(literal, place, at)?, place, at)))
            .min_by_key(|(price, place, at)| (*price, *place, *at))
            .map(|(_, place, at)| (place, at))
    }

    /// What a key costs; `None` where a bucket would overflow.
    fn price(&self, literal: &Literal, place: Place, at: u8) -> Option<u64> {
        let units = &literal.units;
        let at_index = usize::from(at);
        let mut price = 0_u64;
        let mut slots: Vec<u32> = Vec::new();
        for (key, offset) in keys(units, place, at) {
            let slot = self.slot(place, key);
            let own = slots.iter().filter(|other| **other == slot).count();
            slots.push(slot);
            let load = self.load.get(&(place, slot)).copied().unwrap_or(0) + own;
            if load >= MAX_BUCKET {
                return None;
            }
            let same = self.same.get(&(place, slot, key.tag)).copied().unwrap_or(0);
            let common = match place {
                Place::Long => {
                    let from = usize::from(offset);
                    let mut gram = [0; 4];
                    gram.copy_from_slice(&units[from..from + 4]);
                    self.rarity.of_gram(gram)
                }
                Place::Pair => self.rarity.of_pair([units[at_index], units[at_index + 1]]),
                Place::Unit => self.rarity.of_unit(units[at_index]),
                Place::Tail | Place::Loose => 0,
            };
            let context = if place == Place::Pair && at < 2 {
                // Fewer units to tell candidates apart by.
                u64::from(2 - at) * 4
            } else {
                0
            };
            let load = load as u64;
            price += u64::from(common) * 4 + load * load * 8 + (same * same) as u64 * 64 + context;
        }
        Some(price)
    }
}

/// The base-2 logarithm of each table's bits.
pub(crate) type Sizes = HashMap<Place, u8>;

/// The tables' sizes for literals in these places; 0 for a table that nobody needs.
pub(crate) fn sizes(places: impl Iterator<Item = Place>) -> Sizes {
    let mut entries: HashMap<Place, usize> = HashMap::new();
    for place in places {
        *entries.entry(place).or_default() += if place == Place::Long { 4 } else { 1 };
    }
    [Place::Long, Place::Pair, Place::Unit, Place::Tail]
        .into_iter()
        .map(|place| {
            (
                place,
                log2_for(place, entries.get(&place).copied().unwrap_or(0)),
            )
        })
        .collect()
}

/// Where a literal most likely goes.
fn likely(literal: &Literal) -> Place {
    let units = &literal.units;
    match literal.mode {
        Mode::Equals => Place::Tail,
        Mode::Ends if units.contains(&0x5C) => Place::Tail,
        _ if units.len() >= MIN_LONG => Place::Long,
        _ if units.len() > 1 && units.iter().all(|unit| *unit < 0x80) => Place::Pair,
        _ => Place::Unit,
    }
}
