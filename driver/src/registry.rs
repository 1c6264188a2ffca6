//! Registry keys and values.

use cofferdam_engine::event::{
    DeletedKind, RegistryAdd, RegistryDelete, RegistryRename, RegistrySet,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::stats::Counter;
use cofferdam_interpreter::schema::Kind;

use crate::ffi::process::ProcessView;
use crate::process;
use crate::sensor::{count, run, text, wants};

/// What happens to a key or value. Names are the configuration manager's.
pub enum Change<'a> {
    /// A key is created, below `root` where that is not empty.
    Create {
        /// The key that the name is relative to.
        root: &'a [u16],
        /// The key's name.
        name: &'a [u16],
    },
    /// A value is set.
    Set {
        /// The key.
        key: &'a [u16],
        /// The value's name.
        value: &'a [u16],
        /// REG_SZ and so on.
        data_type: u32,
        /// What is written.
        data: &'a [u8],
    },
    /// A key is deleted.
    DeleteKey {
        /// The key.
        key: &'a [u16],
    },
    /// A value is deleted.
    DeleteValue {
        /// The key.
        key: &'a [u16],
        /// The value's name.
        value: &'a [u16],
    },
    /// A key is renamed.
    Rename {
        /// The key before.
        key: &'a [u16],
        /// Before the operation the last component of its new name, afterwards the whole.
        new: &'a [u16],
    },
}

/// When a change is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before it is made.
    Before,
    /// When it has been made.
    After,
    /// Either is of interest.
    Either,
}

impl Change<'_> {
    pub const CREATE: Kind = Kind::RegistryAdd;
    pub const SET: Kind = Kind::RegistrySet;
    pub const DELETE: Kind = Kind::RegistryDelete;
    pub const RENAME: Kind = Kind::RegistryRename;

    fn kind(&self) -> Kind {
        match self {
            Self::Create { .. } => Self::CREATE,
            Self::Set { .. } => Self::SET,
            Self::DeleteKey { .. } | Self::DeleteValue { .. } => Self::DELETE,
            Self::Rename { .. } => Self::RENAME,
        }
    }
}

/// Whether anything could come of looking.
pub fn watches(kind: Kind, stage: Stage) -> bool {
    match stage {
        Stage::Before => wants(kind, Phase::Before),
        Stage::After | Stage::Either => wants(kind, Phase::After),
    }
}

/// Judges a change; whether to deny it, which is possible before it only.
pub fn changed(change: &Change<'_>, stage: Stage) -> bool {
    let phase = if stage == Stage::Before {
        Phase::Before
    } else {
        Phase::After
    };
    if !wants(change.kind(), phase) {
        return false;
    }
    let who = process::acting(ProcessView::current());
    if who.is_muted() {
        count(Counter::Muted);
        return false;
    }
    run(phase, who.subject(), |run, texts| {
        let time = run.time;
        let actor = who.actor();
        match *change {
            Change::Create { root, name } => run.judge(&RegistryAdd {
                time,
                actor,
                target: text(texts.key(root, name)),
            }),
            Change::Set {
                key,
                value,
                data_type,
                data,
            } => {
                let target = text(texts.value(key, value));
                run.judge(&RegistrySet {
                    time,
                    actor,
                    target,
                    details: {
                        let _ = (data_type, data, texts.rest());
                        cofferdam_engine::event::Value::Unsupplied
                    },
                })
            }
            Change::DeleteKey { key } => run.judge(&RegistryDelete {
                time,
                actor,
                what: DeletedKind::Key,
                target: text(texts.key(&[], key)),
            }),
            Change::DeleteValue { key, value } => run.judge(&RegistryDelete {
                time,
                actor,
                what: DeletedKind::Value,
                target: text(texts.value(key, value)),
            }),
            Change::Rename { key, new } => {
                let target = text(texts.key(&[], key));
                // Until it is renamed only the last component is known.
                let new = match new {
                    [0x5c, ..] => texts.key(&[], new),
                    _ => texts.key(parent(key), new),
                };
                run.judge(&RegistryRename {
                    time,
                    actor,
                    target,
                    new_name: text(new),
                })
            }
        }
    })
}

/// A key's name without its last component.
fn parent(key: &[u16]) -> &[u16] {
    let last = key.iter().rposition(|unit| *unit == 0x5c);
    last.and_then(|last| key.get(..last)).unwrap_or(&[])
}
