//! Packs some conformance cases of every family for a test that has no assembler:
//! `cargo run --example packed -- FILE`.
//!
//! Under Miri assembling would take minutes. So content and events are made here; `interpreter/tests/packed.rs` reads
//! them. For each case: the content's length in four bytes and its bytes; the event's kind and number of values in a
//! byte each; the values, each a tag and what `pack` says; the number of the kind's rules in two bytes and their
//! verdicts. All numbers are little-endian.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::path::Path;

use cofferdam_asm::assemble::assemble;
use cofferdam_interpreter::Verdict;
use support::cases::{Expected, load};
use support::{OwnedEvent, OwnedValue, machine, write};

/// Cases of each family in each form.
const EACH: usize = 2;

/// Most units of an event's texts together: long texts are for machines that are quick.
const MOST_UNITS: usize = 400;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance");
    let mut packed = Vec::new();
    let mut count = 0;
    let mut seen: HashMap<String, usize> = HashMap::new();
    for case in load(&folder) {
        let is_short = units(&case.event) <= MOST_UNITS;
        if !is_short || !matches!(case.expected, Expected::Verdicts(_)) {
            continue;
        }
        // The name goes on with the case's variables.
        let family = case.name.split('{').next().unwrap_or_default();
        let seen = seen.entry(family.to_owned()).or_default();
        *seen += 1;
        if *seen > EACH {
            continue;
        }
        let program = assemble(&case.source).expect("the case's program");
        let content = write(&program).expect("the case's content");
        packed.extend((content.len() as u32).to_le_bytes());
        packed.extend(&content);
        packed.push(case.event.kind.number());
        packed.push(case.event.fields.len() as u8);
        case.event
            .fields
            .iter()
            .for_each(|value| pack(value, &mut packed));
        let judged = case.event.lend(|event| machine(&content, event));
        let verdicts = judged.expect("it verifies").expect("it is whole").verdicts;
        packed.extend((verdicts.len() as u16).to_le_bytes());
        packed.extend(verdicts.values().map(|verdict| match verdict {
            Verdict::NoMatch => 0_u8,
            Verdict::Match => 1,
            Verdict::Maybe => 2,
        }));
        count += 1;
    }
    let path = std::env::args().nth(1).expect("a file to write");
    std::fs::write(&path, packed).expect("the file can be written");
    println!("{count} cases");
}

fn units(event: &OwnedEvent) -> usize {
    let units = |value: &OwnedValue| match value {
        OwnedValue::Text(text) => text.len(),
        _ => 0,
    };
    event.fields.iter().map(units).sum()
}

/// 0 unsupplied; 1 absent; 2 a text: number of units in four bytes, units; 3 a number in eight bytes.
fn pack(value: &OwnedValue, packed: &mut Vec<u8>) {
    match value {
        OwnedValue::Unsupplied => packed.push(0),
        OwnedValue::Absent => packed.push(1),
        OwnedValue::Text(text) => {
            packed.push(2);
            packed.extend((text.len() as u32).to_le_bytes());
            packed.extend(text.iter().flat_map(|unit| unit.to_le_bytes()));
        }
        OwnedValue::Number(number) => {
            packed.push(3);
            packed.extend(number.to_le_bytes());
        }
    }
}
