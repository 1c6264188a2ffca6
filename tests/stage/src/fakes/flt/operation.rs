//! An operation on its way through the filter: pre-operation callback, file system, post-operation callback.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::cpu::thread::current;
use crate::fakes::requests::major;
use crate::fakes::sync::gate::Gate;
use crate::fakes::sync::locks::set_level;
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::DISPATCH;

use super::volumes::{Instance, Volume};

/// Reading what a `FLT_CALLBACK_DATA` says.
pub(crate) mod data {
    use crate::memory;

    /// `IRP_PAGING_IO`.
    pub(crate) const PAGING: u32 = 2;
    pub(super) const SIZE: usize = 88;
    pub(super) const BLOCK_SIZE: usize = 72;
    const BLOCK: u64 = 16;
    pub(crate) const STATUS: u64 = 24;
    pub(crate) const INFORMATION: u64 = 32;

    pub(crate) fn block(data: u64) -> u64 {
        memory::read(data + BLOCK)
    }

    pub(crate) fn file(data: u64) -> u64 {
        memory::read(block(data) + 8)
    }

    pub(crate) fn irp_flags(data: u64) -> u32 {
        memory::read(block(data))
    }

    pub(super) fn set_block(data: u64, block: u64) {
        memory::write(data + BLOCK, block);
    }
}

/// What an operation came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IoStatus {
    /// The status.
    pub status: u32,
    /// What was done, or how much.
    pub information: u64,
}

/// An operation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Operation {
    pub(crate) major: u8,
    pub(crate) minor: u8,
    pub(crate) irp_flags: u32,
    /// `SL_...`.
    pub(crate) flags: u8,
    pub(crate) file: u64,
    pub(crate) parameters: [u64; 6],
    pub(crate) kernel_mode: bool,
    pub(crate) transaction: u64,
}

/// Operations under way.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    next: AtomicU64,
    names: AtomicU64,
    open: Mutex<HashMap<u64, Open>>,
    /// Threads inside the filter's callbacks.
    pub(crate) gate: Gate,
    /// Whether post-operation callbacks run at DISPATCH_LEVEL wherever they may.
    pub(crate) post_at_dispatch: AtomicBool,
    /// Threads that attach or detach an instance.
    pub(crate) instances: Gate,
}

/// An operation whose post-operation callback is still to be called.
#[derive(Debug)]
struct Open {
    instance: u64,
    data: u64,
    related: Related,
    context: u64,
    after: u64,
}

impl Operations {
    pub(crate) fn note_name_query(&self) {
        self.names.fetch_add(1, Ordering::Relaxed);
    }

    /// How often the driver has asked for a name.
    pub(crate) fn name_queries(&self) -> u64 {
        self.names.load(Ordering::Relaxed)
    }
}

/// A `FLT_RELATED_OBJECTS`, freed with this.
#[derive(Debug)]
pub(crate) struct Related {
    pub(crate) address: u64,
    kernel: std::sync::Arc<Kernel>,
}

impl Related {
    pub(crate) fn new(kernel: &Kernel, instance: &Instance, file: u64) -> Self {
        const SIZE: usize = 48;
        let system = &kernel.state.system;
        let address = system.allocate(SIZE, *b"FMro", false, Some(0), Vec::new());
        memory::write(address, SIZE as u16);
        memory::write(address + 8, instance.filter);
        memory::write(address + 16, instance.volume);
        memory::write(address + 24, instance.object);
        memory::write(address + 32, file);
        Self {
            address,
            kernel: kernel.shared(),
        }
    }
}

impl Drop for Related {
    fn drop(&mut self) {
        let _ = self.kernel.state.system.free(self.address, None);
    }
}

const SUCCESS_WITH_CALLBACK: u32 = 0;
const SUCCESS_NO_CALLBACK: u32 = 1;
const COMPLETE: u32 = 4;
const SYNCHRONIZE: u32 = 5;
const DRAINING: u64 = 1;
const SKIP_PAGING_IO: u32 = 1;
const STATUS_PENDING: u32 = 0x103;

