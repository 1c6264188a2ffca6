//! Content says of real events what the reference evaluator says: rule by rule, in both tiers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{Compiled, EmitOptions, Status, compile, compile_within};
use cofferdam_compiler::model::Rule;
use cofferdam_compiler::reference::{self, Reference, Verdict};
use cofferdam_compiler::{Options, load, load_texts};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, Tier, Type};
use cofferdam_interpreter::{Content, Limits};

fn data() -> Option<PathBuf> {
    let given = std::env::var_os("COFFERDAM_DATA").map(PathBuf::from);
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let path = given.unwrap_or_else(|| beside.into());
    path.join("sigma").is_dir().then_some(path)
}

/// One value of an event, before it is borrowed.
enum Owned {
    Unsupplied,
    Absent,
    Text(Vec<u16>),
    Number(u64),
}

/// A flat record as the tier would see it: in the kernel tier without what only user mode can know.
fn values(kind: Kind, tier: Tier, record: &serde_json::Value) -> Vec<Owned> {
    let field = |info: &cofferdam_interpreter::schema::FieldInfo| {
        if tier == Tier::Kernel && info.tier == Tier::User {
            return Owned::Unsupplied;
        }
        let text = match record.get(info.name) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(serde_json::Value::Number(number)) => number.to_string(),
            Some(serde_json::Value::Bool(value)) => value.to_string(),
            _ if info.in_source => return Owned::Absent,
            _ => return Owned::Unsupplied,
        };
        let units: Vec<u16> = text.encode_utf16().collect();
        match info.rendering.parse(&units) {
            Some(number) if info.ty == Type::Number => Owned::Number(number),
            _ => Owned::Text(units),
        }
    };
    kind.fields().iter().map(field).collect()
}

struct Judged<'c> {
    compiled: &'c Compiled,
    content: cofferdam_interpreter::Verified<'c>,
    scratch: Vec<u64>,
    /// By id and condition, the rules emitted for each kind.
    rules: BTreeMap<([u8; 16], u8), (&'c Rule, Reference)>,
}

impl<'c> Judged<'c> {
    fn new(compiled: &'c Compiled, rules: &'c [Rule]) -> Self {
        let mut scratch = vec![0; 1 << 12];
        let content = Content::decode(&compiled.bytes)
            .and_then(|content| content.verify(&Limits::USER, &mut scratch))
            .unwrap();
        let rules = rules
            .iter()
            .map(|rule| {
                let key = (rule.id.uuid.into_bytes(), rule.id.condition as u8);
                (key, (rule, Reference::new(rule)))
            })
            .collect();
        Self {
            compiled,
            content,
            scratch,
            rules,
        }
    }

    /// Compares one event's verdicts; how many were not *no match*.
    fn check(&mut self, kind: Kind, values: &[Owned], place: &str) -> usize {
        let fields: Vec<Value<'_>> = values
            .iter()
            .map(|value| match value {
                Owned::Unsupplied => Value::Unsupplied,
                Owned::Absent => Value::Absent,
                Owned::Text(units) => Value::Text(units),
                Owned::Number(number) => Value::Number(*number),
            })
            .collect();
        let event = Event {
            kind,
            fields: &fields,
        };
        let outcome = self.content.run(&event, &mut self.scratch).unwrap();
        assert_eq!(outcome.fault(), None, "{place}");
        let matched: BTreeSet<u32> = outcome.matched().map(|bit| outcome.rule(bit)).collect();
        let maybe: BTreeSet<u32> = outcome.maybe().map(|bit| outcome.rule(bit)).collect();
        let oracle = reference::Event::of(kind, &fields);
        let content = self.content.content();
        let Some(record) = content.kinds().find(|it| it.kind == kind.number()) else {
            return 0;
        };
        for number in record.rule_start..record.rule_start + record.rule_count {
            let rule = content.rule(number).unwrap();
            let (title, meta) = content.name(&rule);
            let (_, reference) = &self.rules[&(rule.id, rule.condition)];
            let expected = reference.verdict(&oracle);
            let said = match (matched.contains(&number), maybe.contains(&number)) {
                (true, _) => Verdict::Match,
                (_, true) => Verdict::Maybe,
                _ if meta.contains("open") => Verdict::Maybe,
                _ => Verdict::NoMatch,
            };
            assert_eq!(said, expected, "{place}: {title}");
        }
        matched.len() + maybe.len()
    }
}

/// Every so many-th event of a file, so that the reference evaluator ends in time.
fn check_files(folder: &str, tier: Tier, step: usize) {
    let Some(data) = data() else {
        println!("skipped: no data for {folder}");
        return;
    };
    let loaded = load(&[data.join("sigma")], &Options::default());
    let options = EmitOptions {
        tier,
        issue: cofferdam_asm::model::Issue::default(),
    };
    let compiled = compile(&loaded.rules, &options).unwrap();
    let mut judged = Judged::new(&compiled, &loaded.rules);
    let mut events = 0;
    let mut verdicts = 0;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(data.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "ndj"))
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let kinds: &[&str] = match name.as_str() {
            "registry_addel" | "registry_event" => &["registry_add", "registry_delete"],
            other => &[other],
        };
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, record) in text.lines().enumerate().step_by(step) {
            let record: serde_json::Value = serde_json::from_str(record).unwrap();
            for kind in kinds {
                let kind = Kind::from_name(kind).unwrap();
                let values = values(kind, tier, &record);
                verdicts += judged.check(kind, &values, &format!("{name}:{line}"));
                events += 1;
            }
        }
    }
    println!(
        "{folder}: {events} events, {verdicts} verdicts, {} rules",
        judged.compiled.entries.len()
    );
    assert!(events > 100 && verdicts > 20, "{events} {verdicts}");
}

