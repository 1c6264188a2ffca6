//! Faults that need no filter.

use core::arch::asm;
use core::hint::black_box;
use core::ptr::{addr_of_mut, null_mut};
use core::sync::atomic::Ordering;

use crate::imports::*;

const NONPAGED: u64 = 0x40;
const PAGED: u64 = 0x100;
const TAG: u32 = u32::from_le_bytes(*b"Seed");
const OTHER: u32 = u32::from_le_bytes(*b"Othr");
const SYSTEM: u64 = 4;
const LARGE: usize = 5000;

static mut FIRST: u64 = 0;
static mut SECOND: u64 = 0;

/// The faults by name. They run in DriverEntry.
pub const ALL: &[(&str, unsafe fn())] = &[
    ("clean", clean),
    ("overrun", overrun),
    ("overrun-slack", overrun_slack),
    ("overrun-large", overrun_large),
    ("overread-large", overread_large),
    ("underrun", underrun),
    ("underrun-large", underrun_large),
    ("use-after-free", use_after_free),
    ("double-free", double_free),
    ("wrong-tag", wrong_tag),
    ("leak", leak),
    ("null", null),
    ("opaque", opaque),
    ("irql", irql),
    ("irql-return", irql_return),
    ("stack", stack),
    ("lock-twice", lock_twice),
    ("lock-order", lock_order),
    ("lock-unheld", lock_unheld),
    ("lock-kept", lock_kept),
    ("critical-kept", critical_kept),
    ("reference-leak", reference_leak),
    ("reference-twice", reference_twice),
    ("rundown-leak", rundown_leak),
    ("rundown-twice", rundown_twice),
    ("notification-kept", notification_kept),
    ("unknown", unknown),
    ("illegal", illegal),
    ("privileged", privileged),
    ("read-only", read_only),
    ("pageable", pageable),
    ("pageable-code", pageable_code),
    ("user-memory", user_memory),
    ("handle-leak", handle_leak),
    ("jump", jump),
    ("bad-pointer", bad_pointer),
];

/// Those that run in the unload routine instead.
const AT_UNLOAD: &[(&str, unsafe fn())] = &[("discarded", discarded)];

pub fn run() {
    if let Some((_, fault)) = ALL.get(crate::FAULT.load(Ordering::Relaxed)) {
        unsafe { fault() }
    }
}

pub fn at_unload() {
    if crate::FAULT.load(Ordering::Relaxed) == usize::MAX {
        unsafe { AT_UNLOAD[0].1() }
    }
}

unsafe fn allocate(size: usize) -> *mut u8 {
    unsafe { ExAllocatePool2(NONPAGED, size, TAG) }
}

unsafe fn free(at: *mut u8) {
    unsafe { ExFreePoolWithTag(at, TAG) }
}

unsafe fn clean() {
    unsafe {
        let [a, b] = [allocate(100), allocate(5000)];
        memset(a, 1, 100);
        memset(b, 2, 5000);
        memcpy(b, a, 100);
        memmove(b.add(8), b, 92);
        let equal = memcmp(b, a, 8);
        black_box(equal);
        let level = KeAcquireSpinLockRaiseToDpc(addr_of_mut!(FIRST));
        KeReleaseSpinLock(addr_of_mut!(FIRST), level);
        let mut process = null_mut();
        if PsLookupProcessByProcessId(SYSTEM, &mut process) >= 0 {
            let mut name = null_mut();
            if SeLocateProcessImageName(process, &mut name) >= 0 {
                ExFreePoolWithTag(name.cast(), 0);
            }
            ObfDereferenceObject(process);
        }
        free(a);
        free(b);
    }
}

/// By turns allocations lie at the end of their pages and at the start: of two, one faults.
unsafe fn overrun() {
    unsafe {
        for at in [allocate(64), allocate(64)] {
            at.add(64).write_volatile(1);
        }
    }
}

/// Within the last sixteen bytes nothing faults; freeing notices.
unsafe fn overrun_slack() {
    unsafe {
        for at in [allocate(60), allocate(60)] {
            at.add(60).write_volatile(1);
            free(at);
        }
    }
}

/// More than a page: of two, one ends where its pages end but for the alignment.
unsafe fn overrun_large() {
    unsafe {
        for at in [allocate(LARGE), allocate(LARGE)] {
            at.add(LARGE.next_multiple_of(16)).write_volatile(1);
        }
    }
}

unsafe fn overread_large() {
    unsafe {
        for at in [allocate(LARGE), allocate(LARGE)] {
            black_box(at.add(LARGE.next_multiple_of(16)).read_volatile());
        }
    }
}

unsafe fn underrun_large() {
    unsafe {
        for at in [allocate(LARGE), allocate(LARGE)] {
            black_box(at.sub(1).read_volatile());
        }
    }
}

unsafe fn underrun() {
    unsafe {
        for at in [allocate(64), allocate(64)] {
            at.sub(1).write_volatile(1);
        }
    }
}

unsafe fn use_after_free() {
    unsafe {
        let at = allocate(64);
        free(at);
        black_box(at.read_volatile());
    }
}

unsafe fn double_free() {
    unsafe {
        let at = allocate(64);
        free(at);
        free(at);
    }
}

unsafe fn wrong_tag() {
    unsafe { ExFreePoolWithTag(allocate(64), OTHER) }
}

unsafe fn leak() {
    unsafe {
        black_box(allocate(64));
    }
}

unsafe fn null() {
    unsafe {
        black_box(black_box(8 as *const u64).read_volatile());
    }
}

