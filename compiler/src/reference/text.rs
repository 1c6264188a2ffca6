//! Texts with wildcards against a field's text.

use super::event::Text;
use super::fold::fold;
use crate::model::{Anchor, Pattern, Piece, Shape};

/// A pattern, folded unless case counts.
#[derive(Debug)]
pub(super) struct Glob {
    pattern: Pattern,
    cased: bool,
}

impl Glob {
    pub(super) fn new(pattern: &Pattern, cased: bool) -> Self {
        let mut folded = Pattern::default();
        for piece in pattern.pieces() {
            folded.push(match piece {
                Piece::Literal(units) if !cased => {
                    Piece::Literal(units.iter().map(|unit| fold(*unit)).collect())
                }
                other => other.clone(),
            });
        }
        Self {
            pattern: folded,
            cased,
        }
    }

    /// Whether the whole text fits.
    pub(super) fn matches(&self, text: &Text) -> bool {
        let units = if self.cased {
            &text.units[..]
        } else {
            text.folded()
        };
        match self.pattern.shape() {
            Shape::Anything => true,
            Shape::Equals(whole) => units == whole,
            Shape::StartsWith(start) => units.starts_with(start),
            Shape::EndsWith(end) => units.ends_with(end),
            Shape::Contains(part) => contains(units, part),
            Shape::Glob(pieces) => fits(pieces, units),
        }
    }
}

/// Whether `part`, which is not empty, stands anywhere. (The first unit is compared first for speed only.)
fn contains(units: &[u16], part: &[u16]) -> bool {
    units
        .windows(part.len())
        .any(|window| window.first() == part.first() && window == part)
}

/// Piece by piece, from every place where the pieces before can end.
fn fits(pieces: &[Piece], units: &[u16]) -> bool {
    let mut ends = vec![0];
    for piece in pieces {
        ends = match piece {
            Piece::Literal(literal) => {
                let follows = |end: &usize| units[*end..].starts_with(literal);
                ends.into_iter()
                    .filter(follows)
                    .map(|end| end + literal.len())
                    .collect()
            }
            Piece::AnyOne => ends
                .into_iter()
                .filter(|end| *end < units.len())
                .map(|end| end + 1)
                .collect(),
            Piece::AnyRun => match ends.first() {
                Some(first) => (*first..=units.len()).collect(),
                None => return false,
            },
        };
    }
    ends.last() == Some(&units.len())
}

impl Text {
    /// Whether it says this word, ignoring case.
    pub(super) fn says(&self, word: &str) -> bool {
        word.encode_utf16()
            .map(fold)
            .eq(self.folded().iter().copied())
    }

    /// Whether another text stands in it, at this place.
    pub(super) fn relates(&self, other: &Self, anchor: Anchor, cased: bool) -> bool {
        let (this, other) = if cased {
            (&self.units[..], &other.units[..])
        } else {
            (self.folded(), other.folded())
        };
        match anchor {
            Anchor::Whole => this == other,
            Anchor::Start => this.starts_with(other),
            Anchor::End => this.ends_with(other),
            Anchor::Anywhere => other.is_empty() || contains(this, other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Glob::new(&Pattern::parse(pattern), false).matches(&text.into())
    }

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("?", "", false),
            ("?", "a", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbb", false),
            ("*b*b", "abab", true),
            ("*ab", "aab", true),
            ("*ab*", "a", false),
            ("prog?.exe", "PROGA.EXE", true),
            ("prog?.exe", "prog.exe", false),
            ("*\\\\cmd.exe", "c:\\CMD.exe", true),
            ("É*", "école", true),
            ("??", "\u{1F600}", true),
            ("a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert!(!Glob::new(&Pattern::parse("A"), true).matches(&"a".into()));
    }

    /// The definition of wildcards, one character at a time.
    fn naive(pattern: &[Piece], text: &[u16]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((Piece::Literal(literal), rest)) => text
                .strip_prefix(&literal[..])
                .is_some_and(|text| naive(rest, text)),
            Some((Piece::AnyOne, rest)) => text
                .split_first()
                .is_some_and(|(_, text)| naive(rest, text)),
            Some((Piece::AnyRun, rest)) => (0..=text.len()).any(|skip| naive(rest, &text[skip..])),
        }
    }

    proptest! {
        #[test]
        fn both_ways_agree_with_the_definition(pattern in "[ab*?]{0,7}", text in "[ab]{0,9}") {
            let pattern = Pattern::parse(&pattern);
            let text = Text::from(text.as_str());
            let expected = naive(pattern.pieces(), &text.units);
            prop_assert_eq!(Glob::new(&pattern, true).matches(&text), expected);
            prop_assert_eq!(fits(pattern.pieces(), &text.units), expected);
        }
    }
}
