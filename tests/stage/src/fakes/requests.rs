//! Operations on files, as the I/O manager makes them of what programs and drivers ask for.

use std::sync::Arc;

use crate::disk::{Disk, Disposition, Opened, code};
use crate::fakes::USER_MEMORY;
use crate::kernel::{Kernel, lock};
use crate::memory;

use super::files::{File, Stage};
use super::flt::operation::{IoStatus, Operation};
use super::flt::volumes::{FileSystem, Volume};

/// Major functions.
pub(crate) mod major {
    pub(crate) const CREATE: u8 = 0;
    pub(crate) const CREATE_NAMED_PIPE: u8 = 1;
    pub(crate) const CLOSE: u8 = 2;
    pub(crate) const READ: u8 = 3;
    pub(crate) const WRITE: u8 = 4;
    pub(crate) const SET_INFORMATION: u8 = 6;
    pub(crate) const SHUTDOWN: u8 = 16;
    pub(crate) const CLEANUP: u8 = 18;
}

/// `FILE_OBJECT` on x64.
const FILE_OBJECT_SIZE: usize = 216;
const TAG: [u8; 4] = *b"File";

/// Create options.
pub(crate) mod option {
    pub(crate) const DIRECTORY: u32 = 1;
    pub(crate) const DELETE_ON_CLOSE: u32 = 0x1000;
    pub(crate) const BY_ID: u32 = 0x2000;
}

/// What a create asks for.
#[derive(Clone, Debug)]
pub struct Create {
    /// Relative to the volume, or to `related`.
    pub path: Vec<u16>,
    /// What to do.
    pub disposition: Disposition,
    /// `FILE_...` create options.
    pub options: u32,
    /// The access that is asked for.
    pub access: u32,
    /// `FILE_ATTRIBUTE_...`.
    pub attributes: u16,
    /// `FILE_SHARE_...`.
    pub share: u16,
    /// A directory that the path begins at.
    pub related: Option<u64>,
    /// Open by number instead of by name.
    pub by_id: Option<u64>,
    /// `SL_OPEN_PAGING_FILE` and others.
    pub flags: u8,
    /// The file system answers that the name leads elsewhere.
    pub reparse: bool,
    /// By the kernel itself.
    pub kernel_mode: bool,
    /// A named pipe's server end.
    pub pipe: bool,
    /// A transaction's object, or zero.
    pub transaction: u64,
}

impl Default for Create {
    fn default() -> Self {
        Self {
            path: Vec::new(),
            disposition: Disposition::Open,
            options: 0,
            access: 0x0012_0089,
            attributes: 0x80,
            share: 7,
            related: None,
            by_id: None,
            flags: 0,
            reparse: false,
            kernel_mode: false,
            pipe: false,
            transaction: 0,
        }
    }
}

/// `SL_OPEN_PAGING_FILE`.
pub(crate) const OPEN_PAGING_FILE: u8 = 2;
/// `SL_OPEN_TARGET_DIRECTORY`.
pub(crate) const OPEN_TARGET_DIRECTORY: u8 = 4;
const REPARSE: u32 = 0x104;
const CANNOT_DELETE: u32 = 0xc000_0121;
const NT_ERROR: u32 = 0xc000_0000;

const fn failed(status: u32) -> bool {
    status >= NT_ERROR
}

