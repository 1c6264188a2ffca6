//! The minifilter: what Windows tells it becomes events, content judges them, and what was found is kept for user mode.
//!
//! # What it guarantees
//! Whatever content says, and whatever happens on the machine, operations go on: what cannot be judged is allowed and
//! counted. No callback waits for user mode, allocates where it could not fail, follows a pointer into user memory, or
//! holds a lock while it calls Windows. Nothing in the image can panic.
//!
//! # What it trusts
//! Windows' documentation, and the content's signer to be who the parameters name; never the content itself.
//!
//! # The way through
//! [`ffi`] is Windows as the rest sees it, and the only `unsafe`. A callback's module ([`file`], [`process`],
//! [`registry`], [`handle`]) assembles an event; [`sensor`] runs content on it, acts and records. [`control`] serves
//! user mode, [`load`] takes content in, [`worker`] does what may not be done in a callback.
#![no_std]

mod cast;
mod control;
mod ffi;
mod file;
mod handle;
mod load;
mod parameters;
mod process;
mod registry;
mod scratch;
mod sensor;
mod storage;
mod volumes;
mod worker;

use wdk_panic as _;

/// `wdk` asks for an allocator; nothing here allocates through it.
#[global_allocator]
static ALLOCATOR: wdk_alloc::WdkAllocator = wdk_alloc::WdkAllocator;
