//! `cargo xtask driver` builds the driver that ships; `cargo xtask driver-checks` looks at what was built.

mod build;
mod code;
mod depth;
#[cfg(test)]
mod facts;
mod image;
pub(crate) mod link;
mod sources;

use std::fs;
use std::path::Path;

pub(crate) use build::build;
use build::{Build, SHIPPED, X64};

/// The other architecture that the driver links for. It has never run there.
const ARM64: &str = "aarch64-pc-windows-msvc";

/// What the panic handler of a proof calls and nothing defines.
const MISSING: &str = "cofferdam_a_panic_path_is_linked";

/// Builds the driver and makes every check on it; says what it found.
///
/// # Errors
/// Every promise that does not hold.
pub(crate) fn check() -> Result<(), String> {
    build()?;
    let built = SHIPPED.run()??;
    let bytes = read(&built.join("cofferdam_driver.dll"))?;
    let map = read(&built.join("cofferdam_driver.map"))?;
    let map = String::from_utf8_lossy(&map);
    let mut wrong = image::check(&bytes)?;
    wrong.extend(code::check(&bytes, &map)?);
    wrong.extend(depth::check(&bytes, &map)?);
    wrong.extend(sources::check()?);
    wrong.extend(panic_free()?);
    wrong.extend(reproducible(&built)?);
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "the driver breaks its promises\n{}",
            wrong.join("\n")
        ))
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// The driver's own image, linked so that a path to a panic does not link; and for the other architecture.
fn panic_free() -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    for (target, profile) in [(X64, "release"), (X64, "small"), (ARM64, "release")] {
        let outcome = Build {
            target,
            profile,
            panic_proof: true,
            folder: "driver-proof",
        }
        .run()?;
        println!(
            "panic-free link: {target}, {profile}: {}",
            if outcome.is_ok() {
                "links"
            } else {
                "does not link"
            }
        );
        match outcome {
            Ok(_) => {}
            Err(said) if said.contains(MISSING) => {
                wrong.push(format!("{target}, {profile}: a path can panic"));
            }
            Err(said) => return Err(said),
        }
    }
    Ok(wrong)
}

/// The image and its PDB, built once more elsewhere, byte by byte.
fn reproducible(built: &Path) -> Result<Vec<String>, String> {
    let again = Build {
        folder: "driver-again/below",
        ..SHIPPED
    }
    .run()??;
    let mut wrong = Vec::new();
    for name in ["cofferdam_driver.dll", "cofferdam_driver.pdb"] {
        let same = read(&built.join(name))? == read(&again.join(name))?;
        println!("reproducible: {name}: {}", if same { "yes" } else { "no" });
        if !same {
            wrong.push(format!("{name} differs when it is built in another folder"));
        }
    }
    Ok(wrong)
}
