//! Rules as text: for tests, for `inspect`, for people.

use std::fmt::Write;

use super::{Anchor, Expr, Matcher, Regex, Rule, Test};

/// The rule, one line for each operator and test.
#[must_use]
pub fn dump(rule: &Rule) -> String {
    let mut out = String::new();
    let meta = &rule.meta;
    let _ = writeln!(out, "rule {} \"{}\"", rule.id, meta.title);
    let source = &meta.logsource;
    for (name, value) in [
        ("category", &source.category),
        ("product", &source.product),
        ("service", &source.service),
    ] {
        if let Some(value) = value {
            let _ = writeln!(out, "  {name}: {value}");
        }
    }
    if let Some(status) = meta.status {
        let _ = writeln!(out, "  status: {}", status.as_str());
    }
    if let Some(level) = meta.level {
        let _ = writeln!(out, "  level: {}", level.as_str());
    }
    for tag in &meta.tags {
        let _ = writeln!(out, "  tag: {tag}");
    }
    if meta.settings.span.is_some() {
        let _ = writeln!(out, "  action: {}", meta.settings.action.as_str());
    }
    write_expr(&mut out, &rule.expr, 1);
    out
}

/// Depth is bounded by [`super::MAX_DEPTH`].
fn write_expr(out: &mut String, expr: &Expr, depth: usize) {
    let _ = write!(out, "{:1$}", "", depth * 2);
    let operands = match expr {
        Expr::Test(test) => {
            let _ = writeln!(out, "{}", line(test));
            return;
        }
        Expr::Not(inner) => {
            out.push_str("not\n");
            return write_expr(out, inner, depth + 1);
        }
        Expr::And(operands) => {
            out.push_str("and\n");
            operands
        }
        Expr::Or(operands) => {
            out.push_str("or\n");
            operands
        }
        Expr::AtLeast(count, operands) => {
            let _ = writeln!(out, "at least {count} of");
            operands
        }
    };
    for operand in operands {
        write_expr(out, operand, depth + 1);
    }
}

fn line(test: &Test) -> String {
    let field = test.field.as_deref().unwrap_or("(any field)");
    let matcher = match &test.matcher {
        Matcher::Text { pattern, cased } => format!(
            "is \"{}\"{}",
            visible(&pattern.to_string()),
            if *cased { " cased" } else { "" }
        ),
        Matcher::Regex(regex) => format!("finds /{}/{}", regex.source(), flags(regex)),
        Matcher::Cidr(network) => format!("is in {network}"),
        Matcher::Number(number) if *number.written == *number.number.to_string() => {
            format!("= {}", number.number)
        }
        Matcher::Number(number) => format!("= {} (written {})", number.number, number.written),
        Matcher::Compare(comparison, number) => format!("{comparison} {}", number.number),
        Matcher::Bool(value) => format!("is {value}"),
        Matcher::Null => "is null".into(),
        Matcher::Exists => "exists".into(),
        Matcher::FieldRef {
            other,
            anchor,
            cased,
        } => {
            let how = match anchor {
                Anchor::Whole => "is the text of",
                Anchor::Start => "starts with the text of",
                Anchor::End => "ends with the text of",
                Anchor::Anywhere => "contains the text of",
            };
            format!("{how} {other}{}", if *cased { " cased" } else { "" })
        }
        Matcher::Time(part, comparison, number) => {
            format!("{part:?} {comparison} {number}").to_lowercase()
        }
    };
    format!("{field} {matcher}")
}

/// Control characters spelt out, all else as it is.
fn visible(text: &str) -> String {
    let spell = |character: char| {
        if character.is_control() {
            character.escape_unicode().to_string()
        } else {
            character.into()
        }
    };
    text.chars().map(spell).collect()
}

fn flags(regex: &Regex) -> String {
    let flags = regex.flags();
    let all = [
        (flags.insensitive, 'i'),
        (flags.multi_line, 'm'),
        (flags.dot_all, 's'),
    ];
    all.into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, letter)| letter)
        .collect()
}
