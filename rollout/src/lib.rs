//! The fifth wall: content never goes everywhere at once.
//!
//! A *rollout* takes one candidate version to a fleet in *rings*, each a sample of every kind of hardware. A ring opens
//! when the one before it has reported, has baked, and its sequential test has accepted the candidate; a test that
//! rejects it takes it back from every machine that has it, without waiting for anybody.
//!
//! # What it guarantees
//! * A machine is given the candidate only when every ring before its own has passed.
//! * While a rollout is paused, no machine is given anything.
//! * Once it reverts, no machine is given the candidate, every machine that says it runs it is told to go back, and
//!   the revert is over only when every machine that was given it has said that it runs something else.
//! * A pinned machine is told nothing but to keep what it has. What may still be reverted cannot be pinned; should a
//!   pinned machine say all the same that it runs what is taken back, it is told to go back, too.
//! * At most a stated share of a ring is given the candidate without having reported on it.
//! * A machine that was given the candidate and falls silent counts as one that failed.
//! * Nothing is answered that has not been stored first.
//!
//! # What it trusts
//! That a machine says truly what it runs and how it is; that the store keeps what it is given. Time is an input; a
//! clock that goes back is held where it was.
//!
//! # The parts
//! [`Rollout`] is the state and its transitions, plain data without a machine in it. [`Controller`] joins it with the
//! machines' records in a [`Fleet`], the trait behind which a database stands. Machines pull: whatever carries
//! questions and answers calls [`Controller::ask`] and [`Controller::report`]. [`Policy`] has the numbers, checked;
//! [`sequential`] the test.
//!
//! No floating point, no allocation, no dependencies: the same inputs give the same rollout on any machine.
#![no_std]
#![forbid(unsafe_code)]

mod controller;
mod logarithm;
mod machine;
mod policy;
mod rollout;
pub mod sequential;

pub use controller::{Controller, Fleet};
pub use machine::{
    Answer, Cadence, Class, MAX_CLASSES, Machine, MachineId, PinRefused, Report, Ring, Seconds,
    Standing, Time, Version,
};
pub use policy::{MAX_RINGS, Policy, PolicyError, RingPolicy, Rules};
pub use rollout::{BeginError, Cause, Phase, Releases, Rollout, Tally};
