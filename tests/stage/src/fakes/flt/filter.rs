//! Registering, starting and unregistering a filter; its instances come and go with volumes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, PASSIVE, Routine, routine};

use super::operation::Related;
use super::volumes::{Instance, Volume};

/// Offsets in `FLT_REGISTRATION`.
mod registration {
    pub(super) const SIZE: u16 = 112;
    pub(super) const VERSION: u64 = 2;
    pub(super) const CONTEXTS: u64 = 8;
    pub(super) const OPERATIONS: u64 = 16;
    pub(super) const UNLOAD: u64 = 24;
    pub(super) const INSTANCE_SETUP: u64 = 32;
    pub(super) const TEARDOWN_START: u64 = 48;
    pub(super) const TEARDOWN_COMPLETE: u64 = 56;
}

/// A context definition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Definition {
    pub(crate) kind: u16,
    pub(crate) cleanup: u64,
    pub(crate) size: u64,
    pub(crate) tag: [u8; 4],
    pub(crate) flags: u16,
}

/// The callbacks for an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) flags: u32,
    pub(crate) before: u64,
    pub(crate) after: u64,
}

/// A registered filter.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) object: u64,
    pub(crate) contexts: Vec<Definition>,
    pub(crate) operations: BTreeMap<u8, Operation>,
    pub(crate) unload: u64,
    setup: u64,
    teardown_start: u64,
    teardown_complete: u64,
    pub(crate) started: bool,
}

/// The filter, when there is one.
#[derive(Debug, Default)]
pub(crate) struct Filters(Mutex<Option<Arc<Filter>>>);

impl Filters {
    /// The filter.
    pub(crate) fn get(&self) -> Option<Arc<Filter>> {
        lock(&self.0).clone()
    }
}

const FILTER: &str = "filter";
/// `STATUS_FLT_INSTANCE_ALTITUDE_COLLISION` stands for what registering can fail with.
const COLLISION: u64 = status(0xc01c_0011);
/// `STATUS_FLT_DO_NOT_ATTACH`.
const DO_NOT_ATTACH: u32 = 0xc01c_000f;
const OPERATION_END: u8 = 0x80;
const CONTEXT_END: u16 = 0xffff;

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "FltRegisterFilter",
        "fltkernel/nf-fltkernel-fltregisterfilter",
        PASSIVE,
        register,
    )
    .or(LOW),
    routine(
        "FltStartFiltering",
        "fltkernel/nf-fltkernel-fltstartfiltering",
        PASSIVE,
        start,
    )
    .or(COLLISION),
    routine(
        "FltUnregisterFilter",
        "fltkernel/nf-fltkernel-fltunregisterfilter",
        PASSIVE,
        unregister,
    ),
    routine(
        "FltIsOperationSynchronous",
        "fltkernel/nf-fltkernel-fltisoperationsynchronous",
        APC,
        synchronous,
    ),
];

fn register(kernel: &Kernel, call: &Call<'_>) -> u64 {
    use registration as at;
    let from = call.u64(1);
    if memory::read::<u16>(from) != at::SIZE || memory::read::<u16>(from + at::VERSION) >> 8 != 2 {
        call.wrong(
            Check::Contract,
            "a registration of the wrong size or version",
        );
        return status(0xc000_000d);
    }
    let pointer = |offset: u64| memory::read::<u64>(from + offset);
    let object = kernel.state.objects.new_named("a filter");
    let filter = Filter {
        object,
        contexts: definitions(call, pointer(at::CONTEXTS)),
        operations: operations(call, pointer(at::OPERATIONS)),
        unload: pointer(at::UNLOAD),
        setup: pointer(at::INSTANCE_SETUP),
        teardown_start: pointer(at::TEARDOWN_START),
        teardown_complete: pointer(at::TEARDOWN_COMPLETE),
        started: false,
    };
    *lock(&kernel.state.filters.0) = Some(Arc::new(filter));
    kernel.state.held.take(kernel, call, FILTER, object);
    memory::write(call.u64(2), object);
    SUCCESS
}

fn definitions(call: &Call<'_>, mut at: u64) -> Vec<Definition> {
    let mut all: Vec<Definition> = Vec::new();
    while at != 0 && memory::read::<u16>(at) != CONTEXT_END {
        let definition = Definition {
            kind: memory::read(at),
            flags: memory::read(at + 2),
            cleanup: memory::read(at + 8),
            size: memory::read(at + 16),
            tag: memory::read::<u32>(at + 24).to_le_bytes(),
        };
        if definition.tag == [0; 4] {
            call.wrong(Check::Contract, "a context definition without a tag");
        }
        all.push(definition);
        at += 56;
    }
    all
}

fn operations(call: &Call<'_>, mut at: u64) -> BTreeMap<u8, Operation> {
    let mut all = BTreeMap::new();
    while at != 0 && memory::read::<u8>(at) != OPERATION_END {
        let operation = Operation {
            flags: memory::read(at + 4),
            before: memory::read(at + 8),
            after: memory::read(at + 16),
        };
        if all.insert(memory::read::<u8>(at), operation).is_some() {
            call.wrong(Check::Contract, "an operation registered twice");
        }
        at += 32;
    }
    all
}

