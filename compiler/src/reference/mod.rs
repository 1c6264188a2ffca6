//! What a rule says about an event: the oracle, straight from the specification.
//!
//! It is written to be obviously right and is compared with everything that is fast. So it shares nothing
//! with the virtual machine: no literal tables, no automata of ours, its own case mapping (`fold`), a
//! library's regular expressions (`regex`). It guarantees a [`Verdict`] for every rule and event; it never
//! fails and never panics.
//!
//! Three values, after Kleene: a test on a field that the source cannot supply is `Maybe`, and `not`, `and`,
//! `or` and `of` carry that on only where it decides.

mod event;
mod fold;
mod regex;
mod text;
mod time;
mod verdict;

pub use event::{Event, Text, Value};
pub use fold::fold;
pub use verdict::Verdict;

use std::cmp::Ordering;
use std::net::IpAddr;
use std::sync::Arc;

use crate::model::{
    Anchor, Cidr, Comparison, Expr, Matcher, Number, Rule, TimePart, WrittenNumber,
};
use regex::Searcher;
use text::Glob;

/// A rule, ready to be asked.
#[derive(Debug)]
pub struct Reference {
    root: Node,
}

#[derive(Debug)]
enum Node {
    Test {
        field: Option<Arc<str>>,
        check: Check,
    },
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    AtLeast(usize, Vec<Node>),
}

/// A matcher with what it needs worked out once: folded texts and regular expressions.
#[derive(Debug)]
enum Check {
    Text(Glob),
    Regex(Box<Searcher>),
    Cidr(Cidr),
    Number(WrittenNumber),
    Compare(Comparison, Number),
    Bool(bool),
    Null,
    Exists,
    FieldRef {
        other: Arc<str>,
        anchor: Anchor,
        cased: bool,
    },
    Time(TimePart, Comparison, i64),
}

impl Reference {
    /// Makes a rule ready.
    #[must_use]
    pub fn new(rule: &Rule) -> Self {
        Self {
            root: prepare(&rule.expr),
        }
    }

    /// What the rule says about an event.
    #[must_use]
    pub fn verdict(&self, event: &Event) -> Verdict {
        evaluate(&self.root, event)
    }
}

/// Whether a value that is known satisfies a matcher by itself; other fields count as absent.
#[must_use]
pub fn holds(matcher: &Matcher, value: &Value) -> bool {
    Ready::new(matcher).holds(value)
}

/// A matcher, ready to be asked often.
#[derive(Debug)]
pub(crate) struct Ready(Check);

impl Ready {
    pub(crate) fn new(matcher: &Matcher) -> Self {
        Self(check(matcher))
    }

    /// As [`holds`].
    pub(crate) fn holds(&self, value: &Value) -> bool {
        on_field(&self.0, value, &Event::default()) == Verdict::Match
    }
}

/// Depth is bounded: see [`crate::model::MAX_DEPTH`].
fn prepare(expr: &Expr) -> Node {
    let each = |operands: &[Expr]| operands.iter().map(prepare).collect();
    match expr {
        Expr::Test(test) => Node::Test {
            field: test.field.clone(),
            check: check(&test.matcher),
        },
        Expr::Not(inner) => Node::Not(Box::new(prepare(inner))),
        Expr::And(operands) => Node::And(each(operands)),
        Expr::Or(operands) => Node::Or(each(operands)),
        Expr::AtLeast(count, operands) => Node::AtLeast(*count, each(operands)),
    }
}

fn check(matcher: &Matcher) -> Check {
    match matcher {
        Matcher::Text { pattern, cased } => Check::Text(Glob::new(pattern, *cased)),
        Matcher::Regex(regex) => Check::Regex(Box::new(Searcher::new(regex))),
        Matcher::Cidr(network) => Check::Cidr(*network),
        Matcher::Number(number) => Check::Number(number.clone()),
        Matcher::Compare(comparison, number) => Check::Compare(*comparison, number.number),
        Matcher::Bool(value) => Check::Bool(*value),
        Matcher::Null => Check::Null,
        Matcher::Exists => Check::Exists,
        Matcher::FieldRef {
            other,
            anchor,
            cased,
        } => Check::FieldRef {
            other: Arc::clone(other),
            anchor: *anchor,
            cased: *cased,
        },
        Matcher::Time(part, comparison, number) => Check::Time(*part, *comparison, *number),
    }
}

