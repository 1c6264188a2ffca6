//! Callbacks on handles to processes and threads.

use std::sync::Mutex;

use crate::fakes::sync::gate::Gate;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, PASSIVE, Routine, routine};

/// The driver's registration.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    handle: u64,
    pub(crate) context: u64,
    pub(crate) operations: Vec<Operation>,
}

/// Callbacks for one type of object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) object_type: u64,
    /// 1: create, 2: duplicate.
    pub(crate) kinds: u32,
    pub(crate) before: u64,
    pub(crate) after: u64,
}

/// The registration, when there is one.
#[derive(Debug, Default)]
pub(crate) struct Callbacks {
    registration: Mutex<Option<Registration>>,
    /// Threads inside the driver's callbacks.
    pub(crate) gate: Gate,
}

impl Callbacks {
    pub(crate) fn get(&self) -> Option<Registration> {
        lock(&self.registration).clone()
    }
}

const REGISTRATION: &str = "object callbacks";

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "ObRegisterCallbacks",
        "wdm/nf-wdm-obregistercallbacks",
        APC,
        register,
    )
    .or(LOW),
    routine(
        "ObUnRegisterCallbacks",
        "wdm/nf-wdm-obunregistercallbacks",
        APC,
        unregister,
    ),
    routine(
        "ObGetFilterVersion",
        "wdm/nf-wdm-obgetfilterversion",
        PASSIVE,
        version,
    ),
];

const VERSION: u16 = 0x100;

fn register(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let from = call.u64(0);
    let (version, count): (u16, u16) = (memory::read(from), memory::read(from + 2));
    if version != VERSION || count == 0 {
        return status(0xc000_000d);
    }
    if memory::unicode_string(from + 8).is_empty() {
        call.wrong(Check::Contract, "an altitude must be given");
    }
    let list: u64 = memory::read(from + 32);
    let operations = (0..u64::from(count))
        .map(|index| list + 32 * index)
        .map(|at| Operation {
            // The registration points at the exported variable, which holds the type.
            object_type: memory::read(memory::read::<u64>(at)),
            kinds: memory::read(at + 8),
            before: memory::read(at + 16),
            after: memory::read(at + 24),
        })
        .collect();
    let handle = kernel.state.objects.new_named("object callbacks");
    *lock(&kernel.state.object_callbacks.registration) = Some(Registration {
        handle,
        context: memory::read(from + 24),
        operations,
    });
    kernel.state.held.take(kernel, call, REGISTRATION, handle);
    memory::write(call.u64(1), handle);
    SUCCESS
}

fn unregister(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let handle = call.u64(0);
    let known = kernel
        .state
        .object_callbacks
        .get()
        .is_some_and(|it| it.handle == handle);
    if !known {
        call.stop(Check::Lifetime, "no such registration");
    }
    *lock(&kernel.state.object_callbacks.registration) = None;
    kernel.state.held.give(call, REGISTRATION, handle);
    if !kernel.state.object_callbacks.gate.wait_idle(kernel) {
        call.stop(Check::Lock, "callbacks never end");
    }
    0
}

fn version(_: &Kernel, _: &Call<'_>) -> u64 {
    VERSION.into()
}
