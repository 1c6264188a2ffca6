//! What commands write: files, whole or not at all; tables; colours.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;

/// Colours. They vanish where the output is not a terminal.
pub(crate) mod style {
    use anstyle::{AnsiColor, Style};

    pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
    pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    pub(crate) const HELP: Style = AnsiColor::Cyan.on_default().bold();
    pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
    pub(crate) const TITLE: Style = Style::new().bold();
    pub(crate) const DIM: Style = Style::new().dimmed();

    /// A level's colour: 0 informational to 4 critical.
    pub(crate) const fn level(severity: u8) -> Style {
        match severity {
            4 => AnsiColor::Red.on_default().bold(),
            3 => AnsiColor::Red.on_default(),
            2 => AnsiColor::Yellow.on_default(),
            _ => AnsiColor::Blue.on_default(),
        }
    }
}

/// Sigma's name of a rule's severity.
pub(crate) const fn level(severity: u8) -> &'static str {
    match severity {
        0 => "informational",
        1 => "low",
        2 => "medium",
        3 => "high",
        4 => "critical",
        _ => "?",
    }
}

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// As the system has it for new files.
    Anyone,
    /// Only the user.
    Owner,
}

/// Writes a file so that under its name there is at any time the old file or the whole new one: a file of
/// another name beside it is written, flushed to the disk, and renamed. So what is there must be a file: a device or a
/// pipe would be replaced by one.
pub(crate) fn write_file(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(
            Failure::usage(format!("cannot write {}: it is no file", path.display()))
                .help("name a file, or a name that is not taken"),
        );
    }
    let name = path
        .file_name()
        .ok_or_else(|| Failure::usage(format!("{} is not a file's name", path.display())))?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = Temporary(parent.join(temporary));
    let written = create(&temporary.0, readers)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary.0, path));
    written.map_err(|error| Failure::io("write", path, &error))?;
    // The rename is durable once the directory is; not every file system lets one ask.
    if let Ok(directory) = File::open(parent) {
        let _ = directory.sync_all();
    }
    Ok(())
}

fn create(path: &Path, readers: Readers) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = readers;
    options.open(path)
}

/// Removed when it goes out of scope, if it is still there.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Writes text to standard output. A reader that has gone away is no error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    finish(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// A reader that has gone away is no error.
pub(crate) fn finish(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::usage(format!(
            "cannot write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}

/// A progress bar on standard error; hidden where that is not a terminal.
pub(crate) fn progress() -> ProgressBar {
    // Without a length there is nothing to draw but the message.
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Prints a JSON document.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// A table: a heading, rows, columns padded to their widest cell. Numbers stand on the right.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(heading: [&str; N]) -> Self {
        Self {
            rows: vec![heading.map(str::to_owned).to_vec()],
        }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    pub(crate) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells = |column: usize| self.rows.iter().filter_map(move |row| row.get(column));
        let widths: Vec<usize> = (0..columns)
            .map(|column| cells(column).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        let numeric: Vec<bool> = (0..columns)
            .map(|column| {
                cells(column)
                    .skip(1)
                    .all(|cell| cell.starts_with(|first: char| first.is_ascii_digit()))
            })
            .collect();
        let mut out = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = String::from(" ");
            for ((cell, room), numeric) in row.iter().zip(&widths).zip(&numeric) {
                let padding = " ".repeat(room - width(cell));
                line.push(' ');
                if *numeric {
                    line.push_str(&padding);
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.push_str(&padding);
                }
                line.push(' ');
            }
            let line = line.trim_end();
            if number == 0 {
                out.push_str(&format!("{}{line}{:#}\n", style::TITLE, style::TITLE));
            } else {
                out.push_str(line);
                out.push('\n');
            }
        }
        out
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// A number with its thousands apart.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Text from strangers for a terminal: without control characters, which could move the cursor or recolour it.
pub(crate) fn safe(text: &str) -> String {
    text.chars()
        .map(|each| {
            if each.is_control()
                || matches!(each, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                '\u{fffd}'
            } else {
                each
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn numbers_stand_on_the_right() {
        let mut table = Table::new(["name", "count"]);
        table.row(["a".into(), "7".into()]);
        table.row(["longer".into(), "1,000".into()]);
        let text = anstream::adapter::strip_str(&table.render()).to_string();
        assert_eq!(text, "  name    count\n  a           7\n  longer  1,000\n");
    }

    #[test]
    fn a_directory_that_is_missing_leaves_nothing() {
        let path = std::env::temp_dir().join("cofferdam-no-such-directory/file");
        assert!(write_file(&path, b"x", Readers::Anyone).is_err());
    }
}
