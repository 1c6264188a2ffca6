//! The whole story in one command, true end to end.
//!
//! The driver's image is built, rules are compiled and signed, both are loaded into the simulated kernel, and recorded
//! events really happen there: what is shown is what the shipped machine code reported.
#![cfg_attr(
    not(all(target_os = "linux", target_arch = "x86_64")),
    allow(dead_code, reason = "the simulated kernel runs on 64-bit Linux only")
)]

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod events;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod intrusion;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod july;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod latency;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod rules;
mod show;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod story;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Shows Cofferdam at work: the driver's own image in a simulated kernel, with your rules and events or the project's.
///
/// Without arguments: the project's rules, and an intrusion written for it. Nothing is installed, nothing runs in the
/// kernel of this machine.
#[derive(Debug, Parser)]
#[command(
    name = "cargo demo --",
    after_help = "Examples:\n  cargo demo\n  cargo demo -- --format json\n  cargo demo -- path/to/sigma/rules events.evtx\n\n\
                  Exit codes: 0 the story ran; 1 something in it was not as it must be; 2 bad arguments or input."
)]
struct Arguments {
    /// Sigma rules: a file or a directory.
    #[arg(requires = "events")]
    rules: Option<PathBuf>,
    /// Recorded events: EVTX files, JSON lines or event XML.
    events: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Only report, never deny.
    #[arg(long)]
    audit: bool,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    return story::tell(&arguments);
    #[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
    {
        let _ = arguments;
        eprintln!(
            "error: the simulated kernel runs on 64-bit Linux only; `cofferdam scan` judges events anywhere"
        );
        ExitCode::from(2)
    }
}
