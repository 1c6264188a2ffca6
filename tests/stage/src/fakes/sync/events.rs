//! Events, and waiting for them and for threads.

use crate::cpu::thread::current;
use crate::fakes::status;
use crate::finding::Check;
use crate::kernel::Kernel;
use crate::memory;
use crate::routine::{APC, Call, DISPATCH, PASSIVE, Routine, routine};

use super::{PATIENCE, Waits};

/// An event that was initialised.
#[derive(Debug)]
pub(crate) struct Event {
    /// It stays set until it is reset; else one waiter takes it.
    notification: bool,
    set: bool,
}

const STATUS_TIMEOUT: u64 = status(0x102);

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "KeInitializeEvent",
        "wdm/nf-wdm-keinitializeevent",
        DISPATCH,
        initialise,
    ),
    routine("KeSetEvent", "wdm/nf-wdm-kesetevent", DISPATCH, set),
    routine("KeResetEvent", "wdm/nf-wdm-keresetevent", DISPATCH, reset),
    routine("KeClearEvent", "wdm/nf-wdm-keclearevent", DISPATCH, reset),
    routine(
        "KeReadStateEvent",
        "wdm/nf-wdm-kereadstateevent",
        DISPATCH,
        read,
    ),
    routine(
        "KeWaitForSingleObject",
        "wdm/nf-wdm-kewaitforsingleobject",
        DISPATCH,
        wait,
    ),
    routine(
        "ZwWaitForSingleObject",
        "ntifs/nf-ntifs-zwwaitforsingleobject",
        PASSIVE,
        wait_handle,
    ),
    routine(
        "KeDelayExecutionThread",
        "wdm/nf-wdm-kedelayexecutionthread",
        APC,
        delay,
    ),
];

/// Runs on an event that exists.
fn with<R>(kernel: &Kernel, call: &Call<'_>, run: impl FnOnce(&mut Event) -> R) -> R {
    let _: u64 = memory::read(call.u64(0));
    let mut state = kernel.state.sync.state();
    let Some(event) = state.events.get_mut(&call.u64(0)) else {
        drop(state);
        call.stop(Check::Lifetime, "an event that was never initialised");
    };
    let result = run(event);
    kernel.state.sync.wake(&mut state);
    result
}

fn initialise(kernel: &Kernel, call: &Call<'_>) -> u64 {
    memory::fill(call.u64(0), 0, 24);
    let event = Event {
        notification: call.u32(1) == 0,
        set: call.u8(2) != 0,
    };
    kernel.state.sync.state().events.insert(call.u64(0), event);
    0
}

fn set(kernel: &Kernel, call: &Call<'_>) -> u64 {
    with(kernel, call, |event| {
        std::mem::replace(&mut event.set, true)
    })
    .into()
}

fn reset(kernel: &Kernel, call: &Call<'_>) -> u64 {
    with(kernel, call, |event| {
        std::mem::replace(&mut event.set, false)
    })
    .into()
}

fn read(kernel: &Kernel, call: &Call<'_>) -> u64 {
    with(kernel, call, |event| event.set).into()
}

/// When a timeout ends: negative is relative, positive absolute, in units of 100 ns.
fn deadline(kernel: &Kernel, timeout: u64) -> Option<u64> {
    if timeout == 0 {
        return None;
    }
    let now = kernel.state.clock.now();
    Some(match memory::read::<i64>(timeout) {
        relative @ ..=0 => now + relative.unsigned_abs(),
        absolute => absolute.unsigned_abs(),
    })
}

fn take(state: &mut Waits, object: u64) -> Option<bool> {
    if let Some(event) = state.events.get_mut(&object) {
        let set = event.set;
        if set && !event.notification {
            event.set = false;
        }
        return Some(set);
    }
    state.threads.get(&object).map(|it| it.ended)
}

fn wait(kernel: &Kernel, call: &Call<'_>) -> u64 {
    wait_for(kernel, call, call.u64(0), call.u64(4))
}

fn wait_handle(kernel: &Kernel, call: &Call<'_>) -> u64 {
    match kernel.state.handles.object(call.u64(0)) {
        Some(object) => wait_for(kernel, call, object, call.u64(2)),
        None => crate::fakes::handles::INVALID_HANDLE,
    }
}

fn wait_for(kernel: &Kernel, call: &Call<'_>, object: u64, timeout: u64) -> u64 {
    let end = deadline(kernel, timeout);
    let polls = end.is_some_and(|end| end <= kernel.state.clock.now());
    if !polls && current(|it| it.irql.get()) >= DISPATCH {
        call.stop(Check::Irql, "waits at DISPATCH_LEVEL");
    }
    let mut known = true;
    let result = kernel
        .state
        .sync
        .wait(PATIENCE, |state| match take(state, object) {
            Some(true) => Some(0),
            None => {
                known = false;
                Some(0)
            }
            Some(false) if end.is_some_and(|end| end <= kernel.state.clock.now()) => {
                Some(STATUS_TIMEOUT)
            }
            Some(false) => None,
        });
    if !known {
        call.stop(
            Check::Lifetime,
            "waits for something that is no event and no thread",
        );
    }
    result.unwrap_or_else(|| call.stop(Check::Lock, "what is waited for never comes"))
}

fn delay(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let end = deadline(kernel, call.u64(2)).unwrap_or_default();
    if current(|it| it.of_driver.get()) {
        let over = |_: &mut Waits| (end <= kernel.state.clock.now()).then_some(());
        if kernel.state.sync.wait(PATIENCE, over).is_none() {
            call.stop(Check::Lock, "the clock never gets there");
        }
    } else {
        // A thread of the test: time passes for it.
        let now = kernel.state.clock.now();
        kernel.state.clock.advance(end.saturating_sub(now));
        let mut state = kernel.state.sync.state();
        kernel.state.sync.wake(&mut state);
    }
    0
}
