//! What regular expressions and globs are read into.

use std::ops::Range;

use super::units::Units;

/// An expression over units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Nothing: the empty text.
    Empty,
    /// One unit of a set.
    One(Units),
    /// An assertion: one bit of [`cofferdam_interpreter::pattern::guard`].
    Assert(u8),
    /// One after the other.
    Concat(Vec<Node>),
    /// Either.
    Either(Vec<Node>),
    /// Many times.
    Repeat(Box<Repeat>),
}

/// A repetition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repeat {
    /// A number of its own, to name it as the counted one.
    pub(super) id: u32,
    pub(super) min: u32,
    /// `None`: without end.
    pub(super) max: Option<u32>,
    pub(super) node: Node,
}

/// How a counted repetition is written: so many single positions before the counted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// `X{n,}` as one position that must be held for `n` units.
    AtLeast(u16),
    /// `X{n,m}` as `n - 1` positions and one that may be held for the given number of units.
    AtMost(u16),
}

/// A whole pattern.
#[derive(Clone, Debug)]
pub(super) struct Syntax {
    pub(super) root: Node,
    /// All of the source, for errors that concern all of it.
    pub(super) span: Range<usize>,
}

/// Words for so many positions; `None` if there is no such program.
pub(super) fn words(positions: u64) -> Option<usize> {
    match positions {
        0..=64 => Some(1),
        65..=128 => Some(2),
        129..=256 => Some(4),
        257..=512 => Some(8),
        _ => None,
    }
}

impl Node {
    /// Positions that the expression needs, with the given repetition counted.
    pub(super) fn positions(&self, counted: Option<u32>) -> u64 {
        match self {
            Node::Empty | Node::Assert(_) => 0,
            Node::One(_) => 1,
            Node::Concat(nodes) | Node::Either(nodes) => nodes
                .iter()
                .fold(0, |sum, node| sum.saturating_add(node.positions(counted))),
            Node::Repeat(repeat) => repeat.positions(counted),
        }
    }

    /// The repetitions that may be counted: of a single unit, and not themselves written out repeatedly.
    pub(super) fn countable(&self) -> Vec<u32> {
        let mut found = Vec::new();
        self.collect_countable(&mut found);
        found
    }

    fn collect_countable(&self, found: &mut Vec<u32>) {
        match self {
            Node::Empty | Node::Assert(_) | Node::One(_) => {}
            Node::Concat(nodes) | Node::Either(nodes) => {
                for node in nodes {
                    node.collect_countable(found);
                }
            }
            Node::Repeat(repeat) if repeat.count().is_some() => found.push(repeat.id),
            Node::Repeat(repeat) if repeat.copies() == 1 => repeat.node.collect_countable(found),
            Node::Repeat(_) => {}
        }
    }
}

impl Repeat {
    /// How often the repeated expression is written out.
    pub(super) fn copies(&self) -> u32 {
        // Without positions, once is as good as often: assertions hold or do not hold.
        if self.node.positions(None) == 0 {
            return self.max.unwrap_or(1).min(1);
        }
        self.max.unwrap_or(self.min.max(1))
    }

    /// How the repetition would be counted, if it can be.
    pub(super) fn count(&self) -> Option<Count> {
        if !matches!(self.node, Node::One(_)) {
            return None;
        }
        match self.max {
            None if self.min >= 2 => u16::try_from(self.min).ok().map(Count::AtLeast),
            Some(max) if max > self.min.max(1) => {
                let held = max - self.min.max(1) + 1;
                u16::try_from(held).ok().map(Count::AtMost)
            }
            _ => None,
        }
    }

    fn positions(&self, counted: Option<u32>) -> u64 {
        if counted == Some(self.id) {
            return match self.count() {
                Some(Count::AtLeast(_)) => 1,
                _ => u64::from(self.min.max(1)),
            };
        }
        u64::from(self.copies()).saturating_mul(self.node.positions(counted))
    }
}
