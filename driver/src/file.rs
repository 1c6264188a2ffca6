//! Files, streams, pipes and volumes: what is watched before and after an operation, and what becomes an event.
//!
//! An event is reported after the operation, when its outcome is known. It is judged before as well where the operation
//! could make or destroy something and content of the active mode may deny it: then a denial leaves nothing behind.

use core::sync::atomic::{AtomicBool, Ordering};

use cofferdam_engine::event::{
    FileAccess, FileChange, FileDelete, FileEvent, FileRename, PipeAction, PipeCreated,
    RawAccessThread, StreamCreated, Value,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::stats::Counter;
use cofferdam_interpreter::schema::Kind;
use wdk_sys::{_FILE_INFORMATION_CLASS as CLASS, NTSTATUS, STATUS_ACCESS_DENIED, STATUS_REPARSE};

use crate::ffi::filter::{Create, Name, Operation};
use crate::ffi::pool::PoolBox;
use crate::ffi::thread;
use crate::process::{self, Who};
use crate::sensor::{count, run, text, wants};

/// SL_OPEN_PAGING_FILE and SL_OPEN_TARGET_DIRECTORY (ntifs.h).
const PAGING_FILE: u8 = 2;
const TARGET_DIRECTORY: u8 = 4;

/// Create options (ntifs.h).
const DIRECTORY: u32 = 1;
const DELETE_ON_CLOSE: u32 = 0x1000;

/// Access (winnt.h).
const DELETE: u32 = 0x1_0000;
const READ_DATA: u32 = 1;
const WRITE_DATA: u32 = 2;
const GENERIC: u32 = 0xf000_0000;

/// Dispositions and outcomes of a create (ntifs.h).
const OPEN: u8 = 1;
const OPENED: u64 = 1;
const EXISTS: u64 = 4;

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
    /// Whether the file is to be deleted or no longer.
    Disposition(bool),
    /// The name of a file that the last handle to it may delete.
    Delete(Name),
}

