//! What each modifier does to a value.

use std::sync::Arc;

use super::Context;
use super::draft::{Draft, Part, TextDraft};
use super::encode;
use super::modifier::Modifier;
use super::value::{Applied, too_many};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::{Anchor, Comparison, RegexFlags};
use crate::source::Span;
use crate::yaml::Node;

/// Text modifiers work on numbers and booleans as the rule writes them.
pub(super) fn as_text(draft: Draft) -> Draft {
    match draft {
        Draft::Number(number) => Draft::Text(TextDraft::literal(number.written)),
        Draft::Bool(_, written) => Draft::Text(TextDraft::literal(written)),
        other => other,
    }
}

pub(super) fn apply(
    draft: Draft,
    modifier: Modifier,
    span: Span,
    node: &Node,
    room: usize,
    context: &mut Context<'_>,
) -> Applied<Vec<Draft>> {
    let one = |draft: Draft| Ok(vec![draft]);
    let fail = |code: Code, message: String| Diagnostic::new(code, span, message);
    let name = modifier.name();
    let wrong_type = |draft: &Draft| {
        fail(
            Code::ModifierType,
            format!("`{name}` does not apply to {}", draft.kind()),
        )
    };
    match modifier {
        Modifier::All | Modifier::Neq => one(draft),
        Modifier::Contains | Modifier::StartsWith | Modifier::EndsWith => {
            let (start, end) = (
                modifier != Modifier::StartsWith,
                modifier != Modifier::EndsWith,
            );
            match as_text(draft) {
                Draft::Text(text) => one(Draft::Text(text.widened(start, end))),
                Draft::Field {
                    name,
                    cased,
                    anchor,
                } => one(Draft::Field {
                    name,
                    cased,
                    anchor: loosened(anchor, start, end),
                }),
                draft @ Draft::Regex { .. } if start && end => {
                    let message = "regular expressions are found anywhere already";
                    context.push(Diagnostic::new(Code::ModifierNoEffect, span, message));
                    one(draft)
                }
                Draft::Regex { .. } => {
                    let message = format!("`{name}` does not apply to a regular expression");
                    Err(fail(Code::ModifierMisplaced, message)
                        .help("use `^` or `$` in the expression")
                        .into())
                }
                other => Err(wrong_type(&other).into()),
            }
        }
        Modifier::Re => match as_text(draft) {
            Draft::Text(text) if text.fresh => one(Draft::Regex {
                source: text.raw,
                flags: RegexFlags::default(),
            }),
            Draft::Text(_) => {
                let message = "`re` takes the value as it is written".into();
                Err(fail(Code::ModifierMisplaced, message)
                    .help("put `re` first")
                    .into())
            }
            other => Err(wrong_type(&other).into()),
        },
        Modifier::Insensitive | Modifier::MultiLine | Modifier::DotAll => match draft {
            Draft::Regex { source, mut flags } => {
                match modifier {
                    Modifier::Insensitive => flags.insensitive = true,
                    Modifier::MultiLine => flags.multi_line = true,
                    _ => flags.dot_all = true,
                }
                one(Draft::Regex { source, flags })
            }
            _ => Err(fail(
                Code::ModifierMisplaced,
                format!("`{name}` belongs behind `re`"),
            )
            .into()),
        },
        Modifier::Cidr => match draft {
            Draft::Text(text) if text.fresh => one(Draft::Cidr(text.raw)),
            other => Err(wrong_type(&other).into()),
        },
        Modifier::Base64 | Modifier::Base64Offset => match as_text(draft) {
            Draft::Text(text) => {
                let bytes = text.to_bytes().ok_or_else(|| wildcard(node, name))?;
                let encoded = |form: String| {
                    let parts = if form.is_empty() {
                        vec![]
                    } else {
                        vec![Part::Literal(form)]
                    };
                    Draft::Text(TextDraft {
                        bytes: false,
                        ..text.with(parts)
                    })
                };
                if modifier == Modifier::Base64 {
                    return one(encoded(encode::base64(&bytes)));
                }
                let forms = encode::base64_offsets(&bytes);
                if forms.iter().any(String::is_empty) {
                    let message = "a text this short leaves no trace in Base64 at every offset";
                    return Err(fail(Code::ValueType, message.into()).into());
                }
                Ok(forms.into_iter().map(encoded).collect())
            }
            other => Err(wrong_type(&other).into()),
        },
        Modifier::Utf16 | Modifier::Utf16Be | Modifier::Utf16Le => match as_text(draft) {
            Draft::Text(text) if text.bytes => Err(fail(
                Code::ModifierMisplaced,
                "the value is encoded already".into(),
            )
            .into()),
            Draft::Text(text) => {
                let part = |part: &Part| match part {
                    Part::Literal(text) => Ok(Part::Literal(encode::utf16(
                        text,
                        modifier == Modifier::Utf16Be,
                        false,
                    ))),
                    Part::AnyRun => Ok(Part::AnyRun),
                    Part::AnyOne | Part::Placeholder(..) => Err(wildcard(node, name)),
                };
                let mut parts = text
                    .parts
                    .iter()
                    .map(part)
                    .collect::<Applied<Vec<Part>>>()?;
                if modifier == Modifier::Utf16 {
                    parts.insert(0, Part::Literal(encode::utf16("", false, true)));
                }
                one(Draft::Text(TextDraft {
                    bytes: true,
                    ..text.with(parts)
                }))
            }
            other => Err(wrong_type(&other).into()),
        },
        Modifier::Windash => match as_text(draft) {
            Draft::Text(text) => {
                let variants = encode::windash(&text, room).ok_or_else(|| too_many(node, room))?;
                Ok(variants.into_iter().map(Draft::Text).collect())
            }
            other => Err(wrong_type(&other).into()),
        },
        Modifier::Cased => match as_text(draft) {
            Draft::Text(text) => one(Draft::Text(TextDraft {
                cased: true,
                fresh: false,
                ..text
            })),
            Draft::Field { name, anchor, .. } => one(Draft::Field {
                name,
                anchor,
                cased: true,
            }),
            other => Err(wrong_type(&other).into()),
        },
        Modifier::FieldRef => match draft {
            Draft::Text(text) => {
                let wild = Part::AnyRun;
                let own = TextDraft::new(Arc::clone(&text.raw), false);
                if own
                    .parts
                    .iter()
                    .any(|part| *part == wild || *part == Part::AnyOne)
                    || text.raw.is_empty()
                    || text.bytes
                {
                    return Err(fail(
                        Code::ValueType,
                        format!("`{}` is not a field's name", text.raw),
                    )
                    .into());
                }
                let anchor = loosened(Anchor::Whole, !text.start, !text.end);
                one(Draft::Field {
                    name: text.raw,
                    anchor,
                    cased: text.cased,
                })
            }
            other => Err(wrong_type(&other).into()),
        },
        Modifier::Exists => match draft {
            Draft::Bool(value, _) => one(Draft::Exists(value)),
            other => Err(fail(
                Code::ValueType,
                format!("`exists` takes `true` or `false`, not {}", other.kind()),
            )
            .into()),
        },
        Modifier::Compare(comparison) => match draft {
            Draft::Number(number) => one(Draft::Compare(comparison, number)),
            Draft::Time(part, Comparison::Equal, number) => {
                one(Draft::Time(part, comparison, number))
            }
            Draft::Text(text) if text.fresh => {
                let message = format!("`{name}` compares numbers, and {:?} is a text", text.raw);
                Err(fail(Code::ValueType, message)
                    .help("write a number, without quotes")
                    .into())
            }
            other => Err(wrong_type(&other).into()),
        },
        Modifier::Time(part) => match draft {
            Draft::Number(number) => one(Draft::Time(part, Comparison::Equal, number)),
            Draft::Compare(comparison, number) => one(Draft::Time(part, comparison, number)),
            other => Err(fail(
                Code::ValueType,
                format!("`{name}` takes a number, not {}", other.kind()),
            )
            .into()),
        },
        Modifier::Expand => match draft {
            Draft::Text(text) => expand(&text, node, room, context),
            other => Err(wrong_type(&other).into()),
        },
    }
}

