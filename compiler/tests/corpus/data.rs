//! Where the data is and what is in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cofferdam_compiler::lower::Placeholders;
use cofferdam_compiler::model::Rule;
use cofferdam_compiler::reference::{Event, Value};
use cofferdam_compiler::{Loaded, Options, load};
use uuid::Uuid;

/// The data's folder, or nothing, with a word about it.
pub(crate) fn root() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let root = std::env::var_os("COFFERDAM_DATA").map_or(beside, PathBuf::from);
    let there = root.join("sigma").is_dir();
    if !there {
        println!("skipped: no data at {}", root.display());
    }
    there.then_some(root)
}

/// All rules. One placeholder occurs in them; whoever uses those rules gives it values.
pub(crate) fn rules(root: &Path) -> Loaded {
    let mut placeholders = Placeholders::default();
    placeholders.set("known_cdcs", vec!["dc01.example.org".into()]);
    load(
        &[root.join("sigma")],
        &Options {
            placeholders,
            ..Options::default()
        },
    )
}

/// Recorded or made events of a category.
pub(crate) struct File {
    /// `events/process_creation`, for example.
    pub(crate) name: String,
    categories: Vec<String>,
    path: PathBuf,
}

/// Every file of events, sorted.
pub(crate) fn files(root: &Path) -> Vec<File> {
    let mut files = Vec::new();
    for folder in ["events", "synth"] {
        let entries = fs::read_dir(root.join(folder)).expect("a folder of events");
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if path.extension().is_some_and(|extension| extension == "ndj") {
                let stem = path
                    .file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned();
                let categories: &[&str] = match (folder, stem.as_str()) {
                    ("events", "registry_set") => &["registry_set", "registry_event"],
                    ("events", "registry_addel") => {
                        &["registry_event", "registry_add", "registry_delete"]
                    }
                    (_, other) => &[other],
                };
                let categories = categories.iter().map(|name| (*name).to_owned()).collect();
                files.push(File {
                    name: format!("{folder}/{stem}"),
                    categories,
                    path: path.with_extension(""),
                });
            }
        }
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    files
}

impl File {
    /// Whether the file was judged by this rule.
    pub(crate) fn judges(&self, rule: &Rule) -> bool {
        let category = rule.meta.logsource.category.as_deref();
        category.is_some_and(|category| self.categories.iter().any(|each| each == category))
    }

    /// The recorded matches: lines, from zero, and rules.
    pub(crate) fn expected(&self) -> BTreeSet<(usize, Uuid)> {
        let text =
            fs::read_to_string(self.path.with_extension("expected")).expect("recorded matches");
        let parse = |line: &str| {
            let (line, rule) = line.split_once(' ').expect("a line and a rule");
            (
                line.parse().expect("a line"),
                rule.parse().expect("a rule's id"),
            )
        };
        text.lines().map(parse).collect()
    }

    /// The events.
    pub(crate) fn events(&self) -> Vec<Event> {
        let text = fs::read_to_string(self.path.with_extension("ndj")).expect("events");
        text.lines().map(event).collect()
    }
}

fn event(line: &str) -> Event {
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(line).expect("a JSON object");
    let mut event = Event::default();
    for (name, value) in fields.into_iter().filter(|(name, _)| name != "_synth") {
        let value = match value {
            serde_json::Value::Null => Value::Absent,
            serde_json::Value::String(text) => Value::text(&text),
            serde_json::Value::Number(number) => match number.as_u64() {
                Some(number) => Value::number(number),
                None => Value::text(&number.to_string()),
            },
            other => Value::text(&other.to_string()),
        };
        event.set(name, value);
    }
    event
}
