//! Locks, rundown and the event that the worker waits for.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use cofferdam_engine::swap::Gate;
use wdk_sys::ntddk::*;
use wdk_sys::{
    _EVENT_TYPE, _EX_RUNDOWN_REF_CACHE_AWARE, _KWAIT_REASON, _POOL_TYPE, KEVENT, KSPIN_LOCK,
    LARGE_INTEGER, NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_SUCCESS,
};

use super::pool::TAG;

/// A value behind a spin lock. What runs under it is short, calls nothing and touches nonpaged memory alone.
pub struct SpinLock<T> {
    lock: UnsafeCell<KSPIN_LOCK>,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one processor at a time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// Unlocked: a spin lock is initialised by zero.
    pub const fn new(value: T) -> Self {
        Self {
            lock: UnsafeCell::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Runs `action` on the value at DISPATCH_LEVEL.
    pub fn with<R>(&self, action: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: at or below DISPATCH_LEVEL, as every path of this driver; not held by this thread already, because
        // no action takes a lock.
        let irql = unsafe { KeAcquireSpinLockRaiseToDpc(self.lock.get()) };
        // SAFETY: the lock is held.
        let outcome = action(unsafe { &mut *self.value.get() });
        // SAFETY: acquired above.
        unsafe { KeReleaseSpinLock(self.lock.get(), irql) };
        outcome
    }
}

/// A value that one thread at a time works on, for as long as it likes; others are turned away, never kept waiting.
pub struct Exclusive<T> {
    busy: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one thread at a time.
unsafe impl<T: Send> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    /// Free.
    pub const fn new(value: T) -> Self {
        Self {
            busy: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// Runs `action` on the value unless somebody else does.
    pub fn try_with<R>(&self, action: impl FnOnce(&mut T) -> R) -> Option<R> {
        Some(action(&mut *self.try_hold()?))
    }

    /// The value, unless somebody else has it.
    pub fn try_hold(&self) -> Option<Held<'_, T>> {
        (!self.busy.swap(true, Ordering::Acquire)).then(|| Held(self))
    }
}

/// An exclusive value, for as long as this lives.
pub struct Held<'a, T>(&'a Exclusive<T>);

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: `busy` was false when this was made, and is true since: nobody else is here.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the same.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::Release);
    }
}

/// Runs `action` in a critical region: the thread cannot be suspended while it holds a rundown reference.
pub fn critical_region<R>(action: impl FnOnce() -> R) -> R {
    // SAFETY: at or below APC_LEVEL.
    unsafe { KeEnterCriticalRegion() };
    let outcome = action();
    // SAFETY: entered above, in this thread.
    unsafe { KeLeaveCriticalRegion() };
    outcome
}

/// Cache-aware rundown protection: many may enter, one closes it and waits until all have left.
pub struct Rundown(AtomicPtr<_EX_RUNDOWN_REF_CACHE_AWARE>);

impl Rundown {
    /// Without memory: nobody can enter.
    pub const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Gets the memory; open for all afterwards.
    pub fn allocate(&self) -> Result<(), NTSTATUS> {
        // SAFETY: at PASSIVE_LEVEL.
        let rundown =
            unsafe { ExAllocateCacheAwareRundownProtection(_POOL_TYPE::NonPagedPoolNx, TAG) };
        if rundown.is_null() {
            return Err(STATUS_INSUFFICIENT_RESOURCES);
        }
        self.0.store(rundown, Ordering::Release);
        Ok(())
    }

    /// Gives the memory back, once nobody can enter any more.
    pub fn free(&self) {
        let rundown = self.0.swap(ptr::null_mut(), Ordering::AcqRel);
        if !rundown.is_null() {
            // SAFETY: allocated above, and taken out for good.
            unsafe { ExFreeCacheAwareRundownProtection(rundown) };
        }
    }
}

impl Gate for Rundown {
    /// Runs `action` unless it is closed. In a critical region, at or below APC_LEVEL.
    fn enter<R>(&self, action: impl FnOnce() -> R) -> Option<R> {
        let rundown = self.0.load(Ordering::Acquire);
        if rundown.is_null() {
            return None;
        }
        // SAFETY: allocated, and freed only when no callback is registered any more.
        if unsafe { ExAcquireRundownProtectionCacheAware(rundown) } == 0 {
            return None;
        }
        let outcome = action();
        // SAFETY: acquired above.
        unsafe { ExReleaseRundownProtectionCacheAware(rundown) };
        Some(outcome)
    }

    /// Closes it and waits until all have left. At PASSIVE_LEVEL, holding no lock, by one thread at a time.
    fn close(&self) {
        let rundown = self.0.load(Ordering::Acquire);
        if !rundown.is_null() {
            // SAFETY: allocated; the caller is the only one that closes.
            unsafe { ExWaitForRundownProtectionReleaseCacheAware(rundown) };
        }
    }

    /// Opens it again after [`close`](Self::close).
    fn open(&self) {
        let rundown = self.0.load(Ordering::Acquire);
        if !rundown.is_null() {
            // SAFETY: allocated, and closed by this thread.
            unsafe { ExReInitializeRundownProtectionCacheAware(rundown) };
        }
    }
}

/// An event that wakes one waiter for each time it is set.
pub struct Event(UnsafeCell<MaybeUninit<KEVENT>>);

// SAFETY: the kernel synchronises its events.
unsafe impl Sync for Event {}

impl Event {
    /// To be initialised before anything else is done with it.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }

    fn event(&self) -> *mut KEVENT {
        self.0.get().cast()
    }

    /// Makes it an event that is not set. Before anyone else can reach it.
    pub fn initialise(&self) {
        // SAFETY: memory of an event that nobody waits for.
        unsafe { KeInitializeEvent(self.event(), _EVENT_TYPE::SynchronizationEvent, 0) };
    }

    /// Wakes the waiter. At or below DISPATCH_LEVEL.
    pub fn set(&self) {
        // SAFETY: initialised by `DriverEntry`, in memory that is never freed.
        unsafe { KeSetEvent(self.event(), 0, 0) };
    }

    /// Waits at PASSIVE_LEVEL, at most `milliseconds`. Whether it was set.
    pub fn wait(&self, milliseconds: u32) -> bool {
        // Negative is relative; 100 ns each.
        let mut time = LARGE_INTEGER {
            QuadPart: i64::from(milliseconds).wrapping_mul(-10_000),
        };
        // SAFETY: as `set`. STATUS_TIMEOUT is a success code and not STATUS_SUCCESS.
        let status = unsafe {
            KeWaitForSingleObject(
                self.event().cast(),
                _KWAIT_REASON::Executive,
                0,
                0,
                &raw mut time,
            )
        };
        status == STATUS_SUCCESS
    }
}
