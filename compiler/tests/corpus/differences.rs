//! The list of explained differences.

use std::collections::BTreeSet;

use uuid::Uuid;

/// File, line, rule, and whether the oracle says "match".
pub(crate) type Difference = (String, usize, Uuid, bool);

/// Reads the list; an entry without a known reason is refused.
pub(crate) fn read() -> BTreeSet<Difference> {
    let table: toml::Table = include_str!("../differences.toml")
        .parse()
        .expect("a TOML file");
    let reasons = table
        .get("reasons")
        .and_then(toml::Value::as_table)
        .cloned()
        .unwrap_or_default();
    let entries = table
        .get("difference")
        .and_then(toml::Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut found = BTreeSet::new();
    for entry in entries {
        let text = |key: &str| {
            entry
                .get(key)
                .and_then(toml::Value::as_str)
                .unwrap_or_else(|| panic!("no {key} in {entry}"))
        };
        let reason = text("reason");
        assert!(reasons.contains_key(reason), "no reason is called {reason}");
        let line = entry
            .get("line")
            .and_then(toml::Value::as_integer)
            .expect("a line");
        let line = usize::try_from(line).expect("a line");
        let rule = text("rule").parse().expect("a rule's id");
        assert!(
            found.insert((text("file").to_owned(), line, rule, text("ours") == "match")),
            "{entry} stands twice"
        );
    }
    found
}
