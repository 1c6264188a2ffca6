//! Recorded events from files, as flat objects that the stage can play.

use std::fs::File;
use std::path::Path;

use cofferdam_events::{Damage, Record, Sink, read_all};
use cofferdam_stage::replay::Recorded;

/// Reads a file's events; what cannot be read is said and passed over.
///
/// # Errors
/// Why the file as a whole cannot be read.
pub(crate) fn read(path: &Path, warn: &mut dyn FnMut(String)) -> Result<Vec<Recorded>, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut events = Events {
        path,
        warn,
        read: Vec::new(),
    };
    read_all(file, &mut events);
    Ok(events.read)
}

struct Events<'a> {
    path: &'a Path,
    warn: &'a mut dyn FnMut(String),
    read: Vec<Recorded>,
}

impl Sink for Events<'_> {
    fn record(&mut self, _: u64, record: &mut Record) {
        self.read.push(record.object());
    }

    fn damage(&mut self, damage: Damage) {
        (self.warn)(format!("{}{damage}", self.path.display()));
    }
}
