//! Every entry of the engine that a driver uses, over inputs of which nothing is known.
#![allow(
    improper_ctypes_definitions,
    reason = "the functions are linked, never called: Rust types cross as pointers only to be opaque"
)]

use core::sync::atomic::AtomicU64;

use cofferdam_engine::Mode;
use cofferdam_engine::cache::{Cache, Epochs, Key, cacheable};
use cofferdam_engine::details::details;
use cofferdam_engine::event::{
    DriverLoad, ExecutableDetected, FileAccess, FileChange, FileDelete, FileEvent, FileRename,
    ImageLoad, Observed, PipeCreated, ProcessAccess, ProcessCreation, ProcessTermination,
    RawAccessThread, RegistryAdd, RegistryDelete, RegistryRename, RegistrySet, RemoteThread,
    StreamCreated, Value, integrity_level,
};
use cofferdam_engine::judge::{Circumstance, Decision, Finding, Judge, Phase, kinds_that_deny};
use cofferdam_engine::mute::MuteSet;
use cofferdam_engine::names::{self, FileName, NameFault, Names};
use cofferdam_engine::operation::file::{
    Create, Created, Deletion, Setting, is_program_header, new_creation_time, program_header,
};
use cofferdam_engine::operation::handle;
use cofferdam_engine::operation::registry::{Change, Notification};
use cofferdam_engine::process::{Process, ProcessTable};
use cofferdam_engine::protocol::{
    self, ControlCode, EventRecord, HelloAnswer, LoadAnswer, LoadOutcome, ReadAnswer, Request,
    RollbackOrder,
};
use cofferdam_engine::quarantine::{self, Quarantine};
use cofferdam_engine::ring::{self, Ring};
use cofferdam_engine::slots::{Candidate, File, Slot, Slots, Storage, Unreadable};
use cofferdam_engine::stats::{Counter, Degraded, Stats, StatusHeader};
use cofferdam_interpreter::layout::Header;
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Refusal, Verified};

use crate::entries::{slice, slice_mut};

/// A name's length, or that it did not fit.
fn length(name: Result<&[u16], NameFault>) -> isize {
    name.ok()
        .and_then(|name| name.len().try_into().ok())
        .unwrap_or(-1)
}

// Names.
export! {
    /// A file's name.
    fn names_file(names: &Names, path: [u16], out: mut [u16], name: &mut Option<FileName<'static>>) -> () {
        *name = names::file(names, path, out).ok();
    }
    /// An image's name.
    fn names_image(names: &Names, path: [u16], out: mut [u16]) -> isize {
        length(names::image(names, path, out))
    }
    /// A key's name.
    fn names_key(names: &Names, path: [u16], out: mut [u16]) -> isize {
        length(names::key(names, path, out))
    }
    /// A value's name.
    fn names_value(names: &Names, path: [u16], value: [u16], out: mut [u16]) -> isize {
        length(names::value(names, path, value, out))
    }
    /// A pipe's name.
    fn names_pipe(path: [u16], out: mut [u16]) -> isize {
        length(names::pipe(path, out))
    }
    /// What names are made with.
    fn names_set(names: &mut Names, text: [u16], letter = u8, number = u16) -> bool {
        names.set_control_set(number);
        let set = names.set_volume(text, Some(letter)).is_ok() | names.set_volume(text, None).is_ok();
        set | names.remove_volume(text) | names.set_system_root(text)
    }
    /// A value's details.
    fn details_of(kind = u32, data: [u8], out: mut [u16]) -> isize {
        length(details(kind, data, out))
    }
    /// An integrity level's name.
    fn integrity(label = u32, is_app_container = bool, out: &mut Value<'static>) -> () {
        *out = integrity_level(Some(label), Some(is_app_container));
    }
}

/// Assembles an event and judges it, as a driver does.
fn judge_one<'e>(
    judge: &Judge<'_>,
    observed: &impl Observed<'e>,
    circumstance: &Circumstance,
    scratch: &mut [u64],
    report: extern "C" fn(*const Finding),
    decision: &mut Decision,
) {
    *decision = observed
        .with(|event| judge.judge(event, *circumstance, scratch, |finding| report(finding)));
}

