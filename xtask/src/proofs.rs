//! Checks that a plain `cargo test` cannot make: what the linked image holds, what Miri says, what tests cover.
//!
//! `docs/proofs.md` says what each of them shows and what it does not.

pub(crate) mod coverage;
pub(crate) mod link;
mod listing;
pub(crate) mod miri;
pub(crate) mod mutation;
mod stack;

use std::path::PathBuf;
use std::process::{Command, Output};

use crate::output::workspace;

/// A folder for the outcome of builds that no other build shares.
pub(crate) fn target_folder(name: &str) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or(workspace().join("target"), PathBuf::from);
    workspace().join(target).join(name)
}

/// `cargo`, run in a folder of this repository, free of the flags that the calling `cargo` may have set.
pub(crate) fn cargo(folder: &str) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(workspace().join(folder));
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(command: &mut Command) -> Result<Output, String> {
    command
        .output()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))
}
