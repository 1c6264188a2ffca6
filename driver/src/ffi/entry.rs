//! Where the driver's life begins and ends: DriverEntry and unload.
//!
//! DriverEntry starts part after part; where one that must not be missing fails, everything is stopped as unload stops
//! it. So stopping asks each part whether it was started, and the order is written once.

use wdk_sys::{NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, STATUS_NOT_SAFE_MODE_DRIVER};

use super::{cng, device, object, process, registration, registry, text, thread};
use crate::{control, load, parameters, sensor, volumes, worker};
use cofferdam_engine::stats::Degraded;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "C" {
    static InitSafeBootMode: u32;
}

/// Windows loads the driver.
///
/// # Safety
/// Called by the I/O manager, once, at PASSIVE_LEVEL.
#[unsafe(export_name = "DriverEntry")]
#[unsafe(link_section = "INIT")]
pub unsafe extern "system" fn driver_entry(
    driver: PDRIVER_OBJECT,
    service: PCUNICODE_STRING,
) -> NTSTATUS {
    // SAFETY: a number of the kernel's.
    if unsafe { InitSafeBootMode } != 0 {
        return STATUS_NOT_SAFE_MODE_DRIVER;
    }
    // SAFETY: the I/O manager's string.
    let service = unsafe { text::units(service) }.unwrap_or(&[]);
    // SAFETY: our own arguments.
    match unsafe { start(driver, service) } {
        Ok(()) => 0,
        Err(status) => {
            stop();
            status
        }
    }
}

/// # Safety
/// As [`driver_entry`].
unsafe fn start(driver: PDRIVER_OBJECT, service: &[u16]) -> Result<(), NTSTATUS> {
    worker::initialise();
    sensor::start()?;
    parameters::read(service);
    // SAFETY: this driver's object, in DriverEntry.
    unsafe { registration::register(driver) }?;
    // SAFETY: the same.
    unsafe { device::start(driver) }?;
    let part = |part: Degraded, outcome: Result<(), NTSTATUS>| {
        if outcome.is_err() {
            sensor::degrade(part);
        }
    };
    part(Degraded::Cryptography, cng::open());
    registration::start()?;
    // Processes keep the names that they are learnt with: volumes' letters come first, as far as they are known.
    worker::learn_names();
    part(Degraded::Processes, process::PROCESSES.start());
    part(Degraded::Threads, process::THREADS.start());
    part(Degraded::Images, process::IMAGES.start());
    // SAFETY: the same.
    part(Degraded::Registry, unsafe { registry::start(driver) });
    part(Degraded::Handles, object::start());
    thread::start()?;
    control::open();
    Ok(())
}

/// Whether an optional unload is welcome.
pub fn may_unload() -> bool {
    control::handles() == 0
}

/// Stops everything that was started. Afterwards nothing of this image is called any more.
pub fn stop() {
    control::close();
    device::cancel_reads();
    object::stop();
    registry::stop();
    process::IMAGES.stop();
    process::THREADS.stop();
    process::PROCESSES.stop();
    registration::unregister();
    worker::ask_to_stop();
    thread::join();
    load::forget();
    volumes::forget();
    crate::process::forget_all();
    sensor::stop();
    cng::close();
    device::stop();
}
