//! Registry keys and values.

use cofferdam_engine::event::{
    DeletedKind, RegistryAdd, RegistryDelete, RegistryRename, RegistrySet,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::operation::registry::Change;

use crate::ffi::process::ProcessView;
use crate::process;
use crate::sensor::{Draft, run, text};

pub use crate::sensor::wants as watches;

/// What a change is about, besides its key. Names are the configuration manager's.
#[derive(Default)]
pub struct Subject<'a> {
    /// The name of a value; of a key to create or rename before that is done; the whole name of one that was renamed.
    pub name: Option<&'a [u16]>,
    /// REG_SZ and so on.
    pub data_type: u32,
    /// What is written to a value.
    pub data: &'a [u8],
}

impl Subject<'_> {
    /// Below its key.
    fn below<'r>(&self, key: &[u16], event: &mut Draft<'r, '_, '_>) -> Option<&'r [u16]> {
        match self.name {
            None | Some([]) => event.key(key),
            Some(name @ [0x5c, ..]) => event.key(name),
            Some(name) => event.value(key, name),
        }
    }
}

/// Judges a change; whether to deny it, which is possible before it only.
pub fn changed(change: Change, phase: Phase, key: &[u16], subject: &Subject<'_>) -> bool {
    if !watches(change.kind(), phase) {
        return false;
    }
    let who = process::acting(ProcessView::current());
    if who.is_muted() {
        return false;
    }
    run(phase, who.subject(), |event| {
        let (time, actor) = (event.time, who.actor());
        let name = subject.name.unwrap_or(&[]);
        let target = text(match change {
            Change::Create | Change::Replace => subject.below(key, event),
            Change::SetValue | Change::DeleteValue => event.value(key, name),
            Change::DeleteKey | Change::Rename => event.key(key),
        });
        let deleted = |what| RegistryDelete {
            time,
            actor,
            what,
            target,
        };
        match change {
            Change::Create | Change::Replace => event.set(&RegistryAdd {
                time,
                actor,
                target,
            }),
            Change::SetValue => {
                let details = text(event.details(subject.data_type, subject.data));
                event.set(&RegistrySet {
                    time,
                    actor,
                    target,
                    details,
                });
            }
            Change::DeleteKey => event.set(&deleted(DeletedKind::Key)),
            Change::DeleteValue => event.set(&deleted(DeletedKind::Value)),
            Change::Rename => {
                // Until it is renamed only the last component is known.
                let last = key.iter().rposition(|unit| *unit == 0x5c);
                let parent = last.and_then(|last| key.get(..last)).unwrap_or(&[]);
                let new_name = text(subject.below(parent, event));
                event.set(&RegistryRename {
                    time,
                    actor,
                    target,
                    new_name,
                });
            }
        }
    })
}
