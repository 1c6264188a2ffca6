//! Verdicts that need not be found twice: a file that is opened a thousand times by one process.
//!
//! Only *nothing to report* is kept, under everything that it depends on: content version, kind of event, the process's
//! start key, and the *generation* of the file's name. The caller takes a new generation from one counter whenever it
//! learns a name, and whenever a rename, a link or a write ends what it knew. So a key is never used for anything else,
//! and an entry need not be taken back, only overwritten.
//!
//! Guarantees: a hit means that exactly this key was put in; producers and readers never wait, an insertion that meets
//! another one is left out.
//!
//! Each slot has a word that is odd while it is written (a sequence lock). Fields are stored with release and loaded
//! with acquire: a reader that sees any field of a later write therefore sees the changed sequence when it looks again.

use core::sync::atomic::{AtomicU64, Ordering};

use cofferdam_interpreter::cast;
use cofferdam_interpreter::schema::Kind;

use crate::word::Word;

/// Words of a slot.
pub const SLOT_WORDS: usize = 4;

/// What a verdict depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Version of the content that judged.
    pub content_version: u64,
    /// Kind of the event.
    pub kind: Kind,
    /// Start key of the process that acts.
    pub start_key: u64,
    /// Generation of the file's name; below 2^56.
    pub generation: u64,
}

impl Key {
    fn fields(&self) -> [u64; 3] {
        let kind = u64::from(self.kind.number());
        [
            self.content_version,
            self.start_key,
            self.generation << 8 | kind,
        ]
    }
}

/// The cache, over the caller's words.
#[derive(Debug)]
pub struct Cache<'m, W = AtomicU64> {
    slots: &'m [[W; SLOT_WORDS]],
    /// Number of slots in use less one: a power of two less one.
    mask: usize,
}

impl<'m, W: Word> Cache<'m, W> {
    /// Over zeroed words: the largest power of two of [slots](SLOT_WORDS) that they hold. Without a whole slot nothing
    /// is kept.
    #[must_use]
    pub fn new(words: &'m [W]) -> Self {
        let (slots, _) = words.as_chunks::<SLOT_WORDS>();
        let used = match slots.len().checked_ilog2() {
            Some(log2) => 1_usize.wrapping_shl(log2),
            None => 1,
        };
        Self {
            slots,
            mask: used.wrapping_sub(1),
        }
    }

    /// Whether it is known that there is nothing to report.
    #[must_use]
    pub fn holds(&self, key: &Key) -> bool {
        let fields = key.fields();
        let Some([sequence, words @ ..]) = self.slot(&fields) else {
            return false;
        };
        let before = sequence.load(Ordering::Acquire);
        // A slot that was never written is all zero, which a key could be.
        if before & 1 != 0 || before == 0 {
            return false;
        }
        let same = words
            .iter()
            .zip(fields)
            .all(|(word, field)| word.load(Ordering::Acquire) == field);
        same && sequence.load(Ordering::Relaxed) == before
    }

    /// Notes that there is nothing to report.
    pub fn insert(&self, key: &Key) {
        let fields = key.fields();
        let Some([sequence, words @ ..]) = self.slot(&fields) else {
            return;
        };
        let before = sequence.load(Ordering::Relaxed);
        let writing = before | 1;
        if before == writing
            || sequence
                .compare_exchange_weak(before, writing, Ordering::Acquire)
                .is_err()
        {
            return;
        }
        for (word, field) in words.iter().zip(fields) {
            word.store(field, Ordering::Release);
        }
        sequence.store(writing.wrapping_add(1), Ordering::Release);
    }

    fn slot(&self, fields: &[u64; 3]) -> Option<&'m [W; SLOT_WORDS]> {
        let mixed = fields.iter().fold(0_u64, |mixed, field| {
            (mixed ^ field)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .rotate_left(29)
        });
        self.slots.get(cast::index(cast::low32(mixed)) & self.mask)
    }
}
