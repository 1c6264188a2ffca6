//! What the reference evaluator says, form by form, three values included.

use cofferdam_compiler::reference::Verdict::{Match, Maybe, NoMatch};
use cofferdam_compiler::reference::{Event, Reference, Value, Verdict};
use cofferdam_compiler::{Options, load_texts};

fn reference(detection: &str) -> Reference {
    let head = "title: T\nid: 00000000-0000-4000-8000-000000000001\nlogsource: {product: windows}\ndetection:\n";
    let text = detection
        .lines()
        .fold(head.to_owned(), |text, line| text + "    " + line + "\n");
    let loaded = load_texts(&[("rule.yml", text)], &Options::default());
    assert_eq!(loaded.report.errors(), 0, "{:?}", loaded.report.all());
    Reference::new(&loaded.rules[0])
}

/// What `selection: {ITEM}` says about events whose only field is `A`.
fn on_a(item: &str, cases: &[(Value, Verdict)]) {
    let reference = reference(&format!("selection:\n    {item}\ncondition: selection"));
    for (value, expected) in cases {
        let mut event = Event::default();
        event.set("A", value.clone());
        assert_eq!(reference.verdict(&event), *expected, "{item} on {value:?}");
    }
}

fn text(text: &str) -> Value {
    Value::text(text)
}

#[test]
fn texts() {
    on_a(
        "A: foo",
        &[
            (text("FOO"), Match),
            (text("foo "), NoMatch),
            (Value::Absent, NoMatch),
            (Value::Unsupplied, Maybe),
        ],
    );
    on_a(
        "A|cased: foo",
        &[(text("foo"), Match), (text("Foo"), NoMatch)],
    );
    on_a(
        "A: ''",
        &[
            (text(""), Match),
            (text("x"), NoMatch),
            (Value::Absent, NoMatch),
        ],
    );
    on_a(
        "A: '*'",
        &[
            (text(""), Match),
            (text("x"), Match),
            (Value::Absent, NoMatch),
        ],
    );
    on_a(
        "A|contains: 'ÄÖ'",
        &[(text("xäöx"), Match), (text("ao"), NoMatch)],
    );
    on_a(
        "A: 0x10",
        &[
            (text("0X10"), Match),
            (text("16"), Match),
            (Value::number(16), Match),
            (text("10"), NoMatch),
        ],
    );
    on_a(
        "A: '0x1410'",
        &[
            (Value::number_as(5136, "0x1410"), Match),
            (Value::number(5136), NoMatch),
        ],
    );
    on_a("A: true", &[(text("True"), Match), (text("1"), NoMatch)]);
    on_a(
        "A|neq: x",
        &[
            (text("X"), NoMatch),
            (text("y"), Match),
            (Value::Absent, Match),
            (Value::Unsupplied, Maybe),
        ],
    );
}

#[test]
fn presence() {
    on_a(
        "A: null",
        &[
            (Value::Absent, Match),
            (text(""), NoMatch),
            (Value::number(0), NoMatch),
            (Value::Unsupplied, Maybe),
        ],
    );
    on_a(
        "A|exists: true",
        &[
            (Value::Absent, NoMatch),
            (text(""), Match),
            (Value::Unsupplied, Maybe),
        ],
    );
    on_a(
        "A|exists: false",
        &[
            (Value::Absent, Match),
            (text(""), NoMatch),
            (Value::Unsupplied, Maybe),
        ],
    );
}

#[test]
fn numbers() {
    on_a(
        "A|gt: 5",
        &[
            (text("6"), Match),
            (text("5"), NoMatch),
            (text("0x6"), Match),
            (text("5.5"), Match),
            (text("six"), NoMatch),
        ],
    );
    on_a(
        "A|lte: 5",
        &[
            (Value::number(5), Match),
            (text("-7"), Match),
            (Value::number(u64::MAX), NoMatch),
            (text("inf"), NoMatch),
        ],
    );
    on_a(
        "A|lt: 1.5",
        &[
            (Value::number(1), Match),
            (Value::number(2), NoMatch),
            (Value::Absent, NoMatch),
            (text(""), NoMatch),
        ],
    );
    on_a(
        "A|gte: 18446744073709551615",
        &[
            (Value::number(u64::MAX), Match),
            (Value::number(u64::MAX - 1), NoMatch),
        ],
    );
}

