//! Names of files, as Filter Manager gives them.
//!
//! Opened names are what the opener said. Normalized names have short components expanded; once the file is open they
//! are the file system's own, in the case that the file was created with.

use crate::cpu::thread::current;
use crate::disk::split_stream;
use crate::fakes::files::{File, Stage};
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, Routine, routine};

use super::operation::data;
use super::volumes::FileSystem;

/// Offsets in `FLT_FILE_NAME_INFORMATION`.
mod information {
    pub(super) const SIZE: u16 = 120;
    pub(super) const PARSED: u64 = 2;
    pub(super) const FORMAT: u64 = 4;
    pub(super) const NAME: u64 = 8;
    pub(super) const VOLUME: u64 = 24;
    pub(super) const EXTENSION: u64 = 56;
    pub(super) const STREAM: u64 = 72;
    pub(super) const FINAL: u64 = 88;
    pub(super) const PARENT: u64 = 104;
}

const NORMALIZED: u32 = 1;
const OPENED: u32 = 2;
const SHORT: u32 = 3;
const TAG: [u8; 4] = *b"FMfn";
const NAME: &str = "name information";
/// `STATUS_FLT_INVALID_NAME_REQUEST`.
const INVALID_REQUEST: u64 = status(0xc01c_0005);
const NAME_TOO_LONG: u64 = status(0xc000_0106);
const PARSED_ALL: u16 = 0xf;

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "FltGetFileNameInformation",
        "fltkernel/nf-fltkernel-fltgetfilenameinformation",
        APC,
        get,
    )
    .or(LOW),
    routine(
        "FltReleaseFileNameInformation",
        "fltkernel/nf-fltkernel-fltreleasefilenameinformation",
        APC,
        release,
    ),
    routine(
        "FltReferenceFileNameInformation",
        "fltkernel/nf-fltkernel-fltreferencefilenameinformation",
        APC,
        reference,
    ),
    routine(
        "FltParseFileNameInformation",
        "fltkernel/nf-fltkernel-fltparsefilenameinformation",
        APC,
        parse,
    ),
    routine(
        "FltGetTunneledName",
        "fltkernel/nf-fltkernel-fltgettunneledname",
        APC,
        tunnelled,
    )
    .or(LOW),
    routine(
        "FltGetDestinationFileNameInformation",
        "fltkernel/nf-fltkernel-fltgetdestinationfilenameinformation",
        APC,
        destination,
    )
    .or(LOW),
];

