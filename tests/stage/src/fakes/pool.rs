//! Pool memory, as special pool: each allocation on pages of its own, with inaccessible pages around it.
//!
//! Allocations lie by turns at the end of their pages, where an overrun faults, and at the start, where an underrun faults;
//! the rest of the pages is filled and looked at when they are freed. So of two of any size one faults at each end; only
//! those that fill their pages have both guards at once, and they alone are sure to begin at a page. Freed pages stay inaccessible until
//! [`QUARANTINE`] others were freed.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;

use crate::arena::{Protection, Region};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{Call, DISPATCH, Routine, routine};

const PAGE: usize = 4096;
/// Addresses for allocations: far more than any test has live.
const SPACE: usize = 16 << 30;
/// Freed allocations that stay inaccessible.
const QUARANTINE: usize = 2048;
/// What slack is filled with, and what memory that is not zeroed holds.
const SLACK: u8 = 0x5a;
const FRESH: u8 = 0xcd;
/// x64 pool allocations are aligned to this.
const ALIGNMENT: usize = 16;

/// A pool.
#[derive(Debug)]
pub(crate) struct Pool {
    what: &'static str,
    region: Region,
    pages: Mutex<Pages>,
}

#[derive(Debug, Default)]
struct Pages {
    /// Offset of the first page never used.
    next: usize,
    side: bool,
    /// By the offset of the first page.
    live: BTreeMap<usize, Allocation>,
    freed: BTreeMap<usize, Allocation>,
    order: VecDeque<usize>,
    /// Runs that may be used again, by pages.
    reusable: HashMap<usize, Vec<usize>>,
    /// Paged memory is inaccessible at present.
    closed: bool,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Allocation {
    address: u64,
    size: usize,
    pages: usize,
    tag: [u8; 4],
    paged: bool,
    places: Vec<u64>,
}

/// Why memory cannot be freed.
#[derive(Debug)]
pub(crate) struct Bad(Check, String);

impl Pool {
    pub(crate) fn new(what: &'static str) -> Self {
        Self {
            what,
            region: Region::new(SPACE),
            pages: Mutex::default(),
        }
    }

    /// Allocates; contents are `None` for what was there, or a byte.
    pub(crate) fn allocate(
        &self,
        size: usize,
        tag: [u8; 4],
        paged: bool,
        contents: Option<u8>,
        places: Vec<u64>,
    ) -> u64 {
        self.place_at(size, tag, paged, contents, places, None)
    }

    /// A text that ends where its pages end: whoever reads on, as if there were a terminator, faults.
    pub(crate) fn text(&self, bytes: &[u8], tag: [u8; 4]) -> u64 {
        let at = self.place_at(bytes.len(), tag, false, None, Vec::new(), Some(2));
        memory::store(at, bytes);
        at
    }

    /// With an alignment, at the end of the pages.
    fn place_at(
        &self,
        size: usize,
        tag: [u8; 4],
        paged: bool,
        contents: Option<u8>,
        places: Vec<u64>,
        alignment: Option<usize>,
    ) -> u64 {
        let pages = size.max(1).div_ceil(PAGE);
        let mut state = lock(&self.pages);
        let offset = match state.reusable.get_mut(&pages).and_then(Vec::pop) {
            Some(offset) => offset,
            None => {
                // An inaccessible page before each.
                let offset = state.next + PAGE;
                state.next = offset + pages * PAGE;
                assert!(
                    state.next < SPACE - PAGE,
                    "the simulated machine's addresses are used up"
                );
                offset
            }
        };
        self.region
            .protect(offset, pages * PAGE, Protection::ReadWrite);
        let base = self.region.base() + offset as u64;
        memory::fill(base, SLACK, pages * PAGE);
        state.side = !state.side;
        let by_turns = (state.side && !size.is_multiple_of(PAGE)).then_some(ALIGNMENT);
        let address = match alignment.or(by_turns) {
            Some(alignment) => base + ((pages * PAGE - size) & !(alignment - 1)) as u64,
            None => base,
        };
        memory::fill(address, contents.unwrap_or(FRESH), size);
        state.bytes += size;
        state.live.insert(
            offset,
            Allocation {
                address,
                size,
                pages,
                tag,
                paged,
                places,
            },
        );
        if paged && state.closed {
            self.region.protect(offset, pages * PAGE, Protection::None);
        }
        address
    }

