//! One value through its modifiers, in the order in which they are given.

use std::sync::Arc;

use super::Context;
use super::apply::{apply, as_text};
use super::draft::{Draft, Part, TextDraft};
use super::key::ItemKey;
use super::modifier::Modifier;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::{Cidr, Expr, Matcher, Number, Regex, RegexFlags, Test, TimePart, WrittenNumber};
use crate::yaml::{Node, Value};

pub(super) type Applied<T> = Result<T, Box<Diagnostic>>;

/// The test, or the tests any of which may hold, that a value stands for.
pub(super) fn value(key: &ItemKey, node: &Node, context: &mut Context<'_>) -> Applied<Expr> {
    let length = node.written().map_or(0, |text| text.len());
    if length > context.limits.value_bytes {
        let message = format!(
            "a value is at most {} bytes long",
            context.limits.value_bytes
        );
        return Err(Diagnostic::new(Code::ValueTooLong, node.span, message).into());
    }
    // A long value has room for fewer variants: what counts is what they take together.
    let variants = context
        .limits
        .variants
        .min((1 << 20) / length.max(1))
        .max(1);
    let mut drafts = vec![draft(key, node)?];
    for (modifier, span) in &key.modifiers {
        let mut next = Vec::new();
        for draft in drafts {
            let room = variants.saturating_sub(next.len());
            next.extend(apply(draft, *modifier, *span, node, room, context)?);
            if next.len() > variants {
                return Err(too_many(node, variants));
            }
        }
        drafts = next;
    }
    let mut tests = Vec::with_capacity(drafts.len());
    for draft in drafts {
        tests.push(finish(draft, key, node, context)?);
    }
    Expr::any(tests).ok_or_else(|| too_many(node, 0))
}

fn draft(key: &ItemKey, node: &Node) -> Applied<Draft> {
    Ok(match &node.value {
        Value::Null => Draft::Null,
        Value::Bool(value, written) => Draft::Bool(*value, Arc::clone(written)),
        Value::Int(number, written) => Draft::Number(WrittenNumber {
            number: Number::Int(*number),
            written: Arc::clone(written),
        }),
        Value::Float(number, written) => Draft::Number(WrittenNumber {
            number: Number::Float(*number),
            written: Arc::clone(written),
        }),
        Value::Text(text) => Draft::Text(TextDraft::new(
            Arc::clone(text),
            key.find(Modifier::Expand).is_some(),
        )),
        Value::List(_) | Value::Map(_) => {
            let message = format!("a value is expected here, not {}", node.kind());
            return Err(Box::new(Diagnostic::new(
                Code::NestedValue,
                node.span,
                message,
            )));
        }
    })
}

pub(super) fn too_many(node: &Node, limit: usize) -> Box<Diagnostic> {
    let message = format!("this value has more than {limit} variants");
    Box::new(Diagnostic::new(Code::TooManyVariants, node.span, message).help("split the value"))
}

fn finish(draft: Draft, key: &ItemKey, node: &Node, context: &mut Context<'_>) -> Applied<Expr> {
    let keyword = key.field.is_none();
    let problem = |code: Code, message: String| Diagnostic::new(code, node.span, message);
    let matcher = match if keyword { as_text(draft) } else { draft } {
        Draft::Text(mut text) => {
            if text.bytes
                && !text
                    .parts
                    .iter()
                    .all(|part| !matches!(part, Part::Literal(text) if !text.is_ascii()))
            {
                let message = "the encoded value is not text, so no field can hold it".into();
                return Err(problem(Code::EncodedNotText, message)
                    .help("add `base64` or `base64offset`")
                    .into());
            }
            // Keywords are searched for in the event, not compared with it.
            if keyword && text.start && text.end {
                text = text.widened(true, true);
            }
            Matcher::Text {
                pattern: text.pattern(),
                cased: text.cased,
            }
        }
        Draft::Regex { source, flags } => Matcher::Regex(regex(&source, flags, node, context)?),
        other if keyword => {
            let message = format!("{} needs a field to be compared with", other.kind());
            return Err(problem(Code::ModifierNeedsField, message).into());
        }
        Draft::Number(number) => Matcher::Number(number),
        Draft::Bool(value, _) => Matcher::Bool(value),
        Draft::Null => Matcher::Null,
        Draft::Exists(true) => Matcher::Exists,
        Draft::Exists(false) => {
            return Ok(test(key, Matcher::Exists, node).negated());
        }
        Draft::Cidr(text) => {
            Matcher::Cidr(Cidr::parse(&text).map_err(|why| problem(Code::InvalidCidr, why))?)
        }
        Draft::Compare(comparison, number) => Matcher::Compare(comparison, number),
        Draft::Field {
            name,
            anchor,
            cased,
        } => Matcher::FieldRef {
            other: name,
            anchor,
            cased,
        },
        Draft::Time(part, comparison, number) => {
            let number = in_range(part, number.number).ok_or_else(|| {
                problem(
                    Code::DateRange,
                    format!("{} is no {}", number.number, Modifier::Time(part).name()),
                )
            })?;
            Matcher::Time(part, comparison, number)
        }
    };
    Ok(test(key, matcher, node))
}

fn test(key: &ItemKey, matcher: Matcher, node: &Node) -> Expr {
    Expr::Test(Test {
        field: key.field.clone(),
        matcher,
        span: node.span,
    })
}

fn regex(
    source: &str,
    flags: RegexFlags,
    node: &Node,
    context: &mut Context<'_>,
) -> Applied<Regex> {
    let limit = context.limits.regex_bytes;
    if source.len() > limit {
        let message = format!("regular expressions are at most {limit} bytes long");
        return Err(Box::new(Diagnostic::new(
            Code::InvalidRegex,
            node.span,
            message,
        )));
    }
    let regex = Regex::parse(source, flags).map_err(|error| {
        Box::new(Diagnostic::new(
            Code::InvalidRegex,
            node.part(error.range),
            error.message,
        ))
    })?;
    if regex.always_true() {
        let message = "every text satisfies this expression";
        context.push(
            Diagnostic::new(Code::RegexAlwaysTrue, node.span, message)
                .help("`exists: true` says so plainly"),
        );
    }
    Ok(regex)
}

fn in_range(part: TimePart, number: Number) -> Option<i64> {
    let Number::Int(number) = number else {
        return None;
    };
    i64::try_from(number)
        .ok()
        .filter(|number| part.range().contains(number))
}
