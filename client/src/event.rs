//! Events that the driver reported.

use cofferdam_engine::protocol::{
    RECORD_SIZE, ReadAnswer, RecordFlags, RecordVerdict, Request, StoredEvent,
};
use cofferdam_interpreter::schema::Kind;
use serde::Serialize;

use crate::status::time;
use crate::{Client, Error, Transport};

/// What one read brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// The events, in the order in which they were recorded.
    pub events: Vec<Event>,
    /// Events dropped since the driver was loaded because nobody read them in time.
    pub dropped: u64,
}

/// What a rule said about something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Counts events without gaps; dropped ones have no number.
    pub sequence: u64,
    /// Events dropped before this one.
    pub dropped: u64,
    /// When, UTC.
    pub time: String,
    /// Sigma's name of the kind.
    pub kind: String,
    /// `match`, `maybe`, `denied` or `fault`.
    pub verdict: &'static str,
    /// Whether the rule would have denied but for the mode, the phase or the process being critical.
    pub would_deny: bool,
    /// The rule's UUID, in the order of its text.
    #[serde(skip)]
    pub rule_id: [u8; 16],
    /// The rule: its UUID, and `#n` where it is not the first condition.
    pub rule: String,
    /// Index of the condition within the rule.
    #[serde(skip)]
    pub condition: u8,
    /// 0 informational to 4 critical.
    pub severity: u8,
    /// The fault's code; 0 without one.
    pub fault: u16,
    /// Version of the content that judged.
    pub content_version: u64,
    /// Id of the process that acts.
    pub process_id: u32,
    /// Its start key.
    pub start_key: u64,
    /// Path of its image, where it is known.
    pub image: Option<Text>,
    /// What it acts upon, where there is something and it is known.
    pub object: Option<Text>,
}

/// A text of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// As much as is stored; unpaired surrogates are replaced.
    pub text: String,
    /// UTF-16 units of the whole.
    pub length: u16,
    /// Whether not all of it is stored.
    pub cut: bool,
}

/// A UUID as people write it, and the condition where it is not the first.
fn rule(id: [u8; 16], condition: u8) -> String {
    let mut text = String::new();
    for (at, byte) in id.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    if condition != 0 {
        text.push_str(&format!("#{condition}"));
    }
    text
}

impl Event {
    fn read(bytes: &[u8; RECORD_SIZE]) -> Option<Self> {
        let stored = StoredEvent::read(bytes)?;
        let header = stored.header;
        let flag = |flag| header.flags & flag != 0;
        let text = |units: &[[u8; 2]], length, none, cut| {
            let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
            (!flag(none)).then(|| Text {
                text: String::from_utf16_lossy(&units),
                length,
                cut: flag(cut),
            })
        };
        Some(Self {
            sequence: header.sequence,
            dropped: header.dropped,
            time: time(header.time),
            // A newer driver may report a kind that this program does not know.
            kind: Kind::from_number(header.kind).map_or_else(
                || format!("kind_{}", header.kind),
                |kind| kind.name().to_owned(),
            ),
            verdict: RecordVerdict::from_number(header.verdict)?.name(),
            would_deny: flag(RecordFlags::WOULD_DENY),
            rule_id: header.rule_id,
            rule: rule(header.rule_id, header.condition),
            condition: header.condition,
            severity: header.severity,
            fault: header.fault,
            content_version: header.content_version,
            process_id: header.process_id,
            start_key: header.start_key,
            image: text(
                stored.image,
                header.image_length,
                RecordFlags::NO_IMAGE,
                RecordFlags::IMAGE_CUT,
            ),
            object: text(
                stored.object,
                header.object_length,
                RecordFlags::NO_OBJECT,
                RecordFlags::OBJECT_CUT,
            ),
        })
    }
}

impl<T: Transport> Client<T> {
    /// Waits until there are events and takes them.
    ///
    /// # Errors
    /// The transport's, or [`Error::Answer`].
    pub fn read_events(&mut self) -> Result<Events, Error> {
        let answer = self.ask(&Request::ReadEvents)?;
        let (head, records) = answer.split_first_chunk().ok_or(Error::Answer)?;
        let head = ReadAnswer::read(head);
        let (records, rest) = records.as_chunks::<RECORD_SIZE>();
        if head.record_size as usize != RECORD_SIZE
            || records.len() != usize::from(head.count)
            || !rest.is_empty()
        {
            return Err(Error::Answer);
        }
        let events: Option<Vec<Event>> = records.iter().map(Event::read).collect();
        Ok(Events {
            events: events.ok_or(Error::Answer)?,
            dropped: head.dropped,
        })
    }
}
