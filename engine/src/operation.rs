//! What Windows' operations mean: which are looked at, which event each becomes, and where it can still be denied.
//!
//! Numbers are those of the headers that are named beside them. Everything is a pure function of what a callback was
//! told, so that each known evasion has a test that needs no kernel.

pub mod file;
pub mod handle;
pub mod registry;
