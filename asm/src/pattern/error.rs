//! Why a pattern is refused.

use std::fmt;
use std::ops::Range;

/// What kind of thing is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// Not a well-formed expression.
    Syntax,
    /// Lookahead or lookbehind.
    Lookaround,
    /// A reference to what a group matched.
    BackReference,
    /// An operator upon an operator: `a++`, `a{2}{3}`.
    DoubledRepetition,
    /// A class within a class, or class arithmetic.
    NestedClass,
    /// A flag that the dialect does not have.
    Flag,
    /// An assertion that the dialect does not have.
    Assertion,
    /// A negated class with members beyond the basic plane.
    NegatedPair,
    /// A `\p{...}` that Unicode does not have.
    UnknownProperty,
    /// More than 512 positions.
    TooManyPositions,
    /// More than 256 classes.
    TooManyClasses,
    /// More than 1,024 ranges of units beyond ASCII.
    TooManyRanges,
    /// More jumps than a program holds.
    TooManyJumps,
}

/// A pattern that cannot be compiled: what was found, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The kind of problem.
    pub problem: Problem,
    /// Where in the source: bytes of a regular expression, pieces of a glob.
    pub span: Range<usize>,
    /// What was found, as the end of a sentence about the pattern.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}

impl PatternError {
    pub(super) fn new(
        problem: Problem,
        span: Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            problem,
            span,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (at {}..{}); {}",
            self.message, self.span.start, self.span.end, self.remedy
        )
    }
}

impl std::error::Error for PatternError {}
