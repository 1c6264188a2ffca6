//! Pages that a driver allocates, maps and protects by a memory descriptor list.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::arena::{Protection, Region};
use crate::fakes::{SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, DISPATCH, HIGH, Routine, routine};

const PAGE: usize = 4096;

/// Lists and their pages.
#[derive(Debug, Default)]
pub(crate) struct Pages(Mutex<HashMap<u64, Entry>>);

#[derive(Debug)]
struct Entry {
    /// With an inaccessible page before and behind.
    region: Region,
    mapped: bool,
}

impl Entry {
    fn new(pages: usize) -> Self {
        Self {
            region: Region::new((pages + 2) * PAGE),
            mapped: false,
        }
    }

    fn address(&self) -> u64 {
        self.region.base() + PAGE as u64
    }

    fn protect(&self, protection: Protection) {
        let size = self.region.size() - 2 * PAGE;
        self.region.protect(PAGE, size, protection);
    }
}

/// The kind under which pages are held; the list itself is pool.
const PAGES: &str = "pages of an MDL";
const MAPPING: &str = "mapping of an MDL";

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "MmAllocatePagesForMdlEx",
        "wdm/nf-wdm-mmallocatepagesformdlex",
        DISPATCH,
        allocate,
    )
    .or(0),
    routine(
        "MmMapLockedPagesSpecifyCache",
        "wdm/nf-wdm-mmmaplockedpagesspecifycache",
        DISPATCH,
        map,
    )
    .or(0),
    routine(
        "MmProtectMdlSystemAddress",
        "wdm/nf-wdm-mmprotectmdlsystemaddress",
        APC,
        protect,
    )
    .or(status(0xc000_0045)),
    routine(
        "MmUnmapLockedPages",
        "wdm/nf-wdm-mmunmaplockedpages",
        DISPATCH,
        unmap,
    ),
    routine(
        "MmFreePagesFromMdl",
        "wdm/nf-wdm-mmfreepagesfrommdl",
        APC,
        free,
    ),
    routine(
        "KeQueryActiveProcessorCountEx",
        "wdm/nf-wdm-kequeryactiveprocessorcountex",
        HIGH,
        processors,
    ),
    routine(
        "KeQueryMaximumProcessorCountEx",
        "wdm/nf-wdm-kequerymaximumprocessorcountex",
        HIGH,
        processors,
    ),
    routine(
        "KeGetCurrentProcessorNumberEx",
        "wdm/nf-wdm-kegetcurrentprocessornumberex",
        HIGH,
        processor,
    ),
];

/// A memory descriptor list is 48 bytes, then a number for each page.
fn allocate(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let total = call.u64(3) as usize;
    if total == 0 {
        return 0;
    }
    let pages = total.div_ceil(PAGE);
    let places = kernel.places(&call.registers());
    let pool = &kernel.state.pool;
    let size = 48 + 8 * pages;
    let list = pool.allocate(size, *b"Mdl ", false, Some(0), places);
    memory::write(list + 8, size as u16);
    memory::write(list + 40, (pages * PAGE) as u32);
    lock(&kernel.state.pages.0).insert(list, Entry::new(pages));
    kernel.state.held.take(kernel, call, PAGES, list);
    list
}

fn with<R>(kernel: &Kernel, call: &Call<'_>, list: u64, run: impl FnOnce(&mut Entry) -> R) -> R {
    let mut all = lock(&kernel.state.pages.0);
    if let Some(entry) = all.get_mut(&list) {
        return run(entry);
    }
    drop(all);
    call.stop(Check::Reference, "no list of pages of ours")
}

fn map(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const NO_EXECUTE: u32 = 0x4000_0000;
    let list = call.u64(0);
    if call.u8(1) != 0 {
        call.stop(Check::Contract, "mapped for user mode");
    }
    if call.u32(5) & NO_EXECUTE == 0 {
        call.wrong(Check::Contract, "an executable mapping");
    }
    let address = with(kernel, call, list, |entry| {
        entry.mapped = true;
        entry.protect(Protection::ReadWrite);
        entry.address()
    });
    kernel.state.held.take(kernel, call, MAPPING, address);
    memory::write(list + 24, address);
    address
}

fn protect(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let protection = match call.u32(1) {
        1 => Protection::None,
        2 => Protection::Read,
        4 => Protection::ReadWrite,
        _ => return status(0xc000_0045),
    };
    let mapped = with(kernel, call, call.u64(0), |entry| {
        if entry.mapped {
            entry.protect(protection);
        }
        entry.mapped
    });
    if mapped { SUCCESS } else { status(0xc000_0019) }
}

fn unmap(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (address, list) = (call.u64(0), call.u64(1));
    kernel.state.held.give(call, MAPPING, address);
    with(kernel, call, list, |entry| {
        entry.mapped = false;
        entry.protect(Protection::None);
    });
    0
}

fn free(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let list = call.u64(0);
    kernel.state.held.give(call, PAGES, list);
    let entry = lock(&kernel.state.pages.0).remove(&list);
    if entry.is_some_and(|it| it.mapped) {
        call.wrong(Check::Lifetime, "pages freed while mapped");
    }
    0
}

/// As many as the simulated machine has.
pub(crate) const PROCESSORS: u32 = 4;

fn processors(_: &Kernel, _: &Call<'_>) -> u64 {
    PROCESSORS.into()
}

fn processor(_: &Kernel, call: &Call<'_>) -> u64 {
    let number = crate::fakes::sync::locks::thread() >> 12 & u64::from(PROCESSORS - 1);
    if call.u64(0) != 0 {
        memory::write(call.u64(0), number as u32);
    }
    number
}

impl Pages {
    pub(crate) fn place(&self, address: u64) -> Option<(Check, String)> {
        let all = self.0.try_lock().ok()?;
        let found = all.values().find(|it| it.region.contains(address))?;
        let state = if found.mapped {
            "read-only"
        } else {
            "not mapped"
        };
        Some((Check::Access, format!("pages of an MDL, {state}")))
    }
}
