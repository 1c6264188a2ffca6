//! Values for `%placeholders%`.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic, Report};
use crate::limits::Limits;
use crate::source::{FileId, Sources};
use crate::yaml::{self, Node, Value};

/// The values of each placeholder, as rules would write them: wildcards and escapes count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placeholders {
    values: BTreeMap<String, Vec<String>>,
}

impl Placeholders {
    /// Gives a placeholder its values, in place of those it had.
    pub fn set(&mut self, name: impl Into<String>, values: Vec<String>) {
        self.values.insert(name.into(), values);
    }

    /// The values of a placeholder.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.values.get(name).map(Vec::as_slice)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Adds the placeholders of a YAML file: a mapping from name to value or list of values.
    pub fn read(&mut self, sources: &Sources, file: FileId, limits: &Limits, report: &mut Report) {
        for document in yaml::documents(sources, file, limits, report)
            .into_iter()
            .flatten()
        {
            let Some(entries) = document.entries() else {
                let message = format!(
                    "a mapping from placeholder to values is expected, not {}",
                    document.kind()
                );
                report.push(Diagnostic::new(Code::NotAMapping, document.span, message));
                continue;
            };
            for entry in entries.iter() {
                let nodes = match &entry.value.value {
                    Value::List(nodes) => &nodes[..],
                    _ => std::slice::from_ref(&entry.value),
                };
                let texts: Option<Vec<String>> = nodes.iter().map(text).collect();
                match texts.filter(|texts| !texts.is_empty()) {
                    Some(texts) => self.set(&*entry.key.text, texts),
                    None => report.push(Diagnostic::new(
                        Code::WrongType,
                        entry.value.span,
                        format!("`{}` needs a value or a list of values", entry.key.text),
                    )),
                }
            }
        }
    }
}

fn text(node: &Node) -> Option<String> {
    node.written().map(|text| text.to_string())
}
