//! Stand-in for `wdk-build`: the link arguments of a WDM driver, for `rust-lld`.

use std::fmt;

/// Never made: nothing here can fail.
pub struct ConfigError;

impl fmt::Debug for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the driver cannot be configured")
    }
}

/// What `wdk-build` 0.6 gives for WDM.
const WDM: [&str; 12] = [
    "/DRIVER",
    "/NODEFAULTLIB",
    "/SUBSYSTEM:NATIVE",
    "/KERNEL",
    "/ENTRY:DriverEntry",
    "/NXCOMPAT",
    "/DYNAMICBASE",
    "/MAP",
    "/MAPINFO:EXPORTS",
    "/OPT:REF,ICF",
    "/INTEGRITYCHECK",
    "/MANIFEST:NO",
];

/// What this linker needs besides: a checksum, and the same bytes wherever it is built.
const LLD: [&str; 3] = ["/RELEASE", "/BREPRO", "/PDBALTPATH:cofferdam.pdb"];

/// Tells cargo the arguments of the driver's link.
///
/// # Errors
/// None; the signature is `wdk-build`'s.
pub fn configure_wdk_binary_build() -> Result<(), ConfigError> {
    for argument in WDM.iter().chain(&LLD) {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
