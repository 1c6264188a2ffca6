//! Judges events: the one place where content, working memory, names, statistics and telemetry meet.
//!
//! A callback asks first whether anyone is interested ([`wants`]); asks Windows for names; then opens a [`Run`], in
//! which the thread cannot be suspended and nothing of Windows is called, makes the texts, and has the event judged.

use core::mem;
use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};

use cofferdam_engine::Mode;
use cofferdam_engine::details::details;
use cofferdam_engine::event::{Event, Observed, Value};
use cofferdam_engine::judge::{Circumstance, Judge, Phase, kinds_that_deny};
use cofferdam_engine::names::{self, Names};
use cofferdam_engine::protocol::{EventRecord, RECORD_WORDS};
use cofferdam_engine::quarantine::{self, Quarantine};
use cofferdam_engine::ring::{self, Ring};
use cofferdam_engine::stats::{Counter, Degraded, SET_WORDS, Stats};
use cofferdam_interpreter::Section;
use cofferdam_interpreter::layout::Header;
use cofferdam_interpreter::schema::Kind;
use wdk_sys::{NTSTATUS, STATUS_INSUFFICIENT_RESOURCES};

use crate::cast;
use crate::ffi::memory::Sealed;
use crate::ffi::pool::{Block, PoolBox};
use crate::ffi::swap::Swap;
use crate::ffi::thread;
use crate::scratch::{self, Scratch};
use crate::worker;

/// The content that is active.
static CONTENT: Swap<PoolBox<Loaded>> = Swap::new();

/// What names are made with.
static NAMES: Swap<PoolBox<Names>> = Swap::new();

static MODE: AtomicU8 = AtomicU8::new(Mode::Audit.number());

/// Kinds of which the active content has rules, unless the mode is off.
static KINDS: AtomicU64 = AtomicU64::new(0);

/// Kinds of which it has rules that deny, if the mode lets them.
static DENYING: AtomicU64 = AtomicU64::new(0);

static DEGRADED: AtomicU32 = AtomicU32::new(0);

/// Records that wait for user mode: 2^10, a megabyte.
const RING_WORDS: usize = ring::words(10, RECORD_WORDS);
static RING: [AtomicU64; RING_WORDS] = [const { AtomicU64::new(0) }; RING_WORDS];

/// Counters of up to 16 processors apart.
static COUNTERS: [AtomicU64; SET_WORDS * 16] = [const { AtomicU64::new(0) }; SET_WORDS * 16];

/// Content with what belongs to it.
pub struct Loaded {
    sealed: Sealed,
    /// One bit for each rule.
    quarantined: Block<AtomicU64>,
    kinds: u64,
    denying: u64,
}

impl Loaded {
    /// Puts content together with its quarantine; `None` without memory.
    pub fn new(sealed: Sealed) -> Option<PoolBox<Self>> {
        let content = sealed.content();
        let rules = content.content().count(Section::Rules);
        let kinds = content
            .content()
            .kinds()
            .filter(|kind| kind.rule_count != 0)
            .fold(0, |kinds, kind| kinds | bit(kind.kind));
        PoolBox::new(Self {
            kinds,
            denying: kinds_that_deny(content),
            quarantined: Block::new(quarantine::words(rules))?,
            sealed,
        })
    }

    /// The file.
    pub fn bytes(&self) -> &[u8] {
        self.sealed.bytes()
    }

    /// The file's header.
    pub fn header(&self) -> Header {
        self.sealed.content().content().header()
    }

    /// Its rules.
    pub fn rules(&self) -> u32 {
        self.sealed.content().content().count(Section::Rules)
    }

    /// Rules that faulted.
    pub fn quarantined(&self) -> u32 {
        Quarantine::new(&self.quarantined).count()
    }
}

fn bit(kind: u8) -> u64 {
    1_u64.checked_shl(kind.into()).unwrap_or(0)
}

/// The counters.
pub fn stats() -> Stats<'static> {
    Stats::new(&COUNTERS)
}

/// Counts one more.
pub fn count(counter: Counter) {
    stats().add(thread::processor(), counter, 1);
}

/// The ring.
pub fn ring() -> Option<Ring<'static>> {
    Ring::new(&RING)
}

