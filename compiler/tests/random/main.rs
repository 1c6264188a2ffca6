//! Random rules on random events: what the content says is what the specification says, in both tiers.
//!
//! Rules are made as Sigma text and go the whole way: loader, compiler, writer, verifier, machine. The budget is the
//! same in every run, and so are the cases; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for others.

mod events;
mod rules;

use std::collections::BTreeSet;

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{Compiled, EmitOptions, Status, compile};
use cofferdam_compiler::lower::Placeholders;
use cofferdam_compiler::model::Rule;
use cofferdam_compiler::reference::{Reference, Verdict};
use cofferdam_compiler::{Options, load_texts};
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Content, Limits};
use events::Draft;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const KIND: Kind = Kind::ProcessCreation;

/// What every rule of a content file says of an event: by the rule's number among those that were written.
fn compare(
    rules: &[Rule],
    compiled: &Compiled,
    tier: Tier,
    drafts: &[Draft],
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
            rules.flatten().map(|rule| rule.id).collect::<BTreeSet<_>>()
        };
        let (matched, maybe) = (named(outcome.matched()), named(outcome.maybe()));
        for rule in rules {
            let due = Reference::new(rule).verdict(&event.oracle(KIND));
            let id = rule.id.uuid.into_bytes();
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
            verdicts += usize::from(due != Verdict::NoMatch);
        }
    }
    Ok(verdicts)
}

fn said(matched: &BTreeSet<[u8; 16]>, maybe: &BTreeSet<[u8; 16]>, id: &[u8; 16]) -> Verdict {
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
    let strategy = (
        prop::collection::vec(rules::rule(), 1..4),
        prop::collection::vec(events::draft(), 6),
    );
    let outcome = runner.run(&strategy, |(texts, drafts)| {
        let text: Vec<String> = texts
            .iter()
            .enumerate()
            .map(|(number, rule)| rule.text(number))
            .collect();
        let text = text.join("\n---\n");
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
            let found = compare(&loaded.rules, &compiled, tier, &drafts)
                .map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))?;
            verdicts.set(verdicts.get() + found);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    println!("{} verdicts that are not `no match`", verdicts.get());
    assert!(verdicts.get() > 5_000, "{}", verdicts.get());
}
