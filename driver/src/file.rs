//! Files, streams, pipes and volumes: what is watched before and after an operation, and what becomes an event.
//!
//! An event is reported after the operation, when its outcome is known. It is judged before as well where the operation
//! could make or destroy something and content of the active mode may deny it: then a denial leaves nothing behind. A
//! file that was merely opened is closed again instead.

use core::num::NonZeroU64;

use cofferdam_engine::event::{
    ExecutableDetected, FileAccess, FileChange, FileDelete, FileEvent, FileRename, PipeCreated,
    RawAccessThread, StreamCreated, Value,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::names::FileName;
use cofferdam_engine::operation::file::{
    Create, Deletion, Setting, is_program_header, new_creation_time, program_header,
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
use crate::sensor::{Assemble, Draft, EPOCHS, count, is_nothing, keeps, run, text, wants};

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
fn judge<'w>(who: &'w Who, phase: Phase, assemble: Assemble<'_, 'w>) -> bool {
    !who.is_muted() && run(phase, who, assemble)
}

/// A file, pipe or volume is about to be opened or made.
#[inline(always)]
pub fn before_create(operation: Operation<'_>) -> Before {
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
        && judge_before(&process::acting(operation.requestor()), &create, &name)
    {
        return Before::Deny(STATUS_ACCESS_DENIED);
    }
    Before::Watch
}

/// Whether to deny what a create could make or destroy.
fn judge_before(who: &Who, create: &Create, name: &Name) -> bool {
    let makes = create.could_make()
        && judge(who, Phase::Before, &mut |event| {
            if let Some(file) = event.file(name.text()) {
                made(event, who, &file, None);
            }
        });
    makes || create.deletes_on_close() && deleted(name, who, Phase::Before)
}

/// A file or a stream is made.
#[inline(never)]
fn made<'e, 'w: 'e>(
    event: &mut Draft<'e, '_, 'w>,
    who: &'w Who,
    file: &FileName<'e>,
    creation_time: Option<NonZeroU64>,
) {
    let (time, actor, target) = (event.time, who.actor(), Value::Text(file.text));
    let creation_time = creation_time.map_or(Value::Unsupplied, |it| Value::Number(it.get()));
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
pub fn after_create(operation: Operation<'_>, _: Option<PoolBox<Pending>>) {
    let Some((kind, phase)) = done(operation) else {
        return;
    };
    let who = process::acting(operation.requestor());
    if matches!(kind, Kind::FileEvent | Kind::FileAccess) {
        watch_handle(operation, &who);
    }
    let seen = ask(operation, kind, &who);
    let Some(seen) = &seen else {
        return;
    };
    let deny = judge(&who, phase, &mut |event| match kind {
        Kind::FileEvent | Kind::FileAccess => {
            if let Some(file) = event.file(seen.name.text()) {
                match seen.kind(operation, file.stream) {
                    Some(Kind::FileAccess) => accessed(event, operation, &who, file.text),
                    Some(_) => made(event, &who, &file, seen.creation_time),
                    None => {}
                }
                // What is not on a drive of this machine may be renamed by others; a stream by its file.
                if let (Some(stream), false, [_, 0x3a, ..]) = (seen.stream, file.stream, file.text)
                {
                    event.keep(stream, seen.epoch);
                }
            }
        }
        _ => connected(event, operation, &who, seen),
    });
    if deny {
        operation.cancel_open(STATUS_ACCESS_DENIED);
    }
}

/// What a create has done, and whether it can still be denied.
#[inline(never)]
fn done(operation: Operation<'_>) -> Option<(Kind, Phase)> {
    // Whether it is a stream's is not known before its name is, and decides only between kinds.
    let created = operation
        .create()
        .done(operation.status(), operation.outcome(), false, false)?;
    Some(match (operation.is_pipe(), created.can_cancel) {
        (true, _) => (Kind::PipeCreated, Phase::After),
        (false, true) => (created.kind, Phase::Only),
        (false, false) => (created.kind, Phase::After),
    })
}

/// A pipe or a volume was opened, or a pipe was made.
#[inline(never)]
fn connected<'w>(
    event: &mut Draft<'_, '_, 'w>,
    operation: Operation<'_>,
    who: &'w Who,
    seen: &'w Seen,
) {
    let (time, actor) = (event.time, who.actor());
    if operation.is_pipe() {
        let name = text(event.pipe(seen.name.text()));
        event.set(&PipeCreated {
            time,
            actor,
            action: operation.pipe_action(),
            name,
        });
    } else {
        event.set(&RawAccessThread {
            time,
            actor,
            device: Value::Text(seen.name.text()),
        });
    }
}

