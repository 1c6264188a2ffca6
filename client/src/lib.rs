//! Speaks to the driver: content, mode, status, events.
//!
//! What it guarantees: an answer is believed only as far as its length goes, and a driver of another protocol version is
//! told apart from one that misbehaves; nothing here panics over what a driver says.
//!
//! What it trusts: the driver to be ours, which Windows sees to: only administrators may open its device.
//!
//! A [`Client`] speaks through a [`Transport`]: on Windows the driver's device, elsewhere whatever carries requests to a
//! driver that runs in a simulated kernel.

mod error;
mod event;
mod load;
mod status;
mod transport;
#[cfg(windows)]
mod windows;

pub use error::Error;
pub use event::{Event, Events, Text};
pub use load::{Load, Refused};
pub use status::{Bucket, Count, LastRefusal, Ring, Status};
pub use transport::{Transport, TransportError};
#[cfg(windows)]
pub use windows::Device;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{
    ControlCode, HelloAnswer, LoadAnswer, MAX_CHUNK, PROTOCOL_VERSION, RECORD_SIZE, ReadAnswer,
    Request, RollbackOrder,
};

/// Bytes of the longest request: a chunk of content and what stands before it.
const LONGEST_REQUEST: usize = MAX_CHUNK + 64;

/// Event records that one read takes at the most.
const RECORDS: usize = 64;

/// A driver that answered.
#[derive(Debug)]
pub struct Client<T> {
    transport: T,
    hello: HelloAnswer,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl<T: Transport> Client<T> {
    /// Greets the driver.
    ///
    /// # Errors
    /// The transport's, or [`Error::Version`] where the driver speaks another version of the protocol.
    pub fn connect(transport: T) -> Result<Self, Error> {
        let mut client = Self {
            transport,
            hello: HelloAnswer::ours(),
            request: vec![0; LONGEST_REQUEST],
            answer: vec![0; ReadAnswer::SIZE + RECORDS * RECORD_SIZE],
        };
        client.hello = HelloAnswer::read(client.ask_for(&Request::Hello)?);
        if client.hello.version != PROTOCOL_VERSION {
            return Err(Error::Version {
                ours: PROTOCOL_VERSION,
                theirs: client.hello.version,
            });
        }
        Ok(client)
    }

    /// What the driver says of itself.
    #[must_use]
    pub fn hello(&self) -> &HelloAnswer {
        &self.hello
    }

    /// Sets the mode until the driver is loaded again.
    ///
    /// # Errors
    /// The transport's.
    pub fn set_mode(&mut self, mode: Mode) -> Result<(), Error> {
        self.ask(&Request::SetMode(mode)).map(drop)
    }

    /// Mutes processes of this image: their operations are not judged.
    ///
    /// # Errors
    /// The transport's.
    pub fn mute(&mut self, path: &str) -> Result<(), Error> {
        let units: Vec<[u8; 2]> = path.encode_utf16().map(u16::to_le_bytes).collect();
        self.ask(&Request::Mute(&units)).map(drop)
    }

    /// Mutes nothing any more.
    ///
    /// # Errors
    /// The transport's.
    pub fn unmute(&mut self) -> Result<(), Error> {
        self.ask(&Request::Unmute).map(drop)
    }

    /// Says that the machine is well with this content version: it becomes last-known-good.
    ///
    /// # Errors
    /// The transport's.
    pub fn healthy(&mut self, content_version: u64) -> Result<Load, Error> {
        self.load_answer(&Request::Health { content_version })
    }

    /// Hands a signed rollback order to the driver.
    ///
    /// # Errors
    /// The transport's, or [`Error::Order`] where the bytes are no order.
    pub fn roll_back(&mut self, order: &[u8]) -> Result<Load, Error> {
        let order: &[u8; RollbackOrder::SIZE] = order.try_into().map_err(|_| Error::Order)?;
        if !RollbackOrder::is_well_formed(order) {
            return Err(Error::Order);
        }
        self.load_answer(&Request::Rollback(order))
    }

    fn load_answer(&mut self, request: &Request<'_>) -> Result<Load, Error> {
        Load::read(&LoadAnswer::read(self.ask_for(request)?))
    }

    /// Sends a request; the answer's bytes.
    fn ask(&mut self, request: &Request<'_>) -> Result<&[u8], Error> {
        let code = request.code();
        let length = request.encode(&mut self.request).ok_or(Error::TooLong)?;
        let room = match code {
            ControlCode::ReadEvents => self.answer.len(),
            _ => code.answer_size(),
        };
        let (request, answer) = (&self.request[..length], &mut self.answer[..room]);
        let answered = self.transport.control(code.number(), request, answer)?;
        self.answer
            .get(..answered)
            .filter(|_| answered <= room)
            .ok_or(Error::Answer)
    }

    /// As [`ask`](Self::ask), for an answer of fixed size.
    fn ask_for<const N: usize>(&mut self, request: &Request<'_>) -> Result<&[u8; N], Error> {
        self.ask(request)?.try_into().map_err(|_| Error::Answer)
    }
}