fn loosened(anchor: Anchor, start: bool, end: bool) -> Anchor {
    let (at_start, at_end) = match anchor {
        Anchor::Whole => (true, true),
        Anchor::Start => (true, false),
        Anchor::End => (false, true),
        Anchor::Anywhere => (false, false),
    };
    match (at_start && !start, at_end && !end) {
        (true, true) => Anchor::Whole,
        (true, false) => Anchor::Start,
        (false, true) => Anchor::End,
        (false, false) => Anchor::Anywhere,
    }
}

fn wildcard(node: &Node, name: &str) -> Box<Diagnostic> {
    let message = format!("`{name}` cannot encode wildcards or placeholders");
    Box::new(
        Diagnostic::new(Code::WildcardEncoded, node.span, message)
            .help("escape them (`\\*`, `\\?`), and put `contains`, `startswith` and `endswith` behind the encoding"),
    )
}

fn expand(
    text: &TextDraft,
    node: &Node,
    room: usize,
    context: &mut Context<'_>,
) -> Applied<Vec<Draft>> {
    if !text
        .parts
        .iter()
        .any(|part| matches!(part, Part::Placeholder(..)))
    {
        let message = "`expand` without a `%placeholder%` in the value";
        context.push(Diagnostic::new(Code::NoPlaceholder, node.span, message));
    }
    let mut variants: Vec<Vec<Part>> = vec![Vec::new()];
    for part in &text.parts {
        let Part::Placeholder(name, range) = part else {
            variants
                .iter_mut()
                .for_each(|variant| variant.push(part.clone()));
            continue;
        };
        let Some(values) = context.placeholders.get(name) else {
            let near = did_you_mean(name, context.placeholders.names())
                .map(|near| format!("did you mean `%{near}%`?"));
            let message = format!("the placeholder `%{name}%` has no value");
            let diagnostic = Diagnostic::new(
                Code::UnresolvedPlaceholder,
                node.part(range.clone()),
                message,
            )
            .help("supply values for it in a placeholder file")
            .maybe_help(near);
            return Err(Box::new(diagnostic));
        };
        if variants.len().saturating_mul(values.len()) > room {
            return Err(too_many(node, room));
        }
        let filled = |variant: &Vec<Part>, value: &String| {
            let mut parts = variant.clone();
            parts.extend(TextDraft::new(value.as_str().into(), false).parts);
            parts
        };
        variants = variants
            .iter()
            .flat_map(|variant| values.iter().map(move |value| filled(variant, value)))
            .collect();
    }
    Ok(variants
        .into_iter()
        .map(|parts| Draft::Text(text.with(parts)))
        .collect())
}
