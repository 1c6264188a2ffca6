//! Files, streams, pipes and volumes.

use super::{Actor, Value, acted};
use crate::text::wide;

/// A file was created, overwritten or superseded.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileEvent<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// Path of the file.
    pub target: Value<'a>,
    /// The file's creation time, a number in 100 ns since 1601.
    pub creation_time: Value<'a>,
}

acted! {
    FileEvent, FileEvent, file_event, object TARGET_FILENAME, |event| {
        TARGET_FILENAME: event.target,
        CREATION_UTC_TIME: event.creation_time,
    }
}

/// A named stream was created.
#[derive(Clone, Copy, Debug, Default)]
pub struct StreamCreated<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// Path of the file, with the stream's name.
    pub target: Value<'a>,
    /// The file's creation time, a number in 100 ns since 1601.
    pub creation_time: Value<'a>,
}

acted! {
    StreamCreated, CreateStreamHash, create_stream_hash, object TARGET_FILENAME, |event| {
        TARGET_FILENAME: event.target,
        CREATION_UTC_TIME: event.creation_time,
    }
}

/// A file was deleted.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileDelete<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who opened the handle whose cleanup deleted it.
    pub actor: Actor<'a>,
    /// Path of the file.
    pub target: Value<'a>,
}

/// The event id under which Sysmon reports a deletion of which it keeps no copy.
const DELETE_DETECTED: u64 = 26;

acted! {
    FileDelete, FileDelete, file_delete, object TARGET_FILENAME, |event| {
        EVENT_ID: Value::Number(DELETE_DETECTED),
        TARGET_FILENAME: event.target,
    }
}

/// An executable file was written: cleanup found one where it could have been written to.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExecutableDetected<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who wrote it.
    pub actor: Actor<'a>,
    /// Path of the file.
    pub target: Value<'a>,
}

acted! {
    ExecutableDetected, FileExecutableDetected, file_executable_detected, object TARGET_FILENAME, |event| {
        TARGET_FILENAME: event.target,
    }
}

/// A file was renamed.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileRename<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// Path before.
    pub source: Value<'a>,
    /// Path after.
    pub target: Value<'a>,
}

acted! {
    FileRename, FileRename, file_rename, object TARGET_FILENAME, |event| {
        SOURCE_FILENAME: event.source,
        TARGET_FILENAME: event.target,
    }
}

/// A file's creation time was changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileChange<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// Path of the file.
    pub target: Value<'a>,
    /// The new creation time, a number in 100 ns since 1601.
    pub creation_time: Value<'a>,
    /// The creation time before.
    pub previous_creation_time: Value<'a>,
}

acted! {
    FileChange, FileChange, file_change, object TARGET_FILENAME, |event| {
        TARGET_FILENAME: event.target,
        CREATION_UTC_TIME: event.creation_time,
        PREVIOUS_CREATION_UTC_TIME: event.previous_creation_time,
    }
}

/// A file was opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileAccess<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// The thread that opened it.
    pub thread_id: u64,
    /// Path of the file.
    pub target: Value<'a>,
    /// The request's create options, without the disposition.
    pub create_options: u64,
    /// The request's file attributes.
    pub create_attributes: u64,
    /// The request's share access.
    pub share_access: u64,
}

acted! {
    FileAccess, FileAccess, file_access, object FILE_NAME, |event| {
        FILE_NAME: event.target,
        ISSUING_THREAD_ID: Value::Number(event.thread_id),
        CREATE_OPTIONS: Value::Number(event.create_options),
        CREATE_ATTRIBUTES: Value::Number(event.create_attributes),
        SHARE_ACCESS: Value::Number(event.share_access),
    }
}

/// What was done with a pipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PipeAction {
    /// Its first or another server end was made.
    #[default]
    Create,
    /// A client end was opened.
    Connect,
}

const CREATE_PIPE: [u16; 10] = wide(b"CreatePipe");
const CONNECT_PIPE: [u16; 11] = wide(b"ConnectPipe");

impl PipeAction {
    /// Sysmon's event id.
    fn event_id(self) -> u64 {
        match self {
            Self::Create => 17,
            Self::Connect => 18,
        }
    }

    fn event_type(self) -> &'static [u16] {
        match self {
            Self::Create => &CREATE_PIPE,
            Self::Connect => &CONNECT_PIPE,
        }
    }
}

/// A pipe was created or connected to.
#[derive(Clone, Copy, Debug, Default)]
pub struct PipeCreated<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// Which of the two.
    pub action: PipeAction,
    /// The pipe's name, as [`pipe`](crate::names::pipe) makes it.
    pub name: Value<'a>,
}

acted! {
    PipeCreated, PipeCreated, pipe_created, object PIPE_NAME, |event| {
        EVENT_ID: Value::Number(event.action.event_id()),
        EVENT_TYPE: Value::Text(event.action.event_type()),
        PIPE_NAME: event.name,
    }
}

/// A volume was opened past its file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawAccessThread<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// The volume's device, `\Device\HarddiskVolume3`: Sysmon does not say its letter.
    pub device: Value<'a>,
}

acted! {
    RawAccessThread, RawAccessThread, raw_access_thread, object DEVICE, |event| {
        DEVICE: event.device,
    }
}
