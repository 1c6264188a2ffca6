//! `cargo xtask miri`: tests of the interpreter under Miri, which sees undefined behaviour.
//!
//! The interpreter has no `unsafe`, so there is little to see; but its promises rest on no one having to believe that.
//! The tests reduce themselves (`cfg!(miri)`); strict provenance is asked for.

use super::cargo;

/// Package and test target. Verifier and machine run in the last, over whole files.
const TESTS: [(&str, &str); 5] = [
    ("cofferdam-interpreter", "--lib"),
    ("cofferdam-interpreter", "--test=fold"),
    ("cofferdam-interpreter", "--test=pattern"),
    ("cofferdam-interpreter", "--test=schema"),
    ("cofferdam-fuzzing", "--test=regressions"),
];

/// Runs them all.
///
/// # Errors
/// A test fails, or there is no nightly toolchain with Miri.
pub(crate) fn test() -> Result<(), String> {
    for (package, target) in TESTS {
        let started = std::time::Instant::now();
        let mut command = cargo(".");
        // The calling cargo's choice of toolchain must not reach this one.
        command.env_remove("RUSTUP_TOOLCHAIN");
        command.env(
            "MIRIFLAGS",
            "-Zmiri-strict-provenance -Zmiri-disable-isolation",
        );
        command.args([
            "+nightly",
            "miri",
            "test",
            "--quiet",
            "--package",
            package,
            target,
        ]);
        let status = command
            .status()
            .map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!("{package} {target} fails under Miri"));
        }
        println!(
            "miri: {package} {target}: {} s",
            started.elapsed().as_secs()
        );
    }
    Ok(())
}
