//! Events as the oracle sees them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use cofferdam_interpreter::event;
use cofferdam_interpreter::schema::{FieldInfo, Kind, RENDER_UNITS};

use super::fold::fold;
use crate::model::SURROGATE_SHIFT;

/// A field's text: UTF-16 units, and the same folded and as characters, once a test has asked for them.
#[derive(Debug, Clone)]
pub struct Text {
    pub(super) units: Vec<u16>,
    folded: OnceLock<Vec<u16>>,
    characters: OnceLock<String>,
}

impl Text {
    /// A text of these units.
    #[must_use]
    pub fn new(units: Vec<u16>) -> Self {
        Self {
            units,
            folded: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// The units as they are where case is ignored.
    pub(super) fn folded(&self) -> &[u16] {
        let fold = || self.units.iter().map(|unit| fold(*unit)).collect();
        self.folded.get_or_init(fold)
    }

    /// One character for each unit, surrogates shifted: see [`crate::model::Regex::dialect`].
    pub(super) fn characters(&self) -> &str {
        let character = |unit: &u16| {
            let number = u32::from(*unit);
            char::from_u32(number).or_else(|| char::from_u32(number + SURROGATE_SHIFT))
        };
        let characters = || self.units.iter().filter_map(character).collect();
        self.characters.get_or_init(characters)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.units == other.units
    }
}

impl Eq for Text {}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text.encode_utf16().collect())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&String::from_utf16_lossy(&self.units))
    }
}

/// A field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The source cannot know it.
    Unsupplied,
    /// There is none: `null`.
    Absent,
    /// A text.
    Text(Text),
    /// A number, and how the source writes it.
    Number(u64, Text),
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// A number that the source writes in decimal.
    #[must_use]
    pub fn number(number: u64) -> Self {
        Self::Number(number, number.to_string().as_str().into())
    }

    /// A number that the source writes in a way of its own.
    #[must_use]
    pub fn number_as(number: u64, text: &str) -> Self {
        Self::Number(number, text.into())
    }

    /// A field's value as a sensor has it.
    pub(crate) fn of(field: &FieldInfo, value: event::Value<'_>) -> Self {
        match value {
            event::Value::Unsupplied => Self::Unsupplied,
            event::Value::Absent => Self::Absent,
            event::Value::Text(units) => Self::Text(Text::new(units.to_vec())),
            event::Value::Number(number) => {
                let mut buffer = [0; RENDER_UNITS];
                let text = field.rendering.render(number, &mut buffer);
                Self::number_as(number, &String::from_utf16_lossy(text))
            }
        }
    }
}

/// An event: values by field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    fields: BTreeMap<String, Value>,
    added: BTreeMap<String, Value>,
    others: Value,
}

impl Default for Event {
    fn default() -> Self {
        Self {
            fields: BTreeMap::new(),
            added: BTreeMap::new(),
            others: Value::Absent,
        }
    }
}

impl Event {
    /// An event whose further fields the source cannot know, rather than fields that are not there.
    #[must_use]
    pub fn partial() -> Self {
        Self {
            others: Value::Unsupplied,
            ..Self::default()
        }
    }

    /// An event of a kind with the values of its fields, in the schema's order, as a sensor has them: how a number is
    /// written is the schema's rendering of the field.
    #[must_use]
    pub fn of(kind: Kind, values: &[event::Value<'_>]) -> Self {
        let mut made = Self::default();
        for constant in kind.info().constants {
            let value = constant.value.map_or(Value::Absent, Value::text);
            made.set(constant.name, value);
        }
        for (info, value) in kind.fields().iter().zip(values) {
            let value = Value::of(info, *value);
            if info.in_source {
                made.set(info.name, value);
            } else {
                made.add(info.name, value);
            }
        }
        made
    }

    /// Sets a field.
    pub fn set(&mut self, field: impl Into<String>, value: Value) {
        self.fields.insert(field.into(), value);
    }

    /// Sets a field that is not in the event's record but was added to it: keywords are not searched for there.
    pub fn add(&mut self, field: impl Into<String>, value: Value) {
        self.added.insert(field.into(), value);
    }

    /// A field's value.
    #[must_use]
    pub fn get(&self, field: &str) -> &Value {
        let recorded = self.fields.get(field);
        recorded
            .or_else(|| self.added.get(field))
            .unwrap_or(&self.others)
    }

    /// All values of the record, that of the further fields included.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.fields.values().chain([&self.others])
    }
}
