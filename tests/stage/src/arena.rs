//! Ranges of addresses that this process owns, inaccessible until a part is opened.
#![expect(unsafe_code, reason = "mapping and protecting memory")]

use std::ptr;

/// What may be done with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Any access faults.
    None,
    /// Reading.
    Read,
    /// Reading and writing.
    ReadWrite,
    /// Reading and running.
    ReadExecute,
}

impl Protection {
    const fn flags(self) -> libc::c_int {
        match self {
            Self::None => libc::PROT_NONE,
            Self::Read => libc::PROT_READ,
            Self::ReadWrite => libc::PROT_READ | libc::PROT_WRITE,
            Self::ReadExecute => libc::PROT_READ | libc::PROT_EXEC,
        }
    }
}

/// A range of reserved addresses; it is released when dropped.
#[derive(Debug)]
pub struct Region {
    base: usize,
    size: usize,
    /// Where the same memory can always be written, where it is mapped twice.
    alias: Option<usize>,
}

impl Region {
    /// Reserves `size` bytes, a multiple of the page size, none of them accessible.
    ///
    /// # Panics
    /// When the host has no addresses left.
    pub fn new(size: usize) -> Self {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a fresh anonymous mapping at an address of the host's choice.
        let base = unsafe { libc::mmap(ptr::null_mut(), size, libc::PROT_NONE, flags, -1, 0) };
        assert_ne!(base, libc::MAP_FAILED, "no addresses are left");
        Self {
            base: base as usize,
            size,
            alias: None,
        }
    }

    /// The same, of memory that can also be written by [`patch`](Self::patch), whatever its protection is.
    ///
    /// # Panics
    /// When the host has no memory or no addresses left.
    pub(crate) fn twice(size: usize) -> Self {
        // SAFETY: a name that ends with zero.
        let file = unsafe { libc::memfd_create(c"image".as_ptr(), 0) };
        // SAFETY: a file of this function's own.
        let sized = unsafe { libc::ftruncate(file, size as libc::off_t) };
        assert_eq!(sized, 0, "no memory is left");
        let map = |protection| {
            // SAFETY: a fresh mapping at an address of the host's choice.
            let at =
                unsafe { libc::mmap(ptr::null_mut(), size, protection, libc::MAP_SHARED, file, 0) };
            assert_ne!(at, libc::MAP_FAILED, "no addresses are left");
            at as usize
        };
        let region = Self {
            base: map(libc::PROT_NONE),
            size,
            alias: Some(map(Protection::ReadWrite.flags())),
        };
        // SAFETY: the mappings keep the memory.
        unsafe { libc::close(file) };
        region
    }

    /// Writes a byte of memory that is mapped twice. May be called from a signal handler.
    pub(crate) fn patch(&self, offset: usize, byte: u8) {
        if let Some(alias) = self.alias
            && offset < self.size
        {
            // SAFETY: inside the second mapping, which is writable as long as this value lives.
            unsafe { ptr::write_volatile((alias + offset) as *mut u8, byte) };
        }
    }

    /// The lowest address.
    pub const fn base(&self) -> u64 {
        self.base as u64
    }

    /// How many bytes.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether an address lies inside.
    pub const fn contains(&self, address: u64) -> bool {
        address >= self.base as u64 && address - (self.base as u64) < self.size as u64
    }

    /// Sets what may be done with `size` bytes from `offset`, both multiples of the page size.
    ///
    /// # Panics
    /// When the range does not lie inside, or the host refuses.
    pub fn protect(&self, offset: usize, size: usize, protection: Protection) {
        assert!(
            offset <= self.size && size <= self.size - offset,
            "a range outside its region"
        );
        // SAFETY: inside a mapping that this value owns.
        let answer = unsafe {
            libc::mprotect(
                (self.base + offset) as *mut libc::c_void,
                size,
                protection.flags(),
            )
        };
        assert_eq!(answer, 0, "the host refuses to protect memory");
    }

    /// Gives the contents of `size` bytes from `offset` back to the host; they read as zero when opened again.
    ///
    /// # Panics
    /// When the range does not lie inside.
    pub fn discard(&self, offset: usize, size: usize) {
        assert!(
            offset <= self.size && size <= self.size - offset,
            "a range outside its region"
        );
        let advice = match self.alias {
            None => libc::MADV_DONTNEED,
            Some(_) => libc::MADV_REMOVE,
        };
        // SAFETY: inside a mapping that this value owns, whose contents nobody wants.
        unsafe { libc::madvise((self.base + offset) as *mut libc::c_void, size, advice) };
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        for base in [Some(self.base), self.alias].into_iter().flatten() {
            // SAFETY: the mapping is this value's alone.
            unsafe { libc::munmap(base as *mut libc::c_void, self.size) };
        }
    }
}
