//! Notifications of processes, threads and images.

use std::sync::Mutex;

use crate::fakes::sync::gate::Gate;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::routine::{Call, PASSIVE, Routine, routine};

/// The routines that the driver registered.
#[derive(Debug, Default)]
pub(crate) struct Notify {
    routines: Mutex<[Vec<u64>; 3]>,
    gates: [Gate; 3],
}

/// What is notified of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Process,
    Thread,
    Image,
}

impl Kind {
    const fn held(self) -> &'static str {
        match self {
            Self::Process => "process notification",
            Self::Thread => "thread notification",
            Self::Image => "image notification",
        }
    }
}

impl Notify {
    fn gate(&self, kind: Kind) -> &Gate {
        &self.gates[kind as usize]
    }

    /// The first routine of a kind.
    pub(crate) fn first(&self, kind: Kind) -> Option<u64> {
        lock(&self.routines)[kind as usize].first().copied()
    }
}

impl Kernel {
    /// Calls the routines of a kind.
    pub(crate) fn notify(&self, kind: Kind, name: &'static str, arguments: &[u64]) {
        let _inside = self.state.notify.gate(kind).enter(self);
        let routines = lock(&self.state.notify.routines)[kind as usize].clone();
        for routine in routines {
            self.shared().call(name, routine, arguments);
        }
    }
}

const INVALID_PARAMETER: u64 = status(0xc000_000d);
const PROCEDURE_NOT_FOUND: u64 = status(0xc000_007a);

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "PsSetCreateProcessNotifyRoutineEx2",
        "ntddk/nf-ntddk-pssetcreateprocessnotifyroutineex2",
        PASSIVE,
        process,
    )
    .or(INVALID_PARAMETER)
    .unless(removes),
    routine(
        "PsSetCreateThreadNotifyRoutine",
        "ntddk/nf-ntddk-pssetcreatethreadnotifyroutine",
        PASSIVE,
        thread,
    )
    .or(LOW),
    routine(
        "PsRemoveCreateThreadNotifyRoutine",
        "ntddk/nf-ntddk-psremovecreatethreadnotifyroutine",
        PASSIVE,
        remove_thread,
    ),
    routine(
        "PsSetLoadImageNotifyRoutine",
        "ntddk/nf-ntddk-pssetloadimagenotifyroutine",
        PASSIVE,
        image,
    )
    .or(LOW),
    routine(
        "PsSetLoadImageNotifyRoutineEx",
        "ntddk/nf-ntddk-pssetloadimagenotifyroutineex",
        PASSIVE,
        image,
    )
    .or(LOW),
    routine(
        "PsRemoveLoadImageNotifyRoutine",
        "ntddk/nf-ntddk-psremoveloadimagenotifyroutine",
        PASSIVE,
        remove_image,
    ),
];

fn add(kernel: &Kernel, call: &Call<'_>, kind: Kind, routine: u64) -> u64 {
    let mut all = lock(&kernel.state.notify.routines);
    if all[kind as usize].contains(&routine) {
        return INVALID_PARAMETER;
    }
    all[kind as usize].push(routine);
    kernel.state.held.take(kernel, call, kind.held(), routine);
    SUCCESS
}

fn remove(kernel: &Kernel, call: &Call<'_>, kind: Kind, routine: u64) -> u64 {
    let mut all = lock(&kernel.state.notify.routines);
    let before = all[kind as usize].len();
    all[kind as usize].retain(|it| *it != routine);
    if all[kind as usize].len() == before {
        return PROCEDURE_NOT_FOUND;
    }
    drop(all);
    kernel.state.held.give(call, kind.held(), routine);
    if !kernel.state.notify.gate(kind).wait_idle(kernel) {
        call.stop(Check::Lock, "notifications never end");
    }
    SUCCESS
}

fn removes(call: &Call<'_>) -> bool {
    call.u8(2) != 0
}

/// `PsCreateProcessNotifySubsystems` is the only type there is.
fn process(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if call.u32(0) != 0 {
        call.wrong(Check::Contract, "an unknown type of notification");
    }
    match removes(call) {
        false => add(kernel, call, Kind::Process, call.u64(1)),
        true => match remove(kernel, call, Kind::Process, call.u64(1)) {
            PROCEDURE_NOT_FOUND => INVALID_PARAMETER,
            result => result,
        },
    }
}

fn thread(kernel: &Kernel, call: &Call<'_>) -> u64 {
    add(kernel, call, Kind::Thread, call.u64(0))
}

fn remove_thread(kernel: &Kernel, call: &Call<'_>) -> u64 {
    remove(kernel, call, Kind::Thread, call.u64(0))
}

fn image(kernel: &Kernel, call: &Call<'_>) -> u64 {
    add(kernel, call, Kind::Image, call.u64(0))
}

fn remove_image(kernel: &Kernel, call: &Call<'_>) -> u64 {
    remove(kernel, call, Kind::Image, call.u64(0))
}
