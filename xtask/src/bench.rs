//! `cargo xtask bench`: all measurements of `bench/`, one after the other. Each prints lines of JSON.

use std::process::Command;

use crate::output::workspace;

/// Program and arguments.
const RUNS: [&[&str]; 11] = [
    &["finder"],
    &["finder", "instructions"],
    &["machine"],
    &["machine", "instructions"],
    &["rules"],
    &["rules", "instructions"],
    &["driver"],
    &["driver", "instructions"],
    &["memory"],
    &["scale"],
    &["scan"],
];

/// Runs them.
pub(crate) fn run() -> Result<(), String> {
    let root = workspace();
    build(&root)?;
    for arguments in RUNS {
        let status = Command::new("cargo")
            .args(["run", "--release", "--locked", "--quiet", "--bin"])
            .args(arguments)
            .current_dir(root.join("bench"))
            .status()
            .map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!("{} failed", arguments.join(" ")));
        }
    }
    Ok(())
}

/// Builds the command, which `scan` measures.
fn build(root: &std::path::Path) -> Result<(), String> {
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--bin", "cofferdam"])
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| "no command".to_owned())
}
