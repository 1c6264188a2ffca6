//! From the parser's events to nodes, within the bounds.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Marked, Tag};

use super::{Entry, Key, Node, Value, scalar};
use crate::diagnostics::{Code, Diagnostic};
use crate::limits::Limits;
use crate::source::{FileId, Span};

type Built<T> = Result<T, Box<Diagnostic>>;

/// A list or mapping whose end has not been seen.
struct Open {
    anchor: usize,
    start: Range<usize>,
    weight: usize,
    children: Children,
}

enum Children {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        seen: HashMap<Arc<str>, Span>,
        key: Option<Key>,
    },
}

struct Builder<'a> {
    file: FileId,
    limits: &'a Limits,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    root: Option<Node>,
}

/// Parses the bytes `chunk` of `text` and appends its documents.
pub(super) fn build(
    text: &str,
    chunk: Range<usize>,
    file: FileId,
    limits: &Limits,
    documents: &mut Vec<Option<Node>>,
) -> Built<()> {
    let places = Places::new(text, chunk.clone());
    let mut parser = Parser::new_from_str(&text[chunk]);
    let mut builder = Builder::new(file, limits);
    while let Some(event) = parser.next_event() {
        let (event, marked) = event.map_err(|error| syntax(&error, &places, file))?;
        let range = places.range(marked);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
            Event::DocumentStart(_) => builder = Builder::new(file, limits),
            Event::DocumentEnd => {
                let empty = |node: &Node| {
                    matches!(node.value, Value::Null) && node.span.start == node.span.end
                };
                if let Some(root) = builder.root.take().filter(|root| !empty(root)) {
                    documents.push(Some(root));
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                builder.scalar(text, &value, style, anchor, tag.as_deref(), range)?
            }
            Event::SequenceStart(anchor, tag) => {
                builder.start(anchor, tag.as_deref(), range, Children::List(Vec::new()))?
            }
            Event::MappingStart(anchor, tag) => {
                let map = Children::Map {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    key: None,
                };
                builder.start(anchor, tag.as_deref(), range, map)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end(range)?,
            Event::Alias(anchor) => builder.alias(anchor, range)?,
        }
    }
    Ok(())
}

impl<'a> Builder<'a> {
    fn new(file: FileId, limits: &'a Limits) -> Self {
        Self {
            file,
            limits,
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
        }
    }

    fn problem(
        &self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(code, Span::new(self.file, range), message))
    }

    fn start(
        &mut self,
        anchor: usize,
        tag: Option<&Tag>,
        start: Range<usize>,
        children: Children,
    ) -> Built<()> {
        let expected = match children {
            Children::List(_) => "seq",
            Children::Map { .. } => "map",
        };
        if tag.is_some_and(|tag| !(tag.is_yaml_core_schema() && tag.suffix == expected)) {
            return Err(self.problem(Code::YamlTag, start, "tags have no meaning in rules"));
        }
        if self.open.len() >= self.limits.yaml_depth {
            let message = format!(
                "lists and mappings nested deeper than {}",
                self.limits.yaml_depth
            );
            return Err(self.problem(Code::YamlTooDeep, start, message));
        }
        self.open.push(Open {
            anchor,
            start,
            weight: 1,
            children,
        });
        Ok(())
    }

    fn end(&mut self, end: Range<usize>) -> Built<()> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.children {
            Children::List(nodes) => Value::List(nodes.into()),
            Children::Map { entries, .. } => Value::Map(entries.into()),
        };
        let span = Span::new(self.file, open.start.start..end.end.max(open.start.end));
        self.place(
            Node {
                span,
                value,
                content: None,
            },
            open.anchor,
            open.weight,
        )
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Built<()> {
        let Some((node, weight)) = self.anchors.get(&anchor).cloned() else {
            return Err(self.problem(
                Code::YamlAliases,
                range,
                "this alias stands within what it names",
            ));
        };
        let span = Span::new(self.file, range);
        self.place(
            Node {
                span,
                content: None,
                ..node
            },
            0,
            weight,
        )
    }

    fn scalar(
        &mut self,
        text: &str,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        range: Range<usize>,
    ) -> Built<()> {
        let source = &text[range.clone()];
        let content = [0, 1].into_iter().find(|quotes| {
            source
                .get(*quotes..source.len().saturating_sub(*quotes))
                .is_some_and(|inner| inner == value)
        });
        let content = content.and_then(|quotes| u32::try_from(range.start + quotes).ok());
        let as_text = match tag {
            None => style != ScalarStyle::Plain,
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => true,
            Some(_) => {
                return Err(self.problem(Code::YamlTag, range, "tags have no meaning in rules"));
            }
        };
        let parsed = if as_text {
            Some(Value::Text(value.into()))
        } else {
            scalar::plain(value)
        };
        let Some(value) = parsed else {
            return Err(self
                .problem(
                    Code::NumberRange,
                    range,
                    format!("`{value}` is too large for a number"),
                )
                .map_help("put it in quotes to have it compared as text"));
        };
        self.place(
            Node {
                span: Span::new(self.file, range),
                value,
                content,
            },
            anchor,
            1,
        )
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node, anchor: usize, weight: usize) -> Built<()> {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.weight = parent.weight.saturating_add(weight);
        if parent.weight > self.limits.yaml_nodes {
            let code = if weight > 1 {
                Code::YamlAliases
            } else {
                Code::YamlTooLarge
            };
            let message = format!(
                "more than {} nodes, aliases written out",
                self.limits.yaml_nodes
            );
            return Err(self.problem(code, node.span.range(), message));
        }
        match &mut parent.children {
            Children::List(nodes) => nodes.push(node),
            Children::Map { entries, seen, key } => match key.take() {
                Some(key) => entries.push(Entry { key, value: node }),
                None => *key = Some(as_key(node, seen)?),
            },
        }
        Ok(())
    }
}

