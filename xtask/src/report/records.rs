//! What the tests have written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use crate::output::workspace;

/// Records by their names.
pub(super) struct Records {
    /// Of the tests.
    pub(super) all: BTreeMap<String, Value>,
    /// Of long runs, which are committed.
    pub(super) runs: BTreeMap<String, Value>,
    /// SHA-256 of the image that the report is about.
    pub(super) image: String,
}

impl Records {
    pub(super) fn read(image: String) -> Result<Self, String> {
        Ok(Self {
            image,
            all: folder(&workspace().join("target/verification"))?,
            runs: folder(&workspace().join("tests/stage/runs"))?,
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }

    /// Records of tests that ran another image than this one.
    pub(super) fn of_other_images(&self) -> Vec<String> {
        let other = |value: &Value| value["image"].as_str().is_some_and(|it| it != self.image);
        let named = self.all.iter().filter(|(_, value)| other(value));
        named.map(|(name, _)| name.clone()).collect()
    }

    /// The first and the last day on which tests ran, or the one; empty where none did.
    pub(super) fn dates(&self) -> String {
        let days = self.all.values().map(|it| date(&it["recorded"]));
        let days: BTreeSet<String> = days.filter(|it| !it.is_empty()).collect();
        match (days.first(), days.last()) {
            (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
            (first, _) => first.cloned().unwrap_or_default(),
        }
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

/// The day of a time in seconds since 1970, in UTC; empty for anything else.
pub(super) fn date(seconds: &Value) -> String {
    let Some(seconds) = seconds.as_u64() else {
        return String::new();
    };
    let time = UNIX_EPOCH + Duration::from_secs(seconds);
    let text = humantime::format_rfc3339_seconds(time).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
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
