//! From the host's stack to the driver's and back.
//!
//! Three ways: [`enter`] calls a function of the driver; [`leave`] is where all of the driver's imports arrive; [`escape`]
//! abandons everything that runs on the driver's stack and returns from the outermost [`enter`].
#![expect(
    unsafe_code,
    reason = "two stacks and two calling conventions cannot be joined without assembly"
)]

use std::arch::naked_asm;

use super::thread::{DRIVER_STACK, HOST_STACK, OUTERMOST};
use crate::routine::dispatch;

/// The most arguments that any function between driver and kernel has here.
pub const ARGUMENTS: usize = 14;

/// Calls a function of the driver on the driver's stack.
///
/// # Safety
/// The thread's block is set ([`super::thread::enter`]); `function` is code of the image that takes at most
/// [`ARGUMENTS`] arguments by the Microsoft x64 convention.
#[unsafe(naked)]
pub unsafe extern "sysv64" fn enter(function: u64, arguments: *const [u64; ARGUMENTS]) -> u64 {
    naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        // Where the host stood at the next outer entry: zero says that this is the outermost.
        "cmp qword ptr gs:[{host}], 0",
        "push qword ptr gs:[{host}]",
        "jne 2f",
        "mov gs:[{outermost}], rsp",
        "2:",
        "mov gs:[{host}], rsp",
        "mov r10, rdi",
        "mov rsp, gs:[{driver}]",
        // All arguments as one array on the driver's stack: the first four are then its home space.
        "sub rsp, {bytes}",
        "mov rdi, rsp",
        "mov ecx, {count}",
        "cld",
        "rep movsq",
        "mov rcx, [rsp]",
        "mov rdx, [rsp + 8]",
        "mov r8, [rsp + 16]",
        "mov r9, [rsp + 24]",
        "call r10",
        "mov rsp, gs:[{host}]",
        "pop qword ptr gs:[{host}]",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        host = const HOST_STACK,
        driver = const DRIVER_STACK,
        outermost = const OUTERMOST,
        count = const ARGUMENTS,
        bytes = const ARGUMENTS * 8,
    )
}

/// Where an import's thunk jumps to, with the import's number in EAX: goes to the host's stack and calls
/// [`dispatch`] with the arguments as one array.
///
/// # Safety
/// Only thunks of the loader jump here, in a thread that is inside [`enter`].
#[unsafe(naked)]
pub unsafe extern "win64" fn leave() {
    naked_asm!(
        // The home space, which belongs to the function called, joins the arguments on the stack.
        "mov [rsp + 8], rcx",
        "mov [rsp + 16], rdx",
        "mov [rsp + 24], r8",
        "mov [rsp + 32], r9",
        "push rbp",
        "mov rbp, rsp",
        // Where the driver's next entry on this stack may begin.
        "push qword ptr gs:[{driver}]",
        "mov r10, rsp",
        "and r10, -16",
        "mov gs:[{driver}], r10",
        "mov ecx, eax",
        "lea rdx, [rbp + 16]",
        "mov rsp, gs:[{host}]",
        "sub rsp, 32",
        "call {dispatch}",
        "lea rsp, [rbp - 8]",
        "pop qword ptr gs:[{driver}]",
        "pop rbp",
        "ret",
        host = const HOST_STACK,
        driver = const DRIVER_STACK,
        dispatch = sym dispatch,
    )
}

/// Returns from the outermost [`enter`] of this thread. Host frames in between are abandoned: what they own leaks.
///
/// # Safety
/// The thread is inside [`enter`], and no host frame in between holds a lock.
#[unsafe(naked)]
pub unsafe extern "sysv64" fn escape() -> ! {
    naked_asm!(
        "mov rsp, gs:[{outermost}]",
        "pop qword ptr gs:[{host}]",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        host = const HOST_STACK,
        outermost = const OUTERMOST,
    )
}
