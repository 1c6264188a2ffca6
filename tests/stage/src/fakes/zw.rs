//! Files as the driver itself reads and writes them. Every operation passes through the driver's own filter again.

use crate::disk::Disposition;
use crate::fakes::registry::object_name;
use crate::fakes::requests::Create;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{Call, PASSIVE, Routine, routine};

use super::handles::INVALID_HANDLE;

pub(crate) const ROUTINES: &[Routine] = &[
    routine("ZwCreateFile", "wdm/nf-wdm-zwcreatefile", PASSIVE, create).or(LOW),
    routine("ZwReadFile", "wdm/nf-wdm-zwreadfile", PASSIVE, read).or(LOW),
    routine("ZwWriteFile", "wdm/nf-wdm-zwwritefile", PASSIVE, write).or(LOW),
    routine(
        "ZwFlushBuffersFile",
        "ntifs/nf-ntifs-zwflushbuffersfile",
        PASSIVE,
        flush,
    )
    .or(LOW),
    routine(
        "ZwQueryInformationFile",
        "wdm/nf-wdm-zwqueryinformationfile",
        PASSIVE,
        query,
    )
    .or(LOW),
    routine(
        "ZwSetInformationFile",
        "wdm/nf-wdm-zwsetinformationfile",
        PASSIVE,
        set,
    )
    .or(LOW),
];

const PATH_NOT_FOUND: u64 = status(0xc000_003a);
const END_OF_FILE: u64 = status(0xc000_0011);
const NOT_SUPPORTED: u64 = status(0xc000_00bb);
/// `FILE_SYNCHRONOUS_IO_NONALERT`: without it, a driver would have to wait for completions.
const SYNCHRONOUS: u32 = 0x20;

fn answer(at: u64, result: u64, information: u64) -> u64 {
    memory::write(at, result);
    memory::write(at + 8, information);
    result
}

fn create(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let path = object_name(kernel, call, call.u64(2));
    let (status_block, options) = (call.u64(3), call.u32(8));
    if options & SYNCHRONOUS == 0 {
        call.wrong(Check::Stage, "asynchronous handles are not simulated");
    }
    if kernel.state.sync.state().holds_any() {
        call.wrong(Check::Lock, "a file is opened while a lock is held");
    }
    let Some((volume, path)) = kernel.volume_of(&path) else {
        return answer(status_block, PATH_NOT_FOUND, 0);
    };
    let Some(disposition) = disposition(call.u32(7)) else {
        return answer(status_block, status(0xc000_000d), 0);
    };
    let ask = Create {
        path,
        disposition,
        options,
        access: call.u32(1),
        attributes: call.u32(5) as u16,
        share: call.u32(6) as u16,
        kernel_mode: true,
        ..Create::default()
    };
    let (result, object) = kernel.create(&volume, &ask);
    if let Some(object) = object {
        let handle = kernel.state.handles.open(kernel, call, object);
        memory::write(call.u64(0), handle);
    }
    answer(status_block, result.status.into(), result.information)
}

fn disposition(number: u32) -> Option<Disposition> {
    Some(match number {
        0 => Disposition::Supersede,
        1 => Disposition::Open,
        2 => Disposition::Create,
        3 => Disposition::OpenIf,
        4 => Disposition::Overwrite,
        5 => Disposition::OverwriteIf,
        _ => return None,
    })
}

fn file(kernel: &Kernel, handle: u64) -> Option<u64> {
    let object = kernel.state.handles.object(handle)?;
    kernel.state.files.get(object).map(|it| it.object)
}

fn offset(call: &Call<'_>) -> u64 {
    match call.u64(7) {
        0 => call.stop(
            Check::Stage,
            "the current position of a file is not simulated",
        ),
        at => memory::read(at),
    }
}

