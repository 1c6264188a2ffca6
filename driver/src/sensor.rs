//! Judges events: the one place where content, working memory, names, statistics and telemetry meet.
//!
//! A callback asks first whether anyone is interested ([`wants`]); asks Windows for names; then opens a [`run`], in which
//! the thread cannot be suspended and nothing of Windows is called. First the event is assembled, then it is judged: both
//! in the run's working memory, so that what assembling needs of the stack is free again when rules run.

use core::marker::PhantomData;
use core::mem;
use core::num::NonZeroU64;
use core::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};

use cofferdam_engine::Mode;
use cofferdam_engine::cache::{self, Cache, Epochs, Key};
use cofferdam_engine::details::details;
use cofferdam_engine::event::{Assembled, Observed, Value};
use cofferdam_engine::judge::{Circumstance, Finding, Judge, Phase, kinds_that_deny};
use cofferdam_engine::mute::MuteSet;
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
use crate::process::{self, Who};
use crate::scratch;
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

/// Kinds of which its verdicts may be kept.
static CACHEABLE: AtomicU64 = AtomicU64::new(0);

/// The number of the active content: no two have the same.
static ACTIVE: AtomicU64 = AtomicU64::new(0);

/// Contents so far.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

static DEGRADED: AtomicU32 = AtomicU32::new(0);

/// Records that wait for user mode: 2^10, a megabyte.
const RING_WORDS: usize = ring::words(10, RECORD_WORDS);
static RING: [AtomicU64; RING_WORDS] = [const { AtomicU64::new(0) }; RING_WORDS];

/// Counters of up to 16 processors apart.
static COUNTERS: [AtomicU64; SET_WORDS * 16] = [const { AtomicU64::new(0) }; SET_WORDS * 16];

/// What need not be judged again: 4,096 verdicts.
static VERDICTS: [AtomicU64; cache::SLOT_WORDS << 12] =
    [const { AtomicU64::new(0) }; cache::SLOT_WORDS << 12];

/// The epochs of files' names.
pub static EPOCHS: Epochs = Epochs::new(AtomicU64::new(0), AtomicU64::new(0));

/// Content with what belongs to it.
pub struct Loaded {
    sealed: Sealed,
    number: u64,
    /// One bit for each rule.
    quarantined: Block<AtomicU64>,
    kinds: u64,
    denying: u64,
    cacheable: u64,
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
            cacheable: cache::cacheable(content.content()),
            number: NUMBERS.fetch_add(1, Ordering::Relaxed).wrapping_add(1),
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
    let active = content(|loaded| {
        ACTIVE.store(loaded.number, Ordering::Relaxed);
        CACHEABLE.store(loaded.cacheable, Ordering::Relaxed);
        (loaded.kinds, loaded.denying)
    });
    let (kinds, denying) = active.unwrap_or((0, 0));
    let when = |holds, kinds| if holds { kinds } else { 0 };
    KINDS.store(when(mode != Mode::Off, kinds), Ordering::Relaxed);
    DENYING.store(when(mode == Mode::Enforce, denying), Ordering::Relaxed);
}

/// Makes `names` what names are made with. At PASSIVE_LEVEL, by the worker alone once it runs.
pub fn set_names(names: PoolBox<Names>) {
    EPOCHS.begin();
    // Only the worker replaces: nobody else is under way.
    drop(NAMES.replace(names));
    process::mute(MuteSet::renew);
    EPOCHS.end();
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

/// Whether it is known that an event of this kind, of this process on this stream, is nothing to report.
pub fn is_nothing(kind: Kind, start_key: u64, stream: NonZeroU64) -> bool {
    let known = EPOCHS.current().is_some_and(|epoch| {
        verdicts().holds(&Key {
            content: ACTIVE.load(Ordering::Relaxed),
            kind,
            start_key,
            stream: stream.get(),
            epoch,
        })
    });
    if known {
        count(Counter::CacheHits);
    }
    known
}

/// Whether a verdict on an event of this kind may be kept.
pub fn keeps(kind: Kind) -> bool {
    CACHEABLE.load(Ordering::Relaxed) & bit(kind.number()) != 0
}

fn verdicts() -> Cache<'static> {
    Cache::new(&VERDICTS)
}

/// An event that is being assembled. Its texts are made in the run's working memory, for `'e`; what it says of processes
/// lives longer, for `'w`.
pub struct Draft<'e, 'n, 'w: 'e> {
    /// Now, in 100 ns since 1601.
    pub time: u64,
    names: &'n Names,
    free: &'e mut [u16],
    event: &'n mut Assembled<'e>,
    lives: PhantomData<&'w ()>,
}

/// Most units that making a name adds to it: Windows' own folder, or a root key and `(Default)`.
const ADDED: usize = 96;

