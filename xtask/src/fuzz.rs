//! `cargo xtask image-fuzz`: the guided search over the driver's image, for longer than the tests search.

use std::process::Command;

use crate::output::workspace;

/// Searches with so many inputs; what reached something new is left in `target/image-fuzz`.
///
/// # Errors
/// Something was found, or the search cannot be run.
pub(crate) fn run(subject: &str, inputs: &str) -> Result<(), String> {
    let test = match subject {
        "" => "fuzz::",
        "content" => "fuzz::content",
        "control" => "fuzz::control_requests",
        "events" => "fuzz::texts_of_events",
        other => return Err(format!("there is nothing to search in {other}")),
    };
    let root = workspace();
    let kept = root.join("target/image-fuzz");
    let status = Command::new("cargo")
        .current_dir(&root)
        .args(["test", "-p", "cofferdam-stage", "--test", "driver", test])
        .args(["--", "--nocapture"])
        .env("COFFERDAM_FUZZ", inputs)
        .env("COFFERDAM_FUZZ_KEEP", &kept)
        .env("COFFERDAM_RECORDS", &kept)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    println!("inputs and records: {}", kept.display());
    if status.success() {
        Ok(())
    } else {
        Err("the search has found something".into())
    }
}
