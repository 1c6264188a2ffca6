//! Runs every case of `tests/conformance` through the assembler, the writer, the decoder, the verifier and the
//! machine, and through the reference; both must say what the case expects. On the way every program goes
//! through the disassembler and back, and every literal through every table that can hold it.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use cofferdam_asm::WriteError;
use cofferdam_asm::assemble::assemble;
use cofferdam_asm::disassemble::disassemble;
use cofferdam_asm::model::Program;
use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::layout::LiteralRecord;
use cofferdam_interpreter::{Content, Place, Shape, Verdict};
use support::cases::{Case, Expected, load};
use support::{Verdicts, write, write_plain};

fn cases() -> Vec<Case> {
    load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance"))
}

#[test]
fn every_case_holds() {
    let cases = cases();
    let mut failures = Vec::new();
    for case in &cases {
        // A failing case must not hide the others.
        if let Err(panic) = std::panic::catch_unwind(|| check(case)) {
            let message = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            failures.push(format!(
                "{}\n    {}",
                case.name,
                message.unwrap_or_default()
            ));
        }
    }
    println!("{} cases", cases.len());
    assert!(
        failures.is_empty(),
        "{} of {} cases fail:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
    assert!(cases.len() >= 300, "only {} cases", cases.len());
}

fn check(case: &Case) {
    let program = match (assemble(&case.source), &case.expected) {
        (Ok(program), Expected::Error(part)) => panic!("no error `{part}`: {program:?}"),
        (Ok(program), _) => program,
        (Err(error), Expected::Error(part)) if error.to_string().contains(part) => return,
        (Err(error), _) => panic!("{error}"),
    };
    let bytes = match (write(&program), &case.expected) {
        (Err(WriteError::Refused(refusal)), Expected::Refused(code)) => {
            assert_eq!(refusal.code.name(), code);
            return;
        }
        (Err(error), Expected::Unwritable(part)) if error.to_string().contains(part) => return,
        (Err(error), _) => panic!("{error}"),
        (Ok(_), Expected::Refused(code)) => panic!("not refused with {code}"),
        (Ok(_), Expected::Unwritable(part)) => panic!("written, not `{part}`"),
        (Ok(bytes), _) => bytes,
    };
    let text = disassemble(&bytes).expect("verified content has a text");
    assert!(!text.contains("Not the writer's"), "{text}");
    let again = assemble(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(
        write_plain(&again).as_ref() == Ok(&bytes),
        "other bytes\n{text}"
    );

    case.event.lend(|event| {
        if let Expected::Fault(fault) = &case.expected {
            let judged = support::machine(&bytes, event).expect("it verifies");
            let found = judged.expect_err("a fault");
            assert!(
                format!("{found:?}").starts_with(fault.as_str()),
                "{found:?}"
            );
            return;
        }
        let Expected::Verdicts(expected) = &case.expected else {
            panic!("nothing went wrong");
        };
        let verdicts = support::agree(&program, &bytes, event);
        assert_eq!(readable(&verdicts), *expected);
        if case.movable {
            for moved in placements(&program) {
                if let Ok(bytes) = write_plain(&moved) {
                    assert_eq!(support::agree(&moved, &bytes, event), verdicts, "{moved:?}");
                }
            }
        }
    });
}

/// Rules and verdicts as the case files write them.
fn readable(verdicts: &Verdicts) -> Vec<(String, String)> {
    let word = |verdict: &Verdict| match verdict {
        Verdict::NoMatch => "no",
        Verdict::Match => "match",
        Verdict::Maybe => "maybe",
    };
    verdicts
        .iter()
        .map(|((id, condition), verdict)| {
            let id = u128::from_be_bytes(*id);
            (format!("{id}.{condition}"), word(verdict).to_owned())
        })
        .collect()
}

/// The program with its first literal in every table and under every key; the writer refuses what cannot be.
fn placements(program: &Program) -> Vec<Program> {
    let places = (0..=u8::MAX).filter_map(Place::from_number);
    let length = program.kinds[0].atoms[0].literals[0].units.len();
    let keys = 0..=u8::try_from(length).unwrap_or(u8::MAX);
    places
        .flat_map(|place| keys.clone().map(move |key| (place, key)))
        // Of long literals the first and the last keys are enough.
        .filter(|(_, key)| *key < 12 || usize::from(*key) + 12 > length)
        .map(|place| {
            let mut moved = program.clone();
            moved.kinds[0].atoms[0].literals[0].place = Some(place);
            moved
        })
        .collect()
}

/// The cases leave no operation and no table out.
#[test]
fn every_operation_and_table_has_a_case() {
    let mut operations = BTreeSet::new();
    let mut tables = BTreeSet::new();
    for case in cases() {
        let Ok(bytes) = assemble(&case.source)
            .map_err(|_| ())
            .and_then(|it| write(&it).map_err(|_| ()))
        else {
            continue;
        };
        let content = *Content::decode(&bytes).expect("the writer's").content();
        operations.extend(
            content
                .code
                .iter()
                .filter_map(|code| cofferdam_interpreter::code::Instruction::decode(*code))
                .map(|instruction| (instruction.op, instruction.sense)),
        );
        let shapes = content.literals.iter().map(LiteralRecord::read);
        tables.extend(
            shapes.filter_map(|literal| Shape::decode(literal.shape).map(|shape| shape.place)),
        );
    }
    for op in Op::ALL {
        assert!(operations.contains(&(*op, false)), "{}", op.name());
        let tests = op.form() == cofferdam_interpreter::code::Form::Test;
        assert!(
            !tests || operations.contains(&(*op, true)),
            "if {}",
            op.name()
        );
    }
    for place in (0..=u8::MAX).filter_map(Place::from_number) {
        assert!(tables.contains(&place), "{}", place.name());
    }
}
