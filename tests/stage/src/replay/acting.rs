//! Processes: those that act, and the events that are about processes.

use super::{Player, Reason, Recorded, needed, number, text};
use crate::machine::{NewProcess, Program};
use crate::memory;

/// The last parts of the integrity SIDs, by Sysmon's names.
const INTEGRITY: [(&str, u32); 4] = [
    ("Low", 0x1000),
    ("Medium", 0x2000),
    ("High", 0x3000),
    ("System", 0x4000),
];

impl<'m> Player<'m> {
    /// The process with the image that one of the event's fields names, started for the event. `System` is the system
    /// process. `command_line`, `parent` and `parent_command_line` name the fields that say these.
    pub(super) fn actor(
        &mut self,
        event: &Recorded,
        fields: [&str; 4],
    ) -> Result<Program<'m>, Reason> {
        let [image, command_line, parent, parent_command_line] = fields;
        let image = needed(event, image)?;
        if image == "System" {
            return Ok(self.machine.system());
        }
        let mut new = self.new_process(&image, text(event, command_line))?;
        token(event, &mut new)?;
        let parent = match text(event, parent) {
            Some(parent) if !parent.is_empty() => {
                let new = self.new_process(&parent, text(event, parent_command_line))?;
                self.started(self.machine.shell(), &new)?
            }
            _ => self.machine.shell(),
        };
        self.started(parent, &new)
    }

    /// The process that the fields `Image` and so on name.
    pub(super) fn subject(&mut self, event: &Recorded) -> Result<Program<'m>, Reason> {
        self.actor(
            event,
            ["Image", "CommandLine", "ParentImage", "ParentCommandLine"],
        )
    }

    fn new_process(
        &mut self,
        image: &str,
        command_line: Option<String>,
    ) -> Result<NewProcess, Reason> {
        self.place(image)?;
        let mut new = NewProcess::new(image, "");
        new.command_line = command_line.map(|it| memory::utf16(&it));
        Ok(new)
    }

    fn started(&mut self, parent: Program<'m>, new: &NewProcess) -> Result<Program<'m>, Reason> {
        let program = parent.start(new).map_err(|_| Reason::Denied)?;
        self.started.push(program);
        Ok(program)
    }

    pub(super) fn process(&mut self, event: &Recorded) -> Result<u64, Reason> {
        // No process is without these.
        needed(event, "ParentImage")?;
        needed(event, "IntegrityLevel")?;
        let started = self.subject(event)?;
        if started.id() == self.machine.system().id() {
            return Err(Reason::Name);
        }
        Ok(started.id())
    }

    pub(super) fn end(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let process = self.subject(event)?;
        self.started.retain(|it| it.id() != process.id());
        process.exit();
        Ok(process.id())
    }

    pub(super) fn image(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let loaded = needed(event, "ImageLoaded")?;
        self.place(&loaded)?;
        let process = self.subject(event)?;
        process.load_image(&loaded);
        Ok(process.id())
    }

    pub(super) fn driver(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let loaded = needed(event, "ImageLoaded")?;
        self.place(&loaded)?;
        self.machine.system().load_driver(&loaded);
        Ok(self.machine.system().id())
    }

    /// The two processes of an event that names both.
    fn pair(&mut self, event: &Recorded) -> Result<(Program<'m>, Program<'m>), Reason> {
        let fields = ["SourceImage", "SourceCommandLine", "SourceParentImage", "-"];
        let source = self.actor(event, fields)?;
        let target = self.actor(event, ["TargetImage", "-", "-", "-"])?;
        // The first thread of a process is the process's own.
        target.start_thread(target.id());
        Ok((source, target))
    }

    pub(super) fn thread(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let (source, target) = self.pair(event)?;
        source.start_thread(target.id());
        Ok(source.id())
    }

    pub(super) fn access(&mut self, event: &Recorded) -> Result<u64, Reason> {
        // Only what the kernel would have written: `0x1410`.
        let access = text(event, "GrantedAccess").filter(|it| it.starts_with("0x"));
        let access = access
            .and(number(event, "GrantedAccess"))
            .ok_or(Reason::Incomplete)?;
        let (source, target) = self.pair(event)?;
        source.open_process(target.id(), access as u32);
        Ok(source.id())
    }
}

/// What the event says of the process's token.
fn token(event: &Recorded, new: &mut NewProcess) -> Result<(), Reason> {
    if let Some(level) = text(event, "IntegrityLevel") {
        new.app_container = level == "AppContainer";
        if !new.app_container {
            new.integrity = integrity(&level).ok_or(Reason::Name)?;
        }
    }
    if let Some(logon) = number(event, "LogonId") {
        new.logon = logon;
    }
    if let Some(session) = number(event, "TerminalSessionId") {
        new.session = session as u32;
    }
    Ok(())
}

/// A level by Sysmon's name for it, or as the SID that the security log has.
fn integrity(level: &str) -> Option<u32> {
    let named = INTEGRITY.iter().find(|it| it.0.eq_ignore_ascii_case(level));
    named.map(|it| it.1).or_else(|| {
        level
            .to_ascii_uppercase()
            .strip_prefix("S-1-16-")?
            .parse()
            .ok()
    })
}
