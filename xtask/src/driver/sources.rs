//! The driver's sources: small, and unsafe in one place. `ARCHITECTURE.md` says why the bounds are what they are.

use std::fs;
use std::path::Path;

use crate::output::workspace;

/// Most lines of code, neither blank nor a comment: what the driver has, so that it does not grow unnoticed.
const MOST_LINES: usize = 5_000;

/// Most of them in `ffi`.
const MOST_FFI_LINES: usize = 2_800;

/// What one folder holds.
#[derive(Default)]
struct Lines {
    all: usize,
    code: usize,
    with_unsafe: usize,
}

impl Lines {
    fn of(folder: &Path, below: bool) -> Result<Self, String> {
        let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut lines = Self::default();
        for entry in fs::read_dir(folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.is_dir() {
                if below {
                    lines.add(&Self::of(&path, below)?);
                }
                continue;
            }
            lines.add(&Self::count(&fs::read_to_string(&path).map_err(fail)?));
        }
        Ok(lines)
    }

    fn count(text: &str) -> Self {
        let mut lines = Self::default();
        for line in text.lines().map(str::trim) {
            lines.all += 1;
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            lines.code += 1;
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|word| word == "unsafe") {
                lines.with_unsafe += 1;
            }
        }
        lines
    }

    fn add(&mut self, more: &Self) {
        self.all += more.all;
        self.code += more.code;
        self.with_unsafe += more.with_unsafe;
    }
}

/// Counts; returns what is wrong.
///
/// # Errors
/// A source cannot be read.
pub(crate) fn check() -> Result<Vec<String>, String> {
    let sources = workspace().join("driver/src");
    let ffi = Lines::of(&sources.join("ffi"), true)?;
    let mut all = Lines::of(&sources, false)?;
    let unsafe_elsewhere = all.with_unsafe;
    all.add(&ffi);
    println!(
        "driver/src: {} lines, {} of code; ffi: {}, {} of code, {} with unsafe",
        all.all, all.code, ffi.all, ffi.code, ffi.with_unsafe
    );
    let mut wrong = Vec::new();
    if all.code > MOST_LINES {
        wrong.push(format!(
            "driver/src has {} lines of code, over {MOST_LINES}",
            all.code
        ));
    }
    if ffi.code > MOST_FFI_LINES {
        let most = MOST_FFI_LINES;
        wrong.push(format!(
            "driver/src/ffi has {} lines of code, over {most}",
            ffi.code
        ));
    }
    if unsafe_elsewhere != 0 {
        wrong.push(format!(
            "{unsafe_elsewhere} lines outside driver/src/ffi say unsafe"
        ));
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn comments_are_no_code_and_unsafe_is_a_word() {
        let lines = Lines::count("// unsafe\n\nunsafe { a() }\nlet unsafely = 1;\n");
        assert_eq!((lines.all, lines.code, lines.with_unsafe), (4, 2, 1));
    }
}
