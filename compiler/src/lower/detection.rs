//! Search identifiers: lists, mappings, lists of mappings, keywords.

use std::sync::Arc;

use super::Context;
use super::key::{ItemKey, item_key};
use super::modifier::Modifier;
use super::value::value;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::Expr;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// A search identifier and what it stands for; nothing where it was in error.
pub(super) struct Detection {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    pub(super) expr: Option<Expr>,
    /// How much there is to it.
    pub(super) weight: usize,
}

/// What is not a search identifier, though it stands among them.
const RESERVED: [&str; 2] = ["condition", "timeframe"];

/// The search identifiers of a `detection` mapping (or of a filter's), in the order of the file. Keys named
/// in `skip` are none.
pub(super) fn detections(
    entries: &[Entry],
    skip: &[&str],
    context: &mut Context<'_>,
) -> Vec<Detection> {
    let mut found = Vec::new();
    for Entry { key, value: node } in entries {
        if context.full() {
            break;
        }
        if &*key.text == "timeframe" {
            let message = "`timeframe` belonged to aggregations and means nothing here";
            context.push(Diagnostic::new(Code::Timeframe, key.span, message));
        }
        if RESERVED.contains(&&*key.text) || skip.contains(&&*key.text) {
            continue;
        }
        let expr = context.unless_errors(|context| detection(node, context));
        let weight = expr.as_ref().map_or(0, Expr::weight);
        found.push(Detection {
            name: Arc::clone(&key.text),
            span: key.span,
            expr,
            weight,
        });
    }
    found
}

fn detection(node: &Node, context: &mut Context<'_>) -> Option<Expr> {
    match &node.value {
        Value::Map(entries) => mapping(entries, node, context),
        Value::List(nodes) => list(nodes, node, context),
        Value::Null => {
            context.push(Diagnostic::new(
                Code::EmptyDetection,
                node.span,
                "a list or a mapping is expected",
            ));
            None
        }
        _ => {
            let message = format!(
                "a search identifier is a list or a mapping, not {}",
                node.kind()
            );
            let help = "taken as a keyword; write it as a list of one";
            context.push(Diagnostic::new(Code::ScalarDetection, node.span, message).help(help));
            keyword(node, context)
        }
    }
}

/// A list: any of its keywords and mappings.
fn list(nodes: &[Node], list: &Node, context: &mut Context<'_>) -> Option<Expr> {
    if nodes.is_empty() {
        context.push(Diagnostic::new(
            Code::EmptyList,
            list.span,
            "this list holds nothing, so nothing could match",
        ));
        return None;
    }
    let mut operands = Vec::with_capacity(nodes.len());
    for node in nodes {
        if context.full() {
            break;
        }
        operands.extend(match &node.value {
            Value::Map(entries) => mapping(entries, node, context),
            Value::List(_) => {
                let message = "a list in a list has no meaning";
                context.push(Diagnostic::new(Code::NestedValue, node.span, message));
                None
            }
            _ => keyword(node, context),
        });
    }
    Expr::any(operands)
}

fn keyword(node: &Node, context: &mut Context<'_>) -> Option<Expr> {
    single(&ItemKey::keywords(), node, context).ok()
}

/// A mapping: all of its items.
fn mapping(entries: &[Entry], map: &Node, context: &mut Context<'_>) -> Option<Expr> {
    if entries.is_empty() {
        context.push(Diagnostic::new(
            Code::EmptyDetection,
            map.span,
            "this mapping holds nothing",
        ));
        return None;
    }
    let mut operands = Vec::with_capacity(entries.len());
    for entry in entries {
        if context.full() {
            break;
        }
        operands.extend(item_key(&entry.key, context).and_then(|key| item(&key, entry, context)));
    }
    Expr::all(operands)
}

/// One item: a field (or keywords) with its value or values.
fn item(key: &ItemKey, entry: &Entry, context: &mut Context<'_>) -> Option<Expr> {
    let (all, neq) = (key.find(Modifier::All), key.find(Modifier::Neq));
    if let (Some(span), true) = (key.find(Modifier::Exists), key.modifiers.len() > 1) {
        context.push(Diagnostic::new(
            Code::ModifierMisplaced,
            span,
            "`exists` stands alone",
        ));
        return None;
    }
    let expr = match &entry.value.value {
        Value::List(nodes) if nodes.is_empty() => {
            let message = "this list holds nothing, so nothing could match";
            context.push(Diagnostic::new(Code::EmptyList, entry.value.span, message));
            return None;
        }
        Value::List(nodes) => values(key, nodes, all.is_some(), context)?,
        _ => single(key, &entry.value, context).ok()?,
    };
    let count = if let Value::List(nodes) = &entry.value.value {
        nodes.len()
    } else {
        1
    };
    if let (Some(span), 1) = (all, count) {
        let message = "`all` links several values; here is one";
        context.push(Diagnostic::new(Code::AllSingle, span, message).help("remove `|all`"));
    }
    if let Some(span) = key.find(Modifier::Windash)
        && expr.tests().count() == count
    {
        let message = "no value has a dash that could begin a flag";
        context.push(Diagnostic::new(Code::ModifierNoEffect, span, message));
    }
    Some(if neq.is_some() { expr.negated() } else { expr })
}

fn values(key: &ItemKey, nodes: &[Node], all: bool, context: &mut Context<'_>) -> Option<Expr> {
    let mut operands = Vec::with_capacity(nodes.len());
    for node in nodes {
        if context.full() {
            break;
        }
        if let Value::Null = node.value {
            let message = "`null` cannot be one of several values";
            let help = "make it a search identifier of its own, and join the two in the condition";
            context.push(Diagnostic::new(Code::NullInList, node.span, message).help(help));
        }
        if let Value::Bool(..) = node.value
            && let Some(span) = key.find(Modifier::Exists)
        {
            context.push(Diagnostic::new(
                Code::ValueType,
                span,
                "`exists` takes one value, not a list",
            ));
            return None;
        }
        match single(key, node, context) {
            Ok(expr) => operands.push(expr),
            // What is wrong with the modifiers is wrong for every value: once is enough.
            Err(code) if code.number().starts_with("E04") => return None,
            Err(_) => {}
        }
    }
    if all {
        Expr::all(operands)
    } else {
        Expr::any(operands)
    }
}

fn single(key: &ItemKey, node: &Node, context: &mut Context<'_>) -> Result<Expr, Code> {
    let expr = value(key, node, context).map_err(|diagnostic| {
        let code = diagnostic.code;
        context.push(*diagnostic);
        code
    })?;
    if context.spend(expr.weight(), node.span) {
        Ok(expr)
    } else {
        Err(Code::RuleTooLarge)
    }
}
