//! What carries requests to a driver.

use std::fmt;
use std::io;

/// Carries requests to a driver, as `DeviceIoControl` does.
pub trait Transport {
    /// Sends a request and waits for its answer; how many bytes of `output` it takes.
    ///
    /// # Errors
    /// The request did not reach the driver, or the driver completed it with an error.
    fn control(
        &mut self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, TransportError>;
}

/// Why there is no answer.
#[derive(Debug)]
pub enum TransportError {
    /// The driver completed the request with this `NTSTATUS`.
    Status(u32),
    /// Windows says so.
    Io(io::Error),
}

impl fmt::Display for TransportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match self {
            Self::Io(error) => return error.fmt(out),
            Self::Status(status) => *status,
        };
        let meaning = match status {
            0xC000_0004 => "the request's length is wrong",
            0xC000_000D => "a value in the request is wrong",
            0xC000_0010 => "the driver does not know the request",
            0xC000_0022 => "access is denied",
            0xC000_0023 => "the answer does not fit",
            0xC000_0059 => "the driver speaks another version of the protocol",
            0xC000_009A => "the driver has not enough memory",
            0x8000_0011 => "the driver is busy with another request",
            0xC000_0120 => "the request was cancelled",
            _ => "the driver failed",
        };
        write!(out, "{meaning} (status 0x{status:08X})")
    }
}

impl std::error::Error for TransportError {}
