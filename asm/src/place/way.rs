//! Ways to a literal: the places that its text allows, the keys under which it is entered there, and what ordinary texts
//! make each cost.
//!
//! The verifier recomputes keys and lead; both follow from [`key`](cofferdam_interpreter::key).

use cofferdam_interpreter::key::{self, Beyond, Key};
use cofferdam_interpreter::limits::MAX_SCANNED;
use cofferdam_interpreter::{Mode, Place};

use super::{Grams, cost, table};
use crate::model::Literal;
use crate::rarity::Rarity;

/// Successive keys under which a literal is entered.
pub(super) fn runs(place: Place) -> u8 {
    if place == Place::Gram { 4 } else { 1 }
}

/// Units that a literal's keys cover together.
pub(super) fn width(place: Place) -> usize {
    match place {
        Place::Gram => 7,
        Place::Four => 4,
        Place::Pair => 2,
        _ => 1,
    }
}

/// The keys under which a literal must be entered, with the offset of each within it.
pub(crate) fn keys(units: &[u16], place: Place, at: u8) -> impl Iterator<Item = (Key, u8)> {
    let key = move |at: usize| match place {
        Place::Gram => {
            let gram = [units[at], units[at + 1], units[at + 2], units[at + 3]];
            key::gram(gram, ending(&gram))
        }
        Place::Four => key::four(ending(&units[at..at + 4])),
        Place::Edge => {
            let width = units.len().min(key::EDGE_UNITS);
            key::four(ending(&units[at..at + width]))
        }
        Place::Pair => key::pair(ending(&units[(at + 2).saturating_sub(4)..at + 2])),
        Place::Unit => Beyond::of(units, at, |unit| unit).key,
        Place::Single => key::unit(units[at]),
        Place::Tail | Place::Loose => {
            let bytes: Vec<[u8; 2]> = units.iter().map(|unit| unit.to_le_bytes()).collect();
            key::tail(&bytes)
        }
    };
    (0..runs(place)).map(move |step| (key(usize::from(at + step)), at + step))
}

/// Up to four units as the high bytes of a window.
fn ending(units: &[u16]) -> u32 {
    units.iter().fold(0, |window, unit| {
        window >> 8 | u32::from(key::narrow(*unit)) << 24
    })
}

/// The bits of the lead that a key of this place needs: which byte, and which of its bits.
pub(crate) fn leads(units: &[u16], place: Place, at: u8) -> Option<(u16, u8)> {
    let run = &units[usize::from(at)..];
    let after = |at: usize| run.get(at).map(|unit| key::narrow(*unit));
    matches!(place, Place::Four | Place::Pair)
        .then(|| key::leads((ending(&run[..2]) >> 16) as u16, after(2), after(3)))
}

/// What a key of the unit table sets in the widths: which byte, and which of its bits.
pub(crate) fn mark(units: &[u16], at: u8) -> Option<(u16, u8)> {
    Beyond::of(units, at.into(), |unit| unit).mark
}

/// The numbers of the bits that are set in one byte of the lead.
pub(crate) fn slots((byte, bits): (u16, u8)) -> impl Iterator<Item = usize> {
    (0..8)
        .filter(move |bit| bits >> bit & 1 != 0)
        .map(move |bit| usize::from(byte) << 3 | bit)
}

/// One place and key that a literal's text allows.
pub(super) struct Way {
    pub(super) place: Place,
    pub(super) at: u8,
    /// Its table's number.
    pub(super) table: Option<usize>,
    keys: [Key; 4],
    key_count: usize,
    /// Which bits of its tag count, where it has one key.
    pub(super) mask: u32,
    /// Its bits of the lead: which byte, and which of its bits.
    pub(super) lead: Option<(u16, u8)>,
    /// What ordinary texts make it cost.
    pub(super) cost: u64,
}

