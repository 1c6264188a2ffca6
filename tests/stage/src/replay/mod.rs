//! Recorded events become what happens on the machine, in the kernel's own terms.
//!
//! A recorded event speaks as Sysmon does: `C:\x`, `HKLM\System\CurrentControlSet\x`, `DWORD (0x00000001)`. The kernel
//! says `\Device\HarddiskVolume1\x`, `\REGISTRY\MACHINE\SYSTEM\ControlSet001\x` and four bytes; the driver has to make
//! Sysmon's words of that again. So each event is taken back to the kernel's words and really done: a process starts, a
//! file is created, a value is set. What surrounds it (the acting process, the key of the value, the file that is
//! deleted) is made first, and whatever the driver reports of that is not the event's.
//!
//! An event that no kernel could have caused, or that the machine cannot play, is not played, for a stated [`Reason`].

mod acting;
mod files;
mod names;
mod registry;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cofferdam_engine::protocol::RecordVerdict;
use cofferdam_events::Routes;
use cofferdam_interpreter::schema::{Kind, Tier};
use serde_json::{Map, Value};

use crate::machine::{Machine, Program};
use crate::sensor::{Record, Session};

/// A recorded event: Sysmon's field names and their values.
pub type Recorded = Map<String, Value>;

/// Why an event was not played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Its kind is not one that the kernel observes.
    Kind,
    /// A field without which it cannot happen is absent.
    Incomplete,
    /// A name is none that the kernel could give: no drive, no registry hive, a relative path.
    Name,
    /// The file name has units that no file system allows.
    Characters,
    /// The file or key is not on a volume that the machine can have.
    Place,
    /// The machine refused the operation before the driver could see it.
    Refused,
    /// The driver denied the process that would have acted.
    Denied,
}

/// What became of an event.
pub type Played = Result<Vec<Record>, Reason>;

/// Plays events on a machine.
#[derive(Debug)]
pub struct Player<'m> {
    machine: &'m Machine,
    session: &'m Session<'m>,
    /// The drives that are there.
    letters: BTreeSet<char>,
    has_pipes: bool,
    /// The processes of the event that is played.
    started: Vec<Program<'m>>,
}

impl<'m> Player<'m> {
    /// A player; the session's content judges, and its telemetry is read.
    pub fn new(machine: &'m Machine, session: &'m Session<'m>) -> Self {
        Self {
            machine,
            session,
            letters: BTreeSet::from(['C']),
            has_pipes: false,
            started: Vec::new(),
        }
    }

    /// Makes an event happen: what the driver reports of it.
    ///
    /// # Errors
    /// The reason for which it cannot happen.
    pub fn play(&mut self, kind: Kind, event: &Recorded) -> Played {
        let process = self.happen(kind, event);
        // The last that began ends first: a parent outlives its child.
        while let Some(program) = self.started.pop() {
            program.exit();
        }
        let mut records = self.session.records();
        records.retain(|record| record.kind == kind);
        match process {
            Ok(process) => records.retain(|record| u64::from(record.process) == process),
            // What the driver denied did happen, as far as the driver let it.
            Err(reason) => {
                records.retain(|record| record.verdict == RecordVerdict::Denied);
                if records.is_empty() {
                    return Err(reason);
                }
            }
        }
        Ok(records)
    }

    /// Makes an event happen: the process that the driver says of it.
    fn happen(&mut self, kind: Kind, event: &Recorded) -> Result<u64, Reason> {
        match kind {
            Kind::ProcessCreation => self.process(event),
            Kind::ProcessTermination => self.end(event),
            Kind::ImageLoad => self.image(event),
            Kind::DriverLoad => self.driver(event),
            Kind::CreateRemoteThread => self.thread(event),
            Kind::ProcessAccess => self.access(event),
            Kind::FileEvent | Kind::CreateStreamHash => self.file(event, kind),
            Kind::FileDelete => self.file_delete(event),
            Kind::FileRename => self.file_rename(event),
            Kind::FileChange => self.file_change(event),
            Kind::FileAccess => self.file_access(event),
            Kind::FileExecutableDetected => self.program_written(event),
            Kind::PipeCreated => self.pipe(event),
            Kind::RawAccessThread => self.volume(event),
            Kind::RegistryAdd => self.key_created(event),
            Kind::RegistrySet => self.value_set(event),
            Kind::RegistryDelete => self.deleted(event),
            Kind::RegistryRename => self.key_renamed(event),
            _ => Err(Reason::Kind),
        }
    }
}

/// The kernel's kind of event that a record tells of, where it says of which one it is; Sysmon's where it names no channel.
#[must_use]
pub fn kind(event: &Recorded) -> Option<Kind> {
    static ROUTES: LazyLock<Routes> = LazyLock::new(|| {
        let kernel = |kind: Kind| kind.info().tier == Tier::Kernel;
        Routes::new(kernel, Some("Microsoft-Windows-Sysmon/Operational"))
    });
    let mut record = cofferdam_events::Record::default();
    cofferdam_events::read_json(&serde_json::to_vec(event).ok()?, &mut record).ok()?;
    let mut kinds = Vec::new();
    ROUTES.kinds(&record, &mut kinds);
    let certain = kinds.iter().find(|routed| !routed.uncertain)?;
    Some(certain.kind)
}

/// A field's text; numbers as they are written.
fn text(event: &Recorded, name: &str) -> Option<String> {
    match event.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A field without which the event cannot happen.
fn needed(event: &Recorded, name: &str) -> Result<String, Reason> {
    text(event, name)
        .filter(|it| !it.is_empty())
        .ok_or(Reason::Incomplete)
}

/// A field's number, decimal or hexadecimal.
fn number(event: &Recorded, name: &str) -> Option<u64> {
    let text = text(event, name)?;
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
