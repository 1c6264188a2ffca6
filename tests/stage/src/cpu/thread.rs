//! What a host thread needs to run driver code: a block for its GS segment, and a kernel stack.
//!
//! The block begins as a processor control region does, so that code which reads its own thread from GS finds it; the
//! fields that the asm uses lie behind. The stack has [`STACK_BYTES`], as an x64 kernel thread's has, a guard page below, and
//! is painted, so that the deepest use can be read off.
#![expect(
    unsafe_code,
    reason = "the block is shared with assembly and read from a signal handler"
)]

use std::cell::Cell;
use std::ptr;
use std::sync::{Arc, Mutex};

use crate::arena::{Protection, Region};
use crate::finding::Fault;
use crate::kernel::{Kernel, lock};

/// A kernel thread's stack on x64: 24 KiB ("Using the Kernel Stack", Windows driver documentation).
pub const STACK_BYTES: usize = 24 << 10;

const PAGE: usize = 4096;
/// For the handler of faults.
const ALTERNATE_STACK: usize = 64 << 10;
/// Above the stack's top, so that reading fourteen arguments never leaves the mapping.
const SLACK: usize = PAGE;
/// `KPCR.Self`, and `KPRCB.CurrentThread` as reached through GS.
const SELF: usize = 0x18;
const CURRENT_THREAD: usize = 0x188;

/// Where the block has what the asm uses.
pub(crate) const HOST_STACK: usize = 0x2000;
pub(crate) const DRIVER_STACK: usize = 0x2008;
pub(crate) const OUTERMOST: usize = 0x2010;

const PAINT: u64 = 0xc0ff_eeda_c0ff_eeda;
const ARCH_SET_GS: libc::c_int = 0x1001;

/// A host thread's block and stack, and the stack on which it handles faults.
#[derive(Debug)]
pub struct Block {
    region: Region,
    stack: Region,
    alternate: Region,
}

/// Blocks of threads that have ended.
static FREE: Mutex<Vec<&'static Block>> = Mutex::new(Vec::new());

/// What a host thread is at present.
#[derive(Default)]
pub struct Current {
    block: Cell<Option<&'static Block>>,
    /// The kernel whose driver this thread runs.
    kernel: Cell<Option<&'static Kernel>>,
    /// Interrupt request level.
    pub irql: Cell<u8>,
    /// The simulated process and thread.
    pub process: Cell<u64>,
    /// The simulated thread's id.
    pub thread: Cell<u64>,
    /// Depth of critical regions: normal kernel APCs are off inside.
    pub critical: Cell<u32>,
    /// Inside a guarded region: all APCs are off.
    pub guarded: Cell<bool>,
    /// Fast mutexes that were taken inside others.
    pub(crate) mutexes: Cell<u32>,
    /// The object of the thread that the driver made, where this is one.
    pub(crate) system_thread: Cell<u64>,
    /// `IoGetTopLevelIrp`.
    pub top_level_irp: Cell<u64>,
    /// Whether this is a thread that the driver made, or that runs its work items.
    pub of_driver: Cell<bool>,
    /// Whether a test may suspend this thread.
    pub suspendable: Cell<bool>,
    /// Numbers the calls from outside into the driver.
    pub(crate) entries: Cell<u64>,
    /// This thread's place in the machine's schedule.
    pub(crate) scheduled: Cell<Option<u64>>,
    /// How many routines of the kernel this thread is inside of.
    pub routines: Cell<u32>,
    /// How long this call of the driver has been in them, where calls are timed.
    pub(crate) in_routines: Cell<std::time::Duration>,
    /// How many functions of the driver this thread is inside of.
    pub depth: Cell<u32>,
    pub(crate) fault: Cell<Option<Fault>>,
    pub(crate) routine: Cell<Option<&'static str>>,
}

thread_local! {
    static CURRENT: Current = Current::default();
}

/// The thread ends: another one may have its block.
impl Drop for Current {
    fn drop(&mut self) {
        if let Some(block) = self.block.get() {
            super::fault::leave();
            block.reset();
            block.paint(block.bottom());
            lock(&FREE).push(block);
        }
    }
}

/// The host thread's state.
pub fn current<R>(with: impl FnOnce(&Current) -> R) -> R {
    CURRENT.with(with)
}

