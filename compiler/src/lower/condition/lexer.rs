//! The words of a condition.

use std::ops::Range;

/// A word, with the bytes where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) range: Range<usize>,
    /// A keyword that is not written in lower case.
    pub(super) shouted: bool,
}

/// What kind of word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Open,
    Close,
    And,
    Or,
    Not,
    Of,
    /// A name, number or pattern: `them`, `all` and `any` too, whose meaning depends on their place.
    Word(&'a str),
    /// The legacy aggregation operator.
    Pipe,
    /// Anything else.
    Strange(char),
}

/// The words of `text`.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return found;
        };
        let length = match first {
            character if is_word(character) => {
                rest.find(|next| !is_word(next)).unwrap_or(rest.len())
            }
            other => other.len_utf8(),
        };
        let word = &rest[..length];
        let keyword = |kind: Kind<'_>| !matches!(kind, Kind::Word(_));
        let kind = match first {
            '(' => Kind::Open,
            ')' => Kind::Close,
            '|' => Kind::Pipe,
            character if is_word(character) => word_kind(word),
            other => Kind::Strange(other),
        };
        let shouted =
            is_word(first) && keyword(kind) && word.bytes().any(|byte| byte.is_ascii_uppercase());
        found.push(Token {
            kind,
            range: at..at + length,
            shouted,
        });
        rest = &rest[length..];
    }
}

fn word_kind(word: &str) -> Kind<'_> {
    for (keyword, kind) in [
        ("and", Kind::And),
        ("or", Kind::Or),
        ("not", Kind::Not),
        ("of", Kind::Of),
    ] {
        if word.eq_ignore_ascii_case(keyword) {
            return kind;
        }
    }
    Kind::Word(word)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '*')
}

/// Whether a condition can call a search identifier by this name.
pub(in super::super) fn is_plain_name(name: &str) -> bool {
    let word = !name.is_empty()
        && name
            .chars()
            .all(|character| is_word(character) && character != '*');
    word && matches!(word_kind(name), Kind::Word(_)) && !["them", "all", "any"].contains(&name)
}
