//! The boolean expression of a rule.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Cidr, Pattern, Piece, Regex, WrittenNumber};
use crate::source::Span;

/// A boolean expression over tests. `And` and `Or` hold at least two operands.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// One test.
    Test(Test),
    /// The operand does not hold.
    Not(Box<Expr>),
    /// All operands hold.
    And(Vec<Expr>),
    /// One operand holds.
    Or(Vec<Expr>),
    /// At least so many operands hold: more than one and fewer than all.
    AtLeast(usize, Vec<Expr>),
}

/// A test of one field, or of the whole event.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The field; none for a keyword, which any field's text may satisfy.
    pub field: Option<Arc<str>>,
    /// What the value must be.
    pub matcher: Matcher,
    /// Where the rule asks for it.
    pub span: Span,
}

/// What a value must be. Whatever is not named here does not match: a number is not null, for example.
#[derive(Debug, Clone, PartialEq)]
pub enum Matcher {
    /// A text, wildcards included, ignoring case unless `cased`.
    Text {
        /// The text.
        pattern: Pattern,
        /// Whether case counts.
        cased: bool,
    },
    /// A text in which the regular expression is found.
    Regex(Regex),
    /// A text that is an address in the network.
    Cidr(Cidr),
    /// This number: the number itself, or a text that writes it as the rule does or in decimal.
    Number(WrittenNumber),
    /// A number, or a text that is one, in this relation to the rule's.
    Compare(Comparison, WrittenNumber),
    /// A text that says `true` or `false`, ignoring case.
    Bool(bool),
    /// No value: `null`.
    Null,
    /// Some value.
    Exists,
    /// The text of another field, or a text that begins with it, ends with it or contains it.
    FieldRef {
        /// The other field.
        other: Arc<str>,
        /// Where it must stand.
        anchor: Anchor,
        /// Whether case counts.
        cased: bool,
    },
    /// A date whose part is in this relation to a number.
    Time(TimePart, Comparison, i64),
}

/// The relation of the event's number to the rule's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal (parts of dates only).
    Equal,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
}

/// Where another field's text must stand in this one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It is the whole.
    Whole,
    /// At the beginning.
    Start,
    /// At the end.
    End,
    /// Anywhere.
    Anywhere,
}

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// Day of the month, 1 to 31.
    Day,
    /// ISO 8601's week, 1 to 53.
    Week,
    /// 1 to 12.
    Month,
    /// The year.
    Year,
}

impl TimePart {
    /// The numbers that it can be.
    #[must_use]
    pub fn range(self) -> RangeInclusive<i64> {
        match self {
            Self::Minute => 0..=59,
            Self::Hour => 0..=23,
            Self::Day => 1..=31,
            Self::Week => 1..=53,
            Self::Month => 1..=12,
            Self::Year => 0..=9999,
        }
    }
}

impl Matcher {
    /// How long the value is, in characters or so.
    fn length(&self) -> usize {
        match self {
            Self::Text { pattern, .. } => pattern.pieces().iter().map(Piece::length).sum(),
            Self::Regex(regex) => regex.source().len(),
            Self::FieldRef { other, .. } => other.len(),
            _ => 0,
        }
    }
}

impl Comparison {
    /// Whether an event's number that compares so with the rule's satisfies the relation.
    #[must_use]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl Expr {
    /// All of these; a single one is itself. `None` if there are none.
    #[must_use]
    pub fn all(mut operands: Vec<Expr>) -> Option<Expr> {
        if operands.len() > 1 {
            Some(Self::And(operands))
        } else {
            operands.pop()
        }
    }

    /// One of these; a single one is itself. `None` if there are none.
    #[must_use]
    pub fn any(mut operands: Vec<Expr>) -> Option<Expr> {
        if operands.len() > 1 {
            Some(Self::Or(operands))
        } else {
            operands.pop()
        }
    }

    /// Not this; not not this is this.
    #[must_use]
    pub fn negated(self) -> Expr {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// How much there is to it: one for each test, and one for each 32 characters of its value.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.tests()
            .map(|test| 1 + test.matcher.length() / 32)
            .sum()
    }

    /// Every test, from left to right, without recursion.
    pub fn tests(&self) -> impl Iterator<Item = &Test> {
        let mut pending = vec![self];
        std::iter::from_fn(move || {
            while let Some(expr) = pending.pop() {
                match expr {
                    Self::Test(test) => return Some(test),
                    Self::Not(inner) => pending.push(inner),
                    Self::And(operands) | Self::Or(operands) | Self::AtLeast(_, operands) => {
                        pending.extend(operands.iter().rev());
                    }
                }
            }
            None
        })
    }
}
