//! Regular expressions in Cofferdam's dialect.
//!
//! The specification names PCRE's basic metacharacters and nothing else. The dialect is those, the shorthand
//! that rules use all the same, and one meaning for each:
//!
//! * unanchored: found anywhere in the value;
//! * over UTF-16 units: `.` is one unit, a character beyond the basic plane is two;
//! * `.` excludes LF unless `s`; `^` and `$` are the ends of the text, and with `m` of each line (LF) too;
//!   `$` is the very end, not the place before a last LF;
//! * `\w \d \s \b` and their negations are ASCII, `\s` with the vertical tab;
//! * case counts unless `i`, which folds as Unicode's simple case folding does.
//!
//! Refused: look-around, back references, possessive quantifiers, `\p`, nested brackets and set operations in
//! classes, inline flags other than `i`, `m`, `s`, and whatever would grow beyond [`MAX_POSITIONS`].
//!
//! Guarantee: [`Regex::hir`] of an existing [`Regex`] succeeds and has exactly that meaning.

use std::ops::Range;
use std::sync::Arc;

use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassPerlKind, ClassSetItem, Flag, FlagsItemKind, GroupKind,
};
use regex_syntax::hir::{Hir, HirKind};

/// In [`Regex::dialect`] the surrogate S is written as the character U+0000 + S + this.
pub const SURROGATE_SHIFT: u32 = 0x10_0000;

/// The most positions that a pattern may have once its repetitions are written out.
pub const MAX_POSITIONS: usize = 20_000;

/// A regular expression that the dialect knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Regex {
    source: Arc<str>,
    flags: RegexFlags,
    dialect: Arc<str>,
}

/// The modifiers of `re`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RegexFlags {
    /// `i`: case does not count.
    pub insensitive: bool,
    /// `m`: `^` and `$` at lines too.
    pub multi_line: bool,
    /// `s`: `.` includes LF.
    pub dot_all: bool,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegexError {
    /// In words.
    pub message: String,
    /// The bytes of the pattern that are meant.
    pub range: Range<usize>,
}

impl Regex {
    /// Reads a pattern.
    ///
    /// # Errors
    /// If the dialect does not know it.
    pub fn parse(source: &str, flags: RegexFlags) -> Result<Self, RegexError> {
        let ast = ast::parse::ParserBuilder::new()
            .nest_limit(60)
            .build()
            .parse(source)
            .map_err(|error| RegexError {
                message: error.kind().to_string(),
                range: error.span().start.offset..error.span().end.offset,
            })?;
        let edits = ast::visit(
            &ast,
            Rewriter {
                source,
                edits: Vec::new(),
                class_depth: 0,
            },
        )?;
        let mut dialect = String::from(flags.prefix());
        let mut copied = 0;
        for (range, replacement) in edits {
            dialect.push_str(&source[copied..range.start]);
            dialect.push_str(&replacement);
            copied = range.end;
        }
        dialect.push_str(&source[copied..]);
        let whole = |message: String| RegexError {
            message,
            range: 0..source.len(),
        };
        let hir = translate(&dialect).map_err(whole)?;
        if positions(&hir) > MAX_POSITIONS {
            return Err(whole(format!(
                "more than {MAX_POSITIONS} positions, repetitions written out"
            )));
        }
        Ok(Self {
            source: source.into(),
            flags,
            dialect: dialect.into(),
        })
    }

    /// The pattern as the rule writes it.
    #[must_use]
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The modifiers.
    #[must_use]
    pub fn flags(&self) -> RegexFlags {
        self.flags
    }

    /// The pattern in the notation of the `regex-syntax` crate (its `utf8` option off), flags included. Each
    /// character stands for one UTF-16 unit; surrogates are shifted by [`SURROGATE_SHIFT`].
    #[must_use]
    pub fn dialect(&self) -> &Arc<str> {
        &self.dialect
    }

    /// The pattern's meaning; characters as in [`Regex::dialect`].
    ///
    /// # Panics
    /// Never: the pattern was translated once already.
    #[must_use]
    pub fn hir(&self) -> Hir {
        translate(&self.dialect).unwrap_or_else(|error| unreachable!("{error}"))
    }

