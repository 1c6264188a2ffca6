//! 19 July 2024: content made for 21 fields met code that supplied 20, and the interpreter read past the array.
//! Here the image_load kind, which has 20 fields, plays that part.

use cofferdam_asm::assemble::assemble_to_bytes;
use cofferdam_interpreter::code::Instruction;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Code, Content, Fault, Refusal, Section};

use crate::book::LIMITS;
use crate::files::kind;
use crate::support::sections::Sections;

/// A rule that tests the field that is not there: the twenty-first.
fn content_for_21_fields() -> Vec<u8> {
    let source = "kind image_load {
        rule 291.0 critical alert 'Channel File 291' always {
            unless IntegrityLevel present -> no
            match
        no: end
        }
    }";
    let mut sections = Sections::read(&assemble_to_bytes(source).expect("the source is right"));
    kind(&mut sections, 0, |kind| kind.field_count = 21);
    sections.record(Section::Code, 0, |bytes| {
        let mut instruction = Instruction::decode(*bytes).expect("an instruction");
        assert_eq!(instruction.field, 19, "the twentieth field");
        instruction.field = 20;
        *bytes = instruction.encode();
    });
    sections.write()
}

#[test]
fn the_verifier_refuses_it() {
    let bytes = content_for_21_fields();
    let refusal = Content::decode(&bytes)
        .and_then(|content| content.verify(&LIMITS, &mut [0; 1 << 10]))
        .expect_err("refused");
    assert_eq!(
        refusal,
        Refusal {
            code: Code::FieldCount,
            section: Section::Kinds,
            index: 0
        }
    );
}

/// Without the fields' count, the fingerprint alone says that the schemas differ.
#[test]
fn a_compiler_with_another_schema_is_refused_by_its_fingerprint() {
    let mut sections = Sections::read(&content_for_21_fields());
    sections.header.schema_fingerprint[0] ^= 1;
    let bytes = sections.write();
    let refusal = Content::decode(&bytes)
        .and_then(|content| content.verify(&LIMITS, &mut [0; 1 << 10]))
        .expect_err("refused");
    assert_eq!(refusal.code, Code::SchemaFingerprint);
}

#[test]
fn forced_past_the_verifier_the_event_faults() {
    let bytes = content_for_21_fields();
    let content = Content::decode(&bytes).expect("it decodes");
    for given in [0, 19, 20, 21, 22, 255] {
        let fields = vec![Value::Text(&[0x78]); given];
        let event = Event {
            kind: Kind::ImageLoad,
            fields: &fields,
        };
        let fault = content
            .run_unverified(&event, &mut [0; 1 << 10])
            .expect_err("no event can be right for both");
        let given = u8::try_from(given).expect("few");
        assert_eq!(
            fault,
            Fault::FieldCount {
                expected: 21,
                given
            }
        );
    }
}

/// Had the declaration been right and only the rule wrong, the rule alone would fault.
#[test]
fn a_rule_that_tests_a_field_that_is_not_there_faults_alone() {
    let mut sections = Sections::read(&content_for_21_fields());
    kind(&mut sections, 0, |kind| kind.field_count = 20);
    let bytes = sections.write();
    let content = Content::decode(&bytes).expect("it decodes");
    let refusal = content
        .verify(&LIMITS, &mut [0; 1 << 10])
        .expect_err("refused");
    assert_eq!(
        (refusal.code, refusal.section),
        (Code::UnknownField, Section::Code)
    );
    let fields = [Value::Text(&[0x78]); 20];
    let event = Event {
        kind: Kind::ImageLoad,
        fields: &fields,
    };
    let mut scratch = [0; 1 << 10];
    let outcome = content
        .run_unverified(&event, &mut scratch)
        .expect("the event is right");
    assert_eq!(outcome.matched().count(), 0);
    assert_eq!(outcome.maybe().count(), 0);
    assert_eq!(outcome.faulted().collect::<Vec<_>>(), [0]);
    assert_eq!(outcome.fault(), Some((0, Fault::Operand)));
}
