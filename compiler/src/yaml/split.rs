//! Cutting a file into documents.
//!
//! YAML forbids `---` and `...` in the first column inside a document, whatever is open there, so the cut
//! needs no knowledge of quotes and block scalars.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// The byte ranges of the documents; one for a file without markers.
pub(super) fn documents(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let marker = |line: &str| {
        line.strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    let mut starts = vec![0];
    let mut offset = 0;
    let mut nothing_yet = true;
    for line in text.split_inclusive('\n') {
        if marker(line) {
            // Comments and directives before the first marker belong to the document that it opens.
            if !nothing_yet {
                starts.push(offset);
            }
            nothing_yet = false;
        } else if !line.trim().is_empty() && !line.starts_with(['#', '%']) {
            nothing_yet = false;
        }
        offset += line.len();
    }
    starts.push(text.len());
    (1..starts.len()).map(move |next| starts[next - 1]..starts[next])
}

pub(super) fn too_many(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(
        Code::TooManyDocuments,
        span,
        format!("more than {limit} documents in one file"),
    )
    .help("split the file; the documents from here on are not read")
}

pub(super) fn empty(span: Span, only: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::EmptyDocument, span, "this document holds nothing");
    if only {
        diagnostic
    } else {
        diagnostic.help("remove the `---`")
    }
}

#[cfg(test)]
mod tests {
    use super::documents;

    fn pieces(text: &str) -> Vec<&str> {
        documents(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn cuts_at_markers_only() {
        assert_eq!(pieces("a: 1\n"), ["a: 1\n"]);
        assert_eq!(pieces(""), [""]);
        assert_eq!(pieces("---\na: 1\n---\nb: 2"), ["---\na: 1\n", "---\nb: 2"]);
        assert_eq!(
            pieces("# x\n%YAML 1.2\n---\na: 1"),
            ["# x\n%YAML 1.2\n---\na: 1"]
        );
        assert_eq!(
            pieces("a: |\n  ---\n ---\n----\n"),
            ["a: |\n  ---\n ---\n----\n"]
        );
        assert_eq!(pieces("a\r\n---\r\nb"), ["a\r\n", "---\r\nb"]);
    }
}
