//! Under Miri: conformance cases of every family, as `asm/examples/packed.rs` packs them. `COFFERDAM_PACKED` names the file.
//!
//! Each content is verified and judges its event; then one byte of it is changed, and it is decoded, verified, and run
//! unverified: so the machine is also seen on what leads nowhere. Elsewhere the assembler's tests run the same cases.
#![cfg(miri)]

use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Content, Limits};

/// How many bytes of each content are changed, one after the other.
const CHANGES: usize = 2;

/// Of how many cases each the bytes are changed.
const EVERY: usize = 4;

struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at(count);
        self.0 = rest;
        bytes
    }

    fn number<const N: usize>(&mut self) -> u64 {
        let bytes = self.bytes(N).iter().rev();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// Two tests, so that two processes can share the cases.
#[test]
fn even_cases_hold() {
    cases_hold(0);
}

#[test]
fn odd_cases_hold() {
    cases_hold(1);
}

/// Every second case, from this one on.
fn cases_hold(first: usize) {
    let path = std::env::var("COFFERDAM_PACKED").expect("COFFERDAM_PACKED names the packed cases");
    let file = std::fs::read(path).expect("the packed cases");
    let mut packed = Packed(&file);
    let mut scratch = vec![u64::MAX; 1 << 10];
    let mut count = 0;
    while !packed.0.is_empty() {
        let length = packed.number::<4>() as usize;
        let content = packed.bytes(length);
        let kind = Kind::from_number(packed.number::<1>() as u8).expect("a kind");
        let texts: Vec<(u64, Vec<u16>)> = (0..packed.number::<1>())
            .map(|_| value(&mut packed))
            .collect();
        let fields: Vec<Value<'_>> = texts.iter().map(lend).collect();
        let event = Event {
            kind,
            fields: &fields,
        };
        let rules = packed.number::<2>() as usize;
        let expected = packed.bytes(rules);
        let number = count;
        count += 1;
        if number % 2 != first {
            continue;
        }
        judge(content, &event, expected, &mut scratch);
        if number / 2 % EVERY == 0 {
            change(content, &event, number, &mut scratch);
        }
    }
    assert!(count >= 100);
}

/// A number, and the text; 0, 1 and 2 say what there is else.
fn value(packed: &mut Packed<'_>) -> (u64, Vec<u16>) {
    match packed.number::<1>() {
        2 => {
            let count = packed.number::<4>();
            let units = (0..count).map(|_| packed.number::<2>() as u16);
            (2, units.collect())
        }
        // As four units.
        3 => {
            let units = (0..4).map(|_| packed.number::<2>() as u16);
            (3, units.collect())
        }
        tag => (tag, Vec::new()),
    }
}

fn lend((tag, units): &(u64, Vec<u16>)) -> Value<'_> {
    match tag {
        0 => Value::Unsupplied,
        1 => Value::Absent,
        2 => Value::Text(units),
        _ => {
            let units = units.iter().rev();
            Value::Number(units.fold(0, |number, unit| number << 16 | u64::from(*unit)))
        }
    }
}

fn judge(content: &[u8], event: &Event<'_>, expected: &[u8], scratch: &mut [u64]) {
    let content = Content::decode(content)
        .and_then(|content| content.verify(&Limits::USER, scratch))
        .expect("the case's content");
    let outcome = content.run(event, scratch).expect("the event is whole");
    let mut verdicts = vec![0_u8; expected.len()];
    outcome
        .matched()
        .for_each(|rule| verdicts[rule as usize] = 1);
    outcome.maybe().for_each(|rule| verdicts[rule as usize] = 2);
    let kind = content
        .content()
        .kinds()
        .find(|kind| kind.kind == event.kind.number());
    // The packed verdicts ascend by rule; the content has those that always run first.
    let first = kind.map_or(0, |kind| kind.rule_start);
    let mut order: Vec<usize> = (0..expected.len()).collect();
    order.sort_by_key(|rule| {
        let rule = content
            .content()
            .rule(first + *rule as u32)
            .expect("a rule");
        (rule.id, rule.condition)
    });
    let verdicts: Vec<u8> = order.iter().map(|rule| verdicts[*rule]).collect();
    assert_eq!(verdicts, expected);
}

/// Changes some bytes, which ones the case's number says.
fn change(content: &[u8], event: &Event<'_>, number: usize, scratch: &mut [u64]) {
    for change in 1..=CHANGES {
        let mut changed = content.to_vec();
        let at = (number * 97 + change * 1_009) % changed.len();
        changed[at] ^= 1 << (number % 8);
        if let Ok(changed) = Content::decode(&changed) {
            let _ = changed.verify(&Limits::KERNEL, scratch);
            let _ = changed.run_unverified(event, scratch);
        }
    }
}
