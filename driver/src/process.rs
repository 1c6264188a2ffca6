//! Processes, their threads and images; and who it is that does what other modules report.
//!
//! A process's record holds its texts and those of its parents, so that every event can have them without asking
//! Windows. Records are shared: the table's lock is held to find one, never while its texts are read. No process object
//! stays referenced.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cofferdam_engine::event::{
    Actor, DriverLoad, ImageLoad, ProcessCreation, ProcessTermination, RemoteThread, Value,
    integrity_level,
};
use cofferdam_engine::judge::Phase;
use cofferdam_engine::mute::{MuteSet, NotMuted};
use cofferdam_engine::names::lacks_letter;
use cofferdam_engine::process::{NotInserted, Process, ProcessTable};
use cofferdam_engine::stats::{Counter, Degraded};
use cofferdam_interpreter::schema::Kind;
use wdk_sys::{NTSTATUS, STATUS_ACCESS_DENIED};

use crate::cast;
use crate::ffi::pool::{Block, Shared};
use crate::ffi::process::{Creation, ProcessObject, ProcessView, TokenFacts};
use crate::ffi::sync::SpinLock;
use crate::ffi::text::wide;
use crate::ffi::thread;
use crate::sensor::{self, count, run, text, wants};

/// Processes that are known at a time, those that ended a while ago included.
const PROCESSES: usize = 8192;

static TABLE: SpinLock<ProcessTable<Shared<Record>, PROCESSES>> =
    SpinLock::new(ProcessTable::new());

/// How long a process is remembered after its end, in 100 ns: ten minutes.
const REMEMBERED: u64 = 6_000_000_000;

/// The process in which the kernel's own threads run.
const SYSTEM: u64 = 4;

static MUTED: SpinLock<MuteSet> = SpinLock::new(MuteSet::new());

/// The set's generation.
static MUTED_GENERATION: AtomicU64 = AtomicU64::new(0);

/// A text of a process.
enum Known {
    /// It has none.
    Absent,
    /// It could not be had.
    Unknown,
    /// This one.
    Text(Block<u16>),
}

impl Known {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Absent => Value::Absent,
            Self::Unknown => Value::Unsupplied,
            Self::Text(text) => Value::Text(text),
        }
    }

    fn of(text: Option<Block<u16>>) -> Self {
        text.map_or(Self::Unknown, Self::Text)
    }
}

/// What a process's children, and theirs, need to know of it.
struct Texts {
    image: Known,
    command_line: Known,
}

/// What is known of a process.
struct Record {
    id: u64,
    start_key: u64,
    parent_id: Option<u64>,
    own: Shared<Texts>,
    parent: Option<Shared<Texts>>,
    grand_parent: Option<Shared<Texts>>,
    token: TokenFacts,
    /// Whether Windows does not run without it.
    critical: bool,
    /// Whether its first thread, which its creator makes, is still to come.
    awaits_thread: AtomicBool,
    /// Twice the generation of the muted set, and one more where the image is in it.
    muted: AtomicU64,
}

/// A process that does something.
#[derive(Clone)]
pub struct Who {
    id: u64,
    start_key: u64,
    record: Option<Shared<Record>>,
}

fn image_of(texts: Option<&Shared<Texts>>) -> Value<'_> {
    texts.map_or(Value::Unsupplied, |texts| texts.image.value())
}

fn command_line_of(texts: Option<&Shared<Texts>>) -> Value<'_> {
    texts.map_or(Value::Unsupplied, |texts| texts.command_line.value())
}

