//! The few kernel routines that Wine 8 lacks, so that Wine can load the driver's image.
//!
//! The image's code is the one that ships, to the byte; only the names of the modules from which it imports are changed
//! in a copy, to names of the same length. This module stands for both the kernel and Filter Manager. It forwards to
//! Wine's whatever they have, and answers the rest as simply as the documentation allows: where a registration is asked
//! for that Wine knows nothing of, the answer is `STATUS_NOT_SUPPORTED`, which the driver has to survive.
//!
//! Trusted: Wine runs drivers in a process of one user, at no raised IRQL; nothing here is ever part of the product.
#![no_std]
#![allow(non_snake_case, reason = "the kernel's names")]
#![allow(unsafe_code, reason = "stands in for a kernel")]

use core::arch::x86_64::_rdtsc;
use core::ffi::c_void;
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

type Status = i32;
const SUCCESS: Status = 0;
const NOT_SUPPORTED: Status = 0xC000_00BB_u32.cast_signed();
const POOL_NONPAGED_NX: u32 = 512;
const POOL_FLAG_UNINITIALIZED: u64 = 2;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    fn ExAllocatePoolWithTag(pool: u32, bytes: usize, tag: u32) -> *mut c_void;
    fn ExFreePoolWithTag(memory: *mut c_void, tag: u32);
    fn KeQuerySystemTime(time: *mut i64);
    fn PsGetProcessId(process: *mut c_void) -> *mut c_void;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Tells the linker that floating point may occur, as the C runtime would.
#[unsafe(no_mangle)]
pub static _fltused: i32 = 0;

/// Memory is zeroed unless the caller says that it need not be.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExAllocatePool2(flags: u64, bytes: usize, tag: u32) -> *mut c_void {
    let memory = unsafe { ExAllocatePoolWithTag(POOL_NONPAGED_NX, bytes, tag) };
    if !memory.is_null() && flags & POOL_FLAG_UNINITIALIZED == 0 {
        for at in 0..bytes {
            unsafe { memory.cast::<u8>().add(at).write_volatile(0) };
        }
    }
    memory
}

/// Wine's drivers run at passive level.
#[unsafe(no_mangle)]
pub extern "system" fn KeGetCurrentIrql() -> u8 {
    0
}

/// Time stamps of the processor, said to be nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn KeQueryPerformanceCounter(frequency: *mut i64) -> i64 {
    if !frequency.is_null() {
        unsafe { frequency.write(1_000_000_000) };
    }
    unsafe { _rdtsc() }.cast_signed()
}

/// The coarse time is good enough.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn KeQuerySystemTimePrecise(time: *mut i64) {
    unsafe { KeQuerySystemTime(time) };
}

/// Process ids are not used twice while a test runs.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn PsGetProcessStartKey(process: *mut c_void) -> u64 {
    unsafe { PsGetProcessId(process) }.addr() as u64
}

/// Wine's processes have no tokens in the kernel; there is nothing at this address that anybody may read.
#[unsafe(no_mangle)]
pub extern "system" fn PsReferencePrimaryToken(process: *mut c_void) -> *mut c_void {
    process
}

/// Nothing was referenced.
#[unsafe(no_mangle)]
pub extern "system" fn PsDereferencePrimaryToken(_: *mut c_void) {}

/// Tokens say nothing.
#[unsafe(no_mangle)]
pub extern "system" fn SeQueryInformationToken(
    _: *mut c_void,
    _: u32,
    _: *mut *mut c_void,
) -> Status {
    NOT_SUPPORTED
}

/// Tokens say nothing.
#[unsafe(no_mangle)]
pub extern "system" fn SeQueryAuthenticationIdToken(_: *mut c_void, _: *mut u64) -> Status {
    NOT_SUPPORTED
}

/// Tokens say nothing.
#[unsafe(no_mangle)]
pub extern "system" fn SeQuerySessionIdToken(_: *mut c_void, _: *mut u32) -> Status {
    NOT_SUPPORTED
}

/// Wine says that it cannot, but claims success.
#[unsafe(no_mangle)]
pub extern "system" fn SeLocateProcessImageName(_: *mut c_void, _: *mut *mut c_void) -> Status {
    NOT_SUPPORTED
}

/// Wine has no such notification.
#[unsafe(no_mangle)]
pub extern "system" fn PsSetCreateProcessNotifyRoutineEx2(_: u32, _: *mut c_void, _: u8) -> Status {
    NOT_SUPPORTED
}

/// Wine has no registry callbacks.
#[unsafe(no_mangle)]
pub extern "system" fn CmRegisterCallbackEx(
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut i64,
    _: *mut c_void,
) -> Status {
    NOT_SUPPORTED
}