/// A file that was there was opened.
#[inline(never)]
fn accessed<'e, 'w: 'e>(
    event: &mut Draft<'e, '_, 'w>,
    operation: Operation<'_>,
    who: &'w Who,
    target: &'e [u16],
) {
    event.set(&FileAccess {
        time: event.time,
        actor: who.actor(),
        thread_id: thread::current_id(),
        target: Value::Text(target),
        create_options: operation.create().options.into(),
        create_attributes: operation.attributes().into(),
        share_access: operation.share().into(),
    });
}

/// What is asked of Windows about what was opened.
struct Seen {
    name: Name,
    is_directory: bool,
    creation_time: Option<NonZeroU64>,
    /// Its stream, where a verdict on it may be kept, and the epoch of its name.
    stream: Option<NonZeroU64>,
    epoch: u64,
}

impl Seen {
    /// What a create has become for a file, or for a stream of it.
    #[inline(never)]
    fn kind(&self, operation: Operation<'_>, stream: bool) -> Option<Kind> {
        let (status, outcome) = (operation.status(), operation.outcome());
        let create = operation.create();
        let created = create.done(status, outcome, self.is_directory, stream)?;
        Some(created.kind)
    }
}

/// Asks, if anybody wants to know.
#[inline(never)]
fn ask(operation: Operation<'_>, kind: Kind, who: &Who) -> Option<Seen> {
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
    if matches!(kind, Kind::PipeCreated | Kind::RawAccessThread) {
        return Some(Seen {
            name: named(operation.opened_name())?,
            is_directory: false,
            creation_time: None,
            stream: None,
            epoch: 0,
        });
    }
    let name = named(operation.name())?;
    let is_directory = operation.is_directory();
    let creation_time = made.then(|| operation.creation_time()).flatten();
    let epoch = epoch.filter(|_| !is_directory && operation.has_one_name());
    Some(Seen {
        name,
        is_directory,
        creation_time: creation_time.and_then(NonZeroU64::new),
        stream: epoch.and_then(|_| stream.or_else(|| operation.number_stream())),
        epoch: epoch.unwrap_or(0),
    })
}

/// Remembers who opened a handle whose cleanup may be an event.
#[inline(never)]
fn watch_handle(operation: Operation<'_>, who: &Who) {
    let create = operation.create();
    let deletes = create.may_delete() && wants(Kind::FileDelete, Phase::After);
    let writes = create.may_write() && wants(Kind::FileExecutableDetected, Phase::After);
    if !deletes && !writes {
        return;
    }
    let opened = Opened {
        who: who.clone(),
        writes,
        deletion: SpinLock::new(Deletion::new(&create)),
    };
    if !operation.remember(opened) {
        // Allocated by Filter Manager.
        count(Counter::AllocationFailures);
    }
}

/// Something about a file is about to be set.
pub fn before_set(operation: Operation<'_>) -> Before {
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
pub fn after_set(operation: Operation<'_>, pending: Option<PoolBox<Pending>>) {
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
    judge(&who, Phase::After, &mut |event| {
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
#[inline(always)]
fn deleted(name: &Name, who: &Who, phase: Phase) -> bool {
    judge(who, phase, &mut |event| {
        let target = text(event.file(name.text()).map(|name| name.text));
        event.set(&FileDelete {
            time: event.time,
            actor: who.actor(),
            target,
        });
    })
}

/// The last handle of a file object is being closed.
pub fn before_cleanup(operation: Operation<'_>) -> Before {
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
fn holds_program(operation: Operation<'_>) -> bool {
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
fn program_written(operation: Operation<'_>) {
    if let Some(name) = named(operation.name()) {
        operation.remembered(|opened| {
            judge(&opened.who, Phase::After, &mut |event| {
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
pub fn after_cleanup(operation: Operation<'_>, pending: Option<PoolBox<Pending>>) {
    if let Some(pending) = pending
        && let Pending::Delete(name) = &*pending
        && operation.is_deleted()
    {
        operation.remembered(|opened| deleted(name, &opened.who, Phase::After));
    }
}
