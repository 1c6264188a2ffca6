//! An image of interpreter and engine that links only if no path in it can panic.
//!
//! What it guarantees: the panic handler calls a function that nothing defines. If any function of either
//! that this image reaches kept a path to a panic through optimisation, the linker needs that
//! function and fails. So a link that succeeds is a proof, for these compilers, settings and entries.
//!
//! What it trusts: the compiler and the linker; and that [`entries`] reaches every entry that a driver uses, with
//! inputs of which the optimiser knows nothing. Each is an exported function over raw pointers and lengths, so
//! nothing about their values is known when it is compiled.
//!
//! `cargo xtask link-proof` builds it for every target and setting; `docs/proofs.md` says more.
#![no_std]

#[macro_use]
pub mod entries;
pub mod engine;
mod memory;

use core::panic::PanicInfo;

unsafe extern "C" {
    /// Defined nowhere.
    fn cofferdam_a_panic_path_is_linked() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: never called: an image that holds this call does not link.
    unsafe { cofferdam_a_panic_path_is_linked() }
}

/// Where a driver begins; this image is linked, never loaded.
#[unsafe(no_mangle)]
pub extern "C" fn DriverEntry() -> i32 {
    0
}

/// Tells the linker that floating point may occur, as the C runtime would.
#[cfg(windows)]
#[unsafe(no_mangle)]
pub static _fltused: i32 = 0;

/// The negative proof: a bounds check that the optimiser cannot remove.
///
/// # Safety
/// `bytes` points to `length` bytes.
#[cfg(feature = "indexing")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn deliberate_indexing(bytes: *const u8, length: usize, at: usize) -> u8 {
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(bytes, length) };
    bytes[at]
}

/// The negative proof for checked arithmetic: a sum that can overflow.
#[cfg(feature = "adding")]
#[unsafe(no_mangle)]
pub extern "C" fn deliberate_adding(a: u32, b: u32) -> u32 {
    a + b
}
