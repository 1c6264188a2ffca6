//! The recorded rules and events of one category, for us and for whoever is compared with us.

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{EmitOptions, compile};
use cofferdam_compiler::model::Rule;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{FieldInfo, Kind, Tier, Type};

use crate::data;

/// The categories that are measured.
pub const CATEGORIES: [&str; 4] = [
    "process_creation",
    "file_event",
    "registry_set",
    "image_load",
];

/// A category's events.
#[derive(Debug)]
pub struct Corpus {
    /// What happened.
    pub kind: Kind,
    events: Vec<Vec<Owned>>,
    /// The same events, as JSON, for those who read that.
    pub json: Vec<serde_json::Value>,
}

/// A field's value.
#[derive(Debug)]
enum Owned {
    Unsupplied,
    Absent,
    Text(Vec<u16>),
    Number(u64),
}

impl Owned {
    fn value(&self) -> Value<'_> {
        match self {
            Owned::Unsupplied => Value::Unsupplied,
            Owned::Absent => Value::Absent,
            Owned::Text(units) => Value::Text(units),
            Owned::Number(number) => Value::Number(*number),
        }
    }
}

impl Corpus {
    /// Reads a category's events: of each what the schema has, and nothing else.
    ///
    /// # Panics
    /// Where there are none.
    #[must_use]
    pub fn read(category: &str) -> Self {
        let kind = Kind::from_name(category).expect("a kind");
        let path = data::root().join("events").join(format!("{category}.ndj"));
        let lines = std::fs::read_to_string(path).expect("recorded events");
        let mut json: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("one JSON object a line"))
            .collect();
        let info = kind.info();
        for event in &mut json {
            let object = event.as_object_mut().expect("an object");
            object.retain(|name, _| {
                let constant = info.constants.iter().any(|constant| constant.name == name);
                constant || info.field_by_name(name).is_some()
            });
        }
        let event = |json: &serde_json::Value| {
            let fields = kind.fields().iter();
            fields
                .map(|field| owned(field, &json[field.name]))
                .collect()
        };
        Self {
            kind,
            events: json.iter().map(event).collect(),
            json,
        }
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events as the machine takes them.
    #[must_use]
    pub fn values(&self) -> Vec<Vec<Value<'_>>> {
        let events = self.events.iter();
        events
            .map(|event| event.iter().map(Owned::value).collect())
            .collect()
    }

    /// An event of the corpus' kind.
    #[must_use]
    pub fn event<'c>(&self, fields: &'c [Value<'c>]) -> Event<'c> {
        Event {
            kind: self.kind,
            fields,
        }
    }
}

fn owned(field: &FieldInfo, value: &serde_json::Value) -> Owned {
    let text = match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => number.to_string(),
        _ if field.in_source => return Owned::Absent,
        _ => return Owned::Unsupplied,
    };
    let units: Vec<u16> = text.encode_utf16().collect();
    match field.ty {
        Type::Number => match field.rendering.parse(&units) {
            Some(number) => Owned::Number(number),
            None => Owned::Text(units),
        },
        Type::Text => Owned::Text(units),
    }
}

/// Whether rules of this category are run on a category's events.
#[must_use]
pub fn concerns(category: Option<&str>, events: &str) -> bool {
    category == Some(events) || (events == "registry_set" && category == Some("registry_event"))
}

/// User-tier content of these rules.
///
/// # Panics
/// Where it cannot be written.
#[must_use]
pub fn content(rules: &[Rule]) -> Vec<u8> {
    let options = EmitOptions {
        tier: Tier::User,
        issue: Issue::default(),
    };
    compile(rules, &options).expect("content").bytes
}

/// Those of the rules that concern a category's events.
#[must_use]
pub fn rules_of(rules: &[Rule], category: &str) -> Vec<Rule> {
    let of = |rule: &&Rule| concerns(rule.meta.logsource.category.as_deref(), category);
    rules.iter().filter(of).cloned().collect()
}
