//! The minifilter.
#![no_std]

mod ffi;

use wdk_panic as _;

/// `wdk` asks for an allocator; nothing here allocates through it.
#[global_allocator]
static ALLOCATOR: wdk_alloc::WdkAllocator = wdk_alloc::WdkAllocator;
