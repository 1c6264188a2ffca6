//! YAML documents with the place of every node.
//!
//! Guarantees: depth, node count (aliases written out) and document count are within [`Limits`]; an alias
//! never leads to itself; keys are texts and unique in their mapping; plain scalars have the types of YAML
//! 1.2's core schema. So whoever walks a [`Node`] may recurse.
//!
//! One broken document does not hide its neighbours: documents are cut apart at `---` in the first column,
//! where YAML always ends a document, and parsed one by one.
//!
//! [`Limits`]: crate::limits::Limits

mod build;
mod scalar;
mod split;

use std::sync::Arc;

use crate::diagnostics::Report;
use crate::limits::Limits;
use crate::source::{FileId, Sources, Span};

/// A node of a document.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it stands; of an alias, where the alias stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
    /// Where the scalar's text begins, if it stands in the file unchanged.
    content: Option<u32>,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`, with the text as written.
    Bool(bool, Arc<str>),
    /// A whole number, with the text as written.
    Int(i128, Arc<str>),
    /// Another number, with the text as written.
    Float(f64, Arc<str>),
    /// A text.
    Text(Arc<str>),
    /// A list.
    List(Arc<[Node]>),
    /// A mapping, in the order of the file.
    Map(Arc<[Entry]>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

/// A key: always a text.
#[derive(Debug, Clone)]
pub struct Key {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
    content: Option<u32>,
}

impl Key {
    /// The place of the bytes `range` of the text, as exactly as it is known.
    #[must_use]
    pub fn part(&self, range: std::ops::Range<usize>) -> Span {
        part(self.span, self.content, range)
    }
}

impl Node {
    /// What the node is called in a message.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(..) => "a boolean",
            Value::Int(..) | Value::Float(..) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The text of a scalar as written; none for null, lists and mappings.
    #[must_use]
    pub fn written(&self) -> Option<&Arc<str>> {
        match &self.value {
            Value::Bool(_, text)
            | Value::Int(_, text)
            | Value::Float(_, text)
            | Value::Text(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The entries of a mapping.
    #[must_use]
    pub fn entries(&self) -> Option<&Arc<[Entry]>> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under a key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| &*entry.key.text == key)
    }

    /// The place of the bytes `range` of the text, as exactly as it is known.
    #[must_use]
    pub fn part(&self, range: std::ops::Range<usize>) -> Span {
        part(self.span, self.content, range)
    }

    /// A mapping in the same place with other entries.
    #[must_use]
    pub fn with_entries(&self, entries: Vec<Entry>) -> Self {
        Self {
            span: self.span,
            value: Value::Map(entries.into()),
            content: None,
        }
    }
}

fn part(span: Span, content: Option<u32>, range: std::ops::Range<usize>) -> Span {
    match content {
        Some(start) => Span { start, ..span }.part(range),
        None => span,
    }
}

/// The documents of a file; what is wrong with it goes to the report.
///
/// Each result is one document, or nothing where that document was broken, so that whoever follows a
/// sequence of documents (as collections do) knows about the gap.
pub fn documents(
    sources: &Sources,
    file: FileId,
    limits: &Limits,
    report: &mut Report,
) -> Vec<Option<Node>> {
    let text = Arc::clone(sources.get(file).text());
    let mut documents = Vec::new();
    for (count, chunk) in split::documents(&text).enumerate() {
        if count >= limits.documents {
            let span = Span::new(file, chunk.start..chunk.start);
            report.push(split::too_many(span, limits.documents));
            break;
        }
        let before = documents.len();
        let result = build::build(&text, chunk.clone(), file, limits, &mut documents);
        if let Err(diagnostic) = result {
            report.push(*diagnostic);
            documents.push(None);
        } else if documents.len() == before {
            let span = Span::new(file, chunk.start..chunk.start);
            report.push(split::empty(span, count == 0));
        }
    }
    documents
}
