//! Rules: every modifier, every form of detection and of condition, over few fields and few letters, so that they
//! often meet.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A rule as it will be written.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    detections: Vec<Value>,
    condition: Condition,
}

impl Draft {
    pub(crate) fn text(&self, number: usize) -> String {
        let mut detection = Map::new();
        for (name, body) in NAMES.iter().zip(&self.detections) {
            detection.insert((*name).to_owned(), body.clone());
        }
        let count = self.detections.len();
        detection.insert("condition".to_owned(), self.condition.value(count));
        json!({
            "title": format!("Random {number}"),
            "id": uuid::Uuid::from_u128(crate::ID + number as u128).to_string(),
            "logsource": { "product": "windows", "category": "process_creation" },
            "detection": detection,
        })
        .to_string()
    }
}

const NAMES: [&str; 4] = ["sel_a", "sel_b", "filter_a", "other"];

#[derive(Debug, Clone)]
enum Condition {
    Name(usize),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Of(usize, &'static str),
    /// A list of conditions: as many rules.
    List(Box<Condition>, Box<Condition>),
}

impl Condition {
    /// As the rule has it.
    fn value(&self, count: usize) -> Value {
        match self {
            Self::List(one, two) => json!([one.text(count), two.text(count)]),
            one => json!(one.text(count)),
        }
    }

    /// As text, for so many detections. Patterns that would meet none become the first name.
    fn text(&self, count: usize) -> String {
        match self {
            Self::Name(name) => NAMES[name % count].to_owned(),
            Self::Not(inner) => format!("not {}", inner.text(count)),
            Self::And(left, right) => format!("({} and {})", left.text(count), right.text(count)),
            Self::Or(left, right) => format!("({} or {})", left.text(count), right.text(count)),
            Self::Of(wanted, pattern) => {
                let stem = pattern.trim_end_matches('*');
                let fits = |name: &&&str| *pattern == "them" || name.starts_with(stem);
                let meets = NAMES[..count].iter().filter(fits).count();
                match wanted % 4 {
                    _ if meets == 0 => NAMES[0].to_owned(),
                    0 => format!("all of {pattern}"),
                    1 if meets == 1 => format!("any of {pattern}"),
                    wanted => format!("{} of {pattern}", wanted.min(meets)),
                }
            }
            Self::List(one, _) => one.text(count),
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        3 => (0..NAMES.len()).prop_map(Condition::Name),
        1 => (0..4_usize, prop::sample::select(vec!["them", "sel_*", "filter_*"]))
            .prop_map(|(wanted, pattern)| Condition::Of(wanted, pattern)),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| Condition::Not(Box::new(it))),
            (inner.clone(), inner.clone())
                .prop_map(|(one, two)| Condition::And(Box::new(one), Box::new(two))),
            (inner.clone(), inner)
                .prop_map(|(one, two)| Condition::Or(Box::new(one), Box::new(two))),
        ]
    })
}

pub(crate) fn rule() -> impl Strategy<Value = Draft> {
    (
        prop::collection::vec(detection(), 1..=NAMES.len()),
        prop_oneof![
            8 => condition(),
            1 => (condition(), condition())
                .prop_map(|(one, two)| Condition::List(Box::new(one), Box::new(two))),
        ],
    )
        .prop_map(|(detections, condition)| Draft {
            detections,
            condition,
        })
}

/// A map, a list of maps, or keywords.
fn detection() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => map(),
        2 => prop::collection::vec(map(), 1..3).prop_map(Value::Array),
        1 => prop::collection::vec(word(1), 1..3).prop_map(|words| json!(words)),
        1 => prop::collection::vec(word(1), 2..3).prop_map(|words| json!({ "|all": words })),
    ]
}

fn map() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(item_key(), Just(()), 1..4).prop_flat_map(|keys| {
        let keys: Vec<(String, Values)> = keys.into_keys().collect();
        let values: Vec<BoxedStrategy<Value>> =
            keys.iter().map(|(_, values)| values.strategy()).collect();
        let keys: Vec<String> = keys.into_iter().map(|(key, _)| key).collect();
        values.prop_map(move |values| Value::Object(keys.iter().cloned().zip(values).collect()))
    })
}

/// What may stand behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Values {
    /// Texts with wildcards, numbers, `null`.
    Any,
    /// Texts with wildcards.
    Texts,
    /// At least two of them.
    Several,
    /// Texts that are encoded: without wildcards.
    Plain,
    Regexes,
    Networks,
    Number,
    /// Of a date.
    Part,
    Flag,
    Field,
    Placeholder,
}

