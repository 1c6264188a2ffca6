//! The routines that callbacks call at every event, as a few instructions each: to measure what the driver itself costs.
//!
//! They check nothing, keep nothing and free nothing that others use. A machine on which they were put in place is good
//! for measuring only; see [`crate::machine::costs`].
#![expect(unsafe_code, reason = "they write where the driver asks for it")]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What the routines answer.
pub(crate) static PROCESS: AtomicU64 = AtomicU64::new(0);
pub(crate) static PROCESS_ID: AtomicU64 = AtomicU64::new(0);
pub(crate) static START_KEY: AtomicU64 = AtomicU64::new(0);
/// A `FLT_FILE_NAME_INFORMATION`.
pub(crate) static FILE_NAME: AtomicU64 = AtomicU64::new(0);
/// A `UNICODE_STRING`.
pub(crate) static IMAGE_NAME: AtomicU64 = AtomicU64::new(0);

/// 2025-01-01, in 100 ns since 1601.
const NOW: u64 = 133_801_632_000_000_000;
const FREQUENCY: u64 = 10_000_000;
/// Integrity and terminal session of whoever acts.
const MEDIUM: u64 = 0x2000;
const SESSION: u32 = 1;

/// Their addresses by name.
pub(crate) fn all() -> [(&'static str, u64); 41] {
    let address = |routine: *const ()| routine as usize as u64;
    let nothing = address(nothing as *const ());
    let one = address(one as *const ());
    let process = address(process as *const ());
    let free = address(free as *const ());
    [
        ("KeGetCurrentIrql", nothing),
        ("IoGetTopLevelIrp", nothing),
        ("KeAreAllApcsDisabled", nothing),
        ("KeEnterCriticalRegion", nothing),
        ("KeLeaveCriticalRegion", nothing),
        ("KeAcquireSpinLockRaiseToDpc", nothing),
        ("KeReleaseSpinLock", nothing),
        ("KeSetEvent", nothing),
        ("KeGetCurrentProcessorNumberEx", nothing),
        ("ExReleaseRundownProtectionCacheAware", nothing),
        ("FltReleaseFileNameInformation", nothing),
        ("FltReleaseContext", nothing),
        ("FltSetStreamHandleContext", nothing),
        ("FltSetStreamContext", nothing),
        ("PsDereferencePrimaryToken", nothing),
        ("ExAcquireRundownProtectionCacheAware", one),
        ("PsReferencePrimaryToken", one),
        ("PsGetCurrentThreadId", one),
        ("FltGetStreamHandleContext", address(not_found as *const ())),
        ("FltGetStreamContext", address(not_found as *const ())),
        ("FltGetRequestorProcess", process),
        ("IoGetCurrentProcess", process),
        ("PsGetCurrentProcessId", address(process_id as *const ())),
        ("PsGetProcessId", address(process_id as *const ())),
        ("PsGetProcessStartKey", address(start_key as *const ())),
        ("KeQuerySystemTimePrecise", address(time as *const ())),
        ("KeQueryPerformanceCounter", address(ticks as *const ())),
        ("FltGetFileNameInformation", address(file_name as *const ())),
        ("FltIsDirectory", address(is_directory as *const ())),
        ("FltQueryInformationFile", address(information as *const ())),
        ("FltAllocateContext", address(context as *const ())),
        ("SeLocateProcessImageName", address(image_name as *const ())),
        ("SeQueryInformationToken", address(token as *const ())),
        ("SeQueryAuthenticationIdToken", address(logon as *const ())),
        ("SeQuerySessionIdToken", address(session as *const ())),
        ("ExAllocatePool2", address(allocate as *const ())),
        ("ExFreePoolWithTag", free),
        ("ExFreePool", free),
        ("memcpy", address(copy as *const ())),
        ("memmove", address(copy as *const ())),
        ("memset", address(fill as *const ())),
    ]
}

/// A routine that returns at once.
pub(crate) fn nothing_at() -> u64 {
    nothing as *const () as usize as u64
}

/// Writes where the driver has made room.
fn write<T>(to: *mut T, value: T) {
    // SAFETY: the driver's own place for an answer of this type.
    unsafe { to.write(value) };
}

extern "win64" fn nothing() -> u64 {
    0
}

extern "win64" fn one() -> u64 {
    1
}

extern "win64" fn not_found() -> u64 {
    0xc000_0225
}

extern "win64" fn process() -> u64 {
    PROCESS.load(Relaxed)
}

extern "win64" fn process_id() -> u64 {
    PROCESS_ID.load(Relaxed)
}

extern "win64" fn start_key() -> u64 {
    START_KEY.load(Relaxed)
}

extern "win64" fn time(out: *mut u64) {
    write(out, NOW);
}

extern "win64" fn ticks(frequency: *mut u64) -> u64 {
    write(frequency, FREQUENCY);
    NOW
}

extern "win64" fn file_name(_: u64, _: u64, out: *mut u64) -> u64 {
    write(out, FILE_NAME.load(Relaxed));
    0
}

extern "win64" fn is_directory(_: u64, _: u64, out: *mut u8) -> u64 {
    write(out, 0);
    0
}

extern "win64" fn information(_: u64, _: u64, out: *mut u64) -> u64 {
    write(out, NOW);
    0
}

extern "win64" fn context(_: u64, _: u64, size: usize, _: u64, out: *mut u64) -> u64 {
    write(out, allocate(0, size));
    0
}

extern "win64" fn image_name(_: u64, out: *mut u64) -> u64 {
    write(out, IMAGE_NAME.load(Relaxed));
    0
}

extern "win64" fn token(_: u64, class: u32, out: *mut u64) -> u64 {
    const INTEGRITY: u32 = 25;
    write(out, if class == INTEGRITY { MEDIUM } else { 0 });
    0
}

extern "win64" fn logon(_: u64, out: *mut u64) -> u64 {
    write(out, 0x3e7);
    0
}

extern "win64" fn session(_: u64, out: *mut u32) -> u64 {
    write(out, SESSION);
    0
}

extern "win64" fn allocate(_: u64, size: usize) -> u64 {
    // SAFETY: any size may be asked for.
    unsafe { libc::calloc(1, size) }.addr() as u64
}

/// Only what [`allocate`] gave comes here, and the image's name.
extern "win64" fn free(memory: u64) {
    if memory != IMAGE_NAME.load(Relaxed) {
        // SAFETY: see above: allocations made before these routines were put in place live on.
        unsafe { libc::free(std::ptr::with_exposed_provenance_mut(memory as usize)) };
    }
}

extern "win64" fn copy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    // SAFETY: the driver's compiler made the call.
    unsafe { std::ptr::copy(from, to, count) };
    to
}

extern "win64" fn fill(to: *mut u8, byte: u32, count: usize) -> *mut u8 {
    // SAFETY: the driver's compiler made the call.
    unsafe { std::ptr::write_bytes(to, byte as u8, count) };
    to
}
