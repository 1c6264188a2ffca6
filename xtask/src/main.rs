//! Generates the files of this repository that are committed but not written by hand, and makes the checks that
//! are more than a test.
//!
//! `cargo xtask fold|schema` writes what that generator owns; with `--check` it writes nothing and fails where the
//! committed file is not what the generator would write. `docs/proofs.md` describes the checks,
//! `docs/benchmarks.md` the benchmarks.

mod bench;
mod driver;
mod fold;
mod fuzz;
mod output;
mod proofs;
mod report;
mod schema;

use std::process::ExitCode;

use output::Mode;

const USAGE: &str = "usage: cargo xtask fold [--check]
       cargo xtask schema [--check]
       cargo xtask link-proof
       cargo xtask driver
       cargo xtask driver-checks
       cargo xtask miri
       cargo xtask coverage
       cargo xtask mutation
       cargo xtask bench
       cargo xtask image-fuzz [content|control|events [INPUTS]]
       cargo xtask report";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        _ if std::env::var_os(driver::link::VARIABLE).is_some() => driver::link::run(),
        ["fold"] => fold::run(Mode::Write),
        ["fold", "--check"] => fold::run(Mode::Check),
        ["schema"] => schema::run(Mode::Write),
        ["schema", "--check"] => schema::run(Mode::Check),
        ["link-proof"] => proofs::link::prove(),
        ["driver"] => driver::build(),
        ["driver-checks"] => driver::check(),
        ["miri"] => proofs::miri::test(),
        ["coverage"] => proofs::coverage::measure(),
        ["mutation"] => proofs::mutation::test(),
        ["bench"] => bench::run(),
        ["image-fuzz"] => fuzz::run("", "20000"),
        ["image-fuzz", subject] => fuzz::run(subject, "20000"),
        ["image-fuzz", subject, inputs] => fuzz::run(subject, inputs),
        ["report"] => report::write(),
        _ => return usage(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
