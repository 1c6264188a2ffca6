//! Spin locks, push locks, fast mutexes, critical regions, IRQL.
//!
//! A lock is known by its address. Taking one twice, dropping one that is not held, and taking two in both orders are
//! findings, whether or not the machine would have hung this time.

use std::collections::BTreeSet;

use super::{PATIENCE, Waits};
use crate::cpu::thread::current;
use crate::finding::Check;
use crate::kernel::Kernel;
use crate::memory;
use crate::routine::{APC, Call, DISPATCH, HIGH, PASSIVE, Routine, routine};

/// A lock that is held.
#[derive(Debug, Default)]
pub(crate) struct Lock {
    exclusive: Option<u64>,
    shared: Vec<u64>,
}

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "KeGetCurrentIrql",
        "wdm/nf-wdm-kegetcurrentirql",
        HIGH,
        irql,
    ),
    routine("KfRaiseIrql", "wdm/nf-wdm-keraiseirql", HIGH, raise),
    routine("KeLowerIrql", "wdm/nf-wdm-kelowerirql", HIGH, lower),
    routine("KfLowerIrql", "wdm/nf-wdm-kelowerirql", HIGH, lower),
    routine(
        "KeInitializeSpinLock",
        "wdm/nf-wdm-keinitializespinlock",
        HIGH,
        initialise,
    ),
    routine(
        "KeAcquireSpinLockRaiseToDpc",
        "wdm/nf-wdm-keacquirespinlockraisetodpc",
        DISPATCH,
        acquire_spin,
    ),
    routine(
        "KeReleaseSpinLock",
        "wdm/nf-wdm-kereleasespinlock",
        DISPATCH,
        release_spin,
    ),
    routine(
        "KeAcquireSpinLockAtDpcLevel",
        "wdm/nf-wdm-keacquirespinlockatdpclevel",
        HIGH,
        acquire_at_dispatch,
    ),
    routine(
        "KeReleaseSpinLockFromDpcLevel",
        "wdm/nf-wdm-kereleasespinlockfromdpclevel",
        DISPATCH,
        release_at_dispatch,
    ),
    routine(
        "ExAcquireSpinLockShared",
        "wdm/nf-wdm-exacquirespinlockshared",
        DISPATCH,
        acquire_spin_shared,
    ),
    routine(
        "ExReleaseSpinLockShared",
        "wdm/nf-wdm-exreleasespinlockshared",
        DISPATCH,
        release_spin_shared,
    ),
    routine(
        "ExAcquireSpinLockExclusive",
        "wdm/nf-wdm-exacquirespinlockexclusive",
        DISPATCH,
        acquire_spin,
    ),
    routine(
        "ExReleaseSpinLockExclusive",
        "wdm/nf-wdm-exreleasespinlockexclusive",
        DISPATCH,
        release_spin,
    ),
    routine(
        "FltInitializePushLock",
        "fltkernel/nf-fltkernel-fltinitializepushlock",
        APC,
        initialise,
    ),
    routine(
        "FltDeletePushLock",
        "fltkernel/nf-fltkernel-fltdeletepushlock",
        APC,
        delete_push,
    ),
    routine(
        "FltAcquirePushLockExclusive",
        "fltkernel/nf-fltkernel-fltacquirepushlockexclusive",
        APC,
        acquire_push,
    ),
    routine(
        "FltAcquirePushLockShared",
        "fltkernel/nf-fltkernel-fltacquirepushlockshared",
        APC,
        acquire_push_shared,
    ),
    routine(
        "FltReleasePushLock",
        "fltkernel/nf-fltkernel-fltreleasepushlock",
        APC,
        release_push,
    ),
    routine(
        "FltAcquirePushLockExclusiveEx",
        "fltkernel/nf-fltkernel-fltacquirepushlockexclusiveex",
        APC,
        acquire_push,
    ),
    routine(
        "FltAcquirePushLockSharedEx",
        "fltkernel/nf-fltkernel-fltacquirepushlocksharedex",
        APC,
        acquire_push_shared,
    ),
    routine(
        "FltReleasePushLockEx",
        "fltkernel/nf-fltkernel-fltreleasepushlockex",
        APC,
        release_push,
    ),
    routine(
        "KeEnterCriticalRegion",
        "ntddk/nf-ntddk-keentercriticalregion",
        APC,
        enter_critical,
    ),
    routine(
        "KeLeaveCriticalRegion",
        "ntddk/nf-ntddk-keleavecriticalregion",
        APC,
        leave_critical,
    ),
    routine(
        "KeAreAllApcsDisabled",
        "wdm/nf-wdm-keareallapcsdisabled",
        DISPATCH,
        all_apcs_disabled,
    ),
    routine(
        "KeAreApcsDisabled",
        "ntddk/nf-ntddk-keareapcsdisabled",
        DISPATCH,
        apcs_disabled,
    ),
    routine(
        "ExInitializeFastMutex",
        "wdm/nf-wdm-exinitializefastmutex",
        DISPATCH,
        initialise,
    ),
    routine(
        "ExAcquireFastMutex",
        "wdm/nf-wdm-exacquirefastmutex",
        APC,
        acquire_mutex,
    ),
    routine(
        "ExReleaseFastMutex",
        "wdm/nf-wdm-exreleasefastmutex",
        APC,
        release_mutex,
    ),
];