impl Who {
    /// What an event says of it. Inlined: by its address it would stand twice on the stack.
    #[inline(always)]
    pub fn actor(&self) -> Actor<'_> {
        let record = self.record.as_deref();
        let own = record.map(|record| &record.own);
        let parent = record.and_then(|record| record.parent.as_ref());
        let token = record.map(|record| record.token).unwrap_or_default();
        Actor {
            process_id: self.id,
            image: image_of(own),
            command_line: command_line_of(own),
            parent_image: image_of(parent),
            parent_command_line: command_line_of(parent),
            integrity: integrity_level(token.integrity, token.app_container),
        }
    }

    /// Whether it is in the table: what events say of it is the same each time.
    pub fn is_known(&self) -> bool {
        self.record.is_some()
    }

    /// Its start key.
    pub fn start_key(&self) -> u64 {
        self.start_key
    }

    /// Its id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The path of its image.
    pub fn image(&self) -> Value<'_> {
        image_of(self.record.as_deref().map(|record| &record.own))
    }

    /// Its parent's id.
    pub fn parent_id(&self) -> Value<'_> {
        let id = self.record.as_deref().and_then(|record| record.parent_id);
        id.map_or(Value::Unsupplied, Value::Number)
    }

    /// Whether nothing is denied to it: Windows may not run without it.
    pub fn is_critical(&self) -> bool {
        self.record.as_deref().is_none_or(|record| record.critical)
    }

    /// Whether what it does is not judged; that is counted.
    #[inline(never)]
    pub fn is_muted(&self) -> bool {
        let muted = self.looks_muted();
        if muted {
            count(Counter::Muted);
        }
        muted
    }

    fn looks_muted(&self) -> bool {
        let generation = MUTED_GENERATION.load(Ordering::Acquire);
        let Some(record) = self.record.as_deref().filter(|_| generation != 0) else {
            return false;
        };
        let known = record.muted.load(Ordering::Relaxed);
        if known >> 1 == generation {
            return known & 1 != 0;
        }
        let muted = match &record.own.image {
            Known::Text(image) => {
                let lettered = match lacks_letter(image) {
                    true => sensor::image(image).0,
                    false => None,
                };
                MUTED.with(|set| set.contains(lettered.as_deref().unwrap_or(image)))
            }
            _ => false,
        };
        let now = generation << 1 | u64::from(muted);
        record.muted.store(now, Ordering::Relaxed);
        muted
    }
}

/// Changes the muted set; how many paths are in it.
pub fn mute<R>(change: impl FnOnce(&mut MuteSet) -> R) -> R {
    MUTED.with(|set| {
        let outcome = change(set);
        MUTED_GENERATION.store(set.generation(), Ordering::Release);
        outcome
    })
}

/// Mutes a path.
pub fn mute_path(path: impl ExactSizeIterator<Item = u16>) -> Result<(), NotMuted> {
    mute(|set| set.insert(path))
}

/// Processes in the table.
pub fn known() -> u32 {
    TABLE.with(|table| table.living().wrapping_add(table.tombstones()))
}

/// The process that does what a callback reports.
#[inline(never)]
pub fn acting(process: ProcessView<'_>) -> Who {
    let start_key = process.start_key();
    let record = TABLE.with(|table| {
        let process = table.get(start_key)?;
        Some(process.record.clone())
    });
    Who {
        id: process.id(),
        start_key,
        record: record.or_else(|| {
            count(Counter::UnknownProcesses);
            learn(process)
        }),
    }
}

/// The living process with this id.
#[inline(never)]
fn living(id: u64) -> Option<Who> {
    let known = TABLE.with(|table| {
        let process = table.by_id(cast::low(id))?;
        Some((process.start_key, process.record.clone()))
    });
    match known {
        Some((start_key, record)) => Some(Who {
            id,
            start_key,
            record: Some(record),
        }),
        None => Some(acting(*ProcessObject::lookup(id)?)),
    }
}

/// Takes a process into the table that was there before the driver, or that there was no memory for.
fn learn(process: ProcessView<'_>) -> Option<Shared<Record>> {
    if !thread::is_passive() {
        // Its image and token may be asked for at PASSIVE_LEVEL only: the next event may have more luck.
        return None;
    }
    let record = Record::new(process, None, None, Known::Absent, false)?;
    insert(&record);
    Some(record)
}

/// Learns of every process that runs. At PASSIVE_LEVEL, after notifications have been registered.
pub fn learn_all() {
    /// Ids are multiples of four; those that are higher are learnt when they first do something.
    const HIGHEST: u64 = 0x1_0000;
    for id in (SYSTEM..HIGHEST).step_by(4) {
        if let Some(process) = ProcessObject::lookup(id) {
            let key = process.start_key();
            if TABLE.with(|table| table.get(key).is_none()) {
                learn(*process);
            }
        }
    }
}

/// Forgets every process, once nothing calls back any more.
pub fn forget_all() {
    while let Some(record) = TABLE.with(ProcessTable::drain) {
        drop(record);
    }
}

fn insert(record: &Shared<Record>) {
    let process = Process {
        start_key: record.start_key,
        process_id: cast::low(record.id),
        parent: 0,
        creator: 0,
        ended: None,
        record: record.clone(),
    };
    let now = thread::now();
    // What comes back is dropped here, outside the lock.
    let outcome = TABLE.with(|table| table.insert(process, now));
    if let Err(NotInserted::Full(_)) = outcome {
        count(Counter::ProcessTableFull);
        sensor::degrade(Degraded::OlderProcesses);
    }
}

