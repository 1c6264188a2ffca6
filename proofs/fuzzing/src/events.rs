//! Events for content of which nothing is known but its bytes, and what must be true of running them.

use cofferdam_asm::disassemble;
use cofferdam_asm::reference;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::{CostRecord, KindRecord, LiteralRecord};
use cofferdam_interpreter::schema::{Kind, RENDER_UNITS};
use cofferdam_interpreter::{Content, Verdict, Verified, fold};

use crate::file::SCRATCH;
use crate::support::generate::Choices;
use crate::support::{OwnedEvent, OwnedValue};

/// Numbers at which something changes.
const NUMBERS: [u64; 6] = [0, 1, 4711, 1 << 32, u64::MAX - 1, u64::MAX];

/// Units at which something changes.
const UNITS: [u16; 16] = [
    0x61, 0x41, 0x62, 0x5C, 0x2E, 0x0A, 0x20, 0x00, 0x7F, 0x80, 0xE4, 0x131, 0x17F, 0xD83D, 0xDC00,
    0xFFFF,
];

const TEXTS: [&str; 5] = ["10.1.2.3", "fe80::1", "C:\\Windows\\cmd.exe", "", "0x1410"];

/// An event of one of the content's kinds, or of any.
pub(crate) fn event(choices: &mut Choices<'_>, content: &Content<'_>) -> OwnedEvent {
    let kinds: Vec<Kind> = content
        .kinds()
        .filter_map(|kind| Kind::from_number(kind.kind))
        .collect();
    let kind = match kinds.get(choices.below(kinds.len() + 1)) {
        Some(kind) => *kind,
        None => Kind::ALL[choices.below(Kind::ALL.len())],
    };
    let fields = kind.fields().iter();
    OwnedEvent {
        kind,
        fields: fields.map(|_| value(choices, content)).collect(),
    }
}

fn value(choices: &mut Choices<'_>, content: &Content<'_>) -> OwnedValue {
    match choices.below(10) {
        0 => OwnedValue::Absent,
        1 => OwnedValue::Unsupplied,
        2 => OwnedValue::Number(NUMBERS[choices.below(NUMBERS.len())]),
        3 => OwnedValue::Text(TEXTS[choices.below(TEXTS.len())].encode_utf16().collect()),
        _ => {
            let mut text = Vec::new();
            for _ in 0..choices.below(5) {
                text.extend(piece(choices, content));
            }
            if choices.below(64) == 63 {
                text = text.repeat(200);
                text.truncate(32_767);
            }
            OwnedValue::Text(text)
        }
    }
}

/// A literal of the content, whole or damaged, or a few units.
fn piece(choices: &mut Choices<'_>, content: &Content<'_>) -> Vec<u16> {
    let literal = content
        .literals
        .get(choices.below(content.literals.len() + 1));
    let Some(record) = literal.map(LiteralRecord::read) else {
        let count = choices.below(9);
        return (0..count)
            .map(|_| UNITS[choices.below(UNITS.len())])
            .collect();
    };
    let start = record.units_start as usize;
    let range = start..start.saturating_add(record.length.into());
    let units = content.units.get(range).unwrap_or(&[]);
    let mut units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    match choices.below(4) {
        0 => {
            units.pop();
        }
        1 if !units.is_empty() => {
            let at = choices.below(units.len());
            units[at] = UNITS[choices.below(UNITS.len())];
        }
        2 => {
            for unit in units.iter_mut().filter(|unit| (0x41..0x5B).contains(*unit)) {
                *unit += 0x20;
            }
        }
        _ => {}
    }
    units
}

/// What was proved of an event: never exceeded by verified content.
pub(crate) fn proved(content: &Content<'_>, event: &Event<'_>) -> u64 {
    let kind = content
        .kinds()
        .find(|kind| kind.kind == event.kind.number());
    kind.map_or(0, |kind| {
        let costs = costs(content, &kind).iter().map(CostRecord::read);
        costs.fold(kind.cost_fixed, |sum, cost| {
            let units = match event.fields[usize::from(cost.field)] {
                Value::Text(text) => text.len() as u64,
                Value::Number(_) => RENDER_UNITS as u64,
                Value::Absent | Value::Unsupplied => 0,
            };
            sum + u64::from(cost.per_unit) * units
        })
    })
}

fn costs<'c>(content: &Content<'c>, kind: &KindRecord) -> &'c [[u8; 8]] {
    let start = kind.cost_start as usize;
    &content.costs[start..start + kind.cost_count as usize]
}

/// Runs an event through verified content: it is judged, whatever the scratch held before; no rule faults; it costs no
/// more than was proved; and every rule says what the reference says of the program that the bytes hold.
pub(crate) fn judge(content: &Verified<'_>, event: &Event<'_>) {
    let mut scratch = vec![0x5555_5555_5555_5555; SCRATCH];
    let first = verdicts(content, event, &mut scratch);
    scratch.fill(0xAAAA_AAAA_AAAA_AAAA);
    assert_eq!(
        verdicts(content, event, &mut scratch),
        first,
        "scratch is cleared"
    );

    let program = disassemble::program(content.content()).expect("verified content has a text");
    let expected = reference::evaluate(&program, event);
    let expected: Vec<Verdict> = expected.iter().map(|judgement| judgement.verdict).collect();
    assert_eq!(first, expected, "machine and reference");
}

/// The verdicts of the kind's rules, in the file's order.
fn verdicts(content: &Verified<'_>, event: &Event<'_>, scratch: &mut [u64]) -> Vec<Verdict> {
    let outcome = content.run(event, scratch).expect("the event is whole");
    assert_eq!(outcome.fault(), None, "verified content does not fault");
    assert_eq!(outcome.faulted().count(), 0);
    let content = content.content();
    let proved = proved(content, event);
    assert!(
        outcome.steps() <= proved,
        "{} steps, {proved} proved",
        outcome.steps()
    );
    let kind = content
        .kinds()
        .find(|kind| kind.kind == event.kind.number());
    let mut verdicts = vec![Verdict::NoMatch; kind.map_or(0, |kind| kind.rule_count as usize)];
    for bit in outcome.matched() {
        assert!(content.rule(outcome.rule(bit)).is_some());
        verdicts[bit as usize] = Verdict::Match;
    }
    for bit in outcome.maybe() {
        assert_eq!(
            verdicts[bit as usize],
            Verdict::NoMatch,
            "one verdict for a rule"
        );
        verdicts[bit as usize] = Verdict::Maybe;
    }
    verdicts
}

/// Whether a text meets a literal, ignoring case: straight from the definition.
pub(crate) fn meets(text: &[u16], literal: &[u16], mode: cofferdam_interpreter::Mode) -> bool {
    use cofferdam_interpreter::Mode;
    let text: Vec<u16> = text.iter().map(|unit| fold::unit(*unit)).collect();
    match mode {
        Mode::Contains => text.windows(literal.len()).any(|here| here == literal),
        Mode::Starts => text.starts_with(literal),
        Mode::Ends => text.ends_with(literal),
        Mode::Equals => text == literal,
    }
}
