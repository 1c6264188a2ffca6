//! The only `unsafe` of the driver: Windows as the rest of the driver sees it.
#![expect(
    unsafe_code,
    reason = "calls into the kernel and reads what it hands over"
)]

pub mod entry;
pub mod flt;
