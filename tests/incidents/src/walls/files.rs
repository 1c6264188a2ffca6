//! The files of the incidents: as their authors' tools made them, and what they do in the interpreter.

use cofferdam_interpreter::event::Event;
use cofferdam_interpreter::layout::Header;
use cofferdam_interpreter::schema::{FINGERPRINT, Kind};
use cofferdam_interpreter::{Content, Unverified};

use crate::{Recorded, SCRATCH, content, rule};

pub(super) fn made(rules: &str) -> Vec<u8> {
    content(rules, 2).unwrap_or_else(|error| panic!("{error}"))
}

/// What the content of most incidents looks for.
pub(super) const PIPE: &str = "PipeName|endswith: '\\incident'";

pub(super) fn pipe_content() -> Vec<u8> {
    made(&rule("pipe_created", &[PIPE]))
}

pub(super) fn pipe_event() -> Recorded {
    let event =
        serde_json::json!({ "PipeName": "\\incident", "EventID": 17, "EventType": "CreatePipe" });
    Recorded::read(Kind::PipeCreated, &event)
}

pub(super) fn header() -> Header {
    let bytes = pipe_content();
    Content::decode(&bytes).map_or_else(
        |refusal| panic!("{refusal}"),
        |content| content.content().header(),
    )
}

/// Content whose first kind claims one field more than the schema has.
pub(super) fn one_field_more(selection: &str) -> Vec<u8> {
    let mut bytes = made(&rule("pipe_created", &[selection]));
    bytes[Header::SIZE + 1] += 1;
    bytes
}

/// Content of zeros, behind the header whose numbers a loader looks at.
pub(super) fn zeros() -> Vec<u8> {
    let mut bytes = pipe_content();
    bytes[Header::SIZE..].fill(0);
    bytes
}

/// Content of which one bit is wrong: the first on which anything depends.
pub(super) fn flipped() -> Vec<u8> {
    let good = pipe_content();
    let flips = (8 * Header::SIZE..8 * good.len()).map(|bit| {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    });
    let mut bad = flips.filter(|bytes| !answers(bytes, &pipe_event()));
    bad.next().unwrap_or_else(|| panic!("no bit matters"))
}

pub(super) fn is_of_our_schema(bytes: &[u8]) -> bool {
    Content::decode(bytes).is_ok_and(|it| it.content().header().schema_fingerprint == FINGERPRINT)
}

/// Whether the interpreter, without a verifier before it, runs the content on the event without a fault, and its rule
/// matches as it must.
pub(super) fn answers(bytes: &[u8], event: &Recorded) -> bool {
    let mut scratch = vec![0; SCRATCH];
    let fields = event.values();
    let event = Event {
        kind: event.kind,
        fields: &fields,
    };
    let Ok(content) = Content::decode(bytes) else {
        return false;
    };
    content
        .run_unverified(&event, &mut scratch)
        .is_ok_and(|outcome| outcome.fault().is_none() && outcome.matched().count() == 1)
}

/// The steps that an event takes, unverified; `None` where it faults.
fn steps(content: &Unverified<'_>, event: &Recorded) -> Option<u64> {
    let event = Event {
        kind: event.kind,
        fields: &event.values(),
    };
    let mut scratch = [0; SCRATCH];
    let outcome = content.run_unverified(&event, &mut scratch).ok()?;
    outcome.fault().is_none().then(|| outcome.steps())
}

/// Whether a command line of ten times the length takes at most ten times the steps.
pub(super) fn is_in_proportion(bytes: &[u8]) -> bool {
    let line = |length| {
        let record = serde_json::json!({ "CommandLine": "x".repeat(length) });
        Recorded::read(Kind::ProcessCreation, &record)
    };
    Content::decode(bytes).is_ok_and(|content| {
        let (short, long) = (steps(&content, &line(30)), steps(&content, &line(300)));
        short
            .zip(long)
            .is_some_and(|(short, long)| long <= 10 * short)
    })
}

/// Rules that each look through the whole command line with three automata of many states, and one that finds what it
/// looks for.
#[must_use]
pub fn costly_rules(count: usize) -> String {
    let one = |number: usize| {
        let expression = |digits| {
            let count = number % 9 + 140;
            format!("            - '[a-f][{digits}]{{{count}}}[g-m]{{150}}[n-z]{{149}}'\n")
        };
        let expressions: String = ["0-9", "0-8", "1-9"].map(expression).concat();
        format!(
            "---\ntitle: Expression {number}\nid: 6b0f7a52-9a3e-4b5e-8f6d-{number:012x}\nstatus: test\nlogsource:\n    \
            category: process_creation\n    product: windows\ndetection:\n    selection:\n        \
            CommandLine|re:\n{expressions}    condition: selection\n"
        )
    };
    let plain = rule("process_creation", &["CommandLine: 'x'"]);
    (0..count).map(one).collect::<String>() + "---\n" + &plain
}