fn start(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(filter) = kernel
        .state
        .filters
        .get()
        .filter(|it| it.object == call.u64(0))
    else {
        call.stop(Check::Lifetime, "no such filter");
    };
    if filter.started {
        call.wrong(Check::Contract, "started twice");
    }
    let mut started = (*filter).clone();
    started.started = true;
    *lock(&kernel.state.filters.0) = Some(Arc::new(started));
    // "Automatic" attachment to what is there already.
    for volume in kernel.state.volumes.all() {
        kernel.attach(&volume, true);
    }
    SUCCESS
}

fn unregister(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let filter = call.u64(0);
    if kernel
        .state
        .filters
        .get()
        .is_none_or(|it| it.object != filter)
    {
        call.stop(Check::Lifetime, "no such filter");
    }
    // Operations that begin from now on pass it by.
    kernel.stop_filtering();
    for instance in kernel.state.volumes.instances() {
        kernel.detach(&instance, TEARDOWN_FILTER_UNLOAD);
    }
    if !kernel.state.operations.instances.wait_idle(kernel) {
        call.stop(Check::Lock, "instances never come or go");
    }
    // Contexts that the driver still references outlive this, and are leaks then.
    if kernel.state.work.queued() > 0 && !kernel.state.sync.settle() {
        call.stop(Check::Lock, "work items never end");
    }
    *lock(&kernel.state.filters.0) = None;
    kernel.state.held.give(call, FILTER, filter);
    0
}

fn synchronous(_: &Kernel, _: &Call<'_>) -> u64 {
    1
}

const SETUP_AUTOMATIC: u32 = 1;
const SETUP_NEWLY_MOUNTED: u32 = 4;
const TEARDOWN_FILTER_UNLOAD: u32 = 2;
const TEARDOWN_VOLUME_DISMOUNT: u32 = 8;

impl Kernel {
    /// Asks the filter whether it wants an instance on a volume, and makes it.
    pub(crate) fn attach(&self, volume: &Arc<Volume>, existing: bool) {
        let _inside = self.state.operations.instances.enter(self);
        let Some(filter) = self.state.filters.get().filter(|it| it.started) else {
            return;
        };
        let instance = Instance {
            object: self.state.objects.new_named("an instance"),
            volume: volume.object,
            filter: filter.object,
        };
        // Contexts may be set during setup already.
        self.state.volumes.attach(instance);
        if filter.setup == 0 {
            return;
        }
        let related = Related::new(self, &instance, 0);
        let flags = if existing {
            SETUP_AUTOMATIC
        } else {
            SETUP_AUTOMATIC | SETUP_NEWLY_MOUNTED
        };
        let result = self.shared().call(
            "InstanceSetupCallback",
            filter.setup,
            &[
                related.address,
                flags.into(),
                device_type(volume).into(),
                volume.file_system as u64,
            ],
        );
        match result as u32 {
            0 => {}
            DO_NOT_ATTACH => {
                self.drop_instance_contexts(instance.object);
                self.state.volumes.detach(instance.object);
            }
            other => {
                // Any other failure means the same, which the documentation advises against.
                self.report(
                    Check::ReturnValue,
                    format!("instance setup returned {other:#x}"),
                    None,
                    Vec::new(),
                );
                self.drop_instance_contexts(instance.object);
                self.state.volumes.detach(instance.object);
            }
        }
    }

    /// Takes the filter's instance off a volume that goes away.
    pub(crate) fn dismounted(&self, volume: u64) {
        if let Some(instance) = self.state.volumes.instance_on(volume) {
            self.detach(&instance, TEARDOWN_VOLUME_DISMOUNT);
        }
    }

    fn detach(&self, instance: &Instance, reason: u32) {
        let _inside = self.state.operations.instances.enter(self);
        let Some(filter) = self.state.filters.get() else {
            return;
        };
        // Dismount and unload may both want to.
        if !self.state.volumes.detach(instance.object) {
            return;
        }
        let related = Related::new(self, instance, 0);
        let arguments = [related.address, reason.into()];
        if filter.teardown_start != 0 {
            self.shared().call(
                "InstanceTeardownStartCallback",
                filter.teardown_start,
                &arguments,
            );
        }
        // Those that are inside still come out, and may then wait for their post-operation callbacks.
        self.drain(instance.object);
        if !self.state.operations.gate.wait_idle(self) {
            let what = "operations never end".to_owned();
            self.report(Check::Lock, what, None, Vec::new());
        }
        self.drain(instance.object);
        self.drop_file_contexts(instance.object);
        if filter.teardown_complete != 0 {
            self.shared().call(
                "InstanceTeardownCompleteCallback",
                filter.teardown_complete,
                &arguments,
            );
        }
        self.drop_instance_contexts(instance.object);
    }

    fn stop_filtering(&self) {
        let mut filter = lock(&self.state.filters.0);
        if let Some(known) = filter.as_mut() {
            Arc::make_mut(known).started = false;
        }
    }
}

fn device_type(volume: &Volume) -> u32 {
    use super::volumes::FileSystem;
    match volume.file_system {
        FileSystem::Ntfs | FileSystem::Fat => 8,
        FileSystem::Pipes => 0x11,
        FileSystem::Remote => 0x14,
    }
}
