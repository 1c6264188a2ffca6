//! Random expressions, in our dialect and in that of the `regex` crate, and random texts.

use proptest::prelude::*;

/// An expression in both dialects.
#[derive(Clone, Debug)]
pub(super) struct Both {
    pub(super) ours: String,
    pub(super) theirs: String,
}

impl Both {
    fn same(text: &str) -> Self {
        Self::of(text, text)
    }

    fn of(ours: &str, theirs: &str) -> Self {
        Self {
            ours: ours.to_owned(),
            theirs: theirs.to_owned(),
        }
    }

    fn map(parts: &[Self], write: impl Fn(&[&str]) -> String) -> Self {
        let ours: Vec<&str> = parts.iter().map(|part| &*part.ours).collect();
        let theirs: Vec<&str> = parts.iter().map(|part| &*part.theirs).collect();
        Self {
            ours: write(&ours),
            theirs: write(&theirs),
        }
    }
}

/// What matches one unit, and assertions.
fn leaf() -> impl Strategy<Value = Both> {
    let ascii_word = "[0-9A-Za-z_]";
    prop_oneof![
        8 => prop::sample::select(vec!["a", "b", "c", "1", "-", " ", "é", "\\n", "\\x{3A9}"])
            .prop_map(Both::same),
        2 => Just(Both::same(".")),
        3 => prop::sample::select(vec![
            "[ab]", "[^a]", "[a-c1]", "[^\\x{E9}\\n]", "[b-é]", "[[:alpha:]-]", "[^b-z]",
        ])
        .prop_map(Both::same),
        2 => prop::sample::select(vec![
            Both::of("\\w", ascii_word),
            Both::of("\\W", "[^0-9A-Za-z_]"),
            Both::of("\\d", "[0-9]"),
            Both::of("\\D", "[^0-9]"),
            Both::of("\\s", "[\\t\\n\\v\\f\\r ]"),
            Both::of("\\S", "[^\\t\\n\\v\\f\\r ]"),
            Both::of("[\\w-]", "[0-9A-Za-z_-]"),
            Both::of("[^\\s\\d]", "[^\\t\\n\\v\\f\\r 0-9]"),
        ]),
        2 => prop::sample::select(vec![
            Both::same("^"),
            Both::same("$"),
            Both::same("\\A"),
            Both::same("\\z"),
            Both::of("\\b", "(?-u:\\b)"),
            Both::of("\\B", "(?-u:\\B)"),
            Both::same("(?m:^)"),
            Both::same("(?m:$)"),
            Both::same(""),
        ]),
    ]
}

/// An expression with repetitions of up to `most`.
pub(super) fn expression(most: u32) -> impl Strategy<Value = Both> {
    leaf().prop_recursive(4, 24, 4, move |inner| {
        let suffix = prop_oneof![
            Just("*".to_owned()),
            Just("+".to_owned()),
            Just("?".to_owned()),
            Just("*?".to_owned()),
            (0..=most).prop_map(|n| format!("{{{n}}}")),
            (0..=most).prop_map(|n| format!("{{{n},}}")),
            (0..=most, 0..=most).prop_map(|(n, m)| format!("{{{n},{}}}", n + m)),
        ];
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| Both::map(&parts, |texts| texts.concat())),
            2 => prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| Both::map(&parts, |texts| format!("(?:{})", texts.join("|")))),
            3 => (inner.clone(), suffix)
                .prop_map(|(part, suffix)| Both::map(&[part], |texts| {
                    format!("(?:{}){suffix}", texts.concat())
                })),
            2 => (leaf(), 0..=most, 0..=most)
                .prop_map(|(part, n, m)| Both::map(&[part], |texts| {
                    // Only a bare class can be counted; an assertion must not be repeated bare.
                    let text = texts.concat();
                    match text.is_empty() || text.starts_with(['^', '$', '(']) || text.len() > 1 && text.starts_with("\\") {
                        true => format!("(?:{text}){{{n},{}}}", n + m),
                        false => format!("{text}{{{n},{}}}", n + m),
                    }
                })),
            1 => (inner.clone(), prop::sample::select(vec!["i", "s", "m", "-i", "is"]))
                .prop_map(|(part, flags)| Both::map(&[part], |texts| {
                    format!("(?{flags}:{})", texts.concat())
                })),
            1 => inner.prop_map(|part| Both::map(&[part], |texts| format!("({})", texts.concat()))),
        ]
    })
}

/// A text of few different characters, in runs, so that random expressions match now and then.
pub(super) fn text(longest: usize) -> impl Strategy<Value = String> {
    let alphabet = vec![
        "a", "b", "c", "A", "B", "1", "_", "-", " ", "\n", "\r", "é", "É", "Ω", "ω",
    ];
    prop::collection::vec((prop::sample::select(alphabet), 1..=longest), 0..10).prop_map(|runs| {
        runs.iter()
            .map(|(text, times)| text.repeat(*times))
            .collect()
    })
}
