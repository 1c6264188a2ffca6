//! Files, streams, pipes and volumes.

use cofferdam_interpreter::schema::Kind;

use super::{Player, Reason, Recorded, needed, number};
use crate::machine::{Create, Disk, Disposition, FileSystem, Handle, Program, SYSTEM_VOLUME};

const PIPES: &str = r"\Device\NamedPipe";
/// A request that reads and deletes.
const READ_AND_DELETE: u32 = 0x0013_0081;

impl<'m> Player<'m> {
    pub(super) fn file(&mut self, event: &Recorded, kind: Kind) -> Result<u64, Reason> {
        let target = needed(event, "TargetFilename")?;
        self.room(&target)?;
        let is_stream = target[2..].contains(':');
        match (kind, is_stream) {
            (Kind::CreateStreamHash, true) => {
                let (file, _) = target.rsplit_once(':').ok_or(Reason::Name)?;
                self.machine.put(file, b"");
            }
            (Kind::FileEvent, false) => {}
            _ => return Err(Reason::Name),
        }
        let program = self.subject(event)?;
        let handle = program.create(&target).map_err(|_| Reason::Refused)?;
        drop(handle);
        self.remove(&target);
        Ok(program.id())
    }

    /// A file that is there, opened by the event's process.
    fn opened(
        &mut self,
        event: &Recorded,
        path: &str,
    ) -> Result<(Program<'m>, Handle<'m>), Reason> {
        self.room(path)?;
        self.machine.put(path, b"contents");
        let program = self.subject(event)?;
        let handle = program.open_existing(path).map_err(|_| Reason::Refused)?;
        Ok((program, handle))
    }

    pub(super) fn file_delete(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let (program, handle) = self.opened(event, &needed(event, "TargetFilename")?)?;
        handle.set_delete(true);
        drop(handle);
        Ok(program.id())
    }

    pub(super) fn file_rename(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let target = needed(event, "TargetFilename")?;
        let source = needed(event, "SourceFilename")?;
        self.room(&target)?;
        let (program, handle) = self.opened(event, &source)?;
        handle.rename(&target, true);
        drop(handle);
        self.remove(&target);
        Ok(program.id())
    }

    pub(super) fn file_change(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let target = needed(event, "TargetFilename")?;
        let (program, handle) = self.opened(event, &target)?;
        handle.set_created(handle.created() - 10_000_000);
        drop(handle);
        self.remove(&target);
        Ok(program.id())
    }

    pub(super) fn file_access(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let name = needed(event, "FileName")?;
        let (program, handle) = self.opened(event, &name)?;
        drop(handle);
        self.remove(&name);
        Ok(program.id())
    }

    pub(super) fn program_written(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let target = needed(event, "TargetFilename")?;
        self.room(&target)?;
        let program = self.subject(event)?;
        let handle = program.create(&target).map_err(|_| Reason::Refused)?;
        handle.write(&smallest_program());
        drop(handle);
        self.remove(&target);
        Ok(program.id())
    }

    pub(super) fn pipe(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let name = needed(event, "PipeName")?;
        if !name.starts_with('\\') {
            return Err(Reason::Name);
        }
        if !self.has_pipes {
            self.has_pipes = true;
            self.machine
                .add_volume(PIPES, None, FileSystem::Pipes, Disk::default());
        }
        let path = format!("{PIPES}{name}");
        let is_connection = number(event, "EventID") == Some(18);
        let program = self.subject(event)?;
        let server = if is_connection {
            self.machine.shell()
        } else {
            program
        };
        let (_, server) = server.create_pipe(&path);
        let _server = server.ok_or(Reason::Refused)?;
        if is_connection {
            drop(program.open_existing(&path).map_err(|_| Reason::Refused)?);
        }
        Ok(program.id())
    }

    pub(super) fn volume(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let device = needed(event, "Device")?;
        if device != SYSTEM_VOLUME {
            return Err(Reason::Place);
        }
        let program = self.subject(event)?;
        let ask = Create {
            access: READ_AND_DELETE,
            disposition: Disposition::Open,
            ..Create::default()
        };
        drop(program.open(&device, ask));
        Ok(program.id())
    }

    /// Takes away what the event has left.
    fn remove(&self, path: &str) {
        if let Ok(handle) = self.machine.shell().open_existing(path) {
            handle.set_delete(true);
        }
    }
}

/// What makes a file an executable image: `MZ`, where the header is, and how it begins.
fn smallest_program() -> Vec<u8> {
    const HEADER: u8 = 0x40;
    let mut bytes = b"MZ".to_vec();
    bytes.resize(0x3c, 0);
    bytes.extend([HEADER, 0, 0, 0]);
    bytes.extend(b"PE\0\0");
    bytes
}
