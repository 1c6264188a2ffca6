//! Takes content in: what is uploaded, and what lies on the disk when the driver starts.
//!
//! Every byte is looked at where it will lie: hash, signature, decoding and verification are done on the pages that
//! content then runs from, and the hash is taken again when they can be written no more. What may run, and whether its
//! try was recorded first, is for the engine's slots to say.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cofferdam_engine::protocol::{LoadAnswer, LoadOutcome, RollbackOrder};
use cofferdam_engine::slots::{Candidate, Slots, Unreadable};
use cofferdam_engine::stats::{Counter, Degraded, StatusHeader};
use cofferdam_interpreter::layout::{Header, SIGNATURE_SIZE};
use cofferdam_interpreter::limits::Limits;
use cofferdam_interpreter::{Content, Refusal, Unverified};
use wdk_sys::{NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER};

use crate::ffi::cng;
use crate::ffi::memory::{Pages, Sealed};
use crate::ffi::pool::{Block, PoolBox};
use crate::ffi::sync::Exclusive;
use crate::ffi::thread;
use crate::sensor::{self, Loaded, count};
use crate::storage::Disk;
use crate::{cast, parameters};

/// What the disk says, once it has been read.
static SLOTS: Exclusive<Option<Slots>> = Exclusive::new(None);

/// Whether the disk has been read, or given up.
static STARTED: AtomicBool = AtomicBool::new(false);

/// Of the slots, for those who only ask.
static ACTIVE: AtomicU64 = AtomicU64::new(0);
static FALLBACK: AtomicU64 = AtomicU64::new(0);
static HIGHEST: AtomicU64 = AtomicU64::new(0);
static TRIAL: AtomicBool = AtomicBool::new(false);

/// Content on its way in.
pub struct Upload {
    pages: Pages,
    sha256: [u8; 32],
    /// Bytes that have come.
    filled: usize,
}

