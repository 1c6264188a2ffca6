//! The `cofferdam` command: rules to content, content to verdicts.
//!
//! What it guarantees: every input is read as a stream with bounded memory; broken input is reported with its
//! file and place and the rest goes on; output files appear whole or not at all; the exit code says what
//! happened ([`failure::Exit`]).
//!
//! What it trusts: nothing that it is given. Content runs only after the interpreter's verifier has passed it.
//!
//! * [`args`]: the command line. * [`commands`]: one file for each command. * [`scan`]: many recorded events, which
//!   `cofferdam-events` reads, through the virtual machine.
//! * [`driver`]: the commands that speak to the driver.
//! * [`rollout`]: policies tried on simulated fleets. * [`package`]: driver packages.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod content;
mod driver;
mod failure;
mod output;
mod package;
mod rollout;
mod scan;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are no errors; everything else is wrong usage.
            let exit = if error.use_stderr() {
                failure::Exit::Usage
            } else {
                failure::Exit::Ok
            };
            let _ = error.print();
            return exit.into();
        }
    };
    let is_json = args.command.is_json();
    match commands::run(args.command) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            if is_json {
                // Where this cannot be written either, the exit code still says it.
                let _ = output::print_json(&failure.to_json());
            }
            failure.exit.into()
        }
    }
}
