//! `cargo xtask miri`: tests of interpreter and engine under Miri, which sees undefined behaviour.
//!
//! Neither has `unsafe`, so there is little to see; but their promises rest on no one having to believe that. Of the engine
//! it is what processors share, whose atomics Miri lets fail and reorder as weak memory does.
//! What would take Miri minutes is done before without it: `asm/examples/packed.rs` makes content and events of the
//! conformance cases. The tests reduce themselves further (`cfg!(miri)`); strict provenance is asked for.

use std::process::Command;
use std::slice::Iter;
use std::sync::Mutex;
use std::time::Instant;

use super::{cargo, run, target_folder};

const INTERPRETER: &str = "cofferdam-interpreter";
const ENGINE: &str = "cofferdam-engine";

/// A package, one of its test targets, and which of its tests: those whose names contain this.
type Tests = (&'static str, &'static str, &'static str);

/// What is run, the longest first.
const TESTS: [Tests; 8] = [
    (INTERPRETER, "packed", "even"),
    (INTERPRETER, "packed", "odd"),
    (INTERPRETER, "pattern", ""),
    (INTERPRETER, "fold", ""),
    (INTERPRETER, "schema", ""),
    (ENGINE, "ring", ""),
    (ENGINE, "cache", ""),
    (ENGINE, "swap", ""),
];

/// How many run side by side: Miri itself runs on one core.
const SIDE_BY_SIDE: usize = 2;

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
    for tests in TESTS {
        succeed(miri(tests).arg("--no-run"), tests.1)?;
    }
    let waiting = Mutex::new(TESTS.iter());
    std::thread::scope(|scope| {
        let workers = [(); SIDE_BY_SIDE].map(|()| scope.spawn(|| work(&waiting)));
        let outcomes = workers.map(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err("a thread panicked".to_owned()))
        });
        outcomes.into_iter().collect()
    })
}

/// Runs one after the other of those that nobody has run.
fn work(waiting: &Mutex<Iter<'_, Tests>>) -> Result<(), String> {
    loop {
        let next = waiting.lock().map_or(None, |mut waiting| waiting.next());
        match next {
            Some(tests) => test_one(*tests)?,
            None => return Ok(()),
        }
    }
}

fn succeed(command: &mut Command, what: &str) -> Result<(), String> {
    let status = command.status();
    if status.map_err(|error| format!("cargo: {error}"))?.success() {
        Ok(())
    } else {
        Err(format!("{what}: failed"))
    }
}

fn test_one(tests: Tests) -> Result<(), String> {
    let started = Instant::now();
    let (package, target, names) = tests;
    let mut command = miri(tests);
    command.args(["--", names]);
    let output = run(&mut command)?;
    let said = String::from_utf8_lossy(&output.stdout);
    if said.contains(" 0 passed") {
        return Err(format!("{package}, {target} {names}: no test has run"));
    }
    if !output.status.success() {
        let complained = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "{package}, {target} {names} under Miri\n{said}\n{complained}"
        ));
    }
    println!(
        "{package}, {target} {names}: passes, {} s",
        started.elapsed().as_secs()
    );
    Ok(())
}

fn miri((package, target, _): Tests) -> Command {
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