fn as_key(node: Node, seen: &mut HashMap<Arc<str>, Span>) -> Built<Key> {
    let Some(text) = node.written().cloned() else {
        let message = format!("a key must be a text, not {}", node.kind());
        return Err(Box::new(Diagnostic::new(
            Code::KeyNotText,
            node.span,
            message,
        )));
    };
    if &*text == "<<"
        && matches!(node.value, Value::Text(_))
        && node.span.end - node.span.start == 2
    {
        let message = "merge keys belong to YAML 1.1; rules are YAML 1.2";
        return Err(Box::new(
            Diagnostic::new(Code::MergeKey, node.span, message).help("write the entries out"),
        ));
    }
    if let Some(first) = seen.insert(Arc::clone(&text), node.span) {
        let message = format!("`{text}` stands twice in this mapping");
        let diagnostic = Diagnostic::new(Code::DuplicateKey, node.span, message)
            .label("again here")
            .help("only one of the two would count; put the values into one list, or into two search identifiers")
            .related(first, "first here");
        return Err(Box::new(diagnostic));
    }
    Ok(Key {
        text,
        span: node.span,
        content: node.content,
    })
}

trait MapHelp {
    fn map_help(self, help: &str) -> Self;
}

impl MapHelp for Box<Diagnostic> {
    fn map_help(mut self, help: &str) -> Self {
        self.help = Some(help.into());
        self
    }
}

fn syntax(error: &ScanError, places: &Places, file: FileId) -> Box<Diagnostic> {
    let at = places.byte(error.marker().index());
    let span = Span::new(file, at..places.next(at));
    Box::new(Diagnostic::new(Code::YamlSyntax, span, error.info()).label("here"))
}

/// From the parser's character numbers to bytes.
struct Places {
    base: usize,
    end: usize,
    /// Byte offset of every character; empty where all characters are one byte long.
    bytes: Vec<u32>,
}

impl Places {
    fn new(text: &str, chunk: Range<usize>) -> Self {
        let slice = &text[chunk.clone()];
        let bytes = if slice.is_ascii() {
            Vec::new()
        } else {
            slice
                .char_indices()
                .filter_map(|(at, _)| u32::try_from(at).ok())
                .collect()
        };
        Self {
            base: chunk.start,
            end: chunk.end,
            bytes,
        }
    }

    fn byte(&self, index: usize) -> usize {
        let offset = if self.bytes.is_empty() {
            index
        } else {
            self.bytes
                .get(index)
                .map_or(self.end - self.base, |at| *at as usize)
        };
        (self.base + offset).min(self.end)
    }

    /// The start of the next character after the byte `at`.
    fn next(&self, at: usize) -> usize {
        if self.bytes.is_empty() {
            return (at + 1).min(self.end);
        }
        let after = self
            .bytes
            .partition_point(|byte| self.base + *byte as usize <= at);
        self.bytes
            .get(after)
            .map_or(self.end, |byte| self.base + *byte as usize)
    }

    fn range(&self, marked: Marked) -> Range<usize> {
        let start = self.byte(marked.start.index());
        start..self.byte(marked.end.index()).max(start)
    }
}
