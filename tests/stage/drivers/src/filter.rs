//! Faults of a filter: they show when a file is created, or at unload.

use core::ptr::null_mut;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::imports::*;

#[repr(C)]
struct Operation {
    major: u8,
    flags: u32,
    before: Option<unsafe extern "system" fn(*mut u64, *const u64, *mut u64) -> i32>,
    after: Option<unsafe extern "system" fn(*mut u64, *const u64, u64, u32) -> i32>,
    reserved: u64,
}

#[repr(C)]
struct Context {
    kind: u16,
    flags: u16,
    cleanup: u64,
    size: usize,
    tag: u32,
    rest: [u64; 3],
}

#[repr(C)]
struct Registration {
    size: u16,
    version: u16,
    flags: u32,
    contexts: *const Context,
    operations: *const Operation,
    unload: unsafe extern "system" fn(u32) -> i32,
    rest: [u64; 10],
}

const STREAM_HANDLE: u16 = 16;
const SIZE: usize = 32;

/// The filter's faults by name.
const ALL: &[&str] = &[
    "filter-clean",
    "name-leak",
    "name-twice",
    "context-leak",
    "context-overrun",
    "preop-value",
    "postop-missing",
    "name-overread",
    "irql-callback",
    "filter-kept",
];

static FAULT: AtomicUsize = AtomicUsize::new(0);
static FILTER: AtomicU64 = AtomicU64::new(0);

fn has(name: &str) -> bool {
    ALL.get(FAULT.load(Ordering::Relaxed)) == Some(&name)
}

/// Registers the filter where the service's name is one of these faults.
pub fn start(driver: *mut DriverObject, name: &[u16]) -> bool {
    let is = |fault: &&str| fault.encode_utf16().eq(name.iter().copied());
    let Some(fault) = ALL.iter().position(is) else {
        return false;
    };
    FAULT.store(fault, Ordering::Relaxed);
    let contexts = [
        Context {
            kind: STREAM_HANDLE,
            flags: 0,
            cleanup: 0,
            size: SIZE,
            tag: u32::from_le_bytes(*b"Seed"),
            rest: [0; 3],
        },
        Context {
            kind: 0xffff,
            flags: 0,
            cleanup: 0,
            size: 0,
            tag: 0,
            rest: [0; 3],
        },
    ];
    let after = if has("postop-missing") {
        None
    } else {
        Some(after as _)
    };
    let operations = [
        Operation {
            major: 0,
            flags: 0,
            before: Some(before),
            after,
            reserved: 0,
        },
        Operation {
            major: 0x80,
            flags: 0,
            before: None,
            after: None,
            reserved: 0,
        },
    ];
    let registration = Registration {
        size: 112,
        version: 0x0203,
        flags: 0,
        contexts: contexts.as_ptr(),
        operations: operations.as_ptr(),
        unload,
        rest: [0; 10],
    };
    let mut filter = 0;
    unsafe {
        FltRegisterFilter(driver, (&raw const registration).cast(), &mut filter);
        FILTER.store(filter, Ordering::Relaxed);
        FltStartFiltering(filter);
    }
    true
}

unsafe extern "system" fn before(_: *mut u64, _: *const u64, _: *mut u64) -> i32 {
    if has("preop-value") { 77 } else { 0 }
}

unsafe extern "system" fn after(data: *mut u64, _: *const u64, _: u64, _: u32) -> i32 {
    const NORMALIZED: u32 = 0x101;
    let mut name = null_mut();
    unsafe {
        if FltGetFileNameInformation(data, NORMALIZED, &mut name) >= 0 {
            if has("name-overread") {
                // The text has no terminator.
                let length = usize::from(*name.add(1).cast::<u16>());
                let text = *name.add(2) as *const u8;
                core::hint::black_box(text.add(length.next_multiple_of(16)).read_volatile());
            }
            if !has("name-leak") {
                FltReleaseFileNameInformation(name);
            }
            if has("name-twice") {
                FltReleaseFileNameInformation(name);
            }
        }
        let mut context = null_mut();
        let filter = FILTER.load(Ordering::Relaxed);
        if FltAllocateContext(filter, STREAM_HANDLE, SIZE, 512, &mut context) >= 0 {
            if has("context-overrun") {
                for at in 0..SIZE + 16 {
                    context.add(at).write_volatile(0);
                }
            }
            if !has("context-leak") {
                FltReleaseContext(context);
            }
        }
        if has("irql-callback") {
            KfRaiseIrql(1);
        }
    }
    0
}

unsafe extern "system" fn unload(_: u32) -> i32 {
    if !has("filter-kept") {
        unsafe { FltUnregisterFilter(FILTER.load(Ordering::Relaxed)) }
    }
    0
}
