//! A driver without Windows: the engine's parts behind the protocol, as the real one puts them together.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::atomic::AtomicU64;

use cofferdam_client::{Transport, TransportError};
use cofferdam_engine::Mode;
use cofferdam_engine::mute::MuteSet;
use cofferdam_engine::protocol::{
    EventRecord, HelloAnswer, LoadAnswer, LoadOutcome, PROTOCOL_VERSION, RECORD_SIZE, RECORD_WORDS,
    ReadAnswer, Request, RollbackOrder, parse,
};
use cofferdam_engine::ring::{self, Ring};
use cofferdam_engine::slots::{File, Slots, Storage};
use cofferdam_engine::stats::{SET_WORDS, Stats, StatusHeader};
use cofferdam_interpreter::{Content, Limits};
use sha2::{Digest as _, Sha256};

/// Files in memory.
#[derive(Debug, Default)]
struct Files(HashMap<File, Vec<u8>>);

impl Storage for Files {
    type Error = Infallible;

    fn read(&mut self, file: File, out: &mut [u8]) -> Result<Option<usize>, Infallible> {
        Ok(self.0.get(&file).map(|bytes| {
            for (place, byte) in out.iter_mut().zip(bytes) {
                *place = *byte;
            }
            bytes.len()
        }))
    }

    fn write(&mut self, file: File, content: &[u8]) -> Result<(), Infallible> {
        self.0.insert(file, content.to_vec());
        Ok(())
    }

    fn flush(&mut self, _: File) -> Result<(), Infallible> {
        Ok(())
    }
}

/// The driver.
#[derive(Debug)]
pub(crate) struct Driver {
    files: Files,
    slots: Slots,
    upload: Option<(Vec<u8>, usize, [u8; 32])>,
    mode: Mode,
    muted: MuteSet,
    stats: Vec<AtomicU64>,
    ring: Vec<AtomicU64>,
    last: Option<LoadAnswer>,
    /// Requests that arrived.
    pub(crate) requests: usize,
}

/// A handle to it.
#[derive(Clone, Debug)]
pub(crate) struct Handle(pub(crate) Rc<RefCell<Driver>>);

fn words(count: usize) -> Vec<AtomicU64> {
    (0..count).map(|_| AtomicU64::new(0)).collect()
}

impl Driver {
    /// Freshly installed, with a ring of four records.
    pub(crate) fn installed() -> Handle {
        let mut files = Files::default();
        let slots = Slots::open(&mut files).unwrap();
        Handle(Rc::new(RefCell::new(Self {
            files,
            slots,
            upload: None,
            mode: Mode::Audit,
            muted: MuteSet::new(),
            stats: words(SET_WORDS),
            ring: words(ring::words(2, RECORD_WORDS)),
            last: None,
            requests: 0,
        })))
    }

    /// An event is reported.
    pub(crate) fn record(&self, record: &EventRecord<'_>) {
        let ring = Ring::<AtomicU64>::new(&self.ring).unwrap();
        ring.push(|sequence, dropped| record.words(sequence, dropped));
    }

