//! Names that must be unique, and names that stand for others.

use std::collections::{BTreeMap, BTreeSet};

use super::{Loaded, Refused};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// Refuses every rule whose id an earlier one has; warns of names given twice.
pub(super) fn check(loaded: &mut Loaded) {
    let mut ids: BTreeMap<_, Span> = BTreeMap::new();
    let mut names: BTreeMap<_, (Span, _)> = BTreeMap::new();
    let mut kept = Vec::with_capacity(loaded.rules.len());
    for rule in std::mem::take(&mut loaded.rules) {
        let span = rule.meta.span;
        let first = *ids.entry(rule.meta.uuid).or_insert(span);
        if first != span {
            if rule.id.condition == 0 {
                let message = format!("the id {} is taken", rule.meta.uuid);
                let head = Span {
                    end: span.start,
                    ..span
                };
                let other = Span {
                    end: first.start,
                    ..first
                };
                let diagnostic = Diagnostic::new(Code::DuplicateId, head, message)
                    .related(other, "by this rule")
                    .help("give the rule an id of its own; only the first of the two is used");
                loaded.report.push(diagnostic);
                loaded.refused.push(Refused {
                    uuid: Some(rule.meta.uuid),
                    title: Some(rule.meta.title.clone()),
                    file: span.file,
                    span: Some(span),
                    codes: vec![Code::DuplicateId],
                });
            }
            continue;
        }
        if let Some(name) = &rule.meta.name {
            let (first, uuid) = *names.entry(name.clone()).or_insert((span, rule.meta.uuid));
            if uuid != rule.meta.uuid {
                let message = format!("the name `{name}` is taken");
                let head = Span {
                    end: span.start,
                    ..span
                };
                let other = Span {
                    end: first.start,
                    ..first
                };
                loaded.report.push(
                    Diagnostic::new(Code::DuplicateName, head, message)
                        .related(other, "by this rule"),
                );
            }
        }
        kept.push(rule);
    }
    loaded.rules = kept;
}

/// Rules that a correlation rule names do not stand for themselves, unless one says `generate: true`.
pub(super) fn mark_correlated(loaded: &mut Loaded) {
    let mut only: BTreeSet<String> = BTreeSet::new();
    let mut also: BTreeSet<String> = BTreeSet::new();
    for correlation in &loaded.correlations {
        let set = if correlation.generate {
            &mut also
        } else {
            &mut only
        };
        set.extend(
            correlation
                .rules
                .iter()
                .map(|name| name.to_ascii_lowercase()),
        );
    }
    for rule in &mut loaded.rules {
        let names = [
            Some(rule.meta.uuid.to_string()),
            rule.meta
                .name
                .as_ref()
                .map(|name| name.to_ascii_lowercase()),
        ];
        let within = |set: &BTreeSet<String>| names.iter().flatten().any(|name| set.contains(name));
        rule.stand_alone = !within(&only) || within(&also);
        if !rule.stand_alone {
            let message = format!(
                "\"{}\" only serves a correlation rule, and waits with it",
                rule.meta.title
            );
            loaded
                .report
                .push(Diagnostic::new(Code::CorrelatedOnly, rule.span, message));
        }
    }
}
