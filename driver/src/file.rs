//! Files, streams, pipes and volumes: what is watched before and after an operation, and what becomes an event.
//!
//! An event is reported after the operation, when its outcome is known. It is judged before as well where the operation
//! could make or destroy something and content of the active mode may deny it: then a denial leaves nothing behind. A
//! file that was merely opened is closed again instead.

use cofferdam_engine::event::{
    Actor, ExecutableDetected, FileAccess, FileChange, FileDelete, FileEvent, FileRename,
    PipeAction, PipeCreated, RawAccessThread, StreamCreated, Value,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::names::FileName;
use cofferdam_engine::operation::file::{
    Create, Created, Deletion, Setting, is_program_header, new_creation_time, program_header,
};
use cofferdam_engine::stats::Counter;
use cofferdam_interpreter::schema::Kind;
use wdk_sys::{NTSTATUS, STATUS_ACCESS_DENIED};

use crate::cast;
use crate::ffi::filter::{Name, Operation};
use crate::ffi::pool::{Block, PoolBox};
use crate::ffi::sync::SpinLock;
use crate::ffi::thread;
use crate::process::{self, Who};
use crate::sensor::{Draft, EPOCHS, count, is_nothing, keeps, run, text, wants};

/// Bytes that are read of a file at a time.
const PAGE: usize = 4096;

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

/// What is remembered with a handle that may delete or write.
pub struct Opened {
    who: Who,
    writes: bool,
    deletion: SpinLock<Deletion>,
}

/// Has the post-operation callback told, or only called where there is no memory for that.
fn remember(pending: Pending) -> Before {
    PoolBox::new(pending).map_or(Before::Watch, Before::Remember)
}

/// A name, or a count of one that could not be had.
fn named(name: Result<Name, NTSTATUS>) -> Option<Name> {
    if name.is_err() {
        count(Counter::NameFailures);
    }
    name.ok()
}

/// Opens a run for what a process does, unless that is muted.
fn judge<'w>(
    who: &'w Who,
    phase: Phase,
    assemble: impl for<'e, 'n> FnOnce(&mut Draft<'e, 'n, 'w>),
) -> bool {
    !who.is_muted() && run(phase, who.subject(), assemble)
}

/// A file, pipe or volume is about to be opened or made.
pub fn before_create(operation: &Operation<'_>) -> Before {
    let create = operation.create();
    let watched = [
        Kind::FileEvent,
        Kind::CreateStreamHash,
        Kind::FileAccess,
        Kind::FileDelete,
        Kind::FileExecutableDetected,
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
    let makes = create.could_make()
        && judge(&who, Phase::Before, |event| {
            if let Some(file) = event.file(name.text()) {
                made(event, who.actor(), file, Value::Unsupplied);
            }
        });
    makes || create.deletes_on_close() && deleted(name, &who, Phase::Before)
}

/// A file or a stream is made.
fn made<'e, 'w: 'e>(
    event: &mut Draft<'e, '_, 'w>,
    actor: Actor<'w>,
    file: FileName<'e>,
    creation_time: Value<'e>,
) {
    let (time, target) = (event.time, Value::Text(file.text));
    if file.stream {
        event.set(&StreamCreated {
            time,
            actor,
            target,
            creation_time,
        });
    } else {
        event.set(&FileEvent {
            time,
            actor,
            target,
            creation_time,
        });
    }
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
    watch_handle(operation, &create, &who);
    let Some(seen) = ask(operation, created.kind, &who) else {
        return;
    };
    let phase = if created.can_cancel {
        Phase::Only
    } else {
        Phase::After
    };
    let deny = judge(&who, phase, |event| {
        let Some(file) = event.file(seen.name.text()) else {
            return;
        };
        let (status, outcome) = (operation.status(), operation.outcome());
        match create.done(status, outcome, seen.is_directory, file.stream) {
            Some(created) if created.kind == Kind::FileAccess => event.set(&FileAccess {
                time: event.time,
                actor: who.actor(),
                thread_id: thread::current_id(),
                target: Value::Text(file.text),
                create_options: create.options.into(),
                create_attributes: operation.attributes().into(),
                share_access: operation.share().into(),
            }),
            Some(_) => {
                let time = seen.creation_time.map_or(Value::Unsupplied, Value::Number);
                made(event, who.actor(), file, time);
            }
            None => {}
        }
        // What is not on a drive of this machine may be renamed by others; a stream by its file.
        if let (Some((stream, epoch)), false, [_, 0x3a, ..]) = (seen.keep, file.stream, file.text) {
            event.keep(stream, epoch);
        }
    });
    if deny {
        operation.cancel_open(STATUS_ACCESS_DENIED);
    }
}

/// What is asked of Windows about a file that was opened.
struct Seen {
    name: Name,
    is_directory: bool,
    creation_time: Option<u64>,
    /// Its stream and the epoch of its name, where a verdict may be kept.
    keep: Option<(u64, u64)>,
}

/// Asks, if anybody wants to know.
#[inline(never)]
fn ask(operation: &Operation<'_>, kind: Kind, who: &Who) -> Option<Seen> {
    let made = kind == Kind::FileEvent;
    if !(wants(kind, Phase::After) || made && wants(Kind::CreateStreamHash, Phase::After)) {
        return None;
    }
    // Before the name is asked for: if that changes from now on, the epoch is over.
    let epoch = EPOCHS.current().filter(|_| keeps(kind) && who.is_known());
    let stream = epoch.and_then(|_| operation.stream());
    if stream.is_some_and(|stream| is_nothing(kind, who.start_key(), stream)) {
        return None;
    }
    let name = named(operation.name())?;
    let is_directory = operation.is_directory();
    let creation_time = made.then(|| operation.creation_time()).flatten();
    let epoch = epoch.filter(|_| !is_directory && operation.has_one_name());
    let keep = epoch.and_then(|epoch| Some((stream.or_else(|| operation.number_stream())?, epoch)));
    Some(Seen {
        name,
        is_directory,
        creation_time,
        keep,
    })
}

/// Remembers who opened a handle whose cleanup may be an event.
#[inline(never)]
fn watch_handle(operation: &Operation<'_>, create: &Create, who: &Who) {
    let deletes = create.may_delete() && wants(Kind::FileDelete, Phase::After);
    let writes = create.may_write() && wants(Kind::FileExecutableDetected, Phase::After);
    if !deletes && !writes {
        return;
    }
    let opened = Opened {
        who: who.clone(),
        writes,
        deletion: SpinLock::new(Deletion::new(create)),
    };
    if !operation.remember(opened) {
        // Allocated by Filter Manager.
        count(Counter::AllocationFailures);
    }
}

/// A volume was opened past its file system, to read or write it.
#[inline(never)]
fn raw_access(operation: &Operation<'_>) {
    if wants(Kind::RawAccessThread, Phase::After)
        && let Some(name) = named(operation.opened_name())
    {
        let who = process::acting(operation.requestor());
        judge(&who, Phase::After, |event| {
            event.set(&RawAccessThread {
                time: event.time,
                actor: who.actor(),
                device: Value::Text(name.text()),
            });
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

#[inline(never)]
fn pipe(operation: &Operation<'_>, action: PipeAction) {
    if operation.status() >= 0
        && wants(Kind::PipeCreated, Phase::After)
        && let Some(name) = named(operation.opened_name())
    {
        let who = process::acting(operation.requestor());
        judge(&who, Phase::After, |event| {
            let name = text(event.pipe(name.text()));
            event.set(&PipeCreated {
                time: event.time,
                actor: who.actor(),
                action,
                name,
            });
        });
    }
}

/// Something about a file is about to be set.
pub fn before_set(operation: &Operation<'_>) -> Before {
    let watched = |kind| wants(kind, Phase::After);
    match Setting::of(operation.information_class()) {
        Some(setting @ (Setting::Rename | Setting::Link)) => {
            EPOCHS.begin();
            let source = (setting == Setting::Rename && watched(Kind::FileRename))
                .then(|| named(operation.name()))
                .flatten();
            source.map_or(Before::Watch, |name| remember(Pending::Rename(name)))
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
    let setting = Setting::of(operation.information_class());
    // In a transaction it happens when that ends, of which nothing tells: then there is no epoch any more.
    if matches!(setting, Some(Setting::Rename | Setting::Link)) && !operation.is_transacted() {
        EPOCHS.end();
    }
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
    judge(&who, Phase::After, |event| {
        let (time, actor) = (event.time, who.actor());
        let target = text(event.file(name.text()).map(|name| name.text));
        match &*pending {
            Pending::Rename(source) => {
                let source = text(event.file(source.text()).map(|name| name.text));
                event.set(&FileRename {
                    time,
                    actor,
                    source,
                    target,
                });
            }
            Pending::Times(new, old) if *old != Some(*new) => event.set(&FileChange {
                time,
                actor,
                target,
                creation_time: Value::Number(*new),
                previous_creation_time: old.map_or(Value::Unsupplied, Value::Number),
            }),
            _ => {}
        }
    });
}

/// Whether to deny.
fn deleted(name: &Name, who: &Who, phase: Phase) -> bool {
    judge(who, phase, |event| {
        let target = text(event.file(name.text()).map(|name| name.text));
        event.set(&FileDelete {
            time: event.time,
            actor: who.actor(),
            target,
        });
    })
}

/// The last handle of a file object is being closed.
pub fn before_cleanup(operation: &Operation<'_>) -> Before {
    let (deletes, writes) = (Kind::FileDelete, Kind::FileExecutableDetected);
    if ![deletes, writes]
        .iter()
        .any(|kind| wants(*kind, Phase::After))
    {
        return Before::Ignore;
    }
    let may = |opened: &Opened| {
        let deletes = opened.deletion.with(|deletion| deletion.may_delete());
        (deletes, opened.writes)
    };
    let Some((deletes, writes)) = operation.remembered(may) else {
        return Before::Ignore;
    };
    if writes && holds_program(operation) {
        program_written(operation);
    }
    if !deletes || operation.is_directory() {
        return Before::Ignore;
    }
    // A name cannot be asked for when the file is gone.
    named(operation.name()).map_or(Before::Ignore, |name| remember(Pending::Delete(name)))
}

/// Whether a file holds an executable image, as far as can be seen.
#[inline(never)]
fn holds_program(operation: &Operation<'_>) -> bool {
    // A page, which begins and ends where any disk's sectors do: the file may be one that is read past the cache.
    let Some(mut page) = Block::<u8>::new(PAGE) else {
        return false;
    };
    let Some(at) = program_header(operation.read(0, &mut page)) else {
        return false;
    };
    let (page_at, within) = (at & !(PAGE - 1), at & (PAGE - 1));
    let read = operation.read(cast::wide(page_at), &mut page);
    read.get(within..).is_some_and(is_program_header)
}

/// A file that holds an executable image was closed by who could write it.
#[inline(never)]
fn program_written(operation: &Operation<'_>) {
    if let Some(name) = named(operation.name()) {
        operation.remembered(|opened| {
            judge(&opened.who, Phase::After, |event| {
                let target = text(event.file(name.text()).map(|name| name.text));
                event.set(&ExecutableDetected {
                    time: event.time,
                    actor: opened.who.actor(),
                    target,
                });
            })
        });
    }
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
