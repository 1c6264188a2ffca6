//! The rules of a content file by their numbers.

use std::collections::HashMap;

use cofferdam_interpreter::Content;
use cofferdam_interpreter::schema::Kind;

use crate::content::rule_id;

/// A rule as reports name it.
#[derive(Clone, Debug)]
pub(crate) struct RuleInfo {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) severity: u8,
}

/// The rules of a content file, by number.
pub(crate) fn of(content: &Content<'_>) -> Vec<RuleInfo> {
    let mut rules = Vec::new();
    for kind in content.kinds() {
        let Some(known) = Kind::from_number(kind.kind) else {
            continue;
        };
        for index in 0..kind.rule_count {
            let Some(rule) = content.rule(kind.rule_start.saturating_add(index)) else {
                continue;
            };
            rules.push(RuleInfo {
                kind: known,
                id: rule_id(rule.id, rule.condition),
                title: content.name(&rule).0.to_owned(),
                severity: rule.severity,
            });
        }
    }
    rules
}

/// For each of some rules, the number of the same rule for the same kind among others.
pub(crate) fn pair(rules: &[RuleInfo], others: &[RuleInfo]) -> Vec<Option<u32>> {
    let by_id: HashMap<(Kind, &str), u32> = (0..)
        .zip(others)
        .map(|(number, rule)| ((rule.kind, rule.id.as_str()), number))
        .collect();
    rules
        .iter()
        .map(|rule| by_id.get(&(rule.kind, rule.id.as_str())).copied())
        .collect()
}
