//! Targets over content files.

use std::sync::LazyLock;

use cofferdam_asm::model::Program;
use cofferdam_asm::rarity::Rarity;
use cofferdam_asm::writer::write_with;
use cofferdam_asm::{WriteError, disassemble, reference};
use cofferdam_interpreter::layout::{FinderRecord, RECORD_SIZES, SIGNATURE_SIZE};
use cofferdam_interpreter::{Content, Limits};

use crate::events::{self, judge};
use crate::file::{LIMITS, SCRATCH, declare, fit};
use crate::support::generate::{self, Choices, unplace};
use crate::support::sections::Sections;
use crate::support::{choices, part};

/// Decoding and verifying answer, whatever the bytes: as they are, or with lengths and identity put right.
pub(crate) fn verify(bytes: &[u8]) {
    let Some((how, bytes)) = bytes.split_first() else {
        return;
    };
    let fitted;
    let file = match how & 3 {
        0 => bytes,
        how => {
            fitted = fit(bytes, how == 1);
            &fitted
        }
    };
    let scratch = usize::from(how >> 2) * 32;
    for (limits, words) in [(&LIMITS, SCRATCH), (&Limits::KERNEL, scratch)] {
        let Ok(content) = Content::decode(file) else {
            return;
        };
        assert_eq!(
            content.signed().len() + content.signature().len(),
            file.len()
        );
        let _ = content.verify(limits, &mut vec![u64::MAX; words]);
    }
}

/// What verifies runs: every event is judged, within the proved cost, without a fault, as the reference judges it.
pub(crate) fn accepted(bytes: &[u8]) {
    let mut bytes = bytes;
    let row = choices(part(&mut bytes));
    survive(&fit(bytes, true), &mut Choices::new(&row));
}

/// A valid file that was damaged record by record is refused, or means what the reference says of what it now holds.
pub(crate) fn mutated(bytes: &[u8]) {
    let mut bytes = bytes;
    let row = choices(part(&mut bytes));
    let Some((_, file)) = written(&mut Choices::new(&row)) else {
        return;
    };
    let mut sections = Sections::read(&file);
    let damages = usize::from(bytes.first().copied().unwrap_or(0) & 3);
    let row = choices(bytes.get(1..).unwrap_or(&[]));
    let mut damage = Choices::new(&row);
    for _ in 0..=damages {
        inflict(&mut sections, &mut damage);
    }
    survive(&sections.write(), &mut damage);
}

/// A file whose lengths are right, with one record changed.
pub(crate) fn damaged(file: &[u8], how: &[u8]) -> Vec<u8> {
    let row = choices(how);
    let mut sections = Sections::read(file);
    inflict(&mut sections, &mut Choices::new(&row));
    sections.write()
}

/// The machine does not lean on the verifier: content that nobody verified may fault, and does nothing else.
pub(crate) fn unverified(bytes: &[u8]) {
    let mut bytes = bytes;
    let row = choices(part(&mut bytes));
    let file = fit(bytes, false);
    let Ok(content) = Content::decode(&file) else {
        return;
    };
    let mut events = Choices::new(&row);
    let words = [768, 64, 8, 0][events.below(4)];
    let mut scratch = vec![u64::MAX; words];
    for _ in 0..2 {
        events::event(&mut events, content.content()).lend(|event| {
            if let Ok(outcome) = content.run_unverified(event, &mut scratch) {
                let rules = content.content().rules.len() as u32;
                for bit in outcome.matched().chain(outcome.maybe()) {
                    assert!(outcome.rule(bit) < rules, "a rule that is there");
                }
                let faults = outcome.faulted().count() > 0;
                assert_eq!(outcome.fault().is_some(), faults);
            }
        });
    }
}