/// Gets memory. Before anything calls back.
pub fn start() -> Result<(), NTSTATUS> {
    CONTENT.allocate()?;
    NAMES.allocate()?;
    scratch::reserve();
    let names = PoolBox::copy(&const { Names::new() }).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    set_names(names);
    Ok(())
}

/// Gives memory back, once nothing calls back any more.
pub fn stop() {
    KINDS.store(0, Ordering::Relaxed);
    DENYING.store(0, Ordering::Relaxed);
    CONTENT.free();
    NAMES.free();
    scratch::free();
}

/// Notes that something does not work as it should.
pub fn degrade(part: Degraded) {
    DEGRADED.fetch_or(part.bit(), Ordering::Relaxed);
}

/// Notes that it works again.
pub fn restore(part: Degraded) {
    DEGRADED.fetch_and(!part.bit(), Ordering::Relaxed);
}

/// What does not work.
pub fn degraded() -> u32 {
    DEGRADED.load(Ordering::Relaxed)
}

/// The mode.
pub fn mode() -> Mode {
    Mode::from_number(MODE.load(Ordering::Relaxed)).unwrap_or(Mode::Off)
}

/// Sets the mode.
pub fn set_mode(mode: Mode) {
    MODE.store(mode.number(), Ordering::Relaxed);
    publish();
}

/// Makes content the active one; gives it back while another change is under way. At PASSIVE_LEVEL.
pub fn activate(loaded: PoolBox<Loaded>) -> Result<(), PoolBox<Loaded>> {
    CONTENT.replace(loaded)?;
    publish();
    Ok(())
}

/// Makes nothing active.
pub fn deactivate() {
    CONTENT.clear();
    publish();
}

/// Looks at the active content.
pub fn content<R>(look: impl Fn(&Loaded) -> R) -> Option<R> {
    CONTENT.read(|loaded| look(loaded))
}

fn publish() {
    let mode = mode();
    let (kinds, denying) = content(|loaded| (loaded.kinds, loaded.denying)).unwrap_or((0, 0));
    let when = |holds, kinds| if holds { kinds } else { 0 };
    KINDS.store(when(mode != Mode::Off, kinds), Ordering::Relaxed);
    DENYING.store(when(mode == Mode::Enforce, denying), Ordering::Relaxed);
}

/// Makes `names` what names are made with. At PASSIVE_LEVEL, by the worker alone once it runs.
pub fn set_names(names: PoolBox<Names>) {
    // Only the worker replaces: nobody else is under way.
    drop(NAMES.replace(names));
}

/// A copy of what names are made with, to change.
pub fn names() -> Option<PoolBox<Names>> {
    NAMES.read(|names| PoolBox::copy(&**names)).flatten()
}

/// The path of an image, in memory of its own, and whether Windows does not run without that program.
pub fn image(path: &[u16]) -> (Option<Block<u16>>, bool) {
    let made = NAMES.read(|names| {
        scratch::with(|scratch| {
            let image = names::image(names, path, &mut scratch.units).ok()?;
            Some((Block::copy(image), names.is_critical(image)))
        })
    });
    made.flatten().flatten().unwrap_or((None, false))
}

/// Whether anything could come of judging an event of this kind in this phase.
pub fn wants(kind: Kind, phase: Phase) -> bool {
    let kinds = match phase {
        Phase::Before => &DENYING,
        Phase::After | Phase::Only => &KINDS,
    };
    kinds.load(Ordering::Relaxed) & bit(kind.number()) != 0
}

/// Who an event is about, for acting and telemetry.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The process's id.
    pub process_id: u64,
    /// Its start key; 0 where it is not known.
    pub start_key: u64,
    /// Whether nothing is denied to it.
    pub critical: bool,
}

/// The texts of an event, made in the run's working memory.
pub struct Texts<'r> {
    names: &'r Names,
    free: &'r mut [u16],
}

/// Most units that making a name adds to it: Windows' own folder, or a root key and `(Default)`.
const ADDED: usize = 96;

