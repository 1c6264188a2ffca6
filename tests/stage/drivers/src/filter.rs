//! Faults of a filter: they show when a file is created, or at unload.

use core::hint::black_box;
use core::ptr::{addr_of_mut, null_mut};
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
    "postop-value",
    "unload-refused",
    "after-unregister",
    "user-buffer",
    "paging-clean",
    "paging-data",
    "paging-code",
    "reentry",
    "reentry-clean",
    "suspended",
    "suspended-clean",
    "planted",
];

static FAULT: AtomicUsize = AtomicUsize::new(0);
static FILTER: AtomicU64 = AtomicU64::new(0);
/// Creates so far.
static CREATES: AtomicUsize = AtomicUsize::new(0);
/// Pageable memory.
static PAGED: AtomicU64 = AtomicU64::new(0);
static mut LOCK: u64 = 0;
static mut RUNDOWN: u64 = 0;
const TAG: u32 = u32::from_le_bytes(*b"Seed");

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
            major: 4,
            flags: 0,
            before: Some(before_write),
            after: None,
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
        ExInitializeRundownProtection(addr_of_mut!(RUNDOWN));
        PAGED.store(ExAllocatePool2(0x100, 64, TAG) as u64, Ordering::Relaxed);
        FltRegisterFilter(driver, (&raw const registration).cast(), &mut filter);
        FILTER.store(filter, Ordering::Relaxed);
        FltStartFiltering(filter);
    }
    true
}

unsafe extern "system" fn before(data: *mut u64, _: *const u64, _: *mut u64) -> i32 {
    let first = CREATES.fetch_add(1, Ordering::Relaxed) == 0;
    if has("suspended") || has("suspended-clean") {
        unsafe { protected(first, has("suspended-clean")) }
    }
    if has("planted") {
        unsafe { planted(data) }
    }
    if has("preop-value") { 77 } else { 0 }
}

/// Reads under protection; every create but the first waits before until nobody does.
unsafe fn protected(first: bool, critical: bool) {
    unsafe {
        if !first {
            ExWaitForRundownProtectionRelease(addr_of_mut!(RUNDOWN));
            ExReInitializeRundownProtection(addr_of_mut!(RUNDOWN));
        }
        if critical {
            KeEnterCriticalRegion();
        }
        if ExAcquireRundownProtection(addr_of_mut!(RUNDOWN)) != 0 {
            black_box(KeGetCurrentIrql());
            ExReleaseRundownProtection(addr_of_mut!(RUNDOWN));
        }
        if critical {
            KeLeaveCriticalRegion();
        }
    }
}

/// A fault that only the file `secret` on the first volume leads to.
unsafe fn planted(data: *mut u64) {
    const OPENED: u32 = 0x102;
    const VOLUME: usize = r"\Device\HarddiskVolume1\".len();
    let mut name = null_mut();
    unsafe {
        if FltGetFileNameInformation(data, OPENED, &mut name) < 0 {
            return;
        }
        let units = usize::from(*name.add(1).cast::<u16>()) / 2;
        let text = *name.add(2) as *const u16;
        let mut found = units == VOLUME + 6;
        for (at, letter) in (VOLUME..).zip(*b"secret") {
            // One character after the other, as a parser does.
            if at >= units || text.add(at).read_volatile() != u16::from(letter) {
                found = false;
                break;
            }
            match letter {
                b's' => step::<1>(),
                b'e' if at == VOLUME + 1 => step::<2>(),
                b'c' => step::<3>(),
                b'r' => step::<4>(),
                b'e' => step::<5>(),
                _ => step::<6>(),
            }
        }
        FltReleaseFileNameInformation(name);
        if found {
            black_box(black_box(8 as *const u64).read_volatile());
        }
    }
}

/// What comes next: code of its own.
#[inline(never)]
fn step<const N: usize>() {
    black_box(N);
}

unsafe extern "system" fn before_write(data: *mut u64, _: *const u64, _: *mut u64) -> i32 {
    const PAGING: u32 = 2;
    /// `SUCCESS_NO_CALLBACK`.
    const NO_CALLBACK: i32 = 1;
    unsafe {
        let block = *data.add(2) as *const u64;
        if has("user-buffer") {
            let buffer = *block.add(6) as *const u8;
            black_box(buffer.read_volatile());
        }
        if block.cast::<u32>().read() & PAGING == 0 {
            if has("paging-clean") {
                (PAGED.load(Ordering::Relaxed) as *mut u8).write_volatile(1);
                in_pageable_code();
            }
            return NO_CALLBACK;
        }
        if has("paging-data") {
            (PAGED.load(Ordering::Relaxed) as *mut u8).write_volatile(1);
        }
        if has("paging-code") {
            in_pageable_code();
        }
    }
    NO_CALLBACK
}

#[unsafe(link_section = "PAGE")]
#[inline(never)]
fn in_pageable_code() {
    black_box(3);
}

/// Creates a file of the driver's own, which comes to its own callbacks.
unsafe fn own_create() {
    let text = r"\Device\HarddiskVolume1\own.txt";
    let mut units = [0; 40];
    for (place, unit) in units.iter_mut().zip(text.encode_utf16()) {
        *place = unit;
    }
    let bytes = 2 * text.len() as u16;
    let name = UnicodeString {
        length: bytes,
        maximum: bytes,
        buffer: units.as_ptr(),
    };
    // OBJECT_ATTRIBUTES: length, root, name, attributes (a kernel handle), security.
    let attributes = [48, 0, &raw const name as u64, 0x240, 0, 0];
    let (mut handle, mut status) = (0, [0; 2]);
    unsafe {
        let result = ZwCreateFile(
            &mut handle,
            0x0012_0196,
            attributes.as_ptr().cast(),
            status.as_mut_ptr(),
            core::ptr::null(),
            0x80,
            7,
            3,
            0x20,
            core::ptr::null(),
            0,
        );
        if result >= 0 {
            ZwClose(handle);
        }
    }
}

/// The callback's own file is created while a lock is held that the callback takes, or after it was dropped.
unsafe fn reenter(held: bool) {
    static INSIDE: AtomicUsize = AtomicUsize::new(0);
    unsafe {
        FltAcquirePushLockExclusive(addr_of_mut!(LOCK));
        if !held {
            FltReleasePushLock(addr_of_mut!(LOCK));
        }
        if INSIDE.fetch_add(1, Ordering::Relaxed) == 0 {
            own_create();
        }
        if held {
            FltReleasePushLock(addr_of_mut!(LOCK));
        }
    }
}

unsafe extern "system" fn after(data: *mut u64, _: *const u64, _: u64, _: u32) -> i32 {
    const NORMALIZED: u32 = 0x101;
    let mut name = null_mut();
    unsafe {
        if has("reentry") || has("reentry-clean") {
            reenter(has("reentry"));
        }
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
    if has("postop-value") { 7 } else { 0 }
}

unsafe extern "system" fn unload(_: u32) -> i32 {
    const REFUSED: i32 = 0xc01c_0010_u32 as i32;
    if has("unload-refused") {
        return REFUSED;
    }
    unsafe {
        if !has("filter-kept") {
            FltUnregisterFilter(FILTER.load(Ordering::Relaxed));
        }
        ExFreePoolWithTag(PAGED.load(Ordering::Relaxed) as *mut u8, TAG);
        if has("after-unregister") {
            FltStartFiltering(FILTER.load(Ordering::Relaxed));
        }
    }
    0
}
