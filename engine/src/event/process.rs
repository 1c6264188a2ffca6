//! Processes that begin and end.

use super::{Actor, Value, observed};

/// A process is about to run.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessCreation<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// The new process, with its parent's texts.
    pub process: Actor<'a>,
    /// Its parent's id: the parent it inherits from, which need not be its creator.
    pub parent_process_id: u64,
    /// Path of the image of its parent's parent.
    pub grand_parent_image: Value<'a>,
    /// The logon session, a number.
    pub logon_id: Value<'a>,
    /// The terminal session, a number.
    pub session_id: Value<'a>,
}

observed! {
    ProcessCreation, ProcessCreation, process_creation,
    images [IMAGE, PARENT_IMAGE, GRAND_PARENT_IMAGE], object COMMAND_LINE, |event| {
        UTC_TIME: Value::Number(event.time),
        PROCESS_ID: Value::Number(event.process.process_id),
        IMAGE: event.process.image,
        COMMAND_LINE: event.process.command_line,
        LOGON_ID: event.logon_id,
        TERMINAL_SESSION_ID: event.session_id,
        INTEGRITY_LEVEL: event.process.integrity,
        PARENT_PROCESS_ID: Value::Number(event.parent_process_id),
        PARENT_IMAGE: event.process.parent_image,
        PARENT_COMMAND_LINE: event.process.parent_command_line,
        GRAND_PARENT_IMAGE: event.grand_parent_image,
    }
}

/// A process has ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessTermination<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// The process.
    pub process: Actor<'a>,
}

observed! {
    ProcessTermination, ProcessTermination, process_termination,
    images [IMAGE, PARENT_IMAGE], object COMMAND_LINE, |event| {
        UTC_TIME: Value::Number(event.time),
        PROCESS_ID: Value::Number(event.process.process_id),
        IMAGE: event.process.image,
        COMMAND_LINE: event.process.command_line,
        PARENT_IMAGE: event.process.parent_image,
        PARENT_COMMAND_LINE: event.process.parent_command_line,
        INTEGRITY_LEVEL: event.process.integrity,
    }
}
