//! Handles to processes.

use cofferdam_engine::event::ProcessAccess;
use cofferdam_engine::judge::Phase;
use cofferdam_engine::operation::handle;
use cofferdam_interpreter::schema::Kind;

use crate::ffi::object::HandleRequest;
use crate::ffi::thread;
use crate::process;
use crate::sensor::{run, wants};

/// A handle to a process is about to be created or duplicated; the access to leave it, where some is to be taken away.
pub fn requested(request: &HandleRequest<'_>) -> Option<u32> {
    let (owner, target) = (request.owner.start_key(), request.target.start_key());
    if !wants(Kind::ProcessAccess, Phase::Only)
        || !handle::is_watched(request.is_kernels, owner, target)
    {
        return None;
    }
    let who = process::acting(request.owner);
    if who.is_muted() {
        return None;
    }
    let target = process::acting(request.target);
    let deny = run(Phase::Only, &who, &mut |event| {
        event.set(&ProcessAccess {
            time: event.time,
            source: who.actor(),
            source_thread_id: thread::current_id(),
            target_process_id: target.id(),
            target_image: target.image(),
            target_parent_process_id: target.parent_id(),
            access: request.access,
        });
    });
    deny.then(|| handle::denied(request.access))
}
