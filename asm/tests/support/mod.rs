//! What the tests of this crate share: events that own their texts, and both ways to a verdict.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod cases;
pub(crate) mod generate;
pub(crate) mod sections;
pub(crate) mod values;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cofferdam_asm::model::{Program, Rule, Step, Test};
use cofferdam_asm::rarity::Rarity;
use cofferdam_asm::writer::write_with;
use cofferdam_asm::{WriteError, reference};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::CostRecord;
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Content, Fault, Limits, Refusal, Verdict};

/// A rule that always runs and matches where all tests hold; its id begins with the number.
pub(crate) fn always(number: u32, tests: impl IntoIterator<Item = Test>) -> Rule {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let mut code: Vec<Step> = tests
        .into_iter()
        .map(|test| Step::Test {
            test,
            sense: true,
            skip: 0,
            trigger: false,
        })
        .collect();
    code.push(Step::Match);
    Rule {
        id,
        condition: 0,
        severity: 0,
        deny: false,
        title: "a".to_owned(),
        meta: String::new(),
        always: true,
        code,
    }
}

/// An event that owns its texts.
#[derive(Clone, Debug)]
pub(crate) struct OwnedEvent {
    pub(crate) kind: Kind,
    pub(crate) fields: Vec<OwnedValue>,
}

/// A value that owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OwnedValue {
    Unsupplied,
    Absent,
    Text(Vec<u16>),
    Number(u64),
}

impl OwnedEvent {
    /// Lends the event.
    pub(crate) fn lend<R>(&self, to: impl FnOnce(&Event<'_>) -> R) -> R {
        let fields: Vec<Value<'_>> = self.fields.iter().map(OwnedValue::lend).collect();
        to(&Event {
            kind: self.kind,
            fields: &fields,
        })
    }
}

impl OwnedValue {
    pub(crate) fn lend(&self) -> Value<'_> {
        match self {
            OwnedValue::Unsupplied => Value::Unsupplied,
            OwnedValue::Absent => Value::Absent,
            OwnedValue::Text(text) => Value::Text(text),
            OwnedValue::Number(number) => Value::Number(*number),
        }
    }
}

/// So many cases of a property, or as many as `COFFERDAM_CASES` asks for: more for a night's run, fewer under Miri.
pub(crate) fn cases_or(count: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("COFFERDAM_CASES").ok();
    proptest::test_runner::Config {
        cases: asked.and_then(|asked| asked.parse().ok()).unwrap_or(count),
        failure_persistence: None,
        ..Default::default()
    }
}

/// Writes a program as the assembler does; the counts are read once, not each time.
pub(crate) fn write(program: &Program) -> Result<Vec<u8>, WriteError> {
    static BUILTIN: LazyLock<Rarity> = LazyLock::new(Rarity::builtin);
    write_with(program, &BUILTIN)
}

/// Writes a program whose literals' places are given, or do not matter.
pub(crate) fn write_plain(program: &Program) -> Result<Vec<u8>, WriteError> {
    write_with(program, &Rarity::default())
}

/// What each rule of the event's kind says: by UUID and condition.
pub(crate) type Verdicts = BTreeMap<([u8; 16], u8), Verdict>;

/// What the machine says, and what it cost.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) verdicts: Verdicts,
    pub(crate) steps: u64,
    /// The proved cost for this event.
    pub(crate) proved: u64,
}

/// Limits that nothing honest in these tests reaches.
pub(crate) const LIMITS: Limits = Limits {
    file_bytes: 1 << 30,
    ..Limits::USER
};

/// Verifies a file and runs an event through it.
pub(crate) fn machine(bytes: &[u8], event: &Event<'_>) -> Result<Result<Judged, Fault>, Refusal> {
    let mut scratch = vec![0x5555_5555_5555_5555; 1 << 16];
    let content = Content::decode(bytes)?.verify(&LIMITS, &mut scratch)?;
    scratch.fill(0xAAAA_AAAA_AAAA_AAAA);
    let outcome = match content.run(event, &mut scratch) {
        Ok(outcome) => outcome,
        Err(fault) => return Ok(Err(fault)),
    };
    assert_eq!(outcome.fault(), None, "verified content does not fault");
    assert_eq!(outcome.faulted().count(), 0);
    let content = content.content();
    let mut verdicts = Verdicts::new();
    let key = |rule: u32| {
        let rule = content.rule(rule).expect("a rule that ran is there");
        (rule.id, rule.condition)
    };
    let mut proved = 0;
    for kind in content
        .kinds()
        .filter(|kind| kind.kind == event.kind.number())
    {
        for rule in kind.rule_start..kind.rule_start + kind.rule_count {
            verdicts.insert(key(rule), Verdict::NoMatch);
        }
        proved += kind.cost_fixed;
        let costs = &content.costs[kind.cost_start as usize..];
        for cost in &costs[..kind.cost_count as usize] {
            let cost = CostRecord::read(cost);
            let units = match event.fields[usize::from(cost.field)] {
                Value::Text(text) => text.len() as u64,
                Value::Number(_) => 40,
                Value::Absent | Value::Unsupplied => 0,
            };
            proved += u64::from(cost.per_unit) * units;
        }
    }
    for rule in outcome.matched() {
        verdicts.insert(key(outcome.rule(rule)), Verdict::Match);
    }
    for rule in outcome.maybe() {
        verdicts.insert(key(outcome.rule(rule)), Verdict::Maybe);
    }
    Ok(Ok(Judged {
        verdicts,
        steps: outcome.steps(),
        proved,
    }))
}

/// What the reference says.
pub(crate) fn reference(program: &Program, event: &Event<'_>) -> Verdicts {
    let judgements = reference::evaluate(program, event).into_iter();
    judgements
        .map(|judgement| ((judgement.id, judgement.condition), judgement.verdict))
        .collect()
}

/// Runs both and compares them, and the steps with the proof; the verdicts.
pub(crate) fn agree(program: &Program, bytes: &[u8], event: &Event<'_>) -> Verdicts {
    let judged = machine(bytes, event)
        .expect("what the writer wrote verifies")
        .expect("the event is whole");
    let expected = reference(program, event);
    assert_eq!(judged.verdicts, expected, "machine and reference");
    assert!(
        judged.steps <= judged.proved,
        "{} steps, {} proved",
        judged.steps,
        judged.proved
    );
    judged.verdicts
}