#[test]
fn addresses_dates_and_expressions() {
    on_a(
        "A|cidr: 10.0.0.0/8",
        &[
            (text("10.1.2.3"), Match),
            (text("10.1.2"), NoMatch),
            (text("11.0.0.1"), NoMatch),
        ],
    );
    on_a(
        "A|hour|gte: 22",
        &[
            (text("2020-10-09 22:00:00"), Match),
            (text("2020-10-09 21:59:59"), NoMatch),
            (text("22"), NoMatch),
        ],
    );
    on_a(
        "A|re: '^a.c$'",
        &[
            (text("abc"), Match),
            (text("ABC"), NoMatch),
            (text("a\nc"), NoMatch),
            (Value::Unsupplied, Maybe),
        ],
    );
    on_a("A|re|i: B", &[(text("abc"), Match)]);
}

#[test]
fn references_to_fields() {
    let reference = reference("selection:\n    A|fieldref|endswith: B\ncondition: selection");
    for (a, b, expected) in [
        (text("C:\\X.EXE"), text("x.exe"), Match),
        (text("C:\\x.exe"), text("y.exe"), NoMatch),
        (text("x"), text(""), Match),
        (text("x"), Value::Absent, NoMatch),
        (Value::Absent, Value::Unsupplied, NoMatch),
        (text("x"), Value::Unsupplied, Maybe),
        (Value::Unsupplied, text("x"), Maybe),
        (Value::number(17), text("7"), Match),
    ] {
        let mut event = Event::default();
        event.set("A", a.clone());
        event.set("B", b.clone());
        assert_eq!(reference.verdict(&event), expected, "{a:?} {b:?}");
    }
}

#[test]
fn keywords_look_everywhere() {
    let reference = reference("words:\n    - 'mimi*katz'\n    - 4711\ncondition: words");
    let mut event = Event::default();
    event.set("Other", text("x MIMIxKATZ y"));
    assert_eq!(reference.verdict(&event), Match);
    let mut event = Event::default();
    event.set("Number", Value::number(147_110));
    assert_eq!(reference.verdict(&event), Match);
    let mut event = Event::default();
    event.add("Added", text("mimi katz"));
    assert_eq!(reference.verdict(&event), NoMatch);
    event.add("Added", Value::Unsupplied);
    assert_eq!(reference.verdict(&event), NoMatch);
    assert_eq!(reference.verdict(&Event::default()), NoMatch);
    assert_eq!(reference.verdict(&Event::partial()), Maybe);
}

#[test]
fn three_values_through_every_operator() {
    let says = |condition: &str, a: Value, b: Value| {
        let detections = "a: {A: x}\nb: {B: x}\nc: {A: y}\n";
        let mut event = Event::default();
        event.set("A", a);
        event.set("B", b);
        reference(&format!("{detections}condition: {condition}")).verdict(&event)
    };
    let (yes, no, unknown) = (text("x"), text("n"), Value::Unsupplied);
    assert_eq!(says("a and b", yes.clone(), unknown.clone()), Maybe);
    assert_eq!(says("a and b", no.clone(), unknown.clone()), NoMatch);
    assert_eq!(says("b and a", no.clone(), unknown.clone()), NoMatch);
    assert_eq!(says("a or b", yes.clone(), unknown.clone()), Match);
    assert_eq!(says("a or b", no.clone(), unknown.clone()), Maybe);
    assert_eq!(says("not b", no.clone(), unknown.clone()), Maybe);
    assert_eq!(says("a and not b", no.clone(), unknown.clone()), NoMatch);
    // Kleene, not a theorem prover: `b or not b` is not known either.
    assert_eq!(says("b or not b", no.clone(), unknown.clone()), Maybe);
    assert_eq!(says("2 of *", yes.clone(), unknown.clone()), Maybe);
    assert_eq!(says("2 of *", no.clone(), unknown.clone()), NoMatch);
    assert_eq!(says("2 of *", yes.clone(), yes.clone()), Match);
    assert_eq!(says("all of *", unknown.clone(), unknown.clone()), Maybe);
    assert_eq!(says("1 of *", no, unknown), Maybe);
}
