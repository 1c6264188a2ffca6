//! Counted strings: what the kernel hands over, as slices; and our own names, as the kernel wants them.

use core::marker::PhantomData;
use core::ptr;
use core::slice;

use wdk_sys::{PCUNICODE_STRING, PUNICODE_STRING, UNICODE_STRING};

use crate::cast;

/// The units of a counted string; none where there is no string, no buffer, or one at an odd address. An odd length
/// loses its last byte.
///
/// # Safety
/// `string` is null or points to a string that the kernel made or captured and that lives for `'a`, unchanged.
pub unsafe fn units<'a>(string: PCUNICODE_STRING) -> Option<&'a [u16]> {
    // SAFETY: the caller's promise.
    let string = unsafe { string.as_ref() }?;
    if string.Buffer.is_null() || !string.Buffer.is_aligned() {
        return (string.Length == 0).then_some(&[]);
    }
    let length = usize::from(string.Length >> 1);
    // SAFETY: a string's buffer holds its length.
    Some(unsafe { slice::from_raw_parts(string.Buffer, length) })
}

/// A counted string over units of ours.
pub struct Counted<'a>(UNICODE_STRING, PhantomData<&'a [u16]>);

impl<'a> Counted<'a> {
    /// Texts of ours are short; what a counted string cannot say is left out.
    pub fn new(text: &'a [u16]) -> Self {
        let bytes = cast::bytes16(size_of_val(text));
        let string = UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: text.as_ptr().cast_mut(),
        };
        Self(string, PhantomData)
    }

    /// For a routine that reads it; none writes through it.
    pub fn as_ptr(&self) -> PUNICODE_STRING {
        ptr::from_ref(&self.0).cast_mut()
    }

    /// By value, for structures that hold one.
    pub fn get(&self) -> UNICODE_STRING {
        self.0
    }
}

/// An ASCII text as UTF-16, at compile time.
macro_rules! wide {
    ($text:literal) => {{
        const TEXT: &[u8] = $text.as_bytes();
        const WIDE: [u16; TEXT.len()] = $crate::ffi::text::widen(TEXT);
        &WIDE
    }};
}
pub(crate) use wide;

/// Each byte a unit. Evaluated at compile time only.
#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "evaluated at compile time: a mistake does not build"
)]
pub const fn widen<const N: usize>(text: &[u8]) -> [u16; N] {
    let mut wide = [0; N];
    let mut at = 0;
    while at < N {
        wide[at] = text[at] as u16;
        at += 1;
    }
    wide
}
