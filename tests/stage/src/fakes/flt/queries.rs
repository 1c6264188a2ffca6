//! What the filter asks of a file, and does with an open one.

use crate::cpu::thread::current;
use crate::disk::Stream;
use crate::fakes::files::Stage;
use crate::fakes::strings::upcased;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, DISPATCH, PASSIVE, Routine, routine};

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "FltQueryInformationFile",
        "fltkernel/nf-fltkernel-fltqueryinformationfile",
        PASSIVE,
        query,
    )
    .or(LOW),
    routine(
        "FltIsDirectory",
        "fltkernel/nf-fltkernel-fltisdirectory",
        APC,
        is_directory,
    )
    .or(LOW),
    routine(
        "FltReadFile",
        "fltkernel/nf-fltkernel-fltreadfile",
        PASSIVE,
        read,
    )
    .or(LOW),
    routine(
        "FltCancelFileOpen",
        "fltkernel/nf-fltkernel-fltcancelfileopen",
        PASSIVE,
        cancel_open,
    ),
    routine(
        "FltGetRequestorProcess",
        "fltkernel/nf-fltkernel-fltgetrequestorprocess",
        DISPATCH,
        requestor,
    ),
    routine(
        "FltGetRequestorProcessId",
        "fltkernel/nf-fltkernel-fltgetrequestorprocessid",
        DISPATCH,
        requestor_id,
    ),
    routine(
        "IoGetTopLevelIrp",
        "ntifs/nf-ntifs-iogettoplevelirp",
        APC,
        top_level,
    ),
    routine(
        "FltDoCompletionProcessingWhenSafe",
        "fltkernel/nf-fltkernel-fltdocompletionprocessingwhensafe",
        DISPATCH,
        when_safe,
    ),
];

const BASIC: u32 = 4;
const STANDARD: u32 = 5;
const INTERNAL: u32 = 6;
const END_OF_FILE: u64 = status(0xc000_0011);
const FILE_DELETED: u64 = status(0xc000_0123);
const NOT_SUPPORTED: u64 = status(0xc000_00bb);
const TOO_SHORT: u64 = status(0xc000_0004);

impl Kernel {
    /// The address by which the driver knows a file's stream.
    pub(crate) fn stream_object(&self, file: u64) -> Option<u64> {
        let file = self.state.files.get(file)?;
        let volume = self.state.volumes.by_object(file.volume)?;
        let mut disk = lock(&volume.disk);
        let node = disk.node_mut(file.node)?;
        let stream: &mut Stream = node.streams.get_mut(&upcased(&file.stream))?;
        if stream.object == 0 {
            stream.object = self.state.objects.new_named("a stream");
        }
        Some(stream.object)
    }
}

/// Reads past the filters above. Simplified: whole pages to aligned memory alone, which any file allows.
fn read(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const PAGE: u64 = 4096;
    let (offset, length, buffer) = (memory::read::<u64>(call.u64(2)), call.u32(3), call.u64(4));
    let Some(file) = kernel.state.files.get(call.u64(1)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    if file.stage != Stage::Open {
        call.wrong(Check::Contract, "a file that is not open is read");
        return status(0xc000_000d);
    }
    if ![offset, length.into(), buffer]
        .iter()
        .all(|it| it.is_multiple_of(PAGE))
    {
        call.wrong(
            Check::Contract,
            "a read that a file without a cache refuses",
        );
    }
    let Some(volume) = kernel.state.volumes.by_object(file.volume) else {
        return status(0xc000_000e);
    };
    let disk = lock(&volume.disk);
    let stream = disk
        .node(file.node)
        .and_then(|it| it.streams.get(&upcased(&file.stream)));
    let data = stream.map(|it| &*it.data).unwrap_or_default();
    let from = data.len().min(offset as usize);
    let bytes = &data[from..data.len().min(from + length as usize)];
    memory::store(buffer, bytes);
    memory::write(call.u64(6), bytes.len() as u32);
    if bytes.is_empty() {
        END_OF_FILE
    } else {
        SUCCESS
    }
}

fn query(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (buffer, length, class) = (call.u64(2), call.u32(3), call.u32(4));
    let Some(file) = kernel.state.files.get(call.u64(1)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    if file.stage == Stage::Opening {
        call.wrong(
            Check::Contract,
            "a file that is not open yet is asked for information",
        );
        return status(0xc000_000d);
    }
    let needed = match class {
        BASIC => 40,
        STANDARD => 24,
        INTERNAL => 8,
        _ => return NOT_SUPPORTED,
    };
    if length < needed {
        return TOO_SHORT;
    }
    // Also where the file lives on under another name (the kit's sample filter `delete` relies on it).
    if file.deleted {
        return FILE_DELETED;
    }
    let Some(volume) = kernel.state.volumes.by_object(file.volume) else {
        return status(0xc000_000e);
    };
    let disk = lock(&volume.disk);
    let Some(node) = disk.node(file.node) else {
        return FILE_DELETED;
    };
    let Some(stream) = node.streams.get(&upcased(&file.stream)) else {
        return FILE_DELETED;
    };
    memory::fill(buffer, 0, needed as usize);
    match class {
        BASIC => {
            for offset in [0, 8, 16, 24] {
                memory::write(buffer + offset, node.created);
            }
            memory::write(buffer + 32, if node.directory { 0x10u32 } else { 0x80 });
        }
        STANDARD => {
            memory::write(buffer + 8, stream.data.len() as u64);
            memory::write(buffer + 16, node.links);
            memory::write(buffer + 20, u8::from(node.delete_pending));
            memory::write(buffer + 21, u8::from(file.directory));
        }
        _ => memory::write(buffer, file.node),
    }
    if call.u64(5) != 0 {
        memory::write(call.u64(5), needed);
    }
    SUCCESS
}

fn is_directory(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(file) = kernel.state.files.get(call.u64(0)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    if file.stage == Stage::Opening {
        call.wrong(Check::Contract, "asked before the file is open");
    }
    memory::write(call.u64(2), u8::from(file.directory));
    SUCCESS
}

fn cancel_open(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(file) = kernel.state.files.get(call.u64(1)) else {
        call.stop(Check::Lifetime, "no such file object");
    };
    if file.stage != Stage::Open || file.cancelled {
        call.wrong(
            Check::Contract,
            "only an open that has succeeded can be cancelled, once",
        );
    }
    kernel
        .state
        .files
        .change(file.object, |it| it.cancelled = true);
    0
}

/// Simplified: the requestor is the current thread's process.
fn requestor(kernel: &Kernel, _: &Call<'_>) -> u64 {
    let id = current(|it| it.process.get());
    kernel.state.processes.by_id(id).map_or(0, |it| it.object)
}

fn requestor_id(_: &Kernel, _: &Call<'_>) -> u64 {
    current(|it| it.process.get())
}

fn top_level(_: &Kernel, _: &Call<'_>) -> u64 {
    current(|it| it.top_level_irp.get())
}

/// Where it is safe already, it calls the callback at once: TRUE, and its answer.
fn when_safe(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if current(|it| it.irql.get()) >= DISPATCH {
        call.stop(
            Check::Stage,
            "posting completion processing is not simulated",
        );
    }
    let arguments = [call.u64(0), call.u64(1), call.u64(2), call.u64(3)];
    let result = kernel
        .shared()
        .call("safe post-operation", call.u64(4), &arguments);
    memory::write(call.u64(5), result as u32);
    1
}
