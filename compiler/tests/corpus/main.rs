//! The public Windows rules and two sets of events against the oracle's own judgement of them.
//!
//! The data is not part of the project; where it is absent each test says "skipped". Every difference from
//! the recorded matches stands in `tests/differences.toml`, with the reason in the specification's words.

mod data;
mod differences;
mod judge;

use std::collections::BTreeSet;
use std::time::Instant;

use cofferdam_compiler::diagnostics::{Severity, Style, render};
use cofferdam_compiler::model::{Matcher, Rule};

#[test]
fn every_windows_rule_loads() {
    let Some(root) = data::root() else { return };
    let start = Instant::now();
    let loaded = data::rules(&root);
    let shown = |severity| {
        loaded
            .report
            .all()
            .iter()
            .filter(move |each| each.severity() == severity)
    };
    for error in shown(Severity::Error) {
        println!("{}", render(error, &loaded.sources, Style::Plain));
    }
    println!(
        "{} files, {} rules, {} tests, {} warnings, in {:?}",
        loaded.sources.len(),
        loaded.rules.len(),
        loaded
            .rules
            .iter()
            .map(|rule| rule.expr.tests().count())
            .sum::<usize>(),
        shown(Severity::Warning).count(),
        start.elapsed()
    );
    assert_eq!(loaded.report.errors(), 0);
    assert_eq!(loaded.refused.len(), 0);
    let documents: BTreeSet<_> = loaded.rules.iter().map(|rule| rule.id.uuid).collect();
    assert_eq!(documents.len(), 2858);
}

#[test]
fn the_oracle_agrees_with_the_recorded_matches() {
    let Some(root) = data::root() else { return };
    let start = Instant::now();
    let loaded = data::rules(&root);
    // Keywords are what the recording tool could not express.
    let keywords = |rule: &Rule| {
        rule.expr
            .tests()
            .any(|test| test.field.is_none() && !matches!(test.matcher, Matcher::Null))
    };
    let unjudged: BTreeSet<_> = loaded
        .rules
        .iter()
        .filter(|rule| keywords(rule))
        .map(|rule| rule.id.uuid)
        .collect();
    let mut explained = differences::read();
    let mut unexplained = Vec::new();
    let (mut events, mut matches) = (0, 0);
    for file in data::files(&root) {
        let rules: Vec<&Rule> = loaded
            .rules
            .iter()
            .filter(|rule| file.judges(rule) && !unjudged.contains(&rule.id.uuid))
            .collect();
        let expected = file.expected();
        let recorded = file.events();
        let found = judge::matches(&rules, &recorded);
        println!(
            "{}: {} events, {} rules, {} matches, {:?}",
            file.name,
            recorded.len(),
            rules.len(),
            found.len(),
            start.elapsed()
        );
        events += recorded.len();
        matches += found.len();
        for (line, rule) in found.symmetric_difference(&expected) {
            let ours = found.contains(&(*line, *rule));
            if !explained.remove(&(file.name.clone(), *line, *rule, ours)) {
                unexplained.push(format!(
                    "{} {line} {rule} {}",
                    file.name,
                    if ours { "match" } else { "no match" }
                ));
            }
        }
    }
    println!("{events} events, {matches} matches, {:?}", start.elapsed());
    unexplained
        .iter()
        .for_each(|line| println!("unexplained: {line}"));
    explained
        .iter()
        .for_each(|entry| println!("explained, but no difference: {entry:?}"));
    assert_eq!((unexplained.len(), explained.len()), (0, 0));
}