macro_rules! export_kinds {
    ($($name:ident $ty:ident;)+) => { export! { $(
        /// Judges an event of this kind.
        fn $name(
            judge: &Judge<'static>,
            event: &$ty<'static>,
            circumstance: &Circumstance,
            scratch: mut [u64],
            report = extern "C" fn(*const Finding),
            decision: &mut Decision
        ) -> () {
            judge_one(judge, event, circumstance, scratch, report, decision);
        }
    )+ } };
}

export_kinds! {
    judge_process_creation ProcessCreation;
    judge_process_termination ProcessTermination;
    judge_file_event FileEvent;
    judge_stream_created StreamCreated;
    judge_file_delete FileDelete;
    judge_executable_detected ExecutableDetected;
    judge_file_rename FileRename;
    judge_file_change FileChange;
    judge_file_access FileAccess;
    judge_pipe_created PipeCreated;
    judge_raw_access RawAccessThread;
    judge_image_load ImageLoad;
    judge_driver_load DriverLoad;
    judge_registry_add RegistryAdd;
    judge_registry_set RegistrySet;
    judge_registry_delete RegistryDelete;
    judge_registry_rename RegistryRename;
    judge_remote_thread RemoteThread;
    judge_process_access ProcessAccess;
}

// Content at work.
export! {
    /// The kinds that have a rule that denies.
    fn content_denies(content: &Verified<'static>) -> u64 {
        kinds_that_deny(content)
    }
    /// Quarantine.
    fn quarantine_all(words: [AtomicU64], rule = u32) -> u32 {
        let quarantine = Quarantine::new(words);
        quarantine.insert(rule);
        u32::from(quarantine.holds(rule)).wrapping_add(quarantine.count())
            .wrapping_add(u32::from(quarantine::words(rule) == words.len()))
    }
    /// Puts a record into the ring.
    fn ring_push(words: [AtomicU64], record: &EventRecord<'static>) -> bool {
        Ring::<AtomicU64>::new(words).is_some_and(|ring| {
            ring.push(|sequence, dropped| record.words(sequence, dropped))
        })
    }
    /// Takes one out.
    fn ring_pop(words: [AtomicU64], out: mut [u8], numbers: &mut [u64; 4]) -> bool {
        let Some(ring) = Ring::<AtomicU64>::new(words) else { return false };
        *numbers = [ring.dropped(), ring.next_sequence(), ring.waiting().into(), ring.capacity().into()];
        ring.is_ready() && ring.pop(out)
    }
    /// Words of a ring.
    fn ring_words(log2 = u32, record = usize) -> usize {
        ring::words(log2, record)
    }
    /// Counts.
    fn stats_count(
        words: [AtomicU64], processor = u32, counter: &Counter, kind: &Kind, phase: &Phase, decision: &Decision
    ) -> u64 {
        let stats = Stats::new(words);
        stats.add(processor, *counter, 1);
        stats.judged(processor, *kind, *phase, decision);
        stats.took(processor, stats.get(*counter));
        stats.get(*counter)
    }
    /// Answers a status request.
    fn stats_status(words: [AtomicU64], header: &mut StatusHeader, degraded: &Degraded, out: mut [u8]) -> bool {
        *header = StatusHeader { degraded: degraded.bit(), ..StatusHeader::new() };
        Stats::new(words).write_status(header, out)
    }
    /// The verdict cache.
    fn cache_all(words: [AtomicU64], key: &Key) -> bool {
        let cache = Cache::new(words);
        let held = cache.holds(key);
        cache.insert(key);
        held
    }
    /// Epochs of names.
    fn epochs(epochs: &Epochs) -> u64 {
        epochs.begin();
        epochs.end();
        epochs.current().unwrap_or(0)
    }
    /// The kinds whose verdicts can be cached.
    fn cacheable_kinds(content: &Verified<'static>) -> u64 {
        cacheable(content.content())
    }
    /// The mute set.
    fn mute_all(set: &mut MuteSet, path: [u16], clear = bool) -> u64 {
        if clear {
            set.clear();
        }
        let muted = set.contains(path) | set.insert(path.iter().copied()).is_ok();
        set.generation().wrapping_add(set.count().into()).wrapping_add(muted.into())
    }
}

