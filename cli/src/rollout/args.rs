//! The command line of `rollout`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueHint};

use super::fault::Fault;
use crate::args::Format;

/// Staged rollouts: try a policy on a simulated fleet.
#[derive(Debug, ClapArgs)]
#[command(
    arg_required_else_help = true,
    after_help = "Example:\n  cofferdam rollout simulate rollout/default.toml --fault all --fault delayed=6h"
)]
pub(crate) struct Rollout {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Simulate(Simulate),
}

/// Roll a candidate out to a simulated fleet, once for each kind of fault, by the policy and everywhere at once.
///
/// The fleet has 40 classes of hardware of very different sizes and one with a thousandth of the machines, servers and
/// laptops that sleep, customers that stay one or two versions behind or wait a day, and pinned machines. The same
/// seed gives the same fleet and the same course of events.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  cofferdam rollout simulate rollout/default.toml --machines 100000 --svg rollout.svg\n\n\
    Kinds of fault:\n  \
    none            the candidate is good\n  \
    all             every machine crashes as it loads the candidate; its boot guard brings it back\n  \
    hardware        only one class of hardware crashes: one machine in a thousand\n  \
    delayed[=TIME]  every machine crashes this long after it loaded the candidate; 6h by default\n  \
    boot-loop       every machine crashes at each start and is never heard of again\n\n\
    Everywhere at once is the same state machine with a single ring and no bound on machines in flight: it\n\
    stops by itself, too, only too late."
)]
pub(crate) struct Simulate {
    /// The policy: TOML; `rollout/default.toml` is the one that the project ships
    #[arg(value_name = "POLICY.toml", value_hint = ValueHint::FilePath)]
    pub(crate) policy: PathBuf,
    /// How many machines
    #[arg(long, value_name = "NUMBER", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) machines: u32,
    /// What is wrong with the candidate; may be given more than once. By default each kind in turn
    #[arg(long, value_name = "KIND")]
    pub(crate) fault: Vec<Fault>,
    /// Which fleet and which course of events
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Draw how many machines were hit, over time
    #[arg(long, value_name = "FILE.svg", value_hint = ValueHint::FilePath)]
    pub(crate) svg: Option<PathBuf>,
    /// How the outcome is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}
