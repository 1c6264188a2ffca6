//! A wildcard must not hide that a field is missing. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{Recorded, SCRATCH, content, rule, verify};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Fault, Verified};

const KIND: Kind = Kind::ProcessTermination;

fn matches(
    content: &Verified<'_>,
    fields: &[Value<'_>],
    scratch: &mut [u64],
) -> Result<usize, Fault> {
    let event = Event { kind: KIND, fields };
    content
        .run(&event, scratch)
        .map(|outcome| outcome.matched().count())
}

#[test]
fn a_missing_field_shows_whether_or_not_a_rule_reads_it() {
    let last = KIND.fields().last().expect("it has fields");
    assert_eq!(
        last.tier,
        Tier::Kernel,
        "the field is one that the kernel supplies"
    );
    let wildcard = format!("{}: '*'", last.name);
    let text = format!("{}: 'High'", last.name);
    let record = serde_json::json!({ "Image": "C:\\incident.exe", "IntegrityLevel": "High" });
    let recorded = Recorded::read(KIND, &record);
    let values = recorded.values();
    let (_, fewer) = values.split_last().expect("it has values");
    for selection in [wildcard, text] {
        let selection = ["Image|endswith: '\\incident.exe'", &selection];
        let bytes = content(&rule("process_termination", &selection), 1).expect("it compiles");
        let mut scratch = [0; SCRATCH];
        let content = verify(&bytes, &mut scratch).expect("it verifies");
        assert_eq!(matches(&content, &values, &mut scratch), Ok(1));
        let fault = matches(&content, fewer, &mut scratch).expect_err("a fault");
        assert!(matches!(fault, Fault::FieldCount { .. }), "{fault}");
    }
}