    /// Frees; with a tag, it must be the allocation's.
    pub(crate) fn free(&self, address: u64, tag: Option<[u8; 4]>) -> Result<(), Bad> {
        let mut state = lock(&self.pages);
        let Some(offset) = self.offset(address) else {
            return Err(Bad(
                Check::BadFree,
                format!("{address:#x} is not of {}", self.what),
            ));
        };
        let start = state.live.range(..=offset).next_back().map(|it| *it.0);
        let found = start.and_then(|start| state.live.get(&start).cloned());
        let Some(allocation) = found.filter(|it| it.address == address) else {
            let freed = state.freed.values().any(|it| it.address == address);
            let what = if freed {
                format!("{address:#x} was freed before")
            } else {
                format!("{address:#x} is not the start of an allocation")
            };
            return Err(Bad(Check::BadFree, what));
        };
        let start = start.unwrap_or_default();
        let mut result = Ok(());
        if let Some(given) = tag
            && given != allocation.tag
        {
            let [was, is] = [allocation.tag, given].map(name);
            result = Err(Bad(
                Check::WrongTag,
                format!("allocated as {was}, freed as {is}"),
            ));
        }
        if let Some(bad) = self.slack(start, &allocation) {
            result = Err(bad);
        }
        let bytes = allocation.pages * PAGE;
        self.region.protect(start, bytes, Protection::None);
        state.bytes -= allocation.size;
        state.live.remove(&start);
        state.freed.insert(start, allocation);
        state.order.push_back(start);
        if state.order.len() > QUARANTINE
            && let Some(oldest) = state.order.pop_front()
            && let Some(old) = state.freed.remove(&oldest)
        {
            state.reusable.entry(old.pages).or_default().push(oldest);
        }
        result
    }

    /// Whether what lies around an allocation on its pages was written to.
    fn slack(&self, start: usize, allocation: &Allocation) -> Option<Bad> {
        let base = self.region.base() + start as u64;
        let before = memory::bytes(base, (allocation.address - base) as usize);
        let end = allocation.address + allocation.size as u64;
        let after = memory::bytes(
            end,
            (base + (allocation.pages * PAGE) as u64 - end) as usize,
        );
        let touched = |bytes: &[u8]| bytes.iter().any(|it| *it != SLACK);
        let describe = || describe(allocation);
        if touched(&after) {
            return Some(Bad(
                Check::Overrun,
                format!("written behind {}", describe()),
            ));
        }
        touched(&before).then(|| Bad(Check::Underrun, format!("written before {}", describe())))
    }

    fn offset(&self, address: u64) -> Option<usize> {
        let inside = self.region.contains(address);
        inside.then(|| (address - self.region.base()) as usize)
    }

    /// What lies at an address that faulted.
    pub(crate) fn place(&self, address: u64) -> Option<(Check, String)> {
        let offset = self.offset(address)?;
        // The handler may have interrupted this thread anywhere, also here.
        let Ok(state) = self.pages.try_lock() else {
            return Some((Check::Access, self.what.into()));
        };
        let near = |it: &BTreeMap<usize, Allocation>| {
            let below = it.range(..=offset).next_back();
            below
                .filter(|(start, it)| offset < **start + it.pages * PAGE + PAGE)
                .map(|(start, it)| (*start, it.clone()))
        };
        if let Some((start, allocation)) = near(&state.freed)
            && offset < start + allocation.pages * PAGE
        {
            return Some((Check::UseAfterFree, describe(&allocation)));
        }
        let before = near(&state.live);
        if let Some((start, allocation)) = &before
            && offset < start + allocation.pages * PAGE
        {
            return Some((Check::Pageable, describe(allocation)));
        }
        // On an inaccessible page: the nearer of its neighbours.
        let next = state.live.range(offset..).next();
        let next = next.filter(|(start, _)| **start - offset <= PAGE);
        let below = before
            .as_ref()
            .map(|(start, it)| offset - (start + it.pages * PAGE));
        let above = next.map(|(start, _)| start - offset);
        match (before, next) {
            (_, Some((_, next))) if below.is_none() || above < below => {
                Some((Check::Underrun, format!("before {}", describe(next))))
            }
            (Some((_, before)), _) => {
                Some((Check::Overrun, format!("behind {}", describe(&before))))
            }
            _ => Some((Check::Access, format!("no allocation of {}", self.what))),
        }
    }

