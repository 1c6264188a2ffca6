//! Content that was changed and signed again, through the shipped machine code: a signature says who, never that it is well
//! formed. Whatever the verifier lets pass is run.
//!
//! `COFFERDAM_STAGE_MUTATIONS` says how many; the seed is fixed, so that a finding can be had again.

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::NewProcess;
use cofferdam_stage::sensor::{Session, content, sign, started};

use super::rule;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

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

#[test]
fn changed_content_never_stops_the_machine() {
    let asked = std::env::var("COFFERDAM_STAGE_MUTATIONS");
    let count: u64 = asked.ok().and_then(|it| it.parse().ok()).unwrap_or(2000);
    let rules = [
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
    ];
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
    }
    eprintln!("{count} contents, {accepted} of them accepted");
    assert_eq!(
        session.counter(Counter::Faults),
        0,
        "verified content has faulted"
    );
    assert!(accepted > 0, "mutation is so coarse that nothing passes");
    assert_eq!(machine.findings(), []);
}
