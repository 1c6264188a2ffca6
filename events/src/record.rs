//! A recorded event before its kind is known: header values and named texts, in one reusable buffer.

use std::ops::Range;

/// An event as some format has it. Cleared and filled again for the next one, so reading does not allocate.
#[derive(Debug, Default)]
pub struct Record {
    names: String,
    units: Vec<u16>,
    fields: Vec<Field>,
    header: [Option<Range<usize>>; HEADERS],
}

#[derive(Debug)]
struct Field {
    name: Range<usize>,
    /// `None` where the record says that there is no value.
    text: Option<Range<usize>>,
}

/// What the header of an event can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The log, such as `Security`.
    Channel,
    /// Who wrote the event.
    Provider,
    /// The event id.
    EventId,
    /// The machine.
    Computer,
    /// The level, as a number.
    Level,
    /// The provider's keywords, in hexadecimal.
    Keywords,
    /// When it was written, as the format says it.
    Time,
    /// The log's own number of the record.
    RecordId,
}

const HEADERS: usize = 8;

impl Record {
    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.names.clear();
        self.units.clear();
        self.fields.clear();
        self.header = Default::default();
    }

    /// Sets a header value; the first one stays.
    pub fn set_header(&mut self, header: Header, text: impl IntoIterator<Item = u16>) {
        let range = self.append(text);
        let place = &mut self.header[header as usize];
        if place.is_none() {
            *place = Some(range);
        }
    }

    /// A header value.
    pub fn header(&self, header: Header) -> Option<&[u16]> {
        let range = self.header[header as usize].clone()?;
        self.units.get(range)
    }

    /// A header value as text.
    pub fn header_text(&self, header: Header) -> Option<String> {
        self.header(header).map(String::from_utf16_lossy)
    }

    /// The event id.
    pub fn event_id(&self) -> Option<u16> {
        number(self.header(Header::EventId)?)?.try_into().ok()
    }

    /// Adds a value. Names lose their spaces, as Sigma's have none; a name that is there already gets the text
    /// as a further line, as unnamed values do.
    pub fn push(&mut self, name: &str, text: impl IntoIterator<Item = u16>) {
        let start = self.names.len();
        self.names.extend(name.chars().filter(|each| *each != ' '));
        let name = &self.names[start..];
        let earlier = self
            .fields
            .iter()
            .position(|field| &self.names[field.name.clone()] == name);
        let Some(earlier) = earlier else {
            let name = start..self.names.len();
            let text = Some(self.append(text));
            self.fields.push(Field { name, text });
            return;
        };
        self.names.truncate(start);
        let text = match self.fields[earlier].text.clone() {
            Some(before) => {
                let start = self.units.len();
                self.units.extend_from_within(before);
                self.units.push(LINE_FEED);
                self.units.extend(text);
                start..self.units.len()
            }
            None => self.append(text),
        };
        self.fields[earlier].text = Some(text);
    }

    /// Adds a name without a value.
    pub fn push_absent(&mut self, name: &str) {
        if self.position(name).is_none() {
            let start = self.names.len();
            self.names.extend(name.chars().filter(|each| *each != ' '));
            let name = start..self.names.len();
            self.fields.push(Field { name, text: None });
        }
    }

    /// A named value: `None` where the name is not there, `Some(None)` where it is without a value.
    pub fn get(&self, name: &str) -> Option<Option<&[u16]>> {
        let field = self.fields.get(self.position(name)?)?;
        Some(field.text.clone().and_then(|range| self.units.get(range)))
    }

    /// A named value that is a text of some units.
    pub fn text(&self, name: &str) -> Option<&[u16]> {
        self.get(name).flatten().filter(|text| !text.is_empty())
    }

    /// All named values.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Option<&[u16]>)> {
        self.fields.iter().map(|field| {
            let text = field.text.clone().and_then(|range| self.units.get(range));
            (&self.names[field.name.clone()], text)
        })
    }

    /// The record as one flat JSON object with Sysmon's names, everything as text.
    pub fn object(&self) -> serde_json::Map<String, serde_json::Value> {
        let headers = [
            ("Channel", Header::Channel),
            ("EventID", Header::EventId),
            ("Provider_Name", Header::Provider),
            ("Computer", Header::Computer),
            ("TimeCreated", Header::Time),
        ];
        let headers = headers
            .into_iter()
            .filter_map(|(name, header)| Some((name, Some(self.header(header)?))));
        let value = |text: &[u16]| String::from_utf16_lossy(text).into();
        headers
            .chain(self.fields())
            .map(|(name, text)| (name.to_owned(), text.map_or(serde_json::Value::Null, value)))
            .collect()
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.fields
            .iter()
            .position(|field| &self.names[field.name.clone()] == name)
    }

    fn append(&mut self, text: impl IntoIterator<Item = u16>) -> Range<usize> {
        let start = self.units.len();
        self.units.extend(text);
        start..self.units.len()
    }
}

