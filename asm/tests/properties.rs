//! Random programs and events: machine and reference agree, no event costs more than was proved, text and bytes
//! lead to each other, and damaged files are refused or mean what they say.

mod support;

use cofferdam_asm::assemble::assemble;
use cofferdam_asm::disassemble::{self, Printer, disassemble};
use cofferdam_asm::model::Program;
use cofferdam_asm::reference::pattern_meets;
use cofferdam_interpreter::event::Event;
use cofferdam_interpreter::layout::{CostRecord, Header, KindRecord, RECORD_SIZES};
use cofferdam_interpreter::pattern::Pattern;
use cofferdam_interpreter::{Content, Ledger};
use proptest::prelude::*;
use support::generate::{Choices, event, program, unplace};
use support::sections::Sections;
use support::{LIMITS, write, write_plain};

fn row(length: usize) -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(any::<u32>(), 0..length)
}

proptest! {
    #![proptest_config(support::cases_or(1500))]

    #[test]
    fn machine_and_reference_agree(choices in row(1500)) {
        let mut choices = Choices::new(&choices);
        if let Some((program, bytes)) = written(&mut choices) {
            for _ in 0..8 {
                event(&mut choices, &program).lend(|event| {
                    support::agree(&program, &bytes, event);
                });
            }
        }
    }

    #[test]
    fn text_is_the_program(choices in row(400)) {
        if let Some((program, bytes)) = written(&mut Choices::new(&choices)) {
            let text = Printer::new(&program).program();
            prop_assert_eq!(&assemble(&text).unwrap(), &program, "{}", text);
            let text = disassemble(&bytes).unwrap();
            let again = write_plain(&assemble(&text).unwrap()).unwrap();
            let identical = again == bytes;
            prop_assert_eq!(identical, !text.contains("Not the writer's"), "{}", text);
            // Only literals that stand in a finder twice, in two places, can be arranged otherwise.
            prop_assert!(identical || has_a_literal_twice(&program), "{}", text);
        }
    }

    #[test]
    fn damaged_files_are_refused_or_mean_what_they_say(
        choices in row(400),
        damage in proptest::collection::vec(any::<[u32; 4]>(), 1..4),
        events in row(400),
    ) {
        if let Some((program, bytes)) = written(&mut Choices::new(&choices)) {
            let mut sections = Sections::read(&bytes);
            for damage in damage {
                inflict(&mut sections, damage);
            }
            let damaged = sections.write();
            let mut events = Choices::new(&events);
            for _ in 0..3 {
                event(&mut events, &program).lend(|event| {
                    survive(&damaged, event);
                });
            }
        }
    }

    /// Damage without regard to sections: lengths, counts, magic.
    #[test]
    fn no_bytes_make_it_panic(
        choices in row(200),
        flips in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..5),
        cut in any::<u32>(),
    ) {
        if let Some((program, mut bytes)) = written(&mut Choices::new(&choices)) {
            for (at, value) in flips {
                let at = at as usize % Header::SIZE.min(bytes.len());
                bytes[at] = value;
            }
            if cut & 3 == 0 {
                bytes.truncate(cut as usize % bytes.len());
            }
            event(&mut Choices::new(&choices), &program).lend(|event| {
                survive(&bytes, event);
            });
        }
    }

    #[test]
    fn both_readers_of_patterns_agree(
        pattern in 0..PATTERNS.len(),
        text in proptest::collection::vec(0..UNITS.len(), 0..40),
        times in 1..12_usize,
    ) {
        let program = cofferdam_asm::pattern::regex(PATTERNS[pattern], Default::default()).unwrap();
        let text: Vec<u16> = text.into_iter().map(|at| UNITS[at]).collect::<Vec<_>>().repeat(times);
        let machine = Pattern::verify(&program).unwrap().run(&text).unwrap();
        prop_assert_eq!(pattern_meets(&program, &text), machine);
    }
}

/// A sound program and its bytes. Where the places that were chosen cannot be, the writer chooses.
fn written(choices: &mut Choices<'_>) -> Option<(Program, Vec<u8>)> {
    let mut program = program(choices);
    if let Ok(bytes) = write_plain(&program) {
        return Some((program, bytes));
    }
    unplace(&mut program);
    write(&program).ok().map(|bytes| (program, bytes))
}

/// The properties above say little if few programs are sound or few tests hold.
#[test]
fn the_generator_is_worth_its_time() {
    let mut state = 1_u32;
    let mut draw = || {
        state = state.wrapping_mul(0x0019_660D).wrapping_add(0x3C6E_F35F);
        state >> 8
    };
    let (mut sound, mut survived) = (0, 0);
    let mut verdicts = [0; 3];
    for _ in 0..500 {
        let row: Vec<u32> = (0..1500).map(|_| draw()).collect();
        let mut choices = Choices::new(&row);
        let Some((program, bytes)) = written(&mut choices) else {
            continue;
        };
        sound += 1;
        for _ in 0..8 {
            event(&mut choices, &program).lend(|event| {
                for verdict in support::agree(&program, &bytes, event).values() {
                    verdicts[*verdict as usize] += 1;
                }
                let mut sections = Sections::read(&bytes);
                inflict(&mut sections, [draw(), draw(), draw(), draw()]);
                survived += u32::from(survive(&sections.write(), event));
            });
        }
    }
    let damaged = sound * 8;
    println!("{sound} of 500 sound, {survived} of {damaged} damaged ones, verdicts {verdicts:?}");
    assert!(sound > 300);
    assert!(survived > 1000);
    assert!(verdicts.iter().all(|count| *count > 500));
}

