//! What the format says of sizes holds to the last one that it allows.

mod support;

use cofferdam_asm::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Test};
use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::layout::{FinderRecord, Header, KindRecord, SIGNATURE_SIZE};
use cofferdam_interpreter::limits::{MAX_ATOMS, MAX_RULE_CODE, MAX_SCANNED};
use cofferdam_interpreter::schema::{Kind, field::image_load};
use cofferdam_interpreter::{Code, Content, Limits, Mode, Place, Refusal, Section};
use support::sections::Sections;
use support::{always, write_plain};

const FIELD: u8 = image_load::IMAGE as u8;

fn written(atoms: Vec<Atom>, rules: Vec<Rule>) -> Vec<u8> {
    let kind = KindProgram {
        kind: Kind::ImageLoad,
        atoms,
        rules,
    };
    let program = Program {
        issue: Issue::default(),
        kinds: vec![kind],
    };
    write_plain(&program).expect("a sound program")
}

fn atom(units: Vec<u16>, place: Option<(Place, u8)>) -> Atom {
    Atom {
        field: FIELD,
        phase: Phase::Lazy,
        literals: vec![Literal {
            units,
            mode: Mode::Contains,
            place,
        }],
    }
}

fn verify(bytes: &[u8]) -> Result<(), Refusal> {
    let limits = Limits {
        file_bytes: u32::MAX,
        ..Limits::USER
    };
    let mut scratch = vec![0; 1 << 14];
    let content = Content::decode(bytes)?;
    content.verify(&limits, &mut scratch).map(|_| ())
}

#[test]
fn a_rule_may_be_as_long_as_the_format_says() {
    let code = (1..MAX_RULE_CODE).map(|_| Test::Presence {
        field: FIELD,
        op: Op::Present,
    });
    let bytes = written(Vec::new(), vec![always(1, code)]);
    assert_eq!(verify(&bytes), Ok(()));
    let content = Content::decode(&bytes).expect("it verifies");
    assert_eq!(content.content().code.len(), MAX_RULE_CODE);
}

/// Half of the atoms are of each of two literals: a literal has fewer posts than a finder may have atoms.
#[test]
fn a_finder_may_have_as_many_atoms_as_the_format_says() {
    let most = MAX_ATOMS as usize;
    let atoms = (0..most).map(|number| {
        let unit = if number < most / 2 { 0x41 } else { 0x42 };
        atom(vec![unit], None)
    });
    let each = MAX_RULE_CODE - 1;
    let rules = (0..most).step_by(each).map(|first| {
        let tests = first..most.min(first + each);
        always(first as u32, tests.map(Test::Atom))
    });
    let bytes = written(atoms.collect(), rules.collect());
    assert_eq!(verify(&bytes), Ok(()));
}

#[test]
fn a_scanned_literal_may_be_as_long_as_the_format_says() {
    let places = [(Place::Gram, 7), (Place::Four, 4), (Place::Pair, 2)];
    for (place, width) in places {
        // At its last place, of the shortest and of the longest.
        for length in [width, MAX_SCANNED] {
            let key = (length - width) as u8;
            let atom = atom(vec![0x41; length], Some((place, key)));
            let rule = always(1, [Test::Atom(0)]);
            let bytes = written(vec![atom], vec![rule]);
            assert_eq!(verify(&bytes), Ok(()), "{place:?} {length}");
            let mut sections = Sections::read(&bytes);
            sections.body(Section::Literals)[7] += 1;
            let refused = verify(&sections.write()).unwrap_err();
            assert_eq!(refused.code, Code::LiteralShape, "{place:?} {length}");
        }
    }
}

/// The number of a literal within its finder has 24 bits. So long a file is never read to its end, and most of it is
/// never touched.
#[test]
fn a_finder_has_fewer_literals_than_an_entry_can_number() {
    let rule = always(1, [Test::Atom(0)]);
    let bytes = written(vec![atom(vec![0x41], None)], vec![rule]);
    for (count, code, section) in [
        (1 << 24, Code::TooMany, Section::Finders),
        // The second literal is all zeros.
        ((1 << 24) - 1, Code::LiteralLength, Section::Literals),
    ] {
        let mut sections = Sections::read(&bytes);
        sections.record(Section::Finders, 0, |bytes| {
            let mut finder = FinderRecord::read(bytes);
            finder.literal_count = count;
            *bytes = finder.write();
        });
        let until = Header::SIZE + KindRecord::SIZE;
        let mut start = sections.write();
        let literals: usize = [
            Section::Costs,
            Section::Rules,
            Section::Finders,
            Section::Literals,
        ]
        .map(|section| sections.body(section).len())
        .iter()
        .sum();
        let rest = start.split_off(until + literals);
        let more = count as usize - 1;
        let mut file = vec![0; start.len() + more * 16 + rest.len()];
        file[..start.len()].copy_from_slice(&start);
        let end = file.len() - rest.len();
        file[end..].copy_from_slice(&rest);
        let total = file.len() as u32;
        let header: &mut [u8; Header::SIZE] = file.first_chunk_mut().expect("a header");
        let mut changed = Header::read(header);
        changed.total_length = total;
        changed.counts[4 * 4..5 * 4].copy_from_slice(&count.to_le_bytes());
        *header = changed.write();
        assert!(rest.len() > SIGNATURE_SIZE);
        let refused = verify(&file).unwrap_err();
        assert_eq!((refused.code, refused.section), (code, section), "{count}");
    }
}

/// An atom that no literal sets, only that the field is not supplied: eight steps of the finder, one of the atom, two of
/// the rule.
#[test]
fn a_finder_may_have_no_literals() {
    let atom = Atom {
        field: FIELD,
        phase: Phase::Lazy,
        literals: Vec::new(),
    };
    let bytes = written(vec![atom], vec![always(1, [Test::Atom(0)])]);
    assert_eq!(verify(&bytes), Ok(()));
    let content = *Content::decode(&bytes).expect("it verifies").content();
    let costs: Vec<u64> = content.kinds().map(|kind| kind.cost_fixed).collect();
    assert_eq!(costs, [8 + 1 + 2]);
}
