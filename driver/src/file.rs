//! Files, streams, pipes and volumes: what is watched before and after an operation, and what becomes an event.
//!
//! An event is reported after the operation, when its outcome is known. It is judged before as well where the operation
//! could make or destroy something and content of the active mode may deny it: then a denial leaves nothing behind. A
//! file that was merely opened is closed again instead.

use cofferdam_engine::event::{
    FileAccess, FileChange, FileDelete, FileEvent, FileRename, PipeAction, PipeCreated,
    RawAccessThread, StreamCreated, Value,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::operation::file::{Create, Deletion, Setting, new_creation_time};
use cofferdam_engine::stats::Counter;
use cofferdam_interpreter::schema::Kind;
use wdk_sys::{NTSTATUS, STATUS_ACCESS_DENIED};

use crate::ffi::filter::{Name, Operation};
use crate::ffi::pool::PoolBox;
use crate::ffi::sync::SpinLock;
use crate::ffi::thread;
use crate::process::{self, Who};
use crate::sensor::{Run, Texts, count, run, text, wants};

/// DELETE (winnt.h): a handle without this access cannot delete.
const DELETE: u32 = 0x1_0000;

/// What a pre-operation callback answers.
pub enum Before {
    /// Nothing about this operation matters any more.
    Ignore,
    /// The outcome matters.
    Watch,
    /// The outcome matters, and so does what was learnt before.
    Remember(PoolBox<Pending>),
    /// The operation ends with this status.
    Deny(NTSTATUS),
}

/// What was learnt before an operation.
pub enum Pending {
    /// The name of a file that is being renamed.
    Rename(Name),
    /// The creation times, new and old, of a file whose times are being set.
    Times(u64, Option<u64>),
    /// Whether the file is to be deleted: what is set, and the first byte of it.
    Disposition(Setting, u8),
    /// The name of a file that the handle which is being closed may delete.
    Delete(Name),
}

/// What is remembered with a handle that may delete.
pub struct Opened {
    who: Who,
    deletion: SpinLock<Deletion>,
}

fn remember(pending: Pending) -> Before {
    PoolBox::new(pending).map_or(Before::Ignore, Before::Remember)
}

/// A name, or a count of one that could not be had.
fn named(name: Result<Name, NTSTATUS>) -> Option<Name> {
    if name.is_err() {
        count(Counter::NameFailures);
    }
    name.ok()
}

/// Opens a run for what the requestor of an operation does, unless that is muted.
fn judge(
    who: &Who,
    phase: Phase,
    action: impl FnOnce(&mut Run<'_>, &mut Texts<'_>) -> bool,
) -> bool {
    !who.is_muted() && run(phase, who.subject(), action)
}

/// A file, pipe or volume is about to be opened or made.
pub fn before_create(operation: &Operation<'_>) -> Before {
    let create = operation.create();
    let watched = [
        Kind::FileEvent,
        Kind::CreateStreamHash,
        Kind::FileAccess,
        Kind::FileDelete,
        Kind::PipeCreated,
        Kind::RawAccessThread,
    ];
    if create.is_skipped() || !watched.iter().any(|kind| wants(*kind, Phase::After)) {
        return Before::Ignore;
    }
    if operation.is_pipe() || !create.must_be_judged_before() {
        return Before::Watch;
    }
    let denying = [Kind::FileEvent, Kind::CreateStreamHash, Kind::FileDelete];
    if denying.iter().any(|kind| wants(*kind, Phase::Before))
        && let Some(name) = named(operation.name())
        && judge_before(operation, &create, &name)
    {
        return Before::Deny(STATUS_ACCESS_DENIED);
    }
    Before::Watch
}

/// Whether to deny what a create could make or destroy.
fn judge_before(operation: &Operation<'_>, create: &Create, name: &Name) -> bool {
    let who = process::acting(operation.requestor());
    judge(&who, Phase::Before, |run, texts| {
        let Some(file) = texts.file(name.text()) else {
            return false;
        };
        let (time, actor, target) = (run.time, who.actor(), Value::Text(file.text));
        let creation_time = Value::Unsupplied;
        let makes = create.could_make()
            && if file.stream {
                run.judge(&StreamCreated {
                    time,
                    actor,
                    target,
                    creation_time,
                })
            } else {
                run.judge(&FileEvent {
                    time,
                    actor,
                    target,
                    creation_time,
                })
            };
        let deletes = create.deletes_on_close()
            && run.judge(&FileDelete {
                time,
                actor,
                target,
            });
        makes || deletes
    })
}

/// It was opened or made, or not.
pub fn after_create(operation: &Operation<'_>, _: Option<PoolBox<Pending>>) {
    if operation.is_pipe() {
        return pipe(operation, PipeAction::Connect);
    }
    let create = operation.create();
    // Whether it is a stream's is not known before its name is, and decides only between kinds.
    let Some(created) = create.done(operation.status(), operation.outcome(), false, false) else {
        return;
    };
    if created.kind == Kind::RawAccessThread {
        return raw_access(operation);
    }
    let who = process::acting(operation.requestor());
    if (create.access & DELETE != 0 || create.deletes_on_close())
        && wants(Kind::FileDelete, Phase::After)
    {
        let opened = Opened {
            who: who.clone(),
            deletion: SpinLock::new(Deletion::new(&create)),
        };
        if !operation.remember(opened) {
            // Allocated by Filter Manager.
            count(Counter::AllocationFailures);
        }
    }
    let made = created.kind == Kind::FileEvent;
    if !(wants(created.kind, Phase::After) || made && wants(Kind::CreateStreamHash, Phase::After)) {
        return;
    }
    let Some(name) = named(operation.name()) else {
        return;
    };
    let is_directory = operation.is_directory();
    let creation_time = if made {
        operation.creation_time()
    } else {
        None
    };
    let phase = if created.can_cancel {
        Phase::Only
    } else {
        Phase::After
    };
    let deny = judge(&who, phase, |run, texts| {
        let Some(file) = texts.file(name.text()) else {
            return false;
        };
        let (time, actor, target) = (run.time, who.actor(), Value::Text(file.text));
        let creation_time = creation_time.map_or(Value::Unsupplied, Value::Number);
        let (status, outcome) = (operation.status(), operation.outcome());
        match create.done(status, outcome, is_directory, file.stream) {
            Some(created) if created.kind == Kind::FileEvent => run.judge(&FileEvent {
                time,
                actor,
                target,
                creation_time,
            }),
            Some(created) if created.kind == Kind::CreateStreamHash => run.judge(&StreamCreated {
                time,
                actor,
                target,
                creation_time,
            }),
            Some(_) => run.judge(&FileAccess {
                time,
                actor,
                thread_id: thread::current_id(),
                target,
                create_options: create.options.into(),
                create_attributes: operation.attributes().into(),
                share_access: operation.share().into(),
            }),
            None => false,
        }
    });
    if deny {
        operation.cancel_open(STATUS_ACCESS_DENIED);
    }
}

/// A volume was opened past its file system, to read or write it.
fn raw_access(operation: &Operation<'_>) {
    if wants(Kind::RawAccessThread, Phase::After)
        && let Some(name) = named(operation.opened_name())
    {
        let who = process::acting(operation.requestor());
        judge(&who, Phase::After, |run, _| {
            run.judge(&RawAccessThread {
                time: run.time,
                actor: who.actor(),
                device: Value::Text(name.text()),
            })
        });
    }
}

/// A server end of a pipe is about to be made.
pub fn before_create_pipe(_: &Operation<'_>) -> Before {
    if wants(Kind::PipeCreated, Phase::After) {
        Before::Watch
    } else {
        Before::Ignore
    }
}

/// It was made, or not.
pub fn after_create_pipe(operation: &Operation<'_>, _: Option<PoolBox<Pending>>) {
    pipe(operation, PipeAction::Create);
}

fn pipe(operation: &Operation<'_>, action: PipeAction) {
    if operation.status() >= 0
        && wants(Kind::PipeCreated, Phase::After)
        && let Some(name) = named(operation.opened_name())
    {
        let who = process::acting(operation.requestor());
        judge(&who, Phase::After, |run, texts| {
            run.judge(&PipeCreated {
                time: run.time,
                actor: who.actor(),
                action,
                name: text(texts.pipe(name.text())),
            })
        });
    }
}

/// Something about a file is about to be set.
pub fn before_set(operation: &Operation<'_>) -> Before {
    let watched = |kind| wants(kind, Phase::After);
    match Setting::of(operation.information_class()) {
        Some(Setting::Rename) if watched(Kind::FileRename) => {
            named(operation.name()).map_or(Before::Ignore, |name| remember(Pending::Rename(name)))
        }
        Some(Setting::Times) if watched(Kind::FileChange) => {
            match operation.information().and_then(new_creation_time) {
                Some(new) => remember(Pending::Times(new, operation.creation_time())),
                None => Before::Ignore,
            }
        }
        Some(setting @ (Setting::Disposition | Setting::DispositionFlags))
            if watched(Kind::FileDelete) =>
        {
            let Some([first]) = operation.information() else {
                return Before::Ignore;
            };
            let deletes = Deletion::default().after(setting, first).may_delete();
            if deletes
                && wants(Kind::FileDelete, Phase::Before)
                && let Some(name) = named(operation.name())
                && deleted(
                    &name,
                    &process::acting(operation.requestor()),
                    Phase::Before,
                )
            {
                return Before::Deny(STATUS_ACCESS_DENIED);
            }
            remember(Pending::Disposition(setting, first))
        }
        _ => Before::Ignore,
    }
}

/// It was set, or not.
pub fn after_set(operation: &Operation<'_>, pending: Option<PoolBox<Pending>>) {
    let Some(pending) = pending.filter(|_| operation.status() >= 0) else {
        return;
    };
    if let Pending::Disposition(setting, first) = *pending {
        operation.remembered(|opened| {
            opened
                .deletion
                .with(|deletion| *deletion = deletion.after(setting, first));
        });
        return;
    }
    let Some(name) = named(operation.name()) else {
        return;
    };
    let who = process::acting(operation.requestor());
    judge(&who, Phase::After, |run, texts| {
        let (time, actor) = (run.time, who.actor());
        let target = text(texts.file(name.text()).map(|name| name.text));
        match &*pending {
            Pending::Rename(source) => run.judge(&FileRename {
                time,
                actor,
                source: text(texts.file(source.text()).map(|name| name.text)),
                target,
            }),
            Pending::Times(new, old) if *old != Some(*new) => run.judge(&FileChange {
                time,
                actor,
                target,
                creation_time: Value::Number(*new),
                previous_creation_time: old.map_or(Value::Unsupplied, Value::Number),
            }),
            _ => false,
        }
    });
}

/// Whether to deny.
fn deleted(name: &Name, who: &Who, phase: Phase) -> bool {
    judge(who, phase, |run, texts| {
        run.judge(&FileDelete {
            time: run.time,
            actor: who.actor(),
            target: text(texts.file(name.text()).map(|name| name.text)),
        })
    })
}

/// The last handle of a file object is being closed.
pub fn before_cleanup(operation: &Operation<'_>) -> Before {
    if !wants(Kind::FileDelete, Phase::After) {
        return Before::Ignore;
    }
    let may_delete = |opened: &Opened| opened.deletion.with(|deletion| deletion.may_delete());
    if operation.remembered(may_delete) != Some(true) || operation.is_directory() {
        return Before::Ignore;
    }
    // A name cannot be asked for when the file is gone.
    named(operation.name()).map_or(Before::Ignore, |name| remember(Pending::Delete(name)))
}

/// It was closed: is the file gone?
pub fn after_cleanup(operation: &Operation<'_>, pending: Option<PoolBox<Pending>>) {
    if let Some(pending) = pending
        && let Pending::Delete(name) = &*pending
        && operation.is_deleted()
    {
        operation.remembered(|opened| deleted(name, &opened.who, Phase::After));
    }
}
