//! From a condition's names to what they stand for.

use std::collections::{BTreeSet, HashMap};

use super::Context;
use super::condition::{Condition, Quantity, Selector, is_plain_name, parse};
use super::detection::Detection;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::Expr;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A condition, parsed, and where its text stands.
pub(super) struct Parsed<'a> {
    pub(super) condition: Condition,
    node: &'a Node,
}

impl Parsed<'_> {
    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        self.node.span
    }
}

/// The conditions of a `condition` attribute: one, or a list of them.
pub(super) fn conditions<'a>(node: &'a Node, context: &mut Context<'_>) -> Option<Vec<Parsed<'a>>> {
    let nodes = match &node.value {
        Value::List(nodes) if nodes.is_empty() => {
            context.push(Diagnostic::new(
                Code::EmptyList,
                node.span,
                "a condition is expected",
            ));
            return None;
        }
        Value::List(nodes) => &nodes[..],
        _ => std::slice::from_ref(node),
    };
    nodes.iter().map(|node| condition(node, context)).collect()
}

fn condition<'a>(node: &'a Node, context: &mut Context<'_>) -> Option<Parsed<'a>> {
    // A search identifier may be called `1`: any scalar is a condition.
    let Some(text) = node.written() else {
        let message = format!("a condition is a text, not {}", node.kind());
        context.push(Diagnostic::new(Code::WrongType, node.span, message));
        return None;
    };
    if text.len() > context.limits.condition_bytes {
        let message = format!(
            "a condition is at most {} bytes long",
            context.limits.condition_bytes
        );
        context.push(Diagnostic::new(Code::ConditionTooLong, node.span, message));
        return None;
    }
    match parse(text, context.limits.condition_depth) {
        Ok((condition, shouted)) => {
            for range in shouted {
                let message = format!(
                    "`{}` is written in lower case",
                    text[range.clone()].to_ascii_lowercase()
                );
                context.push(Diagnostic::new(
                    Code::ConditionCase,
                    node.part(range),
                    message,
                ));
            }
            Some(Parsed { condition, node })
        }
        Err((code, message, range, help)) => {
            context.push(Diagnostic::new(code, node.part(range), message).maybe_help(help));
            None
        }
    }
}

/// Names to expressions.
pub(super) struct Resolver<'a> {
    detections: &'a [Detection],
    names: HashMap<&'a str, usize>,
    used: BTreeSet<usize>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(detections: &'a [Detection]) -> Self {
        let name = |(index, detection): (usize, &'a Detection)| (&*detection.name, index);
        let names = detections.iter().enumerate().map(name).collect();
        Self {
            detections,
            names,
            used: BTreeSet::new(),
        }
    }

    /// What a condition stands for.
    pub(super) fn resolve(
        &mut self,
        parsed: &Parsed<'_>,
        context: &mut Context<'_>,
    ) -> Option<Expr> {
        context.next_rule();
        self.walk(&parsed.condition, parsed.node, context)
    }

    fn walk(
        &mut self,
        condition: &Condition,
        node: &Node,
        context: &mut Context<'_>,
    ) -> Option<Expr> {
        match condition {
            Condition::Name(name, range) => {
                let Some(index) = self.names.get(name.as_str()).copied() else {
                    context.push(self.unknown(name, node.part(range.clone())));
                    return None;
                };
                self.one(index, node.part(range.clone()), context)
            }
            Condition::Of {
                quantity,
                selector,
                range,
            } => self.of(*quantity, selector, node.part(range.clone()), context),
            Condition::Not(inner) => Some(self.walk(inner, node, context)?.negated()),
            Condition::And(operands) => Expr::all(self.each(operands, node, context)?),
            Condition::Or(operands) => Expr::any(self.each(operands, node, context)?),
        }
    }

    /// All operands, so that each one's problems are reported.
    fn each(
        &mut self,
        operands: &[Condition],
        node: &Node,
        context: &mut Context<'_>,
    ) -> Option<Vec<Expr>> {
        let walked: Vec<_> = operands
            .iter()
            .map(|operand| self.walk(operand, node, context))
            .collect();
        walked.into_iter().collect()
    }

    fn of(
        &mut self,
        quantity: Quantity,
        selector: &Selector,
        span: Span,
        context: &mut Context<'_>,
    ) -> Option<Expr> {
        let selected: Vec<usize> = (0..self.detections.len())
            .filter(|index| selector.selects(&self.detections[*index].name))
            .collect();
        if selected.is_empty() {
            context.push(self.nothing(selector, span));
            return None;
        }
        let count = match quantity {
            Quantity::All => selected.len(),
            Quantity::AtLeast(count) => count,
        };
        if count > selected.len() {
            let message = format!("{count} are asked for, and there are {}", selected.len());
            context
                .push(Diagnostic::new(Code::CountTooHigh, span, message).label("this never holds"));
            return None;
        }
        let operands: Vec<_> = selected
            .iter()
            .map(|index| self.one(*index, span, context))
            .collect();
        let operands: Vec<Expr> = operands.into_iter().collect::<Option<_>>()?;
        if count == operands.len() {
            Expr::all(operands)
        } else if count == 1 {
            Expr::any(operands)
        } else {
            Some(Expr::AtLeast(count, operands))
        }
    }

    fn one(&mut self, index: usize, span: Span, context: &mut Context<'_>) -> Option<Expr> {
        self.used.insert(index);
        let detection = &self.detections[index];
        if !context.spend(detection.weight, span) {
            return None;
        }
        // One in error was reported where it stands.
        detection.expr.clone()
    }

    fn unknown(&self, name: &str, span: Span) -> Diagnostic {
        let names = self.detections.iter().map(|detection| &*detection.name);
        let near = did_you_mean(name, names).map(|near| format!("did you mean `{near}`?"));
        let message = format!("no search identifier is called `{name}`");
        Diagnostic::new(Code::UnknownDetection, span, message).maybe_help(near)
    }

    fn nothing(&self, selector: &Selector, span: Span) -> Diagnostic {
        let message = match selector {
            Selector::Them => {
                "there is no search identifier that does not begin with `_`".to_owned()
            }
            Selector::Pattern(pattern) => format!("no search identifier fits `{pattern}`"),
        };
        let names: Vec<_> = self
            .detections
            .iter()
            .map(|detection| format!("`{}`", detection.name))
            .take(8)
            .collect();
        let diagnostic = Diagnostic::new(Code::PatternMatchesNothing, span, message);
        if names.is_empty() {
            diagnostic
        } else {
            diagnostic.help(format!("there are {}", names.join(", ")))
        }
    }

    /// Reports the search identifiers that no condition used.
    pub(super) fn report_unused(&self, context: &mut Context<'_>) {
        for (index, detection) in self.detections.iter().enumerate() {
            if self.used.contains(&index) {
                continue;
            }
            if !is_plain_name(&detection.name) {
                let message = format!("a condition cannot call `{}` by its name", detection.name);
                let help = "names are letters, digits, `_`, `-` and `.`, and no keywords";
                context
                    .push(Diagnostic::new(Code::UnusableName, detection.span, message).help(help));
            }
            let message = format!("no condition mentions `{}`", detection.name);
            context.push(Diagnostic::new(
                Code::UnusedDetection,
                detection.span,
                message,
            ));
        }
    }
}
