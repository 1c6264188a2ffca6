//! The reference: what a program means, evaluated as plainly as possible.
//!
//! It runs the [model](crate::model), not bytes: no tables, no keys, no triggers, no costs. It shares with the
//! machine only the fold of one unit and the schema's text view of numbers. Patterns are programs in the model
//! already; their bytes are read here a second time by a [plain automaton](automaton) written from the format's
//! description. Addresses are parsed by the standard library.
//!
//! Triggers are ignored: every rule is evaluated on every event. They must not change any verdict; if they do,
//! the verifier let a dishonest one pass.

mod automaton;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::RENDER_UNITS;
use cofferdam_interpreter::{Mode, Verdict, fold};

use crate::model::{KindProgram, Program, Rule, Step, Test};

pub use automaton::meets as pattern_meets;

/// How one rule judges an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The rule's UUID.
    pub id: [u8; 16],
    /// The index of the condition within the rule.
    pub condition: u8,
    /// The verdict.
    pub verdict: Verdict,
}

/// Judges an event by all rules of its kind, in the model's order. Empty for a kind without rules.
#[must_use]
pub fn evaluate(program: &Program, event: &Event<'_>) -> Vec<Judgement> {
    let kind = program.kinds.iter().find(|kind| kind.kind == event.kind);
    kind.map_or(Vec::new(), |kind| {
        kind.rules
            .iter()
            .map(|rule| judge(kind, rule, event))
            .collect()
    })
}

fn judge(kind: &KindProgram, rule: &Rule, event: &Event<'_>) -> Judgement {
    Judgement {
        id: rule.id,
        condition: rule.condition,
        verdict: verdict(&rule.code, |test| holds(kind, test, event)),
    }
}

/// Where a rule's steps end, given the outcome of each test. Steps that lead outside do not match.
pub fn verdict(code: &[Step], mut holds: impl FnMut(&Test) -> bool) -> Verdict {
    let mut at = 0;
    while let Some(step) = code.get(at) {
        at += 1;
        match step {
            Step::End => break,
            Step::Match => return Verdict::Match,
            Step::Maybe => return Verdict::Maybe,
            Step::Jump { skip } => at += usize::from(*skip),
            Step::Test {
                test, sense, skip, ..
            } => {
                if holds(test) == *sense {
                    at += usize::from(*skip);
                }
            }
        }
    }
    Verdict::NoMatch
}

/// Whether a test of a kind's rules holds for an event. A value that is not there makes every test false but the
/// one that asks for just that.
#[must_use]
pub fn holds(kind: &KindProgram, test: &Test, event: &Event<'_>) -> bool {
    match test {
        Test::Atom(index) => kind.atoms.get(*index).is_some_and(|atom| {
            if atom.literals.is_empty() {
                let value = event.fields.get(usize::from(atom.field));
                return matches!(value, Some(Value::Unsupplied));
            }
            text(event, atom.field).is_some_and(|text| {
                let mut literals = atom.literals.iter();
                literals.any(|literal| meets(&text, &literal.units, literal.mode, false))
            })
        }),
        Test::Text {
            field,
            mode,
            cased,
            units,
        } => text(event, *field).is_some_and(|text| meets(&text, units, *mode, *cased)),
        Test::Pattern { field, program } => {
            text(event, *field).is_some_and(|text| pattern_meets(program, &text))
        }
        Test::Fields {
            field,
            other,
            mode,
            cased,
        } => match (text(event, *field), text(event, *other)) {
            (Some(text), Some(other)) => meets(&text, &other, *mode, *cased),
            _ => false,
        },
        Test::Network {
            field,
            family,
            prefix,
            address,
        } => text(event, *field)
            .and_then(|text| address_of(&text))
            .is_some_and(|found| is_within(found, *family, *prefix, *address)),
        Test::Number {
            field,
            relation,
            value,
        } => match event.fields.get(usize::from(*field)) {
            Some(Value::Number(number)) => match relation {
                Op::NumberEq => number == value,
                Op::NumberLt => number < value,
                Op::NumberLe => number <= value,
                Op::NumberGt => number > value,
                Op::NumberGe => number >= value,
                _ => false,
            },
            _ => false,
        },
        Test::Presence { field, op } => {
            let value = event.fields.get(usize::from(*field));
            match op {
                Op::Present => matches!(value, Some(Value::Text(_) | Value::Number(_))),
                Op::Absent => matches!(value, Some(Value::Absent)),
                Op::Empty => matches!(value, Some(Value::Text(text)) if text.is_empty()),
                Op::Unsupplied => matches!(value, Some(Value::Unsupplied)),
                _ => false,
            }
        }
    }
}

/// A field's text, or its number as its source would write it.
fn text(event: &Event<'_>, field: u8) -> Option<Vec<u16>> {
    match event.fields.get(usize::from(field))? {
        Value::Text(text) => Some(text.to_vec()),
        Value::Number(number) => {
            let rendering = event.kind.info().field(field)?.rendering;
            Some(rendering.render(*number, &mut [0; RENDER_UNITS]).to_vec())
        }
        Value::Absent | Value::Unsupplied => None,
    }
}

/// Whether a text contains, begins with, ends with or is another.
fn meets(text: &[u16], part: &[u16], mode: Mode, cased: bool) -> bool {
    let folded = |units: &[u16]| -> Vec<u16> {
        let unit = |unit: &u16| if cased { *unit } else { fold::unit(*unit) };
        units.iter().map(unit).collect()
    };
    let (text, part) = (folded(text), folded(part));
    match mode {
        Mode::Contains => (0..=text.len()).any(|start| text[start..].starts_with(&part)),
        Mode::Starts => text.starts_with(&part),
        Mode::Ends => text.ends_with(&part),
        Mode::Equals => text == part,
    }
}

fn address_of(text: &[u16]) -> Option<IpAddr> {
    String::from_utf16(text).ok()?.parse().ok()
}

/// Whether the leading bits agree; an address of another family never does.
fn is_within(found: IpAddr, family: u8, prefix: u8, address: [u8; 16]) -> bool {
    let bits = |address: IpAddr| -> Vec<bool> {
        let bytes = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        let each = |byte: &u8| -> Vec<bool> { (0..8).map(|bit| byte << bit & 128 != 0).collect() };
        bytes.iter().flat_map(each).collect()
    };
    let [a, b, c, d, ..] = address;
    let network = match family {
        4 => IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
        _ => IpAddr::V6(Ipv6Addr::from(address)),
    };
    let prefix = usize::from(prefix);
    found.is_ipv4() == network.is_ipv4() && bits(found).get(..prefix) == bits(network).get(..prefix)
}