impl Kernel {
    /// Opens a file: its object where the create succeeded.
    pub(crate) fn create(&self, volume: &Arc<Volume>, ask: &Create) -> (IoStatus, Option<u64>) {
        let system = &self.state.system;
        let object = system.allocate(FILE_OBJECT_SIZE, TAG, false, Some(0), Vec::new());
        let name = match ask.by_id {
            Some(id) => id.to_le_bytes().to_vec(),
            None => memory::to_bytes(&ask.path),
        };
        let buffer = system.text(&name, *b"FilN");
        let length = name.len() as u16;
        memory::write(object, 5u16);
        memory::write(object + 2, FILE_OBJECT_SIZE as u16);
        memory::write(object + 8, volume.device);
        memory::write(object + 64, ask.related.unwrap_or_default());
        memory::set_unicode_string(object + 88, buffer, length, length);
        let base = ask.related.and_then(|it| self.state.files.get(it));
        let asked_path = match &base {
            Some(base) => [&*base.path, &[u16::from(b'\\')], &*ask.path].concat(),
            None => ask.path.clone(),
        };
        self.state.files.add(File {
            object,
            volume: volume.object,
            stage: Stage::Opening,
            asked_path,
            by_id: ask.by_id,
            node: 0,
            path: Vec::new(),
            stream: Vec::new(),
            directory: false,
            delete_on_close: ask.options & option::DELETE_ON_CLOSE != 0,
            posix_delete: false,
            deleted: false,
            paging: ask.flags & OPEN_PAGING_FILE != 0,
            cancelled: false,
            name_buffer: buffer,
        });
        let security = system.allocate(24, *b"Secu", false, Some(0), Vec::new());
        let state = system.allocate(0xa0, *b"AccS", false, Some(0), Vec::new());
        memory::write(state + 16, ask.access);
        memory::write(state + 24, ask.access);
        memory::write(security + 8, state);
        memory::write(security + 16, ask.access);
        memory::write(security + 20, ask.options);
        let disposition = ask.disposition as u32;
        let id = if ask.by_id.is_some() {
            option::BY_ID
        } else {
            0
        };
        let options = disposition << 24 | ask.options | id;
        let operation = Operation {
            major: match ask.pipe {
                true => major::CREATE_NAMED_PIPE,
                false => major::CREATE,
            },
            flags: ask.flags,
            file: object,
            parameters: [
                security,
                options.into(),
                u64::from(ask.attributes) | u64::from(ask.share) << 16,
                0,
                0,
                0,
            ],
            kernel_mode: ask.kernel_mode,
            transaction: ask.transaction,
            ..Operation::default()
        };
        let mut performed = None;
        let mut status = self.operate(volume, &operation, |kernel| {
            let result = kernel.perform_create(volume, object, ask);
            performed = Some(result);
            result
        });
        for address in [security, state] {
            let _ = system.free(address, None);
        }
        let file = self.state.files.get(object);
        let cancelled = file.is_some_and(|it| it.cancelled);
        let opened = performed.is_some_and(|it| !failed(it.status) && it.status != REPARSE);
        if cancelled && !failed(status.status) {
            let what = "the open was cancelled, but the create's status says that it succeeded";
            self.report(
                crate::finding::Check::Contract,
                what.into(),
                None,
                Vec::new(),
            );
            status.status = 0xc000_0022;
        }
        if opened && failed(status.status) && !cancelled {
            let what = "a successful open was turned into a failure without being cancelled";
            self.report(
                crate::finding::Check::Contract,
                what.into(),
                None,
                Vec::new(),
            );
        }
        if opened && !failed(status.status) {
            return (status, Some(object));
        }
        // A file object whose create failed or was cancelled just goes away; what was created stays.
        self.forget(object);
        (status, None)
    }

    fn perform_create(&self, volume: &Arc<Volume>, object: u64, ask: &Create) -> IoStatus {
        let fail = |status| IoStatus {
            status,
            information: 0,
        };
        if ask.reparse {
            return IoStatus {
                status: REPARSE,
                information: 0,
            };
        }
        let Some(file) = self.state.files.get(object) else {
            return fail(code::INVALID_PARAMETER);
        };
        let now = self.state.clock.now();
        let mut disk = lock(&volume.disk);
        let opened = if ask.by_id.is_none() && file.asked_path.is_empty() {
            // The volume itself.
            Ok(Opened {
                node: 0,
                path: Vec::new(),
                stream: Vec::new(),
                directory: false,
                information: crate::disk::OPENED,
            })
        } else if ask.flags & OPEN_TARGET_DIRECTORY != 0 {
            let parent = crate::disk::split(&file.asked_path).0.to_vec();
            disk.open(&parent, Disposition::Open, true, now)
        } else {
            open(&mut disk, volume, &file, ask, now)
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(status) => return fail(status),
        };
        if volume.file_system == FileSystem::Ntfs
            && file.delete_on_close
            && opened.directory
            && disk.has_entries(&opened.path)
        {
            return fail(CANNOT_DELETE);
        }
        drop(disk);
        self.state.files.change(object, |it| {
            it.stage = Stage::Open;
            it.node = opened.node;
            it.path = opened.path.clone();
            it.stream = opened.stream.clone();
            it.directory = opened.directory;
        });
        let stream = self.stream_object(object).unwrap_or_default();
        memory::write(object + 24, stream);
        IoStatus {
            status: 0,
            information: opened.information,
        }
    }

    /// A file object goes away.
    fn forget(&self, object: u64) {
        self.drop_contexts_of_file(object);
        if let Some(file) = self.state.files.remove(object) {
            let _ = self.state.system.free(file.name_buffer, None);
            let _ = self.state.system.free(object, None);
        }
    }

    /// Closes the last handle: cleanup, then close.
    pub(crate) fn close_file(&self, object: u64) {
        self.cleanup(object);
        self.close(object);
    }

    /// The last handle to a file object is closed.
    pub(crate) fn cleanup(&self, object: u64) {
        let Some((file, volume)) = self.file(object) else {
            return;
        };
        let operation = Operation {
            major: major::CLEANUP,
            file: object,
            ..Operation::default()
        };
        self.operate(&volume, &operation, |kernel| {
            kernel
                .state
                .files
                .change(object, |it| it.stage = Stage::CleanedUp);
            let mut disk = lock(&volume.disk);
            let others = kernel.state.files.handles(volume.object, file.node);
            let pending = disk.node(file.node).is_some_and(|it| it.delete_pending);
            let current = kernel.state.files.get(object).unwrap_or(file);
            if current.delete_on_close && current.stream.is_empty() && !pending {
                if let Some(node) = disk.node_mut(current.node) {
                    node.delete_pending = true;
                }
            } else if current.delete_on_close && !current.stream.is_empty() {
                disk.remove_stream(current.node, &current.stream);
            }
            let pending = disk.node(current.node).is_some_and(|it| it.delete_pending);
            let empty = !current.directory || !disk.has_entries(&current.path);
            if pending && (others == 0 || current.posix_delete) && empty {
                disk.unlink(&current.path);
                kernel.state.files.change(object, |it| it.deleted = true);
                // Other names of the file stay.
                if let Some(node) = disk.node_mut(current.node) {
                    node.delete_pending = false;
                }
            }
            IoStatus::default()
        });
    }