#[test]
fn recorded_events_in_the_user_tier() {
    check_files("events", Tier::User, 40);
}

#[test]
fn recorded_events_in_the_kernel_tier() {
    check_files("events", Tier::Kernel, 40);
}

#[test]
fn synthetic_events_in_the_user_tier() {
    check_files("synth", Tier::User, 20);
}

#[test]
fn synthetic_events_in_the_kernel_tier() {
    check_files("synth", Tier::Kernel, 20);
}

#[test]
fn what_the_kernel_holds() {
    let Some(data) = data() else {
        println!("skipped: no data");
        return;
    };
    let loaded = load(&[data.join("sigma")], &Options::default());
    let options = EmitOptions {
        tier: Tier::Kernel,
        issue: cofferdam_asm::model::Issue::default(),
    };
    let compiled = compile(&loaded.rules, &options).unwrap();
    let count = |wanted: &dyn Fn(&Status) -> bool| {
        let entries = compiled.entries.iter();
        entries.filter(|entry| wanted(&entry.status)).count()
    };
    let exact = count(&|status| *status == Status::Exact);
    let partial = count(&|status| matches!(status, Status::Partial { .. }));
    println!(
        "{exact} exact, {partial} partial, {} bytes",
        compiled.bytes.len()
    );
    assert!(exact >= 1361, "{exact} exact");
    assert!(exact + partial >= 2000, "{exact} + {partial}");
    assert!(compiled.bytes.len() < 4 << 20);
    for entry in &compiled.entries {
        if let Status::LeftOut { code, reason } = &entry.status {
            let known = ["needs-user-field", "no-such-event"].contains(code);
            assert!(known, "{}: {code}: {reason}", entry.title);
        }
    }
    let mut scratch = vec![0; 768];
    Content::decode(&compiled.bytes)
        .and_then(|content| content.verify(&Limits::KERNEL, &mut scratch))
        .unwrap();

    // What the limits on cost leave above what the rules need: a third at least, and no more than sixteen times.
    type Limit = fn(&mut Limits) -> &mut u64;
    let limits: [(&str, Limit); 4] = [
        ("rule, fixed", |limits| &mut limits.rule_fixed),
        ("rule, a unit", |limits| &mut limits.rule_per_unit),
        ("event, fixed", |limits| &mut limits.event_fixed),
        ("event, a unit", |limits| &mut limits.event_per_unit),
    ];
    for (name, limit) in limits {
        let needed = least(&compiled.bytes, limit);
        let mut kernel = Limits::KERNEL;
        let allowed = *limit(&mut kernel);
        println!("{name}: {needed} steps needed, {allowed} allowed");
        assert!(needed * 4 <= allowed * 3, "{name}: little is left");
        assert!(needed * 16 >= allowed, "{name}: what is so much for?");
    }
}

/// The least limit within which the kernel accepts the content.
fn least(bytes: &[u8], limit: fn(&mut Limits) -> &mut u64) -> u64 {
    let mut scratch = vec![0; 768];
    let mut accepts = |most: u64| {
        let mut limits = Limits::KERNEL;
        *limit(&mut limits) = most;
        Content::decode(bytes)
            .and_then(|content| content.verify(&limits, &mut scratch))
            .is_ok()
    };
    let (mut low, mut high) = (0, u64::from(u32::MAX));
    while low < high {
        let middle = (low + high) / 2;
        if accepts(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Where more rules would run on every event than the kernel allows, those of the lowest levels are left out, and the
/// others are not.
#[test]
fn rules_that_always_run_are_as_many_as_may() {
    let most = usize::from(Limits::KERNEL.always_rules);
    let rule = |number: usize| {
        let level = if number < 3 { "low" } else { "high" };
        format!(
            "title: Rule {number}\nid: 00000000-0000-4000-8000-{number:012}\nlevel: {level}\nlogsource:\n    category: \
             process_creation\n    product: windows\ndetection:\n    s: {{ ProcessId: {number} }}\n    condition: s\n"
        )
    };
    let text: Vec<String> = (0..most + 3).map(rule).collect();
    let loaded = load_texts(&[("rules.yml", text.join("---\n"))], &Options::default());
    let options = EmitOptions {
        tier: Tier::Kernel,
        issue: Issue::default(),
    };
    let compiled =
        compile_within(&loaded.rules, &options, &Limits::KERNEL).expect("it can be written");
    for (number, entry) in compiled.entries.iter().enumerate() {
        match &entry.status {
            Status::LeftOut { code, reason } => {
                assert!(number < 3, "{number}: {reason}");
                assert_eq!(*code, "over-limit");
                assert!(reason.starts_with("DAM026"), "{reason}");
            }
            status => assert!(number >= 3 && *status == Status::Exact, "{number}"),
        }
    }
    let mut scratch = vec![0; Limits::KERNEL.scratch_words as usize];
    let content = Content::decode(&compiled.bytes).expect("it is whole");
    assert!(content.verify(&Limits::KERNEL, &mut scratch).is_ok());
}
