//! `cargo xtask miri`: tests of the interpreter under Miri, which sees undefined behaviour.
//!
//! The interpreter has no `unsafe`, so there is little to see; but its promises rest on no one having to believe that.
//! The tests reduce themselves (`cfg!(miri)`); strict provenance is asked for.

use std::process::Command;
use std::time::Instant;

use super::{cargo, run};

/// Package and test target, in two rows that run side by side and take about as long. Verifier and machine run in
/// the regressions, over whole files.
const TESTS: [&[(&str, &str)]; 2] = [
    &[("cofferdam-interpreter", "pattern")],
    &[
        ("cofferdam-fuzzing", "regressions"),
        ("cofferdam-interpreter", "fold"),
        ("cofferdam-interpreter", "schema"),
    ],
];

/// Runs them all.
///
/// # Errors
/// A test fails, or there is no nightly toolchain with Miri.
pub(crate) fn test() -> Result<(), String> {
    // Built first: two builds would wait for each other.
    for (package, target) in TESTS.into_iter().flatten() {
        let mut build = miri(package, target);
        let status = build.arg("--no-run").status();
        if !status.map_err(|error| format!("cargo: {error}"))?.success() {
            return Err(format!("{package}, {target}: no build for Miri"));
        }
    }
    std::thread::scope(|scope| {
        let rows = TESTS.map(|row| {
            scope.spawn(|| {
                row.iter()
                    .try_for_each(|(package, target)| test_one(package, target))
            })
        });
        let outcomes = rows.map(|row| {
            row.join()
                .unwrap_or_else(|_| Err("a thread panicked".to_owned()))
        });
        outcomes.into_iter().collect()
    })
}

fn test_one(package: &str, target: &str) -> Result<(), String> {
    let started = Instant::now();
    let output = run(&mut miri(package, target))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "{package}, {target} under Miri\n{said}\n{complained}"
        ));
    }
    println!(
        "{package}, {target}: passes, {} s",
        started.elapsed().as_secs()
    );
    Ok(())
}

fn miri(package: &str, target: &str) -> Command {
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
        "--test",
        target,
    ]);
    command
}
