//! Generates the files of this repository that are committed but not written by hand.
//!
//! `cargo xtask NAME` writes what that generator owns; `cargo xtask NAME --check` writes nothing and
//! fails where the committed file is not what the generator would write.

mod fold;
mod output;
mod schema;

use std::process::ExitCode;

use output::Mode;

const USAGE: &str = "usage: cargo xtask fold|schema [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (task, mode) = match arguments.as_slice() {
        [task] => (*task, Mode::Write),
        [task, "--check"] => (*task, Mode::Check),
        _ => return usage(),
    };
    let outcome = match task {
        "fold" => fold::run(mode),
        "schema" => schema::run(mode),
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
