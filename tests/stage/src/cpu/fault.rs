//! Processor faults in driver code, or in a routine that was handed a bad address, become findings.
//!
//! The handler notes what happened and makes the thread go on at [`super::switch::escape`], which returns from the outermost
//! call into the driver. A fault in a thread that runs no driver code is not ours: the default action takes it.
#![expect(
    unsafe_code,
    reason = "signal handlers and the registers they are handed"
)]

use std::mem;
use std::ptr;
use std::sync::Once;

use super::switch::escape;
use super::thread::current;
use crate::arena::Region;
use crate::finding::{Fault, FaultKind, Registers};

const SIGNALS: [libc::c_int; 5] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
];
/// In the error code of a page fault: the access was a write.
const WRITE: i64 = 2;

/// Installs the handler for the process, and for this thread the stack on which it runs.
pub(crate) fn install(alternate: &Region) {
    static ONCE: Once = Once::new();
    set_alternate(&libc::stack_t {
        ss_sp: alternate.base() as *mut libc::c_void,
        ss_flags: 0,
        ss_size: alternate.size(),
    });
    ONCE.call_once(|| {
        for signal in SIGNALS {
            // SAFETY: a zeroed sigaction is a valid one.
            let mut action: libc::sigaction = unsafe { mem::zeroed() };
            action.sa_sigaction = handler as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
            // SAFETY: the handler is async-signal-safe: it touches cells of its own thread and the context it is given.
            let answer = unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) };
            assert_eq!(answer, 0, "no signal handler");
        }
    });
}

/// The thread ends: its stack for faults will be another's.
pub(crate) fn leave() {
    set_alternate(&libc::stack_t {
        ss_sp: ptr::null_mut(),
        ss_flags: libc::SS_DISABLE,
        ss_size: 0,
    });
}

fn set_alternate(stack: &libc::stack_t) {
    // SAFETY: the memory is a block's, and blocks are never freed.
    let answer = unsafe { libc::sigaltstack(stack, ptr::null_mut()) };
    assert_eq!(answer, 0, "no alternate signal stack");
}

/// The context's registers in the order of their encoding in instructions.
const GENERAL: [libc::c_int; 16] = [
    libc::REG_RAX,
    libc::REG_RCX,
    libc::REG_RDX,
    libc::REG_RBX,
    libc::REG_RSP,
    libc::REG_RBP,
    libc::REG_RSI,
    libc::REG_RDI,
    libc::REG_R8,
    libc::REG_R9,
    libc::REG_R10,
    libc::REG_R11,
    libc::REG_R12,
    libc::REG_R13,
    libc::REG_R14,
    libc::REG_R15,
];

extern "C" fn handler(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    if current(|it| it.depth.get()) == 0 {
        // SAFETY: restores the default action, which the return then runs into.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        return;
    }
    // SAFETY: with SA_SIGINFO the third argument is a ucontext_t of this thread.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    let registers = &mut context.uc_mcontext.gregs;
    let at = |register: libc::c_int| registers[register as usize] as u64;
    // A breakpoint is told with the address behind it.
    if signal == libc::SIGTRAP
        && let Some(kernel) = super::thread::kernel()
        && kernel.breakpoint(at(libc::REG_RIP) - 1)
    {
        registers[libc::REG_RIP as usize] -= 1;
        return;
    }
    let kind = if signal == libc::SIGSEGV || signal == libc::SIGBUS {
        FaultKind::Memory {
            // SAFETY: for these signals the siginfo holds an address.
            address: unsafe { (*info).si_addr() } as u64,
            write: registers[libc::REG_ERR as usize] & WRITE != 0,
        }
    } else {
        FaultKind::Instruction
    };
    let fault = Fault {
        kind,
        registers: Registers {
            rip: at(libc::REG_RIP),
            general: GENERAL.map(at),
        },
    };
    current(|it| it.fault.set(Some(fault)));
    registers[libc::REG_RIP as usize] = escape as *const () as usize as i64;
}
