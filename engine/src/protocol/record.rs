//! The event record: what a client reads, one for each rule that said something about an event.

use cofferdam_interpreter::bytes::record;
use cofferdam_interpreter::cast;
use cofferdam_interpreter::event::Value;
use cofferdam_interpreter::schema::Kind;

use crate::judge::{Finding, Verdict};

/// Bytes of an event record.
pub const RECORD_SIZE: usize = 1024;

/// Words of an event record.
pub const RECORD_WORDS: usize = RECORD_SIZE.div_ceil(8);

/// UTF-16 units for both texts of a record together.
const TEXT_UNITS: usize = RECORD_SIZE.saturating_sub(RecordHeader::SIZE).div_ceil(2);

/// Units that the image gets at the most while the object needs the rest.
const IMAGE_UNITS: usize = 200;

record! {
    /// The start of a record. The texts follow: the stored units of the image, then those of the object.
    pub struct RecordHeader: 80 {
        /// Counts records from the driver's load on, without gaps: dropped ones have no number.
        sequence: u64 = 0,
        /// When, in 100 ns since 1601.
        time: u64 = 8,
        /// Version of the content that judged.
        content_version: u64 = 16,
        /// Start key of the process that acts: unlike its id never used again until the next boot.
        start_key: u64 = 24,
        /// The rule's UUID, in the order of its text.
        rule_id: [u8; 16] = 32,
        /// Id of the process that acts.
        process_id: u32 = 48,
        /// Schema number of the event's kind.
        kind: u8 = 52,
        /// [`RecordVerdict`].
        verdict: u8 = 53,
        /// Index of the condition within the rule.
        condition: u8 = 54,
        /// 0 informational to 4 critical.
        severity: u8 = 55,
        /// [`RecordFlags`].
        flags: u16 = 56,
        /// The [fault's code](cofferdam_interpreter::Fault::code); 0 without one.
        fault: u16 = 58,
        /// Units of the whole image path.
        image_length: u16 = 60,
        /// Units of the whole object.
        object_length: u16 = 62,
        /// Units of the image path that are stored.
        image_stored: u16 = 64,
        /// Units of the object that are stored.
        object_stored: u16 = 66,
        /// Records dropped before this one since the driver was loaded.
        dropped: u64 = 72,
    }
}

/// What a record says of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RecordVerdict {
    /// The rule holds.
    Match = 0,
    /// A field that only user mode knows decides.
    Maybe = 1,
    /// The rule holds and the operation was denied.
    Denied = 2,
    /// The rule faulted; it is quarantined.
    Fault = 3,
}

impl RecordVerdict {
    /// The stable number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Match => 0,
            Self::Maybe => 1,
            Self::Denied => 2,
            Self::Fault => 3,
        }
    }

    /// The verdict with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Match),
            1 => Some(Self::Maybe),
            2 => Some(Self::Denied),
            3 => Some(Self::Fault),
            _ => None,
        }
    }

    /// The verdict's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Maybe => "maybe",
            Self::Denied => "denied",
            Self::Fault => "fault",
        }
    }
}

/// Bits of [`RecordHeader::flags`].
#[derive(Clone, Copy, Debug)]
pub struct RecordFlags;

impl RecordFlags {
    /// Not all of the image path is stored.
    pub const IMAGE_CUT: u16 = 1;
    /// Not all of the object is stored.
    pub const OBJECT_CUT: u16 = 2;
    /// The rule would have denied but for the mode, the phase or the process being critical.
    pub const WOULD_DENY: u16 = 4;
    /// The image path is not known.
    pub const NO_IMAGE: u16 = 8;
    /// The event has no object, or it is not known.
    pub const NO_OBJECT: u16 = 16;
}

/// A record on its way into the ring.
#[derive(Clone, Copy, Debug)]
pub struct EventRecord<'a> {
    /// What the event was.
    pub kind: Kind,
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Version of the content that judged.
    pub content_version: u64,
    /// Start key of the process that acts; 0 where it is not known.
    pub start_key: u64,
    /// Id of the process that acts.
    pub process_id: u32,
    /// What was found.
    pub finding: Finding,
    /// The acting process's image.
    pub image: Value<'a>,
    /// What it acts upon.
    pub object: Value<'a>,
}

