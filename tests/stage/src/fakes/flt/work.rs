//! Generic work items: each runs once, in a system thread.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::fakes::SUCCESS;
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::routine::{Call, DISPATCH, Routine, routine};

/// Work items: whether each is queued.
#[derive(Debug, Default)]
pub(crate) struct Work(Mutex<HashMap<u64, bool>>);

impl Work {
    pub(crate) fn queued(&self) -> usize {
        lock(&self.0).values().filter(|it| **it).count()
    }
}

const ITEM: &str = "work item";

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "FltAllocateGenericWorkItem",
        "fltkernel/nf-fltkernel-fltallocategenericworkitem",
        DISPATCH,
        allocate,
    )
    .or(0),
    routine(
        "FltFreeGenericWorkItem",
        "fltkernel/nf-fltkernel-fltfreegenericworkitem",
        DISPATCH,
        free,
    ),
    routine(
        "FltQueueGenericWorkItem",
        "fltkernel/nf-fltkernel-fltqueuegenericworkitem",
        DISPATCH,
        queue,
    )
    .or(0xc01c_000b),
];

fn allocate(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let item = kernel.state.objects.new_named("a work item");
    lock(&kernel.state.work.0).insert(item, false);
    kernel.state.held.take(kernel, call, ITEM, item);
    item
}

fn free(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if lock(&kernel.state.work.0).remove(&call.u64(0)) == Some(true) {
        call.wrong(Check::Lifetime, "freed while queued");
    }
    kernel.state.held.give(call, ITEM, call.u64(0));
    0
}

fn queue(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (item, object, routine, context) = (call.u64(0), call.u64(1), call.u64(2), call.u64(4));
    let before = lock(&kernel.state.work.0).insert(item, true);
    match before {
        None => call.stop(Check::Lifetime, "no such work item"),
        Some(true) => call.stop(Check::Contract, "queued twice"),
        Some(false) => {}
    }
    kernel.spawn(move |kernel| {
        lock(&kernel.state.work.0).insert(item, false);
        kernel.call("work item", routine, &[item, object, context]);
    });
    SUCCESS
}
