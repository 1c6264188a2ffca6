//! I/O request packets to the driver's devices.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::fakes::status;
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{Call, DISPATCH, Routine, routine};

/// Offsets in `IRP`, as the kit has them on x64.
pub(crate) mod irp {
    pub(crate) const SIZE: u64 = 208;
    pub(crate) const SYSTEM_BUFFER: u64 = 24;
    pub(crate) const STATUS: u64 = 48;
    pub(crate) const INFORMATION: u64 = 56;
    pub(crate) const REQUESTOR_MODE: u64 = 64;
    pub(crate) const STACK_COUNT: u64 = 66;
    pub(crate) const CURRENT_LOCATION: u64 = 67;
    pub(crate) const CANCEL: u64 = 68;
    pub(crate) const CANCEL_ROUTINE: u64 = 104;
    pub(crate) const DRIVER_CONTEXT: u64 = 120;
    pub(crate) const THREAD: u64 = 152;
    pub(crate) const CURRENT_STACK: u64 = 184;
    pub(crate) const FILE_OBJECT: u64 = 192;
}

/// Offsets in `IO_STACK_LOCATION`.
pub(crate) mod stack {
    pub(crate) const SIZE: u64 = 72;
    pub(crate) const CONTROL: u64 = 3;
    pub(crate) const PARAMETERS: u64 = 8;
    pub(crate) const DEVICE: u64 = 40;
    pub(crate) const FILE: u64 = 48;
    pub(crate) const PENDING: u8 = 1;
}

const TAG: [u8; 4] = *b"Irp ";
const STATUS_PENDING: u32 = 0x103;

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The status.
    pub status: u32,
    /// `IoStatus.Information`.
    pub information: u64,
    /// The output, as many bytes as the information says.
    pub output: Vec<u8>,
}

/// Requests under way, and what came of others that nobody has asked for yet.
#[derive(Debug, Default)]
pub(crate) struct Irps(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    next: u64,
    /// By address.
    under_way: HashMap<u64, Request>,
    completed: HashMap<u64, Completed>,
}

#[derive(Clone, Debug)]
struct Request {
    number: u64,
    file: u64,
    buffer: u64,
    output_length: usize,
    pending: bool,
}

/// A request to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct New<'a> {
    pub(crate) major: u8,
    pub(crate) device: u64,
    pub(crate) file: u64,
    pub(crate) parameters: [u64; 4],
    pub(crate) input: &'a [u8],
    pub(crate) output_length: usize,
}

pub(crate) const ROUTINES: &[Routine] = &[routine(
    "IofCompleteRequest",
    "wdm/nf-wdm-iocompleterequest",
    DISPATCH,
    complete,
)];

impl Kernel {
    /// Builds a request and gives it to the driver: its number, and the status that the dispatch routine returned.
    pub(crate) fn send(&self, driver: u64, new: &New<'_>) -> (u64, u32) {
        let system = &self.state.system;
        // One location for this driver; above it the I/O manager's own.
        let address = system.allocate(
            (irp::SIZE + stack::SIZE) as usize,
            TAG,
            false,
            Some(0),
            Vec::new(),
        );
        let location = address + irp::SIZE;
        let room = new.input.len().max(new.output_length);
        let buffer = match room {
            0 => 0,
            // What the output does not cover of the buffer is not zeroed by Windows.
            room => system.allocate(room, TAG, false, None, Vec::new()),
        };
        memory::store(buffer, new.input);
        memory::write(address, 6u16);
        memory::write(address + 2, (irp::SIZE + stack::SIZE) as u16);
        memory::write(address + irp::SYSTEM_BUFFER, buffer);
        memory::write(address + irp::REQUESTOR_MODE, 1u8);
        memory::write(address + irp::STACK_COUNT, 1u8);
        memory::write(address + irp::CURRENT_LOCATION, 1u8);
        memory::write(address + irp::CURRENT_STACK, location);
        memory::write(address + irp::FILE_OBJECT, new.file);
        memory::write(address + irp::THREAD, self.state.thread_object);
        memory::write(location, new.major);
        for (index, value) in new.parameters.iter().enumerate() {
            memory::write(location + stack::PARAMETERS + 8 * index as u64, *value);
        }
        memory::write(location + stack::DEVICE, new.device);
        memory::write(location + stack::FILE, new.file);
        let number = {
            let mut table = lock(&self.state.irps.0);
            table.next += 1;
            let request = Request {
                number: table.next,
                file: new.file,
                buffer,
                output_length: new.output_length,
                pending: false,
            };
            table.under_way.insert(address, request);
            table.next
        };
        let function: u64 = memory::read(driver + 112 + 8 * u64::from(new.major));
        if function == 0 {
            // What the I/O manager puts where a driver sets nothing: IopInvalidDeviceRequest.
            self.finish(address, 0xc000_0010, 0);
            return (number, 0xc000_0010);
        }
        let returned = self.shared().call(
            MAJORS[usize::from(new.major)],
            function,
            &[new.device, address],
        ) as u32;
        self.compare(number, returned);
        (number, returned)
    }

