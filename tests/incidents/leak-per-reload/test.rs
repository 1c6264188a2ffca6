//! Content comes again and again. See README.md.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use cofferdam_incidents::walls::{Walls, driver::leak_per_reload};

#[test]
fn the_driver_does_not_grow() {
    assert_eq!(leak_per_reload(Walls::ALL, 40), Ok(()));
}
