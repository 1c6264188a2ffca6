//! Cancel-safe queues ("Cancel-Safe IRP Queues", Windows driver documentation).

use std::collections::HashMap;
use std::sync::Mutex;

use crate::fakes::SUCCESS;
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{Call, DISPATCH, Routine, routine};

use super::irps::irp;

/// Queues and the requests in them.
#[derive(Debug, Default)]
pub(crate) struct Queues(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    queues: HashMap<u64, Queue>,
    queued: HashMap<u64, u64>,
}

/// The driver's routines of a queue.
#[derive(Clone, Copy, Debug)]
struct Queue {
    insert: u64,
    insert_ex: bool,
    remove: u64,
    peek: u64,
    acquire: u64,
    release: u64,
    complete_canceled: u64,
}

/// What stands in a queued request's cancel routine: the address is never called.
const CANCEL: u64 = 1;
/// The queue stands in the last of the driver's four words of a request.
const CONTEXT: u64 = irp::DRIVER_CONTEXT + 24;

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "IoCsqInitialize",
        "wdm/nf-wdm-iocsqinitialize",
        DISPATCH,
        initialise,
    ),
    routine(
        "IoCsqInitializeEx",
        "wdm/nf-wdm-iocsqinitializeex",
        DISPATCH,
        initialise_ex,
    ),
    routine(
        "IoCsqInsertIrp",
        "wdm/nf-wdm-iocsqinsertirp",
        DISPATCH,
        insert,
    ),
    routine(
        "IoCsqInsertIrpEx",
        "wdm/nf-wdm-iocsqinsertirpex",
        DISPATCH,
        insert,
    ),
    routine(
        "IoCsqRemoveNextIrp",
        "wdm/nf-wdm-iocsqremovenextirp",
        DISPATCH,
        remove_next,
    ),
];

fn add(kernel: &Kernel, call: &Call<'_>, insert_ex: bool) -> u64 {
    let queue = Queue {
        insert: call.u64(1),
        insert_ex,
        remove: call.u64(2),
        peek: call.u64(3),
        acquire: call.u64(4),
        release: call.u64(5),
        complete_canceled: call.u64(6),
    };
    memory::fill(call.u64(0), 0, 64);
    lock(&kernel.state.queues.0)
        .queues
        .insert(call.u64(0), queue);
    SUCCESS
}

fn initialise(kernel: &Kernel, call: &Call<'_>) -> u64 {
    add(kernel, call, false)
}

fn initialise_ex(kernel: &Kernel, call: &Call<'_>) -> u64 {
    add(kernel, call, true)
}

fn find(kernel: &Kernel, call: &Call<'_>) -> Queue {
    let found = lock(&kernel.state.queues.0)
        .queues
        .get(&call.u64(0))
        .copied();
    found.unwrap_or_else(|| call.stop(Check::Lifetime, "a queue that was never initialised"))
}

/// Runs with the driver's own lock held.
fn locked<R>(kernel: &Kernel, at: u64, queue: Queue, run: impl FnOnce() -> R) -> R {
    let own = kernel
        .state
        .system
        .allocate(8, *b"Irql", false, Some(0), Vec::new());
    kernel
        .shared()
        .call_locked("CsqAcquireLock", queue.acquire, &[at, own]);
    let result = run();
    let level: u8 = memory::read(own);
    kernel
        .shared()
        .call_locked("CsqReleaseLock", queue.release, &[at, level.into()]);
    let _ = kernel.state.system.free(own, None);
    result
}

fn insert(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (at, request) = (call.u64(0), call.u64(1));
    let queue = find(kernel, call);
    if call.u64(2) != 0 {
        call.wrong(
            Check::Stage,
            "contexts of cancel-safe queues are not simulated",
        );
    }
    kernel.note_pending(request);
    memory::write(request + CONTEXT, at);
    let mut result = SUCCESS;
    let cancelled = locked(kernel, at, queue, || {
        let arguments = [at, request, call.u64(3)];
        let arguments = if queue.insert_ex {
            &arguments[..]
        } else {
            &arguments[..2]
        };
        let returned = kernel
            .shared()
            .call_locked("CsqInsertIrp", queue.insert, arguments);
        if queue.insert_ex {
            result = returned & 0xffff_ffff;
        }
        if (result as u32 as i32) < 0 {
            return false;
        }
        lock(&kernel.state.queues.0).queued.insert(request, at);
        memory::write(request + irp::CANCEL_ROUTINE, CANCEL);
        // Cancelled before it was queued: nobody else will take it out.
        let cancelled = memory::read::<u8>(request + irp::CANCEL) != 0;
        if cancelled {
            take_out(kernel, at, queue, request);
        }
        cancelled
    });
    if cancelled {
        kernel.shared().call(
            "CsqCompleteCanceledIrp",
            queue.complete_canceled,
            &[at, request],
        );
    }
    result
}

fn take_out(kernel: &Kernel, at: u64, queue: Queue, request: u64) {
    memory::write(request + irp::CANCEL_ROUTINE, 0u64);
    lock(&kernel.state.queues.0).queued.remove(&request);
    kernel
        .shared()
        .call_locked("CsqRemoveIrp", queue.remove, &[at, request]);
}

fn remove_next(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (at, context) = (call.u64(0), call.u64(1));
    let queue = find(kernel, call);
    locked(kernel, at, queue, || {
        let request = kernel
            .shared()
            .call_locked("CsqPeekNextIrp", queue.peek, &[at, 0, context]);
        if request != 0 {
            take_out(kernel, at, queue, request);
            memory::write(request + CONTEXT, 0u64);
        }
        request
    })
}

impl Kernel {
    /// Cancels a request: `false` where it is not in a queue, and so cannot be cancelled.
    pub(crate) fn cancel(&self, request: u64) -> bool {
        memory::write(request + irp::CANCEL, 1u8);
        let at = lock(&self.state.queues.0).queued.get(&request).copied();
        let Some(at) = at else {
            return false;
        };
        let Some(queue) = lock(&self.state.queues.0).queues.get(&at).copied() else {
            return false;
        };
        let taken = locked(self, at, queue, || {
            // Somebody else may have taken it out meanwhile.
            let queued = lock(&self.state.queues.0).queued.contains_key(&request);
            if queued {
                take_out(self, at, queue, request);
            }
            queued
        });
        if taken {
            self.shared().call(
                "CsqCompleteCanceledIrp",
                queue.complete_canceled,
                &[at, request],
            );
        }
        taken
    }
}
