//! Exclusions: a row of tests that nearly always hold is passed in one step.
//!
//! A rule that always runs consists mostly of what it excludes, and an ordinary event is none of that: so each of its
//! exclusions is tested, on every event. Where several need some literal of the same field, one test goes before them:
//! whether the field has any of those literals. Where it has not, none of them excludes anything.

use std::collections::{BTreeMap, BTreeSet};

use super::leaf::{Leaf, Literals};
use super::logic::Bool;
use super::odds::{ALWAYS, Odds};

/// Fewest exclusions that are worth a test before them.
const FEWEST: usize = 3;

/// The most events of a million in which what an exclusion needs may be there.
const RARE: u64 = ALWAYS / 20;

/// The same tree, with one test before each row of exclusions on one field.
pub(super) fn join(tree: &Bool, odds: &Odds<'_>) -> Bool {
    let Bool::And(operands) = tree else {
        return tree.clone();
    };
    let mut left: Vec<(&Bool, Needs)> = operands
        .iter()
        .map(|operand| (operand, needs(operand, odds)))
        .collect();
    let mut joined = Vec::new();
    while let Some(field) = most_needed(&left) {
        let (row, others): (Vec<_>, Vec<_>) = left
            .into_iter()
            .partition(|(_, needs)| needs.contains_key(&field));
        left = others;
        let sets = row.iter().filter_map(|(_, needs)| needs.get(&field));
        let set = sets.flatten().cloned().collect();
        let none = Bool::leaf(Leaf::Literals(Literals { field, set })).not();
        let row = row.into_iter().map(|(operand, _)| operand.clone());
        joined.push(Bool::or(vec![none, Bool::and(row.collect())]));
    }
    joined.extend(left.into_iter().map(|(operand, _)| operand.clone()));
    Bool::and(joined)
}

/// By field, literals of which the field has one wherever the tree does not hold, each set a rare one.
type Needs = BTreeMap<u8, Set>;
type Set = BTreeSet<(cofferdam_interpreter::Mode, Vec<u16>)>;

/// The field on which most exclusions can be joined.
fn most_needed(left: &[(&Bool, Needs)]) -> Option<u8> {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for field in left.iter().flat_map(|(_, needs)| needs.keys()) {
        *counts.entry(*field).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| *count >= FEWEST)
        .map(|(field, _)| field)
}

/// What the tree needs in order not to hold. Depth is bounded by the rule's.
fn needs(tree: &Bool, odds: &Odds<'_>) -> Needs {
    let often = |field: u8, set: &Set| {
        odds.any(&Literals {
            field,
            set: set.clone(),
        })
    };
    let mut needs = Needs::new();
    match tree {
        Bool::Leaf {
            leaf: Leaf::Literals(literals),
            sense: false,
        } => {
            needs.insert(literals.field, literals.set.clone());
        }
        // Each operand fails: the rarest need of any is enough.
        Bool::Or(operands) => {
            for (field, set) in operands.iter().flat_map(|it| self::needs(it, odds)) {
                let is_rarer = |known: &Set| often(field, &set) < often(field, known);
                if needs.get(&field).is_none_or(is_rarer) {
                    needs.insert(field, set);
                }
            }
        }
        // Some operand fails.
        Bool::And(operands) => {
            let mut each = operands.iter().map(|it| self::needs(it, odds));
            needs = each.next().unwrap_or_default();
            for mut other in each {
                needs.retain(|field, set| match other.remove(field) {
                    Some(more) => {
                        set.extend(more);
                        true
                    }
                    None => false,
                });
            }
        }
        _ => {}
    }
    needs.retain(|field, set| often(*field, set) <= RARE);
    needs
}
