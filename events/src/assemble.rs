//! From a record to one value for each field of a kind.

use std::collections::HashMap;

use cofferdam_interpreter::event::{MAX_TEXT_UNITS, Value};
use cofferdam_interpreter::schema::{FieldInfo, Kind, Tier, Type};

use super::record::{Header, Record};
use super::route::Routed;
use super::security;

/// More fields than a kind can have.
const MAX_FIELDS: usize = 256;

/// Assembles events; what it borrows from is used again for the next.
#[derive(Debug, Default)]
pub struct Assembler {
    /// For each kind that was seen, its fields' numbers by name.
    numbers: HashMap<Kind, HashMap<&'static str, u8>>,
    /// All values of a record, joined.
    any: Vec<u16>,
    /// Another source's record under the schema's names.
    translated: Record,
}

/// One value for each field of a kind.
#[derive(Debug)]
pub struct Fields<'r> {
    values: [Value<'r>; MAX_FIELDS],
    count: usize,
}

impl<'r> Fields<'r> {
    /// In the order of the kind's fields.
    pub fn values(&self) -> &[Value<'r>] {
        self.values.get(..self.count).unwrap_or(&[])
    }

    /// What a driver would have: what only user mode can know is unknown.
    pub fn for_kernel(&mut self, kind: Kind) {
        for (value, field) in self.values.iter_mut().zip(kind.fields()) {
            if field.tier == Tier::User {
                *value = Value::Unsupplied;
            }
        }
    }
}

/// A text that is longer than Windows' own can be.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong(
    /// The field's name.
    pub &'static str,
    /// Units of UTF-16.
    pub usize,
);

impl Assembler {
    /// The values of a record as an event of a kind.
    ///
    /// A field that the record lacks is absent where the kind's sources supply it, and unknown where they do
    /// not. A record of another source knows only what it has.
    ///
    /// # Errors
    /// A text longer than Windows' own can be.
    pub fn fields<'r>(
        &'r mut self,
        routed: Routed,
        record: &'r Record,
    ) -> Result<Fields<'r>, TooLong> {
        let info = routed.kind.info();
        if routed.translated {
            security::translate(routed.kind, record, &mut self.translated);
        }
        let numbers = self.numbers.entry(routed.kind).or_insert_with(|| {
            let pairs = info.fields.iter().map(|field| (field.name, field.number));
            pairs.collect()
        });
        let source = if routed.translated {
            &self.translated
        } else {
            record
        };
        let mut fields = Fields {
            values: [Value::Unsupplied; MAX_FIELDS],
            count: info.fields.len(),
        };
        for (value, field) in fields.values.iter_mut().zip(info.fields) {
            if field.in_source && !routed.translated {
                *value = Value::Absent;
            }
            if let Some(header) = header(field.name)
                && let Some(text) = record.header(header)
            {
                *value = typed(field, text)?;
            }
        }
        for (name, text) in source.fields() {
            if let Some(number) = numbers.get(name)
                && let Some(field) = info.field(*number)
                && let Some(value) = fields.values.get_mut(usize::from(*number))
            {
                *value = match text {
                    Some(text) => typed(field, text)?,
                    None => Value::Absent,
                };
            }
        }
        if let Some(hashes) = source.text("Hashes") {
            for name in ["md5", "sha1", "sha256", "imphash"] {
                if let Some(number) = numbers.get(name)
                    && let Some(value) = fields.values.get_mut(usize::from(*number))
                    && *value == Value::Unsupplied
                    && let Some(hash) = part(hashes, name)
                {
                    *value = Value::Text(hash);
                }
            }
        }
        if routed.uncertain
            && let Some(number) = numbers.get("EventType")
            && let Some(value) = fields.values.get_mut(usize::from(*number))
        {
            *value = Value::Unsupplied;
        }
        if let Some(number) = numbers.get("(any)")
            && let Some(value) = fields.values.get_mut(usize::from(*number))
        {
            join(record, &mut self.any);
            if self.any.len() > MAX_TEXT_UNITS {
                return Err(TooLong("(any)", self.any.len()));
            }
            *value = Value::Text(&self.any);
        }
        Ok(fields)
    }
}

/// The header value that a field of this name holds, where the record's own values have none.
fn header(name: &str) -> Option<Header> {
    Some(match name {
        "EventID" => Header::EventId,
        "Provider_Name" => Header::Provider,
        "Channel" => Header::Channel,
        "Computer" => Header::Computer,
        "Level" => Header::Level,
        "Keywords" => Header::Keywords,
        _ => return None,
    })
}

/// A text as the field's type has it. A number's text that no number renders as stays text.
fn typed<'r>(field: &'static FieldInfo, text: &'r [u16]) -> Result<Value<'r>, TooLong> {
    if text.len() > MAX_TEXT_UNITS {
        return Err(TooLong(field.name, text.len()));
    }
    Ok(match field.ty {
        Type::Number => match field.rendering.parse(text) {
            Some(number) => Value::Number(number),
            None => Value::Text(text),
        },
        Type::Text => Value::Text(text),
    })
}

