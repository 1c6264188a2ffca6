//! Kleene's three values.

use std::fmt;

/// What a rule says about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The rule does not match.
    NoMatch,
    /// It depends on fields that the source cannot supply.
    Maybe,
    /// The rule matches.
    Match,
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoMatch => "no match",
            Self::Maybe => "maybe",
            Self::Match => "match",
        })
    }
}

impl From<bool> for Verdict {
    fn from(holds: bool) -> Self {
        if holds { Self::Match } else { Self::NoMatch }
    }
}

impl Verdict {
    /// Kleene's not.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "three-valued: `!` would suggest two"
    )]
    pub fn not(self) -> Self {
        match self {
            Self::NoMatch => Self::Match,
            Self::Maybe => Self::Maybe,
            Self::Match => Self::NoMatch,
        }
    }

    /// Kleene's and: the lesser of the two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Kleene's or: the greater of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{self, Match, Maybe, NoMatch};

    #[test]
    fn tables() {
        assert_eq!(
            [NoMatch, Maybe, Match].map(Verdict::not),
            [Match, Maybe, NoMatch]
        );
        assert_eq!(Maybe.and(NoMatch), NoMatch);
        assert_eq!(Maybe.and(Match), Maybe);
        assert_eq!(Maybe.or(NoMatch), Maybe);
        assert_eq!(Maybe.or(Match), Match);
    }
}
