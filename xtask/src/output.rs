//! Where generators leave what they made.

use std::path::{Path, PathBuf};

/// Whether a generator writes its files or only compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write the file.
    Write,
    /// Leave the file alone and fail where it differs.
    Check,
}

/// The folder of the workspace.
pub(crate) fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Writes `text` to `path`, which is relative to the workspace, or compares it with what is there.
///
/// # Errors
/// The file cannot be read or written, or differs in [`Mode::Check`]; the text names the file.
pub(crate) fn settle(path: &str, text: &str, mode: Mode) -> Result<(), String> {
    let file = workspace().join(path);
    match mode {
        Mode::Write => std::fs::write(&file, text).map_err(|error| format!("{path}: {error}")),
        Mode::Check => match std::fs::read_to_string(&file) {
            Ok(found) if found == text => Ok(()),
            Ok(_) => Err(format!(
                "{path} is stale: run the generator without --check and commit"
            )),
            Err(error) => Err(format!("{path}: {error}")),
        },
    }
}
