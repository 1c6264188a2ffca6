//! What is wrong with a rule, and where.
//!
//! Guarantees: every problem is a [`Diagnostic`] with a stable [`Code`]; a [`Report`] only grows, so none
//! is dropped on the way; and diagnostics come out in the order of files and places, whatever the order in
//! which they were found.

mod codes;
mod json;
mod render;
mod suggest;

pub use codes::Code;
pub use json::to_json;
pub use render::{Style, render};
pub use suggest::did_you_mean;

use crate::source::{FileId, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For information: nothing is wrong.
    Note,
    /// The rule is used; its author should look.
    Warning,
    /// The rule (or filter, or file) is left out.
    Error,
}

impl Severity {
    /// The word that is shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem; decides the severity.
    pub code: Code,
    /// What was expected and what was found.
    pub message: String,
    /// The file.
    pub file: FileId,
    /// The place, where there is one (there is none in a file that could not be read).
    pub span: Option<Span>,
    /// What to write under the caret.
    pub label: Option<String>,
    /// How to put it right.
    pub help: Option<String>,
    /// Another place that matters, with its label: the first of two, for example.
    pub related: Option<(Span, String)>,
}

impl Diagnostic {
    /// A problem at a place.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let (file, span) = (span.file, Some(span));
        Self {
            code,
            message: shortened(message.into()),
            file,
            span,
            label: None,
            help: None,
            related: None,
        }
    }

    /// A problem with a file as a whole.
    #[must_use]
    pub fn of_file(code: Code, file: FileId, message: impl Into<String>) -> Self {
        Self {
            code,
            message: shortened(message.into()),
            file,
            span: None,
            label: None,
            help: None,
            related: None,
        }
    }

    /// With words under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With advice, if there is any.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// With a second place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// Messages quote what they are about, which may be as long as a file.
fn shortened(mut message: String) -> String {
    const LONGEST: usize = 400;
    if message.len() > LONGEST {
        message.truncate(message.floor_char_boundary(LONGEST));
        message.push_str(" ...");
    }
    message
}

/// The diagnostics of a run.
#[derive(Debug, Default)]
pub struct Report {
    all: Vec<Diagnostic>,
    errors: usize,
}

impl Report {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity() == Severity::Error);
        self.all.push(diagnostic);
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Diagnostic] {
        &self.all
    }

    /// How many are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Puts them in the order of files and places.
    pub fn sort(&mut self) {
        self.all.sort_by_key(|d| {
            (
                d.file,
                d.span.map_or((0, 0), |span| (span.start, span.end)),
                d.code,
            )
        });
    }
}
