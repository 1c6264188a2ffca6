//! A simulated kernel that runs the driver's image as it ships.
//!
//! What it guarantees: the machine code that is tested is the machine code that ships: the `.sys` is mapped with its
//! sections' own protections, relocated, its imports resolved to routines of this crate, and called on a kernel stack
//! of the size that Windows gives it. A routine behaves as its documentation says (each names its page); what a
//! driver must not do is a [`finding::Finding`], never a silent success. A fault in driver code is caught and told with its
//! place.
//!
//! What it trusts: the host processor and this crate. What it simplifies is listed in `README.md` beside it.
//!
//! * [`image`]: the loader. * [`cpu`]: stacks, the way between driver and kernel, faults. * [`routine`]: the one entry that
//!   every call of the driver passes. * [`fakes`]: the kernel's routines, a family a file. * [`machine`]: how tests drive it.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

pub mod arena;
pub mod coverage;
pub mod cpu;
pub mod disk;
pub mod fakes;
pub mod finding;
pub mod image;
pub mod kernel;
pub mod machine;
pub mod memory;
pub mod record;
pub mod replay;
pub mod routine;
pub mod sensor;
