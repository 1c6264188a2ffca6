//! The worst text: what an attacker who knows the content can make a unit of a text cost.
//!
//! A [`Subject`] is content that looks for literals in a command line, with ordinary command lines. The
//! [`search`](search::worst) puts texts together from what the content itself looks for, and keeps what costs most. It
//! is no proof that nothing costs more: the verifier's bound is. It shows how far from ordinary a text can be made.

pub mod search;
mod subject;

pub use subject::{Judge, Subject};

/// How many times the ordinary cost of a unit an attacker's unit may cost.
pub const MOST: f64 = 4.0;