    /// The last reference to a file object goes.
    pub(crate) fn close(&self, object: u64) {
        let Some((_, volume)) = self.file(object) else {
            return;
        };
        let stream = self.stream_object(object);
        let operation = Operation {
            major: major::CLOSE,
            file: object,
            ..Operation::default()
        };
        self.operate(&volume, &operation, |_| IoStatus::default());
        let gone = self.state.files.get(object).map(|it| (it.volume, it.node));
        self.forget(object);
        if let (Some(stream), Some((volume, node))) = (stream, gone)
            && self.state.files.handles(volume, node) == 0
        {
            self.drop_contexts_of_stream(stream);
        }
    }

    /// A file object and its volume.
    pub(crate) fn file(&self, object: u64) -> Option<(File, Arc<Volume>)> {
        let file = self.state.files.get(object)?;
        let volume = self.state.volumes.by_object(file.volume)?;
        Some((file, volume))
    }

    /// Writes; the driver sees the length only, as the buffer is the user's.
    pub(crate) fn write(&self, object: u64, offset: u64, bytes: &[u8], irp_flags: u32) -> IoStatus {
        let Some((file, volume)) = self.file(object) else {
            return IoStatus::default();
        };
        let operation = Operation {
            major: major::WRITE,
            irp_flags,
            file: object,
            parameters: [bytes.len() as u64, 0, offset, USER_MEMORY, 0, 0],
            ..Operation::default()
        };
        self.operate(&volume, &operation, |_| {
            let mut disk = lock(&volume.disk);
            let key = super::strings::upcased(&file.stream);
            let stream = disk
                .node_mut(file.node)
                .and_then(|it| it.streams.get_mut(&key));
            if let Some(stream) = stream {
                let end = offset as usize + bytes.len();
                if stream.data.len() < end {
                    stream.data.resize(end, 0);
                }
                stream.data[offset as usize..end].copy_from_slice(bytes);
            }
            IoStatus {
                status: 0,
                information: bytes.len() as u64,
            }
        })
    }

    /// Reads.
    pub(crate) fn read(&self, object: u64, offset: u64, count: usize) -> Option<Vec<u8>> {
        let (file, volume) = self.file(object)?;
        let operation = Operation {
            major: major::READ,
            file: object,
            parameters: [count as u64, 0, offset, USER_MEMORY, 0, 0],
            ..Operation::default()
        };
        let mut bytes = None;
        self.operate(&volume, &operation, |_| {
            let disk = lock(&volume.disk);
            let key = super::strings::upcased(&file.stream);
            let data = disk.node(file.node).and_then(|it| it.streams.get(&key));
            let data = data.map(|it| &*it.data).unwrap_or_default();
            let from = (offset as usize).min(data.len());
            let to = (from + count).min(data.len());
            bytes = Some(data[from..to].to_vec());
            IoStatus {
                status: 0,
                information: (to - from) as u64,
            }
        });
        bytes
    }

    /// Sets information of a class; `perform` is what the file system does.
    pub(crate) fn set_information(
        &self,
        object: u64,
        class: u32,
        buffer: &[u8],
        perform: impl FnOnce(&Self, &File, &mut Disk) -> u32,
    ) -> IoStatus {
        let Some((file, volume)) = self.file(object) else {
            return IoStatus::default();
        };
        let system = &self.state.system;
        let at = system.allocate(buffer.len(), *b"Info", false, None, Vec::new());
        memory::store(at, buffer);
        let operation = Operation {
            major: major::SET_INFORMATION,
            file: object,
            parameters: [buffer.len() as u64, class.into(), 0, 0, at, 0],
            ..Operation::default()
        };
        let status = self.operate(&volume, &operation, |kernel| IoStatus {
            status: perform(kernel, &file, &mut lock(&volume.disk)),
            information: 0,
        });
        let _ = system.free(at, None);
        status
    }
}

fn open(
    disk: &mut Disk,
    volume: &Volume,
    file: &File,
    ask: &Create,
    now: u64,
) -> Result<Opened, u32> {
    if let Some(id) = ask.by_id {
        return disk.open_by_id(id);
    }
    if volume.file_system == FileSystem::Pipes {
        // Pipes have no directories.
        disk.make_parents(&file.asked_path, now);
    }
    let directory = ask.options & option::DIRECTORY != 0;
    disk.open(&file.asked_path, ask.disposition, directory, now)
}
