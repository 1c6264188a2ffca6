//! Exit codes, and errors that end a command: what went wrong, where, and how to put it right.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use cofferdam_interpreter::Refusal;
use serde_json::{Value, json};

use crate::output::style;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Done, and what was asked to fail on was found.
    Found = 1,
    /// Wrong usage, or input or output that cannot be used.
    Usage = 2,
    /// Content or a signature is refused.
    Refused = 3,
    /// Done, but some of the input could not be read.
    Incomplete = 4,
}

/// What `--help` says of the exit codes.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  done, and what was asked to fail on was found (scan --fail-on-match, compile --strict)
  2  wrong usage, or input or output that cannot be used
  3  content or a signature is refused
  4  done, but some of the events were damaged and passed over (scan)";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// An error that ends a command.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    message: String,
    help: Option<String>,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Refused,
            ..Self::usage(message)
        }
    }

    /// Reading or writing a file failed.
    pub(crate) fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        let failure = Self::usage(format!("cannot {doing} {}: {error}", path.display()));
        match error.kind() {
            io::ErrorKind::NotFound => {
                failure.help("check the path; the current directory is where relative paths begin")
            }
            io::ErrorKind::PermissionDenied => failure.help("check who may read or write it"),
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => {
                failure.help("free some space, or raise the limit; nothing was left half-written")
            }
            _ => failure,
        }
    }

    /// The decoder or the verifier refuses content.
    pub(crate) fn content(path: &Path, refusal: &Refusal) -> Self {
        Self::refused(format!("{}: {refusal}", path.display())).help(
            "the file is damaged, or made for another schema or engine: compile the rules again",
        )
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn print(&self) {
        anstream::eprintln!("{}error{:#}: {self}", style::ERROR, style::ERROR);
        if let Some(help) = &self.help {
            anstream::eprintln!("{}help{:#}: {help}", style::HELP, style::HELP);
        }
    }

    /// The same as a JSON document.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "ok": false, "exit": self.exit as u8, "error": self.message, "help": self.help })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}
