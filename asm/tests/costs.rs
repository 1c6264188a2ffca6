//! What the verifier proves that small content costs, number by number.
//!
//! The writer declares what the verifier proves, so neither would notice if the other counted differently tomorrow; and
//! content that is in use would be refused. Therefore the figures stand in `costs/proved.txt`; `COFFERDAM_BLESS=1`
//! writes it again. Read the difference before you commit it: it is what an event costs, and it breaks content that exists.

#[path = "costs/sources.rs"]
mod sources;
mod support;

use std::path::Path;

use cofferdam_asm::assemble::assemble_to_bytes;
use cofferdam_interpreter::layout::{CostRecord, KindRecord};
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Code, Content, Limits, Section};
use support::sections::Sections;

const LIMITS: Limits = Limits::USER;

fn verify(bytes: &[u8], limits: &Limits) -> Result<(), Code> {
    let mut scratch = [0; 1 << 11];
    let content = Content::decode(bytes).map_err(|refusal| refusal.code)?;
    let verified = content.verify(limits, &mut scratch);
    verified.map(|_| ()).map_err(|refusal| refusal.code)
}

fn written(name: &str, source: &str) -> Vec<u8> {
    assemble_to_bytes(source).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Costs of each kind, of its dearest rule, and the scratch.
fn figures(name: &str, source: &str) -> String {
    let bytes = written(name, source);
    let content = Content::decode(&bytes).expect("it was written");
    let content = content.content();
    let mut text = format!("{name}: scratch {}", content.header().scratch_words);
    for kind in content.kinds() {
        let info = Kind::from_number(kind.kind).expect("a kind").info();
        text.push_str(&format!("; {} {}", info.name, kind.cost_fixed));
        let costs = &content.costs[kind.cost_start as usize..][..kind.cost_count as usize];
        for cost in costs.iter().map(CostRecord::read) {
            let field = info.fields[usize::from(cost.field)].name;
            text.push_str(&format!(", {} for each unit of {field}", cost.per_unit));
        }
    }
    let fixed = least(&bytes, |limits, most| limits.rule_fixed = most);
    let per_unit = least(&bytes, |limits, most| limits.rule_per_unit = most);
    text.push_str(&format!(
        "; the dearest rule {fixed}, {per_unit} for each unit\n"
    ));
    text
}

/// The lowest limit with which the content is good.
fn least(bytes: &[u8], set: impl Fn(&mut Limits, u64)) -> u64 {
    let passes = |most| {
        let mut limits = LIMITS;
        set(&mut limits, most);
        verify(bytes, &limits).is_ok()
    };
    let (mut low, mut high) = (0, 1 << 16);
    while low < high {
        let middle = (low + high) / 2;
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    assert!(passes(low));
    low
}

#[test]
fn costs_are_the_proved_ones() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/costs/proved.txt");
    let found: String = sources::sources()
        .iter()
        .map(|(name, source)| figures(name, source))
        .collect();
    if std::env::var_os("COFFERDAM_BLESS").is_some() {
        std::fs::write(&path, &found).expect("the file can be written");
    }
    let known = std::fs::read_to_string(&path).expect("the proved costs");
    for (found, known) in found.lines().zip(known.lines()) {
        assert_eq!(found, known, "COFFERDAM_BLESS=1 writes them again");
    }
    assert_eq!(found.lines().count(), known.lines().count());
}

/// Neither less nor more than was proved can be declared: a file states its costs in one way.
#[test]
fn no_other_cost_can_be_declared() {
    for (name, source) in sources::sources() {
        let bytes = written(&name, &source);
        let kinds = Content::decode(&bytes)
            .expect("it was written")
            .content()
            .kinds
            .len();
        let costs = Content::decode(&bytes)
            .expect("it was written")
            .content()
            .costs
            .len();
        for by in [1, u32::MAX] {
            for kind in 0..kinds {
                let mut sections = Sections::read(&bytes);
                sections.record(Section::Kinds, kind, |bytes| {
                    let mut record = KindRecord::read(bytes);
                    record.cost_fixed = record.cost_fixed.wrapping_add(by as i32 as u64);
                    *bytes = record.write();
                });
                refused(&name, &sections, Code::CostMismatch);
            }
            for cost in 0..costs {
                let mut sections = Sections::read(&bytes);
                sections.record(Section::Costs, cost, |bytes| {
                    let mut record = CostRecord::read(bytes);
                    record.per_unit = record.per_unit.wrapping_add(by);
                    *bytes = record.write();
                });
                refused(&name, &sections, Code::CostMismatch);
            }
            let mut sections = Sections::read(&bytes);
            sections.header.scratch_words = sections.header.scratch_words.wrapping_add(by);
            refused(&name, &sections, Code::ScratchSize);
        }
    }
}

fn refused(name: &str, sections: &Sections, code: Code) {
    assert_eq!(verify(&sections.write(), &LIMITS), Err(code), "{name}");
}
