//! JSON objects as records: flat ones with Sysmon's field names, and those that nest as the event's XML does
//! (`Event`, `System`, `EventData`, `UserData`), or as Winlogbeat's (`winlog`, `event_data`).

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::blocks::lines;
use super::record::{Header, Record, units};
use super::{Damage, Place, Sink};

/// Reads the lines of a block. Blank lines have numbers, too: a number leads to its line.
pub(crate) fn block(
    bytes: &[u8],
    first: u64,
    elements: bool,
    record: &mut Record,
    sink: &mut impl Sink,
) -> u64 {
    let mut number = 0;
    for line in lines(bytes) {
        let here = number;
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        record.clear();
        match read(line, record) {
            Ok(()) => sink.record(here, record),
            Err(error) => sink.damage(Damage {
                place: if elements {
                    Place::Element(first + here)
                } else {
                    Place::Line(first + here + 1)
                },
                message: message(&error),
            }),
        }
    }
    number
}

/// The library's message, whose line number means nothing here.
pub(crate) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    format!("not a JSON object: {text} (column {})", error.column())
}

/// An object's members, in order.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Object<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let member = self.0.iter().find(|(key, _)| key == name);
        member.map(|(_, value)| value.get())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(24);
                while let Some((Key(key), value)) = map.next_entry()? {
                    members.push((key, value));
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Members).map(Object)
    }
}

/// A key, borrowed where no escape stands in it.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Cow<'de, str>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a key")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Text).map(Key)
    }
}

/// A string's bytes; surrogates that an escape names alone are kept.
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Vec<u8>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Text).map(Bytes)
    }
}

/// How deep values are looked into.
const MAX_DEPTH: u32 = 8;

/// Reads one object.
pub(crate) fn read(line: &[u8], record: &mut Record) -> Result<(), serde_json::Error> {
    let object: Object<'_> = serde_json::from_slice(line)?;
    let inner = object.get("Event").filter(|value| value.starts_with('{'));
    match inner {
        Some(event) => top(&serde_json::from_str(event)?, record),
        None => top(&object, record),
    }
}

fn top(object: &Object<'_>, record: &mut Record) -> Result<(), serde_json::Error> {
    for (key, value) in &object.0 {
        let value = value.get();
        let nested = value.starts_with('{');
        match key.as_ref() {
            "System" if nested => system(&serde_json::from_str(value)?, record)?,
            "EventData" | "UserData" if nested => data(value, record, MAX_DEPTH)?,
            "winlog" if nested => winlogbeat(&serde_json::from_str(value)?, record)?,
            "EventData" | "UserData" | "RenderingInfo" => {}
            // Annotations of whoever recorded the event.
            key if key.starts_with(['_', '@', '#']) => {}
            _ if nested => {}
            key => match header(key) {
                Some(header) => set_header(header, value, record)?,
                None => push(key, value, record, MAX_DEPTH)?,
            },
        }
    }
    Ok(())
}

/// The header value that a flat object's key stands for.
fn header(key: &str) -> Option<Header> {
    Some(match key {
        "Channel" | "channel" => Header::Channel,
        "EventID" | "EventId" | "event_id" => Header::EventId,
        "Provider_Name" | "ProviderName" | "SourceName" | "provider_name" => Header::Provider,
        "Computer" | "Hostname" | "computer_name" => Header::Computer,
        "Level" => Header::Level,
        "Keywords" => Header::Keywords,
        "TimeCreated" | "SystemTime" => Header::Time,
        "EventRecordID" | "RecordNumber" | "record_id" => Header::RecordId,
        _ => return None,
    })
}

fn winlogbeat(object: &Object<'_>, record: &mut Record) -> Result<(), serde_json::Error> {
    for (key, value) in &object.0 {
        let value = value.get();
        match key.as_ref() {
            "event_data" | "user_data" if value.starts_with('{') => {
                data(value, record, MAX_DEPTH)?;
            }
            key => {
                if let Some(header) = header(key) {
                    set_header(header, value, record)?;
                }
            }
        }
    }
    Ok(())
}

fn system(object: &Object<'_>, record: &mut Record) -> Result<(), serde_json::Error> {
    for (key, value) in &object.0 {
        let value = value.get();
        match key.as_ref() {
            "Provider" | "Provider_attributes" => {
                attribute(value, "Name", Header::Provider, record)?;
            }
            "TimeCreated" | "TimeCreated_attributes" => {
                attribute(value, "SystemTime", Header::Time, record)?;
            }
            key => {
                if let Some(header) = header(key) {
                    set_header(header, value, record)?;
                }
            }
        }
    }
    Ok(())
}

