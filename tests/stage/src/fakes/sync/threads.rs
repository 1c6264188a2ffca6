//! Threads that the driver makes, and the worker that runs its work items. Each is a thread of the host.

use std::sync::Arc;

use crate::cpu::thread::current;
use crate::fakes::{LOW, SUCCESS};
use crate::finding::Check;
use crate::kernel::Kernel;
use crate::memory;
use crate::routine::{Call, DISPATCH, PASSIVE, Routine, routine};

/// A thread that the driver made.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) ended: bool,
}

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "PsCreateSystemThread",
        "wdm/nf-wdm-pscreatesystemthread",
        PASSIVE,
        create,
    )
    .or(LOW),
    routine(
        "PsTerminateSystemThread",
        "wdm/nf-wdm-psterminatesystemthread",
        PASSIVE,
        terminate,
    ),
    routine(
        "PsGetCurrentThreadId",
        "ntddk/nf-ntddk-psgetcurrentthreadid",
        DISPATCH,
        thread_id,
    ),
];

impl Kernel {
    /// Runs something in a thread of the host that counts as the driver's, in the system process.
    pub(crate) fn spawn(&self, run: impl FnOnce(&Arc<Self>) + Send + 'static) {
        let kernel = self.shared();
        kernel.state.sync.state().running += 1;
        let ticket = kernel.state.sync.schedule.ticket();
        std::thread::spawn(move || {
            kernel.state.sync.schedule.arrive(ticket);
            current(|it| it.of_driver.set(true));
            let id = kernel.state.sync.new_thread_id();
            current(|it| it.thread.set(id));
            current(|it| it.process.set(crate::fakes::processes::SYSTEM));
            // A fault is a finding already; the panic that says so ends this thread only.
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&kernel)));
            let mut state = kernel.state.sync.state();
            state.running -= 1;
            kernel.state.sync.wake(&mut state);
            drop(state);
            kernel.state.sync.schedule.depart();
            drop(result);
        });
    }
}

impl super::Sync {
    /// An id for a new thread: as Windows', a multiple of four.
    pub(crate) fn new_thread_id(&self) -> u64 {
        let mut state = self.state();
        state.next_thread += 4;
        0x1000 + state.next_thread
    }
}

fn create(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let object = kernel.state.objects.new_named("a thread object");
    let handle = kernel.state.handles.open(kernel, call, object);
    let thread = Thread { ended: false };
    kernel.state.sync.state().threads.insert(object, thread);
    let (start, context) = (call.u64(5), call.u64(6));
    kernel.spawn(move |kernel| {
        current(|it| it.system_thread.set(object));
        kernel.call("system thread", start, &[context]);
        kernel.end_thread(object);
    });
    memory::write(call.u64(0), handle);
    SUCCESS
}

impl Kernel {
    fn end_thread(&self, object: u64) {
        let mut state = self.state.sync.state();
        if let Some(thread) = state.threads.get_mut(&object) {
            thread.ended = true;
        }
        self.state.sync.wake(&mut state);
    }
}

/// It does not return: the driver's frames are left behind as they are.
fn terminate(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let object = current(|it| it.system_thread.get());
    if object == 0 {
        call.stop(
            Check::Contract,
            "called in a thread that the driver did not make",
        );
    }
    kernel.end_thread(object);
    crate::routine::leave_thread(call)
}

fn thread_id(_: &Kernel, _: &Call<'_>) -> u64 {
    current(|it| it.thread.get())
}
