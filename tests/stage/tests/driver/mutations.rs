//! Content that was changed and signed again, and events of any text, through the shipped machine code. A signature says
//! who, never that content is well formed; whatever the verifier lets pass is run.
//!
//! `COFFERDAM_STAGE_MUTATIONS` and `COFFERDAM_STAGE_EVENTS` say how many; seeds are fixed, so that a finding can be had
//! again.

use std::time::Duration;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::{Create, Disposition, NewProcess};
use cofferdam_stage::record;
use cofferdam_stage::sensor::{Session, content, sign, started};
use serde_json::json;

use super::fuzz::Random;
use super::{asked, rule};

/// Changes a few bytes, words or ranges; the content's version is set afterwards.
fn mutate(content: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let body = content.len() - 64;
        let at = random.below(body);
        match random.below(5) {
            0 => content[at] ^= 1 << random.below(8),
            1 => content[at] = random.below(256) as u8,
            2 => {
                let values = [
                    0,
                    1,
                    0x7fff_ffff,
                    0xffff_ffff,
                    body as u32,
                    content[at].into(),
                ];
                let value = values[random.below(values.len())];
                if let Some(word) = content.get_mut(at & !3..(at & !3) + 4) {
                    word.copy_from_slice(&value.to_le_bytes());
                }
            }
            3 => {
                let from = random.below(body);
                let count = random.below(32).min(body - at.max(from));
                content.copy_within(from..from + count, at);
            }
            _ => {
                let count = random.below(16).min(body - at);
                content.drain(at..at + count);
            }
        }
    }
}

/// Where a content file's header has the version.
fn set_version(content: &mut [u8], base: &[u8], version: u64) {
    let before = 1_u64.to_le_bytes();
    let place = base
        .windows(8)
        .position(|it| it == before)
        .expect("the version stands in the header");
    if let Some(bytes) = content.get_mut(place..place + 8) {
        bytes.copy_from_slice(&version.to_le_bytes());
    }
}

fn rules() -> [String; 3] {
    [
        rule(
            1,
            "file_event",
            "TargetFilename|endswith: '\\evil.exe'\nImage|contains: 'explorer'",
        ),
        rule(
            2,
            "process_creation",
            "CommandLine|re: 'a.{1,40}b[0-9]+'\nImage|startswith: 'C:'",
        ),
        rule(
            3,
            "registry_set",
            "TargetObject|contains:\n  - 'one'\n  - 'two'\nDetails|contains: 'x'",
        ),
    ]
}

#[test]
fn changed_content_never_stops_the_machine() {
    let count = asked("COFFERDAM_STAGE_MUTATIONS", 2000);
    let rules = rules();
    let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
    let base = content(&texts, 1);
    let machine = started(Mode::Enforce);
    machine.kernel().measure_stack(false);
    let session = Session::open(&machine);
    let mut random = Random(0x5eed_5eed_5eed_5eed);
    let mut accepted = 0;
    for version in 2..count + 2 {
        let mut bytes = base.clone();
        mutate(&mut bytes, &mut random);
        set_version(&mut bytes, &base, version);
        let answer = session
            .upload(&sign(bytes))
            .expect("the requests are well-formed");
        if answer.outcome == LoadOutcome::Done.number() {
            accepted += 1;
            drop(machine.shell().create(r"C:\Users\user\evil.exe"));
            let new = NewProcess::new(r"C:\program.exe", "a and some b77");
            if let Ok(process) = machine.shell().start(&new) {
                process.exit();
            }
            session.records_now();
        }
        if version.is_multiple_of(256) {
            machine.advance(Duration::from_secs(60));
        }
    }
    eprintln!("{count} contents, {accepted} of them accepted");
    assert_eq!(
        session.counter(Counter::Faults),
        0,
        "verified content has faulted"
    );
    assert!(accepted > 0, "mutation is so coarse that nothing passes");
    assert_eq!(machine.findings(), []);
    record::note(
        "mutations.contents",
        json!({ "loads": count, "accepted": accepted, "findings": 0 }),
    );
}

/// A text of pieces that rules look for, of any units, and of any length.
fn text(random: &mut Random) -> Vec<u16> {
    const PIECES: [&str; 10] = [
        r"\", "evil.exe", "one", "two", "x", ":", "a 1 b7", r"\..\", "~1", "::$DATA",
    ];
    let mut text = Vec::new();
    let pieces = if random.below(200) == 0 {
        4000
    } else {
        random.below(12)
    };
    for _ in 0..pieces {
        match random.below(4) {
            0 => text.push(random.below(0x1_0000) as u16),
            1 => text.extend(vec![random.below(0x80) as u16; random.below(40)]),
            _ => text.extend(PIECES[random.below(PIECES.len())].encode_utf16()),
        }
    }
    text.truncate(32_000);
    text
}

/// Events that one machine lives through: its disk keeps every file that they create.
const EVENTS_OF_A_MACHINE: u64 = 100_000;

#[test]
fn events_of_any_text_never_stop_the_machine() {
    let count = asked("COFFERDAM_STAGE_EVENTS", 5000);
    let mut random = Random(0x0dd_0dd_0dd_0dd);
    let (mut events, mut records) = (0, 0);
    while events < count {
        let more = EVENTS_OF_A_MACHINE.min(count - events);
        records += any_events(more, &mut random);
        events += more;
        eprintln!("{events} events, {records} records");
    }
    assert!(records > 0);
    record::note(
        "mutations.events",
        json!({ "events": events, "records": records, "findings": 0 }),
    );
}

/// So many events of any text on a machine of their own; how many records they left.
fn any_events(count: u64, random: &mut Random) -> usize {
    let rules = rules();
    let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
    let machine = started(Mode::Audit);
    machine.kernel().measure_stack(false);
    let session = Session::open(&machine);
    let answer = session
        .upload(&content(&texts, 1))
        .expect("the requests are well-formed");
    assert_eq!(answer.outcome, LoadOutcome::Done.number());
    let shell = machine.shell();
    let key = r"\REGISTRY\MACHINE\SOFTWARE\Key";
    shell.create_key(key);
    let mut records = 0;
    for number in 0..count {
        let any = text(random);
        match random.below(3) {
            0 => {
                let path = [&"C:\\".encode_utf16().collect::<Vec<_>>()[..], &any].concat();
                let ask = Create {
                    disposition: Disposition::OverwriteIf,
                    ..Create::default()
                };
                drop(shell.open_units(&path, ask));
            }
            1 => {
                let new = NewProcess {
                    command_line: Some(any),
                    ..NewProcess::new(r"C:\program.exe", "")
                };
                shell.start(&new).expect("it is allowed").exit();
            }
            _ => {
                let data = any.iter().flat_map(|it| it.to_le_bytes()).collect();
                let kind = random.below(12) as u32;
                assert_eq!(shell.set_value(key, "one", &(kind, data)), 0);
            }
        }
        records += session.records_now().len();
        if number.is_multiple_of(256) {
            // Those who have ended long ago are forgotten.
            machine.advance(Duration::from_secs(60));
        }
    }
    assert_eq!(
        session.counter(Counter::Faults),
        0,
        "verified content has faulted"
    );
    assert_eq!(machine.findings(), []);
    records
}
