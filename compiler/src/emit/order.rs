//! The order of tests: what each costs and how often it holds, by what the finders answer beforehand.

use std::collections::BTreeSet;

use super::clause::Clause;
use super::leaf::{Leaf, Literals};
use super::logic::Bool;
use super::odds::{ALWAYS, Estimate, Odds};

/// What the test of an atom costs that a finder has answered.
const ATOM: u64 = 12;

/// What is known when a rule runs.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) odds: &'k Odds<'k>,
    /// What the eager finders look for.
    pub(super) eager: &'k BTreeSet<Literals>,
    /// But not what this clause alone would have them look for.
    pub(super) without: Option<&'k Clause>,
}

impl Known<'_> {
    fn is_eager(&self, literals: &Literals) -> bool {
        let is_without = |clause: &Clause| clause.atoms().any(|atom| atom == literals);
        self.eager.contains(literals) && !self.without.is_some_and(is_without)
    }
}

/// Trees in the order in which a row that ends with the first that fails costs least.
pub(super) fn for_all<'t>(trees: &'t [Bool], known: Known<'_>) -> Vec<&'t Bool> {
    order(trees, known, Estimate::price_of_failing)
}

/// Trees in the order in which a row that ends with the first that holds costs least.
pub(super) fn for_any<'t>(trees: &'t [Bool], known: Known<'_>) -> Vec<&'t Bool> {
    order(trees, known, Estimate::price_of_holding)
}

/// Trees in the order of their cost.
pub(super) fn by_cost<'t>(trees: &'t [Bool], known: Known<'_>) -> Vec<&'t Bool> {
    order(trees, known, |estimate| estimate.cost)
}

fn order<'t>(trees: &'t [Bool], known: Known<'_>, price: fn(Estimate) -> u64) -> Vec<&'t Bool> {
    let mut trees: Vec<&Bool> = trees.iter().collect();
    trees.sort_by_cached_key(|tree| price(estimate(tree, known)));
    trees
}

/// What a tree costs until its outcome is known. Depth is bounded by the rule's.
pub(super) fn estimate(tree: &Bool, known: Known<'_>) -> Estimate {
    match tree {
        Bool::True => Estimate {
            cost: 0,
            odds: ALWAYS,
        },
        Bool::False => Estimate { cost: 0, odds: 0 },
        Bool::Leaf { leaf, sense } => {
            let estimate = self::leaf(leaf, known);
            if *sense { estimate } else { not(estimate) }
        }
        Bool::And(operands) => for_all(operands, known).into_iter().rev().fold(
            Estimate {
                cost: 0,
                odds: ALWAYS,
            },
            |rest, tree| and(estimate(tree, known), rest),
        ),
        Bool::Or(operands) => not(for_any(operands, known).into_iter().rev().fold(
            Estimate {
                cost: 0,
                odds: ALWAYS,
            },
            |rest, tree| and(not(estimate(tree, known)), rest),
        )),
        Bool::AtLeast(_, operands) => {
            let costs = operands.iter().map(|tree| estimate(tree, known).cost);
            Estimate {
                cost: costs.sum(),
                odds: ALWAYS / 10,
            }
        }
    }
}

/// Hands on the tree's leaves that no finder answers beforehand, and in how many of a million events each is tested, of
/// which `reached` come to the tree.
pub(super) fn tested(
    tree: &Bool,
    known: Known<'_>,
    reached: u64,
    then: &mut impl FnMut(&Leaf, u64),
) {
    match tree {
        Bool::True | Bool::False => {}
        Bool::Leaf { leaf, .. } => {
            let is_answered = matches!(leaf, Leaf::Literals(literals) if known.is_eager(literals));
            if !is_answered {
                then(leaf, reached);
            }
        }
        Bool::And(operands) => {
            for_all(operands, known)
                .into_iter()
                .fold(reached, |reached, tree| {
                    tested(tree, known, reached, then);
                    reached * estimate(tree, known).odds / ALWAYS
                });
        }
        Bool::Or(operands) => {
            for_any(operands, known)
                .into_iter()
                .fold(reached, |reached, tree| {
                    tested(tree, known, reached, then);
                    reached * not(estimate(tree, known)).odds / ALWAYS
                });
        }
        Bool::AtLeast(_, operands) => {
            operands
                .iter()
                .for_each(|tree| tested(tree, known, reached, then));
        }
    }
}

fn not(estimate: Estimate) -> Estimate {
    Estimate {
        odds: ALWAYS - estimate.odds,
        ..estimate
    }
}

fn and(first: Estimate, rest: Estimate) -> Estimate {
    Estimate {
        cost: first.cost + rest.cost * first.odds / ALWAYS,
        odds: first.odds * rest.odds / ALWAYS,
    }
}

fn leaf(leaf: &Leaf, known: Known<'_>) -> Estimate {
    let estimate = known.odds.leaf(leaf);
    match leaf {
        Leaf::Literals(literals) if known.is_eager(literals) => Estimate {
            cost: ATOM,
            ..estimate
        },
        Leaf::Pattern { .. } => match known.odds.gate(leaf) {
            Some(gate) if known.is_eager(&gate) => Estimate {
                cost: ATOM + estimate.cost * estimate.odds / ALWAYS,
                ..estimate
            },
            _ => estimate,
        },
        _ => estimate,
    }
}