fn read(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (status_block, buffer, length) = (call.u64(4), call.u64(5), call.u32(6) as usize);
    let Some(object) = file(kernel, call.u64(0)) else {
        return INVALID_HANDLE;
    };
    let bytes = kernel
        .read(object, offset(call), length)
        .unwrap_or_default();
    if bytes.is_empty() && length > 0 {
        return answer(status_block, END_OF_FILE, 0);
    }
    memory::store(buffer, &bytes);
    answer(status_block, SUCCESS, bytes.len() as u64)
}

fn write(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (status_block, buffer, length) = (call.u64(4), call.u64(5), call.u32(6) as usize);
    let Some(object) = file(kernel, call.u64(0)) else {
        return INVALID_HANDLE;
    };
    let bytes = memory::bytes(buffer, length);
    let result = kernel.write(object, offset(call), &bytes, 0);
    kernel.note_cut(object);
    answer(status_block, result.status.into(), result.information)
}

/// What is flushed survives a power cut.
fn flush(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(object) = file(kernel, call.u64(0)) else {
        return INVALID_HANDLE;
    };
    if let Some((file, volume)) = kernel.file(object) {
        lock(&volume.disk).flush(file.node);
    }
    kernel.note_cut(object);
    answer(call.u64(1), SUCCESS, 0)
}

fn query(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const STANDARD: u32 = 5;
    let (status_block, buffer, length) = (call.u64(1), call.u64(2), call.u32(3));
    let Some(object) = file(kernel, call.u64(0)) else {
        return INVALID_HANDLE;
    };
    if call.u32(4) != STANDARD {
        return NOT_SUPPORTED;
    }
    if length < 24 {
        return answer(status_block, status(0xc000_0004), 0);
    }
    let size = kernel
        .read(object, 0, usize::MAX >> 1)
        .map_or(0, |it| it.len());
    memory::fill(buffer, 0, 24);
    memory::write(buffer, size as u64);
    memory::write(buffer + 8, size as u64);
    memory::write(buffer + 16, 1u32);
    answer(status_block, SUCCESS, 24)
}

/// `FileEndOfFileInformation` only.
fn set(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const END: u32 = 20;
    let Some(object) = file(kernel, call.u64(0)) else {
        return INVALID_HANDLE;
    };
    if call.u32(4) != END {
        return NOT_SUPPORTED;
    }
    let end: u64 = memory::read(call.u64(2));
    let result = kernel.set_information(object, END, &end.to_le_bytes(), |_, file, disk| {
        let stream = disk
            .node_mut(file.node)
            .and_then(|it| it.streams.get_mut(&[][..]));
        if let Some(stream) = stream {
            stream.data.resize(end as usize, 0);
        }
        0
    });
    answer(call.u64(1), result.status.into(), 0)
}

impl Kernel {
    fn note_cut(&self, file: u64) {
        if let Some(cuts) = lock(&self.state.cuts).as_mut()
            && let Some((_, volume)) = self.file(file)
        {
            cuts.push(lock(&volume.disk).after_power_cut());
        }
    }

    /// The volume and path that a name of the object manager leads to.
    pub(crate) fn volume_of(
        &self,
        name: &[u16],
    ) -> Option<(std::sync::Arc<super::flt::volumes::Volume>, Vec<u16>)> {
        let text = String::from_utf16_lossy(name);
        let name = match text.strip_prefix(r"\SystemRoot\") {
            Some(rest) => {
                let system = lock(&self.state.system_volume).clone()?;
                [
                    &*system,
                    &*memory::utf16(r"\Windows\"),
                    &*memory::utf16(rest),
                ]
                .concat()
            }
            None => name.to_vec(),
        };
        let volumes = self.state.volumes.all();
        let found = volumes.into_iter().find(|it| {
            name.starts_with(&it.name) && matches!(name.get(it.name.len()), None | Some(0x5c))
        })?;
        let path = name[found.name.len()..].to_vec();
        Some((found, path))
    }

    /// What a closed handle led to may have to be closed too.
    pub(crate) fn closed(&self, object: u64) {
        if self.state.files.get(object).is_some() {
            self.close_file(object);
        }
        self.state.registry.close(object);
    }
}
