//! Registry keys and values.

use cofferdam_engine::event::{
    DeletedKind, RegistryAdd, RegistryDelete, RegistryRename, RegistrySet,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::operation::registry::Change;

use crate::ffi::process::ProcessView;
use crate::process;
use crate::sensor::{Texts, run, text};

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
    fn below<'r>(&self, key: &[u16], texts: &mut Texts<'r>) -> Option<&'r [u16]> {
        match self.name {
            None | Some([]) => texts.key(key),
            Some(name @ [0x5c, ..]) => texts.key(name),
            Some(name) => texts.value(key, name),
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
    run(phase, who.subject(), |run, texts| {
        let time = run.time;
        let actor = who.actor();
        match change {
            Change::Create | Change::Replace => run.judge(&RegistryAdd {
                time,
                actor,
                target: text(subject.below(key, texts)),
            }),
            Change::SetValue => run.judge(&RegistrySet {
                time,
                actor,
                target: text(texts.value(key, subject.name.unwrap_or(&[]))),
                details: text(texts.details(subject.data_type, subject.data)),
            }),
            Change::DeleteKey => run.judge(&RegistryDelete {
                time,
                actor,
                what: DeletedKind::Key,
                target: text(texts.key(key)),
            }),
            Change::DeleteValue => run.judge(&RegistryDelete {
                time,
                actor,
                what: DeletedKind::Value,
                target: text(texts.value(key, subject.name.unwrap_or(&[]))),
            }),
            Change::Rename => {
                // Until it is renamed only the last component is known.
                let last = key.iter().rposition(|unit| *unit == 0x5c);
                let parent = last.and_then(|last| key.get(..last)).unwrap_or(&[]);
                run.judge(&RegistryRename {
                    time,
                    actor,
                    target: text(texts.key(key)),
                    new_name: text(subject.below(parent, texts)),
                })
            }
        }
    })
}