/// Never reached: there are no registry callbacks.
#[unsafe(no_mangle)]
pub extern "system" fn CmCallbackGetKeyObjectIDEx(
    _: *mut i64,
    _: *mut c_void,
    _: *mut usize,
    _: *mut *mut c_void,
    _: u32,
) -> Status {
    NOT_SUPPORTED
}

/// Never reached: there are no registry callbacks.
#[unsafe(no_mangle)]
pub extern "system" fn CmCallbackReleaseKeyObjectIDEx(_: *mut c_void) {}

/// No memory can be locked: content cannot be loaded under Wine, which the driver reports.
#[unsafe(no_mangle)]
pub extern "system" fn MmAllocatePagesForMdlEx(
    _: i64,
    _: i64,
    _: i64,
    _: usize,
    _: u32,
    _: u32,
) -> *mut c_void {
    ptr::null_mut()
}

/// The members of `FLT_REGISTRATION` that come before the unload callback, and it.
#[repr(C)]
struct Registration {
    size: u16,
    version: u16,
    flags: u32,
    contexts: *const c_void,
    operations: *const c_void,
    unload: Option<unsafe extern "system" fn(u32) -> Status>,
}

/// `DRIVER_OBJECT` up to `DriverUnload`, which is at byte 104.
#[repr(C)]
struct DriverObject {
    before: [u64; 13],
    unload: Option<unsafe extern "system" fn(*mut DriverObject)>,
}

const MANDATORY: u32 = 1;

/// The one filter's unload callback.
static UNLOAD: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// Remembers the filter; Filter Manager owns `DriverUnload` from here on.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FltRegisterFilter(
    driver: *mut c_void,
    registration: *const c_void,
    filter: *mut *mut c_void,
) -> Status {
    let registration = unsafe { &*registration.cast::<Registration>() };
    let unload = registration
        .unload
        .map_or(ptr::null_mut(), |unload| unload as *mut c_void);
    UNLOAD.store(unload, Ordering::Release);
    unsafe { (*driver.cast::<DriverObject>()).unload = Some(unload_driver) };
    unsafe { filter.write(driver) };
    SUCCESS
}

/// There are no volumes to attach to.
#[unsafe(no_mangle)]
pub extern "system" fn FltStartFiltering(_: *mut c_void) -> Status {
    SUCCESS
}

/// Forgets the filter.
#[unsafe(no_mangle)]
pub extern "system" fn FltUnregisterFilter(_: *mut c_void) {
    UNLOAD.store(ptr::null_mut(), Ordering::Release);
}

/// What stopping the service does: a mandatory unload.
unsafe extern "system" fn unload_driver(_: *mut DriverObject) {
    let unload = UNLOAD.load(Ordering::Acquire);
    if !unload.is_null() {
        type Unload = unsafe extern "system" fn(u32) -> Status;
        unsafe { core::mem::transmute::<*mut c_void, Unload>(unload)(MANDATORY) };
    }
}

/// Twice the number of holders, and one while somebody waits for them to leave.
struct Rundown(AtomicI64);

const TAG: u32 = u32::from_le_bytes(*b"Shim");

/// A rundown reference that nothing holds.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExAllocateCacheAwareRundownProtection(_: u32, _: u32) -> *mut c_void {
    unsafe { ExAllocatePool2(0, size_of::<Rundown>(), TAG) }
}

/// Ends a rundown reference.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExFreeCacheAwareRundownProtection(rundown: *mut c_void) {
    unsafe { ExFreePoolWithTag(rundown, TAG) };
}

/// Whether the reference could be taken.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExAcquireRundownProtectionCacheAware(rundown: *mut c_void) -> u8 {
    let count = unsafe { &(*rundown.cast::<Rundown>()).0 };
    let taken = count.fetch_update(Ordering::AcqRel, Ordering::Acquire, |value| {
        (value & 1 == 0).then_some(value + 2)
    });
    u8::from(taken.is_ok())
}

/// Gives the reference back.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExReleaseRundownProtectionCacheAware(rundown: *mut c_void) {
    let count = unsafe { &(*rundown.cast::<Rundown>()).0 };
    count.fetch_sub(2, Ordering::AcqRel);
}

/// Lets nobody in any more and waits until all have left.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExWaitForRundownProtectionReleaseCacheAware(rundown: *mut c_void) {
    let count = unsafe { &(*rundown.cast::<Rundown>()).0 };
    count.fetch_or(1, Ordering::AcqRel);
    while count.load(Ordering::Acquire) != 1 {
        core::hint::spin_loop();
    }
}

/// Lets holders in again.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ExReInitializeRundownProtectionCacheAware(rundown: *mut c_void) {
    let count = unsafe { &(*rundown.cast::<Rundown>()).0 };
    count.store(0, Ordering::Release);
}
