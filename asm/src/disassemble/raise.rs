//! From a content file's sections back to the model.

use cofferdam_interpreter::code::{Instruction, Op};
use cofferdam_interpreter::layout::{
    FinderRecord, KindRecord, LiteralRecord, NetworkRecord, PatternRecord, RuleRecord,
};
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Content, Mode, Shape};

use super::DisassembleError;
use crate::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};

/// Most units that the literals of all atoms may have together.
const MOST_UNITS: usize = 64 << 20;

/// The program that a verified file holds: atoms in the file's order, every literal with its place.
///
/// # Errors
/// [`DisassembleError::TooLarge`], and [`DisassembleError::Inconsistent`] for content that nobody verified.
pub fn program(content: &Content<'_>) -> Result<Program, DisassembleError> {
    let mut raiser = Raiser {
        content,
        units_left: MOST_UNITS,
    };
    raiser.program()?.ok_or(DisassembleError::Inconsistent)
}

/// One instruction, with its operands from the content; `None` where it or they are not there.
#[must_use]
pub fn step(content: &Content<'_>, bytes: [u8; 8]) -> Option<Step> {
    let raiser = Raiser {
        content,
        units_left: 0,
    };
    raiser.step(bytes)
}

struct Raiser<'c> {
    content: &'c Content<'c>,
    units_left: usize,
}

/// `None` inside for what leads nowhere.
type Raised<T> = Result<Option<T>, DisassembleError>;

