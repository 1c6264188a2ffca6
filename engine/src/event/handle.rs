//! Threads made in, and handles opened to, other processes.

use super::{Actor, Value, observed};

/// A thread was made by another process than its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct RemoteThread<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// The process that made it.
    pub source: Actor<'a>,
    /// The process that it runs in.
    pub target_process_id: u64,
    /// Path of that process's image.
    pub target_image: Value<'a>,
    /// The id of that process's parent, a number.
    pub target_parent_process_id: Value<'a>,
    /// The thread.
    pub thread_id: u64,
}

observed! {
    RemoteThread, CreateRemoteThread, create_remote_thread,
    images [SOURCE_IMAGE, SOURCE_PARENT_IMAGE, TARGET_IMAGE], object TARGET_IMAGE, |event| {
        UTC_TIME: Value::Number(event.time),
        SOURCE_PROCESS_ID: Value::Number(event.source.process_id),
        SOURCE_IMAGE: event.source.image,
        TARGET_PROCESS_ID: Value::Number(event.target_process_id),
        TARGET_IMAGE: event.target_image,
        NEW_THREAD_ID: Value::Number(event.thread_id),
        SOURCE_COMMAND_LINE: event.source.command_line,
        SOURCE_PARENT_IMAGE: event.source.parent_image,
        TARGET_PARENT_PROCESS_ID: event.target_parent_process_id,
    }
}

/// A process opened, or was given, a handle to another.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessAccess<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// The process that gets the handle.
    pub source: Actor<'a>,
    /// The thread that asks for it.
    pub source_thread_id: u64,
    /// The process that the handle is to.
    pub target_process_id: u64,
    /// Path of that process's image.
    pub target_image: Value<'a>,
    /// The id of that process's parent, a number.
    pub target_parent_process_id: Value<'a>,
    /// The access asked for.
    pub access: u32,
}

observed! {
    ProcessAccess, ProcessAccess, process_access,
    images [SOURCE_IMAGE, SOURCE_PARENT_IMAGE, TARGET_IMAGE], object TARGET_IMAGE, |event| {
        UTC_TIME: Value::Number(event.time),
        SOURCE_PROCESS_ID: Value::Number(event.source.process_id),
        SOURCE_THREAD_ID: Value::Number(event.source_thread_id),
        SOURCE_IMAGE: event.source.image,
        TARGET_PROCESS_ID: Value::Number(event.target_process_id),
        TARGET_IMAGE: event.target_image,
        GRANTED_ACCESS: Value::Number(event.access.into()),
        SOURCE_COMMAND_LINE: event.source.command_line,
        SOURCE_PARENT_IMAGE: event.source.parent_image,
        TARGET_PARENT_PROCESS_ID: event.target_parent_process_id,
    }
}
