//! The one entry through which every call of the driver to the kernel passes.
//!
//! [`dispatch`] looks the routine up, runs the checks that hold for all of them, lets faults be injected, and calls it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::cpu::switch::{ARGUMENTS, escape};
use crate::cpu::thread::{self, current};
use crate::finding::{Check, Fault, FaultKind, Registers};
use crate::kernel::Kernel;
use crate::memory;

/// Interrupt request levels.
pub const PASSIVE: u8 = 0;
/// Asynchronous procedure calls are held off.
pub const APC: u8 = 1;
/// No thread switches, no page faults.
pub const DISPATCH: u8 = 2;
/// For routines that may be called at any level.
pub const HIGH: u8 = 15;

/// A routine of the kernel.
#[derive(Debug)]
pub struct Routine {
    /// Its name.
    pub name: &'static str,
    /// Where its documentation stands, below `learn.microsoft.com/windows-hardware/drivers/ddi/`; a whole address otherwise.
    pub page: &'static str,
    /// The highest IRQL at which it may be called.
    pub irql: u8,
    /// What it returns where a failure is injected; `None` where it cannot fail.
    pub failure: Option<u64>,
    /// Calls that cannot fail, though the routine can: those that undo something.
    pub undoes: fn(&Call<'_>) -> bool,
    /// What it does.
    pub run: fn(&Kernel, &Call<'_>) -> u64,
}

/// A routine that cannot fail.
pub(crate) const fn routine(
    name: &'static str,
    page: &'static str,
    irql: u8,
    run: fn(&Kernel, &Call<'_>) -> u64,
) -> Routine {
    Routine {
        name,
        page,
        irql,
        failure: None,
        undoes: |_| false,
        run,
    }
}

impl Routine {
    /// The same, but it can fail, and then returns this.
    pub(crate) const fn or(self, failure: u64) -> Self {
        Self {
            failure: Some(failure),
            ..self
        }
    }

    /// The same, but calls of which this holds undo something, and cannot fail.
    pub(crate) const fn unless(self, undoes: fn(&Call<'_>) -> bool) -> Self {
        Self { undoes, ..self }
    }
}

/// A call as it arrives.
#[derive(Debug)]
pub struct Call<'a> {
    /// The routine's name.
    pub name: &'static str,
    arguments: u64,
    kernel: &'a Kernel,
}

impl Call<'_> {
    /// An argument, by its position from 0.
    pub fn u64(&self, index: usize) -> u64 {
        assert!(index < ARGUMENTS, "no routine has so many arguments");
        memory::read(self.arguments + 8 * index as u64)
    }

    /// An argument of 32 bits; what is above is anything.
    pub fn u32(&self, index: usize) -> u32 {
        self.u64(index) as u32
    }

    /// An argument of 16 bits.
    pub fn u16(&self, index: usize) -> u16 {
        self.u64(index) as u16
    }

    /// An argument of 8 bits.
    pub fn u8(&self, index: usize) -> u8 {
        self.u64(index) as u8
    }

    /// Where in the driver the call stands.
    pub fn caller(&self) -> u64 {
        memory::read(self.arguments - 8)
    }

    /// The registers of the caller as far as they are known: enough to unwind frames with RSP or RBP.
    pub(crate) fn registers(&self) -> Registers {
        let mut general = [0; 16];
        general[4] = self.arguments;
        general[5] = memory::read(self.arguments - 16);
        Registers {
            rip: self.caller(),
            general,
        }
    }

    /// Reports what the driver did wrong with this call, and goes on.
    pub fn wrong(&self, check: Check, what: impl Into<String>) {
        let stack = self.kernel.stack_of(&self.registers());
        self.kernel
            .report(check, what.into(), Some(self.name), stack);
    }

    /// Reports what the driver did wrong with this call, which cannot be gone on from.
    pub fn stop(&self, check: Check, what: impl Into<String>) -> ! {
        self.wrong(check, what);
        let fault = Fault {
            kind: FaultKind::Stop,
            registers: self.registers(),
        };
        abandon(fault)
    }
}

/// Ends the driver's part of a thread.
pub(crate) fn leave_thread(call: &Call<'_>) -> ! {
    abandon(Fault {
        kind: FaultKind::Exit,
        registers: call.registers(),
    })
}

/// Leaves the driver for good.
#[expect(unsafe_code, reason = "the stacks are switched by assembly")]
fn abandon(fault: Fault) -> ! {
    current(|it| it.fault.set(Some(fault)));
    // SAFETY: routines run inside `enter` only, and hold no lock where they report a stop.
    unsafe { escape() }
}

/// What the assembly calls for every call of the driver.
pub(crate) extern "win64" fn dispatch(number: u32, arguments: u64) -> u64 {
    let Some(kernel) = thread::kernel() else {
        std::process::abort();
    };
    let name = kernel.import_name(number);
    let call = Call {
        name,
        arguments,
        kernel,
    };
    let outer = current(|it| it.routine.replace(Some(name)));
    let depth = current(|it| it.routines.replace(it.routines.get() + 1));
    let begin = if depth == 0 {
        kernel.durations.begin()
    } else {
        None
    };
    let result = catch_unwind(AssertUnwindSafe(|| run(kernel, number, &call)));
    kernel.durations.routine_ends(begin);
    current(|it| it.routines.set(depth));
    current(|it| it.routine.set(outer));
    match result {
        Ok(result) => result,
        // A panic of a routine must not unwind through the driver's frames.
        Err(_) => call.stop(Check::Stage, "the simulated routine panicked"),
    }
}

fn run(kernel: &Kernel, number: u32, call: &Call<'_>) -> u64 {
    let Some(routine) = kernel.routine(number) else {
        call.stop(
            Check::UnknownImport,
            format!("{} is not a routine that the stage knows", call.name),
        )
    };
    kernel.count(number);
    kernel.state.sync.schedule.point();
    kernel.suspension.before(kernel, call);
    let irql = current(|it| it.irql.get());
    if irql > routine.irql {
        call.wrong(
            Check::Irql,
            format!("called at IRQL {irql}; at most {} is allowed", routine.irql),
        );
    }
    if let Some(failure) = routine.failure
        && !(routine.undoes)(call)
        && kernel.injection.fails(kernel, call)
    {
        return failure;
    }
    let result = (routine.run)(kernel, call);
    kernel.suspension.after(kernel);
    result
}
