//! What driver and client say to each other over the control device.
//!
//! Requests are METHOD_BUFFERED control codes that need read and write access. Each begins with the protocol's version
//! and its own length; layouts are fixed, little-endian and canonical (reserved bytes are zero). [`parse`] checks every
//! length; what it lets through is well-formed, never more: hashes, signatures and versions are judged elsewhere.
//!
//! The same module serves both sides: [`parse`] and the answers' `write` the driver, [`Request::encode`] and the
//! answers' `read` the client.

mod answer;
mod code;
mod order;
mod record;
mod request;

pub use answer::{HelloAnswer, LoadAnswer, LoadOutcome, ReadAnswer};
pub use code::ControlCode;
pub use order::RollbackOrder;
pub use record::{
    EventRecord, RECORD_SIZE, RECORD_WORDS, RecordFlags, RecordHeader, RecordVerdict, StoredEvent,
};
pub use request::{BadRequest, MAX_CHUNK, Request, UploadBegin, parse};

/// The version that this engine speaks.
pub const PROTOCOL_VERSION: u16 = 1;
