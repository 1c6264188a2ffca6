//! Properties of the wildcard parser.

use cofferdam_compiler::model::{Pattern, Piece, Shape};
use proptest::prelude::*;

/// A piece of a value, as its author means it.
#[derive(Debug, Clone)]
enum Meant {
    Character(char),
    Run,
    One,
}

fn meant() -> impl Strategy<Value = Meant> {
    prop_oneof![
        4 => any::<char>().prop_map(Meant::Character),
        4 => prop_oneof![Just('\\'), Just('*'), Just('?'), Just('%'), Just('a')].prop_map(Meant::Character),
        1 => Just(Meant::Run),
        1 => Just(Meant::One),
    ]
}

/// The value with everything escaped that can be: the recommended way of writing.
fn spelt(meant: &[Meant]) -> String {
    let one = |meant: &Meant| match meant {
        Meant::Run => "*".to_owned(),
        Meant::One => "?".to_owned(),
        Meant::Character(character @ ('\\' | '*' | '?')) => format!("\\{character}"),
        Meant::Character(character) => character.to_string(),
    };
    meant.iter().map(one).collect()
}

fn pattern(meant: &[Meant]) -> Pattern {
    let mut pattern = Pattern::default();
    for each in meant {
        pattern.push(match each {
            Meant::Run => Piece::AnyRun,
            Meant::One => Piece::AnyOne,
            Meant::Character(character) => {
                Piece::Literal(character.to_string().encode_utf16().collect())
            }
        });
    }
    pattern
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_escaped_is_meant(meant in prop::collection::vec(meant(), 0..20)) {
        prop_assert_eq!(Pattern::parse(&spelt(&meant)), pattern(&meant));
    }

    #[test]
    fn what_is_shown_is_what_was_parsed(text in r"[\\*?a%]{0,16}|\PC{0,16}") {
        let pattern = Pattern::parse(&text);
        prop_assert_eq!(Pattern::parse(&pattern.to_string()), pattern);
    }

    #[test]
    fn a_pattern_has_one_form(text in r"[\\*?ab]{0,24}") {
        let pattern = Pattern::parse(&text);
        for pair in pattern.pieces().windows(2) {
            let forbidden = matches!(
                pair,
                [Piece::Literal(_), Piece::Literal(_)] | [Piece::AnyRun, Piece::AnyRun | Piece::AnyOne]
            );
            prop_assert!(!forbidden, "{:?}", pattern);
        }
        let empty = |piece: &Piece| matches!(piece, Piece::Literal(units) if units.is_empty());
        prop_assert!(!pattern.pieces().iter().any(empty));
    }

    #[test]
    fn no_backslash_is_lost_or_invented(before in 0usize..9, follower in prop_oneof![Just("x"), Just("*"), Just("?"), Just("")]) {
        // The specification's table, for any number of backslashes: pairs are one each, and an odd one before a
        // wildcard makes it plain, before anything else stands for itself.
        let found = Pattern::parse(&format!("{}{follower}", "\\".repeat(before)));
        let wildcard = ["*", "?"].contains(&follower);
        let escaped = wildcard && before % 2 == 1;
        let backslashes = before / 2 + usize::from(before % 2 == 1 && !escaped);
        let mut expected = Pattern::literal(&"\\".repeat(backslashes));
        match follower {
            "*" if !escaped => expected.push(Piece::AnyRun),
            "?" if !escaped => expected.push(Piece::AnyOne),
            plain => expected.push(Piece::Literal(plain.encode_utf16().collect())),
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn literals_stay_literal(text in r"[\\*?ab%]{0,16}") {
        let pattern = Pattern::literal(&text);
        let units: Vec<u16> = text.encode_utf16().collect();
        prop_assert_eq!(pattern.shape(), Shape::Equals(&units));
    }
}
