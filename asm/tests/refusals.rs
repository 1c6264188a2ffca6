//! Every refusal is reached by a file made for it: a good one with one thing changed, and nothing else wrong
//! before that thing is looked at. What is refused is then forced past the verifier, and must do no harm.

mod support;

#[path = "refusals/book.rs"]
mod book;
#[path = "refusals/canonical.rs"]
mod canonical;
#[path = "refusals/files.rs"]
mod files;
#[path = "refusals/finders.rs"]
mod finders;
#[path = "refusals/july_2024.rs"]
mod july_2024;
#[path = "refusals/operands.rs"]
mod operands;
#[path = "refusals/rules.rs"]
mod rules;
#[path = "refusals/tables.rs"]
mod tables;

use std::collections::BTreeSet;

use book::{Book, SOURCE};
use cofferdam_asm::assemble::assemble;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::{Code, Content, Refusal};

fn book() -> Book {
    let mut book = Book::new();
    files::write(&mut book);
    finders::write(&mut book);
    tables::write(&mut book);
    operands::write(&mut book);
    rules::write(&mut book);
    canonical::write(&mut book);
    book
}

#[test]
fn the_unchanged_file_is_good() {
    let book = Book::new();
    let mut scratch = vec![0; 1 << 12];
    let verified =
        Content::decode(&book.good).and_then(|it| it.verify(&book::LIMITS, &mut scratch));
    assert_eq!(verified.map(|_| ()), Ok(()));
}

#[test]
fn each_file_is_refused_for_what_was_changed() {
    let mut others = Vec::new();
    for case in book().cases {
        let mut scratch = vec![0; case.scratch];
        let refusal = Content::decode(&case.bytes)
            .and_then(|content| content.verify(&case.limits, &mut scratch))
            .map(|_| ());
        let expected = Refusal {
            code: case.code,
            section: case.section,
            index: case.index,
        };
        if refusal != Err(expected) {
            others.push(format!("{}: {expected}\n    but {refusal:?}", case.name));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn every_code_has_a_case() {
    println!("{} files", book().cases.len());
    let reached: BTreeSet<Code> = book().cases.iter().map(|case| case.code).collect();
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| !reached.contains(code))
        .collect();
    assert!(missing.is_empty(), "no file is refused with {missing:?}");
}

/// The machine does not lean on the verifier: whatever is refused may fault, and no more.
#[test]
fn forced_past_the_verifier_nothing_panics() {
    let program = assemble(SOURCE).expect("the source is right");
    let long = [0x41; 300];
    let values = [
        Value::Text(&long),
        Value::Text(&[]),
        Value::Absent,
        Value::Number(4),
    ];
    for case in book().cases {
        let Ok(content) = Content::decode(&case.bytes) else {
            continue;
        };
        for kind in &program.kinds {
            for value in values {
                let fields = vec![value; kind.kind.fields().len()];
                let event = Event {
                    kind: kind.kind,
                    fields: &fields,
                };
                for words in [0, 1, 20, 1 << 12] {
                    let _ = content.run_unverified(&event, &mut vec![0; words]);
                }
            }
        }
    }
}
