//! What the measurements share: recorded data, content made from recorded rules, and how to measure.
//!
//! The data lie beside the project, or where `COFFERDAM_DATA` points; nothing of them is copied into it.

pub mod content;
pub mod corpus;
pub mod data;
pub mod measure;
pub mod peer;
pub mod scale;
