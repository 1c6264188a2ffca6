//! What several tests need: content made from assembly text, and texts as units.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test program uses a part; a test may panic: that is how it fails"
)]

use cofferdam_interpreter::{Content, Limits, Verified};

/// A text's units.
pub(crate) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// Units as a text.
pub(crate) fn narrow(units: &[u16]) -> String {
    String::from_utf16_lossy(units)
}

/// A content file, from assembly text.
pub(crate) fn assembled(text: &str) -> Vec<u8> {
    cofferdam_asm::assemble::assemble_to_bytes(text).unwrap()
}

/// Verified content, and scratch for it.
pub(crate) fn verified(bytes: &[u8]) -> (Verified<'_>, Vec<u64>) {
    let mut scratch = vec![0; usize::try_from(Limits::KERNEL.scratch_words).unwrap()];
    let content = Content::decode(bytes).unwrap();
    let content = content.verify(&Limits::KERNEL, &mut scratch).unwrap();
    (content, scratch)
}