impl Way {
    /// Every option, those of the most desirable place first.
    pub(super) fn all(literal: &Literal, rarity: &Rarity, grams: Grams) -> Vec<Self> {
        let units = literal.units.as_slice();
        if let Some((place, at)) = literal.place {
            let fits = possible(literal, Grams::Some).any(|it| it == (place, at));
            let given = fits.then(|| Self::new(units, place, at, rarity));
            return given.into_iter().collect();
        }
        possible(literal, grams)
            .map(|(place, at)| Self::new(units, place, at, rarity))
            .collect()
    }

    fn new(units: &[u16], place: Place, at: u8, rarity: &Rarity) -> Self {
        let run = &units[usize::from(at)..];
        let hits = match place {
            Place::Gram => {
                let grams = run[..width(place)].array_windows::<4>();
                grams.map(|gram| rarity.of(gram)).sum::<u64>() / 4
            }
            Place::Four => rarity.of(&run[..4]),
            Place::Edge => rarity.of(&run[..run.len().min(key::EDGE_UNITS)]),
            Place::Pair => rarity.of(&run[..2]),
            Place::Unit => rarity.of(&run[..run.len().min(4)]),
            Place::Tail | Place::Single | Place::Loose => 0,
        };
        let mut all = [Key { hash: 0, tag: 0 }; 4];
        let mut key_count = 0;
        let mask = match place {
            Place::Pair => key::pair_mask(at),
            Place::Unit => Beyond::of(units, at.into(), |unit| unit).mask,
            _ => u32::MAX,
        };
        for (to, (key, _)) in all.iter_mut().zip(keys(units, place, at)) {
            *to = key;
            key_count += 1;
        }
        Self {
            place,
            at,
            table: table(place),
            keys: all,
            key_count,
            mask,
            lead: leads(units, place, at),
            cost: hits * cost::HIT,
        }
    }

    /// Its bits of the lead.
    pub(super) fn leads(&self) -> impl Iterator<Item = usize> {
        self.lead.into_iter().flat_map(slots)
    }

    /// The keys under which the literal is entered.
    pub(super) fn keys(&self) -> &[Key] {
        &self.keys[..self.key_count]
    }
}

/// Every place and key that the literal's text allows; the most desirable place first.
fn possible(literal: &Literal, grams: Grams) -> impl Iterator<Item = (Place, u8)> {
    let units = literal.units.as_slice();
    let length = units.len();
    let starts = move |place: Place| {
        let count = (length + 1).saturating_sub(width(place));
        let count = if length <= MAX_SCANNED { count } else { 0 };
        let is_ascii = |unit: &u16| *unit < 0x80;
        // The keys of one table begin with what is not ASCII, those of the others have none of it.
        let fits = move |at: &usize| match place {
            Place::Unit => !is_ascii(&units[*at]),
            _ => units[*at..at + width(place)].iter().all(is_ascii),
        };
        (0..count).filter(fits).map(move |at| (place, at as u8))
    };
    let whole =
        literal.mode == Mode::Equals || (literal.mode == Mode::Ends && units.contains(&0x5C));
    let tail = whole.then_some((Place::Tail, 0));
    let single = (length == 1 && units[0] < 0x80).then_some((Place::Single, 0));
    let lead = grams != Grams::All || length < width(Place::Gram);
    let four = starts(Place::Four).filter(move |_| lead);
    let pair = starts(Place::Pair).filter(move |_| lead);
    let grams = starts(Place::Gram).filter(move |_| grams != Grams::None);
    let last = length.saturating_sub(key::EDGE_UNITS);
    let edge = match literal.mode {
        Mode::Starts if (1..=MAX_SCANNED).contains(&length) => Some((Place::Edge, 0)),
        Mode::Ends if (1..=MAX_SCANNED).contains(&length) => Some((Place::Edge, last as u8)),
        _ => None,
    };
    let unit = starts(Place::Unit);
    tail.into_iter()
        .chain(single)
        .chain(edge)
        .chain(grams)
        .chain(four)
        .chain(unit)
        .chain(pair)
}