impl<'r> Texts<'r> {
    /// Room for a text made of this many units.
    fn room(&mut self, units: usize) -> &'r mut [u16] {
        let free = mem::take(&mut self.free);
        let Some((room, rest)) = free.split_at_mut_checked(units.saturating_add(ADDED)) else {
            return &mut [];
        };
        self.free = rest;
        room
    }

    /// A file's name.
    pub fn file(&mut self, path: &[u16]) -> Option<names::FileName<'r>> {
        counted(names::file(self.names, path, self.room(path.len())).ok())
    }

    /// An image's path.
    pub fn image(&mut self, path: &[u16]) -> Option<&'r [u16]> {
        counted(names::image(self.names, path, self.room(path.len())).ok())
    }

    /// A pipe's name.
    pub fn pipe(&mut self, path: &[u16]) -> Option<&'r [u16]> {
        counted(names::pipe(path, self.room(path.len())).ok())
    }

    /// A key's name.
    pub fn key(&mut self, path: &[u16]) -> Option<&'r [u16]> {
        counted(names::key(self.names, path, self.room(path.len())).ok())
    }

    /// The name of a value, or of a key below `key`.
    pub fn value(&mut self, key: &[u16], value: &[u16]) -> Option<&'r [u16]> {
        let room = self.room(key.len().saturating_add(value.len()));
        counted(names::value(self.names, key, value, room).ok())
    }

    /// What was written to a value.
    pub fn details(&mut self, data_type: u32, data: &[u8]) -> Option<&'r [u16]> {
        counted(details(data_type, data, self.room(data.len().div_ceil(2))).ok())
    }
}

fn counted<T>(text: Option<T>) -> Option<T> {
    if text.is_none() {
        count(Counter::NameFailures);
    }
    text
}

/// A text that may not be known.
pub fn text(text: Option<&[u16]>) -> Value<'_> {
    text.map_or(Value::Unsupplied, Value::Text)
}

/// Judges one event.
pub struct Run<'r> {
    loaded: &'r Loaded,
    words: &'r mut [u64],
    phase: Phase,
    subject: Subject,
    /// Now, in 100 ns since 1601.
    pub time: u64,
}

impl Run<'_> {
    /// Judges; whether the operation is to be denied.
    pub fn judge<E: Observed>(&mut self, event: &E) -> bool {
        event.with(|fields| self.decide(fields, event.image(), event.object()))
    }

    /// Not inlined: one copy of the machine serves every kind.
    #[inline(never)]
    fn decide(&mut self, event: &Event<'_>, image: Value<'_>, object: Value<'_>) -> bool {
        let content = self.loaded.sealed.content();
        let judge = Judge {
            content,
            quarantine: Quarantine::new(&self.loaded.quarantined),
            mode: mode(),
        };
        let circumstance = Circumstance {
            phase: self.phase,
            critical: self.subject.critical,
        };
        let content_version = content.content().header().content_version;
        let ring = ring();
        let mut told = false;
        let decision = judge.judge(event, circumstance, self.words, |finding| {
            let record = EventRecord {
                kind: event.kind,
                time: self.time,
                content_version,
                start_key: self.subject.start_key,
                process_id: cast::low(self.subject.process_id),
                finding: *finding,
                image,
                object,
            };
            if let Some(ring) = &ring {
                told |= ring.push(|sequence, dropped| record.words(sequence, dropped));
            }
        });
        stats().judged(thread::processor(), event.kind, self.phase, &decision);
        if told {
            worker::records_wait();
        }
        decision.deny
    }
}

/// Opens a run, in which `action` makes the event's texts and has it judged; whether to deny.
pub fn run(
    phase: Phase,
    subject: Subject,
    action: impl FnOnce(&mut Run<'_>, &mut Texts<'_>) -> bool,
) -> bool {
    let (started, frequency) = thread::ticks();
    let time = thread::now();
    let mut action = Some(action);
    let outcome = CONTENT.read(|loaded| {
        NAMES.read(|names| {
            let action = action.take()?;
            scratch::with(|Scratch { words, units }| {
                let mut run = Run {
                    loaded,
                    words,
                    phase,
                    subject,
                    time,
                };
                let mut texts = Texts { names, free: units };
                action(&mut run, &mut texts)
            })
        })
    });
    match outcome {
        Some(Some(Some(deny))) => {
            let (ended, _) = thread::ticks();
            let took = ended.saturating_sub(started).saturating_mul(1_000_000_000);
            let took = took.checked_div(frequency).unwrap_or(0);
            stats().took(thread::processor(), took);
            deny
        }
        Some(Some(None)) => {
            count(Counter::NoScratch);
            false
        }
        _ => {
            count(Counter::NoContent);
            false
        }
    }
}
