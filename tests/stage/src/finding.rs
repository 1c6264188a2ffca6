//! What a driver did that it must not do.

use std::fmt;

/// The check that failed. The names are those under which Driver Verifier, bug checks and reviews know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// An access to memory that is not there, or not for this use.
    Access,
    /// An access behind the end of an allocation.
    Overrun,
    /// An access before the start of an allocation.
    Underrun,
    /// An access to memory that was freed.
    UseAfterFree,
    /// Memory freed twice, or memory freed that never was allocated.
    BadFree,
    /// Memory freed with a tag other than its own.
    WrongTag,
    /// An object of Windows read as if its structure were known.
    Opaque,
    /// An access to user-mode memory.
    UserMemory,
    /// An access to pageable memory where no page fault can be served.
    Pageable,
    /// An access to a discarded section.
    Discarded,
    /// A kernel stack used up.
    StackOverflow,
    /// An instruction that no driver may run.
    Instruction,
    /// Something still allocated, referenced, registered or open at the end.
    Leak,
    /// A routine called above its highest IRQL, or a callback that returned at another IRQL than it was called at.
    Irql,
    /// A reference dropped that was not held.
    Reference,
    /// A callback's return value that its documentation does not have.
    ReturnValue,
    /// A routine called against its contract.
    Contract,
    /// A lock taken twice, dropped unheld, or taken against the order of others.
    Lock,
    /// A callback or work item that outlived what it needs.
    Lifetime,
    /// A routine that nobody here knows.
    UnknownImport,
    /// The simulated kernel's own mistake.
    Stage,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check that failed.
    pub check: Check,
    /// What happened, in a sentence.
    pub what: String,
    /// The routine of the kernel that was being called.
    pub routine: Option<&'static str>,
    /// The driver's functions, innermost first, where they are known.
    pub stack: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.check, self.what)?;
        if let Some(routine) = self.routine {
            write!(f, " (in {routine})")?;
        }
        for place in &self.stack {
            write!(f, "\n    at {place}")?;
        }
        Ok(())
    }
}

/// A processor fault, as the signal handler notes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) registers: Registers,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum FaultKind {
    /// An access to this address.
    Memory { address: u64, write: bool },
    /// An instruction that the processor refuses.
    Instruction,
    /// A routine found the driver's call beyond repair.
    Stop,
    /// The driver's thread has ended itself.
    Exit,
}

/// Registers that unwinding needs: RIP and the sixteen in the order of their encoding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers {
    pub(crate) rip: u64,
    pub(crate) general: [u64; 16],
}
