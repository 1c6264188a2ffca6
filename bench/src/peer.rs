//! `rsigma-eval`: the same rules, each way of evaluating that it documents.

use rsigma_eval::{Engine, JsonEvent};
use rsigma_parser::{SigmaCollection, parse_sigma_directory};

use crate::{corpus, data};

/// Its two optional indexes, in every combination.
pub const WAYS: [&str; 4] = ["plain", "bloom", "cross-rule", "both"];

/// All its rules, parsed.
///
/// # Panics
/// Where the folder cannot be read.
#[must_use]
pub fn rules() -> SigmaCollection {
    parse_sigma_directory(&data::root().join("sigma")).expect("rules")
}

/// An engine with the rules that concern a category's events; with all rules where there is no category.
#[must_use]
pub fn engine(rules: &SigmaCollection, category: Option<&str>, way: &str) -> Engine {
    let mut engine = Engine::new();
    engine.set_bloom_prefilter(matches!(way, "bloom" | "both"));
    engine.set_cross_rule_ac(matches!(way, "cross-rule" | "both"));
    let wanted = rules.rules.iter().filter(|rule| {
        category
            .is_none_or(|category| corpus::concerns(rule.logsource.category.as_deref(), category))
    });
    for (number, error) in engine.add_rules(wanted) {
        eprintln!("rsigma-eval refuses rule {number}: {error}");
    }
    engine
}

/// The events in its own form, made beforehand.
#[must_use]
pub fn events(json: &[serde_json::Value]) -> Vec<JsonEvent<'_>> {
    json.iter().map(JsonEvent::borrow).collect()
}
