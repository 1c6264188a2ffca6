//! What became of each rule, for programs.

use std::collections::BTreeMap;

use cofferdam_compiler::Loaded;
use cofferdam_compiler::diagnostics::to_json;
use cofferdam_compiler::emit::{Entry, Status};
use cofferdam_compiler::model::RuleId;
use cofferdam_compiler::selftest::RuleTest;
use serde_json::{Map, Value, json};

use super::tiers::{Output, name};

/// What became of each rule, document by document.
pub(super) fn manifest(loaded: &Loaded, outputs: &[Output], written: bool) -> Value {
    let mut rules: BTreeMap<String, Value> = BTreeMap::new();
    for output in outputs {
        let mut tested: BTreeMap<RuleId, Vec<&RuleTest>> = BTreeMap::new();
        for each in output.tested.iter().flat_map(|tested| &tested.rules) {
            tested.entry(each.rule).or_default().push(each);
        }
        for entry in &output.compiled.entries {
            let id = rule_id(entry);
            let rule = rules
                .entry(id.clone())
                .or_insert_with(|| json!({ "rule": id, "title": *entry.title, "tiers": {} }));
            let mut tier = status(entry);
            if let Some(tested) = tested.get(&entry.id) {
                tier["self_test"] = tested.iter().map(|each| self_test(loaded, each)).collect();
            }
            rule["tiers"][name(output.tier)] = tier;
        }
    }
    let refused: Vec<Value> = loaded
        .refused
        .iter()
        .map(|refused| {
            let source = loaded.sources.get(refused.file);
            let codes: Vec<_> = refused.codes.iter().map(|code| code.number()).collect();
            json!({
                "rule": refused.uuid.map(|uuid| uuid.to_string()),
                "title": refused.title.as_deref(),
                "file": source.path().to_string_lossy(),
                "line": refused.span.map(|span| source.position(span.start).line),
                "codes": codes,
            })
        })
        .collect();
    let correlations: Vec<Value> = loaded
        .correlations
        .iter()
        .map(|each| json!({ "title": *each.title, "rules": each.rules, "status": "later" }))
        .collect();
    let diagnostics: Vec<Value> = loaded
        .report
        .all()
        .iter()
        .map(|diagnostic| to_json(diagnostic, &loaded.sources))
        .collect();
    let files: Map<String, Value> = outputs
        .iter()
        .map(|output| {
            let path = output.path.to_string_lossy();
            (name(output.tier).to_owned(), json!(path))
        })
        .collect();
    json!({
        "files": files,
        "written": written,
        "summary": counts(loaded, outputs),
        "rules": rules.into_values().collect::<Vec<_>>(),
        "correlations": correlations,
        "refused": refused,
        "diagnostics": diagnostics,
    })
}

fn rule_id(entry: &Entry) -> String {
    if entry.id.condition == 0 {
        entry.id.uuid.to_string()
    } else {
        entry.id.to_string()
    }
}

fn status(entry: &Entry) -> Value {
    let kinds: Vec<&str> = entry.kinds.iter().map(|kind| kind.name()).collect();
    match &entry.status {
        Status::Exact => json!({ "status": "exact", "kinds": kinds }),
        Status::Partial { missing, open } => {
            let open: Vec<&str> = open.iter().map(|kind| kind.name()).collect();
            json!({ "status": "partial", "kinds": kinds, "missing": missing, "open": open })
        }
        Status::LeftOut { code, reason } => {
            json!({ "status": "left-out", "code": code, "reason": reason })
        }
    }
}

/// On how many events of a kind a rule was tested; the places of tests that never decided; what went wrong.
fn self_test(loaded: &Loaded, tested: &RuleTest) -> Value {
    let place = |span: &cofferdam_compiler::source::Span| {
        let position = loaded.sources.position(*span);
        json!({ "line": position.line, "column": position.column })
    };
    let undecided: Vec<Value> = tested.undecided.iter().map(place).collect();
    let mut value = json!({
        "kind": tested.kind.name(),
        "tests": tested.tests,
        "decided": tested.tests - tested.undecided.len(),
        "undecided": undecided,
        "matches": tested.matches,
        "near_misses": tested.near_misses,
    });
    if !tested.disagreements.is_empty() {
        let failures: Vec<Value> = tested
            .disagreements
            .iter()
            .map(|it| json!({ "due": it.expected.to_string(), "said": it.said, "event": it.event }))
            .collect();
        value["failures"] = json!(failures);
    }
    value
}

/// The numbers of the whole run.
pub(super) fn counts(loaded: &Loaded, outputs: &[Output]) -> Value {
    let tiers: Map<String, Value> = outputs
        .iter()
        .map(|output| {
            let [exact, partial, left_out] = output.counts();
            let mut counts = json!({
                "exact": exact,
                "partial": partial,
                "left_out": left_out,
                "bytes": output.compiled.bytes.len(),
            });
            if let Some(tested) = output.tested_counts() {
                counts["self_test"] = json!({
                    "passed": output.passed(),
                    "tests": tested.tests,
                    "decided": tested.decided,
                    "events": tested.events,
                });
            }
            (name(output.tier).to_owned(), counts)
        })
        .collect();
    json!({
        "rules": loaded.rules.len(),
        "refused": loaded.refused.len(),
        "errors": loaded.report.errors(),
        "tiers": tiers,
    })
}
