//! Finding and reading files.
//!
//! Directories are walked in the order of their entries' names, without recursion; symbolic links to
//! directories are not followed, so there are no loops, and pipes and devices are read only if they are named
//! themselves: they might never end. No more is read than a bound allows.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Loaded;
use crate::diagnostics::{Code, Diagnostic};
use crate::limits::Limits;
use crate::source::FileId;

/// The rule files that the paths stand for, each once, by whatever paths it is named.
pub(super) fn find(paths: &[PathBuf], limits: &Limits, loaded: &mut Loaded) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        let before = found.len();
        let mut pending = vec![(path.clone(), 0)];
        let directory = path.is_dir();
        while let Some((path, depth)) = pending.pop() {
            if depth > 0 && path.is_symlink() && path.is_dir() {
                continue;
            }
            if !path.is_dir() {
                let same = || fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                if (depth == 0 || is_rule(&path)) && seen.insert(same()) {
                    found.push(path);
                }
                if found.len() > limits.files {
                    found.pop();
                    let message = format!("more than {} files", limits.files);
                    report(
                        loaded,
                        &pending.pop().unwrap_or_default().0,
                        Code::TooManyFiles,
                        message,
                    );
                    return found;
                }
                continue;
            }
            if depth >= limits.directory_depth {
                let message = format!("directories nested deeper than {}", limits.directory_depth);
                report(loaded, &path, Code::TooManyFiles, message);
                continue;
            }
            match entries(&path) {
                Ok(entries) => {
                    pending.extend(entries.into_iter().rev().map(|entry| (entry, depth + 1)))
                }
                Err(error) => report(loaded, &path, Code::Unreadable, error.to_string()),
            }
        }
        if directory && found.len() == before {
            report(
                loaded,
                path,
                Code::NoRules,
                "no file in this directory is called `*.yml` or `*.yaml`".into(),
            );
        }
    }
    found
}

fn entries(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// What cannot be looked at is one, so that it is said.
fn is_rule(path: &Path) -> bool {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return false;
    }
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        ["yml", "yaml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn report(loaded: &mut Loaded, path: &Path, code: Code, message: String) {
    let file = loaded.sources.add(path, "");
    loaded.report.push(Diagnostic::of_file(code, file, message));
}

/// Reads a file; what keeps it from being read is reported.
pub(super) fn read(path: &Path, limits: &Limits, loaded: &mut Loaded) -> Option<FileId> {
    let mut bytes = Vec::new();
    // One byte more than is allowed tells a file that is too large, whatever its size claims to be.
    let result = File::open(path).and_then(|file| {
        file.take(limits.file_bytes.saturating_add(1))
            .read_to_end(&mut bytes)
    });
    match result {
        Ok(_) => add(path, &bytes, limits, loaded),
        Err(error) => {
            report(loaded, path, Code::Unreadable, error.to_string());
            None
        }
    }
}

/// Adds a file's bytes.
pub(super) fn add(
    path: &Path,
    bytes: &[u8],
    limits: &Limits,
    loaded: &mut Loaded,
) -> Option<FileId> {
    if bytes.len() as u64 > limits.file_bytes {
        report(
            loaded,
            path,
            Code::FileTooLarge,
            format!("more than {} bytes", limits.file_bytes),
        );
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(
            loaded
                .sources
                .add(path, text.strip_prefix('\u{feff}').unwrap_or(text)),
        ),
        Err(error) => {
            let at = error.valid_up_to();
            report(
                loaded,
                path,
                Code::NotUtf8,
                format!("the byte at offset {at} is not UTF-8"),
            );
            None
        }
    }
}
