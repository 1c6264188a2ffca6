//! Filters: exclusions that are written once and apply to many rules.
//!
//! The specification's example gives the condition of what is to be suppressed (`selection`), its schema and
//! most tools the condition of what is to be kept (`not selection`). Read the wrong way, a filter turns a
//! rule blind. But either way it is what `selection` describes that the author wants suppressed, so a
//! condition without any `not` suppresses what it describes, one made of `not`s alone keeps what it
//! describes, and any other is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Context;
use super::attributes::Attributes;
use super::condition::Polarity;
use super::meta::{logsource, title};
use super::rule::{Section, detection_section};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::{Expr, LogSource, Rule};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A filter.
pub(crate) struct Filter {
    title: Arc<str>,
    logsource: LogSource,
    rules: Targets,
    /// What must hold beside the rule.
    keep: Expr,
    span: Span,
}

/// Reads a filter document.
pub(crate) fn filter(node: &Node, context: &mut Context<'_>) -> Option<Filter> {
    context.unless_errors(|context| {
        let attributes = Attributes::of(node, "a rule", context)?;
        let title = title(&attributes, context);
        let source = attributes
            .require("logsource", context)
            .and_then(|entry| logsource(&entry.value, context));
        let entry = attributes.require("filter", context)?;
        let inner = Attributes::of(&entry.value, "`filter`", context)?;
        let rules = rules(&inner, context);
        let mut sections = detection_section(&entry.value, &["rules"], context)?;
        let condition = inner
            .get("condition")
            .map_or(entry.value.span, |entry| entry.value.span);
        if sections.len() != 1 {
            let message = "a filter has one condition";
            context.push(Diagnostic::new(Code::WrongType, condition, message));
            return None;
        }
        let keep = keep(sections.pop()?, context)?;
        Some(Filter {
            title: title?,
            logsource: source?,
            rules: rules?,
            keep,
            span: entry.key.span,
        })
    })
}

/// Which rules a filter is for.
enum Targets {
    /// Every rule of the log source.
    All,
    /// These, by id or name.
    Named(Vec<(Arc<str>, Span)>),
}

/// The rules that a filter names.
fn rules(inner: &Attributes<'_>, context: &mut Context<'_>) -> Option<Targets> {
    let entry = inner.require("rules", context)?;
    match &entry.value.value {
        Value::Text(word) if &**word == "any" => Some(Targets::All),
        Value::List(nodes) if !nodes.is_empty() => {
            let mut named = Vec::with_capacity(nodes.len());
            for node in nodes.iter() {
                named.push((super::attributes::text(node, "rules", context)?, node.span));
            }
            Some(Targets::Named(named))
        }
        Value::Text(word) => Some(Targets::Named(vec![(Arc::clone(word), entry.value.span)])),
        _ => {
            let message = "a list of rules, or `any`, is expected";
            context.push(Diagnostic::new(Code::WrongType, entry.value.span, message));
            None
        }
    }
}

fn keep(section: Section, context: &mut Context<'_>) -> Option<Expr> {
    match section.polarity {
        Polarity::Negative => Some(section.expr),
        Polarity::Positive => {
            let message = "this filter suppresses what its condition describes";
            let help = "`not ...` would say the same to every tool: it describes what is kept";
            context.push(Diagnostic::new(Code::FilterSuppresses, section.span, message).help(help));
            Some(section.expr.negated())
        }
        Polarity::Mixed => {
            let message = "this condition can be read as what is kept and as what is suppressed";
            let help = "write `not (...)` around the description of what is to be suppressed";
            context.push(Diagnostic::new(Code::AmbiguousFilter, section.span, message).help(help));
            None
        }
    }
}

/// Applies filters to rules.
pub(crate) fn apply(filters: &[Filter], rules: &mut [Rule], context: &mut Context<'_>) {
    if filters.is_empty() {
        return;
    }
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, rule) in rules.iter().enumerate() {
        names
            .entry(rule.meta.uuid.to_string())
            .or_default()
            .push(index);
        if let Some(name) = &rule.meta.name {
            names.entry(name.to_string()).or_default().push(index);
        }
    }
    for filter in filters {
        let mut targets: Vec<usize> = match &filter.rules {
            Targets::All => (0..rules.len())
                .filter(|index| filter.logsource.covers(&rules[*index].meta.logsource))
                .collect(),
            Targets::Named(wanted) => named(filter, wanted, &names, rules, context),
        };
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() {
            let message = format!("the filter \"{}\" applies to no rule", filter.title);
            context.push(Diagnostic::new(
                Code::FilterWithoutRule,
                filter.span,
                message,
            ));
        }
        for index in targets {
            if !add(&mut rules[index], filter, context) {
                return;
            }
        }
    }
}

fn named(
    filter: &Filter,
    wanted: &[(Arc<str>, Span)],
    names: &BTreeMap<String, Vec<usize>>,
    rules: &[Rule],
    context: &mut Context<'_>,
) -> Vec<usize> {
    let mut targets = Vec::new();
    for (name, span) in wanted {
        let found = names
            .get(&**name)
            .or_else(|| names.get(&name.to_ascii_lowercase()));
        let Some(found) = found else {
            let message = format!(
                "there is no rule `{name}` for the filter \"{}\"",
                filter.title
            );
            context.push(Diagnostic::new(Code::FilterWithoutRule, *span, message));
            continue;
        };
        for index in found {
            if filter.logsource.covers(&rules[*index].meta.logsource) {
                targets.push(*index);
            } else {
                let message = format!(
                    "the filter's log source is not that of \"{}\"",
                    rules[*index].meta.title
                );
                let diagnostic = Diagnostic::new(Code::FilterLogSource, *span, message);
                context.push(diagnostic.help("the filter does not apply to this rule"));
            }
        }
    }
    targets
}

fn add(rule: &mut Rule, filter: &Filter, context: &mut Context<'_>) -> bool {
    if !context.spend(filter.keep.weight(), filter.span) {
        return false;
    }
    let mut operands = match std::mem::replace(&mut rule.expr, Expr::And(Vec::new())) {
        Expr::And(operands) => operands,
        other => vec![other],
    };
    match filter.keep.clone() {
        Expr::And(more) => operands.extend(more),
        other => operands.push(other),
    }
    rule.expr = Expr::And(operands);
    true
}