/// An attribute as the various converters nest it.
fn attribute(
    value: &str,
    name: &str,
    header: Header,
    record: &mut Record,
) -> Result<(), serde_json::Error> {
    if !value.starts_with('{') {
        return set_header(header, value, record);
    }
    let mut object: Object<'_> = serde_json::from_str(value)?;
    if let Some(inner) = object.get("#attributes").filter(|it| it.starts_with('{')) {
        object = serde_json::from_str(inner)?;
    }
    let prefixed = format!("@{name}");
    match object.get(name).or_else(|| object.get(&prefixed)) {
        Some(value) => set_header(header, value, record),
        None => Ok(()),
    }
}

fn set_header(header: Header, value: &str, record: &mut Record) -> Result<(), serde_json::Error> {
    scalar(value, &mut |text| {
        if let Some(text) = text {
            record.set_header(header, units(text));
        }
    })
}

/// `EventData` or `UserData`, or an element of the latter: every member is a value, or holds values.
fn data(value: &str, record: &mut Record, depth: u32) -> Result<(), serde_json::Error> {
    let object: Object<'_> = serde_json::from_str(value)?;
    for (key, value) in &object.0 {
        let value = value.get();
        match key.as_ref() {
            key if key.starts_with(['#', '@']) || key.ends_with("_attributes") => {}
            _ if value.starts_with('{') && depth > 0 && !is_leaf(value)? => {
                data(value, record, depth - 1)?;
            }
            key => push(key, value, record, depth)?,
        }
    }
    Ok(())
}

/// Whether an object is a text with attributes.
fn is_leaf(value: &str) -> Result<bool, serde_json::Error> {
    let object: Object<'_> = serde_json::from_str(value)?;
    let decoration = |key: &str| key.starts_with(['#', '@']);
    Ok(object.0.iter().all(|(key, _)| decoration(key)))
}

/// Adds a value under a name; an array is several values of one name.
fn push(name: &str, value: &str, record: &mut Record, depth: u32) -> Result<(), serde_json::Error> {
    match value.as_bytes().first() {
        Some(b'[') if depth > 0 => {
            let values: Vec<&RawValue> = serde_json::from_str(value)?;
            if values.is_empty() {
                record.push_absent(name);
            }
            for value in values {
                push(name, value.get(), record, depth - 1)?;
            }
            Ok(())
        }
        Some(b'{') if depth > 0 => {
            let object: Object<'_> = serde_json::from_str(value)?;
            let mut own = None;
            let attributes = object.get("#attributes").filter(|it| it.starts_with('{'));
            let attributes: Option<Object<'_>> =
                attributes.map(serde_json::from_str).transpose()?;
            let named = attributes
                .as_ref()
                .and_then(|attributes| attributes.get("Name"))
                .or_else(|| object.get("@Name"));
            if let Some(named) = named {
                own = serde_json::from_str::<String>(named).ok();
            }
            let name = own.as_deref().unwrap_or(name);
            match object.get("#text") {
                Some(text) => push(name, text, record, depth - 1),
                None => {
                    record.push_absent(name);
                    Ok(())
                }
            }
        }
        _ => scalar(value, &mut |text| match text {
            Some(text) => record.push(name, units(text)),
            None => record.push_absent(name),
        }),
    }
}

/// Hands on the UTF-8 of a string, number or truth value; `None` for `null` and what is neither.
fn scalar(value: &str, then: &mut dyn FnMut(Option<&[u8]>)) -> Result<(), serde_json::Error> {
    match value.as_bytes() {
        [b'"', text @ .., b'"'] if memchr::memchr(b'\\', text).is_none() => then(Some(text)),
        [b'"', ..] => {
            let Bytes(bytes) = serde_json::from_str(value)?;
            then(Some(&bytes));
        }
        b"null" => then(None),
        [b'{', ..] => {
            let object: Object<'_> = serde_json::from_str(value)?;
            match object.get("#text") {
                Some(text) if !text.starts_with('{') => return scalar(text, then),
                _ => then(None),
            }
        }
        [b'[', ..] => then(None),
        plain => then(Some(plain)),
    }
    Ok(())
}
