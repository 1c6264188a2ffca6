//! Texts with wildcards (specification, "String Wildcard" and "Escape Character").
//!
//! Guarantee: a [`Pattern`] has one form for one meaning. Literals are not empty and never adjacent; of
//! adjacent wildcards the single ones come first and at most one run follows.

use std::fmt;

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// These UTF-16 units.
    Literal(Vec<u16>),
    /// Any number of units: `*`.
    AnyRun,
    /// One unit: `?`.
    AnyOne,
}

impl Piece {
    /// How many units it is written with.
    #[must_use]
    pub fn length(&self) -> usize {
        if let Self::Literal(units) = self {
            units.len()
        } else {
            1
        }
    }
}

/// A text with wildcards, matched against a whole value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pattern {
    pieces: Vec<Piece>,
}

/// The simple forms a pattern can have, as most have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape<'a> {
    /// The whole value is this text, which may be empty.
    Equals(&'a [u16]),
    /// The value begins with this text.
    StartsWith(&'a [u16]),
    /// The value ends with this text.
    EndsWith(&'a [u16]),
    /// The value contains this text.
    Contains(&'a [u16]),
    /// Any value, the empty one too.
    Anything,
    /// Anything else.
    Glob(&'a [Piece]),
}

impl Pattern {
    /// Reads a value as the specification says: `*` and `?` are wildcards, a backslash before a wildcard or
    /// a backslash makes it plain, and any other backslash is itself.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut pattern = Self::default();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next_if(|next| matches!(next, '\\' | '*' | '?')) {
                    Some(escaped) => pattern.push_char(escaped),
                    None => pattern.push_char('\\'),
                },
                '*' => pattern.push(Piece::AnyRun),
                '?' => pattern.push(Piece::AnyOne),
                plain => pattern.push_char(plain),
            }
        }
        pattern
    }

    /// Exactly this text, without wildcards.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        let mut pattern = Self::default();
        pattern.push(Piece::Literal(text.encode_utf16().collect()));
        pattern
    }

    /// The pieces, in order; none for the empty text.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Appends a piece.
    pub fn push(&mut self, piece: Piece) {
        match piece {
            Piece::Literal(units) => match self.pieces.last_mut() {
                _ if units.is_empty() => {}
                Some(Piece::Literal(last)) => last.extend(units),
                _ => self.pieces.push(Piece::Literal(units)),
            },
            Piece::AnyRun if self.pieces.last() == Some(&Piece::AnyRun) => {}
            Piece::AnyOne if self.pieces.last() == Some(&Piece::AnyRun) => {
                self.pieces.insert(self.pieces.len() - 1, Piece::AnyOne);
            }
            wildcard => self.pieces.push(wildcard),
        }
    }

    fn push_char(&mut self, character: char) {
        self.push(Piece::Literal(character.encode_utf16(&mut [0; 2]).to_vec()));
    }

    /// Which simple form this is.
    #[must_use]
    pub fn shape(&self) -> Shape<'_> {
        match self.pieces.as_slice() {
            [] => Shape::Equals(&[]),
            [Piece::AnyRun] => Shape::Anything,
            [Piece::Literal(text)] => Shape::Equals(text),
            [Piece::Literal(text), Piece::AnyRun] => Shape::StartsWith(text),
            [Piece::AnyRun, Piece::Literal(text)] => Shape::EndsWith(text),
            [Piece::AnyRun, Piece::Literal(text), Piece::AnyRun] => Shape::Contains(text),
            pieces => Shape::Glob(pieces),
        }
    }
}

/// The pattern as a rule would spell it, with as few backslashes as its meaning allows.
impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::AnyRun => out.write_str("*")?,
                Piece::AnyOne => out.write_str("?")?,
                Piece::Literal(units) => {
                    let last = index + 1 == self.pieces.len();
                    let text = String::from_utf16_lossy(units);
                    let mut characters = text.chars().peekable();
                    while let Some(character) = characters.next() {
                        let next = characters.peek();
                        match character {
                            '*' | '?' => write!(out, "\\{character}")?,
                            '\\' if next.map_or(!last, |next| matches!(next, '\\' | '*' | '?')) => {
                                out.write_str("\\\\")?;
                            }
                            plain => write!(out, "{plain}")?,
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let piece = |piece: &Piece| match piece {
            Piece::AnyRun => "<run>".to_owned(),
            Piece::AnyOne => "<one>".to_owned(),
            Piece::Literal(units) => String::from_utf16_lossy(units),
        };
        Pattern::parse(text).pieces().iter().map(piece).collect()
    }

    /// The cases of the section "Escape Character", one by one.
    #[test]
    fn escapes_are_the_specifications() {
        assert_eq!(shown(r"a\b"), [r"a\b"]);
        assert_eq!(shown(r"a\\b"), [r"a\b"]);
        assert_eq!(shown(r"a\*b"), ["a*b"]);
        assert_eq!(shown(r"a\?b"), ["a?b"]);
        assert_eq!(shown(r"a\\*b"), [r"a\", "<run>", "b"]);
        assert_eq!(shown(r"a\\?b"), [r"a\", "<one>", "b"]);
        assert_eq!(shown(r"a\\\*b"), [r"a\*b"]);
        assert_eq!(shown(r"a\\\b"), [r"a\\b"]);
        assert_eq!(shown(r"a\\\\b"), [r"a\\b"]);
        assert_eq!(shown(r"a\"), [r"a\"]);
        assert_eq!(shown(r"\\server"), [r"\server"]);
        assert_eq!(shown(""), [""; 0]);
    }

    #[test]
    fn wildcards_have_one_form() {
        assert_eq!(shown("**"), ["<run>"]);
        assert_eq!(shown("*?*?"), ["<one>", "<one>", "<run>"]);
        assert_eq!(Pattern::parse("a?*"), Pattern::parse("a*?"));
    }

    #[test]
    fn shapes() {
        let units: Vec<u16> = "ab".encode_utf16().collect();
        assert_eq!(Pattern::parse("ab").shape(), Shape::Equals(&units));
        assert_eq!(Pattern::parse("ab*").shape(), Shape::StartsWith(&units));
        assert_eq!(Pattern::parse("*ab").shape(), Shape::EndsWith(&units));
        assert_eq!(Pattern::parse("*ab*").shape(), Shape::Contains(&units));
        assert_eq!(Pattern::parse("").shape(), Shape::Equals(&[]));
        assert_eq!(Pattern::parse("*").shape(), Shape::Anything);
        assert!(matches!(Pattern::parse("a*b").shape(), Shape::Glob(_)));
    }
}
