//! Volumes as they come and go. A letter can only be asked for outside instance setup, so the worker does that.

use core::ptr;

use cofferdam_engine::stats::Counter;
use wdk_sys::ntddk::{ExFreePool, IoVolumeDeviceToDosName, ObfDereferenceObject};
use wdk_sys::{PDEVICE_OBJECT, UNICODE_STRING};

use super::flt::{FltGetDiskDeviceObject, FltGetVolumeName, PFLT_VOLUME};
use super::{check, text};
use crate::cast;
use crate::sensor::count;
use crate::volumes;

/// Longest name of a volume's device that is looked at, in units.
pub const MAX_DEVICE: usize = 64;

/// A volume's referenced disk device.
pub struct Disk(PDEVICE_OBJECT);

// SAFETY: a counted reference to a kernel object.
unsafe impl Send for Disk {}

impl Disk {
    /// The volume's drive letter, where it has one. At PASSIVE_LEVEL with APCs enabled: the mount manager is asked.
    pub fn letter(&self) -> Option<u8> {
        let mut name = UNICODE_STRING {
            Length: 0,
            MaximumLength: 0,
            Buffer: ptr::null_mut(),
        };
        // SAFETY: a referenced device object.
        check(unsafe { IoVolumeDeviceToDosName(self.0.cast(), &raw mut name) })
            .inspect_err(|_| count(Counter::NameFailures))
            .ok()?;
        // SAFETY: the routine's own string, ours until it is freed.
        let letter = match unsafe { text::units(&raw const name) } {
            Some([letter, 0x3a]) => u8::try_from(*letter).ok(),
            _ => None,
        };
        if !name.Buffer.is_null() {
            // SAFETY: allocated by the routine, which says to free it so.
            unsafe { ExFreePool(name.Buffer.cast()) };
        }
        letter
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // SAFETY: the reference of `FltGetDiskDeviceObject`.
        unsafe { ObfDereferenceObject(self.0.cast()) };
    }
}

/// A device's name.
pub type DeviceName = ([u16; MAX_DEVICE], usize);

/// # Safety
/// `volume` lives while this runs. At PASSIVE_LEVEL.
unsafe fn device_name(volume: PFLT_VOLUME) -> Option<DeviceName> {
    let mut buffer = [0; MAX_DEVICE];
    let mut name = UNICODE_STRING {
        Length: 0,
        MaximumLength: cast::bytes16(size_of_val(&buffer)),
        Buffer: buffer.as_mut_ptr(),
    };
    // SAFETY: the caller's promise; the string is over the buffer.
    check(unsafe { FltGetVolumeName(volume, &raw mut name, ptr::null_mut()) }).ok()?;
    Some((buffer, usize::from(name.Length >> 1)))
}

/// An instance is being attached to a volume. Volumes without a disk, of network file systems, have no letter of ours.
///
/// # Safety
/// `volume` lives while this runs. At PASSIVE_LEVEL.
pub unsafe fn appeared(volume: PFLT_VOLUME) {
    let mut disk = ptr::null_mut();
    // SAFETY: the caller's promise.
    if unsafe { FltGetDiskDeviceObject(volume, &raw mut disk) } < 0 {
        return;
    }
    let disk = Disk(disk);
    // SAFETY: the caller's promise.
    if let Some(name) = unsafe { device_name(volume) } {
        volumes::appeared(name, disk);
    }
}

/// An instance has been detached from a volume.
///
/// # Safety
/// `volume` lives while this runs. At PASSIVE_LEVEL.
pub unsafe fn disappeared(volume: PFLT_VOLUME) {
    // SAFETY: the caller's promise.
    if let Some(name) = unsafe { device_name(volume) } {
        volumes::disappeared(name);
    }
}