impl Kernel {
    /// Lets an operation pass through the filter to the file system.
    pub(crate) fn operate(
        &self,
        volume: &Volume,
        operation: &Operation,
        perform: impl FnOnce(&Self) -> IoStatus,
    ) -> IoStatus {
        let inside = self.state.operations.gate.enter(self);
        let Some((instance, callbacks)) = self.registered(volume, operation) else {
            drop(inside);
            return perform(self);
        };
        let related = Related::new(self, &instance, operation.file);
        memory::write(related.address + 40, operation.transaction);
        let data = self.new_data(&instance, operation);
        let name = names(operation.major);
        // "Writing Postoperation Callback Routines": post-create runs at PASSIVE_LEVEL, as does whatever is synchronised.
        let create = matches!(operation.major, major::CREATE | major::CREATE_NAMED_PIPE);
        let mut raises = !create
            && self
                .state
                .operations
                .post_at_dispatch
                .load(Ordering::Relaxed);
        let mut wants_post = callbacks.after != 0;
        // Whoever waits for this page cannot have another one brought in.
        let paging = operation.irp_flags & data::PAGING != 0;
        let mut context = 0u64;
        let mut done = None;
        if callbacks.before != 0 {
            let out = self
                .state
                .system
                .allocate(8, *b"FMcc", false, Some(0), Vec::new());
            self.page(!paging);
            let result =
                self.callback(name.0, callbacks.before, &[data, related.address, out]) as u32;
            self.page(true);
            context = memory::read(out);
            let _ = self.state.system.free(out, None);
            raises &= result != SYNCHRONIZE;
            match result {
                SUCCESS_WITH_CALLBACK | SYNCHRONIZE => {
                    if callbacks.after == 0 {
                        self.returned(name.0, result, "there is no post-operation callback");
                    }
                }
                SUCCESS_NO_CALLBACK => {
                    if context != 0 {
                        self.returned(name.0, result, "a completion context that nobody gets");
                    }
                    wants_post = false;
                }
                COMPLETE => {
                    wants_post = false;
                    let status = self.status_of(data);
                    if status.status == STATUS_PENDING {
                        self.returned(name.0, result, "completed as pending");
                    }
                    done = Some(status);
                }
                other => {
                    self.returned(name.0, other, "not a value for this operation");
                    wants_post = false;
                }
            }
        }
        if let Some(status) = done {
            self.free_data(data);
            return status;
        }
        let number = self.state.operations.next.fetch_add(1, Ordering::Relaxed);
        if wants_post {
            let open = Open {
                instance: instance.object,
                data,
                related,
                context,
                after: callbacks.after,
            };
            lock(&self.state.operations.open).insert(number, open);
        }
        // The filter may go away meanwhile.
        drop(inside);
        let status = perform(self);
        let inside = self.state.operations.gate.enter(self);
        memory::write(data + data::STATUS, status.status);
        memory::write(data + data::INFORMATION, status.information);
        let open = lock(&self.state.operations.open).remove(&number);
        if let Some(open) = open {
            let level = current(|it| it.irql.get());
            set_level(self, if raises { DISPATCH } else { level });
            self.page(!paging && !raises);
            self.after(name.1, &open, 0);
            self.page(true);
            set_level(self, level);
        }
        drop(inside);
        let status = self.status_of(data);
        self.free_data(data);
        status
    }

    /// The instance and callbacks that an operation meets.
    pub(crate) fn registered(
        &self,
        volume: &Volume,
        operation: &Operation,
    ) -> Option<(Instance, super::filter::Operation)> {
        let filter = self.state.filters.get().filter(|it| it.started)?;
        let callbacks = *filter.operations.get(&operation.major)?;
        let paging = operation.irp_flags & data::PAGING != 0;
        if paging && callbacks.flags & SKIP_PAGING_IO != 0 {
            return None;
        }
        let instance = self.state.volumes.instance_on(volume.object)?;
        Some((instance, callbacks))
    }

    fn callback(&self, name: &'static str, function: u64, arguments: &[u64]) -> u64 {
        self.shared().call(name, function, arguments)
    }

    fn after(&self, name: &'static str, open: &Open, flags: u64) {
        let arguments = [open.data, open.related.address, open.context, flags];
        let result = self.callback(name, open.after, &arguments) as u32;
        if result != 0 {
            self.returned(
                name,
                result,
                "only FLT_POSTOP_FINISHED_PROCESSING is simulated",
            );
        }
    }

    /// Calls the post-operation callbacks of an instance that goes away, so that the filter can let go.
    pub(crate) fn drain(&self, instance: u64) {
        loop {
            let open = {
                let mut all = lock(&self.state.operations.open);
                let found = all.iter().find(|(_, it)| it.instance == instance);
                let number = found.map(|(number, _)| *number);
                number.and_then(|it| all.remove(&it))
            };
            let Some(open) = open else {
                return;
            };
            self.after("post-operation, draining", &open, DRAINING);
        }
    }

    fn returned(&self, name: &str, value: u32, what: &str) {
        let what = format!("{name} returned {value}: {what}");
        self.report(Check::ReturnValue, what, None, Vec::new());
    }

    pub(crate) fn new_data(&self, instance: &Instance, operation: &Operation) -> u64 {
        let system = &self.state.system;
        let block = system.allocate(data::BLOCK_SIZE, *b"FMpb", false, Some(0), Vec::new());
        memory::write(block, operation.irp_flags);
        memory::write(block + 4, operation.major);
        memory::write(block + 5, operation.minor);
        memory::write(block + 6, operation.flags);
        memory::write(block + 8, operation.file);
        memory::write(block + 16, instance.object);
        for (index, value) in operation.parameters.iter().enumerate() {
            memory::write(block + 24 + 8 * index as u64, *value);
        }
        let address = system.allocate(data::SIZE, *b"FMcd", false, Some(0), Vec::new());
        // FLTFL_CALLBACK_DATA_IRP_OPERATION.
        memory::write(address, 1u32);
        memory::write(address + 8, self.state.thread_object);
        data::set_block(address, block);
        memory::write(address + 80, u8::from(!operation.kernel_mode));
        address
    }

    fn free_data(&self, data: u64) {
        let block = data::block(data);
        let _ = self.state.system.free(block, None);
        let _ = self.state.system.free(data, None);
    }

    fn status_of(&self, data: u64) -> IoStatus {
        IoStatus {
            status: memory::read(data + data::STATUS),
            information: memory::read(data + data::INFORMATION),
        }
    }
}

/// How findings and stack depths name the callbacks of an operation.
const fn names(major: u8) -> (&'static str, &'static str) {
    match major {
        0 => ("pre-create", "post-create"),
        1 => ("pre-create-named-pipe", "post-create-named-pipe"),
        2 => ("pre-close", "post-close"),
        4 => ("pre-write", "post-write"),
        6 => ("pre-set-information", "post-set-information"),
        13 => ("pre-fscontrol", "post-fscontrol"),
        18 => ("pre-cleanup", "post-cleanup"),
        255 => ("pre-acquire-for-section", "post-acquire-for-section"),
        _ => ("pre-operation", "post-operation"),
    }
}