impl Raiser<'_> {
    fn program(&mut self) -> Raised<Program> {
        let mut kinds = Vec::new();
        for record in self.content.kinds() {
            let Some(kind) = self.kind(&record)? else {
                return Ok(None);
            };
            kinds.push(kind);
        }
        Ok(Some(Program {
            issue: issue(self.content),
            kinds,
        }))
    }

    fn kind(&mut self, record: &KindRecord) -> Raised<KindProgram> {
        let Some(atoms) = self.atoms(record)? else {
            return Ok(None);
        };
        Ok((|| {
            Some(KindProgram {
                kind: Kind::from_number(record.kind)?,
                rules: self.rules(record)?,
                atoms,
            })
        })())
    }

    fn atoms(&mut self, kind: &KindRecord) -> Raised<Vec<Atom>> {
        let mut atoms = Vec::new();
        for bytes in self.content.finders_of(kind).unwrap_or(&[]) {
            let finder = FinderRecord::read(bytes);
            let phase = match finder.phase {
                0 => Phase::Eager,
                _ => Phase::Lazy,
            };
            let first = atoms.len();
            atoms.extend((0..finder.atom_count).map(|_| Atom {
                field: finder.field,
                phase,
                literals: Vec::new(),
            }));
            let own = atoms.get_mut(first..).unwrap_or_default();
            let range = (finder.literal_start, finder.literal_count);
            for bytes in run(self.content.literals, range).unwrap_or(&[]) {
                let record = LiteralRecord::read(bytes);
                if self.literal(&record, own)?.is_none() {
                    return Ok(None);
                }
            }
        }
        Ok(Some(atoms))
    }

    /// Adds the literal to each atom that it sets.
    fn literal(&mut self, record: &LiteralRecord, atoms: &mut [Atom]) -> Raised<()> {
        let posts = (record.posts_start, record.posts_count.into());
        let (Some(units), Some(shape), Some(posts)) = (
            self.units(record),
            Shape::decode(record.shape),
            run(self.content.posts, posts),
        ) else {
            return Ok(None);
        };
        let literal = Literal {
            units,
            mode: shape.mode,
            place: Some((shape.place, record.key)),
        };
        for post in posts {
            self.units_left = self
                .units_left
                .checked_sub(literal.units.len())
                .ok_or(DisassembleError::TooLarge)?;
            let Some(atom) = atoms.get_mut(usize::from(u16::from_le_bytes(*post))) else {
                return Ok(None);
            };
            atom.literals.push(literal.clone());
        }
        Ok(Some(()))
    }

    fn units(&self, record: &LiteralRecord) -> Option<Vec<u16>> {
        let range = (record.units_start, record.length.into());
        let units = run(self.content.units, range)?;
        Some(units.iter().map(|unit| u16::from_le_bytes(*unit)).collect())
    }

    fn rules(&self, kind: &KindRecord) -> Option<Vec<Rule>> {
        let records = run(self.content.rules, (kind.rule_start, kind.rule_count))?;
        let always = usize::from(kind.always_count);
        let rules = records.iter().enumerate();
        rules
            .map(|(number, bytes)| self.rule(&RuleRecord::read(bytes), number < always))
            .collect()
    }

    fn rule(&self, record: &RuleRecord, always: bool) -> Option<Rule> {
        let code = run(self.content.code, (record.code_start, record.code_count))?;
        let (title, meta) = self.content.name(record);
        Some(Rule {
            id: record.id,
            condition: record.condition,
            severity: record.severity,
            deny: record.action == 1,
            title: title.to_owned(),
            meta: meta.to_owned(),
            always,
            code: code
                .iter()
                .map(|bytes| self.step(*bytes))
                .collect::<Option<_>>()?,
        })
    }

    fn step(&self, bytes: [u8; 8]) -> Option<Step> {
        let instruction = Instruction::decode(bytes)?;
        Some(match instruction.op {
            Op::End => Step::End,
            Op::Match => Step::Match,
            Op::Maybe => Step::Maybe,
            Op::Jump => Step::Jump {
                skip: instruction.skip,
            },
            _ => Step::Test {
                test: self.test(&instruction)?,
                sense: instruction.sense,
                skip: instruction.skip,
                trigger: instruction.trigger,
            },
        })
    }

    fn test(&self, instruction: &Instruction) -> Option<Test> {
        let field = instruction.field;
        let operand = instruction.operand;
        let at = operand as usize;
        let content = self.content;
        Some(match instruction.op {
            Op::Atom | Op::Lazy => Test::Atom(at),
            Op::Text => {
                let record = LiteralRecord::read(content.literals.get(at)?);
                let shape = Shape::decode(record.shape)?;
                Test::Text {
                    field,
                    mode: shape.mode,
                    cased: shape.cased,
                    units: self.units(&record)?,
                }
            }
            Op::Pattern => {
                let record = PatternRecord::read(content.patterns.get(at)?);
                let program = run(content.pattern_bytes, (record.start, record.length))?;
                Test::Pattern {
                    field,
                    program: program.to_vec(),
                }
            }
            Op::Fields => {
                let [other, rest, ..] = operand.to_le_bytes();
                Test::Fields {
                    field,
                    other,
                    mode: Mode::from_number(rest),
                    cased: rest & 1 << 2 != 0,
                }
            }
            Op::Network => {
                let record = NetworkRecord::read(content.networks.get(at)?);
                Test::Network {
                    field,
                    family: record.family,
                    prefix: record.prefix,
                    address: record.address,
                }
            }
            Op::Present | Op::Absent | Op::Empty | Op::Unsupplied => Test::Presence {
                field,
                op: instruction.op,
            },
            relation => Test::Number {
                field,
                relation,
                value: u64::from_le_bytes(*content.numbers.get(at)?),
            },
        })
    }
}

fn issue(content: &Content<'_>) -> Issue {
    let header = content.header();
    let channel = header.channel.iter().take_while(|byte| **byte != 0);
    Issue {
        tier: match header.tier {
            0 => Tier::Kernel,
            _ => Tier::User,
        },
        channel: channel.map(|byte| char::from(*byte)).collect(),
        ring: header.ring,
        content_version: header.content_version,
        rollback_floor: header.rollback_floor,
        min_engine: header.min_engine,
        issued: header.issued,
        expires: header.expires,
        key_id: header.key_id,
    }
}

/// `records[start..start + count]`, if it is there.
fn run<T>(records: &[T], (start, count): (u32, u32)) -> Option<&[T]> {
    let start = start as usize;
    records.get(start..start.checked_add(count as usize)?)
}