fn evaluate(node: &Node, event: &Event) -> Verdict {
    match node {
        Node::Test {
            field: Some(field),
            check,
        } => on_field(check, event.get(field), event),
        Node::Test { field: None, check } => on_any_field(check, event),
        Node::Not(inner) => evaluate(inner, event).not(),
        Node::And(operands) => {
            let mut verdict = Verdict::Match;
            for operand in operands {
                verdict = verdict.and(evaluate(operand, event));
                if verdict == Verdict::NoMatch {
                    break;
                }
            }
            verdict
        }
        Node::Or(operands) => {
            let mut verdict = Verdict::NoMatch;
            for operand in operands {
                verdict = verdict.or(evaluate(operand, event));
                if verdict == Verdict::Match {
                    break;
                }
            }
            verdict
        }
        Node::AtLeast(count, operands) => {
            let verdicts: Vec<Verdict> = operands
                .iter()
                .map(|operand| evaluate(operand, event))
                .collect();
            let certain = verdicts
                .iter()
                .filter(|verdict| **verdict == Verdict::Match)
                .count();
            let possible = verdicts
                .iter()
                .filter(|verdict| **verdict != Verdict::NoMatch)
                .count();
            match () {
                () if certain >= *count => Verdict::Match,
                () if possible >= *count => Verdict::Maybe,
                () => Verdict::NoMatch,
            }
        }
    }
}

/// Keywords are searched for in the whole record: in any field's text.
fn on_any_field(check: &Check, event: &Event) -> Verdict {
    event.values().fold(Verdict::NoMatch, |verdict, value| {
        verdict.or(on_field(check, value, event))
    })
}

fn on_field(check: &Check, value: &Value, event: &Event) -> Verdict {
    let (text, number) = match value {
        Value::Unsupplied => return Verdict::Maybe,
        Value::Absent => return Verdict::from(matches!(check, Check::Null)),
        Value::Text(text) => (text, None),
        Value::Number(number, text) => (text, Some(*number)),
    };
    let holds = match check {
        Check::Text(glob) => glob.matches(text),
        Check::Regex(searcher) => searcher.finds(text),
        Check::Cidr(network) => text
            .to_string()
            .parse::<IpAddr>()
            .is_ok_and(|address| network.contains(address)),
        Check::Number(wanted) => {
            let same = number
                .is_some_and(|number| wanted.number.compare(Number::Int(number.into())).is_eq());
            same || text.says(&wanted.written) || text.says(&wanted.number.to_string())
        }
        Check::Compare(comparison, wanted) => {
            let ordering = match number {
                Some(number) => Some(Number::Int(number.into()).compare(*wanted)),
                None => compare_written(&text.to_string(), *wanted),
            };
            ordering.is_some_and(|ordering| comparison.holds(ordering))
        }
        Check::Bool(value) => text.says(if *value { "true" } else { "false" }),
        Check::Null => false,
        Check::Exists => true,
        Check::FieldRef {
            other,
            anchor,
            cased,
        } => match event.get(other) {
            Value::Unsupplied => return Verdict::Maybe,
            Value::Absent => false,
            Value::Text(other) | Value::Number(_, other) => text.relates(other, *anchor, *cased),
        },
        Check::Time(part, comparison, wanted) => time::part(&text.to_string(), *part)
            .is_some_and(|found| comparison.holds(found.cmp(wanted))),
    };
    Verdict::from(holds)
}

/// How a number that a text writes compares with a rule's: decimal, with a sign and a fraction where it has them, or
/// hexadecimal as Windows writes it.
fn compare_written(text: &str, wanted: Number) -> Option<Ordering> {
    let all = |digits: &str, are: fn(&u8) -> bool| {
        !digits.is_empty() && digits.as_bytes().iter().all(are)
    };
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        // Longer than this is larger than anything that a rule can say.
        let number = || i128::from_str_radix(digits, 16).unwrap_or(i128::MAX);
        return all(digits, u8::is_ascii_hexdigit).then(|| Number::Int(number()).compare(wanted));
    }
    let (negative, size) = match text.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, text),
    };
    let (whole, fraction) = size.split_once('.').unwrap_or((size, "0"));
    if !all(whole, u8::is_ascii_digit) || !all(fraction, u8::is_ascii_digit) {
        return None;
    }
    if let Number::Float(_) = wanted {
        return Some(Number::Float(text.parse().ok()?).compare(wanted));
    }
    let whole = whole.parse().unwrap_or(i128::MAX);
    let is_more = fraction.bytes().any(|digit| digit != b'0');
    let (whole, beyond) = match (negative, is_more) {
        (false, false) => (whole, Ordering::Equal),
        (false, true) => (whole, Ordering::Greater),
        (true, false) => (-whole, Ordering::Equal),
        (true, true) => (-whole, Ordering::Less),
    };
    Some(Number::Int(whole).compare(wanted).then(beyond))
}
