//! Stand-in for `wdk-sys` 0.5: the types, constants and routines that the driver uses, under the names and signatures
//! that `bindgen` gives them there.
//!
//! Every routine is compared with the kit's declarations by a test.
#![no_std]
#![allow(
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    reason = "the kit's names, documented by the kit"
)]

mod constants;
mod layouts;
pub mod ntddk;
mod types;

pub use constants::*;
pub use types::*;

/// The linker wants it where floating point may occur.
#[unsafe(no_mangle)]
pub static _fltused: () = ();

/// The compiler names it in builds that are not optimised.
#[unsafe(no_mangle)]
pub const extern "system" fn __CxxFrameHandler3() -> i32 {
    0
}

#[must_use]
pub const fn NT_SUCCESS(nt_status: NTSTATUS) -> bool {
    nt_status >= 0
}
