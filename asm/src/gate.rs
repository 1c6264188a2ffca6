//! Gates: up to four pairs of units of which each literal behind the lead has one, if there are such that most texts
//! have none. Where the literals that need the lead are few and short, a text is then seldom passed over for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cofferdam_interpreter::Place;

use crate::model::Literal;
use crate::rarity::Rarity;

/// The most that gates may be met, in a million units: beyond that a typical path has one.
const MOST: u64 = 25_000;

/// Most literals for which gates are looked for: more have no four pairs in common.
pub(crate) const MOST_LITERALS: usize = 64;

/// Most gates.
const MOST_GATES: usize = 4;

/// What a pair counts that was never met, in a million units.
const UNSEEN: u64 = 20;

/// Always the same counts: gates follow from literals and places, as do the sizes of tables.
static RARITY: LazyLock<Rarity> = LazyLock::new(Rarity::builtin);

/// A pair of units.
pub(crate) type Pair = [u8; 2];

/// The gates for literals in these places, ascending; zeros where there are none.
pub(crate) fn choose(literals: &[Literal], chosen: &[(Place, u8)]) -> [u8; 8] {
    let led = literals.iter().zip(chosen);
    let led: Vec<&Literal> = led
        .filter(|(_, (place, _))| matches!(place, Place::Four | Place::Pair))
        .map(|(literal, _)| literal)
        .collect();
    let mut gates = [0; 8];
    let found = find(&led).map_or_else(BTreeSet::new, |(_, found)| found);
    for (to, from) in gates.iter_mut().zip(found.iter().flatten()) {
        *to = *from;
    }
    gates
}

/// Rare gates for the literals, and how often they are met in a million units. The pair goes first that is rarest for
/// the literals which it covers.
pub(crate) fn find(led: &[&Literal]) -> Option<(u64, BTreeSet<Pair>)> {
    if led.len() > MOST_LITERALS {
        return None;
    }
    let mut left: Vec<BTreeSet<Pair>> = led.iter().map(|literal| pairs(literal)).collect();
    let mut gates = BTreeSet::new();
    let mut often = 0;
    while !left.is_empty() {
        let mut covers: BTreeMap<Pair, u64> = BTreeMap::new();
        for pair in left.iter().flatten() {
            *covers.entry(*pair).or_default() += 1;
        }
        let met = |pair: &Pair| RARITY.of(&pair.map(u16::from)) + UNSEEN;
        let best = covers
            .into_iter()
            .min_by_key(|(pair, covered)| (met(pair) * 1_000 / covered, *pair));
        // None where a literal has no pair: it is left when all others are covered.
        let (pair, _) = best?;
        often += met(&pair);
        left.retain(|pairs| !pairs.contains(&pair));
        gates.insert(pair);
    }
    let few = (1..=MOST_GATES).contains(&gates.len()) && often <= MOST;
    few.then_some((often, gates))
}

/// The literal's pairs of ASCII units.
fn pairs(literal: &Literal) -> BTreeSet<Pair> {
    let pairs = literal.units.array_windows();
    pairs
        .map(|[one, two]| [*one, *two].map(|unit| u8::try_from(unit).unwrap_or(u8::MAX)))
        .filter(|pair| pair.is_ascii() && *pair != [0; 2])
        .collect()
}
