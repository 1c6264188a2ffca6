//! What a field is tested for: operands, and the patterns that the file names.

use cofferdam_interpreter::code::{Op, Operand};
use cofferdam_interpreter::schema::{Kind, Type};

use super::error::AsmError;
use super::kind::{KindBlock, mode};
use super::token::{Place, Token, quoted};
use super::{Assembler, number};
use crate::model::{Phase, Test};
use crate::pattern::{self, Flags, GlobAnchor, GlobPiece, PatternError};

impl<'s> Assembler<'s> {
    /// An atom of the kind, by its name.
    pub(super) fn atom_named(
        &mut self,
        block: &KindBlock<'s>,
        lazy: bool,
    ) -> Result<usize, AsmError> {
        let expected = "an atom that the kind has by now";
        let (place, name) = self.tokens.run(expected)?;
        let Some(index) = block.atoms.get(name) else {
            let atoms = block.atoms.keys().copied();
            return Err(AsmError::new(place, expected, quoted(name)).known(name, atoms));
        };
        let is_lazy = block
            .program
            .atoms
            .get(*index)
            .is_some_and(|atom| atom.phase == Phase::Lazy);
        match (lazy, is_lazy) {
            (true, false) => Err(AsmError::new(place, "a lazy atom", quoted(name))
                .remedy("it is eager: write `atom` or `trigger`")),
            (false, true) => Err(AsmError::new(place, "an eager atom", quoted(name))
                .remedy("it is lazy: write `lazy`; only eager atoms can be triggers")),
            _ => Ok(*index),
        }
    }

    /// What a field is tested for.
    pub(super) fn field_test(&mut self, kind: Kind, field: u8) -> Result<Test, AsmError> {
        let expected = "a test of the field";
        let (place, word) = self.tokens.run(expected)?;
        let tests = || {
            let all = Op::ALL.iter().copied();
            all.filter(|op| op.number() >= Op::Text.number())
        };
        let Some(op) = tests().find(|op| op.name() == word) else {
            let known = tests().map(Op::name);
            return Err(AsmError::new(place, expected, quoted(word)).known(word, known));
        };
        let ty = kind.info().field(field).map(|info| info.ty);
        Ok(match (op, op.operand()) {
            (Op::Text, _) => {
                let mode = self.mode()?;
                let (_, mut units) = self.tokens.text("a string in quotes")?;
                let cased = self.tokens.take(&Token::Run("cased"))?;
                if !cased {
                    for unit in &mut units {
                        *unit = cofferdam_interpreter::fold::unit(*unit);
                    }
                }
                Test::Text {
                    field,
                    mode,
                    cased,
                    units,
                }
            }
            (Op::Pattern, _) => Test::Pattern {
                field,
                program: self.pattern()?,
            },
            (Op::Fields, _) => {
                let mode = self.mode()?;
                let other = self.field(kind)?;
                let cased = self.tokens.take(&Token::Run("cased"))?;
                Test::Fields {
                    field,
                    other,
                    mode,
                    cased,
                }
            }
            (Op::Network, _) if ty != Some(Type::Text) => {
                return Err(AsmError::new(place, "a test of a number", "`network`"));
            }
            (Op::Network, _) => self.network(field)?,
            (_, Operand::Number) if ty != Some(Type::Number) => {
                let expected = "a test of a text: the field is not a number";
                return Err(AsmError::new(place, expected, quoted(word)));
            }
            (relation, Operand::Number) => Test::Number {
                field,
                relation,
                value: self.number("a number, decimal or hexadecimal after `0x`")?,
            },
            (op, _) => Test::Presence { field, op },
        })
    }

    fn mode(&mut self) -> Result<cofferdam_interpreter::Mode, AsmError> {
        let expected = "`contains`, `starts`, `ends` or `equals`";
        let (place, word) = self.tokens.run(expected)?;
        mode(word).ok_or_else(|| AsmError::new(place, expected, quoted(word)))
    }

    fn network(&mut self, field: u8) -> Result<Test, AsmError> {
        let expected = "a network, such as 10.0.0.0/8 or fe80::/10";
        let (place, run) = self.tokens.run(expected)?;
        let Some((family, prefix, address)) = number::network(run) else {
            return Err(AsmError::new(place, expected, quoted(run)));
        };
        if !number::is_whole_network(prefix, address) {
            return Err(
                AsmError::new(place, "a network, zero behind its prefix", quoted(run))
                    .remedy(format!("clear the bits after the first {prefix}")),
            );
        }
        Ok(Test::Network {
            field,
            family,
            prefix,
            address,
        })
    }

