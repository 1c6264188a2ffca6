//! The targets. Each says in its first line what must never be seen to fail.

mod control;
mod files;
mod pattern;
mod rules;
mod text;

pub(crate) use control::control;
pub(crate) use files::{accepted, damaged, model, mutated, unverified, verify, written};
pub(crate) use pattern::pattern;
pub(crate) use rules::rules;
pub(crate) use text::text;
