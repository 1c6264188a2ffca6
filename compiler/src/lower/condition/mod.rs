//! Conditions: the grammar and its tree. What names stand for is another matter (`resolve`).
//!
//! Grammar, least binding first:
//!
//! ```text
//! or   := and { "or" and }
//! and  := not { "and" not }
//! not  := "not" not | item
//! item := "(" or ")" | quantity "of" ( "them" | pattern ) | name
//! quantity := "all" | "any" | number
//! ```

mod lexer;
mod parser;

pub(super) use lexer::is_plain_name;
pub(super) use parser::parse;

use std::ops::Range;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// A search identifier.
    Name(String, Range<usize>),
    /// So many of those that a pattern selects.
    Of {
        quantity: Quantity,
        selector: Selector,
        range: Range<usize>,
    },
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
}

/// How a condition uses `not`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Polarity {
    /// Not at all.
    Positive,
    /// It is a `not`, or several joined by `and`.
    Negative,
    /// In some other way.
    Mixed,
}

impl Condition {
    /// How it uses `not`. As deep as the condition is nested, which is bounded.
    pub(super) fn polarity(&self) -> Polarity {
        match self {
            Self::Name(..) | Self::Of { .. } => Polarity::Positive,
            Self::Not(inner) if inner.polarity() == Polarity::Positive => Polarity::Negative,
            Self::Not(_) => Polarity::Mixed,
            Self::And(operands) => joined(operands, true),
            Self::Or(operands) => joined(operands, false),
        }
    }
}

fn joined(operands: &[Condition], and: bool) -> Polarity {
    let all = |wanted: Polarity| operands.iter().all(|operand| operand.polarity() == wanted);
    match () {
        () if all(Polarity::Positive) => Polarity::Positive,
        () if and && all(Polarity::Negative) => Polarity::Negative,
        () => Polarity::Mixed,
    }
}

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    All,
    AtLeast(usize),
}

/// Of which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selector {
    /// All that do not begin with an underscore.
    Them,
    /// Those whose name fits; `*` is any run of characters.
    Pattern(String),
}

impl Selector {
    /// Whether a name is selected. A pattern that does not itself begin with an underscore leaves out names
    /// that do, as `them` does.
    pub(super) fn selects(&self, name: &str) -> bool {
        match self {
            Self::Them => !name.starts_with('_'),
            Self::Pattern(pattern) => {
                fits(pattern, name) && (!name.starts_with('_') || pattern.starts_with('_'))
            }
        }
    }
}

/// Greedy matching of runs: linear in the name for each piece of the pattern.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match name.find(piece) {
            Some(at) => name = &name[at + piece.len()..],
            None => return false,
        }
    }
    name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("selection", "selection", true),
            ("selection", "selection_a", false),
            ("selection*", "selection", true),
            ("selection_*", "selection", false),
            ("*_cli", "selection_cli", true),
            ("sel*_cli", "sel_cli", true),
            ("sel*l_cli", "sel_cli", false),
            ("a*b*c", "aXbYbc", true),
            ("a*b*c", "aXcYb", false),
            ("*", "anything", true),
            ("*", "_hidden", false),
            ("_h*", "_hidden", true),
            ("*dden", "_hidden", false),
        ] {
            assert_eq!(
                Selector::Pattern(pattern.into()).selects(name),
                expected,
                "{pattern} {name}"
            );
        }
        assert!(!Selector::Them.selects("_x"));
    }
}