const LINE_FEED: u16 = 0x0A;

/// A number in decimal, or in hexadecimal after `0x`.
pub fn number(text: &[u16]) -> Option<u64> {
    let digits = |text: &[u16], radix: u32| {
        if text.is_empty() {
            return None;
        }
        text.iter().try_fold(0_u64, |number, unit| {
            let digit = char::from_u32(u32::from(*unit))?.to_digit(radix)?;
            number.checked_mul(radix.into())?.checked_add(digit.into())
        })
    };
    match text {
        [0x30, 0x78 | 0x58, hex @ ..] => digits(hex, 16),
        decimal => digits(decimal, 10),
    }
}

/// The units of bytes that are UTF-8, or UTF-8 in which surrogates stand encoded one by one, as a JSON escape can
/// say them. Anything else becomes U+FFFD.
pub(crate) fn units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    let mut rest = bytes;
    let mut second = None;
    std::iter::from_fn(move || {
        if let Some(unit) = second.take() {
            return Some(unit);
        }
        let (first, after) = rest.split_first()?;
        let (length, bits) = match first {
            0..=0x7F => {
                rest = after;
                return Some(u16::from(*first));
            }
            0xC2..=0xDF => (1, first & 0x1F),
            0xE0..=0xEF => (2, first & 0x0F),
            0xF0..=0xF4 => (3, first & 0x07),
            _ => (0, 0),
        };
        let more = after
            .get(..length)
            .filter(|more| !more.is_empty() && more.iter().all(|byte| byte & 0xC0 == 0x80));
        let Some(more) = more else {
            rest = after;
            return Some(0xFFFD);
        };
        rest = &after[length..];
        let scalar = more.iter().fold(u32::from(bits), |scalar, byte| {
            scalar << 6 | u32::from(byte & 0x3F)
        });
        Some(match u16::try_from(scalar) {
            Ok(unit) => unit,
            Err(_) => {
                let high = scalar - 0x1_0000;
                second = u16::try_from(0xDC00 + (high & 0x3FF)).ok();
                u16::try_from(0xD800 + (high >> 10)).unwrap_or(0xFFFD)
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn units_are_those_of_the_standard_library() {
        let sample = "aÄ€😀\u{ffff}\u{10ffff}";
        assert_eq!(units(sample.as_bytes()).collect::<Vec<_>>(), text(sample));
        assert_eq!(
            units(b"\xed\xa0\x80x\xff\xe2\x82").collect::<Vec<_>>(),
            [0xD800, 0x78, 0xFFFD, 0xFFFD, 0xFFFD]
        );
    }

    #[test]
    fn names_lose_spaces_and_repeated_ones_become_lines() {
        let mut record = Record::default();
        record.push("Process Name", text("a"));
        record.push("Data", text("one"));
        record.push_absent("Data");
        record.push("Data", text("two"));
        record.push_absent("None");
        assert_eq!(record.get("ProcessName"), Some(Some(&text("a")[..])));
        assert_eq!(record.get("Data"), Some(Some(&text("one\ntwo")[..])));
        assert_eq!(record.get("None"), Some(None));
        assert_eq!(record.get("Else"), None);
        record.clear();
        assert_eq!(record.fields().count(), 0);
    }

    #[test]
    fn numbers_are_decimal_or_hexadecimal() {
        assert_eq!(number(&text("4688")), Some(4688));
        assert_eq!(number(&text("0x1A4")), Some(0x1A4));
        assert_eq!(number(&text("")), None);
        assert_eq!(number(&text("12 ")), None);
    }
}
