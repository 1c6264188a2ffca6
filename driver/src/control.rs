//! The control device's requests.

use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use cofferdam_engine::protocol::{
    BadRequest, HelloAnswer, LoadAnswer, PROTOCOL_VERSION, RECORD_SIZE, ReadAnswer, Request, parse,
};
use cofferdam_engine::stats::{Counter, STATUS_SIZE, StatusHeader};
use wdk_sys::{
    NTSTATUS, STATUS_ACCESS_DENIED, STATUS_BUFFER_TOO_SMALL, STATUS_DEVICE_BUSY,
    STATUS_INSUFFICIENT_RESOURCES,
};

use crate::cast;
use crate::ffi::pool::PoolBox;
use crate::ffi::sync::Exclusive;
use crate::ffi::thread;
use crate::load::{self, Upload};
use crate::{process, sensor, worker};

/// Whether the device serves: between the ends of DriverEntry and the beginning of unload.
static OPEN: AtomicBool = AtomicBool::new(false);

/// Open handles.
static HANDLES: AtomicU32 = AtomicU32::new(0);

static LOADED_AT: AtomicU64 = AtomicU64::new(0);

/// What belongs to one handle.
pub struct Session {
    upload: Exclusive<Option<Upload>>,
}

/// What becomes of a request.
pub enum Answer {
    /// It is done: how many bytes were answered.
    Done(Result<usize, NTSTATUS>),
    /// It waits for records.
    Wait,
}

/// Starts to serve.
pub fn open() {
    LOADED_AT.store(thread::now(), Ordering::Relaxed);
    OPEN.store(true, Ordering::Release);
}

/// Serves no more.
pub fn close() {
    OPEN.store(false, Ordering::Release);
}

/// Whether requests are served.
pub fn is_open() -> bool {
    OPEN.load(Ordering::Acquire)
}

/// Open handles.
pub fn handles() -> u32 {
    HANDLES.load(Ordering::Acquire)
}

/// A handle is opened.
pub fn opened() -> Result<PoolBox<Session>, NTSTATUS> {
    if !is_open() {
        return Err(STATUS_ACCESS_DENIED);
    }
    let session = Session {
        upload: Exclusive::new(None),
    };
    let session = PoolBox::new(session).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    HANDLES.fetch_add(1, Ordering::AcqRel);
    Ok(session)
}

/// A handle is closed: what it was uploading is dropped.
pub fn closed(session: &Session) {
    session.upload.try_with(|upload| *upload = None);
    HANDLES.fetch_sub(1, Ordering::AcqRel);
}

/// A read waits.
pub fn reading() {
    worker::wake();
}

/// What is answered, once the request's bytes are not needed any more.
enum Reply {
    Nothing,
    Hello,
    Status,
    Load(LoadAnswer),
}

/// Serves a request: `buffer` begins with its `input` bytes, and takes an answer of at most `output`.
pub fn request(
    session: &Session,
    code: u32,
    buffer: &mut [u8],
    input: usize,
    output: usize,
) -> Answer {
    let Some(bytes) = buffer.get(..input) else {
        return Answer::Done(Err(STATUS_BUFFER_TOO_SMALL));
    };
    let reply = match parse(code, bytes, output) {
        Ok(Request::ReadEvents) => return Answer::Wait,
        Ok(request) => serve(session, &request),
        Err(bad) => {
            sensor::count(Counter::BadRequests);
            Err(bad.status().cast_signed())
        }
    };
    let Some(out) = buffer.get_mut(..output) else {
        return Answer::Done(Err(STATUS_BUFFER_TOO_SMALL));
    };
    out.fill(0);
    Answer::Done(reply.and_then(|reply| {
        match reply {
            Reply::Nothing => Some(0),
            Reply::Hello => put(out, HelloAnswer::ours().write()),
            Reply::Load(answer) => put(out, answer.write()),
            Reply::Status => status(out),
        }
        .ok_or(STATUS_BUFFER_TOO_SMALL)
    }))
}

