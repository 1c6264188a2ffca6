//! Names that no event has: of fields, and of log sources.

use std::collections::BTreeSet;

use cofferdam_interpreter::schema::{CATEGORIES, Kind, LogSource, Tier};

use super::route;
use crate::diagnostics::{Code, Diagnostic, Report, did_you_mean};
use crate::model::Rule;

/// Warns of fields that no event of a rule's log source has, and of log sources that no event has: such a rule would
/// be silent without a word.
pub fn check_names(rules: &[Rule], report: &mut Report) {
    for rule in rules.iter().filter(|rule| rule.id.condition == 0) {
        let kinds = route::kinds(&rule.meta.logsource, Tier::User);
        if kinds.is_empty() {
            log_source(rule, report);
            continue;
        }
        let mut seen = BTreeSet::new();
        for test in rule.expr.tests() {
            let Some(name) = test.field.as_deref() else {
                continue;
            };
            let known = kinds.iter().map(|kind| kind.info());
            let mut known = known
                .filter(|info| info.field_by_name(name).is_some() || info.constant(name).is_some());
            if known.next().is_none() && seen.insert(name) {
                let names: BTreeSet<&str> = kinds.iter().flat_map(|kind| names(*kind)).collect();
                let message = format!("no {} event has a field `{name}`", kinds[0].name());
                report.push(
                    Diagnostic::new(Code::UnknownField, test.span, message)
                        .maybe_help(did_you_mean(name, names).map(meant)),
                );
            }
        }
    }
    report.sort();
}

fn names(kind: Kind) -> impl Iterator<Item = &'static str> {
    let info = kind.info();
    let fields = info.fields.iter().map(|field| field.name);
    fields.chain(info.constants.iter().map(|constant| constant.name))
}

fn log_source(rule: &Rule, report: &mut Report) {
    let source = &rule.meta.logsource;
    let (word, name) = match (&source.category, &source.service) {
        (Some(category), _) => ("category", category),
        (None, Some(service)) => ("service", service),
        (None, None) => return,
    };
    let wanted = if word == "category" {
        LogSource::Category
    } else {
        LogSource::Service
    };
    let kinds = Kind::ALL.into_iter().map(Kind::info);
    let kinds = kinds
        .filter(|info| info.log_source == wanted)
        .map(|info| info.name);
    let spanning = CATEGORIES
        .iter()
        .map(|category| category.name)
        .filter(|_| word == "category");
    let message =
        format!("no events of {word} `{name}` are known, so the rule has nothing to match");
    report.push(
        Diagnostic::new(Code::UnknownLogSource, rule.meta.span, message)
            .maybe_help(did_you_mean(name, kinds.chain(spanning)).map(meant)),
    );
}

fn meant(name: &str) -> String {
    format!("did you mean `{name}`?")
}