/// A table as a driver has it: its records are shared handles.
type Table = ProcessTable<core::num::NonZeroUsize, 8192>;
type Record = core::num::NonZeroUsize;

// Processes.
export! {
    /// A process begins.
    fn process_insert(table: &mut Table, process: &Process<Record>, now = u64, back: &mut Option<Record>) -> bool {
        let inserted = table.insert(*process, now);
        *back = inserted.ok().flatten();
        inserted.is_ok()
    }
    /// A process ends.
    fn process_end(table: &mut Table, key = u64, now = u64, back: &mut Option<Record>) -> bool {
        *back = table.expire(now).or_else(|| table.drain());
        table.end(key, now)
    }
    /// Processes are looked for.
    fn process_get(table: &Table, key = u64, id = u32, place = u32, out: &mut [Option<Process<Record>>; 4]) -> u32 {
        let found = table.get(key);
        let next = table.next_living(place);
        *out = [
            found.copied(),
            table.by_id(id).copied(),
            found.and_then(|process| table.parent(process)).copied(),
            next.map(|(_, process)| *process),
        ];
        next.map_or(0, |(place, _)| place).wrapping_add(table.living()).wrapping_add(table.tombstones())
    }
    /// A record is changed.
    fn process_record(table: &mut Table, key = u64, record = Record) -> bool {
        table.record_mut(key).map(|place| *place = record).is_some()
    }
}

// The protocol.
export! {
    /// Takes a request apart.
    fn protocol_parse(code = u32, input: [u8], room = usize, out: &mut Option<Request<'static>>) -> u32 {
        match protocol::parse(code, input, room) {
            Ok(request) => {
                *out = Some(request);
                0
            }
            Err(bad) => bad.status(),
        }
    }
    /// Writes a request.
    fn protocol_encode(request: &Request<'static>, out: mut [u8]) -> usize {
        request.encode(out).unwrap_or(0)
    }
    /// A request's answer.
    fn protocol_size(code = u32) -> usize {
        ControlCode::from_number(code).map_or(0, |code| code.answer_size())
    }
    /// Answers.
    fn protocol_answers(
        refusal: &Refusal, outcome: &LoadOutcome, read: &ReadAnswer, mode: &Mode,
        hello: &mut [u8; HelloAnswer::SIZE], load: &mut [[u8; LoadAnswer::SIZE]; 2], out: &mut [u8; ReadAnswer::SIZE]
    ) -> u8 {
        *hello = HelloAnswer::ours().write();
        *load = [LoadAnswer::refused(*refusal, 1, 2, 3).write(), LoadAnswer::new(*outcome, 1, 2, 3).write()];
        *out = read.write();
        mode.number()
    }
    /// What an order's signature covers.
    fn order_signed(order: &[u8; RollbackOrder::SIZE], out: &mut RollbackOrder) -> &'static [u8] {
        *out = RollbackOrder::read(order);
        RollbackOrder::signed(order)
    }
}

/// Files that the caller has.
#[derive(Debug)]
pub struct Files {
    read: extern "C" fn(File, *mut u8, usize) -> isize,
    write: extern "C" fn(File, *const u8, usize) -> i32,
    flush: extern "C" fn(File) -> i32,
}

fn checked(status: i32) -> Result<(), i32> {
    if status < 0 { Err(status) } else { Ok(()) }
}

impl Storage for Files {
    type Error = i32;

    fn read(&mut self, file: File, out: &mut [u8]) -> Result<Option<usize>, i32> {
        let length = (self.read)(file, out.as_mut_ptr(), out.len());
        match usize::try_from(length) {
            Ok(length) => Ok(Some(length)),
            Err(_) if length == -1 => Ok(None),
            Err(_) => Err(-2),
        }
    }

    fn write(&mut self, file: File, content: &[u8]) -> Result<(), i32> {
        checked((self.write)(file, content.as_ptr(), content.len()))
    }

