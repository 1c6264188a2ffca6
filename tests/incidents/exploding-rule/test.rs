//! Rules that would cost too much, and expressions that explode elsewhere. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::walls::{TOO_MANY, costly_rules};
use cofferdam_incidents::{Recorded, SCRATCH, content, rule, verify};
use cofferdam_interpreter::event::{Event, MAX_TEXT_UNITS};
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Code, Content, Limits};

/// The steps that judging a command line of so many units takes.
fn steps(bytes: &[u8], length: usize) -> u64 {
    let record = serde_json::json!({ "CommandLine": "x".repeat(length) });
    let recorded = Recorded::read(Kind::ProcessCreation, &record);
    let mut scratch = [0; SCRATCH];
    let content = verify(bytes, &mut scratch).expect("it verifies");
    let values = recorded.values();
    let event = Event {
        kind: Kind::ProcessCreation,
        fields: &values,
    };
    let outcome = content
        .run(&event, &mut scratch)
        .expect("it is well-formed");
    assert_eq!(outcome.fault(), None);
    outcome.steps()
}

#[test]
fn an_expression_that_backtracks_elsewhere_costs_in_proportion_to_the_text() {
    for expression in [".*.*=.*", "(x+x+)+y", "(.*a){20}", "(x|x)*y"] {
        let rule = rule(
            "process_creation",
            &[&format!("CommandLine|re: '{expression}'")],
        );
        let bytes = content(&rule, 1).expect("it compiles");
        let (short, long) = (steps(&bytes, 1_000), steps(&bytes, 32_000));
        assert!(long > short, "{expression}");
        assert!(
            long <= short * 33,
            "{expression}: {short} steps, then {long}"
        );
        steps(&bytes, MAX_TEXT_UNITS);
    }
}

#[test]
fn more_than_the_budget_is_refused_before_it_runs() {
    for (rules, refused) in [(20, None), (TOO_MANY, Some(Code::EventTooCostly))] {
        let bytes = content(&costly_rules(rules), 1).expect("it compiles");
        let refusal = verify(&bytes, &mut [0; SCRATCH]).err();
        assert_eq!(refusal.map(|refusal| refusal.code), refused);
    }
}

#[test]
fn the_verifier_holds_to_the_budget_exactly() {
    let bytes = content(&costly_rules(3), 1).expect("it compiles");
    let content = Content::decode(&bytes).expect("it decodes");
    let allows = |limits: &Limits| content.verify(limits, &mut [0; SCRATCH]).map(drop);
    let smallest = (0..=Limits::KERNEL.event_per_unit).find(|per_unit| {
        let limits = Limits {
            event_per_unit: *per_unit,
            ..Limits::KERNEL
        };
        allows(&limits).is_ok()
    });
    let smallest = smallest.expect("the kernel's own budget is enough");
    assert!(smallest > 0);
    let less = Limits {
        event_per_unit: smallest - 1,
        ..Limits::KERNEL
    };
    let refusal = allows(&less).expect_err("one step less is not enough");
    assert_eq!(refusal.code, Code::EventTooCostly);
}