fn level() -> u8 {
    current(|it| it.irql.get())
}

/// Sets the thread's IRQL; at DISPATCH_LEVEL and above nothing can be paged in.
pub(crate) fn set_level(kernel: &Kernel, to: u8) -> u8 {
    let before = current(|it| it.irql.replace(to));
    if (before >= DISPATCH) != (to >= DISPATCH) {
        kernel.page(to < DISPATCH);
    }
    before
}

fn irql(_: &Kernel, _: &Call<'_>) -> u64 {
    level().into()
}

fn raise(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let to = call.u8(0);
    if to < level() {
        call.wrong(Check::Irql, "raised to a lower level");
    }
    set_level(kernel, to).into()
}

fn lower(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let to = call.u8(0);
    if to > level() {
        call.wrong(Check::Irql, "lowered to a higher level");
    }
    set_level(kernel, to);
    0
}

fn initialise(kernel: &Kernel, call: &Call<'_>) -> u64 {
    kernel.state.sync.state().locks.remove(&call.u64(0));
    memory::write(call.u64(0), 0u64);
    0
}

fn delete_push(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let held = kernel.state.sync.state().locks.remove(&call.u64(0));
    if held.is_some_and(|it| it.exclusive.is_some() || !it.shared.is_empty()) {
        call.wrong(Check::Lock, "deleted while held");
    }
    0
}

/// Whether a lock is reached from another through locks that were taken one inside the other.
fn reaches(order: &BTreeSet<(u64, u64)>, from: u64, to: u64) -> bool {
    let mut open = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            open.extend(order.range((at, 0)..=(at, u64::MAX)).map(|it| it.1));
        }
    }
    false
}

fn acquire(kernel: &Kernel, call: &Call<'_>, shared: bool) {
    let (address, own) = (call.u64(0), thread());
    // The lock's own memory must be there.
    let _: u64 = memory::read(address);
    let mut wrong = None;
    {
        let mut state = kernel.state.sync.state();
        let held = state.held.entry(own).or_default().clone();
        if held.contains(&address) {
            drop(state);
            call.stop(
                Check::Lock,
                format!("lock {address:#x} is held by this thread already"),
            );
        }
        for outer in held {
            if reaches(&state.order, address, outer) {
                wrong = Some(outer);
            }
            state.order.insert((outer, address));
        }
    }
    if let Some(outer) = wrong {
        call.wrong(
            Check::Lock,
            format!(
                "lock {address:#x} taken inside {outer:#x}; they were taken the other way before"
            ),
        );
    }
    let taken = kernel.state.sync.wait(PATIENCE, |state| {
        let lock = state.locks.entry(address).or_default();
        if lock.exclusive.is_some() || !shared && !lock.shared.is_empty() {
            return None;
        }
        if shared {
            lock.shared.push(own);
        } else {
            lock.exclusive = Some(own);
        }
        state.held.entry(own).or_default().push(address);
        Some(())
    });
    if taken.is_none() {
        call.stop(Check::Lock, format!("lock {address:#x} is never dropped"));
    }
}

