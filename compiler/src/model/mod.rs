//! What a Sigma rule means, free of YAML: the intermediate representation.
//!
//! Guarantees: a [`Rule`] that exists is whole (every modifier applied, every placeholder filled in, every
//! condition resolved); its expression holds at most `Limits::tests` tests, nested no deeper than
//! [`MAX_DEPTH`], so that code that walks it may recurse.

mod cidr;
mod dump;
mod expr;
mod number;
mod pattern;
mod regex;
mod rule;

pub use cidr::Cidr;
pub use dump::dump;
pub use expr::{Anchor, Comparison, Expr, Matcher, Test, TimePart};
pub use number::{Number, WrittenNumber};
pub use pattern::{Pattern, Piece, Shape};
pub use regex::{MAX_POSITIONS, Regex, RegexError, RegexFlags, SURROGATE_SHIFT};
pub use rule::{Action, Level, LogSource, Meta, Related, Rule, RuleId, Settings, Status};

/// The depth that no expression exceeds: a condition's bound, with what filters and detections add.
pub const MAX_DEPTH: usize = 160;
