//! The kernel's routines, a family a file, and what they keep.
//!
//! Each family has a table `ROUTINES` in which every routine stands with the page of its documentation, its highest IRQL
//! and whether it can fail.

pub(crate) mod crypto;
pub(crate) mod direct;
pub(crate) mod files;
pub(crate) mod flt;
pub(crate) mod handles;
pub(crate) mod held;
pub(crate) mod io;
pub(crate) mod notify;
pub(crate) mod object_callbacks;
pub(crate) mod objects;
pub(crate) mod pages;
pub(crate) mod pool;
pub(crate) mod processes;
pub(crate) mod quick;
pub(crate) mod registry;
pub(crate) mod requests;
pub(crate) mod security;
pub(crate) mod strings;
pub(crate) mod sync;
pub(crate) mod time;
pub(crate) mod zw;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::finding::Check;
use crate::kernel::Cells;
use crate::memory;
use crate::routine::Routine;

pub(crate) use direct::direct;

/// A status as a routine returns it.
pub(crate) const fn status(code: u32) -> u64 {
    code as u64
}

/// `STATUS_SUCCESS`.
pub(crate) const SUCCESS: u64 = 0;
/// `STATUS_INSUFFICIENT_RESOURCES`: what most routines that can fail say when memory is low.
pub(crate) const LOW: u64 = status(0xc000_009a);

/// An address of user mode, which nothing may touch: the host maps nothing so low.
pub(crate) const USER_MEMORY: u64 = 0x10_0000_0000;
/// Below all that the host maps.
const HIGHEST_USER_ADDRESS: u64 = 0x20_0000_0000;

/// What the families keep.
#[derive(Debug)]
pub struct State {
    pub(crate) cells: Cells,
    /// The driver's pool.
    pub(crate) pool: pool::Pool,
    /// What the kernel itself allocates and hands to the driver.
    pub(crate) system: pool::Pool,
    pub(crate) objects: objects::Objects,
    pub(crate) held: held::Held,
    pub(crate) sync: sync::Sync,
    pub(crate) clock: time::Clock,
    pub(crate) handles: handles::Handles,
    pub(crate) processes: processes::Processes,
    pub(crate) notify: notify::Notify,
    pub(crate) devices: io::devices::Devices,
    pub(crate) irps: io::irps::Irps,
    pub(crate) queues: io::csq::Queues,
    pub(crate) volumes: flt::volumes::Volumes,
    pub(crate) filters: flt::filter::Filters,
    pub(crate) contexts: flt::contexts::Contexts,
    pub(crate) operations: flt::operation::Operations,
    pub(crate) work: flt::work::Work,
    pub(crate) files: files::Files,
    pub(crate) registry: registry::Registry,
    pub(crate) crypto: crypto::Crypto,
    pub(crate) pages: pages::Pages,
    pub(crate) object_callbacks: object_callbacks::Callbacks,
    /// Open handles to the driver's devices, by file object: the device.
    pub(crate) clients: Mutex<BTreeMap<u64, u64>>,
    /// The volume that Windows started from, once it is there.
    pub(crate) system_volume: Mutex<Option<Vec<u16>>>,
    /// What a power cut would have left of the driver's volume after each of its writes and flushes, where that is noted.
    pub(crate) cuts: Mutex<Option<Vec<crate::disk::Disk>>>,
    /// What the next query of a name fails with, where a test wants it to.
    pub(crate) name_failure: Mutex<Option<u64>>,
    /// Whether strings that the driver is handed have a byte too many.
    pub(crate) odd_strings: AtomicBool,
    /// What stands where Windows has the requesting thread.
    pub(crate) thread_object: u64,
}

impl State {
    pub(crate) fn new() -> Self {
        let objects = objects::Objects::new();
        let process_type = objects.new_address();
        let thread_type = objects.new_address();
        let thread_object = objects.new_named("a thread");
        Self {
            // Of the types, the variables are pointers to their objects.
            cells: Cells::new(&[
                ("PsProcessType", process_type),
                ("PsThreadType", thread_type),
                ("InitSafeBootMode", 0),
                ("MmHighestUserAddress", HIGHEST_USER_ADDRESS),
            ]),
            pool: pool::Pool::new("pool"),
            system: pool::Pool::new("the kernel's memory"),
            objects,
            held: held::Held::default(),
            sync: sync::Sync::default(),
            clock: time::Clock::default(),
            handles: handles::Handles::default(),
            processes: processes::Processes::default(),
            notify: notify::Notify::default(),
            devices: io::devices::Devices::default(),
            irps: io::irps::Irps::default(),
            queues: io::csq::Queues::default(),
            volumes: flt::volumes::Volumes::default(),
            filters: flt::filter::Filters::default(),
            contexts: flt::contexts::Contexts::default(),
            operations: flt::operation::Operations::default(),
            work: flt::work::Work::default(),
            files: files::Files::default(),
            registry: registry::Registry::default(),
            crypto: crypto::Crypto::default(),
            pages: pages::Pages::default(),
            object_callbacks: object_callbacks::Callbacks::default(),
            clients: Mutex::default(),
            system_volume: Mutex::default(),
            cuts: Mutex::default(),
            name_failure: Mutex::default(),
            odd_strings: AtomicBool::new(false),
            thread_object,
        }
    }

    /// The bytes of a counted string that the driver is handed.
    pub(crate) fn counted(&self, units: &[u16]) -> Vec<u8> {
        let mut bytes = memory::to_bytes(units);
        if self.odd_strings.load(Ordering::SeqCst) {
            bytes.push(b'!');
        }
        bytes
    }

    /// How many handles to a device are open.
    pub(crate) fn clients_of(&self, device: u64) -> usize {
        let clients = crate::kernel::lock(&self.clients);
        clients.values().filter(|it| **it == device).count()
    }

    /// What lies at an address, and which check an access to it fails.
    pub(crate) fn place(&self, address: u64) -> Option<(Check, String)> {
        self.pool
            .place(address)
            .or_else(|| self.system.place(address))
            .or_else(|| self.objects.place(address))
            .or_else(|| self.pages.place(address))
            .or_else(|| {
                let inside = (USER_MEMORY..HIGHEST_USER_ADDRESS).contains(&address);
                inside.then(|| (Check::UserMemory, "a user's buffer".into()))
            })
    }
}

/// All routines.
pub(crate) fn all() -> impl Iterator<Item = &'static Routine> {
    [
        pool::ROUTINES,
        strings::ROUTINES,
        time::ROUTINES,
        objects::ROUTINES,
        handles::ROUTINES,
        processes::ROUTINES,
        notify::ROUTINES,
        registry::ROUTINES,
        zw::ROUTINES,
        crypto::ROUTINES,
        pages::ROUTINES,
        object_callbacks::ROUTINES,
        security::ROUTINES,
    ]
    .into_iter()
    .flatten()
    .chain(sync::routines())
    .chain(io::routines())
    .chain(flt::routines())
}
