//! The generator and the file surgery of the assembler's own tests: one grammar of programs serves both.
#![allow(dead_code, reason = "the included files serve other tests as well")]

#[path = "../../../asm/tests/support/generate.rs"]
pub(crate) mod generate;
#[path = "../../../asm/tests/support/sections.rs"]
pub(crate) mod sections;

use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::Kind;

/// An event that owns its texts.
#[derive(Clone, Debug)]
pub(crate) struct OwnedEvent {
    pub(crate) kind: Kind,
    pub(crate) fields: Vec<OwnedValue>,
}

/// A value that owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OwnedValue {
    Unsupplied,
    Absent,
    Text(Vec<u16>),
    Number(u64),
}

impl OwnedEvent {
    /// Lends the event.
    pub(crate) fn lend<R>(&self, to: impl FnOnce(&Event<'_>) -> R) -> R {
        let fields: Vec<Value<'_>> = self.fields.iter().map(OwnedValue::lend).collect();
        to(&Event {
            kind: self.kind,
            fields: &fields,
        })
    }
}

impl OwnedValue {
    fn lend(&self) -> Value<'_> {
        match self {
            OwnedValue::Unsupplied => Value::Unsupplied,
            OwnedValue::Absent => Value::Absent,
            OwnedValue::Text(text) => Value::Text(text),
            OwnedValue::Number(number) => Value::Number(*number),
        }
    }
}

/// One choice for each byte.
pub(crate) fn choices(bytes: &[u8]) -> Vec<u32> {
    bytes.iter().map(|byte| u32::from(*byte)).collect()
}

/// Cuts a part off whose length the first two bytes say.
pub(crate) fn part<'b>(bytes: &mut &'b [u8]) -> &'b [u8] {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else {
        return &[];
    };
    let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let (part, rest) = rest.split_at(length);
    *bytes = rest;
    part
}
