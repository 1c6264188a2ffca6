//! The worker's thread, and time.

use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::ntddk::*;
use wdk_sys::{_KWAIT_REASON, LARGE_INTEGER, NTSTATUS, OBJECT_ATTRIBUTES, PVOID};

use super::check;
use super::disk::OBJ_KERNEL_HANDLE;
use crate::cast;

const THREAD_ALL_ACCESS: u32 = 0x1f_ffff;
const SYNCHRONIZE: u32 = 0x10_0000;

/// The running worker's thread object.
static THREAD: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// Starts the worker.
pub fn start() -> Result<(), NTSTATUS> {
    let mut attributes = OBJECT_ATTRIBUTES {
        Length: cast::narrow(size_of::<OBJECT_ATTRIBUTES>()),
        RootDirectory: ptr::null_mut(),
        ObjectName: ptr::null_mut(),
        Attributes: OBJ_KERNEL_HANDLE,
        SecurityDescriptor: ptr::null_mut(),
        SecurityQualityOfService: ptr::null_mut(),
    };
    let mut handle = ptr::null_mut();
    // SAFETY: a system thread over a routine of this image, which unload waits for.
    check(unsafe {
        PsCreateSystemThread(
            &raw mut handle,
            THREAD_ALL_ACCESS,
            &raw mut attributes,
            ptr::null_mut(),
            ptr::null_mut(),
            Some(run),
            ptr::null_mut(),
        )
    })?;
    let mut object = ptr::null_mut();
    // SAFETY: the handle is a thread's. Without the reference nobody could wait for the thread; a kernel handle of
    // full access always gives one.
    let status = unsafe {
        ObReferenceObjectByHandle(
            handle,
            SYNCHRONIZE,
            ptr::null_mut(),
            0,
            &raw mut object,
            ptr::null_mut(),
        )
    };
    if status < 0 {
        // The thread runs code of this image: it must have ended before this fails.
        crate::worker::ask_to_stop();
        // SAFETY: a handle can be waited for as well as its object.
        unsafe { ZwWaitForSingleObject(handle, 0, ptr::null_mut()) };
    } else {
        THREAD.store(object, Ordering::Release);
    }
    // SAFETY: made above.
    unsafe { ZwClose(handle) };
    check(status)
}

/// Waits until the worker, which has been asked to stop, has ended.
pub fn join() {
    let thread = THREAD.swap(ptr::null_mut(), Ordering::AcqRel);
    if thread.is_null() {
        return;
    }
    // SAFETY: referenced by `start`; at PASSIVE_LEVEL.
    unsafe { KeWaitForSingleObject(thread, _KWAIT_REASON::Executive, 0, 0, ptr::null_mut()) };
    // SAFETY: the same.
    unsafe { ObfDereferenceObject(thread) };
}

unsafe extern "C" fn run(_: PVOID) {
    crate::worker::run();
    // SAFETY: this is a system thread, at PASSIVE_LEVEL, holding nothing.
    unsafe { PsTerminateSystemThread(0) };
}

/// Now, in 100 ns since 1601.
pub fn now() -> u64 {
    let mut time = LARGE_INTEGER { QuadPart: 0 };
    // SAFETY: callable anywhere.
    unsafe { KeQuerySystemTimePrecise(&raw mut time) };
    // SAFETY: written above.
    cast::unsigned(unsafe { time.QuadPart })
}

/// The performance counter, and how often it counts in a second.
pub fn ticks() -> (u64, u64) {
    let mut frequency = LARGE_INTEGER { QuadPart: 0 };
    // SAFETY: callable anywhere.
    let count = unsafe { KeQueryPerformanceCounter(&raw mut frequency) };
    // SAFETY: numbers.
    let count = unsafe { count.QuadPart };
    // SAFETY: written above.
    let frequency = unsafe { frequency.QuadPart };
    (cast::unsigned(count), cast::unsigned(frequency))
}

/// Processors of all groups.
pub fn processors() -> u32 {
    const ALL_PROCESSOR_GROUPS: u16 = 0xffff;
    // SAFETY: callable anywhere.
    unsafe { KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS) }
}

/// A number that differs between processors that run at the same time; it may be stale at once.
pub fn processor() -> u32 {
    // SAFETY: callable anywhere.
    unsafe { KeGetCurrentProcessorNumberEx(ptr::null_mut()) }
}

/// Whether everything of the kernel may be called, apart from what locks forbid.
pub fn is_passive() -> bool {
    // SAFETY: callable anywhere.
    unsafe { KeGetCurrentIrql() == 0 }
}

/// The thread that runs.
pub fn current_id() -> u64 {
    // SAFETY: callable anywhere.
    cast::wide(unsafe { PsGetCurrentThreadId() }.addr())
}