fn release(kernel: &Kernel, call: &Call<'_>) {
    let (address, own) = (call.u64(0), thread());
    let mut state = kernel.state.sync.state();
    let lock = state.locks.entry(address).or_default();
    let found = if lock.exclusive == Some(own) {
        lock.exclusive = None;
        true
    } else if let Some(at) = lock.shared.iter().position(|it| *it == own) {
        lock.shared.swap_remove(at);
        true
    } else {
        false
    };
    if found {
        let held = state.held.entry(own).or_default();
        held.retain(|it| *it != address);
    }
    kernel.state.sync.wake(&mut state);
    drop(state);
    if !found {
        call.wrong(
            Check::Lock,
            format!("lock {address:#x} is not held by this thread"),
        );
    }
}

/// The host thread, which is what holds locks.
pub(crate) fn thread() -> u64 {
    current(|it| std::ptr::from_ref(it) as u64)
}

impl Waits {
    /// Whether this thread holds a lock.
    pub(crate) fn holds_any(&self) -> bool {
        self.held.get(&thread()).is_some_and(|it| !it.is_empty())
    }
}

fn acquire_spin(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let before = set_level(kernel, DISPATCH);
    acquire(kernel, call, false);
    before.into()
}

fn release_spin(kernel: &Kernel, call: &Call<'_>) -> u64 {
    release(kernel, call);
    set_level(kernel, call.u8(1));
    0
}

fn acquire_spin_shared(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let before = set_level(kernel, DISPATCH);
    acquire(kernel, call, true);
    before.into()
}

fn release_spin_shared(kernel: &Kernel, call: &Call<'_>) -> u64 {
    release_spin(kernel, call)
}

fn at_dispatch(call: &Call<'_>) {
    if level() < DISPATCH {
        call.wrong(Check::Irql, "called below DISPATCH_LEVEL");
    }
}

fn acquire_at_dispatch(kernel: &Kernel, call: &Call<'_>) -> u64 {
    at_dispatch(call);
    acquire(kernel, call, false);
    0
}

fn release_at_dispatch(kernel: &Kernel, call: &Call<'_>) -> u64 {
    at_dispatch(call);
    release(kernel, call);
    0
}

/// Filter Manager's push lock routines enter and leave a critical region themselves.
fn acquire_push(kernel: &Kernel, call: &Call<'_>) -> u64 {
    current(|it| it.critical.set(it.critical.get() + 1));
    acquire(kernel, call, false);
    0
}

fn acquire_push_shared(kernel: &Kernel, call: &Call<'_>) -> u64 {
    current(|it| it.critical.set(it.critical.get() + 1));
    acquire(kernel, call, true);
    0
}

fn release_push(kernel: &Kernel, call: &Call<'_>) -> u64 {
    release(kernel, call);
    leave_critical(kernel, call)
}

fn enter_critical(_: &Kernel, _: &Call<'_>) -> u64 {
    current(|it| it.critical.set(it.critical.get() + 1));
    0
}

fn leave_critical(_: &Kernel, call: &Call<'_>) -> u64 {
    match current(|it| it.critical.get()) {
        0 => call.wrong(Check::Lock, "leaves a critical region that it is not in"),
        depth => current(|it| it.critical.set(depth - 1)),
    }
    0
}

fn all_apcs_disabled(_: &Kernel, _: &Call<'_>) -> u64 {
    let set = current(|it| it.guarded.get());
    (set || level() >= APC).into()
}

fn apcs_disabled(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let critical = current(|it| it.critical.get() > 0);
    u64::from(critical) | all_apcs_disabled(kernel, call)
}

/// A fast mutex raises to APC_LEVEL and keeps the level before in itself; the stage keeps it in the thread.
fn acquire_mutex(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let before = level();
    if before > PASSIVE {
        current(|it| it.mutexes.set(it.mutexes.get() + 1));
    }
    set_level(kernel, APC);
    acquire(kernel, call, false);
    0
}

fn release_mutex(kernel: &Kernel, call: &Call<'_>) -> u64 {
    release(kernel, call);
    let nested = current(|it| it.mutexes.get());
    if nested > 0 {
        current(|it| it.mutexes.set(nested - 1));
    } else {
        set_level(kernel, PASSIVE);
    }
    0
}
