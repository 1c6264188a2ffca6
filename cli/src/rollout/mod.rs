//! Rollout policies, and fleets that are simulated to try them.
//!
//! The rollout itself is `cofferdam-rollout`'s state machine, the one that a fleet would be served by; only machines,
//! their faults and the passing of time are made up here.
//!
//! [`args`] is the command line, [`policy`] policy files, [`fault`] what can be wrong with a candidate, [`fleet`] machines
//! and their records, [`simulate`] one rollout, event by event, [`chart`] the picture.

pub(crate) mod args;
pub(crate) mod chart;
pub(crate) mod fault;
mod fleet;
pub(crate) mod policy;
pub(crate) mod simulate;
