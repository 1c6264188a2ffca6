//! A kind's block: atoms and rules.

use std::collections::HashMap;

use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Mode, Place as Table, fold};

use super::error::AsmError;
use super::token::{Token, quoted};
use super::{Assembler, number};
use crate::model::{Atom, KindProgram, Literal, Phase};

/// A kind on its way in.
pub(super) struct KindBlock<'s> {
    pub(super) program: KindProgram,
    /// Atoms by name.
    pub(super) atoms: HashMap<&'s str, usize>,
}

/// The modes' words.
pub(super) const MODES: [Mode; 4] = [Mode::Contains, Mode::Starts, Mode::Ends, Mode::Equals];

/// The mode with this word.
pub(super) fn mode(word: &str) -> Option<Mode> {
    MODES.into_iter().find(|mode| mode.name() == word)
}

/// The tables that a literal can be put into.
fn tables() -> impl Iterator<Item = Table> {
    (0..=u8::MAX)
        .filter_map(Table::from_number)
        .filter(|table| *table != Table::Loose)
}

impl<'s> Assembler<'s> {
    pub(super) fn kind(&mut self, kind: Kind) -> Result<KindProgram, AsmError> {
        let mut block = KindBlock {
            program: KindProgram {
                kind,
                atoms: Vec::new(),
                rules: Vec::new(),
            },
            atoms: HashMap::new(),
        };
        self.open()?;
        while let Some((place, word)) = self.item("`atom` or `rule`")? {
            match word {
                "atom" => self.atom(&mut block)?,
                "rule" => self.rule(&mut block)?,
                other => {
                    return Err(AsmError::new(place, "`atom` or `rule`", quoted(other)));
                }
            }
            self.tokens.end()?;
        }
        Ok(block.program)
    }

    fn atom(&mut self, block: &mut KindBlock<'s>) -> Result<(), AsmError> {
        let (place, name) = self.tokens.run("the atom's name")?;
        if block
            .atoms
            .insert(name, block.program.atoms.len())
            .is_some()
        {
            return Err(AsmError::new(
                place,
                "a name that no other atom of the kind has",
                quoted(name),
            ));
        }
        let expected = "`eager` or `lazy`";
        let phase = match self.tokens.run(expected)? {
            (_, "eager") => Phase::Eager,
            (_, "lazy") => Phase::Lazy,
            (place, other) => return Err(AsmError::new(place, expected, quoted(other))),
        };
        let field = self.field(block.program.kind)?;
        let mut literals = Vec::new();
        let mut unsupplied = false;
        self.open()?;
        while let Some((place, word)) = self.item("a literal")? {
            if word == "unsupplied" {
                unsupplied = true;
                self.tokens.end()?;
                continue;
            }
            let Some(mode) = mode(word) else {
                let expected = "`contains`, `starts`, `ends` or `equals`";
                return Err(AsmError::new(place, expected, quoted(word)));
            };
            literals.push(self.literal(mode)?);
            self.tokens.end()?;
        }
        if unsupplied != literals.is_empty() {
            let found = if unsupplied { "both" } else { "none" };
            let expected = "at least one literal in the atom, or `unsupplied` alone";
            return Err(AsmError::new(place, expected, found));
        }
        block.program.atoms.push(Atom {
            field,
            phase,
            literals,
        });
        Ok(())
    }

    /// The literal after its mode: text, and where it is put, if the text says so.
    fn literal(&mut self, mode: Mode) -> Result<Literal, AsmError> {
        let units = self.folded()?;
        let place = if self.tokens.take(&Token::At)? {
            let expected = "a table and a key, such as `gram:3`, `pair:0` or `tail`";
            let (place, run) = self.tokens.run(expected)?;
            let (table, key) = run.split_once(':').unwrap_or((run, "0"));
            let table = tables().find(|known| known.name() == table);
            let key = number::unsigned(key).and_then(|key| u8::try_from(key).ok());
            let Some(found) = table.zip(key) else {
                return Err(AsmError::new(place, expected, quoted(run)));
            };
            Some(found)
        } else {
            None
        };
        Ok(Literal { units, mode, place })
    }

    /// A string, folded.
    pub(super) fn folded(&mut self) -> Result<Vec<u16>, AsmError> {
        let (_, mut units) = self.tokens.text("a string in quotes")?;
        for unit in &mut units {
            *unit = fold::unit(*unit);
        }
        Ok(units)
    }

    /// A field of the kind, by its name.
    pub(super) fn field(&mut self, kind: Kind) -> Result<u8, AsmError> {
        let expected = format!("a field of {}", kind.name());
        let (place, name) = self.tokens.run(&expected)?;
        self.field_named(kind, place, name)
    }

    pub(super) fn field_named(
        &self,
        kind: Kind,
        place: super::Place,
        name: &str,
    ) -> Result<u8, AsmError> {
        match kind.info().field_by_name(name) {
            Some(field) => Ok(field.number),
            None => {
                let expected = format!("a field of {}", kind.name());
                let fields = kind.fields().iter().map(|field| field.name);
                Err(AsmError::new(place, expected, quoted(name)).known(name, fields))
            }
        }
    }
}
