//! Recorded events: from files in three formats to values in the schema's order.
//!
//! ```text
//! file -> [`blocks`] pieces of bounded size -> [`json`], [`xml`], [`evtx`] -> [`Record`]
//!      -> [`security`] other sources' names -> [`route`] kinds -> [`assemble`] values
//! ```
//!
//! What is cut, and where, is decided by one reader; what the pieces say, by any number of threads.
//! Nothing here trusts its input: each piece is bounded, damage is a [`Damage`] and never the end.
#![forbid(unsafe_code)]

mod assemble;
mod blocks;
mod elements;
mod evtx;
mod json;
mod record;
mod route;
mod security;
mod xml;

use std::fmt;
use std::io::Read;

pub use assemble::{Assembler, Fields, TooLong};
pub use blocks::{Block, Stopped, cut};
pub use record::{Header, Record, number};
pub use route::{Destination, Routed, Routes};

/// A part of the input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Damage {
    /// What follows a file's name.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.place, self.message)
    }
}

/// Where in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line, counted from 1.
    Line(u64),
    /// An element of a JSON file that is not one object a line, counted from 0.
    Element(u64),
    /// A byte offset.
    Offset(u64),
    /// A record, counted from 0.
    Record(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File => Ok(()),
            Place::Line(line) => write!(out, ":{line}"),
            Place::Element(element) => write!(out, ": element {element}"),
            Place::Offset(offset) => write!(out, ": offset {offset:#x}"),
            Place::Record(record) => write!(out, ": record {record}"),
        }
    }
}

/// Receives what a block holds, in order.
pub trait Sink {
    /// A record, and its number within the block.
    fn record(&mut self, number: u64, record: &mut Record);
    /// Something that could not be read, where a record might have been.
    fn damage(&mut self, damage: Damage);
}

/// Reads the records of a block. Returns how many places for records it has: what the next block's numbers begin
/// at.
pub fn read(block: &Block, record: &mut Record, sink: &mut impl Sink) -> u64 {
    match block {
        Block::Json {
            bytes,
            first,
            elements,
        } => json::block(bytes, *first, *elements, record, sink),
        Block::Xml { bytes, first_line } => xml::block(bytes, *first_line, record, sink),
        Block::Chunk { bytes, offset } => evtx::chunk(bytes, *offset, record, sink),
        Block::Damage(damage) => {
            sink.damage(damage.clone());
            0
        }
    }
}

/// Reads one JSON object, whose fields stand flat or nested as the event's XML nests them.
///
/// # Errors
/// Why this is no JSON object.
pub fn read_json(object: &[u8], record: &mut Record) -> Result<(), String> {
    record.clear();
    json::read(object, record).map_err(|error| json::message(&error))
}

/// Hands on every record of a file, and everything in it that could not be read.
pub fn read_all(file: impl Read, sink: &mut impl Sink) {
    let mut record = Record::default();
    let done = cut(file, &mut |block| {
        read(&block, &mut record, sink);
        Ok(())
    });
    debug_assert!(done.is_ok(), "nobody stops the cutting");
}
