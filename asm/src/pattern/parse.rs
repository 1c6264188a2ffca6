//! Reads a regular expression in the dialect that the [module above](super) describes.

use std::ops::Range;

use cofferdam_interpreter::pattern::guard;
use regex_syntax::ast::{
    self, AssertionKind, Ast, Flag, FlagsItemKind, GroupKind, RepetitionKind, RepetitionRange,
};

use super::error::{PatternError, Problem};
use super::glob::bit;
use super::node::{Node, Repeat, Syntax};
use super::units::Units;
use super::{Flags, class};

/// Reads `source`.
pub(super) fn parse(source: &str, flags: Flags) -> Result<Syntax, PatternError> {
    let ast = ast::parse::Parser::new()
        .parse(source)
        .map_err(|error| syntax_error(&error))?;
    let mut reader = Reader { flags, repeats: 0 };
    Ok(Syntax {
        root: reader.node(&ast)?,
        span: 0..source.len(),
    })
}

pub(super) fn range(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

struct Reader {
    /// The flags in force where the reader stands.
    flags: Flags,
    repeats: u32,
}

impl Reader {
    fn node(&mut self, ast: &Ast) -> Result<Node, PatternError> {
        Ok(match ast {
            Ast::Empty(_) => Node::Empty,
            Ast::Flags(set) => {
                self.set_flags(&set.flags)?;
                Node::Empty
            }
            Ast::Literal(literal) => class::character(literal.c, self.flags.ignore_case),
            Ast::Dot(_) if self.flags.dot_all => Node::One(Units::all()),
            Ast::Dot(_) => Node::One(Units::line_feed().complement()),
            Ast::Assertion(assertion) => self.assertion(assertion)?,
            Ast::ClassUnicode(class) => class::property(class, self.flags.ignore_case)?,
            Ast::ClassPerl(class) => Node::One(class::perl(class)),
            Ast::ClassBracketed(class) => class::bracketed(class, self.flags.ignore_case)?,
            Ast::Repetition(repetition) => self.repetition(repetition)?,
            Ast::Group(group) => {
                // Flags that a group sets end with it.
                let outer = self.flags;
                if let GroupKind::NonCapturing(flags) = &group.kind {
                    self.set_flags(flags)?;
                }
                let node = self.node(&group.ast)?;
                self.flags = outer;
                node
            }
            // Flags that an alternative sets hold in those after it.
            Ast::Alternation(alternation) => Node::Either(self.nodes(&alternation.asts)?),
            Ast::Concat(concat) => Node::Concat(self.nodes(&concat.asts)?),
        })
    }

    fn nodes(&mut self, asts: &[Ast]) -> Result<Vec<Node>, PatternError> {
        asts.iter().map(|ast| self.node(ast)).collect()
    }

    fn set_flags(&mut self, flags: &ast::Flags) -> Result<(), PatternError> {
        let mut value = true;
        for item in &flags.items {
            let flag = match &item.kind {
                FlagsItemKind::Negation => {
                    value = false;
                    continue;
                }
                FlagsItemKind::Flag(flag) => flag,
            };
            match flag {
                Flag::CaseInsensitive => self.flags.ignore_case = value,
                Flag::MultiLine => self.flags.multi_line = value,
                Flag::DotMatchesNewLine => self.flags.dot_all = value,
                // Greediness does not change whether a text matches; white space is the parser's affair.
                Flag::SwapGreed | Flag::IgnoreWhitespace => {}
                Flag::Unicode | Flag::CRLF => {
                    return Err(PatternError::new(
                        Problem::Flag,
                        range(&item.span),
                        "the flags `u` and `R` are not supported",
                        "leave the flag out: `\\w \\d \\s \\b` are always ASCII, a line always ends at U+000A",
                    ));
                }
            }
        }
        Ok(())
    }

    fn assertion(&self, assertion: &ast::Assertion) -> Result<Node, PatternError> {
        let guard = match assertion.kind {
            AssertionKind::StartLine if self.flags.multi_line => guard::LINE_START,
            AssertionKind::EndLine if self.flags.multi_line => guard::LINE_END,
            AssertionKind::StartLine | AssertionKind::StartText => guard::TEXT_START,
            AssertionKind::EndLine | AssertionKind::EndText => guard::TEXT_END,
            AssertionKind::WordBoundary => guard::WORD_EDGE,
            AssertionKind::NotWordBoundary => guard::NOT_WORD_EDGE,
            AssertionKind::WordBoundaryStartAngle => {
                return Ok(class::character('<', false));
            }
            AssertionKind::WordBoundaryEndAngle => return Ok(class::character('>', false)),
            AssertionKind::WordBoundaryStart
            | AssertionKind::WordBoundaryEnd
            | AssertionKind::WordBoundaryStartHalf
            | AssertionKind::WordBoundaryEndHalf => {
                return Err(PatternError::new(
                    Problem::Assertion,
                    range(&assertion.span),
                    "`\\b{...}` is not supported",
                    "write `\\b` and the class that must follow or precede",
                ));
            }
        };
        Ok(Node::Assert(bit(guard)))
    }

    fn repetition(&mut self, repetition: &ast::Repetition) -> Result<Node, PatternError> {
        // `a++` is possessive in PCRE and Python: another meaning than a repeated repetition.
        if matches!(*repetition.ast, Ast::Repetition(_)) {
            return Err(PatternError::new(
                Problem::DoubledRepetition,
                range(&repetition.op.span),
                "possessive and doubled repetitions are not supported",
                "write one operator, or put the inner repetition in a group `(?:...)`",
            ));
        }
        let (min, max) = match repetition.op.kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(n)) => (n, Some(n)),
            RepetitionKind::Range(RepetitionRange::AtLeast(n)) => (n, None),
            RepetitionKind::Range(RepetitionRange::Bounded(n, m)) => (n, Some(m)),
        };
        let node = self.node(&repetition.ast)?;
        self.repeats += 1;
        Ok(Node::Repeat(Box::new(Repeat {
            id: self.repeats,
            min,
            max,
            node,
        })))
    }
}

