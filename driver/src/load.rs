//! Takes content in: what is uploaded, and what lies on the disk when the driver starts.
//!
//! Every byte is looked at where it will lie: hash, signature, decoding and verification are done on the pages that
//! content then runs from, and the hash is taken again when they can be written no more.

use core::sync::atomic::{AtomicU64, Ordering};

use cofferdam_engine::protocol::{LoadAnswer, LoadOutcome, RollbackOrder};
use cofferdam_engine::stats::{Counter, Degraded, StatusHeader};
use cofferdam_interpreter::layout::SIGNATURE_SIZE;
use cofferdam_interpreter::limits::Limits;
use cofferdam_interpreter::{Content, Refusal};
use wdk_sys::{NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER};

use crate::ffi::cng;
use crate::ffi::memory::{Pages, Sealed};
use crate::ffi::pool::Block;
use crate::sensor::{self, Loaded, count};
use crate::{cast, parameters};

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

/// Checks and activates what was uploaded. At PASSIVE_LEVEL.
pub fn commit(upload: Upload) -> LoadAnswer {
    if upload.filled != upload.pages.bytes().len() {
        return answer(LoadOutcome::Incomplete);
    }
    let version = version(upload.pages.bytes());
    match take_in(upload.pages, &upload.sha256) {
        Ok(()) => {
            count(Counter::Loads);
            LoadAnswer::new(LoadOutcome::Done, version, active(), 0)
        }
        Err(refused) => {
            count(Counter::LoadRefusals);
            refused.answer(version)
        }
    }
}

/// The version that content says it is; 0 where it says nothing.
fn version(bytes: &[u8]) -> u64 {
    Content::decode(bytes).map_or(0, |content| content.content().header().content_version)
}

fn active() -> u64 {
    sensor::content(|loaded| loaded.header().content_version).unwrap_or(0)
}

/// An answer that says no more than this.
pub fn answer(outcome: LoadOutcome) -> LoadAnswer {
    LoadAnswer::new(outcome, 0, active(), 0)
}

impl Refused {
    fn answer(&self, version: u64) -> LoadAnswer {
        match *self {
            Self::Because(outcome) => LoadAnswer::new(outcome, version, active(), 0),
            Self::Verifier(refusal) => LoadAnswer::refused(refusal, version, active(), 0),
            Self::Windows(outcome, status) => LoadAnswer {
                status: cast::bits(status),
                ..LoadAnswer::new(outcome, version, active(), 0)
            },
        }
    }
}

/// Everything between bytes and active content.
fn take_in(pages: Pages, sha256: &[u8; 32]) -> Result<(), Refused> {
    let content = authentic(pages.bytes(), sha256)?;
    let header = content.content().header();
    if header.tier != 0 {
        return Err(Refused::Because(LoadOutcome::Tier));
    }
    if header.content_version <= HIGHEST.load(Ordering::Relaxed) {
        return Err(Refused::Because(LoadOutcome::NotNewer));
    }
    if header.expires != 0 && seconds() > header.expires {
        return Err(Refused::Because(LoadOutcome::Expired));
    }
    let version = header.content_version;
    let sealed = seal(pages, sha256)?;
    let loaded = Loaded::new(sealed).ok_or(Refused::Because(LoadOutcome::Memory))?;
    sensor::activate(loaded).map_err(|_| Refused::Because(LoadOutcome::Busy))?;
    HIGHEST.fetch_max(version, Ordering::Relaxed);
    Ok(())
}

/// The highest version that was ever accepted.
static HIGHEST: AtomicU64 = AtomicU64::new(0);

/// Now, in seconds since 1970.
fn seconds() -> u64 {
    /// From 1601 to 1970.
    const EPOCH: u64 = 11_644_473_600;
    (crate::ffi::thread::now() / 10_000_000).saturating_sub(EPOCH)
}

fn is_hash(bytes: &[u8], sha256: &[u8; 32]) -> Result<(), Refused> {
    match cng::sha256(bytes) {
        Ok(found) if found == *sha256 => Ok(()),
        Ok(_) => Err(Refused::Because(LoadOutcome::Hash)),
        Err(status) => Err(Refused::Windows(LoadOutcome::Cryptography, status)),
    }
}

/// Content whose hash is the announced one and whose signature a trusted key made.
fn authentic<'a>(
    bytes: &'a [u8],
    sha256: &[u8; 32],
) -> Result<cofferdam_interpreter::Unverified<'a>, Refused> {
    is_hash(bytes, sha256)?;
    let content = Content::decode(bytes)?;
    signed(
        &content.content().header().key_id,
        content.signed(),
        content.signature(),
    )?;
    Ok(content)
}

/// Whether a trusted key of this name made the signature.
fn signed(
    key_id: &[u8; 16],
    bytes: &[u8],
    signature: &[u8; SIGNATURE_SIZE],
) -> Result<(), Refused> {
    let unknown = Refused::Because(LoadOutcome::UnknownKey);
    let point = parameters::trusted(key_id).ok_or(unknown)?;
    match cng::verify(&point, bytes, signature) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refused::Because(LoadOutcome::Signature)),
        Err(status) => Err(Refused::Windows(LoadOutcome::Cryptography, status)),
    }
}

/// Verifies content where it lies, takes writing away, and looks at the hash again.
fn seal(pages: Pages, sha256: &[u8; 32]) -> Result<Sealed, Refused> {
    let memory = Refused::Because(LoadOutcome::Memory);
    let mut scratch = Block::new(cast::index(Limits::KERNEL.scratch_words)).ok_or(memory)?;
    let (sealed, read_only) = pages.seal(|bytes| -> Result<_, Refused> {
        Ok(Content::decode(bytes)?.verify(&Limits::KERNEL, &mut scratch)?)
    })?;
    if !read_only {
        sensor::degrade(Degraded::WritableContent);
    }
    is_hash(sealed.bytes(), sha256)?;
    Ok(sealed)
}

/// Goes back to an older version by a signed order.
pub fn roll_back(_: &[u8; RollbackOrder::SIZE]) -> LoadAnswer {
    answer(LoadOutcome::NotHere)
}

/// The user half says that the machine is well.
pub fn healthy(_: u64) -> LoadAnswer {
    answer(LoadOutcome::NotHere)
}

/// Loads what the last boot left; whether there is nothing more to try.
pub fn at_start() -> bool {
    true
}

/// Says which content is there.
pub fn describe(header: &mut StatusHeader) {
    let known = sensor::content(|loaded| (loaded.header(), loaded.rules(), loaded.quarantined()));
    if let Some((content, rules, quarantined)) = known {
        header.active = content.content_version;
        header.channel = content.channel;
        header.key_id = content.key_id;
        header.rules = rules;
        header.quarantined = quarantined;
    }
    header.highest = HIGHEST.load(Ordering::Relaxed);
}

/// Forgets the content, once nothing judges any more.
pub fn forget() {
    sensor::deactivate();
}
