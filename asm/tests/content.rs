//! What content says of itself: titles, the fields that a rule tests. Also of content that would be refused.

mod support;

use cofferdam_asm::assemble::assemble_to_bytes;
use cofferdam_interpreter::code::Instruction;
use cofferdam_interpreter::schema::field::process_creation as field;
use cofferdam_interpreter::{Content, Section};
use support::sections::Sections;

const SOURCE: &str = "kind process_creation {
    rule 1.0 low alert 'first' meta '{}' always {
        if Image present -> yes
        if Image fields equals ParentImage -> yes
        if CommandLine fields equals CommandLine -> yes
        if ParentImage present -> yes
        if User fields ends ParentImage -> yes
        if ProcessId eq 4 -> yes
        if ProcessId eq 5 -> yes
        end
    yes: match
    }
    rule 2.0 low alert 'second' always { match }
}";

fn bits(fields: &[usize]) -> u64 {
    fields.iter().fold(0, |bits, field| bits | 1 << field)
}

#[test]
fn a_rule_tests_the_fields_that_its_code_names() {
    let bytes = assemble_to_bytes(SOURCE).expect("the source is right");
    let content = *Content::decode(&bytes).expect("it was written").content();
    let first = content.rule(0).expect("a rule");
    let tested = [
        field::IMAGE,
        field::PARENT_IMAGE,
        field::COMMAND_LINE,
        field::USER,
        field::PROCESS_ID,
    ];
    assert_eq!(content.fields_tested(&first), bits(&tested));
    let second = content.rule(1).expect("a rule");
    assert_eq!(content.fields_tested(&second), 0);
    assert_eq!(content.rule(2), None);

    // Of a field that no kind can have a mask says nothing.
    let mut sections = Sections::read(&bytes);
    sections.record(Section::Code, 0, |bytes| {
        let mut test = Instruction::decode(*bytes).expect("an instruction");
        test.field = 64;
        *bytes = test.encode();
    });
    sections.record(Section::Code, 3, |bytes| {
        let mut test = Instruction::decode(*bytes).expect("an instruction");
        test.field = 255;
        *bytes = test.encode();
    });
    let bytes = sections.write();
    let content = *Content::decode(&bytes)
        .expect("lengths are right")
        .content();
    let tested = bits(&tested);
    assert_eq!(content.fields_tested(&first), tested);
    let beyond = cofferdam_interpreter::layout::RuleRecord {
        code_start: u32::MAX,
        ..first
    };
    assert_eq!(content.fields_tested(&beyond), 0);
}

#[test]
fn a_rule_has_a_title_and_metadata() {
    let bytes = assemble_to_bytes(SOURCE).expect("the source is right");
    let content = *Content::decode(&bytes).expect("it was written").content();
    let names = |at| content.name(&content.rule(at).expect("a rule"));
    assert_eq!(names(0), ("first", "{}"));
    assert_eq!(names(1), ("second", ""));
    let mut sections = Sections::read(&bytes);
    sections.body(Section::Names)[0] = 0xFF;
    let bytes = sections.write();
    let content = *Content::decode(&bytes)
        .expect("lengths are right")
        .content();
    assert_eq!(content.name(&content.rule(0).expect("a rule")), ("", "{}"));
}