impl Values {
    fn strategy(self) -> BoxedStrategy<Value> {
        let list = |one: BoxedStrategy<Value>, least: usize| {
            prop::collection::vec(one, least..4)
                .prop_map(Value::Array)
                .boxed()
        };
        let words = || word(0).prop_map(Value::String).boxed();
        match self {
            Self::Any => {
                let one = prop_oneof![6 => words(), 1 => (0..4_u32).prop_map(|it| json!(it)), 1 => Just(Value::Null)];
                prop_oneof![one.clone(), list(one.boxed(), 1)].boxed()
            }
            Self::Texts => prop_oneof![words(), list(words(), 1)].boxed(),
            Self::Several => list(words(), 2),
            Self::Plain => "[ab]{3,5}".prop_map(Value::String).boxed(),
            Self::Regexes => prop::sample::select(vec![
                "a+b", "^a", "b$", "^$", "a.b", "(a|b)c?", "[^a]b", "\\bab\\b", "a{2,3}", "\\d+",
                "A\\wB", "^.{2,}$",
            ])
            .prop_map(|it| json!(it))
            .boxed(),
            Self::Networks => {
                prop::sample::select(vec!["10.0.0.0/8", "10.1.2.3/32", "fd00::/8", "0.0.0.0/0"])
                    .prop_map(|it| json!(it))
                    .boxed()
            }
            Self::Number => (0..5_u32).prop_map(|it| json!(it)).boxed(),
            Self::Part => (1..5_u32).prop_map(|it| json!(it)).boxed(),
            Self::Flag => any::<bool>().prop_map(|it| json!(it)).boxed(),
            Self::Field => prop::sample::select([&TEXTS[..], &["EventID"]].concat())
                .prop_map(|it| json!(it))
                .boxed(),
            Self::Placeholder => prop::sample::select(vec!["%names%", "a%names%"])
                .prop_map(|it| json!(it))
                .boxed(),
        }
    }
}

/// Fields of the kernel, of user mode only, that no log has, and that no event has.
pub(crate) const TEXTS: [&str; 7] = [
    "Image",
    "CommandLine",
    "ParentImage",
    "OriginalFileName",
    "User",
    "GrandParentImage",
    "NoSuchField",
];

/// Numbers, in decimal and in hexadecimal.
pub(crate) const NUMBERS: [&str; 2] = ["ProcessId", "LogonId"];

fn item_key() -> impl Strategy<Value = (String, Values)> {
    let modifiers = prop::sample::select(vec![
        ("", Values::Any),
        ("|contains", Values::Texts),
        ("|startswith", Values::Texts),
        ("|endswith", Values::Texts),
        ("|contains|all", Values::Several),
        ("|cased", Values::Texts),
        ("|contains|cased", Values::Texts),
        ("|endswith|cased", Values::Texts),
        ("|neq", Values::Texts),
        ("|contains|neq", Values::Texts),
        ("|windash", Values::Texts),
        ("|windash|contains", Values::Texts),
        ("|windash|contains|all", Values::Several),
        ("|base64", Values::Plain),
        ("|base64offset|contains", Values::Plain),
        ("|wide|base64offset|contains", Values::Plain),
        ("|utf16le|base64offset|contains", Values::Plain),
        ("|utf16be|base64offset|contains", Values::Plain),
        ("|utf16|base64offset|contains", Values::Plain),
        ("|re", Values::Regexes),
        ("|re|i", Values::Regexes),
        ("|re|m|s", Values::Regexes),
        ("|cidr", Values::Networks),
        ("|exists", Values::Flag),
        ("|year", Values::Part),
        ("|month", Values::Part),
        ("|week", Values::Part),
        ("|day", Values::Part),
        ("|hour", Values::Part),
        ("|minute", Values::Part),
        ("|lt", Values::Number),
        ("|lte", Values::Number),
        ("|gt", Values::Number),
        ("|gte", Values::Number),
        ("|hour|gt", Values::Part),
        ("|day|lte", Values::Part),
        ("|fieldref", Values::Field),
        ("|fieldref|contains", Values::Field),
        ("|fieldref|startswith", Values::Field),
        ("|fieldref|endswith|cased", Values::Field),
        ("|expand", Values::Placeholder),
        ("|contains|expand", Values::Placeholder),
    ]);
    let numeric = prop::sample::select(vec![
        ("", Values::Any),
        ("|lt", Values::Number),
        ("|lte", Values::Number),
        ("|gt", Values::Number),
        ("|gte", Values::Number),
        ("|contains", Values::Texts),
        ("|exists", Values::Flag),
    ]);
    let key = |(field, (modifiers, values)): (&str, (&str, Values))| {
        (format!("{field}{modifiers}"), values)
    };
    prop_oneof![
        5 => (prop::sample::select(TEXTS.to_vec()), modifiers).prop_map(key),
        1 => (prop::sample::select(NUMBERS.to_vec()), numeric).prop_map(key),
        1 => Just(("EventID".to_owned(), Values::Number)),
    ]
}

/// Few letters in both cases, wildcards, separators, dashes, something beyond ASCII.
pub(crate) fn word(least: usize) -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "A",
        "B",
        "ab",
        "\\",
        "*",
        "?",
        "\\*",
        " -",
        "/a",
        ".",
        "1",
        "é",
        "λ",
        "\u{1F600}",
    ]);
    prop::collection::vec(piece, least..6).prop_map(|pieces| pieces.concat())
}