impl<'e> Draft<'e, '_, '_> {
    /// This is the event.
    pub fn set<E: Observed<'e>>(&mut self, event: &E) {
        self.event.set(event);
    }

    /// If there is nothing to report, that may be kept for this stream, whose name is of this epoch.
    pub fn keep(&mut self, stream: NonZeroU64, epoch: u64) {
        self.event.stream = Some((stream.get(), epoch));
    }

    /// Room for a text made of this many units.
    fn room(&mut self, units: usize) -> &'e mut [u16] {
        let free = mem::take(&mut self.free);
        let Some((room, rest)) = free.split_at_mut_checked(units.saturating_add(ADDED)) else {
            return &mut [];
        };
        self.free = rest;
        room
    }

    /// A file's name.
    pub fn file(&mut self, path: &[u16]) -> Option<names::FileName<'e>> {
        counted(names::file(self.names, path, self.room(path.len())).ok())
    }

    /// An image's path.
    pub fn image(&mut self, path: &[u16]) -> Option<&'e [u16]> {
        counted(names::image(self.names, path, self.room(path.len())).ok())
    }

    /// Names those images of processes anew that were learnt before their volume had a letter.
    #[inline(never)]
    fn rename_images(&mut self) {
        for at in self.event.images() {
            if let Value::Text(path) = self.event.value(*at)
                && names::lacks_letter(path)
            {
                let path = text(self.image(path));
                self.event.replace(*at, path);
            }
        }
    }

    /// A pipe's name.
    pub fn pipe(&mut self, path: &[u16]) -> Option<&'e [u16]> {
        counted(names::pipe(path, self.room(path.len())).ok())
    }

    /// A key's name.
    pub fn key(&mut self, path: &[u16]) -> Option<&'e [u16]> {
        counted(names::key(self.names, path, self.room(path.len())).ok())
    }

    /// The name of a value, or of a key below `key`.
    pub fn value(&mut self, key: &[u16], value: &[u16]) -> Option<&'e [u16]> {
        let room = self.room(key.len().saturating_add(value.len()));
        counted(names::value(self.names, key, value, room).ok())
    }

    /// What was written to a value.
    pub fn details(&mut self, data_type: u32, data: &[u8]) -> Option<&'e [u16]> {
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

/// What fills a draft. Called by its address, so that its frame is gone when the event is judged.
pub type Assemble<'a, 'w> = &'a mut dyn for<'e, 'n> FnMut(&mut Draft<'e, 'n, 'w>);

/// Opens a run, in which `assemble` says what the event is, if it is one, and that is judged; whether to deny.
///
/// Not inlined: one copy of the machine serves every callback.
#[inline(never)]
pub fn run<'w>(phase: Phase, who: &Who, assemble: Assemble<'_, 'w>) -> bool {
    let (started, _) = thread::ticks();
    let outcome = CONTENT.read(|loaded| {
        scratch::with(|scratch| {
            let event = scratch.event.fresh();
            assembled(&mut scratch.units, event, assemble);
            decide(loaded, &mut scratch.words, event, phase, who)
        })
    });
    let Some(deny) = outcome.flatten() else {
        count(match outcome {
            Some(_) => Counter::NoScratch,
            None => Counter::NoContent,
        });
        return false;
    };
    took(started);
    deny
}

/// Counts how long a run took.
#[inline(never)]
fn took(started: u64) {
    let (ended, frequency) = thread::ticks();
    let took = ended.saturating_sub(started).saturating_mul(1_000_000_000);
    let took = took.checked_div(frequency).unwrap_or(0);
    stats().took(thread::processor(), took);
}

#[inline(never)]
fn assembled<'e, 'w: 'e>(
    units: &'e mut [u16],
    event: &mut Assembled<'e>,
    assemble: Assemble<'_, 'w>,
) {
    let mut units = Some(units);
    event.time = thread::now();
    NAMES.read(|names| {
        if let Some(free) = units.take() {
            let mut draft = Draft {
                time: event.time,
                names,
                free,
                event,
                lives: PhantomData,
            };
            assemble(&mut draft);
            draft.rename_images();
        }
    });
}

#[inline(always)]
fn decide(
    loaded: &Loaded,
    words: &mut [u64],
    assembled: &Assembled<'_>,
    phase: Phase,
    who: &Who,
) -> bool {
    let Some(event) = assembled.event() else {
        return false;
    };
    let judge = Judge {
        content: loaded.sealed.content(),
        quarantine: Quarantine::new(&loaded.quarantined),
        mode: mode(),
    };
    let circumstance = Circumstance {
        phase,
        critical: who.is_critical(),
    };
    let decision = judge.judge(&event, circumstance, words, |finding| {
        record(loaded, assembled, who, event.kind, finding);
    });
    stats().judged(thread::processor(), event.kind, phase, &decision);
    if decision.is_nothing() && phase != Phase::Before && judge.mode != Mode::Off {
        keep(loaded, assembled, who, event.kind);
    }
    decision.deny
}

/// Keeps that there is nothing to report.
#[inline(never)]
fn keep(loaded: &Loaded, assembled: &Assembled<'_>, who: &Who, kind: Kind) {
    if loaded.cacheable & bit(kind.number()) != 0
        && let Some((stream, epoch)) = assembled.stream
    {
        verdicts().insert(&Key {
            content: loaded.number,
            kind,
            start_key: who.start_key(),
            stream,
            epoch,
        });
    }
}

/// Puts a finding into the ring.
#[inline(never)]
fn record(loaded: &Loaded, assembled: &Assembled<'_>, who: &Who, kind: Kind, finding: &Finding) {
    let record = EventRecord {
        kind,
        time: assembled.time,
        content_version: loaded.header().content_version,
        start_key: who.start_key(),
        process_id: cast::low(who.id()),
        finding: *finding,
        image: assembled.image(),
        object: assembled.object(),
    };
    if ring().is_some_and(|ring| ring.push(|sequence, dropped| record.words(sequence, dropped))) {
        worker::records_wait();
    }
}
