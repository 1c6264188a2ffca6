//! Triggers: for each rule one necessary clause, as rare as can be.
//!
//! A clause is a set of literals of which every event that the rule could match holds at least one. The finders
//! look for the literals of all triggers on every event; a rule runs only where one was found.

use std::collections::BTreeMap;

use cofferdam_asm::rarity::Rarity;
use cofferdam_interpreter::limits::MAX_SCANNED;
use cofferdam_interpreter::{Mode, fold};

use super::leaf::{Leaf, Literals};
use super::logic::Bool;

/// Literals by field, any of which is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    atoms: BTreeMap<u8, Literals>,
    price: u64,
}

/// Candidates that are kept at each step: the cheapest.
const KEPT: usize = 4;

/// What each literal of a clause costs beyond its hits: room in the tables.
const LITERAL_PRICE: u64 = 4;

/// The most literals of a clause.
const MAX_LITERALS: usize = 8_192;

impl Clause {
    /// One atom for each field.
    pub(super) fn atoms(&self) -> impl Iterator<Item = &Literals> {
        self.atoms.values()
    }

    fn of(literals: Literals, rarity: &Rarity) -> Self {
        let price = literals
            .set
            .iter()
            .map(|(_, units)| hits(units, rarity) + LITERAL_PRICE)
            .sum();
        Self {
            atoms: BTreeMap::from([(literals.field, literals)]),
            price,
        }
    }

    fn union(&mut self, other: Clause) {
        for (field, literals) in other.atoms {
            match self.atoms.get_mut(&field) {
                Some(own) => own.set.extend(literals.set),
                None => {
                    self.atoms.insert(field, literals);
                }
            }
        }
        self.price = self.price.saturating_add(other.price);
    }

    fn len(&self) -> usize {
        self.atoms.values().map(|literals| literals.set.len()).sum()
    }

    /// Whether the tree holds whenever the clause does, as far as is plain to see: then it need not be tested
    /// after the trigger.
    pub(super) fn implies(&self, tree: &Bool) -> bool {
        let leaves = match tree {
            Bool::Or(operands) => operands.as_slice(),
            leaf => std::slice::from_ref(leaf),
        };
        self.atoms.values().all(|atom| {
            leaves.iter().any(|leaf| match leaf {
                Bool::Leaf {
                    leaf: Leaf::Literals(literals),
                    sense: true,
                } => literals.field == atom.field && literals.set.is_superset(&atom.set),
                _ => false,
            })
        })
    }
}

/// The cheapest clause that is necessary for the tree.
pub(super) fn choose(tree: &Bool, rarity: &Rarity) -> Option<Clause> {
    candidates(tree, rarity).into_iter().next()
}

/// Some necessary clauses, the cheapest first. Depth is bounded by the rule's.
fn candidates(tree: &Bool, rarity: &Rarity) -> Vec<Clause> {
    let mut found = match tree {
        Bool::True | Bool::False | Bool::Leaf { sense: false, .. } => Vec::new(),
        Bool::Leaf { leaf, sense: true } => of_leaf(leaf, rarity),
        Bool::And(operands) => operands
            .iter()
            .flat_map(|operand| candidates(operand, rarity))
            .collect(),
        Bool::Or(operands) => union_of_best(operands, operands.len(), rarity),
        // Of n operands at least k hold, so of any n - k + 1 at least one does.
        Bool::AtLeast(count, operands) => {
            union_of_best(operands, operands.len() + 1 - count, rarity)
        }
    };
    found.sort_by(|one, two| {
        let key = |clause: &Clause| (clause.price, clause.len());
        key(one)
            .cmp(&key(two))
            .then_with(|| one.atoms.cmp(&two.atoms))
    });
    found.truncate(KEPT);
    found
}

/// The union of the best clauses of the cheapest operands, so many as are needed.
fn union_of_best(operands: &[Bool], needed: usize, rarity: &Rarity) -> Vec<Clause> {
    let mut best: Vec<Clause> = operands
        .iter()
        .filter_map(|operand| candidates(operand, rarity).into_iter().next())
        .collect();
    if best.len() < needed {
        return Vec::new();
    }
    best.sort_by_key(|clause| clause.price);
    best.into_iter()
        .take(needed)
        .reduce(|mut all, clause| {
            all.union(clause);
            all
        })
        .filter(|clause| clause.len() <= MAX_LITERALS)
        .into_iter()
        .collect()
}

fn of_leaf(leaf: &Leaf, rarity: &Rarity) -> Vec<Clause> {
    match leaf {
        Leaf::Literals(literals) => vec![Clause::of(literals.clone(), rarity)],
        Leaf::Text {
            field, mode, units, ..
        } => {
            let folded = units.iter().map(|unit| fold::unit(*unit)).collect();
            vec![single(*field, *mode, folded, rarity)]
        }
        Leaf::Pattern {
            field, required, ..
        } => required
            .iter()
            .filter(|literals| literals.iter().all(|literal| !literal.is_empty()))
            .map(|literals| {
                let set = literals
                    .iter()
                    .map(|units| shortened(Mode::Contains, units.clone()))
                    .collect();
                Clause::of(Literals { field: *field, set }, rarity)
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn single(field: u8, mode: Mode, units: Vec<u16>, rarity: &Rarity) -> Clause {
    let set = [shortened(mode, units)].into();
    Clause::of(Literals { field, set }, rarity)
}

/// A literal too long for a scan is found by its beginning, which is as necessary.
fn shortened(mode: Mode, units: Vec<u16>) -> (Mode, Vec<u16>) {
    if units.len() <= MAX_SCANNED {
        return (mode, units);
    }
    (
        Mode::Contains,
        units.into_iter().take(MAX_SCANNED).collect(),
    )
}

/// How often a literal may be met, in a million units: as often as its rarest run of four.
fn hits(units: &[u16], rarity: &Rarity) -> u64 {
    let width = units.len().min(4);
    let rarest = units.windows(width.max(1)).map(|run| rarity.of(run)).min();
    // What was never seen is the rarer the longer it is.
    let unseen = 64_u64 >> units.len().min(6);
    rarest.unwrap_or(u64::MAX / 2).saturating_mul(8) + unseen
}
