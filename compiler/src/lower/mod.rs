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
pub use placeholders::Placeholders;

pub(crate) use correlation::correlation;
pub(crate) use filter::{Filter, apply as apply_filters, filter};
pub(crate) use meta::{id_if_any, title_if_any};
pub(crate) use rule::rule;

use crate::diagnostics::{Diagnostic, Report};
use crate::limits::Limits;

/// What lowering needs beside the document.
pub(crate) struct Context<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) placeholders: &'a Placeholders,
    pub(crate) report: &'a mut Report,
}

impl Context<'_> {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.report.push(diagnostic);
    }

    /// Runs `work`; its result counts only if it reported no error.
    fn unless_errors<T>(&mut self, work: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.report.errors();
        work(self).filter(|_| self.report.errors() == before)
    }
}
