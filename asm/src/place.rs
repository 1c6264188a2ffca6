//! Where literals go: for each the table and key through which a finder reaches it.
//!
//! A key is chosen for two things at once: that ordinary texts seldom hold it, and that its bucket stays small,
//! because a text chosen by an attacker will hold it everywhere. Literals with the fewest possible keys choose
//! first; ties fall by text, so the outcome does not depend on the order in which literals arrive. Then all choose
//! once more, knowing where the others are: keys behind the lead cost least where others have led already.

mod chooser;
mod way;

use std::collections::HashMap;

use cofferdam_interpreter::{Mode, Place};

use crate::error::WriteError;
use crate::gate;
use crate::model::Literal;
use crate::rarity::Rarity;
use chooser::Chooser;
use way::{Way, runs, width};
pub(crate) use way::{keys, leads, mark, slots};

/// What things cost, in instructions, as measured; [`Rarity`] says how often in a million units.
mod cost {
    /// The pass that probes grams, for a million units.
    pub(super) const GRAMS: u64 = 6_000_000;
    /// A pass that looks for a gate, for a million units.
    pub(super) const GATE: u64 = 2_500_000;
    /// The pass over the lead, for a million units.
    pub(super) const LEAD: u64 = 16_000_000;
    /// A pair that the lead has, and that the tables do not.
    pub(super) const LED: u64 = 45;
    /// A key that a table has, with the comparison that follows.
    pub(super) const HIT: u64 = 160;
    /// Each further entry in a bucket: an attacker's concern more than an ordinary text's.
    pub(super) const CROWD: u64 = 1_000;
    /// Each further entry with the same tag: all of them are compared where one is.
    pub(super) const TWIN: u64 = 4_000;
}

/// Units of a text of which nothing is known.
const TEXT: u64 = 40;

/// Rounds in which literals choose again.
const ROUNDS: usize = 2;

/// The tables that are hashed into.
const TABLES: [Place; 6] = [
    Place::Edge,
    Place::Gram,
    Place::Four,
    Place::Pair,
    Place::Unit,
    Place::Tail,
];

/// The base-2 logarithm of each table's bits.
pub(crate) type Sizes = HashMap<Place, u8>;

/// A table's number among [`TABLES`]; none for places without a table of their own.
fn table(place: Place) -> Option<usize> {
    TABLES.iter().position(|table| *table == place)
}

/// A table's size for this many entries: some sixteen bits to an entry while that fits 16 KiB, four beyond.
fn log2_for(entries: usize) -> u8 {
    if entries == 0 {
        return 0;
    }
    let log2 = |n: usize| n.next_power_of_two().trailing_zeros() as u8;
    let roomy = log2(entries * 12).clamp(MIN_LOG2, 17);
    let tight = log2(entries * 4).clamp(MIN_LOG2, 20);
    roomy.max(tight)
}

/// The smallest table: eight buckets of eight bits.
const MIN_LOG2: u8 = 6;

/// The tables' sizes for literals in these places; 0 for a table that nobody needs.
pub(crate) fn sizes(places: impl Iterator<Item = Place>) -> Sizes {
    let mut entries: HashMap<Place, usize> = HashMap::new();
    for place in places {
        *entries.entry(place).or_default() += usize::from(runs(place));
    }
    TABLES
        .into_iter()
        .map(|place| {
            let entries = entries.get(&place).copied().unwrap_or(0);
            (place, log2_for(entries))
        })
        .collect()
}

/// Chooses place and key of each literal; those that come with a place keep it.
///
/// Slots depend on the tables' sizes, and these on the places chosen: so it is done again until both agree. The
/// writer sizes tables by the outcome alone, which makes a program with every place given the same bytes.
pub(crate) fn choose(
    literals: &[Literal],
    rarity: &Rarity,
) -> Result<Vec<(Place, u8)>, WriteError> {
    let rarity = &rarity.with(literals.iter().map(|literal| literal.units.as_slice()));
    let met = rarity.leads();
    let choose = |grams| choose_all(literals, rarity, &met, grams);
    let some = choose(Grams::Some);
    let needs_lead = |place: &(Place, u8)| matches!(place.0, Place::Four | Place::Pair);
    let is_led =
        |choice: &Choice| choice.chosen.len() <= FEW || choice.chosen.iter().any(needs_lead);
    let is_given = literals.iter().any(|literal| literal.place.is_some());
    if is_given || some.as_ref().is_ok_and(|choice| !is_led(choice)) {
        return some.map(|choice| choice.chosen);
    }
    // Where there are short literals anyway, one pass for all may be cheaper than two; and where they are few, a pass for
    // all others that seldom needs a second.
    let is_short = |it: &&Literal| it.mode == Mode::Contains && it.units.len() < width(Place::Gram);
    let few = literals.iter().filter(is_short).count() <= gate::MOST_LITERALS;
    let all = few.then(|| choose(Grams::All));
    let others = [choose(Grams::None)].into_iter().chain(all);
    let best = others.fold(some, |best, other| match (best, other) {
        (Ok(best), Ok(other)) if other.cost < best.cost => Ok(other),
        (Err(_), Ok(other)) => Ok(other),
        (best, _) => best,
    });
    best.map(|choice| choice.chosen)
}

/// So many literals may be behind the lead although each has a gram: a gate costs less than grams.
const FEW: usize = 4;

/// Which literals may go into the gram table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grams {
    None,
    /// Those for which it is cheapest.
    Some,
    /// All that are long enough.
    All,
}

/// A choice for every literal, and what it costs in a million units.
struct Choice {
    chosen: Vec<(Place, u8)>,
    cost: u64,
}

fn choose_all(
    literals: &[Literal],
    rarity: &Rarity,
    met: &[u64],
    grams: Grams,
) -> Result<Choice, WriteError> {
    let options: Vec<Vec<Way>> = literals
        .iter()
        .map(|literal| Way::all(literal, rarity, grams))
        .collect();
    // To begin with, as if each literal stood in every table that can hold it.
    let mut sizes = sizes(options.iter().flat_map(|ways| {
        TABLES
            .into_iter()
            .filter(|place| ways.iter().any(|way| way.place == *place))
    }));
    let mut order: Vec<usize> = (0..literals.len()).collect();
    // Given places first, then the literals with the least choice.
    order.sort_by_key(|index| {
        let literal = &literals[*index];
        (literal.place.is_none(), literal.units.len(), literal)
    });
    let mut best = None;
    for _ in 0..4 {
        let mut chooser = Chooser::new(&sizes, literals, &options, met);
        let Some(cost) = chooser.choose(&order) else {
            let index = chooser.stuck.unwrap_or(0);
            return Err(WriteError::NoPlace {
                mode: literals[index].mode,
                text: String::from_utf16_lossy(&literals[index].units),
            });
        };
        let chosen: Vec<(Place, u8)> = chooser
            .chosen
            .iter()
            .zip(&options)
            .map(|(chosen, options)| {
                let option = &options[chosen.unwrap_or(0)];
                (option.place, option.at)
            })
            .collect();
        let outcome = self::sizes(chosen.iter().map(|(place, _)| *place));
        let agrees = outcome == sizes;
        best = Some(Choice { chosen, cost });
        if agrees {
            break;
        }
        sizes = outcome;
    }
    best.ok_or(WriteError::NoPlace {
        mode: Mode::Contains,
        text: String::new(),
    })
}
