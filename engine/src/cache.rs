//! Verdicts that need not be found twice: a file that is opened a thousand times by one process.
//!
//! Only *nothing to report* is kept, under everything that it depends on: the content, the kind of event, the process's
//! start key, the stream, and the *epoch* of names. Contents and streams are numbered by the caller, from counters that
//! never come back; an epoch ends with whatever could change the name of any stream ([`Epochs`]). So a key is never used
//! for anything else, and an entry need not be taken back, only overwritten.
//!
//! Kinds whose rules test what differs from one operation on a stream to the next cannot be kept: see [`cacheable`].
//!
//! Guarantees: a hit means that exactly this key was put in; producers and readers never wait, an insertion that meets
//! another one is left out.
//!
//! Each slot has a word that is odd while it is written (a sequence lock). Fields are stored with release and loaded
//! with acquire: a reader that sees any field of a later write therefore sees the changed sequence when it looks again.

use core::sync::atomic::{AtomicU64, Ordering};

use cofferdam_interpreter::schema::{FieldInfo, Kind, Type};
use cofferdam_interpreter::{Content, cast};

use crate::word::Word;

/// Words of a slot.
pub const SLOT_WORDS: usize = 5;

/// Words of a key; a slot has one more, for its sequence.
const KEY_WORDS: usize = 4;

/// What a verdict depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Number of the content that judged; not its version, which may be loaded twice.
    pub content: u64,
    /// Kind of the event.
    pub kind: Kind,
    /// Start key of the process that acts.
    pub start_key: u64,
    /// Number of the stream.
    pub stream: u64,
    /// The epoch of its name; below 2^56.
    pub epoch: u64,
}

impl Key {
    fn fields(&self) -> [u64; KEY_WORDS] {
        let kind = u64::from(self.kind.number());
        [
            self.content,
            self.start_key,
            self.stream,
            self.epoch << 8 | kind,
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

    fn slot(&self, fields: &[u64; KEY_WORDS]) -> Option<&'m [W; SLOT_WORDS]> {
        let mixed = fields.iter().fold(0_u64, |mixed, field| {
            (mixed ^ field)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .rotate_left(29)
        });
        self.slots.get(cast::index(cast::low32(mixed)) & self.mask)
    }
}

/// Epochs of names: while none of them can change, an epoch lasts.
///
/// What changes a name is announced before it happens and after; in between there is no epoch. Whoever learns a verdict
/// asks for the epoch before it asks for the name: if that changes meanwhile, the verdict is kept for an epoch that is
/// over.
#[derive(Debug)]
pub struct Epochs<W = AtomicU64> {
    changing: W,
    number: W,
}

impl<W: Word> Epochs<W> {
    /// From words that are zero.
    #[must_use]
    pub const fn new(changing: W, number: W) -> Self {
        Self { changing, number }
    }

    /// The epoch, unless a name is being changed.
    #[must_use]
    pub fn current(&self) -> Option<u64> {
        // In this order: whoever sees that the change is over sees the number that it left.
        let changing = self.changing.load(Ordering::Acquire);
        let number = self.number.load(Ordering::Acquire);
        (changing == 0).then_some(number)
    }

    /// A name may change from now on.
    pub fn begin(&self) {
        self.changing.fetch_add(1, Ordering::AcqRel);
        self.number.fetch_add(1, Ordering::AcqRel);
    }

    /// What [`begin`](Self::begin) announced has happened, or has not.
    pub fn end(&self) {
        self.number.fetch_add(1, Ordering::AcqRel);
        self.changing.fetch_add(u64::MAX, Ordering::AcqRel);
    }
}

/// The kinds of file events, bit n the kind with number n, whose rules test nothing but what is the same whenever the same
/// process does the same with the same stream: what it is called, and who the process is.
#[must_use]
pub fn cacheable(content: &Content<'_>) -> u64 {
    let same = |field: &FieldInfo| field.ty == Type::Text || field.name == "ProcessId";
    let mut cacheable = 0;
    for record in content.kinds() {
        let Some(kind) = Kind::from_number(record.kind) else {
            continue;
        };
        if !matches!(kind, Kind::FileEvent | Kind::FileAccess) {
            continue;
        }
        let bit = |number: u8| 1_u64.checked_shl(number.into()).unwrap_or(0);
        let fields = kind.fields().iter().filter(|field| !same(field));
        let differ = fields.fold(0, |differ, field| differ | bit(field.number));
        let mut rules = record.rule_start..record.rule_start.wrapping_add(record.rule_count);
        let all_same = rules.all(|rule| {
            content
                .rule(rule)
                .is_some_and(|rule| content.fields_tested(&rule) & differ == 0)
        });
        if all_same {
            cacheable |= bit(record.kind);
        }
    }
    cacheable
}