    /// The counters.
    pub(crate) fn stats(&self) -> Stats<'_> {
        Stats::new(&self.stats)
    }

    fn answer(&self, outcome: LoadOutcome, version: u64) -> LoadAnswer {
        LoadAnswer::new(
            outcome,
            version,
            self.slots.active_version(),
            self.slots.fallback_version(),
        )
    }

    fn commit(&mut self) -> LoadAnswer {
        let Some((bytes, done, sha256)) = self.upload.take() else {
            return self.answer(LoadOutcome::Incomplete, 0);
        };
        if done != bytes.len() {
            return self.answer(LoadOutcome::Incomplete, 0);
        }
        if sha256 != <[u8; 32]>::from(Sha256::digest(&bytes)) {
            return self.answer(LoadOutcome::Hash, 0);
        }
        let mut scratch = vec![0; Limits::KERNEL.scratch_words as usize];
        let verified = Content::decode(&bytes)
            .and_then(|content| content.verify(&Limits::KERNEL, &mut scratch));
        let content = match verified {
            Ok(content) => content,
            Err(refusal) => {
                let (active, fallback) =
                    (self.slots.active_version(), self.slots.fallback_version());
                return LoadAnswer::refused(refusal, 0, active, fallback);
            }
        };
        let header = content.content().header();
        let stored = self
            .slots
            .store(&mut self.files, &bytes, &header, sha256, 0);
        match stored {
            Ok(candidate) => {
                self.slots.activated(candidate.slot);
                self.answer(LoadOutcome::Done, candidate.version)
            }
            Err((outcome, _)) => self.answer(outcome, header.content_version),
        }
    }

    fn serve(&mut self, request: &Request<'_>, out: &mut [u8]) -> Result<usize, u32> {
        let answer = match *request {
            Request::Hello => return put(out, &HelloAnswer::ours().write()),
            Request::Status => {
                let header = StatusHeader {
                    mode: self.mode.number(),
                    trial: self.slots.is_trial().into(),
                    degraded: 1 << 7,
                    active: self.slots.active_version(),
                    fallback: self.slots.fallback_version(),
                    highest: self.slots.highest_version(),
                    muted: self.muted.count(),
                    loaded_at: 133_342_868_260_000_000,
                    channel: *b"dev\0\0\0\0\0\0\0\0\0\0\0\0\0",
                    last_outcome: self.last.map_or(0, |last| last.outcome),
                    last_code: self.last.map_or(0, |last| last.code),
                    last_section: self.last.map_or(0, |last| last.section),
                    last_index: self.last.map_or(0, |last| last.index),
                    ..StatusHeader::new()
                };
                assert!(self.stats().write_status(&header, out));
                return Ok(cofferdam_engine::stats::STATUS_SIZE);
            }
            Request::UploadBegin { length, sha256 } => {
                self.upload = Some((vec![0; length as usize], 0, sha256));
                return Ok(0);
            }
            Request::UploadChunk { offset, bytes } => {
                let (content, done, _) = self.upload.as_mut().ok_or(0xC000_000D_u32)?;
                if *done != offset as usize {
                    return Err(0xC000_000D);
                }
                content[*done..*done + bytes.len()].copy_from_slice(bytes);
                *done += bytes.len();
                return Ok(0);
            }
            Request::UploadCommit => self.commit(),
            Request::Rollback(bytes) => {
                let order = RollbackOrder::read(bytes);
                match self.slots.roll_back(&mut self.files, &order, 0) {
                    Ok(Some(candidate)) => {
                        self.slots.activated(candidate.slot);
                        self.answer(LoadOutcome::Done, order.to)
                    }
                    Ok(None) => self.answer(LoadOutcome::Awaited, order.to),
                    Err((outcome, _)) => self.answer(outcome, order.to),
                }
            }
            Request::SetMode(mode) => {
                self.mode = mode;
                return Ok(0);
            }
            Request::Mute(path) => {
                let path = path.iter().map(|unit| u16::from_le_bytes(*unit));
                self.muted.insert(path).unwrap();
                return Ok(0);
            }
            Request::Unmute => {
                self.muted.clear();
                return Ok(0);
            }
            Request::Health { content_version } => {
                let outcome = match self.slots.healthy(&mut self.files, content_version) {
                    Ok(()) => LoadOutcome::Done,
                    Err((outcome, _)) => outcome,
                };
                self.answer(outcome, content_version)
            }
            Request::ReadEvents => return self.read(out),
        };
        self.last = Some(answer);
        put(out, &answer.write())
    }

    /// What a pended read is answered with; nothing here waits, so one without events is cancelled.
    fn read(&self, out: &mut [u8]) -> Result<usize, u32> {
        let ring = Ring::<AtomicU64>::new(&self.ring).unwrap();
        let (head, rest) = out.split_first_chunk_mut::<{ ReadAnswer::SIZE }>().unwrap();
        let (places, _) = rest.as_chunks_mut::<RECORD_SIZE>();
        let mut count = 0;
        for place in places {
            if !ring.pop(place) {
                break;
            }
            count += 1;
        }
        if count == 0 {
            return Err(0xC000_0120);
        }
        *head = ReadAnswer {
            version: PROTOCOL_VERSION,
            count: count as u16,
            record_size: RECORD_SIZE as u32,
            dropped: ring.dropped(),
            next: ring.next_sequence(),
        }
        .write();
        Ok(ReadAnswer::SIZE + count * RECORD_SIZE)
    }
}

fn put(out: &mut [u8], answer: &[u8]) -> Result<usize, u32> {
    out[..answer.len()].copy_from_slice(answer);
    Ok(answer.len())
}

impl Transport for Handle {
    fn control(
        &mut self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, TransportError> {
        let mut driver = self.0.borrow_mut();
        driver.requests += 1;
        let request =
            parse(code, input, output.len()).map_err(|bad| TransportError::Status(bad.status()))?;
        driver
            .serve(&request, output)
            .map_err(TransportError::Status)
    }
}
