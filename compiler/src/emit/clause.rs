//! Triggers: for each rule one necessary clause, as rare as can be.
//!
//! A clause is a set of literals of which every event that the rule could match holds at least one. The finders
//! look for the literals of all triggers on every event; a rule runs only where one was found. Where some of a kind's
//! sources do not report a field, an event that lacks it fires the rule, too: the answer may be *maybe*.

use std::collections::{BTreeMap, BTreeSet};

use cofferdam_interpreter::limits::MAX_SCANNED;
use cofferdam_interpreter::{Mode, fold};

use super::leaf::{Leaf, Literals};
use super::logic::Bool;
use super::odds::{ALWAYS, Odds};

/// Literals by field, any of which is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    atoms: BTreeMap<u8, Literals>,
    /// Fields that are enough if they are unsupplied.
    unsupplied: BTreeSet<u8>,
    /// In how many of a million events it holds, at most.
    odds: u64,
    /// What it costs in a million events apart from the runs of its rule.
    room: u64,
}

/// Candidates that are kept at each step: the cheapest.
const KEPT: usize = 4;

/// The most literals of a clause.
const MAX_LITERALS: usize = 8_192;

/// What a clause is chosen by.
#[derive(Clone, Copy)]
pub(super) struct Choice<'o> {
    pub(super) odds: &'o Odds<'o>,
    /// What the rule's tests cost.
    pub(super) tests: u64,
    /// Whether events that lack a field which not every source reports are to fire the rule.
    pub(super) lacking: bool,
}

impl Clause {
    /// One atom for each field.
    pub(super) fn atoms(&self) -> impl Iterator<Item = &Literals> {
        self.atoms.values()
    }

    /// The fields that are enough if they are unsupplied, each as the atom for that: one without literals.
    pub(super) fn unsupplied(&self) -> impl Iterator<Item = Literals> {
        let fields = self.unsupplied.iter();
        fields.map(|field| Literals {
            field: *field,
            set: BTreeSet::new(),
        })
    }

    /// In how many of a million events it holds, at most.
    pub(super) fn odds(&self) -> u64 {
        self.odds.min(ALWAYS)
    }

    /// What it costs in a million events, where a run of the rule's tests costs so much.
    pub(super) fn price(&self, tests: u64) -> u64 {
        Odds::hits(self.odds) + Odds::runs(self.odds, tests) + self.room
    }

    fn of(literals: Literals, choice: Choice<'_>) -> Self {
        let Choice { odds, lacking, .. } = choice;
        let lacks = lacking && !odds.is_in_every_source(literals.field);
        let mut clause = Self {
            odds: odds.any(&literals),
            unsupplied: lacks.then_some(literals.field).into_iter().collect(),
            atoms: BTreeMap::from([(literals.field, literals)]),
            room: 0,
        };
        clause.set_room(odds);
        clause
    }

    fn set_room(&mut self, odds: &Odds<'_>) {
        self.room = self.atoms().map(|literals| odds.room(literals)).sum();
    }

    fn union(&mut self, other: Clause, odds: &Odds<'_>) {
        for (field, literals) in other.atoms {
            match self.atoms.get_mut(&field) {
                Some(own) => own.set.extend(literals.set),
                None => {
                    self.atoms.insert(field, literals);
                }
            }
        }
        self.unsupplied.extend(other.unsupplied);
        self.odds += other.odds;
        self.set_room(odds);
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
pub(super) fn choose(tree: &Bool, choice: Choice<'_>) -> Option<Clause> {
    candidates(tree, choice).into_iter().next()
}

/// Some necessary clauses, the cheapest first. Depth is bounded by the rule's.
fn candidates(tree: &Bool, choice: Choice<'_>) -> Vec<Clause> {
    let mut found = match tree {
        Bool::True | Bool::False | Bool::Leaf { sense: false, .. } => Vec::new(),
        Bool::Leaf { leaf, sense: true } => of_leaf(leaf, choice),
        Bool::And(operands) => operands
            .iter()
            .flat_map(|operand| candidates(operand, choice))
            .collect(),
        Bool::Or(operands) => union_of_best(operands, operands.len(), choice),
        // Of n operands at least k hold, so of any n - k + 1 at least one does.
        Bool::AtLeast(count, operands) => {
            union_of_best(operands, operands.len() + 1 - count, choice)
        }
    };
    found.sort_by(|one, two| {
        let key = |clause: &Clause| (clause.price(choice.tests), clause.len());
        key(one)
            .cmp(&key(two))
            .then_with(|| one.atoms.cmp(&two.atoms))
    });
    found.truncate(KEPT);
    found
}

/// The union of the best clauses of the cheapest operands, so many as are needed.
fn union_of_best(operands: &[Bool], needed: usize, choice: Choice<'_>) -> Vec<Clause> {
    let mut best: Vec<Clause> = operands
        .iter()
        .filter_map(|operand| candidates(operand, choice).into_iter().next())
        .collect();
    if best.len() < needed {
        return Vec::new();
    }
    best.sort_by_key(|clause| clause.price(choice.tests));
    best.into_iter()
        .take(needed)
        .reduce(|mut all, clause| {
            all.union(clause, choice.odds);
            all
        })
        .filter(|clause| clause.len() <= MAX_LITERALS)
        .into_iter()
        .collect()
}

fn of_leaf(leaf: &Leaf, choice: Choice<'_>) -> Vec<Clause> {
    match leaf {
        Leaf::Literals(literals) => vec![Clause::of(literals.clone(), choice)],
        Leaf::Text {
            field, mode, units, ..
        } => {
            let folded = units.iter().map(|unit| fold::unit(*unit)).collect();
            vec![single(*field, *mode, folded, choice)]
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
                Clause::of(Literals { field: *field, set }, choice)
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn single(field: u8, mode: Mode, units: Vec<u16>, choice: Choice<'_>) -> Clause {
    let set = [shortened(mode, units)].into();
    Clause::of(Literals { field, set }, choice)
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
