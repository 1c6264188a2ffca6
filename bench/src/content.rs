//! Content to measure with.

use cofferdam_asm::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};
use cofferdam_compiler::emit::{EmitOptions, compile};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, Tier, field};
use cofferdam_interpreter::{Content, Limits, Mode, Verified};

/// The number of a process event's command line.
#[must_use]
pub fn command_line() -> u8 {
    field::process_creation::COMMAND_LINE as u8
}

/// Tests of atoms in one rule of [`gated`].
const TESTS: usize = 4_000;

/// A program that looks for all these literals, anywhere in one field, at every event; each has a rule of its own.
#[must_use]
pub fn one_rule_each(field: u8, literals: &[Vec<u16>]) -> Program {
    let rules = (0..literals.len()).map(|atom| {
        rule(
            numbered(atom),
            false,
            vec![test(atom, 1, true), Step::Match, Step::End],
        )
    });
    program(field, literals, rules.collect())
}

/// A program that looks for all these literals, anywhere in one field, at every event, and whose rules do not run:
/// nothing but the scan costs anything. Its few rules test all atoms, which is what makes them needed, if a text has
/// `gate`.
#[must_use]
pub fn gated(field: u8, literals: &[Vec<u16>], gate: &[u16]) -> Program {
    let mut all = literals.to_vec();
    all.push(gate.to_vec());
    let atoms: Vec<usize> = (0..literals.len()).collect();
    let rules = atoms.chunks(TESTS).enumerate().map(|(number, atoms)| {
        let count = atoms.len() as u16;
        let mut code = vec![test(literals.len(), count + 1, true)];
        for (left, atom) in (0..count).rev().zip(atoms) {
            let is_last = left == 0;
            code.push(Step::Test {
                test: Test::Atom(*atom),
                sense: !is_last,
                skip: left.max(1),
                trigger: false,
            });
        }
        code.extend([Step::Match, Step::End]);
        rule(numbered(number), false, code)
    });
    program(field, &all, rules.collect())
}

fn numbered(number: usize) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(number as u64).to_be_bytes());
    id
}

fn program(field: u8, literals: &[Vec<u16>], rules: Vec<Rule>) -> Program {
    let atoms = literals.iter().map(|units| Atom {
        field,
        phase: Phase::Eager,
        literals: vec![Literal {
            units: units.clone(),
            mode: Mode::Contains,
            place: None,
        }],
    });
    Program {
        issue: Issue::default(),
        kinds: vec![KindProgram {
            kind: Kind::ProcessCreation,
            atoms: atoms.collect(),
            rules,
        }],
    }
}

/// A rule.
#[must_use]
pub fn rule(id: [u8; 16], always: bool, code: Vec<Step>) -> Rule {
    Rule {
        id,
        condition: 0,
        severity: 0,
        deny: false,
        title: "bench".to_owned(),
        meta: String::new(),
        always,
        code,
    }
}

/// A test of an atom that passes over steps where the atom is not set.
#[must_use]
pub fn test(atom: usize, skip: u16, trigger: bool) -> Step {
    Step::Test {
        test: Test::Atom(atom),
        sense: false,
        skip,
        trigger,
    }
}

/// The recorded rules as kernel content.
///
/// # Panics
/// Where they cannot be written.
#[must_use]
pub fn kernel(rules: &[cofferdam_compiler::model::Rule]) -> Vec<u8> {
    let options = EmitOptions {
        tier: Tier::Kernel,
        issue: Issue::default(),
    };
    compile(rules, &options).expect("kernel content").bytes
}

/// Verifies.
///
/// # Panics
/// Where the content is refused.
#[must_use]
pub fn verified<'a>(bytes: &'a [u8], limits: &Limits, scratch: &mut [u64]) -> Verified<'a> {
    Content::decode(bytes)
        .and_then(|content| content.verify(limits, scratch))
        .expect("content verifies")
}

/// Judges a process event that has a command line alone; the steps that it took. `fields` are [`no_fields`].
///
/// # Panics
/// Where the machine faults.
pub fn judge<'t>(
    content: &Verified<'_>,
    fields: &mut [Value<'t>],
    text: &'t [u16],
    scratch: &mut [u64],
) -> u64 {
    // Looked up once, not for each text: the schema is a constant.
    const COMMAND_LINE: usize = field::process_creation::COMMAND_LINE;
    fields[COMMAND_LINE] = Value::Text(text);
    let event = Event {
        kind: Kind::ProcessCreation,
        fields,
    };
    let outcome = content.run(&event, scratch).expect("no fault");
    std::hint::black_box(&outcome);
    outcome.steps()
}

/// A process event without any field.
#[must_use]
pub fn no_fields<'t>() -> Vec<Value<'t>> {
    vec![Value::Absent; Kind::ProcessCreation.fields().len()]
}

/// A rule's id as text.
#[must_use]
pub fn id(bytes: &[u8; 16]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    parts.map(|part| &hex[part]).join("-")
}
