//! Memory of the nonpaged pool: boxes, shared records, blocks.
//!
//! Guarantees: an allocation that fails is `None`, never a crash; what is allocated is zeroed by the kernel and freed
//! once, when its owner goes. Nothing here may be used above DISPATCH_LEVEL.

use core::marker::PhantomData;
use core::mem::{align_of, size_of};
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use cofferdam_engine::event::Assembled;
use cofferdam_engine::stats::Counter;
use wdk_sys::ntddk::{ExAllocatePool2, ExFreePoolWithTag};
use wdk_sys::{POOL_FLAG_NON_PAGED, PVOID, ULONG};

use crate::cast;
use crate::sensor;

/// Tag of everything that the driver allocates.
pub const TAG: ULONG = u32::from_le_bytes(*b"Cofd");

/// The pool aligns to 16 bytes.
const POOL_ALIGNMENT: usize = 16;

fn allocate<T>(count: usize) -> Option<NonNull<T>> {
    const { assert!(align_of::<T>() <= POOL_ALIGNMENT && size_of::<T>() > 0) };
    let bytes = cast::wide(size_of::<T>().checked_mul(count)?);
    // SAFETY: callable up to DISPATCH_LEVEL, where everything here runs; no flag raises an exception.
    let memory = unsafe { ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, TAG) };
    if memory.is_null() {
        sensor::count(Counter::AllocationFailures);
    }
    NonNull::new(memory.cast())
}

/// # Safety
/// `memory` came from [`allocate`] and is not used afterwards.
unsafe fn free<T>(memory: NonNull<T>) {
    // SAFETY: the caller's promise.
    unsafe { ExFreePoolWithTag(memory.as_ptr().cast(), TAG) }
}

/// One value.
pub struct PoolBox<T>(NonNull<T>, PhantomData<T>);

// SAFETY: owns its value, as `Box` does.
unsafe impl<T: Send> Send for PoolBox<T> {}
// SAFETY: the same.
unsafe impl<T: Sync> Sync for PoolBox<T> {}

impl<T> PoolBox<T> {
    /// The value in memory of its own; `None` where there is none.
    pub fn new(value: T) -> Option<Self> {
        let memory = allocate::<T>(1)?;
        // SAFETY: fresh, large enough, aligned.
        unsafe { memory.write(value) };
        Some(Self(memory, PhantomData))
    }

    /// A copy of a value that is too large for a stack.
    pub fn copy(value: &T) -> Option<Self>
    where
        T: Copy,
    {
        let memory = allocate::<T>(1)?;
        // SAFETY: fresh, large enough, aligned; a copy is as good as the value.
        unsafe { ptr::copy_nonoverlapping(value, memory.as_ptr(), 1) };
        Some(Self(memory, PhantomData))
    }

    /// Hands the value over to Windows, which keeps a pointer.
    pub fn into_raw(self) -> PVOID {
        let memory = self.0;
        core::mem::forget(self);
        memory.as_ptr().cast()
    }

    /// Takes the value back.
    ///
    /// # Safety
    /// `raw` is null or came from [`into_raw`](Self::into_raw) of this very type, and is taken back once.
    pub unsafe fn from_raw(raw: PVOID) -> Option<Self> {
        NonNull::new(raw.cast()).map(|memory| Self(memory, PhantomData))
    }
}

impl<T> Deref for PoolBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: written by `new`, alive as long as the box.
        unsafe { self.0.as_ref() }
    }
}

impl<T> DerefMut for PoolBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the same, and this is the only reference.
        unsafe { self.0.as_mut() }
    }
}

impl<T> Drop for PoolBox<T> {
    fn drop(&mut self) {
        // SAFETY: written by `new`, not used again.
        unsafe { ptr::drop_in_place(self.0.as_ptr()) };
        // SAFETY: the same.
        unsafe { free(self.0) };
    }
}

