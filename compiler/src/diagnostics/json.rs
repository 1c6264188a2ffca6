//! Diagnostics for programs: one JSON object each.

use serde_json::{Map, Value, json};

use super::Diagnostic;
use crate::source::{Sources, Span};

/// The diagnostic as a JSON object. Keys that do not apply are absent.
///
/// `code`, `name`, `severity`, `message`, `file` are always there; `line`, `column`, `end_line`,
/// `end_column`, `start`, `end` (bytes), `label`, `help` and `related` where they are known.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut object = Map::new();
    object.insert("code".into(), json!(diagnostic.code.number()));
    object.insert("name".into(), json!(diagnostic.code.name()));
    object.insert("severity".into(), json!(diagnostic.severity().as_str()));
    object.insert("message".into(), json!(diagnostic.message));
    object.insert(
        "file".into(),
        json!(sources.get(diagnostic.file).path().to_string_lossy()),
    );
    if let Some(span) = diagnostic.span {
        place(&mut object, span, sources);
    }
    if let Some(label) = &diagnostic.label {
        object.insert("label".into(), json!(label));
    }
    if let Some(help) = &diagnostic.help {
        object.insert("help".into(), json!(help));
    }
    if let Some((span, label)) = &diagnostic.related {
        let mut related = Map::new();
        related.insert(
            "file".into(),
            json!(sources.get(span.file).path().to_string_lossy()),
        );
        place(&mut related, *span, sources);
        related.insert("label".into(), json!(label));
        object.insert("related".into(), Value::Object(related));
    }
    Value::Object(object)
}

fn place(object: &mut Map<String, Value>, span: Span, sources: &Sources) {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start), source.position(span.end));
    object.insert("line".into(), json!(start.line));
    object.insert("column".into(), json!(start.column));
    object.insert("end_line".into(), json!(end.line));
    object.insert("end_column".into(), json!(end.column));
    object.insert("start".into(), json!(span.start));
    object.insert("end".into(), json!(span.end));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;

    #[test]
    fn holds_what_a_program_needs() {
        let mut sources = Sources::default();
        let file = sources.add("a.yml", "one\ntwo\n");
        let span = Span::new(file, 4..7);
        let value = to_json(
            &Diagnostic::new(Code::DuplicateKey, span, "again").help("drop it"),
            &sources,
        );
        assert_eq!(value["code"], "E0105");
        assert_eq!((&value["line"], &value["column"]), (&json!(2), &json!(1)));
        assert_eq!(value["help"], "drop it");
        assert!(value.get("label").is_none());
    }
}
