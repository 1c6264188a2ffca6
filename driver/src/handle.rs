//! Handles to processes.

use cofferdam_engine::event::ProcessAccess;
use cofferdam_engine::judge::Phase;
use cofferdam_engine::stats::Counter;
use cofferdam_interpreter::schema::Kind;

use crate::ffi::object::HandleRequest;
use crate::ffi::thread;
use crate::process;
use crate::sensor::{count, run, wants};

/// The access that may be taken away from a handle to a process (ntddk.h, `ObRegisterCallbacks`): ending it, its
/// threads, its memory, its handles, its quota and information, and suspending it. What else is asked for stays.
const STRIPPED: u32 = 0x0001 // PROCESS_TERMINATE
    | 0x0002 // PROCESS_CREATE_THREAD
    | 0x0008 // PROCESS_VM_OPERATION
    | 0x0010 // PROCESS_VM_READ
    | 0x0020 // PROCESS_VM_WRITE
    | 0x0040 // PROCESS_DUP_HANDLE
    | 0x0080 // PROCESS_CREATE_PROCESS
    | 0x0100 // PROCESS_SET_QUOTA
    | 0x0200 // PROCESS_SET_INFORMATION
    | 0x0800; // PROCESS_SUSPEND_RESUME

/// A handle to a process is about to be created or duplicated; the access to leave it, where some is to be taken away.
pub fn requested(request: &HandleRequest<'_>) -> Option<u32> {
    if !wants(Kind::ProcessAccess, Phase::Only)
        || request.owner.start_key() == request.target.start_key()
    {
        return None;
    }
    let who = process::acting(request.owner);
    if who.is_muted() {
        count(Counter::Muted);
        return None;
    }
    let target = process::acting(request.target);
    let deny = run(Phase::Only, who.subject(), |run, _| {
        run.judge(&ProcessAccess {
            time: run.time,
            source: who.actor(),
            source_thread_id: thread::current_id(),
            target_process_id: target.id(),
            target_image: target.image(),
            target_parent_process_id: target.parent_id(),
            access: request.access,
        })
    });
    deny.then_some(request.access & !STRIPPED)
}
