//! A rule document.

use std::sync::Arc;

use super::Context;
use super::attributes::Attributes;
use super::condition::Polarity;
use super::detection::detections;
use super::meta::meta;
use super::resolve::{Resolver, conditions};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::{Expr, Rule, RuleId};
use crate::source::Span;
use crate::yaml::Node;

/// The rules of a document: one for each of its conditions; none if anything is wrong with it.
pub(crate) fn rule(node: &Node, context: &mut Context<'_>) -> Option<Vec<Rule>> {
    context.unless_errors(|context| {
        let attributes = Attributes::of(node, "a rule", context)?;
        let meta = meta(&attributes, context);
        let detection = attributes.require("detection", context);
        let exprs = detection.and_then(|entry| detection_section(&entry.value, &[], context));
        let (meta, exprs) = (Arc::new(meta?), exprs?);
        let rules = exprs.into_iter().enumerate().map(|(index, section)| Rule {
            id: RuleId {
                uuid: meta.uuid,
                condition: u16::try_from(index).unwrap_or(u16::MAX),
            },
            meta: Arc::clone(&meta),
            expr: section.expr,
            span: section.span,
            stand_alone: true,
        });
        Some(rules.collect())
    })
}

/// What a condition stands for, and where it stands.
pub(super) struct Section {
    pub(super) expr: Expr,
    pub(super) span: Span,
    pub(super) polarity: Polarity,
}

/// A `detection` mapping, or the like of it in a filter: its conditions, each with what it stands for.
pub(super) fn detection_section(
    node: &Node,
    skip: &[&str],
    context: &mut Context<'_>,
) -> Option<Vec<Section>> {
    let attributes = Attributes::of(node, "`detection`", context)?;
    let detections = detections(attributes.entries, skip, context);
    if detections.is_empty() {
        context.push(Diagnostic::new(
            Code::NoDetections,
            node.span,
            "there is no search identifier",
        ));
        return None;
    }
    let condition = attributes.require("condition", context)?;
    let parsed = conditions(&condition.value, context)?;
    if parsed.len() > usize::from(u16::MAX) {
        let message = "more conditions than a rule can have";
        context.push(Diagnostic::new(
            Code::RuleTooLarge,
            condition.value.span,
            message,
        ));
        return None;
    }
    let mut resolver = Resolver::new(&detections);
    let resolved: Vec<_> = parsed
        .iter()
        .map(|each| {
            let expr = resolver.resolve(each, context)?;
            Some(Section {
                expr,
                span: each.span(),
                polarity: each.condition.polarity(),
            })
        })
        .collect();
    resolver.report_unused(context);
    resolved.into_iter().collect()
}