    fn flush(&mut self, file: File) -> Result<(), i32> {
        checked((self.flush)(file))
    }
}

// Slots and boot guard.
export! {
    /// Reads the state.
    fn slots_open(files: &mut Files, out: &mut Option<Slots>) -> i32 {
        match Slots::open(files) {
            Ok(slots) => {
                *out = Some(slots);
                0
            }
            Err(Unreadable::Storage(status)) => status,
            Err(Unreadable::Damaged) => 1,
        }
    }
    /// Boots.
    fn slots_boot(slots: &mut Slots, files: &mut Files, slot: &Slot, out: &mut Option<Candidate>) -> bool {
        slots.activated(*slot);
        let Ok(candidate) = slots.next_candidate(files) else { return false };
        *out = candidate.or_else(|| slots.content(*slot));
        slots.unusable(files, *slot).is_ok() && slots.stopped(files).is_ok()
    }
    /// Takes content in.
    fn slots_store(
        slots: &mut Slots, files: &mut Files, content: [u8], header: &Header, sha256: &[u8; 32], now = u64,
        out: &mut Option<Candidate>
    ) -> u16 {
        match slots.store(files, content, header, *sha256, now) {
            Ok(candidate) => {
                *out = Some(candidate);
                0
            }
            Err((outcome, _)) => outcome.number(),
        }
    }
    /// Content is well.
    fn slots_healthy(slots: &mut Slots, files: &mut Files, version = u64) -> u16 {
        slots.healthy(files, version).map_or_else(|(outcome, _)| outcome.number(), |()| 0)
    }
    /// Goes back.
    fn slots_roll_back(
        slots: &mut Slots, files: &mut Files, order: &RollbackOrder, now = u64, out: &mut Option<Candidate>
    ) -> u16 {
        match slots.roll_back(files, order, now) {
            Ok(candidate) => {
                *out = candidate;
                0
            }
            Err((outcome, _)) => outcome.number(),
        }
    }
    /// What the state says.
    fn slots_numbers(slots: &Slots, header: &Header, now = u64, out: &mut [u64; 6]) -> u16 {
        *out = [
            slots.active_version(),
            slots.fallback_version(),
            slots.new_version(),
            slots.highest_version(),
            slots.last_order(),
            slots.is_trial().into(),
        ];
        slots.accept(header, now).map_or_else(LoadOutcome::number, |()| 0)
    }
}

// What operations mean.
export! {
    /// A create.
    fn operation_create(
        options = u32, access = u32, flags = u8, is_volume = bool, status = i32, information = u64,
        out: &mut (Create, Option<Created>, Deletion)
    ) -> bool {
        let create = Create::new(options, access, flags, is_volume);
        let done = create.done(status, information, flags & 1 != 0, flags & 2 != 0);
        *out = (create, done, Deletion::new(&create));
        create.must_be_judged_before() | create.is_skipped()
    }
    /// A setting.
    fn operation_set(class = u32, deletion: &mut Deletion, first: &[u8; 8], time: &mut Option<u64>) -> bool {
        *time = new_creation_time(*first);
        let Some(setting) = Setting::of(class) else { return false };
        *deletion = deletion.after(setting, first.first().copied().unwrap_or(0));
        deletion.may_delete()
    }
    /// An executable image.
    fn operation_program(first: [u8], rights: &Create) -> bool {
        let header = program_header(first).and_then(|at| first.get(at..));
        header.is_some_and(is_program_header) | rights.may_delete() | rights.may_write()
    }
    /// A notification of the registry.
    fn operation_registry(class = u32, status = i32, disposition = u32, out: &mut Option<Notification>) -> u8 {
        *out = Notification::of(class);
        let change = out.map_or(Change::Create, |notification| notification.change);
        change.kind().number().wrapping_add(change.has_happened(status, || Some(disposition)).into())
    }
    /// A handle.
    fn operation_handle(access = u32, kernel = bool, source = u64, target = u64) -> u32 {
        if handle::is_watched(kernel, source, target) { handle::denied(access) } else { access }
    }
}