    /// Makes paged memory accessible or not.
    pub(crate) fn page(&self, present: bool) {
        let mut state = lock(&self.pages);
        state.closed = !present;
        let protection = if present {
            Protection::ReadWrite
        } else {
            Protection::None
        };
        for (start, allocation) in state.live.iter().filter(|(_, it)| it.paged) {
            self.region
                .protect(*start, allocation.pages * PAGE, protection);
        }
    }

    /// How many bytes are allocated.
    pub(crate) fn bytes(&self) -> usize {
        lock(&self.pages).bytes
    }

    /// Reports everything that is still allocated.
    pub(crate) fn report(&self, kernel: &Kernel) {
        let live = std::mem::take(&mut lock(&self.pages).live);
        for allocation in live.into_values() {
            let stack = allocation
                .places
                .iter()
                .map(|it| kernel.image().symbolise(*it))
                .collect();
            let what = format!("still allocated: {}", describe(&allocation));
            kernel.report(Check::Leak, what, None, stack);
        }
    }
}

fn name(tag: [u8; 4]) -> String {
    String::from_utf8_lossy(&tag).into_owned()
}

fn describe(allocation: &Allocation) -> String {
    format!(
        "{} bytes at {:#x} with tag {:?}",
        allocation.size,
        allocation.address,
        name(allocation.tag)
    )
}

const POOL_FLAG_UNINITIALIZED: u64 = 0x2;
const POOL_FLAG_NON_PAGED: u64 = 0x40;
const POOL_FLAG_NON_PAGED_EXECUTE: u64 = 0x80;
const POOL_FLAG_PAGED: u64 = 0x100;

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "ExAllocatePool2",
        "wdm/nf-wdm-exallocatepool2",
        DISPATCH,
        allocate2,
    )
    .or(0),
    routine(
        "ExFreePoolWithTag",
        "wdm/nf-wdm-exfreepoolwithtag",
        DISPATCH,
        free_with_tag,
    ),
    routine("ExFreePool", "ntddk/nf-ntddk-exfreepool", DISPATCH, free),
];

fn allocate2(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (flags, size, tag) = (call.u64(0), call.u64(1) as usize, call.u32(2).to_le_bytes());
    let paged = flags & POOL_FLAG_PAGED != 0;
    if flags & POOL_FLAG_NON_PAGED_EXECUTE != 0 {
        call.wrong(Check::Contract, "executable pool");
    }
    if paged == (flags & POOL_FLAG_NON_PAGED != 0) {
        call.stop(Check::Contract, "exactly one kind of pool must be named");
    }
    if size == 0 || tag == [0; 4] {
        call.stop(Check::Contract, "a size or a tag of zero");
    }
    if paged && crate::cpu::thread::current(|it| it.irql.get()) >= DISPATCH {
        call.wrong(Check::Irql, "paged pool at DISPATCH_LEVEL");
    }
    let contents = (flags & POOL_FLAG_UNINITIALIZED == 0).then_some(0);
    let places = kernel.places(&call.registers());
    kernel
        .state
        .pool
        .allocate(size, tag, paged, contents, places)
}

fn free_with_tag(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let tag = call.u32(1);
    // A tag of zero is not compared.
    release(kernel, call, (tag != 0).then(|| tag.to_le_bytes()))
}

fn free(kernel: &Kernel, call: &Call<'_>) -> u64 {
    release(kernel, call, None)
}

fn release(kernel: &Kernel, call: &Call<'_>, tag: Option<[u8; 4]>) -> u64 {
    match kernel.state.pool.free(call.u64(0), tag) {
        Ok(()) => 0,
        Err(Bad(Check::BadFree, what)) => call.stop(Check::BadFree, what),
        Err(Bad(check, what)) => {
            call.wrong(check, what);
            0
        }
    }
}