    /// Whether every text satisfies it.
    #[must_use]
    pub fn always_true(&self) -> bool {
        let hir = self.hir();
        hir.properties().minimum_len() == Some(0) && hir.properties().look_set().is_empty()
    }
}

impl RegexFlags {
    fn prefix(self) -> &'static str {
        match (self.insensitive, self.multi_line, self.dot_all) {
            (false, false, false) => "",
            (true, false, false) => "(?i)",
            (false, true, false) => "(?m)",
            (false, false, true) => "(?s)",
            (true, true, false) => "(?im)",
            (true, false, true) => "(?is)",
            (false, true, true) => "(?ms)",
            (true, true, true) => "(?ims)",
        }
    }
}

fn translate(dialect: &str) -> Result<Hir, String> {
    let mut parser = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .nest_limit(80)
        .build();
    parser.parse(dialect).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        other => other.to_string(),
    })
}

/// Depth is bounded by the parser's nest limit.
fn positions(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(_) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1) as usize;
            positions(&repetition.sub).max(1).saturating_mul(times)
        }
        HirKind::Capture(capture) => positions(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts
            .iter()
            .fold(0, |sum, part| sum.saturating_add(positions(part))),
    }
}

/// Collects what must be written differently for `regex-syntax`, in the order of the source.
struct Rewriter<'a> {
    source: &'a str,
    edits: Vec<(Range<usize>, String)>,
    class_depth: usize,
}

fn range(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

fn refuse<T>(span: &ast::Span, message: &str) -> Result<T, RegexError> {
    Err(RegexError {
        message: message.into(),
        range: range(span),
    })
}

impl Rewriter<'_> {
    fn literal(&mut self, literal: &ast::Literal) -> Result<(), RegexError> {
        let mut units = [0; 2];
        let [high, low] = literal.c.encode_utf16(&mut units) else {
            return Ok(());
        };
        if self.class_depth > 0 {
            return refuse(
                &literal.span,
                "a character beyond U+FFFF in a class: it is two UTF-16 units",
            );
        }
        let shifted = |unit: u16| u32::from(unit) + SURROGATE_SHIFT;
        let both = format!(r"(?:\x{{{:X}}}\x{{{:X}}})", shifted(*high), shifted(*low));
        self.edits.push((range(&literal.span), both));
        Ok(())
    }

    fn perl(&mut self, class: &ast::ClassPerl) {
        let members = match class.kind {
            ClassPerlKind::Digit => "0-9",
            ClassPerlKind::Space => r"\t\n\x0B\x0C\r ",
            ClassPerlKind::Word => "0-9A-Za-z_",
        };
        let not = if class.negated { "^" } else { "" };
        self.edits
            .push((range(&class.span), format!("[{not}{members}]")));
    }

    fn flags(&self, flags: &ast::Flags) -> Result<(), RegexError> {
        for item in &flags.items {
            match item.kind {
                FlagsItemKind::Negation
                | FlagsItemKind::Flag(
                    Flag::CaseInsensitive | Flag::MultiLine | Flag::DotMatchesNewLine,
                ) => {}
                FlagsItemKind::Flag(_) => {
                    return refuse(&item.span, "the inline flags are `i`, `m` and `s`");
                }
            }
        }
        Ok(())
    }
}

