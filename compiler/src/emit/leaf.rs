//! Leaves: what one test asks of one field, as the machine can answer it.

use std::collections::BTreeSet;

use cofferdam_asm::model::Test;
use cofferdam_asm::pattern::{self, Flags, GlobAnchor, GlobPiece};
use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::limits::{MAX_LITERAL, MAX_SCANNED};
use cofferdam_interpreter::schema::{FieldInfo, Type};
use cofferdam_interpreter::{Mode, fold};

use super::logic::Bool;
use super::{Unsupported, written};
use crate::model::{
    Anchor, Cidr, Comparison, Matcher, Number, Pattern, Piece, Regex, Shape, TimePart,
    WrittenNumber,
};

/// Literals of one field, any of which is enough.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Literals {
    pub(super) field: u8,
    /// Folded. A trigger's may be none: then the field is unsupplied.
    pub(super) set: BTreeSet<(Mode, Vec<u16>)>,
}

impl Literals {
    /// One of them.
    pub(super) fn only(&self, literal: &(Mode, Vec<u16>)) -> Self {
        Self {
            field: self.field,
            set: BTreeSet::from([literal.clone()]),
        }
    }
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Leaf {
    /// Literals that a finder looks for.
    Literals(Literals),
    /// A literal that must be compared on its own.
    Text {
        field: u8,
        mode: Mode,
        cased: bool,
        units: Vec<u16>,
    },
    /// A regular expression or a wildcard string.
    Pattern {
        field: u8,
        program: Vec<u8>,
        /// For each clause some literals of which every match contains one; folded.
        required: Vec<Vec<Vec<u16>>>,
        /// Whether few units of a text that does not match are looked at.
        is_sparse: bool,
    },
    /// Two fields.
    Fields {
        field: u8,
        other: u8,
        mode: Mode,
        cased: bool,
    },
    /// A network.
    Network {
        field: u8,
        family: u8,
        prefix: u8,
        address: [u8; 16],
    },
    /// A number.
    Number { field: u8, relation: u8, value: u64 },
    /// One of the four presence operations, by its number.
    Presence { field: u8, op: u8 },
}

impl Leaf {
    pub(super) fn presence(field: u8, op: Op) -> Bool {
        let op = op.number();
        Bool::leaf(Leaf::Presence { field, op })
    }

    pub(super) fn literal(field: u8, mode: Mode, units: Vec<u16>) -> Bool {
        let set = BTreeSet::from([(mode, units)]);
        Bool::leaf(Leaf::Literals(Literals { field, set }))
    }

