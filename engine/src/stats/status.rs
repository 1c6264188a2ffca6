//! The answer to a status request: a header, then every counter, kind and bucket as a number of eight bytes.

use cofferdam_interpreter::bytes::record;

use super::{BUCKETS, Counter, KINDS, Stats, USED_WORDS};
use crate::word::Word;

/// Bytes of the answer.
pub const STATUS_SIZE: usize = StatusHeader::SIZE.saturating_add(USED_WORDS.saturating_mul(8));

record! {
    /// What is not counted.
    pub struct StatusHeader: 144 {
        /// [`PROTOCOL_VERSION`](crate::protocol::PROTOCOL_VERSION) of the driver.
        version: u16 = 0,
        /// [`Mode`](crate::Mode).
        mode: u8 = 2,
        /// Whether the active content has not proved itself yet: 1, else 0.
        trial: u8 = 3,
        /// [`Degraded`] bits.
        degraded: u32 = 4,
        /// Version of the active content; 0 without one.
        active: u64 = 8,
        /// Version that the next boot falls back to; 0 without one.
        fallback: u64 = 16,
        /// The highest version that was ever accepted.
        highest: u64 = 24,
        /// Rules of the active content.
        rules: u32 = 32,
        /// Those that faulted and run no more.
        quarantined: u32 = 36,
        /// Records that the ring holds at the most.
        ring_capacity: u32 = 40,
        /// Records that wait in it.
        ring_waiting: u32 = 44,
        /// Records dropped because it was full.
        dropped: u64 = 48,
        /// Sequence number of the next record.
        next: u64 = 56,
        /// Processes in the process table.
        processes: u32 = 64,
        /// Paths that are muted.
        muted: u32 = 68,
        /// When the driver was loaded, in 100 ns since 1601.
        loaded_at: u64 = 72,
        /// Channel of the active content.
        channel: [u8; 16] = 80,
        /// Key that signed it.
        key_id: [u8; 16] = 96,
        /// Number of counters that follow.
        counters: u16 = 112,
        /// Number of kinds that follow them.
        kinds: u16 = 114,
        /// Number of histogram buckets that follow those.
        buckets: u16 = 116,
        /// Why the last content was refused: [`LoadOutcome`](crate::protocol::LoadOutcome); 0 without one.
        last_outcome: u16 = 118,
        /// The refusal's code, section and index, as in a load's answer.
        last_code: u16 = 120,
        /// See `last_code`.
        last_section: u16 = 122,
        /// See `last_code`.
        last_index: u32 = 124,
        /// The version that was refused.
        last_version: u64 = 128,
    }
}

impl StatusHeader {
    /// A header in which everything is zero but the numbers of what follows.
    #[must_use]
    pub fn new() -> Self {
        let mut header = Self::read(&[0; Self::SIZE]);
        header.version = crate::protocol::PROTOCOL_VERSION;
        header.counters = const { count(Counter::COUNT) };
        header.kinds = const { count(KINDS) };
        header.buckets = const { count(BUCKETS) };
        header
    }
}

impl Default for StatusHeader {
    fn default() -> Self {
        Self::new()
    }
}

const fn count(count: usize) -> u16 {
    cofferdam_interpreter::cast::low16(cofferdam_interpreter::cast::wide(count))
}

macro_rules! degraded {
    ($($(#[$doc:meta])+ $name:ident = $bit:literal, $words:literal;)+) => {
        /// What does not work as it should; a bit each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Degraded { $($(#[$doc])+ $name,)+ }

        impl Degraded {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its bit.
            #[must_use]
            pub const fn bit(self) -> u32 {
                match self { $(Self::$name => 1 << $bit,)+ }
            }

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $words,)+ }
            }
        }
    };
}

degraded! {
    /// Files and pipes are not observed.
    Files = 0, "files";
    /// Processes are not observed.
    Processes = 1, "processes";
    /// Threads are not observed.
    Threads = 2, "threads";
    /// Images are not observed.
    Images = 3, "images";
    /// The registry is not observed.
    Registry = 4, "registry";
    /// Handles are not observed.
    Handles = 5, "handles";
    /// Signatures cannot be checked: no new content.
    Cryptography = 6, "cryptography";
    /// No key is trusted: no content.
    NoKeys = 7, "no_keys";
    /// Content lies in writable memory: the kernel did not protect it.
    WritableContent = 8, "writable_content";
    /// The boot guard's records cannot be written: no new content.
    BootGuard = 9, "boot_guard";
    /// The content of the last boot did not prove itself: an older one, or none, is active.
    FellBack = 10, "fell_back";
    /// Not all processes that ran before the driver are known.
    OlderProcesses = 11, "older_processes";
    /// The system volume has not appeared yet, so nothing was loaded from it.
    NoVolume = 12, "no_volume";
}

impl<W: Word> Stats<'_, W> {
    /// Writes the answer; false where `out` is shorter than [`STATUS_SIZE`].
    pub fn write_status(&self, header: &StatusHeader, out: &mut [u8]) -> bool {
        let Some((place, rest)) = out.split_first_chunk_mut() else {
            return false;
        };
        *place = header.write();
        let (words, _) = rest.as_chunks_mut::<8>();
        let Some(words) = words.get_mut(..USED_WORDS) else {
            return false;
        };
        let mut at = 0_usize;
        for word in words {
            *word = self.sum(at).to_le_bytes();
            at = at.wrapping_add(1);
        }
        true
    }
}

/// An answer that was read.
#[derive(Clone, Copy, Debug)]
pub struct StatusView<'a> {
    /// The header.
    pub header: StatusHeader,
    /// The counters, in the order of [`Counter::ALL`]; a newer driver may have more.
    pub counters: &'a [[u8; 8]],
    /// Events of each kind, by number.
    pub kinds: &'a [[u8; 8]],
    /// The histogram: see [`BUCKETS`].
    pub buckets: &'a [[u8; 8]],
}

impl<'a> StatusView<'a> {
    /// Takes an answer apart; `None` where it is shorter than it says.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (raw, rest) = bytes.split_first_chunk()?;
        let header = StatusHeader::read(raw);
        let (words, _) = rest.as_chunks::<8>();
        let (counters, words) = words.split_at_checked(header.counters.into())?;
        let (kinds, words) = words.split_at_checked(header.kinds.into())?;
        let (buckets, _) = words.split_at_checked(header.buckets.into())?;
        Some(Self {
            header,
            counters,
            kinds,
            buckets,
        })
    }
}
