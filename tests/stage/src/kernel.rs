//! The simulated kernel: an image, what it imports, and the state of every family of routines.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::coverage::{BREAKPOINT, Coverage};
use crate::cpu::switch::{ARGUMENTS, enter};
use crate::cpu::thread::{self, Block, current};
use crate::fakes::{self, State};
use crate::finding::{Check, Fault, FaultKind, Finding, Registers};
use crate::image::{Image, LoadError, Resolver, Thunks};
use crate::routine::Routine;
use durations::Durations;

mod cells;
mod durations;
mod injection;
mod suspension;

pub use durations::Took;
pub use injection::{Injected, Injection};
pub use suspension::Suspension;

/// Locks, and goes on where a test thread died with the lock: what it protected is only looked at again.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A simulated kernel with one driver.
#[derive(Debug)]
pub struct Kernel {
    image: Image,
    coverage: Option<Arc<Coverage>>,
    thunks: Thunks,
    /// Names by number: routines first, then imports that nobody knows.
    names: Vec<&'static str>,
    routines: Vec<&'static Routine>,
    calls: Vec<AtomicU64>,
    findings: Mutex<Vec<Finding>>,
    stopped: AtomicBool,
    deepest: Mutex<HashMap<&'static str, usize>>,
    measure: AtomicBool,
    pub(crate) durations: Durations,
    watch_paging: AtomicBool,
    watch_suspension: AtomicBool,
    /// Failures to inject.
    pub injection: Injection,
    /// A thread to be suspended.
    pub suspension: Suspension,
    /// What the routines keep.
    pub(crate) state: State,
}

impl Kernel {
    /// Maps an image and resolves its imports; notes in `coverage` what of it runs.
    ///
    /// # Errors
    /// When the file is no image that Windows would load.
    pub fn load(path: &Path, coverage: Option<Arc<Coverage>>) -> Result<Arc<Self>, LoadError> {
        let routines: Vec<&'static Routine> = fakes::all().collect();
        let state = State::new();
        let mut linker = Linker {
            numbers: routines
                .iter()
                .enumerate()
                .map(|(number, routine)| (routine.name, number))
                .collect(),
            names: routines.iter().map(|it| it.name).collect(),
            thunks: Thunks::new(routines.len() + UNKNOWN),
            state: &state,
        };
        let image = Image::load(path, &mut linker)?;
        for offset in coverage.iter().flat_map(|it| it.open()) {
            image.patch(offset, BREAKPOINT);
        }
        let Linker { names, thunks, .. } = linker;
        Ok(Arc::new(Self {
            image,
            coverage,
            thunks,
            names,
            calls: routines.iter().map(|_| AtomicU64::new(0)).collect(),
            routines,
            findings: Mutex::default(),
            stopped: AtomicBool::new(false),
            deepest: Mutex::default(),
            measure: AtomicBool::new(true),
            durations: Durations::default(),
            watch_paging: AtomicBool::new(false),
            watch_suspension: AtomicBool::new(false),
            injection: Injection::default(),
            suspension: Suspension::default(),
            state,
        }))
    }

    /// The driver's image.
    pub const fn image(&self) -> &Image {
        &self.image
    }

    /// What was noted of the image's blocks.
    pub const fn coverage(&self) -> Option<&Arc<Coverage>> {
        self.coverage.as_ref()
    }

    /// A breakpoint was hit: whether it was ours, and is gone now. Called from the fault handler.
    pub(crate) fn breakpoint(&self, address: u64) -> bool {
        let offset = u32::try_from(address.wrapping_sub(self.image.base())).ok();
        let found = offset.and_then(|it| Some((it, self.coverage.as_ref()?.hit(it)?)));
        if let Some((offset, byte)) = found {
            self.image.patch(offset, byte);
        }
        found.is_some()
    }

