//! From words to the tree.
//!
//! Guarantee: recursion is as deep as parentheses and `not` are nested, and that is bounded.

use std::ops::Range;

use super::lexer::{Kind, Token, tokens};
use super::{Condition, Quantity, Selector};
use crate::diagnostics::Code;

/// What is wrong: code, message, place, advice.
pub(in super::super) type Problem = (Code, String, Range<usize>, Option<String>);

/// The tree of a condition, and the keywords that were written in upper case.
pub(in super::super) fn parse(
    text: &str,
    depth: usize,
) -> Result<(Condition, Vec<Range<usize>>), Problem> {
    let tokens = tokens(text);
    let shouted = tokens
        .iter()
        .filter(|token| token.shouted)
        .map(|token| token.range.clone())
        .collect();
    let mut parser = Parser {
        text,
        tokens: &tokens,
        next: 0,
        depth,
    };
    let condition = parser.or()?;
    match parser.peek() {
        None => Ok((condition, shouted)),
        Some(token) => Err(parser.surprise(token.clone(), "`and`, `or` or the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token<'a>],
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, kind: Kind<'_>) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == kind);
        self.next += usize::from(found);
        found
    }

    fn deeper<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let Some(depth) = self.depth.checked_sub(1) else {
            let range = self
                .peek()
                .map_or(0..self.text.len(), |token| token.range.clone());
            return Err((
                Code::ConditionTooDeep,
                "parentheses and `not` nested too deep".into(),
                range,
                None,
            ));
        };
        self.depth = depth;
        let result = work(self);
        self.depth += 1;
        result
    }

    fn or(&mut self) -> Result<Condition, Problem> {
        let mut operands = vec![self.and()?];
        while self.take(Kind::Or) {
            operands.push(self.and()?);
        }
        Ok(if operands.len() > 1 {
            Condition::Or(operands)
        } else {
            operands.remove(0)
        })
    }

    fn and(&mut self) -> Result<Condition, Problem> {
        let mut operands = vec![self.not()?];
        while self.take(Kind::And) {
            operands.push(self.not()?);
        }
        Ok(if operands.len() > 1 {
            Condition::And(operands)
        } else {
            operands.remove(0)
        })
    }

    fn not(&mut self) -> Result<Condition, Problem> {
        if self.take(Kind::Not) {
            let inner = self.deeper(Self::not)?;
            return Ok(Condition::Not(Box::new(inner)));
        }
        self.item()
    }

    fn item(&mut self) -> Result<Condition, Problem> {
        let Some(token) = self.peek() else {
            let range = self.text.trim_end().len()..self.text.len();
            return Err((
                Code::ConditionSyntax,
                "the condition ends where a name is expected".into(),
                range,
                None,
            ));
        };
        match token.kind {
            Kind::Open => {
                self.next += 1;
                let inner = self.deeper(Self::or)?;
                if !self.take(Kind::Close) {
                    let help = Some("add `)`".into());
                    return Err((
                        Code::ConditionSyntax,
                        "this parenthesis is not closed".into(),
                        token.range.clone(),
                        help,
                    ));
                }
                Ok(inner)
            }
            Kind::Word(word) => {
                self.next += 1;
                if self.take(Kind::Of) {
                    return self.of(word, token);
                }
                if word.contains('*') {
                    let message = format!("`{word}` is a pattern, and patterns stand behind `of`");
                    let help = Some(format!("write `1 of {word}` or `all of {word}`"));
                    return Err((Code::ConditionSyntax, message, token.range.clone(), help));
                }
                Ok(Condition::Name(word.to_owned(), token.range.clone()))
            }
            _ => Err(self.surprise(token.clone(), "a name, `not`, `(` or a quantity")),
        }
    }

    fn of(&mut self, word: &str, first: &Token<'_>) -> Result<Condition, Problem> {
        let quantity = match word.to_ascii_lowercase().as_str() {
            "all" => Quantity::All,
            "any" => Quantity::AtLeast(1),
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => match number.parse() {
                Ok(0) => {
                    let help = Some("`not 1 of ...` asks for none".into());
                    return Err((
                        Code::CountZero,
                        "none is asked for".into(),
                        first.range.clone(),
                        help,
                    ));
                }
                Ok(count) => Quantity::AtLeast(count),
                Err(_) => Quantity::AtLeast(usize::MAX),
            },
            _ => {
                let message =
                    format!("a number, `all` or `any` is expected before `of`, not `{word}`");
                return Err((Code::ConditionSyntax, message, first.range.clone(), None));
            }
        };
        let Some(token) = self.peek() else {
            let range = self.text.trim_end().len()..self.text.len();
            return Err((
                Code::ConditionSyntax,
                "`them` or a pattern is expected behind `of`".into(),
                range,
                None,
            ));
        };
        let Kind::Word(word) = token.kind else {
            return Err(self.surprise(token.clone(), "`them` or a pattern"));
        };
        self.next += 1;
        let selector = if word == "them" {
            Selector::Them
        } else {
            Selector::Pattern(word.to_owned())
        };
        Ok(Condition::Of {
            quantity,
            selector,
            range: first.range.start..token.range.end,
        })
    }

    fn surprise(&self, token: Token<'_>, expected: &str) -> Problem {
        let found = &self.text[token.range.clone()];
        if token.kind == Kind::Pipe {
            let help = Some("write a correlation rule that refers to this one".into());
            let message = "aggregations are not part of conditions any more".into();
            return (
                Code::Aggregation,
                message,
                token.range.start..self.text.len(),
                help,
            );
        }
        (
            Code::ConditionSyntax,
            format!("{expected} is expected, not `{found}`"),
            token.range,
            None,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        fn show(condition: &Condition) -> String {
            let all =
                |operands: &[Condition]| operands.iter().map(show).collect::<Vec<_>>().join(" ");
            match condition {
                Condition::Name(name, _) => name.clone(),
                Condition::Of {
                    quantity, selector, ..
                } => format!("{quantity:?}/{selector:?}"),
                Condition::Not(inner) => format!("!{}", show(inner)),
                Condition::And(operands) => format!("(& {})", all(operands)),
                Condition::Or(operands) => format!("(| {})", all(operands)),
            }
        }
        match parse(text, 8) {
            Ok((condition, _)) => show(&condition),
            Err((code, ..)) => code.name().to_owned(),
        }
    }

    #[test]
    fn precedence_is_the_specifications() {
        assert_eq!(shape("a or b and not c"), "(| a (& b !c))");
        assert_eq!(shape("(a or b) and c"), "(& (| a b) c)");
        assert_eq!(shape("not a and b"), "(& !a b)");
        assert_eq!(shape("not not a"), "!!a");
        assert_eq!(
            shape("not 1 of f* or b"),
            "(| !AtLeast(1)/Pattern(\"f*\") b)"
        );
        assert_eq!(shape("all of them"), "All/Them");
        assert_eq!(shape("all and any"), "(& all any)");
        assert_eq!(shape("a AND b"), "(& a b)");
    }

    #[test]
    fn whatever_is_not_the_grammar_is_refused() {
        for text in [
            "", "a b", "a and", "and a", "(a", "a)", "()", "not", "1 of", "x of y", "a*",
            "1 of (a)", "a , b",
        ] {
            assert_eq!(shape(text), "condition-syntax", "{text:?}");
        }
        assert_eq!(shape("a | count() > 5"), "aggregation");
        assert_eq!(shape("0 of them"), "count-zero");
        assert_eq!(shape(&"(".repeat(100_000)), "condition-too-deep");
        assert_eq!(shape(&"not ".repeat(100_000)), "condition-too-deep");
    }
}