impl ast::Visitor for Rewriter<'_> {
    type Output = Vec<(Range<usize>, String)>;
    type Err = RegexError;

    fn finish(mut self) -> Result<Self::Output, RegexError> {
        self.edits.sort_by_key(|(range, _)| range.start);
        Ok(self.edits)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), RegexError> {
        match ast {
            Ast::Literal(literal) => self.literal(literal),
            Ast::ClassPerl(class) => {
                self.perl(class);
                Ok(())
            }
            Ast::ClassUnicode(class) => refuse(&class.span, "`\\p` is not part of the dialect"),
            Ast::ClassBracketed(_) => {
                self.class_depth = 0;
                Ok(())
            }
            Ast::Flags(flags) => self.flags(&flags.flags),
            Ast::Group(group) => match &group.kind {
                GroupKind::NonCapturing(flags) => self.flags(flags),
                GroupKind::CaptureIndex(_) | GroupKind::CaptureName { .. } => Ok(()),
            },
            Ast::Repetition(repetition) => match &*repetition.ast {
                Ast::Repetition(_) => refuse(
                    &repetition.op.span,
                    "a quantifier on a quantifier (PCRE's possessive form)",
                ),
                _ => Ok(()),
            },
            Ast::Assertion(assertion) => {
                let ascii = match assertion.kind {
                    AssertionKind::StartLine | AssertionKind::EndLine => return Ok(()),
                    AssertionKind::StartText | AssertionKind::EndText => return Ok(()),
                    AssertionKind::WordBoundary => r"(?-u:\b)",
                    AssertionKind::NotWordBoundary => r"(?-u:\B)",
                    _ => {
                        return refuse(
                            &assertion.span,
                            "this kind of word boundary is not part of the dialect",
                        );
                    }
                };
                self.edits.push((range(&assertion.span), ascii.into()));
                Ok(())
            }
            Ast::Empty(_) | Ast::Dot(_) | Ast::Alternation(_) | Ast::Concat(_) => Ok(()),
        }
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), RegexError> {
        // The class itself is an `Ast`; what is counted here are the brackets inside it.
        self.class_depth += 1;
        match item {
            ClassSetItem::Literal(literal) => self.literal(literal),
            ClassSetItem::Range(range) => {
                self.literal(&range.start)?;
                self.literal(&range.end)
            }
            ClassSetItem::Perl(class) => {
                self.perl(class);
                Ok(())
            }
            ClassSetItem::Unicode(class) => refuse(&class.span, "`\\p` is not part of the dialect"),
            ClassSetItem::Bracketed(class) => refuse(
                &class.span,
                "a bracket inside a class; write `\\[` if the character is meant",
            ),
            ClassSetItem::Empty(_) | ClassSetItem::Ascii(_) | ClassSetItem::Union(_) => Ok(()),
        }
    }

    fn visit_class_set_item_post(&mut self, _: &ClassSetItem) -> Result<(), RegexError> {
        self.class_depth = self.class_depth.saturating_sub(1);
        Ok(())
    }

    fn visit_class_set_binary_op_pre(
        &mut self,
        operation: &ast::ClassSetBinaryOp,
    ) -> Result<(), RegexError> {
        let at = self.source.get(range(&operation.span)).unwrap_or_default();
        refuse(
            &operation.span,
            &format!("`{at}` would be a set operation; escape the doubled character"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(source: &str) -> Result<String, String> {
        let flags = RegexFlags::default();
        Regex::parse(source, flags)
            .map(|regex| regex.dialect().to_string())
            .map_err(|error| error.message)
    }

    #[test]
    fn shorthand_becomes_ascii() {
        assert_eq!(dialect(r"\d+\W"), Ok(r"[0-9]+[^0-9A-Za-z_]".into()));
        assert_eq!(dialect(r"[\w.]\b"), Ok(r"[[0-9A-Za-z_].](?-u:\b)".into()));
        assert_eq!(
            dialect("a\u{1F600}+"),
            Ok(r"a(?:\x{10D83D}\x{10DE00})+".into())
        );
        assert_eq!(dialect("(?i)é"), Ok("(?i)é".into()));
    }

    #[test]
    fn what_the_dialect_does_not_know_is_refused() {
        for source in [
            r"(?=a)",
            r"(a)\1",
            r"a++",
            r"\pL",
            "[[a]]",
            "[a--b]",
            "(?x)a",
            "[\u{1F600}]",
            r"\b{start}",
            "(",
            "a{1000000}",
            "((a{1000}){1000}){1000}",
            r"[\pL]",
        ] {
            assert!(dialect(source).is_err(), "{source}");
        }
    }

    #[test]
    fn always_true() {
        let always = |source: &str| {
            Regex::parse(source, RegexFlags::default()).is_ok_and(|regex| regex.always_true())
        };
        assert!(always(".*"));
        assert!(always(""));
        assert!(!always("^$"));
        assert!(!always("a*b"));
    }
}
