//! The commands, one file for each.

mod check;
mod compile;
mod explain;
mod inspect;
mod keys;
mod package;
mod rollout;
mod scan;

use clap::CommandFactory as _;

use crate::args::{Args, Command, Completions};
use crate::driver;
use crate::failure::{Exit, Failure};
use crate::output;

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Compile(args) => compile::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Scan(args) => scan::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Keygen(args) => keys::generate(&args),
        Command::Sign(args) => keys::sign(&args),
        Command::Verify(args) => keys::verify(&args),
        Command::Status(args) => driver::status(&args),
        Command::Load(args) => driver::load(&args),
        Command::Events(args) => driver::events(&args),
        Command::Mode(args) => driver::mode(&args),
        Command::Rollout(args) => rollout::run(&args),
        Command::Package(args) => package::run(&args),
        Command::Completions(args) => completions(&args),
    }
}

fn completions(args: &Completions) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "cofferdam", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
