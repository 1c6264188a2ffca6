//! Content and sensor disagree about the number of fields. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{Recorded, SCRATCH, content, rule, verify};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::Header;
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Code, Fault};

fn pipe_content() -> Vec<u8> {
    let rule = rule("pipe_created", &["PipeName|endswith: '\\incident'"]);
    content(&rule, 1).expect("it compiles")
}

fn event<'a>(fields: &'a [Value<'a>]) -> Event<'a> {
    Event {
        kind: Kind::PipeCreated,
        fields,
    }
}

/// The second byte of a kind's record, which follows the header.
const DECLARED: usize = Header::SIZE + 1;

#[test]
fn content_that_declares_another_number_of_fields_is_refused() {
    let mut bytes = pipe_content();
    let fields = bytes[DECLARED];
    assert_eq!(usize::from(fields), Kind::PipeCreated.fields().len());
    for declared in (0..=u8::MAX).filter(|declared| *declared != fields) {
        bytes[DECLARED] = declared;
        let refusal = verify(&bytes, &mut [0; SCRATCH]).map(drop);
        assert_eq!(
            refusal.expect_err("refused").code,
            Code::FieldCount,
            "{declared}"
        );
    }
}

#[test]
fn content_of_another_schema_is_refused() {
    for bit in 0..256 {
        let mut bytes = pipe_content();
        bytes[16 + bit / 8] ^= 1 << (bit % 8);
        let refusal = verify(&bytes, &mut [0; SCRATCH]).map(drop);
        assert_eq!(refusal.expect_err("refused").code, Code::SchemaFingerprint);
    }
}

#[test]
fn an_event_with_one_value_fewer_runs_nothing() {
    let record =
        serde_json::json!({ "PipeName": "\\incident", "EventID": 17, "EventType": "CreatePipe" });
    let recorded = Recorded::read(Kind::PipeCreated, &record);
    let bytes = pipe_content();
    let mut scratch = [0; SCRATCH];
    let content = verify(&bytes, &mut scratch).expect("it verifies");
    let whole = recorded.values();
    let expected = u8::try_from(whole.len()).expect("few fields");
    let outcome = content
        .run(&event(&whole), &mut scratch)
        .expect("it is well-formed");
    assert_eq!(outcome.matched().count(), 1);
    for length in (0..expected).chain([expected + 1, u8::MAX]) {
        let mut fields = whole.clone();
        fields.resize(usize::from(length), Value::Absent);
        let fault = content.run(&event(&fields), &mut scratch).map(drop);
        let wanted = Fault::FieldCount {
            expected,
            given: length,
        };
        assert_eq!(fault, Err(wanted));
    }
}
