//! What callbacks observe, as events: one struct for each kind, and its values in the schema's order.
//!
//! A struct holds what the kernel can know; what only user mode can is not in it and becomes
//! [`Value::Unsupplied`], as does whatever the caller leaves so. The schema's constants are no values.
//!
//! [`Value::Absent`] says that the thing is known not to be there (a process without a command line);
//! [`Value::Unsupplied`] that it could not be had (a name query that failed). The difference decides whether a rule
//! answers *no match* or *maybe*.

mod file;
mod handle;
mod image;
mod integrity;
mod process;
mod registry;

pub use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::Kind;

pub use file::{
    ExecutableDetected, FileAccess, FileChange, FileDelete, FileEvent, FileRename, PipeAction,
    PipeCreated, RawAccessThread, StreamCreated,
};
pub use handle::{ProcessAccess, RemoteThread};
pub use image::{DriverLoad, ImageLoad};
pub use integrity::integrity_level;
pub use process::{ProcessCreation, ProcessTermination};
pub use registry::{DeletedKind, RegistryAdd, RegistryDelete, RegistryRename, RegistrySet};

/// The process that does what an event reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actor<'a> {
    /// Its id.
    pub process_id: u64,
    /// Path of its image.
    pub image: Value<'a>,
    /// Its command line; [absent](Value::Absent) for processes older than the sensor.
    pub command_line: Value<'a>,
    /// Path of its parent's image.
    pub parent_image: Value<'a>,
    /// Its parent's command line.
    pub parent_command_line: Value<'a>,
    /// Its integrity level: see [`integrity_level`].
    pub integrity: Value<'a>,
}

/// Something that a callback observed.
pub trait Observed {
    /// The kind of event.
    const KIND: Kind;

    /// The image of the process that acts, for telemetry; absent where none does.
    fn image(&self) -> Value<'_> {
        Value::Absent
    }

    /// What it acts upon, for telemetry: the path, key, command line or target that matters most.
    fn object(&self) -> Value<'_>;

    /// Assembles the event and hands it to `run`. Its values live on the stack of this call.
    fn with<R>(&self, run: impl FnOnce(&Event<'_>) -> R) -> R;
}

/// Implements [`Observed`]: the kind, image, object, and a value for each field that the kernel supplies.
macro_rules! observed {
    (
        $ty:ident, $kind:ident, $fields:ident, $(image $image:expr,)? object $object:expr,
        |$event:ident| { $($field:ident: $value:expr,)+ }
    ) => {
        impl $crate::event::Observed for $ty<'_> {
            const KIND: cofferdam_interpreter::schema::Kind =
                cofferdam_interpreter::schema::Kind::$kind;

            $(fn image(&self) -> $crate::event::Value<'_> {
                let $event = self;
                $image
            })?

            fn object(&self) -> $crate::event::Value<'_> {
                let $event = self;
                $object
            }

            #[inline]
            fn with<R>(&self, run: impl FnOnce(&$crate::event::Event<'_>) -> R) -> R {
                use cofferdam_interpreter::schema::field::$fields as field;
                let mut values = [$crate::event::Value::Unsupplied; field::COUNT];
                let $event = self;
                $(values[field::$field] = $value;)+
                run(&$crate::event::Event { kind: Self::KIND, fields: &values })
            }
        }
    };
}
use observed;

/// As [`observed`], for what a process does: its `time` and `actor` supply the fields that all such kinds have.
macro_rules! acted {
    (
        $ty:ident, $kind:ident, $fields:ident, object $object:expr, |$event:ident| {
            $($field:ident: $value:expr,)+
        }
    ) => {
        $crate::event::observed! {
            $ty, $kind, $fields, image $event.actor.image, object $object, |$event| {
                UTC_TIME: $crate::event::Value::Number($event.time),
                PROCESS_ID: $crate::event::Value::Number($event.actor.process_id),
                IMAGE: $event.actor.image,
                $($field: $value,)+
                COMMAND_LINE: $event.actor.command_line,
                PARENT_IMAGE: $event.actor.parent_image,
                PARENT_COMMAND_LINE: $event.actor.parent_command_line,
                INTEGRITY_LEVEL: $event.actor.integrity,
            }
        }
    };
}
use acted;

#[cfg(test)]
mod tests;
