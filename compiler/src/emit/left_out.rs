//! Rules that a tier's content does not hold, as diagnostics: none is dropped in silence.

use std::collections::BTreeMap;

use cofferdam_interpreter::schema::Tier;

use super::{Entry, Status};
use crate::diagnostics::{Code, Diagnostic, Report};
use crate::model::{Rule, RuleId};
use crate::source::Span;

/// Says of each rule that the tier's content does not hold why, and what can be done.
pub fn report_left_out(rules: &[Rule], entries: &[Entry], tier: Tier, report: &mut Report) {
    let spans: BTreeMap<RuleId, Span> = rules.iter().map(|rule| (rule.id, rule.span)).collect();
    for entry in entries {
        let Status::LeftOut { code, reason } = &entry.status else {
            continue;
        };
        let (Some(code), Some(span)) = (Code::named(code), spans.get(&entry.id)) else {
            continue;
        };
        let tier = match tier {
            Tier::Kernel => "kernel",
            Tier::User => "user",
        };
        let message = format!("left out of the {tier} tier's content: {reason}");
        let place = entry.place.unwrap_or(*span);
        report.push(Diagnostic::new(code, place, message).help(code.remedy()));
    }
}
