//! Where the images come from: built on demand by cargo, from this repository's sources.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Why an image cannot be built.
#[derive(Clone, Debug)]
pub struct BuildError(String);

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BuildError {}

const TARGET: &str = "x86_64-pc-windows-msvc";

fn root() -> PathBuf {
    let mut path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    path.pop();
    path.pop();
    path
}

/// The driver as it ships, built where it is not up to date; `COFFERDAM_DRIVER` names another.
pub fn driver_image() -> Result<PathBuf, BuildError> {
    static IMAGE: OnceLock<Result<PathBuf, BuildError>> = OnceLock::new();
    IMAGE
        .get_or_init(|| {
            if let Some(path) = std::env::var_os("COFFERDAM_DRIVER") {
                return Ok(path.into());
            }
            let path = root().join("target/driver/cofferdam.sys");
            cargo(&root(), &["xtask", "driver"])?;
            Ok(path)
        })
        .clone()
}

/// The small driver of this crate, whose faults the checks must find.
pub fn seeded_image() -> Result<PathBuf, BuildError> {
    static IMAGE: OnceLock<Result<PathBuf, BuildError>> = OnceLock::new();
    IMAGE
        .get_or_init(|| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("drivers");
            cargo(
                &folder,
                &["build", "--release", "--locked", "--target", TARGET],
            )?;
            Ok(folder
                .join("target")
                .join(TARGET)
                .join("release/seeded.dll"))
        })
        .clone()
}

/// Runs cargo as a person in that folder would, not as the cargo that runs this test.
fn cargo(folder: &Path, arguments: &[&str]) -> Result<(), BuildError> {
    let mut command = Command::new("cargo");
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let inherited = text.starts_with("CARGO_") && text != "CARGO_HOME";
        if inherited || text.starts_with("RUSTFLAGS") {
            command.env_remove(&name);
        }
    }
    let output = command
        .output()
        .map_err(|error| BuildError(format!("cargo cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(BuildError(format!(
        "`cargo {}` in {} failed; does it have the target (`rustup target add {TARGET}`)?\n{}",
        arguments.join(" "),
        folder.display(),
        String::from_utf8_lossy(&output.stderr)
    )))
}