impl Upload {
    /// Room for content of `length` bytes, whose hash is announced.
    pub fn begin(length: u32, sha256: [u8; 32]) -> Result<Self, NTSTATUS> {
        if length > Limits::KERNEL.file_bytes {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let pages = Pages::new(length).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
        Ok(Self {
            pages,
            sha256,
            filled: 0,
        })
    }

    /// The next bytes.
    pub fn chunk(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NTSTATUS> {
        if cast::index(offset) != self.filled {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let end = self.filled.saturating_add(bytes.len());
        let place = self.pages.bytes_mut().get_mut(self.filled..end);
        let place = place.ok_or(STATUS_INVALID_PARAMETER)?;
        for (place, byte) in place.iter_mut().zip(bytes) {
            *place = *byte;
        }
        self.filled = end;
        Ok(())
    }
}

/// Why content was not taken in.
enum Refused {
    Because(LoadOutcome),
    Verifier(Refusal),
    Windows(LoadOutcome, NTSTATUS),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Verifier(refusal)
    }
}

impl From<LoadOutcome> for Refused {
    fn from(outcome: LoadOutcome) -> Self {
        Self::Because(outcome)
    }
}

impl From<(LoadOutcome, Option<NTSTATUS>)> for Refused {
    fn from((outcome, status): (LoadOutcome, Option<NTSTATUS>)) -> Self {
        status.map_or(Self::Because(outcome), |status| {
            Self::Windows(outcome, status)
        })
    }
}

/// Changes what is there, unless another change is under way; and says what came of it.
fn change(version: u64, action: impl FnOnce(&mut Slots) -> Result<(), Refused>) -> LoadAnswer {
    let outcome = SLOTS.try_with(|slots| {
        // Until the disk has been read nobody knows what may be changed.
        let slots = slots.as_mut().ok_or(if STARTED.load(Ordering::Acquire) {
            LoadOutcome::Storage
        } else {
            LoadOutcome::Busy
        })?;
        let outcome = action(slots);
        publish(slots);
        outcome
    });
    let outcome = outcome.unwrap_or(Err(Refused::Because(LoadOutcome::Busy)));
    let answer = |outcome| {
        let (active, fallback) = (&ACTIVE, &FALLBACK);
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        LoadAnswer::new(outcome, version, load(active), load(fallback))
    };
    match outcome {
        Ok(()) => answer(LoadOutcome::Done),
        Err(Refused::Because(outcome)) => answer(outcome),
        Err(Refused::Windows(outcome, status)) => LoadAnswer {
            status: cast::bits(status),
            ..answer(outcome)
        },
        Err(Refused::Verifier(refusal)) => {
            let answer = answer(LoadOutcome::Refused);
            LoadAnswer::refused(refusal, version, answer.active, answer.fallback)
        }
    }
}

fn publish(slots: &Slots) {
    ACTIVE.store(slots.active_version(), Ordering::Relaxed);
    FALLBACK.store(slots.fallback_version(), Ordering::Relaxed);
    HIGHEST.store(slots.highest_version(), Ordering::Relaxed);
    TRIAL.store(slots.is_trial(), Ordering::Relaxed);
}

/// Checks and activates what was uploaded. At PASSIVE_LEVEL.
pub fn commit(upload: Option<Upload>) -> LoadAnswer {
    let Some(Upload {
        pages,
        sha256,
        filled,
    }) = upload
    else {
        return change(0, |_| Err(LoadOutcome::Incomplete.into()));
    };
    let version = version(pages.bytes());
    change(version, |slots| {
        let outcome = take_in(slots, pages, &sha256, filled);
        count(match outcome {
            Ok(()) => Counter::Loads,
            Err(_) => Counter::LoadRefusals,
        });
        outcome
    })
}

/// The version that content says it is; 0 where it says nothing.
#[inline(never)]
fn version(bytes: &[u8]) -> u64 {
    Content::decode(bytes).map_or(0, |content| content.content().header().content_version)
}

/// Everything between uploaded bytes and active content.
#[inline(never)]
fn take_in(
    slots: &mut Slots,
    pages: Pages,
    sha256: &[u8; 32],
    filled: usize,
) -> Result<(), Refused> {
    if filled != pages.bytes().len() {
        return Err(LoadOutcome::Incomplete.into());
    }
    accept(slots, pages.bytes(), sha256)?;
    let loaded = seal(pages, sha256)?;
    let candidate = store(slots, &loaded, sha256)?;
    activate(slots, loaded, &candidate)
}

// What is not inlined here: while content is verified, frames that are not needed are not on the stack.
#[inline(never)]
fn accept(slots: &Slots, bytes: &[u8], sha256: &[u8; 32]) -> Result<(), Refused> {
    let header = authentic(bytes, sha256)?.content().header();
    Ok(slots.accept(&header, seconds())?)
}

#[inline(never)]
fn store(slots: &mut Slots, loaded: &Loaded, sha256: &[u8; 32]) -> Result<Candidate, Refused> {
    let stored = slots.store(
        &mut Disk,
        loaded.bytes(),
        &loaded.header(),
        *sha256,
        seconds(),
    );
    match stored {
        Ok(_) => sensor::restore(Degraded::BootGuard),
        Err(_) => sensor::degrade(Degraded::BootGuard),
    }
    Ok(stored?)
}

fn activate(
    slots: &mut Slots,
    loaded: PoolBox<Loaded>,
    candidate: &Candidate,
) -> Result<(), Refused> {
    sensor::activate(loaded).map_err(|_| LoadOutcome::Busy)?;
    slots.activated(candidate.slot);
    Ok(())
}

/// Now, in seconds since 1970.
fn seconds() -> u64 {
    /// From 1601 to 1970.
    const EPOCH: u64 = 11_644_473_600;
    (thread::now() / 10_000_000).saturating_sub(EPOCH)
}

fn is_hash(bytes: &[u8], sha256: &[u8; 32]) -> Result<(), Refused> {
    match cng::sha256(bytes) {
        Ok(found) if found == *sha256 => Ok(()),
        Ok(_) => Err(LoadOutcome::Hash.into()),
        Err(status) => Err(Refused::Windows(LoadOutcome::Cryptography, status)),
    }
}

/// Content whose hash is the announced one and whose signature a trusted key made.
fn authentic<'a>(bytes: &'a [u8], sha256: &[u8; 32]) -> Result<Unverified<'a>, Refused> {
    is_hash(bytes, sha256)?;
    let content = Content::decode(bytes)?;
    let Header { key_id, .. } = content.content().header();
    signed(&key_id, content.signed(), content.signature())?;
    Ok(content)
}

/// Whether a trusted key of this name made the signature.
fn signed(
    key_id: &[u8; 16],
    bytes: &[u8],
    signature: &[u8; SIGNATURE_SIZE],
) -> Result<(), Refused> {
    let point = parameters::trusted(key_id).ok_or(LoadOutcome::UnknownKey)?;
    match cng::verify(&point, bytes, signature) {
        Ok(true) => Ok(()),
        Ok(false) => Err(LoadOutcome::Signature.into()),
        Err(status) => Err(Refused::Windows(LoadOutcome::Cryptography, status)),
    }
}

/// Verifies content where it lies, with writing taken away, and looks at the hash again.
fn seal(pages: Pages, sha256: &[u8; 32]) -> Result<PoolBox<Loaded>, Refused> {
    let scratch = Block::new(cast::index(Limits::KERNEL.scratch_words));
    let mut scratch = scratch.ok_or(LoadOutcome::Memory)?;
    let (pages, read_only) = pages.protect();
    if !read_only {
        sensor::degrade(Degraded::WritableContent);
    }
    is_hash(pages.bytes(), sha256)?;
    let sealed = Sealed::new(pages, |bytes| -> Result<_, Refused> {
        Ok(Content::decode(bytes)?.verify(&Limits::KERNEL, &mut scratch)?)
    })?;
    Ok(Loaded::new(sealed).ok_or(LoadOutcome::Memory)?)
}

