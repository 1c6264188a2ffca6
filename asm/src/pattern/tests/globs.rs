//! Wildcard strings against a matcher written straight from Sigma's description.

use cofferdam_interpreter::fold;
use proptest::prelude::*;

use super::{cases, run, units};
use crate::pattern::{GlobAnchor, GlobPiece, glob, required_clauses_of_glob};

/// A piece unit by unit: `None` is `*`, `Some(None)` is `?`.
fn flat(pieces: &[GlobPiece]) -> Vec<Option<Option<u16>>> {
    let mut flat = Vec::new();
    for piece in pieces {
        match piece {
            GlobPiece::Literal(text) => {
                flat.extend(text.encode_utf16().map(|unit| Some(Some(unit))))
            }
            GlobPiece::AnyRun => flat.push(None),
            GlobPiece::AnyUnit => flat.push(Some(None)),
        }
    }
    flat
}

fn whole(pattern: &[Option<Option<u16>>], text: &[u16], ignore_case: bool) -> bool {
    match pattern {
        [] => text.is_empty(),
        [None, rest @ ..] => (0..=text.len()).any(|at| whole(rest, &text[at..], ignore_case)),
        [Some(wanted), rest @ ..] => match text {
            [] => false,
            [unit, text @ ..] => {
                let same = |wanted: u16| match ignore_case {
                    true => fold::unit(wanted) == fold::unit(*unit),
                    false => wanted == *unit,
                };
                wanted.is_none_or(same) && whole(rest, text, ignore_case)
            }
        },
    }
}

fn piece() -> impl Strategy<Value = GlobPiece> {
    prop_oneof![
        4 => "[abA1\nſsé😀]{0,4}".prop_map(GlobPiece::Literal),
        2 => Just(GlobPiece::AnyRun),
        1 => Just(GlobPiece::AnyUnit),
    ]
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn agree_with_the_naive_matcher(
        pieces in prop::collection::vec(piece(), 0..6),
        text in "[abAB1\nſSsÉ😀]{0,10}",
        anchor in prop::sample::select(vec![
            GlobAnchor::Whole, GlobAnchor::Starts, GlobAnchor::Ends, GlobAnchor::Contains,
        ]),
        ignore_case in any::<bool>(),
    ) {
        let mut padded = flat(&pieces);
        if matches!(anchor, GlobAnchor::Ends | GlobAnchor::Contains) {
            padded.insert(0, None);
        }
        if matches!(anchor, GlobAnchor::Starts | GlobAnchor::Contains) {
            padded.push(None);
        }
        let expected = whole(&padded, &units(&text), ignore_case);
        let program = glob(&pieces, anchor, ignore_case).expect("few positions");
        prop_assert_eq!(run(&program, &units(&text)), expected);

        if expected {
            let folded: Vec<u16> = units(&text).into_iter().map(fold::unit).collect();
            for clause in required_clauses_of_glob(&pieces, anchor) {
                let found = clause
                    .iter()
                    .any(|literal| folded.windows(literal.len()).any(|at| at == literal));
                prop_assert!(found, "{:?}", clause);
            }
        }
    }
}

#[test]
fn unpaired_surrogates_are_units() {
    let program = glob(
        &[GlobPiece::AnyUnit, GlobPiece::AnyUnit],
        GlobAnchor::Whole,
        false,
    )
    .expect("two positions");
    assert!(run(&program, &[0xD800, 0x61]));
    assert!(run(&program, &[0xDC00, 0xD800]));
    assert!(run(&program, &units("😀")));
    assert!(!run(&program, &units("😀a")));
}

#[test]
fn long_literals_use_every_width() {
    for length in [0_usize, 1, 63, 64, 65, 128, 129, 256, 257, 512] {
        let text = "ab".repeat(length.div_ceil(2))[..length].to_owned();
        let program = glob(&[GlobPiece::Literal(text.clone())], GlobAnchor::Whole, true)
            .expect("at most 512");
        assert!(run(&program, &units(&text.to_uppercase())), "{length}");
        assert!(!run(&program, &units(&format!("{text}a"))), "{length}");
        if length > 0 {
            assert!(!run(&program, &units(&text[1..])), "{length}");
        }
    }
    let long = "a".repeat(513);
    let refused = glob(&[GlobPiece::Literal(long)], GlobAnchor::Whole, true);
    assert!(refused.is_err_and(|error| error.message.contains("513")));
}
