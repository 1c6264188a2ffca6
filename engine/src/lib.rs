//! What a sensor does around the virtual machine, in safe Rust.
//!
//! # What it guarantees
//! Everything here answers with a value, whatever it is given: no panic, no recursion, no allocation, no wait, no loop
//! without bound. All memory is the caller's; texts are cut only where a length says so.
//!
//! # What it trusts
//! The driver to say truthfully what Windows told it. Control requests, names and texts are hostile.
//!
//! # The way through
//! A callback's names become those that rules are written in ([`names`]), its values an event ([`event`]); [`judge`]
//! runs verified content on it and decides; what was found becomes a record. [`protocol`] is what the driver and
//! `client` say to each other.
#![no_std]
#![forbid(unsafe_code)]

pub mod cache;
pub mod details;
pub mod event;
pub mod judge;
pub mod mute;
pub mod names;
pub mod operation;
pub mod process;
pub mod protocol;
pub mod quarantine;
pub mod ring;
pub mod slots;
pub mod stats;
pub mod swap;
mod text;
pub mod word;

/// Whether content runs, and whether it may deny.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    /// Nothing is judged.
    Off = 0,
    /// Everything is judged and reported, nothing is denied: what a driver starts with.
    #[default]
    Audit = 1,
    /// As [`Audit`](Self::Audit), and rules whose action is `deny` deny.
    Enforce = 2,
}

impl Mode {
    /// The mode with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Off),
            1 => Some(Self::Audit),
            2 => Some(Self::Enforce),
            _ => None,
        }
    }

    /// The mode's number, as requests and the registry have it.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Off => 0,
            Self::Audit => 1,
            Self::Enforce => 2,
        }
    }

    /// The mode's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Audit => "audit",
            Self::Enforce => "enforce",
        }
    }
}
