//! The one thread of the driver: does what may not be done in a callback, and waits the rest of the time.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::ffi::device;
use crate::ffi::sync::Event;
use crate::{control, load, parameters, process, sensor, volumes};

static EVENT: Event = Event::new();
static STOP: AtomicBool = AtomicBool::new(false);

/// Waits while something is to be tried again, and otherwise, in milliseconds.
const SOON: u32 = 500;
const LATER: u32 = 60_000;

/// Before the thread is started or woken.
pub fn initialise() {
    EVENT.initialise();
}

/// Makes the worker look what there is to do. At or below DISPATCH_LEVEL.
pub fn wake() {
    EVENT.set();
}

/// Records were put into the ring.
pub fn records_wait() {
    if device::reads_wait() {
        wake();
    }
}

/// Makes the worker end.
pub fn ask_to_stop() {
    STOP.store(true, Ordering::Release);
    wake();
}

/// Whether it is known where Windows lies.
static KNOWS_PLACES: AtomicBool = AtomicBool::new(false);

/// Learns what names are made with; whether something is still missing. At PASSIVE_LEVEL, by one thread at a time.
pub fn learn_names() -> bool {
    let again = volumes::resolve();
    if !KNOWS_PLACES.load(Ordering::Relaxed)
        && let Some(mut names) = sensor::names()
    {
        KNOWS_PLACES.store(parameters::places(&mut names), Ordering::Relaxed);
        sensor::set_names(names);
    }
    again || !KNOWS_PLACES.load(Ordering::Relaxed)
}

/// The thread, at PASSIVE_LEVEL.
pub fn run() {
    let mut knows_processes = false;
    let mut has_loaded = false;
    while !STOP.load(Ordering::Acquire) {
        let mut again = learn_names();
        if !knows_processes {
            process::learn_all();
            knows_processes = true;
        }
        if !has_loaded {
            has_loaded = load::at_start();
        }
        again |= !has_loaded;
        device::serve_reads(control::has_records, control::read_records);
        EVENT.wait(if again { SOON } else { LATER });
    }
}
