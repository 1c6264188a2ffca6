//! Sigma rules to content.

pub mod diagnostics;
pub mod limits;
pub mod source;
pub mod yaml;