/// Goes back to an older version by a signed order.
#[inline(never)]
pub fn roll_back(bytes: &[u8; RollbackOrder::SIZE]) -> LoadAnswer {
    let order = RollbackOrder::read(bytes);
    change(order.to, |slots| {
        signed(
            &order.key_id,
            RollbackOrder::signed(bytes),
            &order.signature,
        )?;
        match slots.roll_back(&mut Disk, &order, seconds())? {
            Some(candidate) => run(slots, &candidate),
            // It is in no slot: the order lets it be uploaded.
            None => Err(LoadOutcome::Awaited.into()),
        }
    })
}

/// The user half says that the machine is well.
#[inline(never)]
pub fn healthy(version: u64) -> LoadAnswer {
    change(version, |slots| Ok(slots.healthy(&mut Disk, version)?))
}

/// Runs the content of a slot, or forgets it.
fn run(slots: &mut Slots, candidate: &Candidate) -> Result<(), Refused> {
    let outcome = read(candidate).and_then(|loaded| activate(slots, loaded, candidate));
    if outcome.is_err() {
        count(Counter::LoadRefusals);
        if slots.unusable(&mut Disk, candidate.slot).is_err() {
            sensor::degrade(Degraded::BootGuard);
        }
    }
    outcome
}

/// Reads the content of a slot, and checks it as if it came from anywhere.
fn read(candidate: &Candidate) -> Result<PoolBox<Loaded>, Refused> {
    let pages = Pages::new(candidate.length.min(Limits::KERNEL.file_bytes));
    let mut pages = pages.ok_or(LoadOutcome::Memory)?;
    Disk::content(candidate.slot, pages.bytes_mut())
        .map_err(|status| Refused::Windows(LoadOutcome::Storage, status))?;
    may_run(pages.bytes(), candidate)?;
    seal(pages, &candidate.sha256)
}

/// Whether this is a slot's content, and still to run.
#[inline(never)]
fn may_run(bytes: &[u8], candidate: &Candidate) -> Result<(), Refused> {
    let header = authentic(bytes, &candidate.sha256)?.content().header();
    if header.content_version != candidate.version {
        return Err(LoadOutcome::NotHere.into());
    }
    if header.expires != 0 && seconds() >= header.expires {
        return Err(LoadOutcome::Expired.into());
    }
    Ok(())
}

/// Loads what the last boot left; whether there is nothing more to try. By the worker.
#[inline(never)]
pub fn at_start() -> bool {
    if Disk::prepare().is_err() {
        sensor::degrade(Degraded::NoVolume);
        return false;
    }
    sensor::restore(Degraded::NoVolume);
    let done = SLOTS.try_with(|place| {
        let mut slots = match Slots::open(&mut Disk) {
            Ok(slots) => slots,
            Err(unreadable) => {
                sensor::degrade(Degraded::BootGuard);
                // A disk that cannot be read now may be readable soon; one that lies stays as it is.
                return matches!(unreadable, Unreadable::Damaged);
            }
        };
        sensor::restore(Degraded::BootGuard);
        // Each turn spends a try or empties a slot: there are two.
        for _ in 0..4 {
            match slots.next_candidate(&mut Disk) {
                Ok(Some(candidate)) => {
                    if !candidate.is_new && slots.new_version() != 0 {
                        sensor::degrade(Degraded::FellBack);
                    }
                    if run(&mut slots, &candidate).is_ok() {
                        count(Counter::Loads);
                        break;
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    sensor::degrade(Degraded::BootGuard);
                    break;
                }
            }
        }
        publish(&slots);
        *place = Some(slots);
        true
    });
    let done = done.unwrap_or(false);
    STARTED.store(done, Ordering::Release);
    done
}

/// Says which content is there.
pub fn describe(header: &mut StatusHeader) {
    let known = sensor::content(|loaded| {
        let content = loaded.header();
        let rules = (loaded.rules(), loaded.quarantined());
        (
            content.content_version,
            content.channel,
            content.key_id,
            rules,
        )
    });
    if let Some((version, channel, key_id, (rules, quarantined))) = known {
        header.active = version;
        header.channel = channel;
        header.key_id = key_id;
        header.rules = rules;
        header.quarantined = quarantined;
    }
    header.fallback = FALLBACK.load(Ordering::Relaxed);
    header.highest = HIGHEST.load(Ordering::Relaxed);
    header.trial = TRIAL.load(Ordering::Relaxed).into();
}

/// Notes that the driver, or Windows, stops in order: the try of what is active ended well. At PASSIVE_LEVEL.
pub fn stopped() {
    SLOTS.try_with(|slots| {
        if let Some(slots) = slots {
            // Where that cannot be recorded, the try counts.
            let _ = slots.stopped(&mut Disk);
        }
    });
}

/// Forgets the content, once nothing judges any more.
pub fn forget() {
    stopped();
    SLOTS.try_with(|slots| *slots = None);
    sensor::deactivate();
}
