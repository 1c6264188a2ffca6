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
#[path = "refusals/nearly.rs"]
mod nearly;
#[path = "refusals/operands.rs"]
mod operands;
#[path = "refusals/rules.rs"]
mod rules;
#[path = "refusals/tables.rs"]
mod tables;

use std::collections::BTreeSet;

use book::{Book, SOURCE};
use cofferdam_asm::assemble::assemble;
use cofferdam_asm::survey::refusals;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::{Header, RuleRecord};
use cofferdam_interpreter::{Code, Content, Limits, Refusal, Section};

fn book() -> Book {
    let mut book = Book::new();
    files::write(&mut book);
    finders::write(&mut book);
    tables::write(&mut book);
    operands::write(&mut book);
    rules::write(&mut book);
    canonical::write(&mut book);
    nearly::write(&mut book);
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

/// Whoever asks for everything hears what the verifier says, and hears it first.
#[test]
fn a_survey_begins_with_the_refusal() {
    let book = Book::new();
    assert_eq!(refusals(&book.good, &book::LIMITS), []);
    for case in self::book().cases {
        // The survey always has as much scratch as the limits allow.
        if case.scratch < 1 << 12 {
            continue;
        }
        let expected = Refusal {
            code: case.code,
            section: case.section,
            index: case.index,
        };
        let all = refusals(&case.bytes, &case.limits);
        assert_eq!(all.first(), Some(&expected), "{}: {all:?}", case.name);
        let mut distinct = all.clone();
        distinct.dedup();
        assert_eq!(all, distinct, "{}", case.name);
    }
}

/// Four things are wrong, in the header and in two rules, and one rule costs too much: all are told.
#[test]
fn a_survey_goes_on_behind_the_first_refusal() {
    let good = Book::new().good;
    let content = Content::decode(&good).expect("it is good");
    let content = content.content();
    let mut bad = good.clone();
    let mut header = Header::read(content.header);
    header.min_engine = u32::MAX;
    header.expires = 1;
    header.issued = 2;
    bad[..Header::SIZE].copy_from_slice(&header.write());
    let last = content.rules.len() - 1;
    for number in [0, last] {
        let record = &content.rules[number];
        let at = good.windows(record.len()).position(|it| it == record);
        let at = at.expect("the record stands in the file");
        let mut rule = RuleRecord::read(record);
        rule.severity = 9;
        bad[at..at + record.len()].copy_from_slice(&rule.write());
    }
    let found: Vec<_> = refusals(&bad, &book::LIMITS)
        .into_iter()
        .map(|it| (it.code, it.section, it.index))
        .collect();
    let expected = [
        (Code::EngineTooOld, Section::Header, 64),
        (Code::Validity, Section::Header, 80),
        (Code::RuleShape, Section::Rules, 0),
        (Code::RuleShape, Section::Rules, last as u32),
    ];
    assert_eq!(found, expected);
    let strict = Limits {
        rule_fixed: 0,
        ..book::LIMITS
    };
    let costly = refusals(&good, &strict);
    let costly: Vec<u32> = costly
        .iter()
        .filter(|it| it.code == Code::RuleTooCostly)
        .map(|it| it.index)
        .collect();
    assert_eq!(costly, (0..=last as u32).collect::<Vec<_>>());
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
