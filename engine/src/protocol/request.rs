//! Requests and their bytes.

use cofferdam_interpreter::bytes::record;
use cofferdam_interpreter::cast;

use super::{ControlCode, PROTOCOL_VERSION, RollbackOrder};
use crate::Mode;

/// Most bytes of content that one request carries.
pub const MAX_CHUNK: usize = 64 << 10;

/// Most units of a muted path.
const MAX_MUTED: usize = 1024;

record! {
    /// How every request begins; the whole of those that ask for something and say nothing.
    pub struct RequestHeader: 8 {
        /// [`PROTOCOL_VERSION`].
        version: u16 = 0,
        /// Bytes of the request.
        length: u32 = 4,
    }
}

record! {
    /// What an upload is going to be.
    pub struct UploadBegin: 48 {
        /// [`PROTOCOL_VERSION`].
        version: u16 = 0,
        /// Bytes of the request.
        length: u32 = 4,
        /// Bytes of the content.
        content_length: u32 = 8,
        /// SHA-256 of the content.
        sha256: [u8; 32] = 16,
    }
}

record! {
    /// Before the bytes of a chunk.
    pub struct ChunkHeader: 16 {
        /// [`PROTOCOL_VERSION`].
        version: u16 = 0,
        /// Bytes of the request.
        length: u32 = 4,
        /// Where in the content the bytes belong: chunks come in order, without gaps.
        offset: u32 = 8,
    }
}

record! {
    /// A request with one number.
    pub struct NumberRequest: 16 {
        /// [`PROTOCOL_VERSION`].
        version: u16 = 0,
        /// Bytes of the request.
        length: u32 = 4,
        /// The number: a mode, a content version.
        number: u64 = 8,
    }
}

record! {
    /// Before a muted path; without a path it unmutes all.
    pub struct MuteHeader: 16 {
        /// [`PROTOCOL_VERSION`].
        version: u16 = 0,
        /// Bytes of the request.
        length: u32 = 4,
        /// 0 adds, 1 clears.
        operation: u8 = 8,
    }
}

/// A well-formed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// See [`ControlCode::Hello`].
    Hello,
    /// See [`ControlCode::Status`].
    Status,
    /// See [`ControlCode::UploadBegin`].
    UploadBegin {
        /// Bytes of the content; not 0. The driver bounds it.
        length: u32,
        /// SHA-256 of the content.
        sha256: [u8; 32],
    },
    /// See [`ControlCode::UploadChunk`].
    UploadChunk {
        /// Where in the content the bytes belong.
        offset: u32,
        /// 1 to [`MAX_CHUNK`] bytes.
        bytes: &'a [u8],
    },
    /// See [`ControlCode::UploadCommit`].
    UploadCommit,
    /// See [`ControlCode::Rollback`]. The order is well-formed; its signature is not checked yet.
    Rollback(&'a [u8; RollbackOrder::SIZE]),
    /// See [`ControlCode::SetMode`].
    SetMode(Mode),
    /// Mutes this path: UTF-16 units, little-endian, 1 to 1,024.
    Mute(&'a [[u8; 2]]),
    /// Unmutes all.
    Unmute,
    /// See [`ControlCode::Health`].
    Health {
        /// The content version that is well.
        content_version: u64,
    },
    /// See [`ControlCode::ReadEvents`].
    ReadEvents,
}

/// Why a request is not well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRequest {
    /// No such control code.
    Code,
    /// The client speaks another version.
    Version,
    /// The request is shorter or longer than it must be, or says so of itself.
    Length,
    /// A reserved byte is not zero, or a value is none of those it can be.
    Value,
    /// The answer does not fit into the client's buffer.
    Output,
}

impl BadRequest {
    /// The `NTSTATUS` with which the driver completes such a request (ntstatus.h).
    #[must_use]
    pub const fn status(self) -> u32 {
        match self {
            Self::Code => 0xC000_0010,    // STATUS_INVALID_DEVICE_REQUEST
            Self::Version => 0xC000_0059, // STATUS_REVISION_MISMATCH
            Self::Length => 0xC000_0004,  // STATUS_INFO_LENGTH_MISMATCH
            Self::Value => 0xC000_000D,   // STATUS_INVALID_PARAMETER
            Self::Output => 0xC000_0023,  // STATUS_BUFFER_TOO_SMALL
        }
    }
}

/// The first record of a request, and what follows it.
fn take<const N: usize>(input: &[u8]) -> Result<(&[u8; N], &[u8]), BadRequest> {
    input.split_first_chunk::<N>().ok_or(BadRequest::Length)
}

/// As [`take`], of a request that is nothing else.
fn only<const N: usize>(input: &[u8]) -> Result<&[u8; N], BadRequest> {
    match take(input)? {
        (record, []) => Ok(record),
        _ => Err(BadRequest::Length),
    }
}

fn require(holds: bool) -> Result<(), BadRequest> {
    if holds {
        Ok(())
    } else {
        Err(BadRequest::Value)
    }
}