/// A random program judges random events as the reference does, wherever its literals are placed.
pub(crate) fn model(bytes: &[u8]) {
    let mut bytes = bytes;
    let row = choices(part(&mut bytes));
    let Some((program, file)) = written(&mut Choices::new(&row)) else {
        return;
    };
    let mut scratch = vec![0; SCRATCH];
    let content = Content::decode(&file).expect("the writer's file is whole");
    let content = content
        .verify(&LIMITS, &mut scratch)
        .expect("the writer's file verifies");
    let row = choices(bytes);
    let mut events = Choices::new(&row);
    for _ in 0..4 {
        generate::event(&mut events, &program).lend(|event| {
            judge(&content, event);
            let outcome = content
                .run(event, &mut scratch)
                .expect("the event is whole");
            let content = content.content();
            let names = |bits: cofferdam_interpreter::Bits<'_>| {
                let rules = bits.filter_map(|bit| content.rule(outcome.rule(bit)));
                let mut names: Vec<_> = rules.map(|rule| (rule.id, rule.condition)).collect();
                names.sort();
                names
            };
            let expected = |verdict| {
                let judgements = reference::evaluate(&program, event).into_iter();
                let judgements = judgements.filter(|judgement| judgement.verdict == verdict);
                let mut names: Vec<_> = judgements.map(|it| (it.id, it.condition)).collect();
                names.sort();
                names
            };
            use cofferdam_interpreter::Verdict;
            assert_eq!(names(outcome.matched()), expected(Verdict::Match));
            assert_eq!(names(outcome.maybe()), expected(Verdict::Maybe));
        });
    }
}

/// Verifies a file, with the costs that it should declare, and judges events by it.
fn survive(file: &[u8], events: &mut Choices<'_>) {
    let declared = declare(file);
    let file = declared.as_deref().unwrap_or(file);
    let Ok(content) = Content::decode(file) else {
        return;
    };
    let mut scratch = vec![0; SCRATCH];
    let Ok(content) = content.verify(&LIMITS, &mut scratch) else {
        return;
    };
    is_canonical(content.content(), file);
    for _ in 0..3 {
        events::event(events, content.content()).lend(|event| judge(&content, event));
    }
}

/// A verified file is the one encoding of the program that it holds: the writer makes the same bytes of it, where it
/// would make its tables of the same sizes and choose the same gates.
fn is_canonical(content: &Content<'_>, file: &[u8]) {
    let program = disassemble::program(content).expect("verified content has a text");
    let again = write(&program).expect("what was verified can be written");
    let choices = |content: &Content<'_>| {
        let finders = content.finders.iter().map(FinderRecord::read);
        let of = |it: FinderRecord| {
            let tables = [it.gram, it.four, it.pair, it.unit, it.tail, it.edge];
            (tables.map(|table| table.log2), it.gates)
        };
        finders.map(of).collect::<Vec<_>>()
    };
    let written = Content::decode(&again).expect("the writer's file is whole");
    if choices(written.content()) == choices(content) {
        let unsigned = file.len() - SIGNATURE_SIZE;
        let same = again.get(..unsigned) == file.get(..unsigned);
        assert!(same, "one encoding of {program:?}");
    }
}

/// A sound program and its bytes. Where the places that were chosen cannot be, the writer chooses.
pub(crate) fn written(choices: &mut Choices<'_>) -> Option<(Program, Vec<u8>)> {
    let mut program = generate::program(choices);
    if let Ok(bytes) = write_with(&program, &Rarity::default()) {
        return Some((program, bytes));
    }
    unplace(&mut program);
    write(&program).ok().map(|bytes| (program, bytes))
}

/// Writes a program as the assembler does; the counts are read once, not each time.
pub(crate) fn write(program: &Program) -> Result<Vec<u8>, WriteError> {
    static RARITY: LazyLock<Rarity> = LazyLock::new(Rarity::builtin);
    write_with(program, &RARITY)
}

/// Changes a byte, a number or a whole record of one section.
fn inflict(sections: &mut Sections, choices: &mut Choices<'_>) {
    let section = choices.below(RECORD_SIZES.len());
    let (_, size) = RECORD_SIZES[section];
    let size = size as usize;
    let body = &mut sections.bodies[section];
    let records = body.len() / size;
    if records == 0 {
        return;
    }
    let start = choices.below(records) * size;
    match choices.below(6) {
        0 => {
            let copy: Vec<u8> = body[start..start + size].to_vec();
            body.splice(start..start, copy);
        }
        1 => {
            body.drain(start..start + size);
        }
        2 if start + 2 * size <= body.len() => {
            let (one, two) = body[start..].split_at_mut(size);
            one.swap_with_slice(&mut two[..size]);
        }
        3 => {
            let other = choices.below(records) * size;
            body.copy_within(other..other + size, start);
        }
        4 => {
            let at = start + choices.below(size);
            body[at] = body[at].wrapping_add([1, 255, 2, 254][choices.below(4)]);
        }
        _ => {
            let at = start + choices.below(size);
            body[at] = choices.below(256) as u8;
        }
    }
}