/// The kernel whose driver runs in this thread.
pub fn kernel() -> Option<&'static Kernel> {
    current(|it| it.kernel.get())
}

/// Runs with this thread belonging to a kernel.
pub(crate) fn within<R>(kernel: &Arc<Kernel>, run: impl FnOnce(&Block) -> R) -> R {
    let block = block();
    // SAFETY: the reference lives as long as `run`, during which the caller keeps the `Arc`.
    let shared: &'static Kernel = unsafe { &*Arc::as_ptr(kernel) };
    let before = current(|it| it.kernel.replace(Some(shared)));
    let result = run(block);
    current(|it| it.kernel.set(before));
    result
}

/// This thread's block, had at its first use and kept for the thread's life.
fn block() -> &'static Block {
    current(|it| {
        if let Some(block) = it.block.get() {
            return block;
        }
        let free = lock(&FREE).pop();
        let block = free.unwrap_or_else(|| Box::leak(Box::new(Block::new())));
        it.block.set(Some(block));
        super::fault::install(&block.alternate);
        // SAFETY: the GS segment is not used by Linux programs on x86-64; the block is never freed.
        let answer = unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_SET_GS, block.base()) };
        assert_eq!(answer, 0, "the GS segment cannot be set");
        block
    })
}

impl Block {
    fn new() -> Self {
        let region = Region::new(3 * PAGE);
        region.protect(0, 3 * PAGE, Protection::ReadWrite);
        let stack = Region::new(PAGE + STACK_BYTES + SLACK);
        stack.protect(PAGE, STACK_BYTES + SLACK, Protection::ReadWrite);
        let alternate = Region::new(ALTERNATE_STACK);
        alternate.protect(0, ALTERNATE_STACK, Protection::ReadWrite);
        let block = Self {
            region,
            stack,
            alternate,
        };
        block.set(SELF, block.base());
        block.set(CURRENT_THREAD, block.base());
        block.set(DRIVER_STACK, block.top());
        block.paint(block.bottom());
        block
    }

    fn base(&self) -> u64 {
        self.region.base()
    }

    fn set(&self, at: usize, value: u64) {
        // SAFETY: `at` is one of the constants above, inside the region, which only this thread uses.
        unsafe { ptr::write_volatile((self.base() as usize + at) as *mut u64, value) }
    }

    fn get(&self, at: usize) -> u64 {
        // SAFETY: as in `set`.
        unsafe { ptr::read_volatile((self.base() as usize + at) as *const u64) }
    }

    /// The lowest address of the stack.
    pub fn bottom(&self) -> u64 {
        self.stack.base() + PAGE as u64
    }

    /// The address above the stack.
    pub fn top(&self) -> u64 {
        self.bottom() + STACK_BYTES as u64
    }

    /// Where the driver's next entry begins.
    pub fn driver_stack(&self) -> u64 {
        self.get(DRIVER_STACK)
    }

    /// After an escape nothing of the driver runs any more.
    pub(crate) fn reset(&self) {
        self.set(DRIVER_STACK, self.top());
        self.set(HOST_STACK, 0);
    }

    /// Whether an address lies in the guard page.
    pub fn is_guard(&self, address: u64) -> bool {
        (self.stack.base()..self.bottom()).contains(&address)
    }

    /// The deepest use below `from` since the stack was painted, in bytes; paints it again.
    pub fn measure(&self, from: u64) -> usize {
        let mut at = self.bottom();
        while at < from && self.word(at) == PAINT {
            at += 8;
        }
        let used = (from - at) as usize;
        self.paint_range(at, from);
        used
    }

    fn paint(&self, bottom: u64) {
        self.paint_range(bottom, self.top());
    }

    fn word(&self, at: u64) -> u64 {
        // SAFETY: callers keep `at` between the stack's bottom and top.
        unsafe { ptr::read_volatile(at as *const u64) }
    }

    fn paint_range(&self, from: u64, to: u64) {
        let mut at = from;
        while at < to {
            // SAFETY: between bottom and top, below everything that runs.
            unsafe { ptr::write_volatile(at as *mut u64, PAINT) }
            at += 8;
        }
    }
}

/// The range of this thread's kernel stack, where it has one.
pub(crate) fn stack_range() -> Option<std::ops::Range<u64>> {
    current(|it| it.block.get()).map(|it| it.bottom()..it.top())
}
