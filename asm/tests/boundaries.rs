//! Limits are reached and not passed: what a mutation of the verifier showed that no other test noticed.

mod support;

use cofferdam_asm::model::{Issue, KindProgram, Program, Rule, Step, Test};
use cofferdam_asm::pattern::{Flags, regex};
use cofferdam_asm::write;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::{
    CostRecord, Header, KindRecord, LiteralRecord, RECORD_SIZES, SIGNATURE_SIZE,
};
use cofferdam_interpreter::limits::MAX_RULES;
use cofferdam_interpreter::pattern::{Pattern, ProgramRefusal};
use cofferdam_interpreter::schema::{Kind, field::image_load};
use cofferdam_interpreter::{Code, Content, Limits, Mode, Refusal, Section, SignatureCheck};
use support::always;

fn written(rules: Vec<Rule>) -> Vec<u8> {
    let kind = KindProgram {
        kind: Kind::ImageLoad,
        atoms: Vec::new(),
        rules,
    };
    let program = Program {
        issue: Issue::default(),
        kinds: vec![kind],
    };
    write(&program).expect("a sound program")
}

fn verify(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut scratch = vec![0; 1 << 14];
    let content = Content::decode(bytes)?;
    content.verify(limits, &mut scratch).map(|_| ())
}

fn limits(always_rules: u16) -> Limits {
    Limits {
        always_rules,
        ..Limits::USER
    }
}

#[test]
fn as_many_rules_may_always_run_as_the_limit_says() {
    let bytes = written((0..3).map(|number| always(number, [])).collect());
    assert_eq!(verify(&bytes, &limits(3)), Ok(()));
    let refused = verify(&bytes, &limits(2)).unwrap_err();
    assert_eq!(refused.code, Code::TooManyAlways);
    // Kinds are counted from the first.
    assert_eq!((refused.section, refused.index), (Section::Kinds, 0));
}

#[test]
fn a_kind_may_have_as_many_rules_as_the_format_says() {
    let bytes = written((0..MAX_RULES).map(|number| always(number, [])).collect());
    assert_eq!(verify(&bytes, &limits(u16::MAX)), Ok(()));
}

/// The kernel lends an event 6 KiB of scratch; content that needs more is refused, however much there is.
#[test]
fn the_kernels_scratch_is_six_kibibytes() {
    assert_eq!(Limits::KERNEL.scratch_words * 8, 6 << 10);
    let bytes = written((0..MAX_RULES).map(|number| always(number, [])).collect());
    let limits = Limits {
        always_rules: u16::MAX,
        ..Limits::KERNEL
    };
    let refused = verify(&bytes, &limits).unwrap_err();
    assert_eq!(refused.code, Code::ScratchLimit);
}

/// Content of one rule that looks for a literal without a finder.
fn loose() -> Vec<u8> {
    let text = Step::Test {
        test: Test::Text {
            field: image_load::IMAGE as u8,
            mode: Mode::Contains,
            cased: true,
            units: vec![0x61],
        },
        sense: false,
        skip: 1,
        trigger: false,
    };
    let mut rule = always(1, []);
    rule.code = vec![text, Step::Match, Step::End];
    written(vec![rule])
}

/// Where a section begins.
fn start(bytes: &[u8], section: Section) -> usize {
    let content = Content::decode(bytes).unwrap();
    let before = RECORD_SIZES.iter().take_while(|(it, _)| *it != section);
    before.fold(Header::SIZE, |start, (section, size)| {
        start + (content.content().count(*section) * size) as usize
    })
}

#[test]
fn a_loose_literal_has_no_posts() {
    let mut bytes = loose();
    assert_eq!(verify(&bytes, &Limits::USER), Ok(()));
    let start = start(&bytes, Section::Literals);
    let record: &mut [u8; LiteralRecord::SIZE] =
        bytes[start..].first_chunk_mut().expect("a literal");
    let mut literal = LiteralRecord::read(record);
    literal.posts_start = 1;
    *record = literal.write();
    let refused = verify(&bytes, &Limits::USER).unwrap_err();
    assert_eq!(refused.code, Code::Unreferenced);
    assert_eq!(refused.section, Section::Literals);
}

#[test]
fn a_file_may_be_as_long_as_the_limit_says() {
    let bytes = written(vec![always(1, [])]);
    let limits = |file_bytes| Limits {
        file_bytes,
        ..Limits::KERNEL
    };
    let length = bytes.len() as u32;
    assert_eq!(verify(&bytes, &limits(length)), Ok(()));
    let refused = verify(&bytes, &limits(length - 1)).unwrap_err();
    assert_eq!(refused.code, Code::TooLarge);
}

