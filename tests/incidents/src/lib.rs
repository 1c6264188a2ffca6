//! What the re-enactments share: rules to content, recorded events to verdicts, and the clean machine.
#![forbid(unsafe_code)]

pub mod walls;

use std::path::Path;

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{EmitOptions, compile};
use cofferdam_compiler::{Options, load_texts};
use cofferdam_events::{Assembler, Damage, Record, Routed, Routes, Sink, read_all, read_json};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::SIGNATURE_SIZE;
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Content, Limits, Refusal, SignatureCheck, Verified};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

/// Words of working memory: what the kernel's limits allow.
pub const SCRATCH: usize = Limits::KERNEL.scratch_words as usize;

/// Kernel content of Sigma rules, with this version in its header.
///
/// # Errors
/// What the compiler says of the rules, or of the content as a whole.
pub fn content(rules: &str, version: u64) -> Result<Vec<u8>, String> {
    let loaded = load_texts(&[("incident.yml", rules)], &Options::default());
    if loaded.report.errors() > 0 || loaded.rules.is_empty() {
        return Err(format!("{:?}", loaded.refused));
    }
    let options = EmitOptions {
        tier: Tier::Kernel,
        issue: Issue {
            content_version: version,
            ..Issue::default()
        },
    };
    let compiled = compile(&loaded.rules, &options).map_err(|error| error.to_string())?;
    Ok(compiled.bytes)
}

/// A rule of one selection, as Sigma writes it.
#[must_use]
pub fn rule(category: &str, selection: &[&str]) -> String {
    let lines: String = selection
        .iter()
        .map(|line| format!("        {line}\n"))
        .collect();
    format!(
        "title: Incident\nid: 6b0f7a52-9a3e-4b5e-8f6d-2f9e5d1c7a40\nstatus: test\nlogsource:\n    \
        category: {category}\n    product: windows\ndetection:\n    selection:\n{lines}    condition: selection\n"
    )
}

/// Decodes and verifies content as the kernel does.
///
/// # Errors
/// The kernel's refusal.
pub fn verify<'c>(bytes: &'c [u8], scratch: &mut [u64]) -> Result<Verified<'c>, Refusal> {
    Content::decode(bytes)?.verify(&Limits::KERNEL, scratch)
}

/// Trusts one key.
#[derive(Debug)]
pub struct Trusted(VerifyingKey);

impl SignatureCheck for Trusted {
    fn check(&self, _: &[u8; 16], signed: &[u8], signature: &[u8; SIGNATURE_SIZE]) -> bool {
        Signature::from_slice(signature).is_ok_and(|it| self.0.verify(signed, &it).is_ok())
    }
}

/// Signs content, and trusts the key that signed it.
///
/// # Errors
/// The file is shorter than a signature.
pub fn sign(bytes: &mut [u8]) -> Result<Trusted, String> {
    let key = SigningKey::from_slice(&[7; 32]).map_err(|error| error.to_string())?;
    let body = bytes.len().saturating_sub(SIGNATURE_SIZE);
    let short = || "shorter than a signature".to_owned();
    let (body, block) = bytes.split_at_mut_checked(body).ok_or_else(short)?;
    let signature: Signature = key.sign(body);
    let block = block.first_chunk_mut().ok_or_else(short)?;
    *block = signature.to_bytes().into();
    Ok(Trusted(*key.verifying_key()))
}

/// Whether a sensor with this key would run the file: it is well-formed, and as it was signed.
#[must_use]
pub fn is_accepted(bytes: &[u8], trusted: &Trusted) -> bool {
    verify(bytes, &mut [0; SCRATCH]).is_ok()
        && Content::decode(bytes).is_ok_and(|content| content.is_authentic(trusted))
}

/// A recorded event, as the kernel would supply it.
#[derive(Debug)]
pub struct Recorded {
    /// What happened.
    pub kind: Kind,
    values: Vec<Owned>,
}

#[derive(Debug)]
enum Owned {
    Unsupplied,
    Absent,
    Text(Vec<u16>),
    Number(u64),
}

#[allow(clippy::expect_used, reason = "a test's own data")]
impl Recorded {
    /// Reads a flat JSON object with Sysmon's field names; what only user mode can know is left out.
    ///
    /// # Panics
    /// When this is no object, or a text is longer than Windows' own: the tests write it themselves.
    #[must_use]
    pub fn read(kind: Kind, event: &serde_json::Value) -> Self {
        let mut record = Record::default();
        read_json(event.to_string().as_bytes(), &mut record).expect("a JSON object");
        let routed = Routed {
            kind,
            translated: false,
            uncertain: false,
        };
        Self::of(routed, &record)
    }

    /// A record as an event of the kind to which it was routed.
    fn of(routed: Routed, record: &Record) -> Self {
        let mut assembler = Assembler::default();
        let mut fields = assembler
            .fields(routed, record)
            .expect("no text is longer than Windows' own");
        fields.for_kernel(routed.kind);
        let owned = |value: &Value<'_>| match *value {
            Value::Unsupplied => Owned::Unsupplied,
            Value::Absent => Owned::Absent,
            Value::Text(units) => Owned::Text(units.to_vec()),
            Value::Number(number) => Owned::Number(number),
        };
        Self {
            kind: routed.kind,
            values: fields.values().iter().map(owned).collect(),
        }
    }

    /// The values, to make an event of.
    #[must_use]
    pub fn values(&self) -> Vec<Value<'_>> {
        let value = |owned| match owned {
            &Owned::Unsupplied => Value::Unsupplied,
            &Owned::Absent => Value::Absent,
            Owned::Text(units) => Value::Text(units),
            &Owned::Number(number) => Value::Number(number),
        };
        self.values.iter().map(value).collect()
    }
}

/// The events of the repository's clean machine.
///
/// # Panics
/// When the file is not there or not JSON lines: the tests rest on it.
#[must_use]
#[allow(clippy::expect_used, reason = "a test's own data")]
pub fn clean_machine() -> Vec<Recorded> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/clean/workstation.jsonl");
    let file = std::fs::File::open(path).expect("the clean machine is there");
    let mut machine = CleanMachine {
        routes: Routes::new(|kind| kind.info().tier == Tier::Kernel, None),
        routed: Vec::new(),
        events: Vec::new(),
    };
    read_all(file, &mut machine);
    machine.events
}

struct CleanMachine {
    routes: Routes,
    routed: Vec<Routed>,
    events: Vec<Recorded>,
}

impl Sink for CleanMachine {
    fn record(&mut self, _: u64, record: &mut Record) {
        self.routes.kinds(record, &mut self.routed);
        let events = self.routed.iter().map(|it| Recorded::of(*it, record));
        self.events.extend(events);
    }

    #[allow(clippy::panic, reason = "a test's own data")]
    fn damage(&mut self, damage: Damage) {
        panic!("the clean machine{damage}");
    }
}

/// How many events some rule matches.
///
/// # Panics
/// When the content is refused, or a rule faults: neither can happen to compiled rules.
#[must_use]
#[allow(clippy::expect_used, reason = "a promise of the parts under test")]
pub fn hits(content: &[u8], events: &[Recorded]) -> usize {
    let mut scratch = vec![0; SCRATCH];
    let content = verify(content, &mut scratch).expect("compiled content verifies");
    let mut hits = 0;
    for recorded in events {
        let event = Event {
            kind: recorded.kind,
            fields: &recorded.values(),
        };
        let outcome = content
            .run(&event, &mut scratch)
            .expect("the event is well-formed");
        assert_eq!(outcome.fault(), None);
        hits += usize::from(outcome.matched().next().is_some());
    }
    hits
}