/// Room for an event.
pub struct EventRoom(PoolBox<Assembled<'static>>);

impl EventRoom {
    /// `None` where there is no memory.
    pub fn new() -> Option<Self> {
        PoolBox::copy(&Assembled::NONE).map(Self)
    }

    /// No event yet, to be set to one whose texts live as long as the caller likes.
    pub fn fresh<'e>(&mut self) -> &mut Assembled<'e> {
        *self.0 = Assembled::NONE;
        // SAFETY: types that differ in a lifetime alone. What is written for `'e` is never read as if it lived on: this is
        // the only way to it, and it is overwritten here.
        unsafe { &mut *(&raw mut *self.0).cast() }
    }
}

struct Counted<T> {
    references: AtomicU32,
    value: T,
}

/// A value that lives as long as the last reference to it, at any IRQL up to DISPATCH_LEVEL.
pub struct Shared<T>(NonNull<Counted<T>>, PhantomData<T>);

// SAFETY: as `Arc`.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as `Arc`.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// The value in memory of its own; `None` where there is none.
    pub fn new(value: T) -> Option<Self> {
        let memory = allocate::<Counted<T>>(1)?;
        let counted = Counted {
            references: AtomicU32::new(1),
            value,
        };
        // SAFETY: fresh, large enough, aligned.
        unsafe { memory.write(counted) };
        Some(Self(memory, PhantomData))
    }

    fn counted(&self) -> &Counted<T> {
        // SAFETY: alive as long as a reference is counted, which `self` is.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        // References are handles in bounded tables and on stacks: they do not reach 2^32.
        self.counted().references.fetch_add(1, Ordering::Relaxed);
        Self(self.0, PhantomData)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.counted().value
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        if self.counted().references.fetch_sub(1, Ordering::Release) != 1 {
            return;
        }
        fence(Ordering::Acquire);
        // SAFETY: this was the last reference.
        unsafe { ptr::drop_in_place(self.0.as_ptr()) };
        // SAFETY: the same.
        unsafe { free(self.0) };
    }
}

/// Types for which zeroed memory is a value.
///
/// # Safety
/// All bits zero is a valid value, and nothing is to be done when it goes.
pub unsafe trait Zeroed {}
// SAFETY: an integer.
unsafe impl Zeroed for u8 {}
// SAFETY: an integer.
unsafe impl Zeroed for u16 {}
// SAFETY: an integer.
unsafe impl Zeroed for u64 {}
// SAFETY: an integer.
unsafe impl Zeroed for AtomicU64 {}
// SAFETY: an array of what is.
unsafe impl<T: Zeroed, const N: usize> Zeroed for [T; N] {}

/// A run of values.
pub struct Block<T: Zeroed>(NonNull<[T]>, PhantomData<T>);

// SAFETY: owns its values, as a boxed slice does.
unsafe impl<T: Zeroed + Send> Send for Block<T> {}
// SAFETY: the same.
unsafe impl<T: Zeroed + Sync> Sync for Block<T> {}

impl<T: Zeroed> Block<T> {
    /// `count` zeroed values; none of them need no memory.
    pub fn new(count: usize) -> Option<Self> {
        let memory = if count == 0 {
            NonNull::dangling()
        } else {
            allocate::<T>(count)?
        };
        let values = NonNull::slice_from_raw_parts(memory, count);
        Some(Self(values, PhantomData))
    }
}

impl Block<u16> {
    /// A copy of a text.
    pub fn copy(text: &[u16]) -> Option<Self> {
        let mut block = Self::new(text.len())?;
        for (to, from) in block.iter_mut().zip(text) {
            *to = *from;
        }
        Some(block)
    }
}

impl<T: Zeroed> Deref for Block<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: that many values, zeroed or written, alive as long as the block.
        unsafe { self.0.as_ref() }
    }
}

impl<T: Zeroed> DerefMut for Block<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: the same, and this is the only reference.
        unsafe { self.0.as_mut() }
    }
}

impl<T: Zeroed> Drop for Block<T> {
    fn drop(&mut self) {
        if !self.is_empty() {
            // SAFETY: allocated by `new`, not used again.
            unsafe { free(self.0.cast::<T>()) };
        }
    }
}
