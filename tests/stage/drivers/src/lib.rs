//! A driver with seeded faults: the last part of its service's name says which. As `clean` it has none.
//!
//! It is built as the real driver is. Each fault is one that a driver could really have; the simulated kernel must find
//! it, and must find nothing in the clean one.
#![no_std]
#![allow(non_snake_case, reason = "the kernel's names")]
#![allow(unsafe_code, reason = "a driver full of faults")]

mod faults;
mod filter;
mod imports;

use core::panic::PanicInfo;
use core::sync::atomic::{AtomicUsize, Ordering};

use imports::{DriverObject, UnicodeString};

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Tells the linker that floating point may occur, as the C runtime would.
#[unsafe(no_mangle)]
pub static _fltused: i32 = 0;

/// Which fault the driver has: its place in [`faults::ALL`].
static FAULT: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Begins.
///
/// # Safety
/// Called by the kernel.
#[unsafe(no_mangle)]
#[unsafe(link_section = "INIT")]
pub unsafe extern "system" fn DriverEntry(
    driver: *mut DriverObject,
    path: *const UnicodeString,
) -> i32 {
    let path = unsafe { &*path };
    let units = unsafe { core::slice::from_raw_parts(path.buffer, usize::from(path.length / 2)) };
    let slash = units.iter().rposition(|it| *it == u16::from(b'\\'));
    let name = &units[slash.map_or(0, |it| it + 1)..];
    let is = |fault: &str| fault.encode_utf16().eq(name.iter().copied());
    let fault = faults::ALL
        .iter()
        .position(|it| is(it.0))
        .unwrap_or(usize::MAX);
    FAULT.store(fault, Ordering::Relaxed);
    unsafe { (*driver).unload = Some(unload) };
    if filter::start(driver, name) {
        unsafe { (*driver).unload = None };
        return 0;
    }
    faults::run();
    0
}

unsafe extern "system" fn unload(_: *mut DriverObject) {
    faults::at_unload();
}