fn text<'a>(value: Value<'a>, flag: u16) -> (&'a [u16], u16) {
    match value {
        Value::Text(text) => (text, 0),
        _ => (&[], flag),
    }
}

fn units(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

impl<'a> EventRecord<'a> {
    /// The record's words: with the numbers that the ring gives it.
    pub fn words(&self, sequence: u64, dropped: u64) -> impl Iterator<Item = u64> + use<'a> {
        let (image, no_image) = text(self.image, RecordFlags::NO_IMAGE);
        let (object, no_object) = text(self.object, RecordFlags::NO_OBJECT);
        let image_room = TEXT_UNITS.saturating_sub(object.len()).max(IMAGE_UNITS);
        let stored_image = image.get(..image_room).unwrap_or(image);
        let object_room = TEXT_UNITS.saturating_sub(stored_image.len());
        let stored_object = object.get(..object_room).unwrap_or(object);
        let (verdict, fault) = match self.finding.verdict {
            Verdict::Match => (RecordVerdict::Match, 0),
            Verdict::Maybe => (RecordVerdict::Maybe, 0),
            Verdict::Denied => (RecordVerdict::Denied, 0),
            Verdict::Fault(fault) => (RecordVerdict::Fault, fault.code()),
        };
        let mut flags = no_image | no_object;
        if stored_image.len() < image.len() {
            flags |= RecordFlags::IMAGE_CUT;
        }
        if stored_object.len() < object.len() {
            flags |= RecordFlags::OBJECT_CUT;
        }
        if self.finding.would_deny {
            flags |= RecordFlags::WOULD_DENY;
        }
        let header = RecordHeader {
            sequence,
            time: self.time,
            content_version: self.content_version,
            start_key: self.start_key,
            rule_id: self.finding.id,
            process_id: self.process_id,
            kind: self.kind.number(),
            verdict: verdict.number(),
            condition: self.finding.condition,
            severity: self.finding.severity,
            flags,
            fault,
            image_length: units(image.len()),
            object_length: units(object.len()),
            image_stored: units(stored_image.len()),
            object_stored: units(stored_object.len()),
            dropped,
        };
        Words {
            header: Header {
                bytes: header.write(),
                next: 0,
            },
            units: stored_image.iter().chain(stored_object),
        }
    }
}

struct Header {
    bytes: [u8; RecordHeader::SIZE],
    next: usize,
}

/// The words of a record, one after the other; without end, for what follows the texts is zero.
struct Words<'a> {
    header: Header,
    units: core::iter::Chain<core::slice::Iter<'a, u16>, core::slice::Iter<'a, u16>>,
}

impl Iterator for Words<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let (words, _) = self.header.bytes.as_chunks::<8>();
        if let Some(word) = words.get(self.header.next) {
            self.header.next = self.header.next.wrapping_add(1);
            return Some(u64::from_le_bytes(*word));
        }
        let mut word = 0_u64;
        for shift in [0, 16, 32, 48] {
            let unit = self.units.next().copied().unwrap_or(0);
            word |= u64::from(unit).wrapping_shl(shift);
        }
        Some(word)
    }
}

/// A record that was read.
#[derive(Clone, Copy, Debug)]
pub struct StoredEvent<'a> {
    /// The header.
    pub header: RecordHeader,
    /// The stored units of the image path, little-endian.
    pub image: &'a [[u8; 2]],
    /// The stored units of the object, little-endian.
    pub object: &'a [[u8; 2]],
}

impl<'a> StoredEvent<'a> {
    /// Takes a record apart; `None` where it says that its texts are longer than it.
    #[must_use]
    pub fn read(bytes: &'a [u8; RECORD_SIZE]) -> Option<Self> {
        let (raw, texts) = bytes.split_first_chunk()?;
        let header = RecordHeader::read(raw);
        let (units, _) = texts.as_chunks::<2>();
        let (image, rest) = units.split_at_checked(header.image_stored.into())?;
        let (object, _) = rest.split_at_checked(header.object_stored.into())?;
        Some(Self {
            header,
            image,
            object,
        })
    }
}

const _: () = assert!(RECORD_WORDS == 128 && TEXT_UNITS == 472);
const _: () = assert!(cast::wide(RECORD_SIZE) <= 0xFFFF);
