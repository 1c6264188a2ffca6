//! Every numeric conversion that can lose bits, in one place.
//!
//! Each function states what it does with a value that does not fit; none can panic. All but the
//! truncating ones compile to nothing on a 64-bit target. Public for the other kernel crates, which hold no cast either.
#![allow(
    clippy::as_conversions,
    reason = "this file is where the crate's casts live"
)]

/// Widens to an index. `usize` has at least 32 bits on every target Cofferdam supports.
#[inline(always)]
#[must_use]
pub const fn index(n: u32) -> usize {
    n as usize
}

/// Narrows a length or index to 32 bits; one that does not fit becomes `u32::MAX`.
#[inline(always)]
#[must_use]
pub const fn narrow(n: usize) -> u32 {
    if n > u32::MAX as usize {
        u32::MAX
    } else {
        n as u32
    }
}

/// Widens a length to 64 bits.
#[inline(always)]
#[must_use]
pub const fn wide(n: usize) -> u64 {
    n as u64
}

/// The low 32 bits.
#[inline(always)]
#[must_use]
pub const fn low32(n: u64) -> u32 {
    n as u32
}

/// The low 16 bits.
#[inline(always)]
#[must_use]
pub const fn low16(n: u64) -> u16 {
    n as u16
}

/// The low 8 bits.
#[inline(always)]
#[must_use]
pub const fn low8(n: u32) -> u8 {
    n as u8
}

/// Widens a byte; unlike `From`, in constant functions too.
#[inline(always)]
#[must_use]
pub const fn byte(n: u8) -> u32 {
    n as u32
}

/// Widens a unit; unlike `From`, in constant functions too.
#[inline(always)]
#[must_use]
pub const fn unit(n: u16) -> u64 {
    n as u64
}

/// Widens half a word; unlike `From`, in constant functions too.
#[inline(always)]
pub(crate) const fn word(n: u32) -> u64 {
    n as u64
}

/// Widens a unit to 32 bits; unlike `From`, in constant functions too.
#[inline(always)]
pub(crate) const fn half(n: u16) -> u32 {
    n as u32
}

/// Narrows a count to 8 bits; one that does not fit becomes 255.
#[inline(always)]
#[must_use]
pub const fn count8(n: usize) -> u8 {
    if n > 255 { 255 } else { n as u8 }
}

/// Widens an ASCII byte to a UTF-16 unit; unlike `From`, in constant functions too.
#[inline(always)]
#[must_use]
pub const fn ascii(n: u8) -> u16 {
    n as u16
}