/// Takes a request apart.
///
/// # Errors
/// The first of: the code, the length, the version, values and reserved bytes, the room for the answer.
pub fn parse(code: u32, input: &[u8], output_length: usize) -> Result<Request<'_>, BadRequest> {
    let code = ControlCode::from_number(code).ok_or(BadRequest::Code)?;
    let (raw, _) = take::<{ RequestHeader::SIZE }>(input)?;
    let header = RequestHeader::read(raw);
    if cast::index(header.length) != input.len() {
        return Err(BadRequest::Length);
    }
    if header.version != PROTOCOL_VERSION && code != ControlCode::Hello {
        return Err(BadRequest::Version);
    }
    let request = match code {
        ControlCode::Hello => plain(input, Request::Hello)?,
        ControlCode::Status => plain(input, Request::Status)?,
        ControlCode::UploadCommit => plain(input, Request::UploadCommit)?,
        ControlCode::ReadEvents => plain(input, Request::ReadEvents)?,
        ControlCode::UploadBegin => {
            let raw = only(input)?;
            let begin = UploadBegin::read(raw);
            require(UploadBegin::is_canonical(raw) && begin.content_length != 0)?;
            Request::UploadBegin {
                length: begin.content_length,
                sha256: begin.sha256,
            }
        }
        ControlCode::UploadChunk => {
            let (raw, bytes) = take(input)?;
            if bytes.is_empty() || bytes.len() > MAX_CHUNK {
                return Err(BadRequest::Length);
            }
            require(ChunkHeader::is_canonical(raw))?;
            Request::UploadChunk {
                offset: ChunkHeader::read(raw).offset,
                bytes,
            }
        }
        ControlCode::Rollback => {
            let (raw, order) = take::<{ RequestHeader::SIZE }>(input)?;
            let order = only(order)?;
            require(RequestHeader::is_canonical(raw) && RollbackOrder::is_well_formed(order))?;
            Request::Rollback(order)
        }
        ControlCode::SetMode => {
            let mode = u8::try_from(number(input)?)
                .ok()
                .and_then(Mode::from_number);
            Request::SetMode(mode.ok_or(BadRequest::Value)?)
        }
        ControlCode::Health => Request::Health {
            content_version: number(input)?,
        },
        ControlCode::Mute => {
            let (raw, path) = take(input)?;
            let (units, odd) = path.as_chunks::<2>();
            if !odd.is_empty() || units.len() > MAX_MUTED {
                return Err(BadRequest::Length);
            }
            require(MuteHeader::is_canonical(raw))?;
            match (MuteHeader::read(raw).operation, units) {
                (0, [_, ..]) => Request::Mute(units),
                (1, []) => Request::Unmute,
                _ => return Err(BadRequest::Value),
            }
        }
    };
    if output_length < code.answer_size() {
        return Err(BadRequest::Output);
    }
    Ok(request)
}

fn plain<'a>(input: &[u8], request: Request<'a>) -> Result<Request<'a>, BadRequest> {
    require(RequestHeader::is_canonical(only(input)?))?;
    Ok(request)
}

fn number(input: &[u8]) -> Result<u64, BadRequest> {
    let raw = only(input)?;
    require(NumberRequest::is_canonical(raw))?;
    Ok(NumberRequest::read(raw).number)
}

/// Writes a record and what follows it; `None` where they do not fit.
fn put<const N: usize>(out: &mut [u8], record: [u8; N], rest: &[u8]) -> Option<usize> {
    let (place, out) = out.split_first_chunk_mut::<N>()?;
    *place = record;
    let (place, _) = out.split_at_mut_checked(rest.len())?;
    for (place, byte) in place.iter_mut().zip(rest) {
        *place = *byte;
    }
    Some(N.wrapping_add(rest.len()))
}

impl Request<'_> {
    /// The request's control code.
    #[must_use]
    pub const fn code(&self) -> ControlCode {
        match self {
            Self::Hello => ControlCode::Hello,
            Self::Status => ControlCode::Status,
            Self::UploadBegin { .. } => ControlCode::UploadBegin,
            Self::UploadChunk { .. } => ControlCode::UploadChunk,
            Self::UploadCommit => ControlCode::UploadCommit,
            Self::Rollback(_) => ControlCode::Rollback,
            Self::SetMode(_) => ControlCode::SetMode,
            Self::Mute(_) | Self::Unmute => ControlCode::Mute,
            Self::Health { .. } => ControlCode::Health,
            Self::ReadEvents => ControlCode::ReadEvents,
        }
    }

    /// Writes the request to the start of `out` and says how long it is; `None` where it does not fit.
    #[must_use]
    pub fn encode(&self, out: &mut [u8]) -> Option<usize> {
        let version = PROTOCOL_VERSION;
        let length = |record: usize, rest: usize| cast::narrow(record.saturating_add(rest));
        let number = |number| NumberRequest {
            version,
            length: length(NumberRequest::SIZE, 0),
            number,
        };
        let header = |rest| RequestHeader {
            version,
            length: length(RequestHeader::SIZE, rest),
        };
        let mute = |operation, rest| MuteHeader {
            version,
            length: length(MuteHeader::SIZE, rest),
            operation,
        };
        match *self {
            Self::Hello | Self::Status | Self::UploadCommit | Self::ReadEvents => {
                put(out, header(0).write(), &[])
            }
            Self::UploadBegin {
                length: content_length,
                sha256,
            } => {
                let begin = UploadBegin {
                    version,
                    length: length(UploadBegin::SIZE, 0),
                    content_length,
                    sha256,
                };
                put(out, begin.write(), &[])
            }
            Self::UploadChunk { offset, bytes } => {
                let chunk = ChunkHeader {
                    version,
                    length: length(ChunkHeader::SIZE, bytes.len()),
                    offset,
                };
                put(out, chunk.write(), bytes)
            }
            Self::Rollback(order) => put(out, header(order.len()).write(), order),
            Self::SetMode(mode) => put(out, number(mode.number().into()).write(), &[]),
            Self::Health { content_version } => put(out, number(content_version).write(), &[]),
            Self::Mute(path) => {
                let path = path.as_flattened();
                put(out, mute(0, path.len()).write(), path)
            }
            Self::Unmute => put(out, mute(1, 0).write(), &[]),
        }
    }
}
