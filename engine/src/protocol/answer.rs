//! Answers of fixed size.

use cofferdam_interpreter::Refusal;
use cofferdam_interpreter::bytes::record;
use cofferdam_interpreter::schema::{FINGERPRINT, SCHEMA_NUMBER};
use cofferdam_interpreter::{cast, limits};

use super::{MAX_CHUNK, PROTOCOL_VERSION, RECORD_SIZE};

record! {
    /// Who is there.
    pub struct HelloAnswer: 64 {
        /// [`PROTOCOL_VERSION`] of the driver.
        version: u16 = 0,
        /// Bytes of an event record.
        record_size: u16 = 2,
        /// Its [`ENGINE_VERSION`](limits::ENGINE_VERSION).
        engine: u32 = 4,
        /// Its [`SCHEMA_NUMBER`].
        schema_number: u32 = 8,
        /// Most bytes of a chunk.
        max_chunk: u32 = 12,
        /// Its [`FINGERPRINT`].
        schema_fingerprint: [u8; 32] = 16,
        /// Most bytes of content.
        max_content: u32 = 48,
    }
}

impl HelloAnswer {
    /// What this engine says of itself.
    #[must_use]
    pub fn ours() -> Self {
        Self {
            version: PROTOCOL_VERSION,
            record_size: const { cast::low16(cast::wide(RECORD_SIZE)) },
            engine: limits::ENGINE_VERSION,
            schema_number: SCHEMA_NUMBER,
            max_chunk: const { cast::narrow(MAX_CHUNK) },
            schema_fingerprint: FINGERPRINT,
            max_content: limits::Limits::KERNEL.file_bytes,
        }
    }
}

record! {
    /// What became of content, or of the wish to change it. The request itself succeeded.
    pub struct LoadAnswer: 48 {
        /// [`LoadOutcome`].
        outcome: u16 = 0,
        /// With [`LoadOutcome::Refused`]: the refusal's code; else 0.
        code: u16 = 2,
        /// With [`LoadOutcome::Refused`]: the section's number; else 0.
        section: u16 = 4,
        /// With [`LoadOutcome::Refused`]: the index within the section; else 0.
        index: u32 = 8,
        /// The `NTSTATUS` behind the outcome where Windows gave one; else 0.
        status: u32 = 12,
        /// The content version that the request was about; 0 where that is not known.
        version: u64 = 16,
        /// The content version that is active afterwards; 0 where there is none.
        active: u64 = 24,
        /// The content version that the next boot falls back to; 0 where there is none.
        fallback: u64 = 32,
    }
}

impl LoadAnswer {
    /// An answer without a refusal or status.
    #[must_use]
    pub fn new(outcome: LoadOutcome, version: u64, active: u64, fallback: u64) -> Self {
        Self {
            outcome: outcome.number(),
            code: 0,
            section: 0,
            index: 0,
            status: 0,
            version,
            active,
            fallback,
        }
    }

    /// The verifier's refusal.
    #[must_use]
    pub fn refused(refusal: Refusal, version: u64, active: u64, fallback: u64) -> Self {
        Self {
            code: refusal.code.number(),
            section: refusal.section.number(),
            index: refusal.index,
            ..Self::new(LoadOutcome::Refused, version, active, fallback)
        }
    }
}

macro_rules! outcomes {
    ($($name:ident = $number:literal, $words:literal, $text:literal;)+) => {
        /// What became of content, or of the wish to change it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum LoadOutcome { $(#[doc = $text] $name,)+ }

        impl LoadOutcome {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $number,)+ }
            }

            /// The outcome with this number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $words,)+ }
            }

            /// What it means.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

outcomes! {
    Done = 0, "done", "Done.";
    Refused = 1, "refused", "The verifier refuses the content.";
    Incomplete = 2, "incomplete", "No upload was begun, or bytes of it are missing.";
    Hash = 3, "hash", "The content's hash is not the one that was announced.";
    UnknownKey = 4, "unknown-key", "The driver does not trust the key that the header names.";
    Signature = 5, "signature", "The signature is not the named key's.";
    Cryptography = 6, "cryptography", "Windows could not check the signature.";
    NotNewer = 7, "not-newer", "The version is not higher than every one that was ever accepted.";
    Expired = 8, "expired", "It has expired.";
    Tier = 9, "tier", "The content is not for the kernel.";
    Floor = 10, "floor", "The content that is active forbids going back so far.";
    NotHere = 11, "not-here", "The version is not the one that the request is about, or is in no slot.";
    Storage = 12, "storage", "It could not be recorded on disk, so nothing was changed.";
    Memory = 13, "memory", "There is not enough memory.";
    Busy = 14, "busy", "Another change of content is under way.";
    Replay = 15, "replay", "The order is not newer than one that was obeyed.";
    Channel = 16, "channel", "It is for another channel than the content that was accepted before.";
    Awaited = 17, "awaited", "The order is recorded; its content is in no slot and is to be uploaded.";
}

record! {
    /// Before the records of a read; they follow without gaps.
    pub struct ReadAnswer: 32 {
        /// [`PROTOCOL_VERSION`] of the driver.
        version: u16 = 0,
        /// Number of records.
        count: u16 = 2,
        /// Bytes of each.
        record_size: u32 = 4,
        /// Records dropped since the driver was loaded because the ring was full.
        dropped: u64 = 8,
        /// Sequence number of the next record.
        next: u64 = 16,
    }
}
