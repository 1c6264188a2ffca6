//! Working memory for events: reserved at start, two for each processor, so that low memory does not mean blind; more
//! comes from the pool for as long as it lasts.

use cofferdam_interpreter::limits::Limits;

use crate::cast;
use crate::ffi::pool::{Block, EventRoom, PoolBox};
use crate::ffi::sync::{Exclusive, Held};
use crate::ffi::thread;

/// Places for reserved memory: enough for 32 processors.
const PLACES: usize = 64;

/// Units for the texts that an event is given: two of the longest names, and what is put before them.
const UNITS: usize = 2 * 33_792;

/// Working memory of one event.
pub struct Scratch {
    /// The machine's.
    pub words: Block<u64>,
    /// For texts.
    pub units: Block<u16>,
    /// For the event.
    pub event: EventRoom,
}

impl Scratch {
    fn new() -> Option<Self> {
        Some(Self {
            words: Block::new(cast::index(Limits::KERNEL.scratch_words))?,
            units: Block::new(UNITS)?,
            event: EventRoom::new()?,
        })
    }
}

static RESERVED: [Exclusive<Option<Scratch>>; PLACES] = [const { Exclusive::new(None) }; PLACES];

/// Reserves. Fewer than wanted is not a failure: the pool stands behind.
pub fn reserve() {
    let wanted = cast::index(thread::processors()).saturating_mul(2);
    for place in RESERVED.iter().take(wanted) {
        place.try_with(|place| *place = Scratch::new());
    }
}

/// Frees what is reserved, once no event is judged any more.
pub fn free() {
    for place in &RESERVED {
        place.try_with(|place| *place = None);
    }
}

/// Working memory that is used.
enum Used {
    Reserved(Held<'static, Option<Scratch>>),
    Spare(PoolBox<Scratch>),
}

/// Runs `action` with working memory; `None` where there is none.
pub fn with<R>(action: impl FnOnce(&mut Scratch) -> R) -> Option<R> {
    let mut used = take()?;
    match &mut used {
        Used::Reserved(scratch) => scratch.as_mut(),
        Used::Spare(scratch) => Some(&mut **scratch),
    }
    .map(action)
}

#[inline(never)]
fn take() -> Option<Used> {
    // Processors begin at different places, so that they do not meet.
    let first = cast::index(thread::processor()).wrapping_mul(2);
    let places = (first..first.saturating_add(PLACES)).map(|at| at & (PLACES - 1));
    let mut held = places.filter_map(|at| RESERVED.get(at)?.try_hold());
    match held.find(|held| held.is_some()) {
        Some(held) => Some(Used::Reserved(held)),
        None => Some(Used::Spare(PoolBox::new(Scratch::new()?)?)),
    }
}
