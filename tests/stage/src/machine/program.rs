//! A process and what it does.

use super::{Create, Disposition, IoStatus, Machine, NewProcess};
use crate::cpu::thread::current;
use crate::disk::code;
use crate::fakes::processes::SYSTEM;
use crate::kernel::lock;
use crate::memory;

/// A process of the machine.
#[derive(Clone, Copy, Debug)]
pub struct Program<'m> {
    machine: &'m Machine,
    id: u64,
}

/// An open file of a process; it is closed when dropped.
#[derive(Debug)]
pub struct Handle<'m> {
    program: Program<'m>,
    object: u64,
    open: bool,
}

const SUCCESS: u32 = 0;

impl<'m> Program<'m> {
    pub(crate) const fn new(machine: &'m Machine, id: u64) -> Self {
        Self { machine, id }
    }

    /// The process's id.
    pub const fn id(&self) -> u64 {
        self.id
    }

    pub(crate) const fn machine(&self) -> &'m Machine {
        self.machine
    }

    /// Runs in the process's context.
    pub(crate) fn run<R>(&self, run: impl FnOnce() -> R) -> R {
        let before = current(|it| it.process.replace(self.id));
        if current(|it| it.thread.get()) == 0 {
            let id = self.machine.kernel.state.sync.new_thread_id();
            current(|it| it.thread.set(id));
        }
        let result = run();
        current(|it| it.process.set(before));
        result
    }

    /// Opens or creates a file, as `ask` says but for the path.
    pub fn open(&self, path: &str, ask: Create) -> (IoStatus, Option<Handle<'m>>) {
        self.open_units(&memory::utf16(path), ask)
    }

    /// The same with a path that need not be text.
    pub fn open_units(&self, path: &[u16], ask: Create) -> (IoStatus, Option<Handle<'m>>) {
        let (volume, path) = self.machine.locate(path);
        let ask = Create { path, ..ask };
        let (status, object) = self.run(|| self.machine.kernel.create(&volume, &ask));
        let handle = object.map(|object| Handle {
            program: *self,
            object,
            open: true,
        });
        (status, handle)
    }

    /// Creates a file, replacing one that is there.
    ///
    /// # Errors
    /// With the status where it fails.
    pub fn create(&self, path: &str) -> Result<Handle<'m>, u32> {
        let ask = Create {
            disposition: Disposition::OverwriteIf,
            access: 0x0012_0196,
            ..Create::default()
        };
        let (status, handle) = self.open(path, ask);
        handle.ok_or(status.status)
    }

    /// Opens a file that is there, for reading and deleting.
    ///
    /// # Errors
    /// With the status where it fails.
    pub fn open_existing(&self, path: &str) -> Result<Handle<'m>, u32> {
        let ask = Create {
            access: 0x0013_0089,
            ..Create::default()
        };
        let (status, handle) = self.open(path, ask);
        handle.ok_or(status.status)
    }

    /// Makes a named pipe's server end, on a volume of pipes.
    pub fn create_pipe(&self, path: &str) -> (IoStatus, Option<Handle<'m>>) {
        let ask = Create {
            disposition: Disposition::OpenIf,
            pipe: true,
            ..Create::default()
        };
        self.open(path, ask)
    }

    /// Starts a process: it, or the status with which it was refused.
    ///
    /// # Errors
    /// With the status that the driver left.
    pub fn start(&self, new: &NewProcess) -> Result<Program<'m>, u32> {
        let (id, status) = self.run(|| self.machine.start(self.id, new));
        if status == SUCCESS {
            Ok(self.machine.program(id))
        } else {
            Err(status)
        }
    }

    /// The process ends.
    pub fn exit(self) {
        self.machine.end(self.id);
    }

    /// Starts a thread in a process, its own or another.
    pub fn start_thread(&self, process: u64) -> u64 {
        let id = self.machine.kernel.state.sync.new_thread_id();
        self.run(|| self.machine.notify_thread(process, id, true));
        id
    }

    /// Maps an image, as user mode names it or as the object manager does.
    pub fn load_image(&self, path: &str) {
        let name = self.machine.device_path(&memory::utf16(path));
        self.run(|| self.machine.notify_image(self.id, Some(&name)));
    }

    /// Loads a driver.
    pub fn load_driver(&self, path: &str) {
        let name = self.machine.device_path(&memory::utf16(path));
        self.machine
            .program(SYSTEM)
            .run(|| self.machine.notify_image(0, Some(&name)));
    }

    /// Maps an image whose name Windows cannot tell.
    pub fn load_nameless_image(&self) {
        self.run(|| self.machine.notify_image(self.id, None));
    }
}

/// `FILE_..._INFORMATION` classes.
mod class {
    pub(super) const BASIC: u32 = 4;
    pub(super) const RENAME: u32 = 10;
    pub(super) const LINK: u32 = 11;
    pub(super) const DISPOSITION: u32 = 13;
    pub(super) const DISPOSITION_EX: u32 = 64;
    pub(super) const RENAME_EX: u32 = 65;
}

const NAME_OFFSET: usize = 20;

/// The buffer of a rename or a link.
fn target(flags: u32, name: &[u16]) -> Vec<u8> {
    let mut buffer = vec![0; NAME_OFFSET];
    buffer[..4].copy_from_slice(&flags.to_le_bytes());
    buffer[16..20].copy_from_slice(&(2 * name.len() as u32).to_le_bytes());
    buffer.extend(memory::to_bytes(name));
    // The structure is never shorter than its size.
    buffer.resize(buffer.len().max(24), 0);
    buffer
}

