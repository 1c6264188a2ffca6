//! The simulated machine's memory, as the kernel's routines read and write it.
//!
//! Addresses come from the driver, so any may be bad. Nothing is checked here: a bad address faults, and
//! [`crate::cpu::fault`] reports it as the driver's, with the routine that it was handed to, as a bug check would. The
//! functions are safe to call in that sense only; they are for this crate's routines.
#![expect(
    unsafe_code,
    reason = "the driver's memory is no Rust object; it can only be reached through raw pointers"
)]

use std::ptr;

/// Integers, which any bytes are.
pub trait Plain: Copy {}
impl Plain for u8 {}
impl Plain for u16 {}
impl Plain for u32 {}
impl Plain for i32 {}
impl Plain for u64 {}
impl Plain for i64 {}

/// Reads an integer.
pub fn read<T: Plain>(address: u64) -> T {
    // SAFETY: see the module's head: a bad address is caught as a fault.
    unsafe { ptr::read_unaligned(address as *const T) }
}

/// Writes an integer.
pub fn write<T: Plain>(address: u64, value: T) {
    // SAFETY: see the module's head.
    unsafe { ptr::write_unaligned(address as *mut T, value) }
}

/// Reads bytes.
pub fn bytes(address: u64, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    // SAFETY: the target is `count` bytes of this process; the source see the module's head.
    unsafe { ptr::copy_nonoverlapping(address as *const u8, bytes.as_mut_ptr(), count) };
    bytes
}

/// Writes bytes.
pub fn store(address: u64, bytes: &[u8]) {
    // SAFETY: the source is a slice; the target see the module's head.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), address as *mut u8, bytes.len()) };
}

/// Sets bytes.
pub fn fill(address: u64, byte: u8, count: usize) {
    // SAFETY: see the module's head.
    unsafe { ptr::write_bytes(address as *mut u8, byte, count) };
}

/// Reads UTF-16 units.
pub fn units(address: u64, count: usize) -> Vec<u16> {
    bytes(address, count * 2)
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
        .collect()
}

/// UTF-16 units as bytes.
pub fn to_bytes(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

/// Reads a zero-terminated UTF-16 text.
pub fn wide(address: u64) -> Vec<u16> {
    let mut text = Vec::new();
    loop {
        match read::<u16>(address + 2 * text.len() as u64) {
            0 => return text,
            unit => text.push(unit),
        }
    }
}

/// Reads the text of a `UNICODE_STRING`; a null pointer is an empty text.
pub fn unicode_string(address: u64) -> Vec<u16> {
    if address == 0 {
        return Vec::new();
    }
    let length: u16 = read(address);
    match read::<u64>(address + 8) {
        0 => Vec::new(),
        buffer => units(buffer, usize::from(length / 2)),
    }
}

/// Writes a `UNICODE_STRING` whose text lies at `buffer`.
pub fn set_unicode_string(address: u64, buffer: u64, bytes: u16, maximum: u16) {
    write(address, bytes);
    write(address + 2, maximum);
    write(address + 4, 0u32);
    write(address + 8, buffer);
}

/// A Rust text as UTF-16.
pub fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}