fn put<const N: usize>(out: &mut [u8], answer: [u8; N]) -> Option<usize> {
    *out.first_chunk_mut()? = answer;
    Some(N)
}

fn serve(session: &Session, request: &Request<'_>) -> Result<Reply, NTSTATUS> {
    let busy = Err(STATUS_DEVICE_BUSY);
    match *request {
        Request::Hello => Ok(Reply::Hello),
        Request::Status => Ok(Reply::Status),
        Request::SetMode(mode) => {
            sensor::set_mode(mode);
            Ok(Reply::Nothing)
        }
        Request::Mute(path) => {
            let path = path.iter().map(|unit| u16::from_le_bytes(*unit));
            process::mute_path(path).map_err(|_| STATUS_INSUFFICIENT_RESOURCES)?;
            Ok(Reply::Nothing)
        }
        Request::Unmute => {
            process::mute(|set| set.clear());
            Ok(Reply::Nothing)
        }
        Request::UploadBegin { length, sha256 } => {
            let begin = |upload: &mut Option<Upload>| {
                // The one before goes first: there may be no room for two.
                *upload = None;
                *upload = Some(Upload::begin(length, sha256)?);
                Ok(Reply::Nothing)
            };
            session.upload.try_with(begin).unwrap_or(busy)
        }
        Request::UploadChunk { offset, bytes } => {
            let chunk = |upload: &mut Option<Upload>| {
                let upload = upload.as_mut().ok_or(bad(BadRequest::Value))?;
                upload.chunk(offset, bytes)?;
                Ok(Reply::Nothing)
            };
            session.upload.try_with(chunk).unwrap_or(busy)
        }
        Request::UploadCommit => {
            let commit = |upload: &mut Option<Upload>| Ok(Reply::Load(load::commit(upload.take())));
            session.upload.try_with(commit).unwrap_or(busy)
        }
        Request::Rollback(order) => Ok(Reply::Load(load::roll_back(order))),
        Request::Health { content_version } => Ok(Reply::Load(load::healthy(content_version))),
        Request::ReadEvents => Ok(Reply::Nothing),
    }
}

/// The status that a malformed request is completed with.
pub fn bad(request: BadRequest) -> NTSTATUS {
    request.status().cast_signed()
}

// Not inlined: its frame is not under those of a commit.
#[inline(never)]
fn status(out: &mut [u8]) -> Option<usize> {
    let mut header = StatusHeader::new();
    header.mode = sensor::mode().number();
    header.degraded = sensor::degraded();
    load::describe(&mut header);
    if let Some(ring) = sensor::ring() {
        header.ring_capacity = ring.capacity();
        header.ring_waiting = ring.waiting();
        header.dropped = ring.dropped();
        header.next = ring.next_sequence();
    }
    header.processes = process::known();
    header.muted = process::mute(|set| set.count());
    header.loaded_at = LOADED_AT.load(Ordering::Relaxed);
    let written = sensor::stats().write_status(&header, out);
    written.then_some(STATUS_SIZE)
}

/// Whether records wait.
pub fn has_records() -> bool {
    sensor::ring().is_some_and(|ring| ring.is_ready())
}

/// Moves records out of the ring, as many as fit; how many bytes. By the worker alone: the ring has one reader.
pub fn read_records(out: &mut [u8]) -> usize {
    let (Some(ring), Some((head, rest))) = (sensor::ring(), out.split_first_chunk_mut()) else {
        return 0;
    };
    let mut count = 0_u16;
    let (places, _) = rest.as_chunks_mut::<RECORD_SIZE>();
    for place in places {
        if !ring.pop(place) {
            break;
        }
        count = count.wrapping_add(1);
    }
    let answer = ReadAnswer {
        version: PROTOCOL_VERSION,
        count,
        record_size: cast::narrow(RECORD_SIZE),
        dropped: ring.dropped(),
        next: ring.next_sequence(),
    };
    *head = answer.write();
    ReadAnswer::SIZE.saturating_add(usize::from(count).saturating_mul(RECORD_SIZE))
}