    /// The test, for every leaf but literals, which are atoms.
    pub(super) fn test(&self) -> Option<Test> {
        Some(match self {
            Leaf::Literals(_) => return None,
            Leaf::Text {
                field,
                mode,
                cased,
                units,
            } => Test::Text {
                field: *field,
                mode: *mode,
                cased: *cased,
                units: units.clone(),
            },
            Leaf::Pattern { field, program, .. } => Test::Pattern {
                field: *field,
                program: program.clone(),
            },
            Leaf::Fields {
                field,
                other,
                mode,
                cased,
            } => Test::Fields {
                field: *field,
                other: *other,
                mode: *mode,
                cased: *cased,
            },
            Leaf::Network {
                field,
                family,
                prefix,
                address,
            } => Test::Network {
                field: *field,
                family: *family,
                prefix: *prefix,
                address: *address,
            },
            Leaf::Number {
                field,
                relation,
                value,
            } => Test::Number {
                field: *field,
                relation: Op::from_number(*relation)?,
                value: *value,
            },
            Leaf::Presence { field, op } => Test::Presence {
                field: *field,
                op: Op::from_number(*op)?,
            },
        })
    }
}

fn unsupported<T>(reason: impl Into<String>) -> Result<T, Unsupported> {
    Err(Unsupported {
        code: "not-expressible",
        reason: reason.into(),
        place: None,
    })
}

/// What a matcher asks of a field. `other` finds the field that a field reference names.
pub(super) fn lower(
    matcher: &Matcher,
    field: &FieldInfo,
    mut other: impl FnMut(&str) -> Option<u8>,
) -> Result<Bool, Unsupported> {
    let number = field.number;
    match matcher {
        Matcher::Text { pattern, cased } => text(number, pattern, *cased),
        Matcher::Regex(regex) => self::regex(number, regex),
        Matcher::Cidr(network) => cidr(field, network),
        Matcher::Number(wanted) => Ok(is_number(field, wanted)),
        Matcher::Compare(comparison, wanted) => compare(field, *comparison, wanted),
        Matcher::Bool(value) => {
            let word = if *value { "true" } else { "false" };
            Ok(equals(number, word))
        }
        Matcher::Null => Ok(Leaf::presence(number, Op::Absent)),
        Matcher::Exists => Ok(Leaf::presence(number, Op::Present)),
        Matcher::FieldRef {
            other: name,
            anchor,
            cased,
        } => {
            let mode = match anchor {
                Anchor::Whole => Mode::Equals,
                Anchor::Start => Mode::Starts,
                Anchor::End => Mode::Ends,
                Anchor::Anywhere => {
                    return unsupported(
                        "`fieldref` with `contains` would cost the product of both lengths; it can be the whole, \
                         the start (`startswith`) or the end (`endswith`)",
                    );
                }
            };
            match other(name) {
                Some(other) => Ok(Bool::leaf(Leaf::Fields {
                    field: number,
                    other,
                    mode,
                    cased: *cased,
                })),
                // A field that is not there equals nothing.
                None => Ok(Bool::False),
            }
        }
        Matcher::Time(TimePart::Week, ..) => {
            unsupported("a week of the year cannot be tested by content; months and days can")
        }
        Matcher::Time(part, comparison, wanted) => {
            match written::date(*part, *comparison, *wanted) {
                Some(source) => expression(number, &source, Flags::default()),
                None => Ok(Bool::False),
            }
        }
    }
}

fn folded(units: &[u16]) -> Vec<u16> {
    units.iter().map(|unit| fold::unit(*unit)).collect()
}

fn equals(field: u8, text: &str) -> Bool {
    let units: Vec<u16> = text.encode_utf16().collect();
    Leaf::literal(field, Mode::Equals, folded(&units))
}

fn text(field: u8, pattern: &Pattern, cased: bool) -> Result<Bool, Unsupported> {
    let (mode, units) = match pattern.shape() {
        Shape::Anything => return Ok(Leaf::presence(field, Op::Present)),
        Shape::Equals([]) => return Ok(Leaf::presence(field, Op::Empty)),
        Shape::Equals(units) => (Mode::Equals, units),
        Shape::StartsWith(units) => (Mode::Starts, units),
        Shape::EndsWith(units) => (Mode::Ends, units),
        Shape::Contains(units) => (Mode::Contains, units),
        Shape::Glob(pieces) => return glob(field, pieces, cased),
    };
    if units.len() > MAX_LITERAL {
        return unsupported(format!(
            "a text of {} units, at most {MAX_LITERAL} are possible",
            units.len()
        ));
    }
    let separated = mode == Mode::Ends && units.contains(&0x5C);
    let scanned = units.len() <= MAX_SCANNED || mode == Mode::Equals || separated;
    if scanned && !cased {
        return Ok(Leaf::literal(field, mode, folded(units)));
    }
    Ok(Bool::leaf(Leaf::Text {
        field,
        mode,
        cased,
        units: if cased { units.to_vec() } else { folded(units) },
    }))
}

fn glob(field: u8, pieces: &[Piece], cased: bool) -> Result<Bool, Unsupported> {
    let pieces: Result<Vec<GlobPiece>, _> = pieces
        .iter()
        .map(|piece| {
            Ok(match piece {
                Piece::Literal(units) => GlobPiece::Literal(String::from_utf16(units)?),
                Piece::AnyRun => GlobPiece::AnyRun,
                Piece::AnyOne => GlobPiece::AnyUnit,
            })
        })
        .collect();
    let pieces = match pieces {
        Ok(pieces) => pieces,
        Err::<_, std::string::FromUtf16Error>(error) => return unsupported(error.to_string()),
    };
    let program = match pattern::glob(&pieces, GlobAnchor::Whole, !cased) {
        Ok(program) => program,
        Err(error) => return unsupported(error.to_string()),
    };
    let required = pattern::required_clauses_of_glob(&pieces, GlobAnchor::Whole);
    Ok(pattern_leaf(field, program, required))
}

fn regex(field: u8, regex: &Regex) -> Result<Bool, Unsupported> {
    let flags = regex.flags();
    let flags = Flags {
        ignore_case: flags.insensitive,
        multi_line: flags.multi_line,
        dot_all: flags.dot_all,
    };
    expression(field, regex.source(), flags)
}

fn expression(field: u8, source: &str, flags: Flags) -> Result<Bool, Unsupported> {
    let program = match pattern::regex(source, flags) {
        Ok(program) => program,
        Err(error) => return unsupported(error.to_string()),
    };
    let required = pattern::required_clauses(source, flags).unwrap_or_default();
    Ok(pattern_leaf(field, program, required))
}

fn pattern_leaf(field: u8, program: Vec<u8>, required: Vec<Vec<Vec<u16>>>) -> Bool {
    Bool::leaf(Leaf::Pattern {
        field,
        is_sparse: pattern::has_run(&program),
        program,
        required,
    })
}

fn cidr(field: &FieldInfo, network: &Cidr) -> Result<Bool, Unsupported> {
    if field.ty != Type::Text {
        return unsupported(format!(
            "`{}` is a number in the schema; no number is an address",
            field.name
        ));
    }
    let mut address = [0; 16];
    let family = match network.address() {
        std::net::IpAddr::V4(v4) => {
            address[..4].copy_from_slice(&v4.octets());
            4
        }
        std::net::IpAddr::V6(v6) => {
            address = v6.octets();
            6
        }
    };
    Ok(Bool::leaf(Leaf::Network {
        field: field.number,
        family,
        prefix: network.prefix(),
        address,
    }))
}

/// A number equals a field that holds it, and a text that writes it as the rule does or in decimal.
fn is_number(field: &FieldInfo, wanted: &WrittenNumber) -> Bool {
    let written = equals(field.number, &wanted.written);
    let decimal = equals(field.number, &wanted.number.to_string());
    let mut any = vec![written, decimal];
    if field.ty == Type::Number
        && let Number::Int(value) = wanted.number
        && let Ok(value) = u64::try_from(value)
    {
        any.push(number(field, Op::NumberEq, value));
    }
    Bool::or(any)
}

fn number(field: &FieldInfo, relation: Op, value: u64) -> Bool {
    Bool::leaf(Leaf::Number {
        field: field.number,
        relation: relation.number(),
        value,
    })
}

/// A number is compared as one; a text, in which an expression tells numbers by how they are written, may stand in
/// any field, be it in a log that writes a number in its own way.
fn compare(
    field: &FieldInfo,
    comparison: Comparison,
    wanted: &WrittenNumber,
) -> Result<Bool, Unsupported> {
    if field.ty != Type::Number && matches!(wanted.number, Number::Float(_)) {
        return unsupported(format!(
            "`{}` is a text, in which only whole numbers are compared with",
            field.name
        ));
    }
    let (comparison, value) = whole(comparison, wanted.number);
    if value.unsigned_abs() > 1 << 64 {
        return unsupported("numbers beyond 64 bits are not compared");
    }
    let source = written::number(comparison, value);
    let mut either = vec![expression(field.number, &source, Flags::default())?];
    if field.ty == Type::Number {
        either.push(is_related(field, comparison, value));
    }
    Ok(Bool::or(either))
}

fn is_related(field: &FieldInfo, comparison: Comparison, value: i128) -> Bool {
    let relation = match comparison {
        Comparison::Equal => Op::NumberEq,
        Comparison::Less => Op::NumberLt,
        Comparison::LessOrEqual => Op::NumberLe,
        Comparison::Greater => Op::NumberGt,
        Comparison::GreaterOrEqual => Op::NumberGe,
    };
    // Numbers are 0 to 2^64 - 1; beyond these the answer is the same for all of them.
    let is_low = matches!(relation, Op::NumberGt | Op::NumberGe);
    let is_high = matches!(relation, Op::NumberLt | Op::NumberLe);
    match u64::try_from(value) {
        Ok(value) => number(field, relation, value),
        Err(_) if (value < 0 && is_low) || (value > 0 && is_high) => number(field, Op::NumberGe, 0),
        Err(_) => Bool::False,
    }
}

/// The relation to a whole number that whole numbers have exactly if they have this one.
fn whole(comparison: Comparison, wanted: Number) -> (Comparison, i128) {
    match wanted {
        Number::Int(value) => (comparison, value),
        // What lies beyond 128 bits is held at their end.
        Number::Float(value) if value.fract() == 0.0 => (comparison, value as i128),
        Number::Float(value) => match comparison {
            Comparison::Less | Comparison::LessOrEqual => {
                (Comparison::LessOrEqual, value.floor() as i128)
            }
            _ => (Comparison::GreaterOrEqual, value.ceil() as i128),
        },
    }
}
