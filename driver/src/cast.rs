//! Every numeric conversion that can lose bits, in one place. Each says what it does with what does not fit.
#![allow(
    clippy::as_conversions,
    reason = "this file is where the crate's casts live"
)]

/// Widens to an index; every target has 64 bits.
pub(crate) const fn index(n: u32) -> usize {
    n as usize
}

/// Narrows a length; one that does not fit becomes `u32::MAX`.
pub(crate) const fn narrow(n: usize) -> u32 {
    if n > 0xffff_ffff { u32::MAX } else { n as u32 }
}

/// Narrows a length in bytes to what a counted string can say; more becomes the greatest even number.
pub(crate) const fn bytes16(n: usize) -> u16 {
    if n > 0xfffe { 0xfffe } else { n as u16 }
}

/// Widens a length.
pub(crate) const fn wide(n: usize) -> u64 {
    n as u64
}

/// The low byte.
pub(crate) const fn byte(n: u32) -> u8 {
    n as u8
}

/// The low 32 bits.
pub(crate) const fn low(n: u64) -> u32 {
    n as u32
}

/// The same bits, unsigned.
pub(crate) const fn unsigned(n: i64) -> u64 {
    n as u64
}

/// The same bits, unsigned.
pub(crate) const fn bits(n: i32) -> u32 {
    n as u32
}
