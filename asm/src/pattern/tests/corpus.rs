//! The expressions of published Sigma rules, on texts made to match and texts that nearly do.

use proptest::prelude::Rng as _;
use proptest::test_runner::{TestRng, TestRunner};

use super::{PLAIN, programs, run, units};
use crate::pattern::node::Node;
use crate::pattern::{Flags, parse};

/// The published rules' expressions, if the data is there.
fn expressions() -> Option<Vec<(Flags, String)>> {
    let given = std::env::var_os("COFFERDAM_DATA").map(std::path::PathBuf::from);
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let rules = given.unwrap_or_else(|| beside.into()).join("sigma");
    if cfg!(miri) || !rules.is_dir() {
        println!("skipped: no published rules");
        return None;
    }
    let loaded = cofferdam_compiler::load(&[rules], &cofferdam_compiler::Options::default());
    let tests = loaded.rules.iter().flat_map(|rule| rule.expr.tests());
    let expressions = tests.filter_map(|test| match &test.matcher {
        cofferdam_compiler::model::Matcher::Regex(regex) => {
            let flags = Flags {
                ignore_case: regex.flags().insensitive,
                multi_line: regex.flags().multi_line,
                dot_all: regex.flags().dot_all,
            };
            Some((flags, regex.source().to_string()))
        }
        _ => None,
    });
    Some(expressions.collect())
}

/// Random numbers for texts.
struct Dice(TestRng);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap_or(0) % bound.max(1)
    }

    /// A text that the expression matches, apart from its assertions, in ASCII where it has the choice.
    fn sample(&mut self, node: &Node, text: &mut Vec<u16>) {
        match node {
            Node::Empty | Node::Assert(_) => {}
            Node::One(units) => {
                let printable: Vec<u16> = units.iter().filter(|u| (32..127).contains(u)).collect();
                let members: Vec<u16> = match printable.is_empty() {
                    true => units.iter().take(8).collect(),
                    false => printable,
                };
                let at = self.below(members.len());
                text.extend(members.get(at));
            }
            Node::Concat(nodes) => nodes.iter().for_each(|node| self.sample(node, text)),
            Node::Either(nodes) => {
                let at = self.below(nodes.len());
                if let Some(node) = nodes.get(at) {
                    self.sample(node, text);
                }
            }
            Node::Repeat(repeat) => {
                let most = repeat.max.unwrap_or(repeat.min + 3);
                let room = usize::try_from(most - repeat.min).unwrap_or(0) + 1;
                let times = match self.below(3) {
                    0 => repeat.min,
                    1 => most,
                    _ => repeat.min + u32::try_from(self.below(room)).unwrap_or(0),
                };
                (0..times).for_each(|_| self.sample(&repeat.node, text));
            }
        }
    }
}

#[test]
fn every_expression_compiles_and_agrees() {
    let Some(expressions) = expressions() else {
        return;
    };
    let mut runner = TestRunner::deterministic();
    let mut dice = Dice(runner.new_rng());
    let rounds = 60;
    let (mut matching, mut failing) = (0_u32, 0_u32);
    for (flags, source) in expressions.iter().map(|(flags, it)| (*flags, it.as_str())) {
        let syntax = match parse::parse(source, flags) {
            Ok(syntax) => syntax,
            Err(error) => panic!("{source}: {error}"),
        };
        let theirs = regex::RegexBuilder::new(source)
            .case_insensitive(flags.ignore_case)
            .size_limit(1 << 24)
            .build()
            .expect(source);
        let mut programs = programs(&syntax);
        // As it would be compiled.
        programs.push(crate::pattern::regex(source, flags).expect(source));
        for _ in 0..rounds {
            let mut text = Vec::new();
            dice.sample(&syntax.root, &mut text);
            let mut near = text.clone();
            if !near.is_empty() {
                let at = dice.below(near.len());
                match dice.below(3) {
                    0 => drop(near.remove(at)),
                    1 => near[at] = 0x7E,
                    _ => near.insert(at, 0x20),
                }
            }
            let within = [&units("cmd - "), &text[..], &units("\n1 \\x")].concat();
            for text in [text, near, within] {
                let expected = theirs.is_match(&String::from_utf16_lossy(&text));
                *(if expected {
                    &mut matching
                } else {
                    &mut failing
                }) += 1;
                for program in &programs {
                    assert_eq!(run(program, &text), expected, "{source} on {text:?}");
                }
            }
        }
    }
    assert!(
        matching > 9_000 && failing > 2_000,
        "{matching} matching, {failing} not"
    );
}

#[test]
fn most_need_one_word() {
    let Some(expressions) = expressions() else {
        return;
    };
    let mut widths = [0_u32; 9];
    let distinct: std::collections::BTreeSet<_> = expressions
        .iter()
        .map(|(flags, source)| (flags.ignore_case, source.as_str()))
        .collect();
    for (ignore_case, source) in distinct {
        let flags = Flags {
            ignore_case,
            ..PLAIN
        };
        let program = crate::pattern::regex(source, flags).expect(source);
        widths[usize::from(program[0])] += 1;
    }
    assert_eq!(widths, [0, 123, 3, 0, 1, 0, 0, 0, 0]);
}
