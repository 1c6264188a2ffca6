//! The memory in which content lies while it runs: pages of its own, never executable, read-only once it is sealed.

use core::ptr::{self, NonNull};
use core::slice;

use cofferdam_interpreter::Verified;
use wdk_sys::ntddk::*;
use wdk_sys::{_MEMORY_CACHING_TYPE, LARGE_INTEGER, PMDL};

use crate::cast;

const MM_ALLOCATE_FULLY_REQUIRED: u32 = 4;
const NORMAL_PRIORITY_NO_EXECUTE: u32 = 16 | 0x4000_0000;
const PAGE_READONLY: u32 = 2;

/// Writable pages.
pub struct Pages {
    mdl: PMDL,
    address: NonNull<u8>,
    length: usize,
}

// SAFETY: owns its pages.
unsafe impl Send for Pages {}
// SAFETY: shared references only read.
unsafe impl Sync for Pages {}

impl Pages {
    /// Zeroed pages for `length` bytes; `None` where there are none.
    pub fn new(length: u32) -> Option<Self> {
        let address = |at| LARGE_INTEGER { QuadPart: at };
        if length == 0 {
            return None;
        }
        // SAFETY: any physical pages; at PASSIVE_LEVEL.
        let mdl = unsafe {
            MmAllocatePagesForMdlEx(
                address(0),
                address(i64::MAX),
                address(0),
                length.into(),
                _MEMORY_CACHING_TYPE::MmCached,
                MM_ALLOCATE_FULLY_REQUIRED,
            )
        };
        if mdl.is_null() {
            return None;
        }
        // SAFETY: pages of our own, locked; failure is a null pointer, not a bug check.
        let mapped = unsafe {
            MmMapLockedPagesSpecifyCache(
                mdl,
                0,
                _MEMORY_CACHING_TYPE::MmCached,
                ptr::null_mut(),
                0,
                NORMAL_PRIORITY_NO_EXECUTE,
            )
        };
        let Some(address) = NonNull::new(mapped.cast()) else {
            // SAFETY: allocated above, not mapped.
            unsafe { free(mdl) };
            return None;
        };
        Some(Self {
            mdl,
            address,
            length: cast::index(length),
        })
    }

    /// What the pages hold.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: mapped for that long, as long as `self`.
        unsafe { slice::from_raw_parts(self.address.as_ptr(), self.length) }
    }

    /// The same, to write.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: the same.
        unsafe { slice::from_raw_parts_mut(self.address.as_ptr(), self.length) }
    }

    /// Takes writing away; whether the kernel does so as well.
    pub fn protect(self) -> (Protected, bool) {
        // SAFETY: an MDL whose pages are mapped by `MmMapLockedPagesSpecifyCache`.
        let status = unsafe { MmProtectMdlSystemAddress(self.mdl, PAGE_READONLY) };
        (Protected(self), wdk::nt_success(status))
    }
}

/// Pages that nothing writes any more.
pub struct Protected(Pages);

impl Protected {
    /// What the pages hold.
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`, not used again.
        unsafe { MmUnmapLockedPages(self.address.as_ptr().cast(), self.mdl) };
        // SAFETY: the same.
        unsafe { free(self.mdl) };
    }
}

/// # Safety
/// `mdl` came from `MmAllocatePagesForMdlEx` and is not mapped.
unsafe fn free(mdl: PMDL) {
    // SAFETY: the caller's promise.
    unsafe { MmFreePagesFromMdl(mdl) };
    // SAFETY: the list itself is freed after its pages.
    unsafe { ExFreePool(mdl.cast()) };
}

/// Verified content with the pages that it lies in.
pub struct Sealed {
    content: Verified<'static>,
    pages: Protected,
}

impl Sealed {
    /// Has `verify` make content of the pages.
    pub fn new<E>(
        pages: Protected,
        verify: impl for<'a> FnOnce(&'a [u8]) -> Result<Verified<'a>, E>,
    ) -> Result<Self, E> {
        // SAFETY: the pages do not move when their owner does, and the content does not leave `Sealed`, which frees them
        // after it.
        let bytes: &'static [u8] =
            unsafe { slice::from_raw_parts(pages.0.address.as_ptr(), pages.0.length) };
        let content = verify(bytes)?;
        Ok(Self { content, pages })
    }

    /// The content.
    pub fn content(&self) -> &Verified<'_> {
        &self.content
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.pages.bytes()
    }
}