impl Handle<'_> {
    fn machine(&self) -> &Machine {
        self.program.machine
    }

    /// The file object's address.
    pub const fn object(&self) -> u64 {
        self.object
    }

    /// The file's number on its volume.
    pub fn file_id(&self) -> u64 {
        let file = self.machine().kernel.state.files.get(self.object);
        file.map_or(0, |it| it.node)
    }

    /// Writes at the start.
    pub fn write(&self, bytes: &[u8]) -> IoStatus {
        self.program
            .run(|| self.machine().kernel.write(self.object, 0, bytes, 0))
    }

    /// The memory manager writes a page of the file, in another thread's context.
    pub fn write_paging(&self, bytes: &[u8]) -> IoStatus {
        const PAGING: u32 = 0x42;
        self.machine()
            .system()
            .run(|| self.machine().kernel.write(self.object, 0, bytes, PAGING))
    }

    fn change_name(&self, class: u32, flags: u32, to: &str, link: bool) -> u32 {
        let machine = self.machine();
        // User mode's names are given with their prefix, as Win32 does.
        let name = match to.as_bytes().get(1) {
            Some(b':') => format!(r"\??\{to}"),
            _ => to.to_owned(),
        };
        let units = memory::utf16(&name);
        let buffer = target(flags, &units);
        let object = self.object;
        let replace = flags & 1 != 0;
        let status = self.program.run(|| {
            machine
                .kernel
                .set_information(object, class, &buffer, |kernel, file, disk| {
                    let to = kernel.rename_target(file, &units);
                    let done = match link {
                        true => disk
                            .link(file.node, &to, replace)
                            .map(|_| file.path.clone()),
                        false => disk.rename(file.node, &file.path, &to, replace),
                    };
                    match done {
                        Ok(path) => {
                            kernel.state.files.change(object, |it| it.path = path);
                            SUCCESS
                        }
                        Err(status) => status,
                    }
                })
        });
        status.status
    }

    /// Renames; a simple name stays in its directory.
    pub fn rename(&self, to: &str, replace: bool) -> u32 {
        self.change_name(class::RENAME, replace.into(), to, false)
    }

    /// Renames with POSIX semantics.
    pub fn rename_posix(&self, to: &str, replace: bool) -> u32 {
        const POSIX: u32 = 2;
        self.change_name(class::RENAME_EX, POSIX | u32::from(replace), to, false)
    }

    /// Adds a hard link.
    pub fn link(&self, to: &str) -> u32 {
        self.change_name(class::LINK, 0, to, true)
    }

    /// Marks the file for deletion, or takes the mark away.
    pub fn set_delete(&self, delete: bool) -> u32 {
        let buffer = [u8::from(delete)];
        self.dispose(class::DISPOSITION, &buffer, delete)
    }

    fn dispose(&self, class: u32, buffer: &[u8], delete: bool) -> u32 {
        let kernel = &self.machine().kernel;
        let object = self.object;
        let status = self.program.run(|| {
            kernel.set_information(object, class, buffer, |_, file, disk| {
                if delete && file.directory && disk.has_entries(&file.path) {
                    return code::DIRECTORY_NOT_EMPTY;
                }
                match disk.node_mut(file.node) {
                    Some(node) => node.delete_pending = delete,
                    None => return code::NOT_FOUND,
                }
                SUCCESS
            })
        });
        status.status
    }

    /// Marks the file for deletion with POSIX semantics: its name goes when this handle is closed.
    pub fn delete_posix(&self) -> u32 {
        const DELETE_POSIX: u32 = 3;
        let status = self.dispose(class::DISPOSITION_EX, &DELETE_POSIX.to_le_bytes(), true);
        if status == SUCCESS {
            let state = &self.machine().kernel.state;
            state.files.change(self.object, |it| it.posix_delete = true);
        }
        status
    }

    /// Sets the creation time.
    pub fn set_created(&self, time: u64) -> u32 {
        let mut buffer = [0; 40];
        buffer[..8].copy_from_slice(&time.to_le_bytes());
        let kernel = &self.machine().kernel;
        let status = self.program.run(|| {
            kernel.set_information(self.object, class::BASIC, &buffer, |_, file, disk| {
                if let Some(node) = disk.node_mut(file.node) {
                    node.created = time;
                }
                SUCCESS
            })
        });
        status.status
    }

    /// When the file was created.
    pub fn created(&self) -> u64 {
        let found = self.machine().kernel.file(self.object);
        found.map_or(0, |(file, volume)| {
            lock(&volume.disk)
                .node(file.node)
                .map_or(0, |it| it.created)
        })
    }

    /// The last handle is closed, but the file object lives on, as when it is mapped.
    pub fn cleanup(&self) {
        self.program
            .run(|| self.machine().kernel.cleanup(self.object));
    }

    /// After a cleanup, the file object goes.
    pub fn close_after_cleanup(mut self) {
        self.open = false;
        self.machine()
            .system()
            .run(|| self.machine().kernel.close(self.object));
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        if self.open && !std::thread::panicking() {
            self.program
                .run(|| self.machine().kernel.close_file(self.object));
        }
    }
}
