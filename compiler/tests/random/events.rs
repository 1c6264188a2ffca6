//! Events over the same few fields and letters.

use cofferdam_compiler::reference;
use cofferdam_interpreter::event::Value;
use cofferdam_interpreter::schema::{FieldInfo, Kind, Tier, Type};
use proptest::prelude::*;

use crate::rules::{NUMBERS, TEXTS};

/// What some fields hold; all others are absent, or unknown where the source may not know them.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    texts: Vec<Held>,
    numbers: Vec<Option<u64>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    Unknown,
    Absent,
    Text(Vec<u16>),
}

pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "A",
        "B",
        "ab",
        "bab",
        "\\",
        "*",
        "?",
        " -a",
        " /a",
        ".",
        "1",
        "É",
        "Λ",
        "\u{1F600}",
        "\n",
        "10.1.2.3",
        "YWJh",
        "YQBi",
        "fd00::1",
    ]);
    let text = prop::collection::vec(piece, 0..7)
        .prop_map(|pieces| Held::Text(pieces.concat().encode_utf16().collect()));
    let address = prop::sample::select(vec![
        "10.1.2.3", "11.0.0.1", "fd00::1", "::1", "10.1.2", "4", "0x3", "-1", "2.5",
    ])
    .prop_map(|it| Held::Text(it.encode_utf16().collect()));
    let date = prop::sample::select(vec!["0003-02-01 04:03:02.001", "0001-03-04T01:02Z"])
        .prop_map(|it| Held::Text(it.encode_utf16().collect()));
    // What no reader of UTF-8 could hand on, but a kernel can.
    let odd = prop::collection::vec(
        prop::sample::select(vec![0x61, 0xD83D, 0xDE00, 0x131, 0x17F]),
        0..4,
    )
    .prop_map(Held::Text);
    let held = prop_oneof![
        1 => Just(Held::Unknown),
        2 => Just(Held::Absent),
        10 => text,
        1 => address,
        1 => date,
        1 => odd,
    ];
    (
        prop::collection::vec(held, TEXTS.len()),
        prop::collection::vec(prop::option::of(0..5_u64), NUMBERS.len()),
    )
        .prop_map(|(texts, numbers)| Draft { texts, numbers })
}

/// An event for one tier.
pub(crate) struct Made(Vec<(&'static FieldInfo, Owned)>);

enum Owned {
    Unsupplied,
    Absent,
    Text(Vec<u16>),
    Number(u64),
}

impl Draft {
    pub(crate) fn event(&self, kind: Kind, tier: Tier) -> Made {
        let field = |info: &'static FieldInfo| {
            let unknown = tier == Tier::Kernel && info.tier == Tier::User;
            let text = TEXTS.iter().position(|name| *name == info.name);
            let number = NUMBERS.iter().position(|name| *name == info.name);
            let value = match (
                text.map(|at| &self.texts[at]),
                number.map(|at| self.numbers[at]),
            ) {
                _ if unknown => Owned::Unsupplied,
                // Only what no source reports may be unknown where the tier has the field.
                (Some(Held::Unknown), _) if !info.in_source => Owned::Unsupplied,
                (Some(Held::Text(units)), _) => Owned::Text(units.clone()),
                (_, Some(Some(number))) if info.ty == Type::Number => Owned::Number(number),
                _ => Owned::Absent,
            };
            (info, value)
        };
        Made(kind.fields().iter().map(field).collect())
    }
}

impl Made {
    pub(crate) fn fields(&self) -> Vec<Value<'_>> {
        let values = self.0.iter();
        values
            .map(|(_, value)| match value {
                Owned::Unsupplied => Value::Unsupplied,
                Owned::Absent => Value::Absent,
                Owned::Text(units) => Value::Text(units),
                Owned::Number(number) => Value::Number(*number),
            })
            .collect()
    }

    pub(crate) fn oracle(&self, kind: Kind) -> reference::Event {
        reference::Event::of(kind, &self.fields())
    }
}
