//! The copy of the workspace with all mutants in it, and its build.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::edits::{Edit, apply};
use super::sites::{Mutant, Site, sites};
use super::{SCOPE, SWITCH};
use crate::output::workspace;
use crate::proofs::run;

/// How often what does not compile is left out before giving up.
const ROUNDS: usize = 12;

const SOURCES: &str = "interpreter/src";

/// Copies the workspace with every mutant in it; the mutants, and how many were left out because they do not compile.
pub(super) fn write(folder: &Path) -> Result<(Vec<Mutant>, usize), String> {
    let copy = folder.join("workspace");
    let _ = fs::remove_dir_all(&copy);
    for file in tracked()? {
        let to = copy.join(&file);
        fs::create_dir_all(to.parent().unwrap_or(&copy)).map_err(failed(&to))?;
        fs::copy(workspace().join(&file), &to).map_err(failed(&to))?;
    }
    let root = copy.join(SOURCES).join("lib.rs");
    let text = read(&root)?;
    let text = text.replacen(
        "mod bits;",
        "extern crate std;\nmod mutation;\nmod bits;",
        1,
    );
    fs::write(&root, text).map_err(failed(&root))?;
    let switch = copy.join(SOURCES).join("mutation.rs");
    fs::write(&switch, switch_source()).map_err(failed(&switch))?;

    let mut files = BTreeMap::new();
    for file in scope()? {
        let path = workspace().join(SOURCES).join(&file);
        let source = read(&path)?;
        let sites = sites(&file, &source)?;
        files.insert(file, (source, sites));
    }
    let mut left_out = 0;
    for _ in 0..ROUNDS {
        let mutants = number(&copy, &mut files)?;
        let errors = errors(folder)?;
        if errors.is_empty() {
            return Ok((mutants, left_out));
        }
        let before = left_out;
        for (file, line) in errors {
            if let Some((source, sites)) = files.get_mut(&file) {
                let at = |site: &Site| {
                    let line_of = |at: usize| source[..at].matches('\n').count() + 1;
                    (line_of(site.range.start)..=line_of(site.range.end)).contains(&line)
                };
                // The smallest at fault, as far as lines tell.
                let least = sites
                    .iter()
                    .filter(|site| at(site))
                    .map(|site| site.range.len());
                if let Some(least) = least.min() {
                    sites.retain(|site| !(at(site) && site.range.len() == least));
                    left_out += 1;
                }
            }
        }
        if left_out == before {
            return Err("the copy does not compile, and not for a mutant".to_owned());
        }
    }
    Err("too much does not compile".to_owned())
}

/// Numbers the mutants from 1 on, and writes the changed files.
fn number(
    copy: &Path,
    files: &mut BTreeMap<String, (String, Vec<Site>)>,
) -> Result<Vec<Mutant>, String> {
    let mut mutants = Vec::new();
    for (file, (source, sites)) in files.iter() {
        let mut edits: Vec<Edit> = Vec::new();
        for site in sites {
            let numbers = mutants.len() + 1..mutants.len() + 1 + site.changes.len();
            edits.push(site.edit(numbers.clone()));
            mutants.extend(numbers.zip(&site.changes).map(|(number, change)| Mutant {
                number,
                what: format!("{file}, {}", site.what),
                change: change.clone(),
                line: source[..site.range.start].matches('\n').count() + 1,
            }));
        }
        let path = copy.join(SOURCES).join(file);
        fs::write(&path, apply(source, &edits)).map_err(failed(&path))?;
    }
    Ok(mutants)
}

/// Where the compiler finds errors in the copy: file and line.
fn errors(folder: &Path) -> Result<Vec<(String, usize)>, String> {
    let mut command = cargo(folder);
    command.args([
        "check",
        "--package=cofferdam-interpreter",
        "--message-format=short",
    ]);
    let output = run(&mut command)?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let place = |line: &str| {
        let (place, _) = line.split_once(": error")?;
        let mut parts = place.strip_prefix("interpreter/src/")?.split(':');
        Some((parts.next()?.to_owned(), parts.next()?.parse().ok()?))
    };
    let errors: Vec<(String, usize)> = said.lines().filter_map(place).collect();
    if errors.is_empty() {
        return Err(said);
    }
    Ok(errors)
}

/// Folders on which the outcome rests.
const RELEVANT: [&str; 3] = ["interpreter/", "asm/", "proofs/fuzzing/"];

/// A number for the sources of the copy: another text in what is tested and what tests makes another.
pub(super) fn fingerprint(folder: &Path) -> Result<u64, String> {
    let mut hasher = DefaultHasher::new();
    let is_relevant = |file: &String| RELEVANT.iter().any(|it| file.starts_with(it));
    for file in tracked()?.into_iter().filter(is_relevant) {
        // What was added to the workspace since is not in it.
        if let Ok(bytes) = fs::read(folder.join("workspace").join(&file)) {
            (file, bytes).hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

/// Builds the test programs; their paths.
pub(super) fn build(folder: &Path, tests: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let mut command = cargo(folder);
    command.args([
        "test",
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]);
    for (package, test) in tests {
        command.args(["--package", package, "--test", test]);
    }
    command.stderr(Stdio::inherit());
    let output = run(&mut command)?;
    if !output.status.success() {
        return Err("the copy's tests do not compile".to_owned());
    }
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(crate::proofs::coverage::executables(&messages))
}

fn cargo(folder: &Path) -> Command {
    let mut command = crate::proofs::cargo(".");
    command.current_dir(folder.join("workspace"));
    command.arg("--quiet");
    command.env("CARGO_TARGET_DIR", folder.join("target"));
    // Warnings of the copy are its own: superfluous parentheses, for the most part.
    command.env("RUSTFLAGS", "--cap-lints=allow");
    command
}

/// The module that says which mutant is on.
fn switch_source() -> String {
    format!(
        "pub(crate) fn on(mutant: u32) -> bool {{
    static ON: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    let read = || std::env::var(\"{SWITCH}\").ok().and_then(|it| it.parse().ok()).unwrap_or(0);
    *ON.get_or_init(read) == mutant
}}
"
    )
}

/// Every file of the workspace that is committed or could be.
fn tracked() -> Result<Vec<String>, String> {
    let mut command = Command::new("git");
    command.current_dir(workspace());
    command.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let output = run(&mut command)?;
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = names.split('\0').filter(|name| !name.is_empty());
    let exists = |name: &&str| workspace().join(name).is_file();
    Ok(names.filter(exists).map(str::to_owned).collect())
}

/// The changed files, relative to the interpreter's sources.
fn scope() -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    for name in SCOPE {
        let path = workspace().join(SOURCES).join(name);
        if path.is_file() {
            files.push(name.to_owned());
            continue;
        }
        let entries = fs::read_dir(&path).map_err(failed(&path))?;
        let within = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        files.extend(within.map(|file| format!("{name}/{file}")));
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> String + use<> {
    let path: PathBuf = path.to_owned();
    move |error| format!("{}: {error}", path.display())
}
