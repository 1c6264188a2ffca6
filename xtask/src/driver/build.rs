//! Builds the driver with the stand-ins in `driver/linux`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::link;
use crate::output::workspace;
use crate::proofs::{cargo, run, target_folder};

/// What the driver ships for.
pub(crate) const X64: &str = "x86_64-pc-windows-msvc";

/// What is published beside each other: the ending that the linker gives, and ours.
const FILES: [(&str, &str); 3] = [("dll", "sys"), ("pdb", "pdb"), ("map", "map")];

/// One way to build the driver.
#[derive(Clone, Copy)]
pub(crate) struct Build<'a> {
    pub(crate) target: &'a str,
    pub(crate) profile: &'a str,
    /// Whether the panic handler calls what nothing defines.
    pub(crate) panic_proof: bool,
    /// Folder for cargo's own files, below the target folder.
    pub(crate) folder: &'a str,
}

/// The build that ships.
pub(crate) const SHIPPED: Build<'_> = Build {
    target: X64,
    profile: "release",
    panic_proof: false,
    folder: "driver-build",
};

/// Builds `target/driver/cofferdam.sys`, its PDB and its map.
///
/// # Errors
/// The driver does not build, or a file cannot be copied.
pub(crate) fn build() -> Result<(), String> {
    have_target(X64)?;
    let built = SHIPPED.run()??;
    let folder = target_folder("driver");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (from, to) in FILES {
        let to = folder.join(format!("cofferdam.{to}"));
        copy(&built.join(format!("cofferdam_driver.{from}")), &to)?;
    }
    println!("{}", folder.join("cofferdam.sys").display());
    Ok(())
}

/// Installs the target's standard library where it is not there: rustup does so by itself only with a new toolchain.
///
/// # Errors
/// It is not there and rustup cannot get it.
fn have_target(target: &str) -> Result<(), String> {
    let root = run(Command::new("rustc").args(["--print", "sysroot"]))?;
    let root = String::from_utf8_lossy(&root.stdout).trim().to_owned();
    if Path::new(&root).join("lib/rustlib").join(target).is_dir() {
        return Ok(());
    }
    let output = run(Command::new("rustup").args(["target", "add", target]))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`rustup target add {target}` failed: {said}"))
}

/// Whole or not at all, whoever reads it meanwhile.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let partial = to.with_extension(format!("{}.partial", std::process::id()));
    fs::copy(from, &partial)
        .and_then(|_| fs::rename(&partial, to))
        .map_err(|error| format!("{}: {error}", from.display()))
}

impl Build<'_> {
    /// The folder with the outcome, or what compiler and linker said.
    ///
    /// # Errors
    /// `cargo` cannot be run.
    pub(crate) fn run(&self) -> Result<Result<PathBuf, String>, String> {
        let folder = target_folder(self.folder);
        let mut command = cargo("driver/linux");
        command.args(["build", "--locked", "--package", "cofferdam-driver"]);
        command.args(["--target", self.target, "--profile", self.profile]);
        if self.panic_proof {
            command.args(["--features", "panic-proof"]);
        }
        command.arg("--target-dir").arg(&folder);
        // The image and its PDB must not know where they were built.
        command.env("CARGO_ENCODED_RUSTFLAGS", flags(&folder)?.join("\u{1f}"));
        command.env(link::VARIABLE, "1");
        let output = run(&mut command)?;
        if output.status.success() {
            Ok(Ok(folder.join(self.target).join(self.profile).join("deps")))
        } else {
            Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()))
        }
    }
}

fn flags(folder: &Path) -> Result<Vec<String>, String> {
    let linker = std::env::current_exe().map_err(|error| format!("this program: {error}"))?;
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    Ok(vec![
        format!("-Clinker={}", linker.display()),
        "-Clinker-flavor=lld-link".to_owned(),
        "-Ctarget-feature=+crt-static".to_owned(),
        // The last that fits counts.
        remap(&workspace(), "."),
        remap(folder, "target"),
    ])
}
