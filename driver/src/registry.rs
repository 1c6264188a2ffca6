//! Registry keys and values.

use cofferdam_engine::event::{
    DeletedKind, RegistryAdd, RegistryDelete, RegistryRename, RegistrySet,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::operation::registry::Change;

use crate::ffi::process::ProcessView;
use crate::process::{self, Who};
use crate::sensor::{Draft, run, text};

pub use crate::sensor::wants as watches;

/// What a change is about. Names are the configuration manager's.
#[derive(Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The key; empty where `name` is a whole name.
    pub key: &'a [u16],
    /// The name of a value; of a key to create or rename before that is done; the whole name of one that was renamed.
    pub name: Option<&'a [u16]>,
    /// REG_SZ and so on.
    pub data_type: u32,
    /// What is written to a value.
    pub data: &'a [u8],
}

impl Subject<'_> {
    /// Below a key.
    #[inline(always)]
    fn below<'e>(&self, key: &[u16], event: &mut Draft<'e, '_, '_>) -> Option<&'e [u16]> {
        match self.name {
            None | Some([]) => event.key(key),
            Some(name @ [0x5c, ..]) => event.key(name),
            Some(name) => event.value(key, name),
        }
    }
}

/// Judges a change; whether to deny it, which is possible before it only.
#[inline(always)]
pub fn changed<'s>(change: Change, phase: Phase, subject: &dyn Fn() -> Subject<'s>) -> bool {
    if !watches(change.kind(), phase) {
        return false;
    }
    let who = process::acting(ProcessView::current());
    !who.is_muted()
        && run(phase, &who, &mut |event| {
            let target = target(event, change, subject);
            let new = match change {
                Change::SetValue => details(event, subject),
                Change::Rename => new_name(event, subject),
                _ => None,
            };
            assemble(event, change, &who, target, new);
        })
}

/// The name of what is changed.
#[inline(never)]
fn target<'e, 's>(
    event: &mut Draft<'e, '_, '_>,
    change: Change,
    subject: &dyn Fn() -> Subject<'s>,
) -> Option<&'e [u16]> {
    let subject = subject();
    let (key, name) = (subject.key, subject.name.unwrap_or(&[]));
    match change {
        Change::Create | Change::Replace => subject.below(key, event),
        Change::SetValue | Change::DeleteValue => event.value(key, name),
        Change::DeleteKey | Change::Rename => event.key(key),
    }
}

/// What is written to it.
#[inline(never)]
fn details<'e, 's>(
    event: &mut Draft<'e, '_, '_>,
    subject: &dyn Fn() -> Subject<'s>,
) -> Option<&'e [u16]> {
    let subject = subject();
    event.details(subject.data_type, subject.data)
}

/// What it is called now, or will be: until it is renamed only the last component is known.
#[inline(never)]
fn new_name<'e, 's>(
    event: &mut Draft<'e, '_, '_>,
    subject: &dyn Fn() -> Subject<'s>,
) -> Option<&'e [u16]> {
    let subject = subject();
    let last = subject.key.iter().rposition(|unit| *unit == 0x5c);
    let parent = last.and_then(|last| subject.key.get(..last)).unwrap_or(&[]);
    subject.below(parent, event)
}

#[inline(never)]
fn assemble<'e, 'w: 'e>(
    event: &mut Draft<'e, '_, 'w>,
    change: Change,
    who: &'w Who,
    target: Option<&'e [u16]>,
    new: Option<&'e [u16]>,
) {
    let (time, actor) = (event.time, who.actor());
    let (target, new) = (text(target), text(new));
    match change {
        Change::Create | Change::Replace => event.set(&RegistryAdd {
            time,
            actor,
            target,
        }),
        Change::SetValue => event.set(&RegistrySet {
            time,
            actor,
            target,
            details: new,
        }),
        Change::DeleteKey | Change::DeleteValue => event.set(&RegistryDelete {
            time,
            actor,
            what: if change == Change::DeleteKey {
                DeletedKind::Key
            } else {
                DeletedKind::Value
            },
            target,
        }),
        Change::Rename => event.set(&RegistryRename {
            time,
            actor,
            target,
            new_name: new,
        }),
    }
}
