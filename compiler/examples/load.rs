//! Loads rules and prints what there is to say about them.

use std::path::PathBuf;

use cofferdam_compiler::diagnostics::{Style, render};
use cofferdam_compiler::{Options, load, model};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let dump = arguments.iter().any(|argument| argument == "--dump");
    let paths: Vec<PathBuf> = arguments
        .iter()
        .filter(|argument| !argument.starts_with("--"))
        .map(PathBuf::from)
        .collect();
    let loaded = load(&paths, &Options::default());
    for diagnostic in loaded.report.all() {
        println!("{}\n", render(diagnostic, &loaded.sources, Style::Plain));
    }
    if dump {
        loaded
            .rules
            .iter()
            .for_each(|rule| println!("{}", model::dump(rule)));
    }
    let tests: usize = loaded
        .rules
        .iter()
        .map(|rule| rule.expr.tests().count())
        .sum();
    eprintln!(
        "{} files, {} rules with {tests} tests, {} refused, {} diagnostics, {} of them errors",
        loaded.sources.len(),
        loaded.rules.len(),
        loaded.refused.len(),
        loaded.report.all().len(),
        loaded.report.errors()
    );
}