/// An error of the parser, with a remedy for what rules tend to contain.
fn syntax_error(error: &ast::Error) -> PatternError {
    use ast::ErrorKind as Kind;
    let text = &error.pattern()[range(error.span())];
    let (problem, message, remedy) = match error.kind() {
        Kind::UnsupportedLookAround => (
            Problem::Lookaround,
            "lookaround is not supported".to_owned(),
            "state the condition as a selection of its own and combine the two",
        ),
        Kind::UnsupportedBackreference => (
            Problem::BackReference,
            "back-references are not supported".to_owned(),
            "write out the alternatives, or match the parts independently",
        ),
        Kind::RepetitionMissing
        | Kind::RepetitionCountInvalid
        | Kind::RepetitionCountDecimalEmpty
        | Kind::RepetitionCountUnclosed => (
            Problem::Syntax,
            error.kind().to_string(),
            "write `\\{`, `\\*`, `\\+` or `\\?` if the character itself is meant",
        ),
        Kind::ClassUnclosed => (
            Problem::Syntax,
            error.kind().to_string(),
            "close the class with `]`; within a class write `\\[` for the character",
        ),
        Kind::EscapeUnrecognized if text == "\\Z" => (
            Problem::Syntax,
            "`\\Z` is not supported, since PCRE and Python disagree about it".to_owned(),
            "write `\\z` or `$` for the text's end",
        ),
        Kind::EscapeUnrecognized => (
            Problem::Syntax,
            format!("the escape `{text}` is not known"),
            "leave the backslash out, write `\\\\` for a backslash or `\\x{...}` for a character by number",
        ),
        Kind::FlagUnrecognized => (
            Problem::Flag,
            format!("`{text}` is no flag, and atomic groups and conditions are not supported"),
            "the flags are `i`, `m`, `s`, `x` and `U`",
        ),
        kind => (Problem::Syntax, kind.to_string(), "correct the expression"),
    };
    // An empty place is before the character that is wrong; a caret needs something to point at.
    let mut span = range(error.span());
    if span.is_empty()
        && let Some(next) = error.pattern()[span.start..].chars().next()
    {
        span.end += next.len_utf8();
    }
    PatternError::new(problem, span, message, remedy)
}
