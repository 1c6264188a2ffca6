//! Stand-in for `wdk`.
#![no_std]

pub use wdk_sys::NT_SUCCESS as nt_success;
