//! The files that are scanned: each once, however often and by whatever paths it is named.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use cofferdam_events::{Damage, Place};

use crate::failure::Failure;

/// Endings of files that a directory is searched for.
const ENDINGS: [&str; 6] = ["evtx", "json", "jsonl", "ndjson", "ndj", "xml"];

/// How deep directories are searched.
const MAX_DEPTH: usize = 32;

/// What paths stand for.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The files, in the order of their names within a directory.
    pub(crate) files: Vec<PathBuf>,
    /// Directories that could not be searched.
    pub(crate) damages: Vec<(PathBuf, Damage)>,
    seen: BTreeSet<PathBuf>,
}

/// The files that paths stand for: those that are named, and in directories those with an event file's ending.
/// Links to directories are not followed; what is no file (a pipe, a device) is read only if it is named itself.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Found, Failure> {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            found.add(path.clone());
            continue;
        }
        let metadata = fs::metadata(path).map_err(|error| Failure::io("read", path, &error))?;
        if !metadata.is_dir() {
            found.add(path.clone());
            continue;
        }
        if !found.search(path) {
            return Err(Failure::usage(format!(
                "no file in {} has an event file's ending ({})",
                path.display(),
                ENDINGS.join(", ")
            ))
            .help("name the files themselves: then their endings do not matter"));
        }
    }
    Ok(found)
}

impl Found {
    fn add(&mut self, path: PathBuf) {
        let same = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if self.seen.insert(same) {
            self.files.push(path);
        }
    }

    /// Searches a directory; whether there was anything, be it what cannot be searched.
    fn search(&mut self, directory: &Path) -> bool {
        let mut any = false;
        let mut pending = vec![(directory.to_owned(), 0)];
        while let Some((path, depth)) = pending.pop() {
            if !path.is_dir() {
                any = true;
                self.add(path);
                continue;
            }
            let entries = if depth > MAX_DEPTH {
                Err(io::Error::other(format!(
                    "directories nested deeper than {MAX_DEPTH}"
                )))
            } else {
                fs::read_dir(&path).and_then(|entries| entries.collect::<io::Result<Vec<_>>>())
            };
            match entries {
                Ok(entries) => {
                    let wanted = entries.into_iter().filter(is_wanted);
                    let mut inner: Vec<PathBuf> = wanted.map(|entry| entry.path()).collect();
                    inner.sort();
                    pending.extend(inner.into_iter().rev().map(|path| (path, depth + 1)));
                }
                Err(error) => {
                    any = true;
                    let message = format!("cannot search: {error}");
                    let place = Place::File;
                    self.damages.push((path, Damage { place, message }));
                }
            }
        }
        any
    }
}

/// Directories, and files with an event file's ending; also a link that leads nowhere, so that it is said.
fn is_wanted(entry: &DirEntry) -> bool {
    let Ok(kind) = entry.file_type() else {
        return is_events(&entry.path());
    };
    let is_file = match fs::metadata(entry.path()) {
        Ok(metadata) => metadata.is_file(),
        Err(_) => kind.is_symlink(),
    };
    kind.is_dir() || (is_file && is_events(&entry.path()))
}

fn is_events(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}