/// The largest length that a header can state is a length like any other.
#[test]
fn counts_may_add_up_to_as_much_as_a_length_can_say() {
    let mut bytes = written(vec![always(1, [])]);
    let header: &mut [u8; Header::SIZE] = bytes.first_chunk_mut().expect("a header");
    let mut changed = Header::read(header);
    changed.counts = [0; 72];
    let most = u32::MAX - Header::SIZE as u32 - SIGNATURE_SIZE as u32;
    changed.counts[68..].copy_from_slice(&most.to_le_bytes());
    *header = changed.write();
    let refused = Content::decode(&bytes).map(|_| ()).unwrap_err();
    assert_eq!(refused.code, Code::LengthMismatch);
}

/// The header of a file, changed.
fn headed(mut bytes: Vec<u8>, change: impl FnOnce(&mut Header)) -> Vec<u8> {
    let header: &mut [u8; Header::SIZE] = bytes.first_chunk_mut().expect("a header");
    let mut changed = Header::read(header);
    change(&mut changed);
    *header = changed.write();
    bytes
}

#[test]
fn a_version_may_be_its_own_rollback_floor() {
    let floor = |floor| {
        headed(written(vec![always(1, [])]), |header| {
            header.content_version = 7;
            header.rollback_floor = floor;
        })
    };
    assert_eq!(verify(&floor(7), &Limits::KERNEL), Ok(()));
    let refused = verify(&floor(8), &Limits::KERNEL).unwrap_err();
    assert_eq!(refused.code, Code::Validity);
}

#[test]
fn content_may_need_as_much_scratch_as_there_is() {
    let bytes = loose();
    let header = Content::decode(&bytes).unwrap().content().header();
    let limits = |scratch_words| Limits {
        scratch_words,
        ..Limits::KERNEL
    };
    let needed = header.scratch_words;
    assert_eq!(verify(&bytes, &limits(needed)), Ok(()));
    let refused = verify(&bytes, &limits(needed - 1)).unwrap_err();
    assert_eq!(refused.code, Code::ScratchLimit);
    // Not even the marks of the loose literals fit.
    let bytes = headed(bytes, |header| header.scratch_words = 0);
    let content = Content::decode(&bytes).unwrap();
    let refused = content.verify(&Limits::KERNEL, &mut []).map(|_| ());
    let at = Refusal {
        code: Code::ScratchLimit,
        section: Section::Header,
        index: 124,
    };
    assert_eq!(refused, Err(at));
}

#[test]
fn content_without_kinds_needs_no_scratch() {
    let program = Program {
        issue: Issue::default(),
        kinds: Vec::new(),
    };
    let bytes = write(&program).expect("a sound program");
    let header = Content::decode(&bytes).unwrap().content().header();
    assert_eq!(header.scratch_words, 0);
    assert_eq!(verify(&bytes, &Limits::KERNEL), Ok(()));
}

/// An event may cost as much as the limits say; what a rule that always matches costs is one step, and nothing for texts.
#[test]
fn an_event_may_cost_as_much_as_the_limits_say() {
    let kind = |bytes: &[u8]| {
        let record = bytes[Header::SIZE..].first_chunk().expect("a kind");
        KindRecord::read(record)
    };
    let limits = |event_fixed, event_per_unit| Limits {
        event_fixed,
        event_per_unit,
        ..Limits::KERNEL
    };
    let plain = written(vec![always(1, [])]);
    let event = Event {
        kind: Kind::ImageLoad,
        fields: &vec![Value::Absent; Kind::ImageLoad.fields().len()],
    };
    let mut scratch = vec![0; 1 << 14];
    let content = Content::decode(&plain).unwrap();
    let verified = content.verify(&Limits::KERNEL, &mut scratch).unwrap();
    let mut scratch = vec![0; 1 << 14];
    let spent = verified.run(&event, &mut scratch).unwrap().steps();
    let fixed = kind(&plain).cost_fixed;
    assert_eq!(fixed, spent);
    assert_eq!(verify(&plain, &limits(fixed, 0)), Ok(()));
    let refused = verify(&plain, &limits(fixed - 1, 0)).unwrap_err();
    assert_eq!(refused.code, Code::EventTooCostly);

    let texts = loose();
    let fixed = kind(&texts).cost_fixed;
    let most = (0..1_000).find(|most| verify(&texts, &limits(fixed, *most)).is_ok());
    let most = most.expect("a bound");
    // One field has a cost, and that is all that an event costs for each unit.
    assert_eq!(kind(&texts).cost_count, 1);
    let record = texts[start(&texts, Section::Costs)..].first_chunk();
    let cost = CostRecord::read(record.expect("a cost"));
    assert_eq!(u64::from(cost.per_unit), most);
}

