//! Content for people and tools: a model of it, a writer that turns the model into bytes, an assembler and a
//! disassembler, and a reference evaluator that shares no code with the machine.
#![forbid(unsafe_code)]

pub mod assemble;
pub mod disassemble;
mod error;
mod finder;
mod gate;
mod lower;
pub mod model;
pub mod pattern;
mod place;
pub mod rarity;
pub mod reference;
pub mod survey;
pub mod writer;

pub use error::WriteError;
pub use writer::write;
