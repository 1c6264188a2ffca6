//! Random rules on random events: what the content says is what the specification says, in both tiers.
//!
//! Rules are made as Sigma text and go the whole way: loader, compiler, writer, verifier, machine. The budget is the
//! same in every run, and so are the cases; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for others. What was tried is
//! counted: every modifier and every form of detection and condition must have decided something.

mod events;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{Compiled, EmitOptions, Status, compile};
use cofferdam_compiler::lower::{MODIFIERS, Placeholders};
use cofferdam_compiler::model::Rule;
use cofferdam_compiler::reference::{Reference, Verdict};
use cofferdam_compiler::{Options, load_texts};
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Content, Limits};
use events::Draft;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const KIND: Kind = Kind::ProcessCreation;

/// The id of the first rule of a case; the others count on.
pub(crate) const ID: u128 = 0x0000_0000_0000_4000_8000_0000_0000_0000;

/// What content cannot hold: it is left out with a code, and the reference evaluator has tests of its own.
const NOT_EXPRESSIBLE: [&str; 1] = ["week"];

/// Forms of detection and condition, beside the modifiers.
const FORMS: [&str; 15] = [
    "map",
    "list of maps",
    "keywords",
    "list",
    "null",
    "number",
    "wildcard",
    "and",
    "or",
    "not",
    "all of",
    "any of",
    "1 of",
    "2 of",
    "condition list",
];

/// The modifiers and forms that a rule's text uses.
fn forms(text: &str) -> BTreeSet<&'static str> {
    let rule: serde_json::Value = serde_json::from_str(text).expect("rules are made as JSON");
    let mut found = BTreeSet::new();
    let detections = rule["detection"].as_object().expect("a mapping");
    for (_, body) in detections.iter().filter(|(name, _)| *name != "condition") {
        let maps = match body {
            serde_json::Value::Array(items) if items.iter().all(serde_json::Value::is_object) => {
                found.insert("list of maps");
                items.iter().collect()
            }
            serde_json::Value::Array(_) => {
                found.insert("keywords");
                Vec::new()
            }
            map => {
                found.insert("map");
                vec![map]
            }
        };
        for (key, value) in maps.iter().filter_map(|map| map.as_object()).flatten() {
            let used = key.split('|').skip(1);
            found.extend(used.filter_map(|name| MODIFIERS.into_iter().find(|it| *it == name)));
            if key.starts_with('|') {
                found.insert("keywords");
            }
            let values = value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice);
            if value.is_array() {
                found.insert("list");
            }
            for value in values {
                let wild = value.as_str().is_some_and(|text| text.contains('*'));
                found.extend(value.is_null().then_some("null"));
                found.extend(value.is_number().then_some("number"));
                found.extend(wild.then_some("wildcard"));
            }
        }
    }
    let condition = &rule["detection"]["condition"];
    found.extend(condition.is_array().then_some("condition list"));
    let condition = condition.to_string();
    let words = ["and", "or", "not", "all of", "any of", "1 of", "2 of"];
    let is_used = |word: &&str| condition.contains(&format!("{word} "));
    found.extend(words.into_iter().filter(is_used));
    found
}

