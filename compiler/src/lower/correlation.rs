//! Correlation rules: understood well enough to be listed, left for a later version.

use std::sync::Arc;

use uuid::Uuid;

use super::Context;
use super::attributes::Attributes;
use super::meta::{id_if_any, title};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::source::Span;
use crate::yaml::Node;

const KINDS: [&str; 7] = [
    "event_count",
    "temporal",
    "temporal_ordered",
    "value_avg",
    "value_count",
    "value_percentile",
    "value_sum",
];

/// A correlation rule.
#[derive(Debug, Clone)]
pub struct Correlation {
    /// `id`.
    pub uuid: Option<Uuid>,
    /// `name`.
    pub name: Option<Arc<str>>,
    /// `title`.
    pub title: Arc<str>,
    /// `type`.
    pub kind: Arc<str>,
    /// `rules`: ids or names.
    pub rules: Vec<Arc<str>>,
    /// `generate`: whether the rules it names also stand for themselves.
    pub generate: bool,
    /// Where the document stands.
    pub span: Span,
}

/// Reads a correlation document.
pub(crate) fn correlation(node: &Node, context: &mut Context<'_>) -> Option<Correlation> {
    context.unless_errors(|context| {
        let attributes = Attributes::of(node, "a rule", context)?;
        let title = title(&attributes, context);
        let entry = attributes.require("correlation", context)?;
        let inner = Attributes::of(&entry.value, "`correlation`", context)?;
        let kind = inner
            .require("type", context)
            .and_then(|_| inner.text("type", context));
        let generate = inner
            .text("generate", context)
            .or_else(|| attributes.text("generate", context));
        inner.require("rules", context)?;
        let (kind, rules) = (kind?, inner.texts("rules", context));
        if !KINDS.contains(&&*kind) {
            let span = inner
                .get("type")
                .map_or(entry.value.span, |entry| entry.value.span);
            let help = did_you_mean(&kind, KINDS).map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{kind}` is no type of correlation");
            context.push(Diagnostic::new(Code::CorrelationType, span, message).maybe_help(help));
            return None;
        }
        let message =
            format!("correlation rules ({kind}) are understood, and left for a later version");
        context.push(Diagnostic::new(
            Code::CorrelationLater,
            entry.key.span,
            message,
        ));
        Some(Correlation {
            uuid: id_if_any(node),
            name: attributes.text("name", context),
            title: title?,
            kind,
            rules,
            generate: generate.is_some_and(|word| word.eq_ignore_ascii_case("true")),
            span: node.span,
        })
    })
}
