//! Rundown protection ("Run-Down Protection", Windows driver documentation), plain and cache-aware.

use super::PATIENCE;
use crate::finding::Check;
use crate::kernel::Kernel;
use crate::routine::{APC, Call, DISPATCH, Routine, routine};

/// One rundown reference.
#[derive(Debug, Default)]
pub(crate) struct Rundown {
    held: u64,
    /// A wait for release has begun: nobody gets protection any more.
    closed: bool,
}

const ALLOCATED: &str = "cache-aware rundown reference";

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "ExAllocateCacheAwareRundownProtection",
        "wdm/nf-wdm-exallocatecacheawarerundownprotection",
        APC,
        allocate,
    )
    .or(0),
    routine(
        "ExFreeCacheAwareRundownProtection",
        "wdm/nf-wdm-exfreecacheawarerundownprotection",
        APC,
        free,
    ),
    routine(
        "ExAcquireRundownProtectionCacheAware",
        "wdm/nf-wdm-exacquirerundownprotectioncacheaware",
        DISPATCH,
        acquire,
    ),
    routine(
        "ExReleaseRundownProtectionCacheAware",
        "wdm/nf-wdm-exreleaserundownprotectioncacheaware",
        DISPATCH,
        release,
    ),
    routine(
        "ExWaitForRundownProtectionReleaseCacheAware",
        "wdm/nf-wdm-exwaitforrundownprotectionreleasecacheaware",
        APC,
        wait,
    ),
    routine(
        "ExRundownCompletedCacheAware",
        "wdm/nf-wdm-exrundowncompletedcacheaware",
        APC,
        completed,
    ),
    routine(
        "ExReInitializeRundownProtectionCacheAware",
        "wdm/nf-wdm-exreinitializerundownprotectioncacheaware",
        APC,
        open,
    ),
    routine(
        "ExInitializeRundownProtection",
        "wdm/nf-wdm-exinitializerundownprotection",
        APC,
        initialise,
    ),
    routine(
        "ExAcquireRundownProtection",
        "wdm/nf-wdm-exacquirerundownprotection",
        DISPATCH,
        acquire,
    ),
    routine(
        "ExReleaseRundownProtection",
        "wdm/nf-wdm-exreleaserundownprotection",
        DISPATCH,
        release,
    ),
    routine(
        "ExWaitForRundownProtectionRelease",
        "wdm/nf-wdm-exwaitforrundownprotectionrelease",
        APC,
        wait,
    ),
    routine(
        "ExRundownCompleted",
        "wdm/nf-wdm-exrundowncompleted",
        APC,
        completed,
    ),
    routine(
        "ExReInitializeRundownProtection",
        "wdm/nf-wdm-exreinitializerundownprotection",
        APC,
        open,
    ),
];

fn allocate(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let address = kernel.state.objects.new_named("a rundown reference");
    kernel.state.held.take(kernel, call, ALLOCATED, address);
    let mut state = kernel.state.sync.state();
    state.rundowns.insert(address, Rundown::default());
    address
}

fn free(kernel: &Kernel, call: &Call<'_>) -> u64 {
    kernel.state.held.give(call, ALLOCATED, call.u64(0));
    let gone = kernel.state.sync.state().rundowns.remove(&call.u64(0));
    if gone.is_some_and(|it| it.held > 0) {
        call.wrong(Check::Lifetime, "freed while somebody has protection");
    }
    0
}

fn initialise(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let mut state = kernel.state.sync.state();
    state.rundowns.insert(call.u64(0), Rundown::default());
    crate::memory::write(call.u64(0), 0u64);
    0
}

/// Reports protection that nobody gave back.
pub(crate) fn report(kernel: &Kernel) {
    let rundowns = std::mem::take(&mut kernel.state.sync.state().rundowns);
    for (address, rundown) in rundowns.into_iter().filter(|(_, it)| it.held > 0) {
        let what = format!(
            "rundown protection {address:#x} still held {} times",
            rundown.held
        );
        kernel.report(Check::Leak, what, None, Vec::new());
    }
}

/// Runs on a rundown reference that exists.
fn with<R>(kernel: &Kernel, call: &Call<'_>, run: impl FnOnce(&mut Rundown) -> R) -> R {
    let mut state = kernel.state.sync.state();
    let Some(rundown) = state.rundowns.get_mut(&call.u64(0)) else {
        drop(state);
        call.stop(Check::Lifetime, "no such rundown reference");
    };
    let result = run(rundown);
    kernel.state.sync.wake(&mut state);
    result
}

fn acquire(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if kernel.could_be_suspended() {
        call.wrong(
            Check::Lock,
            "protection taken where the thread can be suspended",
        );
    }
    with(kernel, call, |rundown| {
        if rundown.closed {
            return 0;
        }
        rundown.held += 1;
        1
    })
}

fn release(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let held = with(kernel, call, |rundown| {
        let held = rundown.held;
        rundown.held = held.saturating_sub(1);
        held
    });
    if held == 0 {
        call.wrong(Check::Reference, "releases protection that nobody has");
    }
    0
}

fn wait(kernel: &Kernel, call: &Call<'_>) -> u64 {
    with(kernel, call, |rundown| rundown.closed = true);
    if kernel.state.sync.state().holds_any() {
        call.wrong(Check::Lock, "waits for a rundown while it holds a lock");
    }
    let address = call.u64(0);
    let free = kernel.state.sync.wait(PATIENCE, |state| {
        let held = state.rundowns.get(&address).map_or(0, |it| it.held);
        (held == 0).then_some(())
    });
    if free.is_none() {
        call.stop(Check::Lock, "protection is never released");
    }
    0
}

fn completed(kernel: &Kernel, call: &Call<'_>) -> u64 {
    with(kernel, call, |rundown| rundown.closed = true);
    0
}

fn open(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let busy = with(kernel, call, |rundown| {
        rundown.closed = false;
        rundown.held > 0
    });
    if busy {
        call.wrong(Check::Contract, "opened again before it was run down");
    }
    0
}
