//! The only `unsafe` of the driver: Windows as the rest of the driver sees it.
//!
//! What it guarantees: the functions and types that other modules use are safe to call where their documentation says
//! (IRQL, phase of the driver's life), whatever their arguments. No pointer into user memory is followed; no routine
//! that raises an exception is called; of what the kernel hands over only members that the kernel owns are read.
//!
//! What it trusts: that Windows calls back as its documentation says, and that DriverEntry and unload register and
//! unregister in the order of [`entry`].
#![expect(
    unsafe_code,
    reason = "calls into the kernel and reads what it hands over"
)]

pub mod cng;
pub mod device;
pub mod disk;
pub mod entry;
pub mod filter;
pub mod flt;
pub mod memory;
pub mod object;
pub mod pool;
pub mod process;
pub mod registration;
pub mod registry;
pub mod swap;
pub mod sync;
pub mod text;
pub mod thread;
pub mod volume;

use wdk_sys::{_IO_STATUS_BLOCK__bindgen_ty_1, IO_STATUS_BLOCK, NTSTATUS};

/// A status as a result: success and information are fine, warnings and errors are not.
pub fn check(status: NTSTATUS) -> Result<(), NTSTATUS> {
    if wdk::nt_success(status) {
        Ok(())
    } else {
        Err(status)
    }
}

/// A status block.
fn status_block(status: NTSTATUS, information: u64) -> IO_STATUS_BLOCK {
    IO_STATUS_BLOCK {
        __bindgen_anon_1: _IO_STATUS_BLOCK__bindgen_ty_1 { Status: status },
        Information: information,
    }
}
