//! The stage runs x86-64 driver code inside its own process: on other machines there is nothing to test.
#![cfg(not(all(target_os = "linux", target_arch = "x86_64")))]

#[test]
fn skipped() {
    eprintln!("skipped: the simulated kernel needs Linux on x86-64");
}
