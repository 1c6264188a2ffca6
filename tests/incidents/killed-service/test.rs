//! A client dies in the middle of everything. See README.md.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use cofferdam_incidents::walls::{Walls, driver::killed_service};

#[test]
fn nothing_waits_for_a_dead_client() {
    assert_eq!(killed_service(Walls::ALL), Ok(()));
}