fn get(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (from, options, out) = (call.u64(0), call.u32(1), call.u64(2));
    let format = options & 0xff;
    if options & 0xff00 == 0 || !(NORMALIZED..=SHORT).contains(&format) {
        call.stop(
            Check::Contract,
            "a name format and a query method must be given",
        );
    }
    let Some(file) = kernel.state.files.get(data::file(from)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    kernel.state.operations.note_name_query();
    // Where the file system cannot be asked: "Remarks" of the documentation.
    let paging = data::irp_flags(from) & data::PAGING != 0;
    let unsafe_now = current(|it| it.top_level_irp.get() != 0 || it.guarded.get());
    if paging || unsafe_now {
        return INVALID_REQUEST;
    }
    if let Some(failure) = lock(&kernel.state.name_failure).take() {
        return failure;
    }
    match kernel.name_of(&file, format) {
        Ok(name) => kernel.new_name(call, &file, format, &name, out),
        Err(code) => code,
    }
}

impl Kernel {
    /// A file's whole name, the device's before it.
    fn name_of(&self, file: &File, format: u32) -> Result<Vec<u16>, u64> {
        let volume = self.state.volumes.by_object(file.volume);
        let volume = volume.ok_or(INVALID_REQUEST)?;
        let disk = lock(&volume.disk);
        let flat = volume.file_system == FileSystem::Pipes;
        let path = if file.stage == Stage::Opening {
            // By id, the file must be asked for its name; Filter Manager opens it itself.
            let asked = match file.by_id {
                Some(id) => disk.path_of(id).ok_or(status(0xc000_000d))?,
                None => file.asked_path.clone(),
            };
            match format {
                SHORT => return Err(INVALID_REQUEST),
                NORMALIZED if !flat => resolve(&disk, &asked),
                _ => asked,
            }
        } else if format == OPENED && file.by_id.is_none() {
            file.asked_path.clone()
        } else if flat {
            file.path.clone()
        } else {
            let mut path = disk.path_of(file.node).map_or_else(
                // A deleted file has no name any more.
                || Err(status(0xc000_0123)),
                |_| Ok(file.path.clone()),
            )?;
            if !file.stream.is_empty() {
                path.push(u16::from(b':'));
                path.extend(&file.stream);
            }
            path
        };
        Ok([&*volume.name, &*path].concat())
    }

    fn new_name(&self, call: &Call<'_>, file: &File, format: u32, name: &[u16], out: u64) -> u64 {
        use information as at;
        let bytes = self.state.counted(name);
        let Ok(length) = u16::try_from(bytes.len()) else {
            return NAME_TOO_LONG;
        };
        let system = &self.state.system;
        let text = system.text(&bytes, TAG);
        let address = system.allocate(at::SIZE.into(), TAG, false, Some(0), Vec::new());
        memory::write(address, at::SIZE);
        memory::write(address + at::FORMAT, format as u16);
        memory::set_unicode_string(address + at::NAME, text, length, length);
        let volume = self.state.volumes.by_object(file.volume);
        let volume_bytes = volume.map_or(0, |it| 2 * it.name.len()) as u16;
        memory::set_unicode_string(address + at::VOLUME, text, volume_bytes, volume_bytes);
        self.state.held.take(self, call, NAME, address);
        memory::write(out, address);
        SUCCESS
    }
}

fn resolve(disk: &crate::disk::Disk, asked: &[u16]) -> Vec<u16> {
    // Streams are kept as they were said.
    let (path, _) = split_stream(asked).unwrap_or((asked.to_vec(), Vec::new()));
    let mut resolved = disk.resolve(&path, false);
    resolved.extend(&asked[path.len()..]);
    resolved
}

fn reference(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if !kernel.state.held.has(NAME, call.u64(0)) {
        call.stop(Check::Reference, "no such name information");
    }
    kernel.state.held.take(kernel, call, NAME, call.u64(0));
    0
}

fn release(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let address = call.u64(0);
    if kernel.state.held.give(call, NAME, address) && !kernel.state.held.has(NAME, address) {
        let text: u64 = memory::read(address + information::NAME + 8);
        let _ = kernel.state.system.free(text, None);
        let _ = kernel.state.system.free(address, None);
    }
    0
}

fn parse(kernel: &Kernel, call: &Call<'_>) -> u64 {
    use information as at;
    let address = call.u64(0);
    if !kernel.state.held.has(NAME, address) {
        call.stop(Check::Reference, "no such name information");
    }
    let name = memory::unicode_string(address + at::NAME);
    let text: u64 = memory::read(address + at::NAME + 8);
    let volume = usize::from(memory::read::<u16>(address + at::VOLUME) / 2);
    let part = |offset: u64, from: usize, to: usize| {
        let bytes = 2 * (to - from) as u16;
        memory::set_unicode_string(address + offset, text + 2 * from as u64, bytes, bytes);
    };
    let slash = u16::from(b'\\');
    let last = name
        .iter()
        .rposition(|it| *it == slash)
        .map_or(volume, |it| it + 1);
    let colon = name[last..].iter().position(|it| *it == u16::from(b':'));
    let stream = colon.map_or(name.len(), |it| last + it);
    let dot = name[last..stream]
        .iter()
        .rposition(|it| *it == u16::from(b'.'));
    part(at::PARENT, volume.min(last), last);
    part(at::FINAL, last, name.len());
    part(at::STREAM, stream, name.len());
    part(
        at::EXTENSION,
        dot.map_or(stream, |it| last + it + 1),
        stream,
    );
    memory::write(address + at::PARSED, PARSED_ALL);
    SUCCESS
}

fn tunnelled(kernel: &Kernel, call: &Call<'_>) -> u64 {
    use information as at;
    let (from, name, out) = (call.u64(0), call.u64(1), call.u64(2));
    memory::write(out, 0u64);
    let Some(file) = kernel.state.files.get(data::file(from)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    if !kernel.state.held.has(NAME, name) {
        call.stop(Check::Reference, "no such name information");
    }
    let before = memory::unicode_string(name + at::NAME);
    let format: u16 = memory::read(name + at::FORMAT);
    if u32::from(format) != NORMALIZED || file.stage == Stage::Opening {
        return SUCCESS;
    }
    match kernel.name_of(&file, NORMALIZED) {
        Ok(now) if now != before => kernel.new_name(call, &file, NORMALIZED, &now, out),
        _ => SUCCESS,
    }
}

/// `NTSTATUS FltGetDestinationFileNameInformation(Instance, FileObject, RootDirectory, FileName, FileNameLength, NameOptions, RetFileNameInformation)`.
fn destination(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(file) = kernel.state.files.get(call.u64(1)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    let name = memory::units(call.u64(3), call.u32(4) as usize / 2);
    let Some(volume) = kernel.state.volumes.by_object(file.volume) else {
        return INVALID_REQUEST;
    };
    let target = kernel.rename_target(&file, &name);
    let path = lock(&volume.disk).resolve(&target, false);
    let whole = [&*volume.name, &*path].concat();
    kernel.new_name(call, &file, call.u32(5) & 0xff, &whole, call.u64(6))
}

impl Kernel {
    /// The path that a rename leads to: a simple name stays in the directory.
    pub(crate) fn rename_target(&self, file: &File, name: &[u16]) -> Vec<u16> {
        let slash = u16::from(b'\\');
        if !name.contains(&slash) {
            let parent = crate::disk::split(&file.path).0;
            return [parent, &[slash], name].concat();
        }
        // A whole name begins with the drive, as user mode's form of it, or with the device.
        let volumes = self.state.volumes.all();
        let text = String::from_utf16_lossy(name);
        if let Some(rest) = text.strip_prefix("\\??\\") {
            return rest
                .chars()
                .skip(2)
                .collect::<String>()
                .encode_utf16()
                .collect();
        }
        let device = volumes.iter().find(|it| name.starts_with(&it.name));
        device.map_or_else(|| name.to_vec(), |it| name[it.name.len()..].to_vec())
    }
}
