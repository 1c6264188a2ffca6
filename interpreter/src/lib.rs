//! Schema, content format, verifier and virtual machine.
#![no_std]
#![forbid(unsafe_code)]

pub mod event;
pub mod fold;
pub mod pattern;
pub mod schema;