/// What is remembered with a handle that may delete.
pub struct Opened {
    who: Who,
    /// Whether the file is to go when the handle does.
    deletes: AtomicBool,
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

fn deletes(create: &Create) -> bool {
    create.options & DELETE_ON_CLOSE != 0
}

/// A file, pipe or volume is about to be opened or made.
pub fn before_create(operation: &Operation<'_>) -> Before {
    if operation.flags() & (PAGING_FILE | TARGET_DIRECTORY) != 0 || operation.is_paging() {
        return Before::Ignore;
    }
    let watched = [
        Kind::FileEvent,
        Kind::CreateStreamHash,
        Kind::FileAccess,
        Kind::FileDelete,
        Kind::PipeCreated,
        Kind::RawAccessThread,
    ];
    if !watched.iter().any(|kind| wants(*kind, Phase::After)) {
        return Before::Ignore;
    }
    if operation.is_pipe() {
        return Before::Watch;
    }
    let create = operation.create();
    let makes = create.disposition != OPEN && create.options & DIRECTORY == 0;
    let denies = (makes
        && (wants(Kind::FileEvent, Phase::Before) || wants(Kind::CreateStreamHash, Phase::Before)))
        || (deletes(&create) && wants(Kind::FileDelete, Phase::Before))
        || wants(Kind::FileAccess, Phase::Before);
    if denies
        && !operation.opens_volume()
        && let Some(name) = named(operation.name())
        && judge_create(operation, &create, &name, Phase::Before, makes)
    {
        return Before::Deny(STATUS_ACCESS_DENIED);
    }
    Before::Watch
}

/// It was opened or made, or not.
pub fn after_create(operation: &Operation<'_>, _: Option<PoolBox<Pending>>) {
    let status = operation.status();
    if status < 0 || status == STATUS_REPARSE {
        return;
    }
    if operation.is_pipe() {
        return pipe(operation, PipeAction::Connect);
    }
    let create = operation.create();
    if operation.opens_volume() {
        return raw_access(operation, &create);
    }
    if create.access & DELETE != 0 && wants(Kind::FileDelete, Phase::After) {
        let opened = Opened {
            who: process::acting(operation.requestor()),
            deletes: AtomicBool::new(deletes(&create)),
        };
        if !operation.remember(opened) {
            count(Counter::AllocationFailures);
        }
    }
    let made = !matches!(operation.outcome(), OPENED | EXISTS..);
    let wanted = wants(Kind::FileAccess, Phase::After)
        || (made
            && (wants(Kind::FileEvent, Phase::After)
                || wants(Kind::CreateStreamHash, Phase::After)));
    if wanted
        && !operation.is_directory()
        && let Some(name) = named(operation.name())
    {
        judge_create(operation, &create, &name, Phase::After, made);
    }
}

/// Judges a create as every kind that it is: whether to deny.
fn judge_create(
    operation: &Operation<'_>,
    create: &Create,
    name: &Name,
    phase: Phase,
    makes: bool,
) -> bool {
    let who = process::acting(operation.requestor());
    if who.is_muted() {
        count(Counter::Muted);
        return false;
    }
    let created = match phase {
        Phase::After if makes => operation.creation_time(),
        _ => None,
    };
    let deletes = phase == Phase::Before && deletes(create);
    run(phase, who.subject(), |run, texts| {
        let Some(file) = texts.file(name.text()) else {
            return false;
        };
        let time = run.time;
        let actor = who.actor();
        let target = Value::Text(file.text);
        let creation_time = created.map_or(Value::Unsupplied, Value::Number);
        let mut deny = false;
        if makes && file.stream && wants(Kind::CreateStreamHash, phase) {
            deny |= run.judge(&StreamCreated {
                time,
                actor,
                target,
                creation_time,
            });
        } else if makes && !file.stream && wants(Kind::FileEvent, phase) {
            deny |= run.judge(&FileEvent {
                time,
                actor,
                target,
                creation_time,
            });
        }
        if deletes && wants(Kind::FileDelete, phase) {
            deny |= run.judge(&FileDelete {
                time,
                actor,
                target,
            });
        }
        if wants(Kind::FileAccess, phase) {
            deny |= run.judge(&FileAccess {
                time,
                actor,
                thread_id: thread::current_id(),
                target,
                create_options: create.options.into(),
                create_attributes: create.attributes.into(),
                share_access: create.share.into(),
            });
        }
        deny
    })
}

/// A volume was opened past its file system, to read or write it.
fn raw_access(operation: &Operation<'_>, create: &Create) {
    if !wants(Kind::RawAccessThread, Phase::After)
        || create.access & (READ_DATA | WRITE_DATA | GENERIC) == 0
    {
        return;
    }
    let Some(name) = named(operation.opened_name()) else {
        return;
    };
    let who = process::acting(operation.requestor());
    run(Phase::After, who.subject(), |run, _| {
        run.judge(&RawAccessThread {
            time: run.time,
            actor: who.actor(),
            device: Value::Text(name.text()),
        })
    });
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
    if operation.status() >= 0 {
        pipe(operation, PipeAction::Create);
    }
}

fn pipe(operation: &Operation<'_>, action: PipeAction) {
    if !wants(Kind::PipeCreated, Phase::After) {
        return;
    }
    let Some(name) = named(operation.opened_name()) else {
        return;
    };
    let who = process::acting(operation.requestor());
    run(Phase::After, who.subject(), |run, texts| {
        let event = PipeCreated {
            time: run.time,
            actor: who.actor(),
            action,
            name: text(texts.pipe(name.text())),
        };
        run.judge(&event)
    });
}

/// Something about a file is about to be set.
pub fn before_set(operation: &Operation<'_>) -> Before {
    match operation.information_class() {
        CLASS::FileRenameInformation | CLASS::FileRenameInformationEx
            if wants(Kind::FileRename, Phase::After) =>
        {
            named(operation.name()).map_or(Before::Ignore, |name| remember(Pending::Rename(name)))
        }
        CLASS::FileBasicInformation if wants(Kind::FileChange, Phase::After) => {
            // The first member is the creation time; 0 and -1 leave it as it is.
            match operation.information::<8>().map(u64::from_le_bytes) {
                None | Some(0 | u64::MAX) => Before::Ignore,
                Some(new) => remember(Pending::Times(new, operation.creation_time())),
            }
        }
        CLASS::FileDispositionInformation | CLASS::FileDispositionInformationEx
            if wants(Kind::FileDelete, Phase::After) =>
        {
            // The first byte's first bit, of a boolean as of flags, says whether to delete.
            let Some([first]) = operation.information::<1>() else {
                return Before::Ignore;
            };
            let delete = first & 1 != 0;
            if delete && wants(Kind::FileDelete, Phase::Before) {
                let who = process::acting(operation.requestor());
                if let Some(name) = named(operation.name())
                    && deleted(&name, &who, Phase::Before)
                {
                    return Before::Deny(STATUS_ACCESS_DENIED);
                }
            }
            remember(Pending::Disposition(delete))
        }
        _ => Before::Ignore,
    }
}

/// It was set, or not.
pub fn after_set(operation: &Operation<'_>, pending: Option<PoolBox<Pending>>) {
    let Some(pending) = pending.filter(|_| operation.status() >= 0) else {
        return;
    };
    match &*pending {
        Pending::Rename(source) => {
            if let Some(target) = named(operation.name()) {
                renamed(source, &target, &process::acting(operation.requestor()));
            }
        }
        Pending::Times(new, old) => {
            if let Some(name) = named(operation.name()) {
                let who = process::acting(operation.requestor());
                changed(&name, *new, *old, &who);
            }
        }
        Pending::Disposition(delete) => {
            operation.remembered(|opened| opened.deletes.store(*delete, Ordering::Relaxed));
        }
        Pending::Delete(_) => {}
    }
}

fn renamed(source: &Name, target: &Name, who: &Who) {
    if who.is_muted() {
        return count(Counter::Muted);
    }
    run(Phase::After, who.subject(), |run, texts| {
        let source = texts.file(source.text()).map(|name| name.text);
        let target = texts.file(target.text()).map(|name| name.text);
        let event = FileRename {
            time: run.time,
            actor: who.actor(),
            source: text(source),
            target: text(target),
        };
        run.judge(&event)
    });
}

fn changed(name: &Name, new: u64, old: Option<u64>, who: &Who) {
    if old == Some(new) {
        return;
    }
    if who.is_muted() {
        return count(Counter::Muted);
    }
    run(Phase::After, who.subject(), |run, texts| {
        let event = FileChange {
            time: run.time,
            actor: who.actor(),
            target: text(texts.file(name.text()).map(|name| name.text)),
            creation_time: Value::Number(new),
            previous_creation_time: old.map_or(Value::Unsupplied, Value::Number),
        };
        run.judge(&event)
    });
}

/// Whether to deny.
fn deleted(name: &Name, who: &Who, phase: Phase) -> bool {
    if who.is_muted() {
        count(Counter::Muted);
        return false;
    }
    run(phase, who.subject(), |run, texts| {
        let event = FileDelete {
            time: run.time,
            actor: who.actor(),
            target: text(texts.file(name.text()).map(|name| name.text)),
        };
        run.judge(&event)
    })
}

/// The last handle of a file object is being closed.
pub fn before_cleanup(operation: &Operation<'_>) -> Before {
    if !wants(Kind::FileDelete, Phase::After) {
        return Before::Ignore;
    }
    let deletes = operation.remembered(|opened| opened.deletes.load(Ordering::Relaxed));
    if deletes != Some(true) {
        return Before::Ignore;
    }
    // A name cannot be asked for when the file is gone.
    match named(operation.name()) {
        Some(name) if !operation.is_directory() => remember(Pending::Delete(name)),
        _ => Before::Ignore,
    }
}

/// It was closed: is the file gone?
pub fn after_cleanup(operation: &Operation<'_>, pending: Option<PoolBox<Pending>>) {
    let Some(pending) = pending else { return };
    let Pending::Delete(name) = &*pending else {
        return;
    };
    if operation.is_deleted() {
        operation.remembered(|opened| deleted(name, &opened.who, Phase::After));
    }
}
