//! Registry keys and values.

use super::{Actor, Value, acted};
use crate::text::wide;

/// A key was created.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegistryAdd<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// The key.
    pub target: Value<'a>,
}

acted! {
    RegistryAdd, RegistryAdd, registry_add, object TARGET_OBJECT, |event| {
        TARGET_OBJECT: event.target,
    }
}

/// A value was set.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegistrySet<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// Key and value.
    pub target: Value<'a>,
    /// What was written, as Sysmon writes it.
    pub details: Value<'a>,
}

acted! {
    RegistrySet, RegistrySet, registry_set, object TARGET_OBJECT, |event| {
        TARGET_OBJECT: event.target,
        DETAILS: event.details,
    }
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeletedKind {
    /// A key.
    #[default]
    Key,
    /// A value.
    Value,
}

const DELETE_KEY: [u16; 9] = wide(b"DeleteKey");
const DELETE_VALUE: [u16; 11] = wide(b"DeleteValue");

impl DeletedKind {
    fn event_type(self) -> &'static [u16] {
        match self {
            Self::Key => &DELETE_KEY,
            Self::Value => &DELETE_VALUE,
        }
    }
}

/// A key or value was deleted.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegistryDelete<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// Which of the two.
    pub what: DeletedKind,
    /// The key, or key and value.
    pub target: Value<'a>,
}

acted! {
    RegistryDelete, RegistryDelete, registry_delete, object TARGET_OBJECT, |event| {
        EVENT_TYPE: Value::Text(event.what.event_type()),
        TARGET_OBJECT: event.target,
    }
}

/// A key was renamed.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegistryRename<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Who.
    pub actor: Actor<'a>,
    /// The key before.
    pub target: Value<'a>,
    /// The key after.
    pub new_name: Value<'a>,
}

acted! {
    RegistryRename, RegistryRename, registry_rename, object TARGET_OBJECT, |event| {
        TARGET_OBJECT: event.target,
        NEW_NAME: event.new_name,
    }
}