    /// `pattern NAME ...`, for all kinds that follow.
    pub(super) fn pattern_declaration(&mut self) -> Result<(), AsmError> {
        let (place, name) = self.tokens.run("the pattern's name")?;
        if ["regex", "glob", "bytes"].contains(&name) || self.patterns.contains_key(name) {
            return Err(AsmError::new(
                place,
                "a name that is no other pattern's",
                quoted(name),
            ));
        }
        let (place, word) = self.tokens.run(PATTERN)?;
        let program = self.pattern_source(place, word)?;
        self.patterns.insert(name, program);
        Ok(())
    }

    /// A pattern by its name or in full.
    fn pattern(&mut self) -> Result<Vec<u8>, AsmError> {
        let (place, word) = self.tokens.run(PATTERN)?;
        match self.patterns.get(word) {
            Some(program) => Ok(program.clone()),
            None => self.pattern_source(place, word),
        }
    }

    fn pattern_source(&mut self, place: Place, word: &'s str) -> Result<Vec<u8>, AsmError> {
        match word {
            "regex" => self.regex(),
            "glob" => self.glob(),
            "bytes" => self.bytes(),
            other => {
                let known = self
                    .patterns
                    .keys()
                    .copied()
                    .chain(["regex", "glob", "bytes"]);
                Err(AsmError::new(place, PATTERN, quoted(other)).known(other, known))
            }
        }
    }

    fn regex(&mut self) -> Result<Vec<u8>, AsmError> {
        let (place, source) = self.tokens.unicode("a regular expression in quotes")?;
        let mut flags = Flags::default();
        if let Some((place, word)) = self.tokens.optional_run()? {
            for letter in word.chars() {
                match letter {
                    'i' => flags.ignore_case = true,
                    'm' => flags.multi_line = true,
                    's' => flags.dot_all = true,
                    _ => return Err(AsmError::new(place, "flags of `ims`", quoted(word))),
                }
            }
        }
        pattern::regex(&source, flags).map_err(|error| refused(place, &error))
    }

    fn glob(&mut self) -> Result<Vec<u8>, AsmError> {
        let (place, source) = self.tokens.unicode("a wildcard string in quotes")?;
        let mut anchor = GlobAnchor::Whole;
        let mut ignore_case = true;
        while let Some((place, word)) = self.tokens.optional_run()? {
            match word {
                "whole" => anchor = GlobAnchor::Whole,
                "starts" => anchor = GlobAnchor::Starts,
                "ends" => anchor = GlobAnchor::Ends,
                "contains" => anchor = GlobAnchor::Contains,
                "cased" => ignore_case = false,
                other => {
                    let expected = "`whole`, `starts`, `ends`, `contains` or `cased`";
                    return Err(AsmError::new(place, expected, quoted(other)));
                }
            }
        }
        pattern::glob(&pieces(&source), anchor, ignore_case).map_err(|error| refused(place, &error))
    }

    /// A program's bytes: hexadecimal digits, in one run or in a block over several lines.
    fn bytes(&mut self) -> Result<Vec<u8>, AsmError> {
        let expected = "hexadecimal digits, two for each byte";
        let digits = |place, run| {
            number::hex(run).ok_or_else(|| AsmError::new(place, expected, quoted(run)))
        };
        if !self.tokens.take(&Token::Open)? {
            let (place, run) = self.tokens.run(expected)?;
            return digits(place, run);
        }
        let mut bytes = Vec::new();
        while let Some((place, run)) = self.item(expected)? {
            bytes.extend(digits(place, run)?);
        }
        Ok(bytes)
    }
}

const PATTERN: &str = "`regex`, `glob`, `bytes` or a pattern's name";

fn refused(place: Place, error: &PatternError) -> AsmError {
    AsmError::new(
        place,
        "a pattern that the engine can run",
        format!("one that {}", error.message),
    )
    .remedy(error.remedy.clone())
}

/// Sigma's wildcards: `*` and `?`; a backslash takes the meaning from them and from another backslash, and is
/// itself everywhere else.
fn pieces(source: &str) -> Vec<GlobPiece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        let wildcard = match c {
            '*' => GlobPiece::AnyRun,
            '?' => GlobPiece::AnyUnit,
            '\\' => {
                let escaped = rest.next_if(|next| ['*', '?', '\\'].contains(next));
                text.push(escaped.unwrap_or('\\'));
                continue;
            }
            c => {
                text.push(c);
                continue;
            }
        };
        if !text.is_empty() {
            pieces.push(GlobPiece::Literal(std::mem::take(&mut text)));
        }
        pieces.push(wildcard);
    }
    if !text.is_empty() {
        pieces.push(GlobPiece::Literal(text));
    }
    pieces
}
