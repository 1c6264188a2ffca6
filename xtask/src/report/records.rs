//! What the tests have written.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::output::workspace;

/// Records by their names.
pub(super) struct Records {
    /// Of the tests.
    pub(super) all: BTreeMap<String, Value>,
    /// Of long runs, which are committed.
    pub(super) runs: BTreeMap<String, Value>,
}

impl Records {
    pub(super) fn read() -> Result<Self, String> {
        Ok(Self {
            all: folder(&workspace().join("target/verification"))?,
            runs: folder(&workspace().join("tests/stage/runs"))?,
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }

    /// Records of tests that ran another image than this one.
    pub(super) fn of_other_images(&self, hash: &str) -> Vec<String> {
        let other = |value: &Value| value["image"].as_str().is_some_and(|it| it != hash);
        let named = self.all.iter().filter(|(_, value)| other(value));
        named.map(|(name, _)| name.clone()).collect()
    }
}

fn folder(path: &Path) -> Result<BTreeMap<String, Value>, String> {
    let mut all = BTreeMap::new();
    let Ok(entries) = std::fs::read_dir(path) else {
        return Ok(all);
    };
    for entry in entries.flatten().map(|it| it.path()) {
        if entry.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let name = entry
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let wrong = |error: String| format!("{}: {error}", entry.display());
        let text = std::fs::read_to_string(&entry).map_err(|error| wrong(error.to_string()))?;
        let value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        all.insert(name, value);
    }
    Ok(all)
}

/// A number with its thousands apart.
pub(super) fn number(value: &Value) -> String {
    let Some(number) = value.as_u64() else {
        return match value {
            Value::String(text) => text.clone(),
            Value::Null => "not found".into(),
            Value::Array(all) => all.iter().map(number).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        };
    };
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