    pub(crate) fn import_name(&self, number: u32) -> &'static str {
        self.names.get(number as usize).copied().unwrap_or("?")
    }

    pub(crate) fn routine(&self, number: u32) -> Option<&'static Routine> {
        self.routines.get(number as usize).copied()
    }

    pub(crate) fn count(&self, number: u32) {
        if let Some(count) = self.calls.get(number as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often the driver has called each routine that it has called.
    pub fn calls(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.calls.iter().map(|it| it.load(Ordering::Relaxed));
        let named = self.routines.iter().map(|it| it.name).zip(counts);
        named.filter(|(_, count)| *count > 0)
    }

    /// The address that a routine of this name has for the driver.
    pub(crate) fn address_of(&self, name: &str) -> Option<u64> {
        let number = self.routines.iter().position(|it| it.name == name)?;
        Some(self.thunks.address(number))
    }

    /// Whether measuring the stack's depth after each call is on; it is at first.
    pub fn measure_stack(&self, on: bool) {
        self.measure.store(on, Ordering::Relaxed);
    }

    /// The deepest use of the stack by each callback, in bytes, and by which.
    pub fn deepest(&self) -> Vec<(&'static str, usize)> {
        let mut all: Vec<_> = lock(&self.deepest).iter().map(|(a, b)| (*a, *b)).collect();
        all.sort_unstable();
        all
    }

    /// Whether calls of the driver are timed, by the host's clock; they are not at first.
    pub fn time_calls(&self, on: bool) {
        self.durations.keep(on);
    }

    /// The calls that were timed since this was asked last.
    pub fn timed_calls(&self) -> Vec<Took> {
        self.durations.take()
    }

    /// Calls a function of the driver at the thread's present IRQL.
    ///
    /// # Panics
    /// When the driver faults, or was stopped before: the finding is the message.
    pub fn call(self: &Arc<Self>, name: &'static str, function: u64, arguments: &[u64]) -> u64 {
        assert!(
            !self.stopped.load(Ordering::Relaxed),
            "the machine has stopped: {:?}",
            self.findings().first().map(ToString::to_string)
        );
        let mut array = [0; ARGUMENTS];
        array[..arguments.len()].copy_from_slice(arguments);
        thread::within(self, |block| self.call_on(block, name, function, &array))
    }

    /// The same for a function that takes, drops or holds a lock: what it leaves behind is not looked at.
    pub(crate) fn call_locked(
        self: &Arc<Self>,
        name: &'static str,
        function: u64,
        arguments: &[u64],
    ) -> u64 {
        let mut array = [0; ARGUMENTS];
        array[..arguments.len()].copy_from_slice(arguments);
        thread::within(self, |block| self.enter(block, name, function, &array))
    }

    fn call_on(
        &self,
        block: &Block,
        name: &'static str,
        function: u64,
        arguments: &[u64; ARGUMENTS],
    ) -> u64 {
        let before = current(|it| (it.irql.get(), it.critical.get()));
        let (depth, from) = (current(|it| it.depth.get()), block.driver_stack());
        if depth == 0 {
            current(|it| it.entries.set(it.entries.get() + 1));
        }
        let result = self.enter(block, name, function, arguments);
        let after = current(|it| (it.irql.get(), it.critical.get()));
        if after.0 != before.0 {
            let what = format!(
                "{name} returned at IRQL {}, called at {}",
                after.0, before.0
            );
            self.report(Check::Irql, what, None, Vec::new());
            current(|it| it.irql.set(before.0));
        }
        if after.1 != before.1 {
            let what = format!("{name} returned in another critical region than it was called in");
            self.report(Check::Lock, what, None, Vec::new());
            current(|it| it.critical.set(before.1));
        }
        if depth == 0 {
            if self.state.sync.state().holds_any() {
                let what = format!("{name} returned with a lock held");
                self.report(Check::Lock, what, None, Vec::new());
            }
            if self.measure.load(Ordering::Relaxed) {
                let used = block.measure(from);
                let mut deepest = lock(&self.deepest);
                let entry = deepest.entry(name).or_default();
                *entry = used.max(*entry);
            }
        }
        result
    }

    #[expect(unsafe_code, reason = "enters the driver's code")]
    fn enter(
        &self,
        block: &Block,
        name: &'static str,
        function: u64,
        arguments: &[u64; ARGUMENTS],
    ) -> u64 {
        let depth = current(|it| it.depth.get());
        current(|it| it.depth.set(depth + 1));
        let begin = if depth == 0 {
            self.durations.begin()
        } else {
            None
        };
        // SAFETY: `within` has set the thread's block; the function is one that the driver gave or its entry.
        let result = unsafe { enter(function, arguments) };
        self.durations.end(name, begin);
        current(|it| it.depth.set(depth));
        if let Some(fault) = current(|it| it.fault.take()) {
            let finding = self.explain(block, &fault);
            block.reset();
            current(|it| {
                it.routines.set(0);
                it.irql.set(0);
                it.critical.set(0);
                it.routine.set(None);
            });
            if matches!(fault.kind, FaultKind::Exit) {
                return 0;
            }
            self.stopped.store(true, Ordering::Relaxed);
            if let Some(finding) = finding {
                lock(&self.findings).push(finding);
            }
            let last = self.findings().last().map(ToString::to_string);
            panic!("{name}: {}", last.unwrap_or_default());
        }
        result
    }

    /// A fault as a finding; `None` where the routine that stopped has reported it.
    fn explain(&self, block: &Block, fault: &Fault) -> Option<Finding> {
        let routine = current(|it| it.routine.get());
        let (check, what) = match fault.kind {
            FaultKind::Stop | FaultKind::Exit => return None,
            FaultKind::Instruction => (
                Check::Instruction,
                "the processor refuses the instruction".to_owned(),
            ),
            FaultKind::Memory { address, write } => {
                let (check, place) = self.place(block, address);
                let verb = if write { "wrote to" } else { "read" };
                (check, format!("{verb} {address:#x}: {place}"))
            }
        };
        Some(Finding {
            check,
            what,
            routine,
            stack: self.stack_on(block, &fault.registers),
        })
    }

    /// What lies at an address, and which check an access to it fails.
    fn place(&self, block: &Block, address: u64) -> (Check, String) {
        if block.is_guard(address) {
            return (Check::StackOverflow, "below the kernel stack".into());
        }
        if let Some(section) = self.image.section(address) {
            let check = if section.discardable {
                Check::Discarded
            } else if section.pageable {
                Check::Pageable
            } else {
                Check::Access
            };
            return (check, format!("section {} of the image", section.name));
        }
        self.state
            .place(address)
            .unwrap_or((Check::Access, "nothing is there".into()))
    }

    pub(crate) fn stack_of(&self, registers: &Registers) -> Vec<String> {
        let mut stack = Vec::new();
        for place in self.places(registers) {
            stack.push(self.image.symbolise(place));
        }
        stack
    }

    /// The addresses of the driver's functions that led to a call.
    pub(crate) fn places(&self, registers: &Registers) -> Vec<u64> {
        let Some(range) = thread::stack_range() else {
            return Vec::new();
        };
        self.image.unwind(registers, range)
    }

    fn stack_on(&self, block: &Block, registers: &Registers) -> Vec<String> {
        // A jump to nowhere: the caller is what lies on the stack.
        let range = block.bottom()..block.top();
        let mut registers = *registers;
        if !self.image.contains(registers.rip) {
            let mut at = registers.general[4] & !7;
            if !range.contains(&at) {
                at = block.driver_stack();
            }
            while at + 8 <= range.end && !self.image.contains(registers.rip) {
                registers.rip = crate::memory::read(at);
                at += 8;
                registers.general[4] = at;
            }
        }
        let places = self.image.unwind(&registers, range);
        places
            .into_iter()
            .map(|it| self.image.symbolise(it))
            .collect()
    }

    /// Notes a finding.
    pub fn report(
        &self,
        check: Check,
        what: String,
        routine: Option<&'static str>,
        stack: Vec<String>,
    ) {
        lock(&self.findings).push(Finding {
            check,
            what,
            routine,
            stack,
        });
    }

    /// What was found so far.
    pub fn findings(&self) -> Vec<Finding> {
        lock(&self.findings).clone()
    }

    /// What was found so far, which is then forgotten.
    pub fn take_findings(&self) -> Vec<Finding> {
        std::mem::take(&mut *lock(&self.findings))
    }

    /// Whether the driver faulted.
    pub fn has_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Makes pageable memory present or not, where that is watched.
    pub(crate) fn page(&self, present: bool) {
        if self.watch_paging.load(Ordering::Relaxed) {
            self.image.page(present);
            self.state.pool.page(present);
        }
    }

    /// Whether pageable memory is inaccessible at raised IRQL. It is so for all threads at once: only for tests in which
    /// one thread at a time runs driver code. It is off at first.
    pub fn watch_paging(&self, on: bool) {
        self.watch_paging.store(on, Ordering::Relaxed);
    }

    /// Whether rundown protection and push locks may only be taken where the thread cannot be suspended: in a critical
    /// region, at raised IRQL, or in a thread of the driver's own. Whoever waits for a suspended holder waits for ever.
    pub fn watch_suspension(&self, on: bool) {
        self.watch_suspension.store(on, Ordering::Relaxed);
    }

    /// Whether this thread could be suspended now by a program, and that matters.
    pub(crate) fn could_be_suspended(&self) -> bool {
        self.watch_suspension.load(Ordering::Relaxed) && suspension::possible()
    }

    /// The kernel as the `Arc` that it always is in.
    #[expect(unsafe_code, reason = "every kernel is made inside an Arc by `load`")]
    pub(crate) fn shared(&self) -> Arc<Self> {
        let pointer: *const Self = self;
        // SAFETY: `load` is the only constructor, and puts the value into an `Arc`, which is alive while `self` is.
        unsafe { Arc::increment_strong_count(pointer) };
        // SAFETY: the count was raised for this value.
        unsafe { Arc::from_raw(pointer) }
    }
}

/// Imports of an image that the stage may not know.
const UNKNOWN: usize = 64;

struct Linker<'a> {
    numbers: HashMap<&'static str, usize>,
    names: Vec<&'static str>,
    thunks: Thunks,
    state: &'a State,
}

impl Resolver for Linker<'_> {
    fn resolve(&mut self, _module: &str, name: &str) -> u64 {
        if let Some(cell) = self.state.cells.get(name) {
            return cell;
        }
        if let Some(direct) = fakes::direct(name) {
            return direct;
        }
        if let Some(number) = self.numbers.get(name) {
            return self.thunks.address(*number);
        }
        let number = self.names.len().min(self.numbers.len() + UNKNOWN - 1);
        self.names.push(Box::leak(name.to_owned().into_boxed_str()));
        self.thunks.address(number)
    }
}

pub(crate) use cells::Cells;