impl Record {
    fn new(
        process: ProcessView<'_>,
        announced: Option<&[u16]>,
        parent: Option<&Who>,
        command_line: Known,
        awaits_thread: bool,
    ) -> Option<Shared<Self>> {
        let id = process.id();
        let path = process.image();
        let path = path.as_deref().filter(|path| !path.is_empty());
        let (image, critical) = if id == SYSTEM {
            (Block::copy(wide!("System")), true)
        } else {
            match path.or(announced) {
                Some(path) => sensor::image(path),
                None => (None, false),
            }
        };
        let own = Shared::new(Texts {
            image: Known::of(image),
            command_line,
        });
        let theirs = parent.and_then(|parent| parent.record.as_deref());
        own.and_then(|own| {
            Shared::new(Self {
                id,
                start_key: process.start_key(),
                parent_id: parent.map(|parent| parent.id),
                own,
                parent: theirs.map(|parent| parent.own.clone()),
                grand_parent: theirs.and_then(|parent| parent.parent.clone()),
                token: process.token(),
                critical,
                awaits_thread: AtomicBool::new(awaits_thread),
                muted: AtomicU64::new(0),
            })
        })
    }
}

/// Takes a process into the table that is about to run.
#[inline(never)]
fn record(creation: &Creation<'_>) -> Option<Shared<Record>> {
    let parent = living(creation.parent);
    let command_line = match creation.command_line {
        None => Known::Absent,
        Some(text) => Known::of(Block::copy(text)),
    };
    let record = Record::new(
        creation.process,
        creation.image,
        parent.as_ref(),
        command_line,
        true,
    )?;
    insert(&record);
    Some(record)
}

/// A process is about to run; the status with which to refuse it, if any.
pub fn created(creation: &Creation<'_>) -> Option<NTSTATUS> {
    let record = record(creation)?;
    let who = Who {
        id: record.id,
        start_key: record.start_key,
        record: Some(record.clone()),
    };
    if !wants(Kind::ProcessCreation, Phase::Only) || who.is_muted() {
        return None;
    }
    let number = |number: Option<u64>| number.map_or(Value::Unsupplied, Value::Number);
    let deny = run(Phase::Only, &who, &mut |event| {
        event.set(&ProcessCreation {
            time: event.time,
            process: who.actor(),
            parent_process_id: creation.parent,
            grand_parent_image: image_of(record.grand_parent.as_ref()),
            logon_id: number(record.token.logon),
            session_id: number(record.token.session.map(u64::from)),
        });
    });
    // A failure that somebody else set is not written over.
    (deny && !creation.refused).then_some(STATUS_ACCESS_DENIED)
}

/// A process has ended.
pub fn ended(process: ProcessView<'_>) {
    if wants(Kind::ProcessTermination, Phase::After) {
        let who = acting(process);
        if !who.is_muted() {
            run(Phase::After, &who, &mut |event| {
                event.set(&ProcessTermination {
                    time: event.time,
                    process: who.actor(),
                });
            });
        }
    }
    let now = thread::now();
    let key = process.start_key();
    TABLE.with(|table| table.end(key, now));
    let old = now.saturating_sub(REMEMBERED);
    // As many may go as came, and one more: the table empties itself.
    for _ in 0..2 {
        drop(TABLE.with(|table| table.expire(old)));
    }
}

/// A thread was made in the process with this id, by the current one.
pub fn thread_created(target: u64, thread_id: u64) {
    let current = ProcessView::current();
    if !wants(Kind::CreateRemoteThread, Phase::After) && current.id() == target {
        return;
    }
    let Some(target) = living(target) else {
        return;
    };
    let first = target
        .record
        .as_deref()
        .is_some_and(|record| record.awaits_thread.swap(false, Ordering::Relaxed));
    if first || current.id() == target.id || !wants(Kind::CreateRemoteThread, Phase::After) {
        return;
    }
    let who = acting(current);
    if who.is_muted() {
        return;
    }
    run(Phase::After, &who, &mut |event| {
        event.set(&RemoteThread {
            time: event.time,
            source: who.actor(),
            target_process_id: target.id,
            target_image: target.image(),
            target_parent_process_id: target.parent_id(),
            thread_id,
        });
    });
}

/// An image was mapped into a process, or as a driver into the kernel. Nothing of the file system may be asked here.
pub fn image_loaded(name: Option<&[u16]>, process_id: u64, is_driver: bool) {
    let kind = if is_driver {
        Kind::DriverLoad
    } else {
        Kind::ImageLoad
    };
    if !wants(kind, Phase::After) {
        return;
    }
    let Some(who) = living(if is_driver { SYSTEM } else { process_id }) else {
        return;
    };
    if who.is_muted() {
        return;
    }
    run(Phase::After, &who, &mut |event| {
        let image = text(name.and_then(|name| event.image(name)));
        let time = event.time;
        if is_driver {
            event.set(&DriverLoad { time, image });
        } else {
            event.set(&ImageLoad {
                time,
                actor: who.actor(),
                image,
            });
        }
    });
}
