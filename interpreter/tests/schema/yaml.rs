//! As much YAML as reading a rule's field names takes.

use saphyr_parser::{Event, Parser};

/// A node.
pub(crate) enum Yaml {
    /// A scalar's text.
    Scalar(String),
    /// A sequence's items.
    Sequence(Vec<Yaml>),
    /// A mapping's entries.
    Mapping(Vec<(String, Yaml)>),
}

impl Yaml {
    /// The value of a mapping's entry.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Mapping(entries) => entries
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a scalar; it is one.
    pub(crate) fn scalar(&self) -> &str {
        match self {
            Self::Scalar(text) => text,
            _ => panic!("not a scalar"),
        }
    }
}

/// The first document of `text`.
pub(crate) fn yaml(text: &str) -> Yaml {
    let mut events = Parser::new_from_str(text).map(|event| event.unwrap().0);
    let start = |event: &Event<'_>| matches!(event, Event::DocumentStart(_));
    events.by_ref().find(start).unwrap();
    node(&mut events).unwrap()
}

/// The next node, or nothing at the end of a collection.
fn node<'text>(events: &mut impl Iterator<Item = Event<'text>>) -> Option<Yaml> {
    match events.next()? {
        Event::Scalar(text, ..) => Some(Yaml::Scalar(text.into_owned())),
        Event::SequenceStart(..) => Some(Yaml::Sequence(
            std::iter::from_fn(|| node(events)).collect(),
        )),
        Event::MappingStart(..) => {
            let entry = || Some((node(events)?.scalar().to_owned(), node(events)?));
            Some(Yaml::Mapping(std::iter::from_fn(entry).collect()))
        }
        _ => None,
    }
}
