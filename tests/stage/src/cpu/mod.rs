//! The processor as the driver sees it: its stack, its GS segment, and the way between driver and simulated kernel.
//!
//! Driver code runs on a stack of its own, of the size that Windows gives a kernel thread, with a guard page. The
//! kernel's routines run on the host's stack, so that what the host needs is never counted as the driver's. Every host
//! thread that enters the driver has a [`thread::Block`], to which its GS segment points; the asm here keeps in it where
//! each of the two stacks stands.

pub mod fault;
pub mod switch;
pub mod thread;
