//! `cargo xtask miri`: tests of interpreter and engine under Miri, which sees undefined behaviour.
//!
//! Neither has `unsafe`, so there is little to see; but their promises rest on no one having to believe that. Of the engine
//! it is what processors share, whose atomics Miri lets fail and reorder as weak memory does.
//! What would take Miri minutes is done before without it: `asm/examples/packed.rs` makes content and events of the
//! conformance cases. The tests reduce themselves further (`cfg!(miri)`); strict provenance is asked for.

use std::process::Command;
use std::time::Instant;

use super::{cargo, run, target_folder};

const INTERPRETER: &str = "cofferdam-interpreter";
const ENGINE: &str = "cofferdam-engine";

/// A test target, and its package.
type Target = (&'static str, &'static str);

/// Test targets, in two rows that run side by side and take about as long.
const TESTS: [&[Target]; 2] = [
    &[(INTERPRETER, "packed")],
    &[
        (INTERPRETER, "pattern"),
        (INTERPRETER, "fold"),
        (INTERPRETER, "schema"),
        (ENGINE, "ring"),
        (ENGINE, "cache"),
        (ENGINE, "swap"),
    ],
];

/// The file of packed cases.
const PACKED: &str = "packed-cases";

/// Runs them all.
///
/// # Errors
/// A test fails, or there is no nightly toolchain with Miri.
pub(crate) fn test() -> Result<(), String> {
    let mut pack = cargo(".");
    pack.args(["run", "--locked", "--quiet", "--package=cofferdam-asm"]);
    pack.args(["--example=packed", "--"])
        .arg(target_folder(PACKED));
    succeed(&mut pack, "packing the cases")?;
    // Built first: two builds would wait for each other.
    for target in TESTS.into_iter().flatten() {
        succeed(miri(*target).arg("--no-run"), target.1)?;
    }
    std::thread::scope(|scope| {
        let rows =
            TESTS.map(|row| scope.spawn(|| row.iter().try_for_each(|target| test_one(*target))));
        let outcomes = rows.map(|row| {
            row.join()
                .unwrap_or_else(|_| Err("a thread panicked".to_owned()))
        });
        outcomes.into_iter().collect()
    })
}

fn succeed(command: &mut Command, what: &str) -> Result<(), String> {
    let status = command.status();
    if status.map_err(|error| format!("cargo: {error}"))?.success() {
        Ok(())
    } else {
        Err(format!("{what}: failed"))
    }
}

fn test_one(target: Target) -> Result<(), String> {
    let started = Instant::now();
    let output = run(&mut miri(target))?;
    let (package, target) = target;
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

fn miri((package, target): Target) -> Command {
    let mut command = cargo(".");
    // The calling cargo's choice of toolchain must not reach this one.
    command.env_remove("RUSTUP_TOOLCHAIN");
    command.env("COFFERDAM_PACKED", target_folder(PACKED));
    command.env(
        "MIRIFLAGS",
        "-Zmiri-strict-provenance -Zmiri-disable-isolation",
    );
    command.args(["+nightly", "miri", "test", "--quiet"]);
    command.args(["--package", package, "--test", target]);
    command
}
