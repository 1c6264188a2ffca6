//! Event XML: what `wevtutil` and Event Viewer export, and what `ToXml()` gives.

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::blocks::newlines;
use super::record::{Header, Record};
use super::{Damage, Place, Sink};

const START: &[u8] = b"<Event";
const END: &[u8] = b"</Event>";

/// Where the next `<Event>` begins; longer names that begin alike are not meant.
pub(crate) fn next_start(bytes: &[u8], from: usize) -> Option<usize> {
    memmem::find_iter(bytes.get(from..)?, START)
        .map(|at| from + at)
        .find(|at| {
            let after = bytes.get(at + START.len());
            after.is_none_or(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
        })
}

/// Reads the events of a block.
pub(crate) fn block(
    bytes: &[u8],
    first_line: u64,
    record: &mut Record,
    sink: &mut impl Sink,
) -> u64 {
    let mut number = 0;
    let mut at = 0;
    while let Some(length) = memmem::find(&bytes[at..], END) {
        let end = at + length + END.len();
        let line = |place: usize| first_line + newlines(&bytes[..place]);
        let mut starts = Vec::new();
        let mut from = at;
        while let Some(start) = next_start(&bytes[..end], from) {
            starts.push(start);
            from = start + START.len();
        }
        at = end;
        let Some(start) = starts.pop() else {
            continue;
        };
        // Several starts and one end: all but the last were cut off.
        for cut in starts {
            sink.damage(Damage {
                place: Place::Line(line(cut)),
                message: "this event has no end".to_owned(),
            });
            number += 1;
        }
        record.clear();
        match read(&bytes[start..end], record) {
            Ok(()) => sink.record(number, record),
            Err(message) => sink.damage(Damage {
                place: Place::Line(line(start)),
                message,
            }),
        }
        number += 1;
    }
    number
}

/// How deep elements may nest.
const MAX_DEPTH: usize = 16;

/// An element that is open.
struct Open {
    name: String,
    /// The `Name` attribute of a `Data` element.
    named: Option<String>,
    text: String,
    /// It holds elements: it is no value.
    parent: bool,
}

/// Reads one `<Event>` element.
fn read(bytes: &[u8], record: &mut Record) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the event is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    loop {
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err(format!("elements nest deeper than {MAX_DEPTH}"));
                }
                if let Some(parent) = open.last_mut() {
                    parent.parent = true;
                }
                open.push(element(&start, &open, record)?);
            }
            Event::Empty(start) => {
                if let Some(parent) = open.last_mut() {
                    parent.parent = true;
                }
                let element = element(&start, &open, record)?;
                close(&element, &open, record);
            }
            Event::End(_) => {
                if let Some(element) = open.pop() {
                    close(&element, &open, record);
                }
            }
            Event::Text(piece) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&piece);
                }
            }
            Event::CData(piece) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&piece);
                }
            }
            Event::GeneralRef(reference) => {
                let whole = format!("&{};", &*reference);
                let text = unescape(&whole).map_err(|error| broken(&error))?;
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn broken(error: &dyn std::fmt::Display) -> String {
    format!("not well-formed: {error}")
}

/// Opens an element: attributes of the header are taken at once.
fn element(start: &BytesStart<'_>, open: &[Open], record: &mut Record) -> Result<Open, String> {
    let local = start.local_name();
    let name = local.as_ref().to_owned();
    let parent = open.last().map(|parent| parent.name.as_str());
    let mut named = None;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| broken(&error))?;
        let value = || -> Result<String, String> {
            let text = unescape(&attribute.value).map_err(|error| broken(&error))?;
            Ok(text.into_owned())
        };
        match (parent, name.as_str(), attribute.key.as_ref()) {
            (Some("System"), "Provider", "Name") => {
                record.set_header(Header::Provider, value()?.encode_utf16());
            }
            (Some("System"), "TimeCreated", "SystemTime") => {
                record.set_header(Header::Time, value()?.encode_utf16());
            }
            (_, "Data", "Name") => named = Some(value()?),
            _ => {}
        }
    }
    Ok(Open {
        name,
        named,
        text: String::new(),
        parent: false,
    })
}

/// Takes a closed element's value.
fn close(element: &Open, open: &[Open], record: &mut Record) {
    if element.parent {
        return;
    }
    let text = element.text.encode_utf16();
    let mut path = open.iter().map(|each| each.name.as_str());
    match (path.next(), path.next()) {
        (Some("Event"), Some("System")) => {
            let header = match element.name.as_str() {
                "EventID" => Header::EventId,
                "Level" => Header::Level,
                "Keywords" => Header::Keywords,
                "EventRecordID" => Header::RecordId,
                "Channel" => Header::Channel,
                "Computer" => Header::Computer,
                _ => return,
            };
            record.set_header(header, text);
        }
        (Some("Event"), Some("EventData" | "UserData")) => {
            let name = element.named.as_deref().unwrap_or(&element.name);
            record.push(name, text);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Seen(Vec<(u64, Option<String>)>, Vec<Place>);

    impl Sink for Seen {
        fn record(&mut self, number: u64, record: &mut Record) {
            let image = record.text("Image").map(String::from_utf16_lossy);
            self.0.push((number, image));
        }

        fn damage(&mut self, damage: Damage) {
            self.1.push(damage.place);
        }
    }

    #[test]
    fn events_are_read_and_cut_off_ones_are_passed_over() {
        let text = "<Events>\n<Event xmlns='x'><System><EventID>1</EventID></System>\n<Event><EventData>\
            <Data Name='Image'>C:\\a &amp; b&#x41;<![CDATA[<]]></Data></EventData></Event>\n\
            <Event><EventData><Data></Event><Event/></Event>";
        let mut seen = Seen(Vec::new(), Vec::new());
        let mut record = Record::default();
        let count = block(text.as_bytes(), 1, &mut record, &mut seen);
        assert_eq!(seen.0.first(), Some(&(1, Some("C:\\a & bA<".to_owned()))));
        assert_eq!(seen.1.first(), Some(&Place::Line(2)));
        assert_eq!(seen.1.get(1), Some(&Place::Line(4)));
        assert_eq!(count, 4);
    }
}
