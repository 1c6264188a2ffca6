//! The compiled programs against engines that share nothing with them: the `regex` crate for expressions, a
//! recursive matcher for globs. Every run also holds the stated cost.

mod corpus;
mod dialect;
mod generate;
mod globs;
mod random;
mod refusals;

use cofferdam_interpreter::pattern::Pattern;

use super::automaton::Automaton;
use super::encode::encode;
use super::node::Node;
use super::runs::longest;
use super::trim::trim;
use super::{Flags, Syntax, regex};

/// No flags.
const PLAIN: Flags = Flags {
    ignore_case: false,
    multi_line: false,
    dot_all: false,
};

/// Runs a program that must verify, and holds the run against its stated cost.
#[track_caller]
fn run(program: &[u8], text: &[u16]) -> bool {
    let pattern = match Pattern::verify(program) {
        Ok(pattern) => pattern,
        Err(refusal) => panic!("refused: {refusal:?}"),
    };
    let (result, steps) = pattern.run_counted(text);
    let units = u64::try_from(text.len()).expect("a length");
    let bound = u64::from(pattern.fixed_cost()) + units * u64::from(pattern.cost_per_unit());
    assert!(steps <= bound, "{steps} steps, {bound} stated");
    assert_eq!(result, pattern.run(text), "counting changes nothing");
    result.expect("a verified program does not contradict itself")
}

/// Whether `source` matches `text`.
#[track_caller]
fn matches(source: &str, flags: Flags, text: &str) -> bool {
    let program = match regex(source, flags) {
        Ok(program) => program,
        Err(error) => panic!("{source}: {error}"),
    };
    run(&program, &units(text))
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// Every program of the expression: without a counted repetition, and with each that may be counted; with the run that
/// every match has, however short; and with the ends that may be left out, and without.
fn programs(syntax: &Syntax) -> Vec<Vec<u8>> {
    let of = |root: &Node| {
        let run = longest(root);
        std::iter::once(None)
            .chain(root.countable().into_iter().map(Some))
            .filter(|&counted| root.positions(counted) <= 512)
            .filter_map(|counted| {
                let automaton = Automaton::new(root, counted);
                encode(&automaton, run.as_ref(), &syntax.span).ok()
            })
            .collect::<Vec<_>>()
    };
    [of(&syntax.root), of(&trim(&syntax.root))].concat()
}

/// Fewer cases without optimisation, hardly any under an interpreter.
fn cases(number: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: match (cfg!(miri), cfg!(debug_assertions)) {
            (true, _) => 3,
            (_, true) => number / 10,
            _ => number,
        },
        failure_persistence: None,
        ..Default::default()
    }
}
