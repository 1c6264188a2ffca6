//! The four functions that compiled code calls without being asked. In a driver they come from the kernel.
//!
//! Volatile, unit by unit: a plain loop would be recognised as the very function that it implements.

/// # Safety
/// As C's `memcpy`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller promises `count` bytes at `from`.
        let source = unsafe { from.add(at) };
        // SAFETY: the same.
        let byte = unsafe { source.read_volatile() };
        // SAFETY: the caller promises `count` bytes at `to`.
        let target = unsafe { to.add(at) };
        // SAFETY: the same.
        unsafe { target.write_volatile(byte) };
        at = at.wrapping_add(1);
    }
    to
}

/// # Safety
/// As C's `memmove`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    let backward = to.addr() > from.addr();
    let mut done = 0;
    while done < count {
        let at = if backward {
            count.wrapping_sub(1).wrapping_sub(done)
        } else {
            done
        };
        // SAFETY: the caller promises `count` bytes at `from`, and `at` is below it.
        let source = unsafe { from.add(at) };
        // SAFETY: the same.
        let byte = unsafe { source.read_volatile() };
        // SAFETY: the caller promises `count` bytes at `to`.
        let target = unsafe { to.add(at) };
        // SAFETY: the same.
        unsafe { target.write_volatile(byte) };
        done = done.wrapping_add(1);
    }
    to
}

/// # Safety
/// As C's `memset`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, value: i32, count: usize) -> *mut u8 {
    let [byte, ..] = value.to_le_bytes();
    let mut at = 0;
    while at < count {
        // SAFETY: the caller promises `count` bytes at `to`.
        let target = unsafe { to.add(at) };
        // SAFETY: the same.
        unsafe { target.write_volatile(byte) };
        at = at.wrapping_add(1);
    }
    to
}

/// # Safety
/// As C's `memcmp`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(one: *const u8, two: *const u8, count: usize) -> i32 {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller promises `count` bytes at `one`.
        let left = unsafe { one.add(at) };
        // SAFETY: the same.
        let left = unsafe { left.read_volatile() };
        // SAFETY: the caller promises `count` bytes at `two`.
        let right = unsafe { two.add(at) };
        // SAFETY: the same.
        let right = unsafe { right.read_volatile() };
        if left != right {
            return i32::from(left).wrapping_sub(right.into());
        }
        at = at.wrapping_add(1);
    }
    0
}

/// # Safety
/// As `memcmp`, of which only whether it is zero matters: LLVM calls it on Linux.
#[cfg(not(windows))]
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(one: *const u8, two: *const u8, count: usize) -> i32 {
    // SAFETY: the same contract.
    unsafe { memcmp(one, two, count) }
}