const UNITS: [u16; 12] = [
    0x61, 0x61, 0x61, 0x62, 0x41, 0x0A, 0x20, 0x5F, 0x2E, 0x131, 0xD83D, 0xDE00,
];

const PATTERNS: &[&str] = &[
    "a.*b",
    "^a+$",
    "(?i)aB|i",
    "\\ba+\\b",
    "a{2,70}b",
    "a{3,}b",
    "[^a]{70,}",
    "(?m)^a$",
    "\\B.\\B",
    "(a|b)*\\.",
    "^(?:a?b?){5}$",
    "\u{1F600}",
    "a{1,65}$",
    "(ab){33,}",
    "[ab]{64}.$",
    "^[^\n]{65,90}$",
    "(?s)a.b",
    "_?a{100,}",
    "(?m)$",
    "^",
    "\\b",
    "(?i)\u{131}+",
];

fn has_a_literal_twice(program: &Program) -> bool {
    program.kinds.iter().any(|kind| {
        let mut all: Vec<_> = kind
            .atoms
            .iter()
            .flat_map(|atom| {
                let literals = atom.literals.iter();
                literals.map(|it| (atom.phase, atom.field, &it.units, it.mode, it.place))
            })
            .collect();
        all.sort();
        all.dedup();
        all.array_windows()
            .any(|[one, two]| (one.0, one.1, one.2, one.3) == (two.0, two.1, two.2, two.3))
    })
}

/// Overwrites a byte, sets a number, copies a record over another, drops or doubles one.
fn inflict(sections: &mut Sections, [section, record, at, value]: [u32; 4]) {
    let count = RECORD_SIZES.len();
    let (_, size) = RECORD_SIZES[section as usize % count];
    let size = size as usize;
    let bytes = &mut sections.bodies[section as usize % count];
    let records = bytes.len() / size;
    if records == 0 {
        return;
    }
    let start = record as usize % records * size;
    let other = at as usize % records * size;
    match value % 8 {
        0 => {
            let copy = bytes[other..other + size].to_vec();
            bytes[start..start + size].copy_from_slice(&copy);
        }
        1 => {
            bytes.drain(start..start + size);
        }
        2 => {
            let copy = bytes[start..start + size].to_vec();
            bytes.extend_from_slice(&copy);
        }
        3 | 4 => bytes[start + at as usize % size] = (value >> 8) as u8,
        5 => bytes[start + at as usize % size] ^= 1 << (value >> 8 & 7),
        6 => {
            let byte = &mut bytes[start + at as usize % size];
            *byte = byte.wrapping_add(1);
        }
        _ => {
            let byte = &mut bytes[start + at as usize % size];
            *byte = byte.wrapping_sub(1);
        }
    }
}

/// Nothing panics; and what verifies, after its costs have been declared anew, is judged as its own text says.
/// Whether anything verifies.
fn survive(bytes: &[u8], event: &Event<'_>) -> bool {
    let Ok(unverified) = Content::decode(bytes) else {
        return false;
    };
    let mut scratch = vec![0; 1 << 12];
    let _ = unverified.run_unverified(event, &mut scratch);
    let _ = unverified.verify(&LIMITS, &mut scratch);
    let mut proved = Proved::default();
    let Ok(words) = unverified.prove(&LIMITS, &mut scratch, &mut proved) else {
        return false;
    };
    let bytes = proved.declare(bytes, words);
    let content = *Content::decode(&bytes)
        .expect("it decoded before")
        .content();
    let program = disassemble::program(&content).expect("verified content has a program");
    let mut scratch = vec![0; 1 << 16];
    Content::decode(&bytes)
        .and_then(|it| it.verify(&LIMITS, &mut scratch))
        .expect("the costs are the proved ones");
    support::agree(&program, &bytes, event);
    disassemble(&bytes).expect("verified content has a text");
    true
}

/// The costs that the verifier proved.
#[derive(Default)]
struct Proved(Vec<(u64, Vec<u64>)>);

impl Ledger for Proved {
    const COMPARES: bool = false;

    fn kind(&mut self, _: u32, fixed: u64, per_unit: &[u64]) {
        self.0.push((fixed, per_unit.to_vec()));
    }
}

impl Proved {
    /// The file with these costs declared.
    fn declare(&self, bytes: &[u8], scratch_words: u32) -> Vec<u8> {
        let mut sections = Sections::read(bytes);
        sections.header.scratch_words = scratch_words;
        let mut costs: Vec<u8> = Vec::new();
        let mut kinds = Vec::new();
        let (records, _) = sections.bodies[0].as_chunks::<{ KindRecord::SIZE }>();
        for (record, (fixed, per_unit)) in records.iter().zip(&self.0) {
            let mut kind = KindRecord::read(record);
            kind.cost_fixed = *fixed;
            kind.cost_start = (costs.len() / CostRecord::SIZE) as u32;
            for (field, steps) in (0..).zip(per_unit).filter(|(_, steps)| **steps > 0) {
                let per_unit = u32::try_from(*steps).expect("the limit is lower");
                costs.extend(CostRecord { field, per_unit }.write());
            }
            kind.cost_count = (costs.len() / CostRecord::SIZE) as u32 - kind.cost_start;
            kinds.extend(kind.write());
        }
        sections.bodies[0] = kinds;
        sections.bodies[1] = costs;
        sections.write()
    }
}
