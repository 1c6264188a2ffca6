//! Values while their modifiers are applied.

use std::ops::Range;
use std::sync::Arc;

use super::encode;
use crate::model::{Anchor, Comparison, Pattern, Piece, RegexFlags, TimePart, WrittenNumber};

/// A value on its way.
#[derive(Debug, Clone)]
pub(super) enum Draft {
    Text(TextDraft),
    Number(WrittenNumber),
    Bool(bool, Arc<str>),
    Null,
    Regex {
        source: Arc<str>,
        flags: RegexFlags,
    },
    Cidr(Arc<str>),
    Compare(Comparison, WrittenNumber),
    Time(TimePart, Comparison, WrittenNumber),
    Exists(bool),
    Field {
        name: Arc<str>,
        anchor: Anchor,
        cased: bool,
    },
}

impl Draft {
    /// What it is called in a message.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Bool(..) => "a boolean",
            Self::Null => "null",
            Self::Regex { .. } => "a regular expression",
            Self::Cidr(_) => "a network",
            Self::Compare(..) => "a comparison",
            Self::Time(..) => "a part of a date",
            Self::Exists(_) => "an existence test",
            Self::Field { .. } => "a field's name",
        }
    }
}

/// A text on its way. Text stays text (rather than UTF-16 units) until the end, since encodings need it.
#[derive(Debug, Clone)]
pub(super) struct TextDraft {
    /// The value as the rule writes it.
    pub(super) raw: Arc<str>,
    pub(super) parts: Vec<Part>,
    /// No modifier has changed it.
    pub(super) fresh: bool,
    /// Its characters stand for bytes.
    pub(super) bytes: bool,
    pub(super) cased: bool,
    /// Where it must stand, so far as modifiers say.
    pub(super) start: bool,
    pub(super) end: bool,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    AnyRun,
    AnyOne,
    /// `%name%`, and where it stands in the raw text.
    Placeholder(String, Range<usize>),
}

impl TextDraft {
    /// A value with its wildcards, and with its placeholders if it is to be expanded.
    pub(super) fn new(raw: Arc<str>, placeholders: bool) -> Self {
        let parts = parse(&raw, placeholders);
        Self {
            raw,
            parts,
            fresh: true,
            bytes: false,
            cased: false,
            start: true,
            end: true,
        }
    }

    /// Exactly this text.
    pub(super) fn literal(raw: Arc<str>) -> Self {
        let parts = if raw.is_empty() {
            Vec::new()
        } else {
            vec![Part::Literal(raw.to_string())]
        };
        Self {
            raw,
            parts,
            fresh: true,
            bytes: false,
            cased: false,
            start: true,
            end: true,
        }
    }

    /// The text, if it holds no wildcard and no placeholder.
    pub(super) fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The same with other parts.
    pub(super) fn with(&self, parts: Vec<Part>) -> Self {
        let mut joined: Vec<Part> = Vec::with_capacity(parts.len());
        for part in parts {
            match (joined.last_mut(), part) {
                (Some(Part::Literal(last)), Part::Literal(text)) => last.push_str(&text),
                (_, Part::Literal(text)) if text.is_empty() => {}
                (_, part) => joined.push(part),
            }
        }
        Self {
            parts: joined,
            fresh: false,
            ..self.clone()
        }
    }

    /// Free at its start, at its end, or at both.
    pub(super) fn widened(&self, start: bool, end: bool) -> Self {
        let mut parts = self.parts.clone();
        if start {
            parts.insert(0, Part::AnyRun);
        }
        if end {
            parts.push(Part::AnyRun);
        }
        let draft = self.with(parts);
        Self {
            start: draft.start && !start,
            end: draft.end && !end,
            ..draft
        }
    }

    /// The bytes that an encoding would encode; none if there are wildcards.
    pub(super) fn to_bytes(&self) -> Option<Vec<u8>> {
        let text = self.plain()?;
        Some(if self.bytes {
            encode::bytes_of(text)
        } else {
            text.as_bytes().to_vec()
        })
    }

    /// The pattern.
    pub(super) fn pattern(&self) -> Pattern {
        let mut pattern = Pattern::default();
        for part in &self.parts {
            pattern.push(match part {
                Part::Literal(text) => Piece::Literal(text.encode_utf16().collect()),
                Part::AnyRun => Piece::AnyRun,
                Part::AnyOne => Piece::AnyOne,
                Part::Placeholder(name, _) => {
                    Piece::Literal(format!("%{name}%").encode_utf16().collect())
                }
            });
        }
        pattern
    }
}

/// As [`Pattern::parse`], with placeholders where they are asked for: `%name%`, a plain per cent being `\%`.
fn parse(raw: &str, placeholders: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = raw;
    while let Some(character) = rest.chars().next() {
        let at = raw.len() - rest.len();
        rest = &rest[character.len_utf8()..];
        let mut flush = |part: Part| {
            if !text.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut text)));
            }
            parts.push(part);
        };
        match character {
            '*' => flush(Part::AnyRun),
            '?' => flush(Part::AnyOne),
            '\\' => {
                let escaped = rest.chars().next().filter(|next| {
                    matches!(next, '\\' | '*' | '?') || (placeholders && *next == '%')
                });
                text.push(escaped.unwrap_or('\\'));
                rest = &rest[escaped.map_or(0, char::len_utf8)..];
            }
            '%' if placeholders => match rest.find('%').map(|end| (&rest[..end], &rest[end + 1..]))
            {
                Some((name, after)) if !name.is_empty() && name.bytes().all(is_name) => {
                    let range = at..at + name.len() + 2;
                    flush(Part::Placeholder(name.to_owned(), range));
                    rest = after;
                }
                _ => text.push('%'),
            },
            plain => text.push(plain),
        }
    }
    if !text.is_empty() {
        parts.push(Part::Literal(text));
    }
    parts
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_placeholders_it_is_the_pattern_parser() {
        for text in [r"a\\*b", r"\", r"%x%", r"\%", "", "**", r"\\\?é*"] {
            let draft = TextDraft::new(text.into(), false);
            assert_eq!(draft.pattern(), Pattern::parse(text), "{text}");
        }
    }

    #[test]
    fn placeholders_are_the_specifications() {
        let parts = |text: &str| TextDraft::new(text.into(), true).parts;
        assert_eq!(parts("%name%"), [Part::Placeholder("name".into(), 0..6)]);
        assert_eq!(
            parts(r"\%plain%name%"),
            [
                Part::Literal("%plain".into()),
                Part::Placeholder("name".into(), 7..13)
            ]
        );
        assert_eq!(parts("100%"), [Part::Literal("100%".into())]);
        assert_eq!(
            parts("% %a%"),
            [
                Part::Literal("% ".into()),
                Part::Placeholder("a".into(), 2..5)
            ]
        );
        assert_eq!(
            parts(r"\\%a%"),
            [
                Part::Literal("\\".into()),
                Part::Placeholder("a".into(), 2..5)
            ]
        );
    }
}
