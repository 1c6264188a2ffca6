//! Notifications of the configuration manager.

use cofferdam_interpreter::schema::Kind;

use crate::judge::Phase;

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A key is created, or opened where it is there already.
    Create,
    /// A value is set.
    SetValue,
    /// A key is deleted.
    DeleteKey,
    /// A value is deleted.
    DeleteValue,
    /// A key is renamed.
    Rename,
    /// A key gets what a file holds: it is loaded, restored or replaced.
    Replace,
}

/// A notification that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What it is about.
    pub change: Change,
    /// Whether it comes before the change or after it.
    pub phase: Phase,
}

/// `REG_CREATED_NEW_KEY` (winnt.h); the other disposition says that the key was there.
const CREATED_NEW_KEY: u32 = 1;

impl Notification {
    /// The notification with this class (wdm.h, `REG_NOTIFY_CLASS`). The forms of create without `Ex` are sent on no
    /// Windows that this engine is made for.
    #[must_use]
    pub const fn of(class: u32) -> Option<Self> {
        use Change::{Create, DeleteKey, DeleteValue, Rename, Replace, SetValue};
        use Phase::{After, Before};
        let (change, phase) = match class {
            0 => (DeleteKey, Before),
            1 => (SetValue, Before),
            2 => (DeleteValue, Before),
            4 => (Rename, Before),
            15 => (DeleteKey, After),
            16 => (SetValue, After),
            17 => (DeleteValue, After),
            19 => (Rename, After),
            26 => (Create, Before),
            27 => (Create, After),
            32 | 41 | 45 => (Replace, Before),
            33 | 42 | 46 => (Replace, After),
            _ => return None,
        };
        Some(Self { change, phase })
    }
}

impl Change {
    /// The kind of event that it becomes. A key that gets what a file holds counts as created.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Create | Self::Replace => Kind::RegistryAdd,
            Self::SetValue => Kind::RegistrySet,
            Self::DeleteKey | Self::DeleteValue => Kind::RegistryDelete,
            Self::Rename => Kind::RegistryRename,
        }
    }

    /// Whether it has happened: the operation succeeded and, for a create, made the key. `disposition` is what the create
    /// says of itself, and is asked for only then.
    #[must_use]
    pub fn has_happened(self, status: i32, disposition: impl FnOnce() -> Option<u32>) -> bool {
        status >= 0 && (self != Self::Create || disposition() == Some(CREATED_NEW_KEY))
    }
}