/// One of the hashes in `SHA1=...,MD5=...`.
fn part<'r>(hashes: &'r [u16], name: &str) -> Option<&'r [u16]> {
    hashes.split(|unit| *unit == COMMA).find_map(|part| {
        let at = part.iter().position(|unit| *unit == EQUALS)?;
        let (before, after) = part.split_at_checked(at)?;
        let same = String::from_utf16_lossy(before)
            .trim()
            .eq_ignore_ascii_case(name);
        same.then(|| after.get(1..).unwrap_or(&[]))
    })
}

const COMMA: u16 = 0x2C;
const EQUALS: u16 = 0x3D;
const LINE_FEED: u16 = 0x0A;

/// All values of a record, the header's as well, joined by line feeds: what keyword rules look through.
fn join(record: &Record, out: &mut Vec<u16>) {
    out.clear();
    let headers = [
        Header::EventId,
        Header::Provider,
        Header::Channel,
        Header::Computer,
        Header::Level,
        Header::Keywords,
    ];
    let headers = headers.into_iter().filter_map(|it| record.header(it));
    let values = record.fields().filter_map(|(_, text)| text);
    for text in headers.chain(values) {
        if !out.is_empty() {
            out.push(LINE_FEED);
        }
        out.extend(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &[(&str, Option<&str>)]) -> Record {
        let mut record = Record::default();
        for (name, text) in fields {
            match text {
                Some(text) => record.push(name, text.encode_utf16()),
                None => record.push_absent(name),
            }
        }
        record
    }

    fn routed(kind: Kind) -> Routed {
        Routed {
            kind,
            translated: false,
            uncertain: false,
        }
    }

    fn value(fields: &Fields<'_>, kind: Kind, name: &str) -> String {
        let number = kind.info().field_by_name(name).map_or(255, |it| it.number);
        match fields.values().get(usize::from(number)) {
            Some(Value::Text(text)) => String::from_utf16_lossy(text),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn what_is_missing_is_absent_or_unknown() {
        let kind = Kind::ProcessCreation;
        let record = record(&[
            ("Image", Some("C:\\a.exe")),
            ("ProcessId", Some("4711")),
            ("LogonId", Some("not a number")),
            ("User", None),
            ("CommandLine", Some("")),
            ("Hashes", Some("SHA1=AB,IMPHASH=CD")),
        ]);
        let mut assembler = Assembler::default();
        let Ok(mut fields) = assembler.fields(routed(kind), &record) else {
            panic!("nothing is too long");
        };
        let has = |fields: &Fields<'_>, name: &str| value(fields, kind, name);
        assert_eq!(fields.values().len(), kind.fields().len());
        assert_eq!(has(&fields, "Image"), "C:\\a.exe");
        assert_eq!(has(&fields, "ProcessId"), "Some(Number(4711))");
        assert_eq!(has(&fields, "LogonId"), "not a number");
        assert_eq!(has(&fields, "User"), "Some(Absent)");
        assert_eq!(has(&fields, "CommandLine"), "");
        assert_eq!(has(&fields, "ParentImage"), "Some(Absent)");
        assert_eq!(has(&fields, "GrandParentImage"), "Some(Unsupplied)");
        assert_eq!(has(&fields, "imphash"), "CD");
        assert_eq!(has(&fields, "md5"), "Some(Unsupplied)");
        fields.for_kernel(kind);
        assert_eq!(has(&fields, "Hashes"), "Some(Unsupplied)");
        assert_eq!(has(&fields, "Image"), "C:\\a.exe");
    }

    #[test]
    fn another_source_knows_only_what_it_has() {
        let kind = Kind::ProcessCreation;
        let record = record(&[("NewProcessName", Some("C:\\a.exe"))]);
        let mut assembler = Assembler::default();
        let routed = Routed {
            translated: true,
            ..routed(kind)
        };
        let Ok(fields) = assembler.fields(routed, &record) else {
            panic!("nothing is too long");
        };
        assert_eq!(value(&fields, kind, "Image"), "C:\\a.exe");
        assert_eq!(value(&fields, kind, "OriginalFileName"), "Some(Unsupplied)");
    }

    #[test]
    fn a_text_beyond_windows_own_bound_is_refused() {
        let long = "x".repeat(MAX_TEXT_UNITS + 1);
        let record = record(&[("Image", Some(&long))]);
        let mut assembler = Assembler::default();
        let outcome = assembler.fields(routed(Kind::ProcessCreation), &record);
        assert_eq!(outcome.err(), Some(TooLong("Image", MAX_TEXT_UNITS + 1)));
    }
}
