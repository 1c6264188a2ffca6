//! From YAML nodes to rules.
//!
//! Guarantees: whatever a document asks for is either in the rule or in the report; a rule with an error is
//! refused as a whole, and no other rule with it. Values are transformed here, so that later parts see plain
//! matchers only.

mod apply;
mod attributes;
mod condition;
mod correlation;
mod detection;
mod draft;
mod encode;
mod filter;
mod key;
mod meta;
mod modifier;
mod placeholders;
mod resolve;
mod rule;
mod settings;
mod value;

pub use correlation::Correlation;
pub use modifier::MODIFIERS;
pub use placeholders::Placeholders;

pub(crate) use correlation::correlation;
pub(crate) use filter::{Filter, apply as apply_filters, filter};
pub(crate) use meta::{id_if_any, title_if_any};
pub(crate) use rule::rule;

use crate::diagnostics::{Code, Diagnostic, Report, Severity};
use crate::limits::Limits;
use crate::source::Span;

/// What lowering needs beside the document, and what it may still spend on it.
pub(crate) struct Context<'a> {
    limits: &'a Limits,
    placeholders: &'a Placeholders,
    report: &'a mut Report,
    /// What the document's rules may still weigh.
    rule: usize,
    /// What the file's rules may still weigh.
    file: &'a mut usize,
    /// How many errors may still be reported.
    errors: usize,
    /// How many warnings and notes.
    warnings: usize,
    spent: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        limits: &'a Limits,
        placeholders: &'a Placeholders,
        report: &'a mut Report,
        file: &'a mut usize,
    ) -> Self {
        let (rule, problems) = (limits.rule_weight, limits.problems);
        Self {
            limits,
            placeholders,
            report,
            rule,
            file,
            errors: problems,
            warnings: problems,
            spent: false,
        }
    }

    /// Reports a problem; of very many, the last says that there are more.
    fn push(&mut self, diagnostic: Diagnostic) {
        let error = diagnostic.severity() == Severity::Error;
        let (left, code, message) = if error {
            (
                &mut self.errors,
                Code::TooManyErrors,
                "more errors in this document than are shown",
            )
        } else {
            (
                &mut self.warnings,
                Code::TooManyWarnings,
                "more warnings in this document than are shown",
            )
        };
        match *left {
            0 => return,
            1 => {
                let place = Diagnostic::of_file(code, diagnostic.file, message);
                self.report.push(Diagnostic {
                    span: diagnostic.span,
                    ..place
                });
            }
            _ => self.report.push(diagnostic),
        }
        *left -= 1;
    }

    /// Whether there is no use in going on with this document.
    fn full(&self) -> bool {
        self.spent || self.errors == 0
    }

    /// Takes the weight of something that is written out; reports, once, if there is too much of it.
    fn spend(&mut self, weight: usize, span: Span) -> bool {
        if self.spent {
            return false;
        }
        let message = match (self.rule.checked_sub(weight), self.file.checked_sub(weight)) {
            (Some(rule), Some(file)) => {
                (self.rule, *self.file) = (rule, file);
                return true;
            }
            (None, _) => "written out, this rule holds more than a rule may hold",
            (Some(_), None) => "written out, the rules of this file hold more than a file may hold",
        };
        self.spent = true;
        self.push(Diagnostic::new(Code::RuleTooLarge, span, message).help("split it"));
        false
    }

    /// Lets the next condition weigh as much as a rule may.
    fn next_rule(&mut self) {
        self.rule = self.limits.rule_weight;
    }

    /// Runs `work`; its result counts only if it reported no error.
    fn unless_errors<T>(&mut self, work: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.report.errors();
        work(self).filter(|_| self.report.errors() == before)
    }
}
