//! Asks `wdk-build` for a driver's link arguments, and has what only DriverEntry needs discarded after it.

fn main() -> Result<(), wdk_build::ConfigError> {
    println!("cargo::rustc-cdylib-link-arg=/SECTION:INIT,ERD");
    wdk_build::configure_wdk_binary_build()
}
