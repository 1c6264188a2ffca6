//! Stand-in for `wdk-alloc`: the allocator over the nonpaged pool.
#![no_std]

use core::alloc::{GlobalAlloc, Layout};

use wdk_sys::POOL_FLAG_NON_PAGED;
use wdk_sys::ntddk::{ExAllocatePool2, ExFreePool};

/// Allocates from nonpaged pool; alignment above the pool's is ignored.
pub struct WdkAllocator;

const TAG: u32 = u32::from_ne_bytes(*b"rust");

// SAFETY: the pool's memory is of the size asked for and is freed by the pool.
unsafe impl GlobalAlloc for WdkAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: callable up to DISPATCH_LEVEL, which is the trait's promise here.
        unsafe { ExAllocatePool2(POOL_FLAG_NON_PAGED, layout.size() as u64, TAG) }.cast()
    }

    unsafe fn dealloc(&self, pointer: *mut u8, _: Layout) {
        // SAFETY: `pointer` came from `alloc`.
        unsafe { ExFreePool(pointer.cast()) }
    }
}
