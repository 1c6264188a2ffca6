//! Reading attributes: texts and lists of texts.

use std::sync::Arc;

use super::Context;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::yaml::{Entry, Node, Value};

/// A mapping that is read attribute by attribute.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a> {
    pub(super) entries: &'a [Entry],
    pub(super) node: &'a Node,
}

impl<'a> Attributes<'a> {
    /// The attributes of a node that must be a mapping.
    pub(super) fn of(node: &'a Node, what: &str, context: &mut Context<'_>) -> Option<Self> {
        if let Some(entries) = node.entries() {
            return Some(Self { entries, node });
        }
        let code = if what == "a rule" {
            Code::NotAMapping
        } else {
            Code::WrongType
        };
        context.push(Diagnostic::new(
            code,
            node.span,
            format!("{what} is a mapping, not {}", node.kind()),
        ));
        None
    }

    /// The attribute, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| &*entry.key.text == name)
    }

    /// The attribute, which must be there.
    pub(super) fn require(&self, name: &str, context: &mut Context<'_>) -> Option<&'a Entry> {
        let found = self.get(name);
        if found.is_none() {
            let span = self
                .entries
                .first()
                .map_or(self.node.span, |entry| entry.key.span);
            let near = self.entries.iter().map(|entry| &*entry.key.text);
            let near =
                did_you_mean(name, near).map(|near| format!("is it `{near}` that is meant?"));
            let message = format!("`{name}` is missing");
            context.push(
                Diagnostic::new(Code::MissingAttribute, span, message)
                    .label("in this mapping")
                    .maybe_help(near),
            );
        }
        found
    }

    /// A text, if it is there. Numbers and booleans count as they are written; null counts as absent.
    pub(super) fn text(&self, name: &str, context: &mut Context<'_>) -> Option<Arc<str>> {
        text(&self.get(name)?.value, name, context)
    }

    /// A text that does not bear on matching: of the wrong type, it is ignored with a warning.
    pub(super) fn remark(&self, name: &str, context: &mut Context<'_>) -> Option<Arc<str>> {
        remark(&self.get(name)?.value, name, context)
    }

    /// A list of such texts, or one; empty if absent.
    pub(super) fn remarks(&self, name: &str, context: &mut Context<'_>) -> Vec<Arc<str>> {
        let Some(entry) = self.get(name) else {
            return Vec::new();
        };
        match &entry.value.value {
            Value::List(nodes) => nodes
                .iter()
                .filter_map(|node| remark(node, name, context))
                .collect(),
            _ => remark(&entry.value, name, context).into_iter().collect(),
        }
    }

    /// A list of texts, or one text; empty if absent.
    pub(super) fn texts(&self, name: &str, context: &mut Context<'_>) -> Vec<Arc<str>> {
        let Some(entry) = self.get(name) else {
            return Vec::new();
        };
        match &entry.value.value {
            Value::List(nodes) => nodes
                .iter()
                .filter_map(|node| text(node, name, context))
                .collect(),
            _ => text(&entry.value, name, context).into_iter().collect(),
        }
    }
}

/// A scalar as text; what is none is reported.
pub(super) fn text(node: &Node, name: &str, context: &mut Context<'_>) -> Option<Arc<str>> {
    if let Some(text) = node.written() {
        return Some(Arc::clone(text));
    }
    if !matches!(node.value, Value::Null) {
        let message = format!("`{name}` is a text, not {}", node.kind());
        context.push(Diagnostic::new(Code::WrongType, node.span, message));
    }
    None
}

/// A scalar as text; what is none is remarked on.
pub(super) fn remark(node: &Node, name: &str, context: &mut Context<'_>) -> Option<Arc<str>> {
    if let Some(text) = node.written() {
        return Some(Arc::clone(text));
    }
    if !matches!(node.value, Value::Null) {
        let message = format!("`{name}` is a text, not {}, and is ignored", node.kind());
        context.push(Diagnostic::new(Code::IgnoredAttribute, node.span, message));
    }
    None
}
