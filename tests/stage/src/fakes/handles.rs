//! Kernel handles of the driver.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::fakes::{SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, PASSIVE, Routine, routine};

use super::objects::OBJECT;

/// The kind under which handles are held.
const HANDLE: &str = "handle";
pub(crate) const INVALID_HANDLE: u64 = status(0xc000_0008);

/// Open handles and what they lead to.
#[derive(Debug, Default)]
pub(crate) struct Handles(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    next: u64,
    objects: BTreeMap<u64, u64>,
}

impl Handles {
    /// A new handle to an object.
    pub(crate) fn open(&self, kernel: &Kernel, call: &Call<'_>, object: u64) -> u64 {
        let mut table = lock(&self.0);
        table.next += 4;
        // Kernel handles have the top bit set.
        let handle = 0xffff_ffff_8000_0000 + table.next;
        table.objects.insert(handle, object);
        kernel.state.held.take(kernel, call, HANDLE, handle);
        handle
    }

    /// What a handle leads to.
    pub(crate) fn object(&self, handle: u64) -> Option<u64> {
        lock(&self.0).objects.get(&handle).copied()
    }

    fn close(&self, handle: u64) -> Option<u64> {
        lock(&self.0).objects.remove(&handle)
    }
}

pub(crate) const ROUTINES: &[Routine] = &[
    routine("ZwClose", "ntifs/nf-ntifs-ntclose", PASSIVE, close),
    routine(
        "ObReferenceObjectByHandle",
        "wdm/nf-wdm-obreferenceobjectbyhandle",
        PASSIVE,
        reference,
    )
    .or(status(0xc000_009a)),
    routine(
        "ObOpenObjectByPointer",
        "ntifs/nf-ntifs-obopenobjectbypointer",
        APC,
        open_by_pointer,
    )
    .or(status(0xc000_009a)),
];

fn close(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let handle = call.u64(0);
    match kernel.state.handles.close(handle) {
        Some(object) => {
            kernel.state.held.give(call, HANDLE, handle);
            kernel.closed(object);
            SUCCESS
        }
        None => call.stop(Check::Reference, format!("{handle:#x} is no open handle")),
    }
}

fn reference(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(object) = kernel.state.handles.object(call.u64(0)) else {
        return INVALID_HANDLE;
    };
    kernel.state.held.take(kernel, call, OBJECT, object);
    memory::write(call.u64(4), object);
    SUCCESS
}

fn open_by_pointer(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const OBJ_KERNEL_HANDLE: u32 = 0x200;
    if call.u32(1) & OBJ_KERNEL_HANDLE == 0 {
        call.wrong(Check::Contract, "a handle that user mode could use");
    }
    let handle = kernel.state.handles.open(kernel, call, call.u64(0));
    memory::write(call.u64(6), handle);
    SUCCESS
}
