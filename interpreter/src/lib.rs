//! The part of Cofferdam that cannot fault the kernel: schema, content format, verifier, virtual machine.
//!
//! # What it guarantees
//! Whatever bytes it is given as content and whatever texts as events, it answers with a value: a verdict, a
//! [`Refusal`] or a [`Fault`]. It does not panic, recurse, allocate, loop without bound, or read outside what
//! it was handed. The image that is linked from it holds no panic path; a link-time proof shows that.
//!
//! # What it trusts
//! Nothing. Content is hostile even when its signature is right; the machine does not lean on the verifier.
//!
//! # The way through
//! [`Content::decode`] takes a file apart, [`Unverified::verify`] makes it [`Verified`], [`Verified::run`]
//! judges an [`Event`](event::Event). All working memory is the caller's.
#![no_std]
#![forbid(unsafe_code)]

mod bits;
#[doc(hidden)]
pub mod bytes;
#[doc(hidden)]
pub mod cast;
pub mod code;
mod content;
pub mod event;
mod fault;
mod finder;
pub mod fold;
pub mod key;
pub mod layout;
pub mod limits;
mod literal;
mod machine;
mod network;
mod numbered;
pub mod pattern;
mod refusal;
pub mod schema;
mod table;
mod verify;

pub use bits::Bits;
pub use content::{Content, SignatureCheck, Unverified};
pub use fault::Fault;
pub use limits::Limits;
pub use literal::{Mode, Place, Shape};
pub use machine::{Observer, Outcome, Verdict};
pub use refusal::{Code, Refusal, Section};
#[doc(hidden)]
pub use verify::Ledger;
pub use verify::Verified;
