//! Recorded events from files: JSON lines as they are, EVTX flattened.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use cofferdam_stage::replay::Recorded;
use serde_json::Value;

/// Longest line that is read, in bytes.
const MAX_LINE: usize = 4 << 20;

/// Reads a file's events; what cannot be read is said and passed over.
///
/// # Errors
/// Why the file as a whole cannot be read.
pub(crate) fn read(path: &Path, warn: &mut dyn FnMut(String)) -> Result<Vec<Recorded>, String> {
    let is_evtx = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("evtx"));
    let place = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    if is_evtx {
        let mut parser = evtx::EvtxParser::from_path(path).map_err(|error| place(&error))?;
        let mut events = Vec::new();
        for record in parser.records_json_value() {
            match record {
                Ok(record) => events.extend(flat(&record.data)),
                Err(error) => warn(place(&error)),
            }
        }
        return Ok(events);
    }
    let file = fs::File::open(path).map_err(|error| place(&error))?;
    let mut events = Vec::new();
    for (number, line) in BufReader::new(file).split(b'\n').enumerate() {
        let line = line.map_err(|error| place(&error))?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let parsed = if line.len() > MAX_LINE {
            Err("longer than 4 MiB".to_owned())
        } else {
            serde_json::from_slice(&line).map_err(|error| error.to_string())
        };
        match parsed {
            Ok(event) => events.push(event),
            Err(error) => warn(place(&format!("line {}: {error}", number + 1))),
        }
    }
    Ok(events)
}

/// The values of `System` that rules know and all of `EventData`, on one level.
fn flat(record: &Value) -> Option<Recorded> {
    let event = record.get("Event")?;
    let system = event.get("System")?;
    let mut out = Recorded::new();
    let id = system.get("EventID")?;
    let id = id.get("#text").unwrap_or(id);
    out.insert("EventID".to_owned(), id.clone());
    for name in ["Channel", "Computer"] {
        if let Some(value) = system.get(name) {
            out.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(Value::Object(data)) = event.get("EventData") {
        out.extend(
            data.iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    Some(out)
}
