//! What can go wrong while speaking to a driver.

use std::fmt;

use crate::TransportError;

/// Why there is nothing to show. A driver that *refuses* content is no error: see [`Load`](crate::Load).
#[derive(Debug)]
pub enum Error {
    /// The request has no answer.
    Transport(TransportError),
    /// The driver speaks another version of the protocol.
    Version {
        /// The client's.
        ours: u16,
        /// The driver's.
        theirs: u16,
    },
    /// The driver's answer is not what the protocol says.
    Answer,
    /// The request is longer than the protocol allows.
    TooLong,
    /// The bytes are no rollback order.
    Order,
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(out),
            Self::Version { ours, theirs } => write!(
                out,
                "the driver speaks version {theirs} of the protocol, this program version {ours}"
            ),
            Self::Answer => out.write_str("the driver's answer is not what the protocol says"),
            Self::TooLong => out.write_str("the request is longer than the protocol allows"),
            Self::Order => out.write_str("this is no rollback order"),
        }
    }
}

impl std::error::Error for Error {}
