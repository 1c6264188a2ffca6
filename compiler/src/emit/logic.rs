//! Boolean trees in negation normal form: negation stands at the leaves only.

use std::collections::{BTreeMap, BTreeSet};

use super::leaf::{Leaf, Literals};

/// A tree over leaves. `And` and `Or` hold at least two operands and no constants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bool {
    False,
    True,
    /// The leaf's outcome is `sense`.
    Leaf {
        leaf: Leaf,
        sense: bool,
    },
    And(Vec<Bool>),
    Or(Vec<Bool>),
    /// At least so many hold: more than one and fewer than all.
    AtLeast(usize, Vec<Bool>),
}

impl Bool {
    pub(super) fn leaf(leaf: Leaf) -> Self {
        Bool::Leaf { leaf, sense: true }
    }

    /// How many patterns are tested. Depth is bounded by the rule's.
    pub(super) fn patterns(&self) -> usize {
        match self {
            Bool::True | Bool::False => 0,
            Bool::Leaf { leaf, .. } => usize::from(matches!(leaf, Leaf::Pattern { .. })),
            Bool::And(operands) | Bool::Or(operands) | Bool::AtLeast(_, operands) => {
                operands.iter().map(Bool::patterns).sum()
            }
        }
    }

    pub(super) fn constant(value: bool) -> Self {
        if value { Bool::True } else { Bool::False }
    }

    /// All of them.
    pub(super) fn and(operands: Vec<Bool>) -> Self {
        combine(operands, true)
    }

    /// One of them.
    pub(super) fn or(operands: Vec<Bool>) -> Self {
        combine(operands, false)
    }

    /// At least `count` of them.
    pub(super) fn at_least(count: usize, operands: Vec<Bool>) -> Self {
        let certain = operands.iter().filter(|it| **it == Bool::True).count();
        let open: Vec<Bool> = operands
            .into_iter()
            .filter(|it| !matches!(it, Bool::True | Bool::False))
            .collect();
        match count.saturating_sub(certain) {
            0 => Bool::True,
            1 => Bool::or(open),
            count if count > open.len() => Bool::False,
            count if count == open.len() => Bool::and(open),
            count => Bool::AtLeast(count, open),
        }
    }

    /// The opposite. Depth is bounded by the rule's.
    pub(super) fn not(self) -> Self {
        let each = |operands: Vec<Bool>| operands.into_iter().map(Bool::not).collect();
        match self {
            Bool::False => Bool::True,
            Bool::True => Bool::False,
            Bool::Leaf { leaf, sense } => Bool::Leaf {
                leaf,
                sense: !sense,
            },
            Bool::And(operands) => Bool::or(each(operands)),
            Bool::Or(operands) => Bool::and(each(operands)),
            // Not at least k of n: at least n - k + 1 fail.
            Bool::AtLeast(count, operands) => {
                Bool::at_least(operands.len() + 1 - count, each(operands))
            }
        }
    }
}

/// `And` where `all`, else `Or`: flattened, constants folded, equal operands once, literals of one field together.
fn combine(operands: Vec<Bool>, all: bool) -> Bool {
    let (neutral, absorbing) = (Bool::constant(all), Bool::constant(!all));
    let mut flat = BTreeSet::new();
    // Literals that one atom can stand for: of an `or` those that hold, of an `and` those that do not.
    let mut groups: BTreeMap<u8, Literals> = BTreeMap::new();
    let mut pending: Vec<Bool> = operands;
    while let Some(operand) = pending.pop() {
        match operand {
            Bool::And(inner) if all => pending.extend(inner),
            Bool::Or(inner) if !all => pending.extend(inner),
            Bool::Leaf {
                leaf: Leaf::Literals(literals),
                sense,
            } if sense != all => {
                let group = groups.entry(literals.field).or_insert_with(|| Literals {
                    field: literals.field,
                    set: BTreeSet::new(),
                });
                group.set.extend(literals.set);
            }
            operand if operand == absorbing => return absorbing,
            operand if operand == neutral => {}
            operand => {
                flat.insert(operand);
            }
        }
    }
    flat.extend(groups.into_values().map(|literals| Bool::Leaf {
        leaf: Leaf::Literals(literals),
        sense: !all,
    }));
    let mut flat: Vec<Bool> = flat.into_iter().collect();
    match flat.len() {
        0 => neutral,
        1 => flat.remove(0),
        _ if all => Bool::And(flat),
        _ => Bool::Or(flat),
    }
}
