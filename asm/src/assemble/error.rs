//! What is wrong with an assembly text, and where.

use std::fmt;

use super::token::{Place, Token};

/// A text that is not an assembly program: what was expected, what stands there, what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsmError {
    /// Line, from 1.
    pub line: u32,
    /// Character within the line, from 1.
    pub column: u32,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What to write instead; empty where the expectation says it.
    pub remedy: String,
}

impl AsmError {
    pub(super) fn new(place: Place, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            line: place.line,
            column: place.column,
            expected: expected.into(),
            found: found.into(),
            remedy: String::new(),
        }
    }

    /// A token that does not belong where it stands.
    pub(super) fn token(place: Place, expected: impl Into<String>, found: &Token<'_>) -> Self {
        Self::new(place, expected, found.describe())
    }

    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Names the known word that the found one was most likely meant to be, or all of a few.
    pub(super) fn known<'k>(self, found: &str, known: impl Iterator<Item = &'k str>) -> Self {
        let known: Vec<&str> = known.collect();
        let nearest = known
            .iter()
            .map(|word| (distance(found, word), *word))
            .min();
        match nearest {
            Some((0..=2, word)) => self.remedy(format!("did you mean `{word}`?")),
            _ if !known.is_empty() && known.len() <= 40 => {
                self.remedy(format!("known are: {}", known.join(", ")))
            }
            _ => self,
        }
    }
}

impl fmt::Display for AsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: expected {}, found {}",
            self.line, self.column, self.expected, self.found
        )?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for AsmError {}

/// How many letters have to be changed, put in or left out, ignoring case; words beyond a name's length are far
/// from everything.
fn distance(one: &str, other: &str) -> usize {
    if one.len() > 64 || other.len() > 64 {
        return usize::MAX;
    }
    let letters = |word: &str| word.to_ascii_lowercase().chars().collect::<Vec<_>>();
    let (one, other) = (letters(one), letters(other));
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, wanted) in other.iter().enumerate() {
            let change = diagonal + usize::from(letter != wanted);
            diagonal = row[to + 1];
            row[to + 1] = change.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row[other.len()]
}