/// What every rule of a content file says of an event; the rules that said something else than *no match* go to
/// `answered`.
fn compare(
    rules: &[Rule],
    compiled: &Compiled,
    tier: Tier,
    drafts: &[Draft],
    answered: &mut BTreeSet<uuid::Uuid>,
) -> Result<usize, String> {
    let mut scratch = vec![0; 1 << 12];
    let content = Content::decode(&compiled.bytes)
        .and_then(|content| content.verify(&Limits::USER, &mut scratch))
        .map_err(|refusal| format!("refused: {refusal}"))?;
    let mut verdicts = 0;
    for draft in drafts {
        let event = draft.event(KIND, tier);
        let fields = event.fields();
        let outcome = content
            .run(
                &cofferdam_interpreter::event::Event {
                    kind: KIND,
                    fields: &fields,
                },
                &mut scratch,
            )
            .map_err(|fault| fault.to_string())?;
        if let Some((_, fault)) = outcome.fault() {
            return Err(fault.to_string());
        }
        let named = |bits: cofferdam_interpreter::Bits<'_>| {
            let rules = Iterator::map(bits, |bit| content.content().rule(outcome.rule(bit)));
            rules
                .flatten()
                .map(|rule| (rule.id, rule.condition))
                .collect::<BTreeSet<_>>()
        };
        let (matched, maybe) = (named(outcome.matched()), named(outcome.maybe()));
        for rule in rules {
            let due = Reference::new(rule).verdict(&event.oracle(KIND));
            let condition = u8::try_from(rule.id.condition).expect("few conditions");
            let id = (rule.id.uuid.into_bytes(), condition);
            let entry = compiled.entries.iter().find(|entry| entry.id == rule.id);
            let said = match entry.map(|entry| &entry.status) {
                // What the content does not hold can at most be possible.
                Some(Status::LeftOut {
                    code: "needs-user-field",
                    ..
                }) if due != Verdict::Match => continue,
                Some(Status::LeftOut {
                    code: "not-expressible",
                    ..
                }) => continue,
                Some(Status::LeftOut {
                    code: "never-matches",
                    ..
                }) => Verdict::NoMatch,
                Some(Status::Partial { open, .. })
                    if matched.contains(&id) || maybe.contains(&id) || open.is_empty() =>
                {
                    said(&matched, &maybe, &id)
                }
                Some(Status::Partial { .. }) => Verdict::Maybe,
                Some(Status::Exact) => said(&matched, &maybe, &id),
                other => return Err(format!("{other:?} where {due} is due")),
            };
            if said != due {
                return Err(format!(
                    "{tier:?}: the content says {said} where {due} is due, of {draft:?}, by {}",
                    cofferdam_compiler::model::dump(rule)
                ));
            }
            if due != Verdict::NoMatch {
                answered.insert(rule.id.uuid);
                verdicts += 1;
            }
        }
    }
    Ok(verdicts)
}

/// A rule's id and condition.
type Id = ([u8; 16], u8);

fn said(matched: &BTreeSet<Id>, maybe: &BTreeSet<Id>, id: &Id) -> Verdict {
    match (matched.contains(id), maybe.contains(id)) {
        (true, _) => Verdict::Match,
        (_, true) => Verdict::Maybe,
        _ => Verdict::NoMatch,
    }
}

#[test]
fn content_says_what_the_specification_says() {
    let config = Config {
        cases: std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|it| it.parse().ok())
            .unwrap_or(1_500),
        failure_persistence: None,
        ..Config::default()
    };
    let seed = std::env::var("PROPTEST_RNG_SEED")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(19);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let mut placeholders = Placeholders::default();
    placeholders.set("names", vec!["ab".into(), "b*a".into()]);
    let options = Options {
        placeholders,
        ..Options::default()
    };
    let verdicts = std::cell::Cell::new(0);
    // For each form the rules that use it, and those of them that answered.
    let tried = std::cell::RefCell::new(BTreeMap::<&str, (usize, usize)>::new());
    let strategy = (
        prop::collection::vec(rules::rule(), 1..4),
        prop::collection::vec(events::draft(), 6),
    );
    let outcome = runner.run(&strategy, |(texts, drafts)| {
        let mut answered = BTreeSet::new();
        let texts: Vec<String> = texts
            .iter()
            .enumerate()
            .map(|(number, rule)| rule.text(number))
            .collect();
        let text = texts.join("\n---\n");
        let loaded = load_texts(&[("random.yml", &text)], &options);
        prop_assert_eq!(
            loaded.report.errors(),
            0,
            "{:?}\n{}",
            loaded.report.all(),
            text
        );
        for tier in [Tier::Kernel, Tier::User] {
            let issue = Issue {
                tier,
                ..Issue::default()
            };
            let compiled = compile(&loaded.rules, &EmitOptions { tier, issue })
                .map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            let found = compare(&loaded.rules, &compiled, tier, &drafts, &mut answered)
                .map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))?;
            verdicts.set(verdicts.get() + found);
        }
        for (number, text) in texts.iter().enumerate() {
            let said = answered.contains(&uuid::Uuid::from_u128(ID + number as u128));
            for form in forms(text) {
                let mut tried = tried.borrow_mut();
                let (used, decided) = tried.entry(form).or_default();
                *used += 1;
                *decided += usize::from(said);
            }
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    println!("{} verdicts that are not `no match`", verdicts.get());
    assert!(verdicts.get() > 5_000, "{}", verdicts.get());
    let tried = tried.into_inner();
    println!("used and answered: {tried:?}");
    for form in FORMS.iter().chain(&MODIFIERS) {
        let (used, decided) = tried.get(form).copied().unwrap_or_default();
        assert!(used >= 20, "{form} is used {used} times");
        assert!(
            decided >= 5 || NOT_EXPRESSIBLE.contains(form),
            "{form} answered {decided} times"
        );
    }
}