    /// The dispatch routine's answer must fit what it did with the request.
    fn compare(&self, number: u64, returned: u32) {
        let table = lock(&self.state.irps.0);
        let open = table.under_way.values().find(|it| it.number == number);
        let what = match (open, table.completed.get(&number)) {
            (Some(request), _) if returned != STATUS_PENDING => {
                format!(
                    "{returned:#x} returned for a request that is not completed, marked pending: {}",
                    request.pending
                )
            }
            (Some(request), _) if !request.pending => {
                "STATUS_PENDING returned for a request that is not marked pending".to_owned()
            }
            (None, Some(done)) if returned != STATUS_PENDING && returned != done.status => {
                format!(
                    "{returned:#x} returned for a request completed with {:#x}",
                    done.status
                )
            }
            _ => return,
        };
        drop(table);
        self.report(Check::ReturnValue, what, None, Vec::new());
    }

    /// What came of a request, once.
    pub(crate) fn completed(&self, number: u64) -> Option<Completed> {
        lock(&self.state.irps.0).completed.remove(&number)
    }

    /// The address of a request that is under way.
    pub(crate) fn request(&self, number: u64) -> Option<u64> {
        let table = lock(&self.state.irps.0);
        let found = table.under_way.iter().find(|(_, it)| it.number == number);
        found.map(|(address, _)| *address)
    }

    /// The requests of a file object that are under way.
    pub(crate) fn requests(&self, file: u64) -> Vec<u64> {
        let table = lock(&self.state.irps.0);
        let own = table.under_way.values().filter(|it| it.file == file);
        own.map(|it| it.number).collect()
    }

    pub(crate) fn mark_pending(&self, address: u64) {
        let location: u64 = memory::read(address + irp::CURRENT_STACK);
        let control: u8 = memory::read(location + stack::CONTROL);
        memory::write(location + stack::CONTROL, control | stack::PENDING);
    }

    fn finish(&self, address: u64, status: u32, information: u64) -> bool {
        let Some(request) = lock(&self.state.irps.0).under_way.remove(&address) else {
            return false;
        };
        // Errors give no output; warnings and success do.
        let gives = status >> 30 != 3;
        let count = if gives {
            (information as usize).min(request.output_length)
        } else {
            0
        };
        let output = memory::bytes(request.buffer, count);
        let completed = Completed {
            status,
            information,
            output,
        };
        lock(&self.state.irps.0)
            .completed
            .insert(request.number, completed);
        let system = &self.state.system;
        let _ = system.free(address, None);
        if request.buffer != 0 {
            let _ = system.free(request.buffer, None);
        }
        let mut state = self.state.sync.state();
        self.state.sync.wake(&mut state);
        true
    }
}

fn complete(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let address = call.u64(0);
    let Some(request) = lock(&kernel.state.irps.0).under_way.get(&address).cloned() else {
        call.stop(Check::Contract, "completes a request that is not under way");
    };
    let result: u32 = memory::read(address + irp::STATUS);
    let information: u64 = memory::read(address + irp::INFORMATION);
    if u64::from(result) == status(STATUS_PENDING) {
        call.wrong(Check::Contract, "completed as pending");
    }
    if memory::read::<u64>(address + irp::CANCEL_ROUTINE) != 0 {
        call.wrong(Check::Contract, "completed with its cancel routine set");
    }
    if result >> 30 != 3 && information as usize > request.output_length && request.buffer != 0 {
        call.wrong(
            Check::Contract,
            format!(
                "says {information} bytes of output; there is room for {}",
                request.output_length
            ),
        );
    }
    kernel.finish(address, result, information);
    0
}

impl Kernel {
    /// Notes that a request was marked pending, which its stack location says only while it lives.
    pub(crate) fn note_pending(&self, address: u64) {
        self.mark_pending(address);
        if let Some(request) = lock(&self.state.irps.0).under_way.get_mut(&address) {
            request.pending = true;
        }
    }
}

/// The dispatch routines as findings name them.
const MAJORS: [&str; 28] = [
    "IRP_MJ_CREATE",
    "IRP_MJ_CREATE_NAMED_PIPE",
    "IRP_MJ_CLOSE",
    "IRP_MJ_READ",
    "IRP_MJ_WRITE",
    "IRP_MJ_QUERY_INFORMATION",
    "IRP_MJ_SET_INFORMATION",
    "IRP_MJ_QUERY_EA",
    "IRP_MJ_SET_EA",
    "IRP_MJ_FLUSH_BUFFERS",
    "IRP_MJ_QUERY_VOLUME_INFORMATION",
    "IRP_MJ_SET_VOLUME_INFORMATION",
    "IRP_MJ_DIRECTORY_CONTROL",
    "IRP_MJ_FILE_SYSTEM_CONTROL",
    "IRP_MJ_DEVICE_CONTROL",
    "IRP_MJ_INTERNAL_DEVICE_CONTROL",
    "IRP_MJ_SHUTDOWN",
    "IRP_MJ_LOCK_CONTROL",
    "IRP_MJ_CLEANUP",
    "IRP_MJ_CREATE_MAILSLOT",
    "IRP_MJ_QUERY_SECURITY",
    "IRP_MJ_SET_SECURITY",
    "IRP_MJ_POWER",
    "IRP_MJ_SYSTEM_CONTROL",
    "IRP_MJ_DEVICE_CHANGE",
    "IRP_MJ_QUERY_QUOTA",
    "IRP_MJ_SET_QUOTA",
    "IRP_MJ_PNP",
];
