//! Where literals go: for each the table and key through which a finder reaches it.
//!
//! A key is chosen for two things at once: that ordinary texts seldom hold it, and that its bucket stays small,
//! because a text chosen by an attacker will hold it everywhere. Literals with the fewest possible keys choose
//! first; ties fall by text, so the outcome does not depend on the order in which literals arrive.

use std::collections::HashMap;

use cofferdam_interpreter::key::{self, Key};
use cofferdam_interpreter::limits::{MAX_BUCKET, MAX_SCANNED, MIN_LONG};
use cofferdam_interpreter::{Mode, Place, fold};

use crate::error::WriteError;
use crate::model::Literal;
use crate::rarity::Rarity;

/// Hits in a million units that are worth probing every unit instead of every fourth: a probe costs some ten
/// instructions, a hit some two hundred.
const WORTH_PROBING: u64 = 50_000;

/// The base-2 logarithm of each table's bits.
pub(crate) type Sizes = HashMap<Place, u8>;

/// A table's size for this many entries: at most one bit in eight set while that fits 16 KiB, one in two beyond.
fn log2_for(place: Place, entries: usize) -> u8 {
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

/// The tables' sizes for literals in these places; 0 for a table that nobody needs.
pub(crate) fn sizes(places: impl Iterator<Item = Place>) -> Sizes {
    let mut entries: HashMap<Place, usize> = HashMap::new();
    for place in places {
        *entries.entry(place).or_default() += if place == Place::Long { 4 } else { 1 };
    }
    let all = [
        Place::Long,
        Place::Three,
        Place::Pair,
        Place::Unit,
        Place::Tail,
    ];
    all.into_iter()
        .map(|place| {
            (
                place,
                log2_for(place, entries.get(&place).copied().unwrap_or(0)),
            )
        })
        .collect()
}

/// The keys under which a literal must be entered, with the offset of each within it.
pub(crate) fn keys(units: &[u16], place: Place, at: u8) -> Vec<(Key, u8)> {
    let start = usize::from(at);
    let pack = |units: &[u16]| {
        let lanes = units.iter().rev();
        lanes.fold(0_u64, |word, unit| word << 16 | u64::from(*unit))
    };
    match place {
        Place::Long => (0..4_u8)
            .map(|alignment| {
                let from = start + usize::from(alignment);
                (key::long(pack(&units[from..from + 4])), at + alignment)
            })
            .collect(),
        Place::Three => {
            let word = match start.checked_sub(1) {
                Some(before) => pack(&units[before..start + 3]),
                None => pack(&units[..3]) << 16,
            };
            vec![(key::three(word), at)]
        }
        Place::Pair => vec![(key::pair(pack(units)), 0)],
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
    let rarity = rarity.with(literals.iter().map(|literal| literal.units.as_slice()));
    let three = wants_three(literals, &rarity);
    let likely = |literal: &Literal| match literal.place {
        Some((place, _)) => place,
        None => possible(literal, three)
            .next()
            .map_or(Place::Unit, |it| it.0),
    };
    let mut sizes = sizes(literals.iter().map(likely));
    let mut chosen = Vec::new();
    for _ in 0..4 {
        let mut chooser = Chooser {
            rarity: &rarity,
            three,
            sizes: &sizes,
            load: HashMap::new(),
            same: HashMap::new(),
        };
        chosen = chooser.choose(literals)?;
        let outcome = self::sizes(chosen.iter().map(|(place, _)| *place));
        if outcome == sizes {
            break;
        }
        sizes = outcome;
    }
    Ok(chosen)
}

/// Whether long literals too may use the three table: when it is needed anyway, or when their best 4-grams are
/// so common that probing every unit is cheaper.
fn wants_three(literals: &[Literal], rarity: &Rarity) -> bool {
    let mut saved = 0;
    literals
        .iter()
        .filter(|literal| literal.place.is_none())
        .any(|literal| {
            let best = |place: Place| {
                possible(literal, true)
                    .filter(|it| it.0 == place)
                    .map(|(place, at)| hits(&literal.units, place, at, rarity))
                    .min()
            };
            let others = [Place::Tail, Place::Pair, Place::Unit];
            match (best(Place::Long), best(Place::Three)) {
                (Some(long), Some(three)) => saved += long.saturating_sub(three),
                (None, Some(_)) => return !others.iter().any(|place| best(*place).is_some()),
                _ => {}
            }
            saved > WORTH_PROBING
        })
}

/// Every place and key that the literal's text allows; the most desirable place first.
fn possible(literal: &Literal, three: bool) -> impl Iterator<Item = (Place, u8)> {
    let units = literal.units.as_slice();
    let length = units.len();
    let scanned = length <= MAX_SCANNED;
    let starts = |place: Place, width: usize| {
        let count = (length + 1).saturating_sub(width);
        let count = if scanned { count } else { 0 };
        (0..count).map(move |at| (place, at as u8))
    };
    let whole =
        literal.mode == Mode::Equals || (literal.mode == Mode::Ends && units.contains(&0x5C));
    let tail = whole.then_some((Place::Tail, 0));
    let ascii = units.iter().all(|unit| *unit < 0x80);
    let pair = (length == 2 && ascii).then_some((Place::Pair, 0));
    let unit = starts(Place::Unit, 1).filter(move |(_, at)| {
        length < MIN_LONG && (length == 1 || units[usize::from(*at)] >= 0x80)
    });
    let three = starts(Place::Three, 3).filter(move |_| three || length < MIN_LONG);
    tail.into_iter()
        .chain(starts(Place::Long, MIN_LONG))
        .chain(pair)
        .chain(unit)
        .chain(three)
}

/// How often the key is met in a million units of ordinary text.
fn hits(units: &[u16], place: Place, at: u8, rarity: &Rarity) -> u64 {
    let at = usize::from(at);
    match place {
        // Each 4-gram is probed at every fourth unit.
        Place::Long => {
            let grams = units[at..at + MIN_LONG].array_windows::<4>();
            grams.map(|gram| rarity.of(gram)).sum::<u64>() / 4
        }
        Place::Three => rarity.of(&units[at..at + 3]),
        Place::Pair => rarity.of(units),
        Place::Unit => rarity.of(&units[at..=at]),
        Place::Tail | Place::Loose => 0,
    }
}

struct Chooser<'r> {
    rarity: &'r Rarity,
    three: bool,
    sizes: &'r Sizes,
    /// Entries in each bucket.
    load: HashMap<(Place, u32), u64>,
    /// Entries with the same tag in the same bucket: an attacker repeats one key, and all of them are compared.
    same: HashMap<(Place, u32, u32), u64>,
}

impl Chooser<'_> {
    fn choose(&mut self, literals: &[Literal]) -> Result<Vec<(Place, u8)>, WriteError> {
        let mut order: Vec<usize> = (0..literals.len()).collect();
        // Given places first, then the literals with the least choice.
        order.sort_by_key(|index| {
            let literal = &literals[*index];
            (literal.place.is_none(), literal.units.len(), literal)
        });
        let mut chosen = vec![(Place::Loose, 0); literals.len()];
        for index in order {
            let literal = &literals[index];
            let found = match literal.place {
                Some(given) => possible(literal, true).find(|it| *it == given),
                None => self.best(literal),
            };
            let Some((place, at)) = found else {
                return Err(WriteError::NoPlace {
                    mode: literal.mode,
                    text: String::from_utf16_lossy(&literal.units),
                });
            };
            self.enter(literal, place, at);
            chosen[index] = (place, at);
        }
        Ok(chosen)
    }

    fn best(&self, literal: &Literal) -> Option<(Place, u8)> {
        // The tail is probed once for each text: nothing is cheaper.
        let tail = possible(literal, self.three).find(|(place, at)| {
            *place == Place::Tail && self.price(literal, *place, *at).is_some()
        });
        if tail.is_some() {
            return tail;
        }
        possible(literal, self.three)
            .filter_map(|(place, at)| Some((self.price(literal, place, at)?, place, at)))
            .min()
            .map(|(_, place, at)| (place, at))
    }

    fn slot(&self, place: Place, key: Key) -> u32 {
        key.slot(self.sizes.get(&place).copied().unwrap_or(0))
    }

    fn enter(&mut self, literal: &Literal, place: Place, at: u8) {
        for (key, _) in keys(&literal.units, place, at) {
            let slot = self.slot(place, key);
            *self.load.entry((place, slot)).or_default() += 1;
            *self.same.entry((place, slot, key.tag)).or_default() += 1;
        }
    }

    /// What a key costs; `None` where a bucket would overflow.
    fn price(&self, literal: &Literal, place: Place, at: u8) -> Option<u64> {
        let mut price = hits(&literal.units, place, at, self.rarity).saturating_mul(4);
        let mut own: Vec<u32> = Vec::new();
        for (key, _) in keys(&literal.units, place, at) {
            let slot = self.slot(place, key);
            let mine = own.iter().filter(|other| **other == slot).count() as u64;
            own.push(slot);
            let load = self.load.get(&(place, slot)).copied().unwrap_or(0) + mine;
            if load >= MAX_BUCKET as u64 {
                return None;
            }
            let same = self.same.get(&(place, slot, key.tag)).copied().unwrap_or(0);
            price = price.saturating_add(load * load * 16 + same * same * 64);
        }
        Some(price)
    }
}

const _: () = assert!(fold::LANES == 4, "long keys are four units");
