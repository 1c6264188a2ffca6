//! What callbacks observe, as events: one struct for each kind, and its values in the schema's order.
//!
//! A struct holds what the kernel can know; what only user mode can is not in it and becomes
//! [`Value::Unsupplied`], as does whatever the caller leaves so. The schema's constants are no values.
//!
//! [`Value::Absent`] says that the thing is known not to be there (a process without a command line);
//! [`Value::Unsupplied`] that it could not be had (a name query that failed). The difference decides whether a rule
//! answers *no match* or *maybe*.

mod assembled;
mod file;
mod handle;
mod image;
mod integrity;
mod process;
mod registry;

pub use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::Kind;

pub use assembled::Assembled;
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

/// The most values that an event of a kind has which a kernel observes.
pub const MOST_VALUES: usize = cofferdam_interpreter::schema::field::process_creation::COUNT;

/// Something that a callback observed. Its texts live for `'e`.
pub trait Observed<'e> {
    /// The kind of event.
    const KIND: Kind;

    /// Which of the values are images of processes: first, for telemetry, that of the one that acts; none where none does.
    const IMAGES: &'static [usize] = &[];

    /// For telemetry, which is what it acts upon: the path, key, command line or target that matters most.
    const OBJECT: usize;

    /// Writes the event's values over the first of these, all of which are unsupplied: how many there are.
    fn put(&self, values: &mut [Value<'e>; MOST_VALUES]) -> usize;

    /// Assembles the event on the stack of this call, and hands it to `run`.
    fn with<R>(&self, run: impl FnOnce(&Event<'_>) -> R) -> R {
        let mut values = [Value::Unsupplied; MOST_VALUES];
        let count = self.put(&mut values);
        run(&Event {
            kind: Self::KIND,
            fields: values.get(..count).unwrap_or(&[]),
        })
    }
}

/// Implements [`Observed`]: the kind, images, object, and a value for each field that the kernel supplies.
macro_rules! observed {
    (
        $ty:ident, $kind:ident, $fields:ident, $(images [$($image:ident),+],)? object $object:ident,
        |$event:ident| { $($field:ident: $value:expr,)+ }
    ) => {
        impl<'e> $crate::event::Observed<'e> for $ty<'e> {
            const KIND: cofferdam_interpreter::schema::Kind =
                cofferdam_interpreter::schema::Kind::$kind;

            $(const IMAGES: &'static [usize] =
                &[$(cofferdam_interpreter::schema::field::$fields::$image),+];)?

            const OBJECT: usize = cofferdam_interpreter::schema::field::$fields::$object;

            #[inline]
            fn put(
                &self,
                values: &mut [$crate::event::Value<'e>; $crate::event::MOST_VALUES],
            ) -> usize {
                use cofferdam_interpreter::schema::field::$fields as field;
                const { assert!(field::COUNT <= $crate::event::MOST_VALUES) };
                let $event = self;
                $(values[field::$field] = $value;)+
                field::COUNT
            }
        }
    };
}
use observed;

/// As [`observed`], for what a process does: its `time` and `actor` supply the fields that all such kinds have.
macro_rules! acted {
    (
        $ty:ident, $kind:ident, $fields:ident, object $object:ident, |$event:ident| {
            $($field:ident: $value:expr,)+
        }
    ) => {
        $crate::event::observed! {
            $ty, $kind, $fields, images [IMAGE, PARENT_IMAGE], object $object, |$event| {
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
