//! Where literals go: for each the table and key through which a finder reaches it.
//!
//! A key is chosen for two things at once: that ordinary texts seldom hold it, and that its bucket stays small,
//! because a text chosen by an attacker will hold it everywhere. Literals with the fewest possible keys choose
//! first; ties fall by text, so the outcome does not depend on the order in which literals arrive.

use std::collections::HashMap;

use cofferdam_interpreter::key::{self, Key};
use cofferdam_interpreter::limits::{MAX_BUCKET, MAX_SCANNED};
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
pub(crate) fn sizes(places: impl Iterator<Item = Place>, stride: u8) -> Sizes {
    let mut entries: HashMap<Place, usize> = HashMap::new();
    for place in places {
        *entries.entry(place).or_default() += usize::from(runs(place, stride));
    }
    let all = [
        Place::Gram,
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

/// Successive keys under which a literal is entered.
fn runs(place: Place, stride: u8) -> u8 {
    match place {
        Place::Gram => stride,
        Place::Three => 2,
        _ => 1,
    }
}

/// Units that a literal's keys cover together.
fn width(place: Place, stride: u8) -> usize {
    match place {
        Place::Gram => usize::from(stride) + 3,
        Place::Three => 4,
        Place::Pair => 2,
        _ => 1,
    }
}

/// The keys under which a literal must be entered, with the offset of each within it.
pub(crate) fn keys(units: &[u16], place: Place, at: u8, stride: u8) -> Vec<(Key, u8)> {
    // Up to four units that end before `end`, as the high lanes of a word.
    let ending = |from: usize, end: usize| {
        units[from..end]
            .iter()
            .fold(0_u64, |word, unit| word >> 16 | u64::from(*unit) << 48)
    };
    let context = |at: usize, width: usize| {
        let end = at + width;
        ending(end.saturating_sub(4).min(at), end)
    };
    let key = |at: usize| match place {
        Place::Gram => key::gram(ending(at, at + 4)),
        Place::Three => key::three(context(at, 3)),
        Place::Pair => key::pair(context(at, 2)),
        Place::Unit => match at.checked_sub(key::WIDE_FROM.into()) {
            Some(from) => key::gram(ending(from, at + 1)),
            None => key::unit(units[at]),
        },
        Place::Tail | Place::Loose => {
            let bytes: Vec<[u8; 2]> = units.iter().map(|unit| unit.to_le_bytes()).collect();
            key::tail(&bytes)
        }
    };
    (0..runs(place, stride))
        .map(|step| (key(usize::from(at + step)), at + step))
        .collect()
}

/// Chooses place and key of each literal (those that come with a place keep it), and the stride at which grams
/// are probed.
///
/// Slots depend on the tables' sizes, and these on the places chosen: so it is done again until both agree. The
/// writer sizes tables by the outcome alone, which makes a program with every place given the same bytes.
pub(crate) fn choose(
    literals: &[Literal],
    rarity: &Rarity,
) -> Result<(Vec<(Place, u8)>, u8), WriteError> {
    let rarity = &rarity.with(literals.iter().map(|literal| literal.units.as_slice()));
    let stride = stride(literals, rarity);
    let chosen = choose_all(literals, rarity, stride)?;
    // The bytes must follow from the places alone: a narrow stride that none of them shows is not taken.
    let shown = literals
        .iter()
        .zip(&chosen)
        .any(|(literal, place)| shows_narrow_stride(literal, *place));
    if stride == 2 && !shown {
        return Ok((choose_all(literals, rarity, 4)?, 4));
    }
    Ok((chosen, stride))
}

/// Whether the place is one that only a stride of two allows.
fn shows_narrow_stride(literal: &Literal, (place, at): (Place, u8)) -> bool {
    place == Place::Gram && usize::from(at) + width(place, 4) > literal.units.len()
}

fn choose_all(
    literals: &[Literal],
    rarity: &Rarity,
    stride: u8,
) -> Result<Vec<(Place, u8)>, WriteError> {
    let likely = |literal: &Literal| match literal.place {
        Some((place, _)) => place,
        None => possible(literal, stride)
            .next()
            .map_or(Place::Unit, |it| it.0),
    };
    let mut sizes = sizes(literals.iter().map(likely), stride);
    let mut chosen = Vec::new();
    for _ in 0..4 {
        let mut chooser = Chooser {
            rarity,
            stride,
            sizes: &sizes,
            load: HashMap::new(),
            same: HashMap::new(),
        };
        chosen = chooser.choose(literals)?;
        let outcome = self::sizes(chosen.iter().map(|(place, _)| *place), stride);
        if outcome == sizes {
            break;
        }
        sizes = outcome;
    }
    Ok(chosen)
}

/// Four, unless literals of five or six units need a gram, or so many are entered under common grams for the sake
/// of the wide stride that probing twice as often is cheaper.
fn stride(literals: &[Literal], rarity: &Rarity) -> u8 {
    if literals.iter().any(|literal| literal.place.is_some()) {
        let narrow = literals.iter().any(|literal| {
            literal
                .place
                .is_some_and(|place| shows_narrow_stride(literal, place))
        });
        return if narrow { 2 } else { 4 };
    }
    let mut saved = 0;
    for literal in literals {
        let best = |stride: u8| {
            possible(literal, stride)
                .map(|(place, at)| hits(&literal.units, place, at, stride, rarity))
                .min()
        };
        let is_gram = |it: (Place, u8)| it.0 == Place::Gram;
        if possible(literal, 2).any(|it| it.0 == Place::Tail) {
            continue;
        }
        if literal.units.len() < width(Place::Gram, 4) && possible(literal, 2).any(is_gram) {
            return 2;
        }
        if let (Some(four), Some(two)) = (best(4), best(2)) {
            saved += four.saturating_sub(two);
        }
    }
    if saved > WORTH_PROBING { 2 } else { 4 }
}

/// Every place and key that the literal's text allows; the most desirable place first.
fn possible(literal: &Literal, stride: u8) -> impl Iterator<Item = (Place, u8)> {
    let units = literal.units.as_slice();
    let length = units.len();
    let starts = move |place: Place| {
        let count = (length + 1).saturating_sub(width(place, stride));
        let count = if length <= MAX_SCANNED { count } else { 0 };
        (0..count).map(move |at| (place, at as u8))
    };
    let whole =
        literal.mode == Mode::Equals || (literal.mode == Mode::Ends && units.contains(&0x5C));
    let tail = whole.then_some((Place::Tail, 0));
    let ascii = |at: u8| units.get(usize::from(at)).is_some_and(|unit| *unit < 0x80);
    let pair = starts(Place::Pair).filter(move |(_, at)| ascii(*at) && ascii(at + 1));
    let unit = starts(Place::Unit).filter(move |(_, at)| length == 1 || !ascii(*at));
    tail.into_iter()
        .chain(starts(Place::Gram))
        .chain(unit)
        .chain(starts(Place::Three))
        .chain(pair)
}

/// How often the key is met in a million units of ordinary text.
fn hits(units: &[u16], place: Place, at: u8, stride: u8, rarity: &Rarity) -> u64 {
    let at = usize::from(at);
    let run = &units[at..];
    match place {
        Place::Gram => {
            let grams = run[..width(place, stride)].array_windows::<4>();
            grams.map(|gram| rarity.of(gram)).sum::<u64>() / u64::from(stride)
        }
        Place::Three => (rarity.of(&run[..3]) + rarity.of(&run[1..4])) / 2,
        Place::Pair => rarity.of(&run[..2]),
        Place::Unit => rarity.of(&run[..1]),
        Place::Tail | Place::Loose => 0,
    }
}

struct Chooser<'r> {
    rarity: &'r Rarity,
    stride: u8,
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
                Some(given) => possible(literal, self.stride).find(|it| *it == given),
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
        let tail = possible(literal, self.stride).find(|(place, at)| {
            *place == Place::Tail && self.price(literal, *place, *at).is_some()
        });
        if tail.is_some() {
            return tail;
        }
        possible(literal, self.stride)
            .filter_map(|(place, at)| Some((self.price(literal, place, at)?, place, at)))
            .min()
            .map(|(_, place, at)| (place, at))
    }

    fn slot(&self, place: Place, key: Key) -> u32 {
        key.slot(self.sizes.get(&place).copied().unwrap_or(0))
    }

    fn enter(&mut self, literal: &Literal, place: Place, at: u8) {
        for (key, _) in keys(&literal.units, place, at, self.stride) {
            let slot = self.slot(place, key);
            *self.load.entry((place, slot)).or_default() += 1;
            *self.same.entry((place, slot, key.tag)).or_default() += 1;
        }
    }

    /// What a key costs; `None` where a bucket would overflow.
    fn price(&self, literal: &Literal, place: Place, at: u8) -> Option<u64> {
        let mut price = hits(&literal.units, place, at, self.stride, self.rarity).saturating_mul(4);
        let mut own: Vec<u32> = Vec::new();
        for (key, _) in keys(&literal.units, place, at, self.stride) {
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

const _: () = assert!(fold::LANES == 4, "grams are four units");
