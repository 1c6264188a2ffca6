//! All recorded rules of a category on its recorded events: what one event costs, beside `rsigma-eval`.
//!
//! Ours begins with unfolded UTF-16 slices and ends with the result bit set; the scratch is cleared for each event, and
//! nothing is kept from one to the next. The other's events are made beforehand, too.
//!
//! `rules` prints nanoseconds for one event, the median of rounds in turns, then with a megabyte of cache thrown out
//! between events; `rules instructions` what Valgrind counts.

use std::collections::BTreeSet;
use std::hint::black_box;

use cofferdam_bench::corpus::{self, CATEGORIES, Corpus};
use cofferdam_bench::measure::{self, Case, report};
use cofferdam_bench::{content, data, peer};
use cofferdam_compiler::model::Rule;
use cofferdam_interpreter::event::Value;
use cofferdam_interpreter::{Limits, Verified};
use rsigma_eval::{Engine, JsonEvent};

const ROUNDS: usize = 15;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => {
            let rules = data::rules();
            CATEGORIES.iter().for_each(|it| nanoseconds(&rules, it));
        }
        ["instructions"] => {
            let rules = data::rules();
            CATEGORIES.iter().for_each(|it| instructions(&rules, it));
        }
        ["ours", category, path] => {
            let bytes = std::fs::read(path).expect("content");
            let mut scratch = vec![0; 1 << 16];
            let content = content::verified(&bytes, &Limits::USER, &mut scratch);
            let corpus = Corpus::read(category);
            let events = corpus.values();
            measure::round(|| {
                for fields in &events {
                    ours(&content, &corpus, fields, &mut scratch);
                }
            });
        }
        [way, category] => {
            let engine = peer::engine(&peer::rules(), Some(category), way);
            let corpus = Corpus::read(category);
            let events = peer::events(&corpus.json);
            measure::round(|| events.iter().for_each(|event| theirs(&engine, event)));
        }
        _ => panic!("unknown arguments"),
    }
}

fn ours(content: &Verified<'_>, corpus: &Corpus, fields: &[Value<'_>], scratch: &mut [u64]) {
    let outcome = content.run(&corpus.event(fields), scratch);
    black_box(outcome.expect("no fault"));
}

fn theirs(engine: &Engine, event: &JsonEvent<'_>) {
    black_box(engine.evaluate(event));
}

fn instructions(rules: &[Rule], category: &str) {
    let bench = format!("rules {category}");
    let path = std::env::temp_dir().join("cofferdam-bench-rules.dam");
    let bytes = corpus::content(&corpus::rules_of(rules, category));
    std::fs::write(&path, &bytes).expect("a temporary file");
    let events = Corpus::read(category).len() as f64;
    let count = |arguments: &[&str]| measure::instructions(arguments).expect("Valgrind") / events;
    let ours = count(&["ours", category, &path.to_string_lossy()]);
    report(&bench, "ours", "instructions/event", ours);
    let mut least = f64::MAX;
    for way in peer::WAYS {
        let theirs = count(&[way, category]);
        let name = format!("rsigma-eval {way}");
        report(&bench, &name, "instructions/event", theirs);
        least = least.min(theirs);
    }
    report(&bench, "its least to ours", "ratio", least / ours);
}

fn nanoseconds(rules: &[Rule], category: &str) {
    let rules = corpus::rules_of(rules, category);
    let bytes = corpus::content(&rules);
    let mut scratch = vec![0; 1 << 16];
    let content = content::verified(&bytes, &Limits::USER, &mut scratch);
    let corpus = Corpus::read(category);
    let own_events = corpus.values();
    let their_rules = peer::rules();
    let engines = peer::WAYS.map(|way| peer::engine(&their_rules, Some(category), way));
    let their_events = peer::events(&corpus.json);
    let events = corpus.len() as f64;

    let bench = format!("rules {category}");
    report(&bench, "rules", "count", rules.len() as f64);
    report(&bench, "events", "count", events);
    report(&bench, "content", "bytes", bytes.len() as f64);
    agree(&bench, &content, &engines[0], &corpus);

    let mut cold = vec![measure::cold(&own_events, |fields| {
        ours(&content, &corpus, fields, &mut scratch);
    })];
    for engine in &engines {
        cold.push(measure::cold(&their_events, |event| theirs(engine, event)));
    }
    let mut cases = vec![Case::new("ours", || {
        for fields in &own_events {
            ours(&content, &corpus, fields, &mut scratch);
        }
    })];
    for (way, engine) in peer::WAYS.iter().zip(&engines) {
        let round = || their_events.iter().for_each(|event| theirs(engine, event));
        cases.push(Case::new(format!("rsigma-eval {way}"), round));
    }
    let warm = measure::medians(&mut cases, ROUNDS);
    for (bench, all) in [(bench.clone(), &warm), (format!("{bench} cold"), &cold)] {
        for (case, time) in cases.iter().zip(all) {
            report(&bench, &case.name, "ns/event", time / events);
        }
        let least = all[1..].iter().copied().fold(f64::MAX, f64::min);
        report(&bench, "its least to ours", "ratio", least / all[0]);
    }
}

/// What both say must be the same, or the comparison means nothing: how many matches, and how many only one has.
fn agree(bench: &str, content: &Verified<'_>, engine: &Engine, corpus: &Corpus) {
    let mut scratch = vec![0; 1 << 16];
    let mut ours = BTreeSet::new();
    let mut theirs = BTreeSet::new();
    for (number, fields) in corpus.values().iter().enumerate() {
        let outcome = content.run(&corpus.event(fields), &mut scratch);
        let outcome = outcome.expect("no fault");
        for bit in outcome.matched() {
            let rule = content.content().rule(outcome.rule(bit)).expect("a rule");
            ours.insert((number, cofferdam_bench::content::id(&rule.id)));
        }
    }
    for (number, event) in peer::events(&corpus.json).iter().enumerate() {
        for result in engine.evaluate(event) {
            theirs.insert((number, result.header.rule_id.unwrap_or_default()));
        }
    }
    report(bench, "matches", "count", ours.len() as f64);
    report(
        bench,
        "matches of ours alone",
        "count",
        ours.difference(&theirs).count() as f64,
    );
    report(
        bench,
        "matches of rsigma-eval alone",
        "count",
        theirs.difference(&ours).count() as f64,
    );
}
