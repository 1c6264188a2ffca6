//! The assembler: from a text that people write to a [`Program`].
//!
//! `asm/GRAMMAR.md` describes the language. What it guarantees: every text is either a program or an
//! [`AsmError`] with the line, the column and what was expected there. It does not recurse, and works in time
//! linear in the text. It checks what the text alone can show (names, labels, types of operands); whether the
//! program is sound, and whether its rules are honest about their triggers, is the verifier's to say.

mod error;
mod kind;
mod number;
mod operand;
mod rule;
mod token;

use std::collections::HashMap;

use cofferdam_interpreter::schema::{Kind, Tier};

use crate::error::WriteError;
use crate::model::{Issue, Program};

pub use error::AsmError;
pub(crate) use rule::SEVERITIES;
use token::{Place, Token, Tokens};

/// Reads a program.
///
/// # Errors
/// [`AsmError`] at the first place where the text is not one.
pub fn assemble(source: &str) -> Result<Program, AsmError> {
    Assembler {
        tokens: Tokens::new(source),
        patterns: HashMap::new(),
    }
    .file()
}

/// Reads a program and writes it as a content file, unsigned.
///
/// # Errors
/// [`AssembleError::Text`] as [`assemble`], [`AssembleError::Write`] as [`write`](crate::write).
pub fn assemble_to_bytes(source: &str) -> Result<Vec<u8>, AssembleError> {
    let program = assemble(source).map_err(AssembleError::Text)?;
    crate::write(&program).map_err(AssembleError::Write)
}

/// Why a text does not become a content file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssembleError {
    /// The text is not a program.
    Text(AsmError),
    /// The program is not sound, or cannot be written.
    Write(WriteError),
}

impl std::fmt::Display for AssembleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AssembleError::Text(error) => error.fmt(f),
            AssembleError::Write(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AssembleError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            AssembleError::Text(error) => Some(error),
            AssembleError::Write(error) => Some(error),
        }
    }
}

/// The text on its way in, and what it has declared so far for all kinds.
struct Assembler<'s> {
    tokens: Tokens<'s>,
    patterns: HashMap<&'s str, Vec<u8>>,
}

impl<'s> Assembler<'s> {
    fn file(mut self) -> Result<Program, AsmError> {
        let mut issue = None;
        let mut kinds: Vec<crate::model::KindProgram> = Vec::new();
        loop {
            self.tokens.skip_ends()?;
            let (place, token) = self.tokens.next()?;
            match token {
                Token::Eof => break,
                Token::Run("content") if issue.is_none() => issue = Some(self.issue()?),
                Token::Run("content") => {
                    return Err(AsmError::new(place, "one `content` block", "a second one"));
                }
                Token::Run("pattern") => self.pattern_declaration()?,
                Token::Run("kind") => {
                    let (place, kind) = self.kind_name()?;
                    if kinds.iter().any(|other| other.kind == kind) {
                        return Err(AsmError::new(
                            place,
                            "one block for each kind",
                            format!("`{}` again", kind.name()),
                        )
                        .remedy("put all of its atoms and rules into one block"));
                    }
                    kinds.push(self.kind(kind)?);
                }
                token => {
                    return Err(AsmError::token(
                        place,
                        "`content`, `pattern` or `kind`",
                        &token,
                    ));
                }
            }
            self.tokens.end()?;
            if let (place, Token::Close) = self.tokens.peek()? {
                return Err(AsmError::token(
                    *place,
                    "`content`, `pattern` or `kind`",
                    &Token::Close,
                ));
            }
        }
        Ok(Program {
            issue: issue.unwrap_or_default(),
            kinds,
        })
    }

    fn issue(&mut self) -> Result<Issue, AsmError> {
        let mut issue = Issue::default();
        let mut seen: Vec<&str> = Vec::new();
        self.open()?;
        while let Some((place, name)) = self.item("an item of `content`")? {
            if seen.contains(&name) {
                return Err(AsmError::new(
                    place,
                    "each item once",
                    format!("`{name}` again"),
                ));
            }
            match name {
                "tier" => issue.tier = self.tier()?,
                "channel" => {
                    let expected = "the channel's name in quotes";
                    issue.channel = self.tokens.unicode(expected)?.1;
                }
                "ring" => issue.ring = self.number("the ring: a number up to 255")?,
                "version" => issue.content_version = self.number("the content version")?,
                "floor" => issue.rollback_floor = self.number("the rollback floor")?,
                "engine" => issue.min_engine = self.number("the lowest engine version")?,
                "issued" => issue.issued = self.number("seconds since 1970")?,
                "expires" => issue.expires = self.number("seconds since 1970, or 0 for never")?,
                "key" => issue.key_id = self.key_id()?,
                other => {
                    let items = [
                        "tier", "channel", "ring", "version", "floor", "engine", "issued",
                        "expires", "key",
                    ];
                    return Err(
                        AsmError::new(place, "an item of `content`", token::quoted(other))
                            .known(other, items.into_iter()),
                    );
                }
            }
            seen.push(name);
            self.tokens.end()?;
        }
        Ok(issue)
    }

    fn tier(&mut self) -> Result<Tier, AsmError> {
        let expected = "`kernel` or `user`";
        match self.tokens.run(expected)? {
            (_, "kernel") => Ok(Tier::Kernel),
            (_, "user") => Ok(Tier::User),
            (place, other) => Err(AsmError::new(place, expected, token::quoted(other))),
        }
    }

    fn key_id(&mut self) -> Result<[u8; 16], AsmError> {
        let expected = "the key's id: 32 hexadecimal digits";
        let (place, digits) = self.tokens.run(expected)?;
        number::hex(digits)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| AsmError::new(place, expected, token::quoted(digits)))
    }

    fn kind_name(&mut self) -> Result<(Place, Kind), AsmError> {
        let expected = "an event kind of the schema";
        let (place, name) = self.tokens.run(expected)?;
        match Kind::from_name(name) {
            Some(kind) => Ok((place, kind)),
            None => Err(AsmError::new(place, expected, token::quoted(name))
                .known(name, Kind::ALL.iter().map(|kind| kind.name()))),
        }
    }

    /// `{`, at the end of a statement's line.
    fn open(&mut self) -> Result<(), AsmError> {
        self.tokens.expect(&Token::Open, "`{`")?;
        Ok(())
    }

    /// The word that begins a block's next statement, or `None` after its `}`.
    fn item(&mut self, expected: &str) -> Result<Option<(Place, &'s str)>, AsmError> {
        self.tokens.skip_ends()?;
        match self.tokens.next()? {
            (_, Token::Close) => Ok(None),
            (place, Token::Run(run)) => Ok(Some((place, run))),
            (place, token) => Err(AsmError::token(
                place,
                format!("{expected}, or `}}`"),
                &token,
            )),
        }
    }

    /// A number of any unsigned type.
    fn number<T: TryFrom<u64>>(&mut self, expected: &str) -> Result<T, AsmError> {
        let (place, run) = self.tokens.run(expected)?;
        number::unsigned(run)
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| AsmError::new(place, expected, token::quoted(run)))
    }
}
