//! What the driver takes from the kernel.
#![allow(missing_docs, reason = "documented by the kit")]

use core::ffi::c_void;

#[repr(C)]
pub struct UnicodeString {
    pub length: u16,
    pub maximum: u16,
    pub buffer: *const u16,
}

#[repr(C)]
pub struct DriverObject {
    pub head: [u64; 13],
    pub unload: Option<unsafe extern "system" fn(*mut DriverObject)>,
}

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn ExAllocatePool2(flags: u64, size: usize, tag: u32) -> *mut u8;
    pub fn ExFreePoolWithTag(at: *mut u8, tag: u32);
    pub fn KeAcquireSpinLockRaiseToDpc(lock: *mut u64) -> u8;
    pub fn KeReleaseSpinLock(lock: *mut u64, level: u8);
    pub fn KfRaiseIrql(level: u8) -> u8;
    pub fn PsLookupProcessByProcessId(id: u64, process: *mut *mut u64) -> i32;
    pub fn ObfDereferenceObject(object: *mut u64) -> i64;
    pub fn KeEnterCriticalRegion();
    pub fn KeLeaveCriticalRegion();
    pub fn KeGetCurrentIrql() -> u8;
    pub fn ExInitializeRundownProtection(rundown: *mut u64);
    pub fn ExAcquireRundownProtection(rundown: *mut u64) -> u8;
    pub fn ExReleaseRundownProtection(rundown: *mut u64);
    pub fn ExWaitForRundownProtectionRelease(rundown: *mut u64);
    pub fn ExReInitializeRundownProtection(rundown: *mut u64);
    pub fn PsSetLoadImageNotifyRoutine(routine: unsafe extern "system" fn()) -> i32;
    pub fn ZwCreateFile(
        handle: *mut u64,
        access: u32,
        attributes: *const c_void,
        status: *mut u64,
        size: *const u64,
        file_attributes: u32,
        share: u32,
        disposition: u32,
        options: u32,
        extended: *const c_void,
        extended_length: u32,
    ) -> i32;
    pub fn ZwClose(handle: u64) -> i32;
    pub fn SeLocateProcessImageName(process: *mut u64, name: *mut *mut UnicodeString) -> i32;
    pub fn ObOpenObjectByPointer(
        object: *mut u64,
        attributes: u32,
        state: *mut u64,
        access: u32,
        kind: *mut u64,
        mode: u8,
        handle: *mut u64,
    ) -> i32;
    /// Below it is user mode's memory.
    pub static MmHighestUserAddress: *const u8;
    /// There is no such routine.
    pub fn ExNoSuchRoutine();
}

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "C" {
    pub fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8;
    pub fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8;
    pub fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8;
    pub fn memcmp(one: *const u8, two: *const u8, count: usize) -> i32;
}

#[link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn FltRegisterFilter(
        driver: *mut DriverObject,
        from: *const c_void,
        filter: *mut u64,
    ) -> i32;
    pub fn FltStartFiltering(filter: u64) -> i32;
    pub fn FltUnregisterFilter(filter: u64);
    pub fn FltGetFileNameInformation(data: *mut u64, options: u32, name: *mut *mut u64) -> i32;
    pub fn FltReleaseFileNameInformation(name: *mut u64);
    pub fn FltAllocateContext(
        filter: u64,
        kind: u16,
        size: usize,
        pool: u32,
        out: *mut *mut u8,
    ) -> i32;
    pub fn FltReleaseContext(context: *mut u8);
    pub fn FltAcquirePushLockExclusive(lock: *mut u64);
    pub fn FltReleasePushLock(lock: *mut u64);
}