#[test]
fn the_header_has_no_records() {
    let bytes = written(vec![always(1, [])]);
    let content = Content::decode(&bytes).unwrap();
    assert_eq!(content.content().count(Section::Header), 0);
    assert_eq!(content.content().count(Section::Rules), 1);
}

struct Says(bool);

impl SignatureCheck for Says {
    fn check(&self, _: &[u8; 16], signed: &[u8], signature: &[u8; SIGNATURE_SIZE]) -> bool {
        assert!(!signed.is_empty() && *signature == [0; SIGNATURE_SIZE]);
        self.0
    }
}

#[test]
fn a_signature_is_what_the_check_says() {
    let bytes = written(vec![always(1, [])]);
    let content = Content::decode(&bytes).unwrap();
    assert!(content.is_authentic(&Says(true)));
    assert!(!content.is_authentic(&Says(false)));
}

/// The last position hands its candidacy to nothing, also where words without positions follow.
#[test]
fn the_last_position_of_a_pattern_skips_to_nothing() {
    const SETS: usize = 7;
    const SKIP: usize = 4;
    let program = regex("(ab){70}c", Flags::default()).expect("a pattern");
    let number = |at: usize| usize::from(u16::from_le_bytes([program[at], program[at + 1]]));
    let (positions, ranges) = (number(2), number(6));
    assert!(
        positions <= 192 && program[0] == 4,
        "the last word is empty"
    );
    let bit = positions - 1;
    let mut changed = program.clone();
    changed[24 + 128 + 4 * ranges + (bit / 64 * SETS + SKIP) * 8 + bit % 64 / 8] |= 1 << (bit % 8);
    let refused = Pattern::verify(&changed).map(|_| ());
    assert_eq!(refused, Err(ProgramRefusal::OpenEnd));
}

/// Patterns of two, four and eight words: none has a bit beyond its positions, in any word.
#[test]
fn no_word_of_a_pattern_has_a_stray_bit() {
    const SETS: usize = 7;
    for (source, words) in [("(ab){50}c", 2), ("(ab){70}c", 4), ("(ab){140}c", 8)] {
        let program = regex(source, Flags::default()).expect("a pattern");
        assert_eq!(usize::from(program[0]), words);
        assert_eq!(Pattern::verify(&program).map(|_| ()), Ok(()));
        let number = |at: usize| usize::from(u16::from_le_bytes([program[at], program[at + 1]]));
        let (positions, ranges) = (number(2), number(6));
        let sets = 24 + 128 + 4 * ranges;
        // The first bit beyond the positions, and the first of every word that has none.
        let beyond = (positions..words * 64).filter(|bit| *bit == positions || bit % 64 == 0);
        for bit in beyond {
            for set in 0..SETS {
                let mut changed = program.clone();
                changed[sets + (bit / 64 * SETS + set) * 8 + bit % 64 / 8] |= 1 << (bit % 8);
                let refused = Pattern::verify(&changed).map(|_| ());
                assert_eq!(refused, Err(ProgramRefusal::StrayBit), "{source} {bit}");
            }
        }
    }
}

/// A run is named by the first position of its class, in patterns of every width: at any other it is refused.
#[test]
fn a_run_is_named_by_the_first_position_of_its_class() {
    const SETS: usize = 7;
    let sources = [
        ("a[ab]b[bc]ca", 1),
        ("(a[ab]c){25}", 2),
        ("(a[ab]c){50}", 4),
        // Two words below the third are the same.
        ("(ab){70}c", 4),
        ("(a[ab]c){100}", 8),
    ];
    for (source, words) in sources {
        let program = regex(source, Flags::default()).expect("a pattern");
        assert_eq!(usize::from(program[0]), words, "{source}");
        let number = |at: usize| usize::from(u16::from_le_bytes([program[at], program[at + 1]]));
        let (positions, classes, ranges) = (number(2), number(4), number(6));
        let masks = 24 + 128 + 4 * ranges + SETS * words * 8;
        let class_of = |position: usize| -> Vec<bool> {
            let byte = |class: usize| program[masks + class * words * 8 + position / 8];
            (0..classes)
                .map(|class| byte(class) >> (position % 8) & 1 != 0)
                .collect()
        };
        let mut seen = Vec::new();
        for position in 0..positions {
            let mut changed = program.clone();
            changed[18..20].copy_from_slice(&(position as u16).to_le_bytes());
            changed[20..22].copy_from_slice(&2_u16.to_le_bytes());
            let class = class_of(position);
            let expected = if seen.contains(&class) {
                Err(ProgramRefusal::Run)
            } else {
                Ok(())
            };
            assert_eq!(
                Pattern::verify(&changed).map(|_| ()),
                expected,
                "{source} {position}"
            );
            seen.push(class);
        }
    }
}
