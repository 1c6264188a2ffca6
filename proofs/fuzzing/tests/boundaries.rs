//! Limits are reached and not passed: what a mutation of the verifier showed that no other test noticed.

use cofferdam_asm::model::{Issue, KindProgram, Program, Rule, Step, Test};
use cofferdam_asm::write;
use cofferdam_interpreter::layout::{Header, LiteralRecord, RECORD_SIZES};
use cofferdam_interpreter::limits::MAX_RULES;
use cofferdam_interpreter::schema::{Kind, field::image_load};
use cofferdam_interpreter::{Code, Content, Limits, Mode, Refusal, Section};

fn always(number: u32) -> Rule {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Rule {
        id,
        condition: 0,
        severity: 0,
        deny: false,
        title: "a".to_owned(),
        meta: String::new(),
        always: true,
        code: vec![Step::Match],
    }
}

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
    let bytes = written((0..3).map(always).collect());
    assert_eq!(verify(&bytes, &limits(3)), Ok(()));
    let refused = verify(&bytes, &limits(2)).unwrap_err();
    assert_eq!(refused.code, Code::TooManyAlways);
}

#[test]
fn a_kind_may_have_as_many_rules_as_the_format_says() {
    let bytes = written((0..MAX_RULES).map(always).collect());
    assert_eq!(verify(&bytes, &limits(u16::MAX)), Ok(()));
}

#[test]
fn a_loose_literal_has_no_posts() {
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
    let mut rule = always(1);
    rule.code = vec![text, Step::Match, Step::End];
    let mut bytes = written(vec![rule]);
    assert_eq!(verify(&bytes, &Limits::USER), Ok(()));
    let content = Content::decode(&bytes).unwrap();
    let before = RECORD_SIZES
        .iter()
        .take_while(|(section, _)| *section != Section::Literals);
    let start = before.fold(Header::SIZE, |start, (section, size)| {
        start + (content.content().count(*section) * size) as usize
    });
    let record: &mut [u8; LiteralRecord::SIZE] =
        bytes[start..].first_chunk_mut().expect("a literal");
    let mut literal = LiteralRecord::read(record);
    literal.posts_start = 1;
    *record = literal.write();
    let refused = verify(&bytes, &Limits::USER).unwrap_err();
    assert_eq!(refused.code, Code::Unreferenced);
    assert_eq!(refused.section, Section::Literals);
}
