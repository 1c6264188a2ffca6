//! Rule collections of the older kind: `action: global`, `reset` and `repeat`.
//!
//! A global document's content is put under every document that follows, until a reset; a repeating one is
//! the rule before it with the repeating document's content put over it. Mappings are merged key by key,
//! whatever else there is replaces.

use crate::diagnostics::{Code, Diagnostic, Report, did_you_mean};
use crate::limits::Limits;
use crate::yaml::{Entry, Node, Value};

const ACTIONS: [&str; 3] = ["global", "reset", "repeat"];

/// The documents that the documents of a file stand for.
pub(super) fn resolve(
    documents: Vec<Option<Node>>,
    report: &mut Report,
    limits: &Limits,
) -> Vec<Node> {
    let mut left = limits.file_nodes;
    let mut global: Option<Node> = None;
    let mut previous: Option<Node> = None;
    let mut found = Vec::new();
    for document in documents {
        // What follows a broken document must not take the one before it for its base.
        let Some(document) = document else {
            previous = None;
            continue;
        };
        let Some(action) = document.get("action") else {
            let whole = merge(global.as_ref(), &document);
            if within(&whole, &mut left, report) {
                previous = Some(whole.clone());
                found.push(whole);
            }
            continue;
        };
        let word = action
            .value
            .written()
            .map(|word| word.to_string())
            .unwrap_or_default();
        let span = action.value.span;
        let document = without_action(&document);
        match word.as_str() {
            "global" => {
                global = Some(merge(global.as_ref(), &document))
                    .filter(|node| within(node, &mut left, report))
            }
            "reset" => global = None,
            "repeat" => match &previous {
                Some(before) => {
                    let whole = merge(Some(before), &document);
                    if within(&whole, &mut left, report) {
                        previous = Some(whole.clone());
                        found.push(whole);
                    }
                }
                None => {
                    let message = "there is no rule before this one to repeat";
                    report.push(Diagnostic::new(Code::NothingToRepeat, span, message));
                }
            },
            other => {
                let help = did_you_mean(other, ACTIONS).map_or_else(
                    || format!("there are {}", ACTIONS.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("`{other}` is no action of a collection");
                let help = format!("{help}; what a match does is said under `cofferdam:`");
                report.push(Diagnostic::new(Code::UnknownAction, span, message).help(help));
            }
        }
    }
    found
}

fn without_action(document: &Node) -> Node {
    let entries = document
        .entries()
        .map(|entries| &entries[..])
        .unwrap_or_default();
    let rest: Vec<Entry> = entries
        .iter()
        .filter(|entry| &*entry.key.text != "action")
        .cloned()
        .collect();
    document.with_entries(rest)
}

/// `over` put over `base`. As deep as the documents are nested, which is bounded.
fn merge(base: Option<&Node>, over: &Node) -> Node {
    let Some((below, above)) = base.and_then(Node::entries).zip(over.entries()) else {
        return over.clone();
    };
    let mut entries: Vec<Entry> = below.to_vec();
    for entry in above.iter() {
        match entries
            .iter_mut()
            .find(|known| known.key.text == entry.key.text)
        {
            Some(known) => {
                let value = merge(Some(&known.value), &entry.value);
                *known = Entry {
                    key: entry.key.clone(),
                    value,
                };
            }
            None => entries.push(entry.clone()),
        }
    }
    over.with_entries(entries)
}

/// Takes what a document holds, aliases written out and merged, from what the file may hold.
fn within(node: &Node, left: &mut usize, report: &mut Report) -> bool {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        let Some(less) = left.checked_sub(1) else {
            let message = "the documents of this file, written out, hold more than a file may hold";
            report.push(
                Diagnostic::new(Code::YamlTooLarge, node.span, message).help("split the file"),
            );
            return false;
        };
        *left = less;
        match &node.value {
            Value::List(nodes) => pending.extend(nodes.iter()),
            Value::Map(entries) => pending.extend(entries.iter().map(|entry| &entry.value)),
            _ => {}
        }
    }
    true
}