unsafe fn opaque() {
    unsafe {
        let mut process = null_mut();
        PsLookupProcessByProcessId(SYSTEM, &mut process);
        black_box(process.add(4).read_volatile());
    }
}

unsafe fn irql() {
    unsafe {
        let level = KeAcquireSpinLockRaiseToDpc(addr_of_mut!(FIRST));
        let mut process = null_mut();
        if PsLookupProcessByProcessId(SYSTEM, &mut process) >= 0 {
            ObfDereferenceObject(process);
        }
        KeReleaseSpinLock(addr_of_mut!(FIRST), level);
    }
}

unsafe fn irql_return() {
    unsafe {
        KfRaiseIrql(2);
    }
}

#[inline(never)]
fn deeper(level: u32) -> u32 {
    let mut frame = [level; 200];
    black_box(&mut frame);
    if level == 0 {
        frame[7]
    } else {
        deeper(level - 1) + frame[3]
    }
}

unsafe fn stack() {
    black_box(deeper(black_box(100)));
}

unsafe fn lock_twice() {
    unsafe {
        let level = KeAcquireSpinLockRaiseToDpc(addr_of_mut!(FIRST));
        KeAcquireSpinLockRaiseToDpc(addr_of_mut!(FIRST));
        KeReleaseSpinLock(addr_of_mut!(FIRST), level);
    }
}

unsafe fn both(one: *mut u64, two: *mut u64) {
    unsafe {
        let outer = KeAcquireSpinLockRaiseToDpc(one);
        let inner = KeAcquireSpinLockRaiseToDpc(two);
        KeReleaseSpinLock(two, inner);
        KeReleaseSpinLock(one, outer);
    }
}

unsafe fn lock_order() {
    unsafe {
        both(addr_of_mut!(FIRST), addr_of_mut!(SECOND));
        both(addr_of_mut!(SECOND), addr_of_mut!(FIRST));
    }
}

unsafe fn lock_unheld() {
    unsafe { KeReleaseSpinLock(addr_of_mut!(FIRST), 0) }
}

unsafe fn lock_kept() {
    unsafe {
        KeAcquireSpinLockRaiseToDpc(addr_of_mut!(FIRST));
    }
}

unsafe fn critical_kept() {
    unsafe { KeEnterCriticalRegion() }
}

unsafe fn reference_leak() {
    unsafe {
        let mut process = null_mut();
        PsLookupProcessByProcessId(SYSTEM, &mut process);
    }
}

unsafe fn reference_twice() {
    unsafe {
        let mut process = null_mut();
        PsLookupProcessByProcessId(SYSTEM, &mut process);
        ObfDereferenceObject(process);
        ObfDereferenceObject(process);
    }
}

unsafe fn rundown_leak() {
    unsafe {
        ExInitializeRundownProtection(addr_of_mut!(FIRST));
        ExAcquireRundownProtection(addr_of_mut!(FIRST));
    }
}

unsafe fn rundown_twice() {
    unsafe {
        ExInitializeRundownProtection(addr_of_mut!(FIRST));
        ExAcquireRundownProtection(addr_of_mut!(FIRST));
        ExReleaseRundownProtection(addr_of_mut!(FIRST));
        ExReleaseRundownProtection(addr_of_mut!(FIRST));
    }
}

unsafe extern "system" fn notified() {}

unsafe fn notification_kept() {
    unsafe {
        PsSetLoadImageNotifyRoutine(notified);
    }
}

unsafe fn unknown() {
    unsafe { ExNoSuchRoutine() }
}

unsafe fn illegal() {
    unsafe { asm!("ud2") }
}

unsafe fn privileged() {
    unsafe { asm!("cli") }
}

unsafe fn read_only() {
    static CONSTANT: [u64; 4] = [1, 2, 3, 4];
    unsafe {
        black_box(CONSTANT.as_ptr().cast_mut()).write_volatile(5);
    }
}

unsafe fn pageable() {
    unsafe {
        let at = ExAllocatePool2(PAGED, 64, TAG);
        let level = KeAcquireSpinLockRaiseToDpc(addr_of_mut!(FIRST));
        at.write_volatile(1);
        KeReleaseSpinLock(addr_of_mut!(FIRST), level);
        free(at);
    }
}

#[unsafe(link_section = "PAGE")]
#[inline(never)]
fn in_pageable_code() {
    black_box(2);
}

unsafe fn pageable_code() {
    unsafe {
        let level = KeAcquireSpinLockRaiseToDpc(addr_of_mut!(FIRST));
        in_pageable_code();
        KeReleaseSpinLock(addr_of_mut!(FIRST), level);
    }
}

unsafe fn user_memory() {
    unsafe {
        black_box(MmHighestUserAddress.sub(0x1000).read_volatile());
    }
}

unsafe fn handle_leak() {
    const KERNEL_HANDLE: u32 = 0x200;
    unsafe {
        let (mut process, mut handle) = (null_mut(), 0);
        PsLookupProcessByProcessId(SYSTEM, &mut process);
        let state = null_mut();
        ObOpenObjectByPointer(process, KERNEL_HANDLE, state, 1, null_mut(), 0, &mut handle);
        ObfDereferenceObject(process);
    }
}

unsafe fn jump() {
    unsafe {
        let nowhere: unsafe fn() = core::mem::transmute(black_box(0x1234_usize));
        nowhere();
    }
}

unsafe fn bad_pointer() {
    unsafe {
        PsLookupProcessByProcessId(SYSTEM, black_box(16 as *mut *mut u64));
    }
}

#[unsafe(link_section = "INIT")]
#[inline(never)]
unsafe fn discarded() {
    black_box(1);
}
