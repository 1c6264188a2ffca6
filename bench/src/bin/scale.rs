//! Ten times as many rules: what one event costs then, in proportion.
//!
//! `scale` prints steps, as the machine counts them, and the instructions that Valgrind counts.

use std::hint::black_box;

use cofferdam_bench::corpus::{self, CATEGORIES, Corpus};
use cofferdam_bench::measure::{self, report};
use cofferdam_bench::{content, data, scale};
use cofferdam_interpreter::{Limits, Verified};

const COPIES: u8 = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [category, path] = arguments.as_slice() {
        let bytes = std::fs::read(path).expect("content");
        let corpus = Corpus::read(category);
        let mut scratch = vec![0; 1 << 16];
        let content = content::verified(&bytes, &Limits::USER, &mut scratch);
        let events = corpus.values();
        measure::round(|| {
            for fields in &events {
                let outcome = content.run(&corpus.event(fields), &mut scratch);
                black_box(outcome.expect("no fault"));
            }
        });
        return;
    }
    let rules = data::rules();
    for category in CATEGORIES {
        let rules = corpus::rules_of(&rules, category);
        let corpus = Corpus::read(category);
        let bench = format!("scale {category}");
        let mut measured = Vec::new();
        for copies in [1, COPIES] {
            let rules = scale::times(&rules, copies);
            let bytes = corpus::content(&rules);
            let mut scratch = vec![0; 1 << 16];
            let verified = content::verified(&bytes, &Limits::USER, &mut scratch);
            let steps = steps(&verified, &corpus);
            let path = std::env::temp_dir().join("cofferdam-bench-scale.dam");
            std::fs::write(&path, &bytes).expect("a temporary file");
            let arguments = [category, &path.to_string_lossy()];
            let instructions = measure::instructions(&arguments).expect("Valgrind");
            let case = format!("{copies} times the rules");
            report(&bench, &case, "count", rules.len() as f64);
            report(&bench, &case, "bytes", bytes.len() as f64);
            for (unit, value) in [("steps/event", steps), ("instructions/event", instructions)] {
                report(&bench, &case, unit, value / corpus.len() as f64);
            }
            measured.push((steps, instructions));
        }
        report(&bench, "steps", "ratio", measured[1].0 / measured[0].0);
        report(
            &bench,
            "instructions",
            "ratio",
            measured[1].1 / measured[0].1,
        );
    }
}

/// Steps of all events.
fn steps(content: &Verified<'_>, corpus: &Corpus) -> f64 {
    let mut scratch = vec![0; 1 << 16];
    let mut steps = 0;
    for fields in corpus.values() {
        let outcome = content.run(&corpus.event(&fields), &mut scratch);
        steps += outcome.expect("no fault").steps();
    }
    steps as f64
}
