//! The command lines.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum, ValueHint};

use crate::args::Format;

/// Ask the driver how it is: mode, content, counters, what is degraded.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  cofferdam status --format json\n\n\
    Exits with 1 where something is degraded.")]
pub(crate) struct Status {
    /// How it is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Hand content to the driver, which verifies it itself before it runs a rule.
///
/// New content is on trial: unless it is confirmed to be well, the next boot goes back to the content before it.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  cofferdam load rules.kernel.dam\n  cofferdam load --healthy 7\n  \
    cofferdam load --rollback back-to-6.order\n\n\
    A refusal says why, with the verifier's code, section and index where it is the verifier's, and exits with 3."
)]
#[group(id = "what", required = true, multiple = false, args = ["file", "rollback", "healthy"])]
pub(crate) struct Load {
    /// The content file: signed, for the kernel's tier
    #[arg(value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// Go back to an older version by a signed order
    #[arg(long, value_name = "ORDER", value_hint = ValueHint::FilePath)]
    pub(crate) rollback: Option<PathBuf>,
    /// Confirm that the machine is well with this content version, which is active
    #[arg(long, value_name = "VERSION")]
    pub(crate) healthy: Option<u64>,
    /// How the outcome is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Show what rules find on this machine, as it happens, until the command is interrupted.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  cofferdam events --content rules.kernel.dam\n  \
    cofferdam events --format ndjson | jq -r 'select(.verdict == \"denied\") | .object.text'\n\n\
    There is one reader: events that this command takes no other program gets."
)]
pub(crate) struct Events {
    /// How events are written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: EventFormat,
    /// The content that is active: its titles are shown
    #[arg(long, value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) content: Option<PathBuf>,
    /// Stop after this many events
    #[arg(long, value_name = "NUMBER")]
    pub(crate) count: Option<u64>,
}

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EventFormat {
    /// One line for each event.
    Human,
    /// One JSON object a line for each event.
    Ndjson,
}

/// Show or set what the driver does with what rules find.
///
/// It lasts until the driver is loaded again; what it starts with is the value `Mode` of its service's `Parameters`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  cofferdam mode enforce")]
pub(crate) struct Mode {
    /// The mode to set; without one the present mode is shown
    #[arg(value_enum)]
    pub(crate) mode: Option<ModeChoice>,
    /// How it is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// What the driver does with what rules find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeChoice {
    /// Judge nothing.
    Off,
    /// Report, deny nothing.
    Audit,
    /// Report, and deny where a rule says so.
    Enforce,
}
