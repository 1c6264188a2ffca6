//! What the dialect does not have is refused, in the right place.

use super::PLAIN;
use crate::pattern::{Problem, disassemble, regex};

#[track_caller]
fn refused(source: &str, problem: Problem, place: &str) {
    match regex(source, PLAIN) {
        Ok(_) => panic!("{source} compiles"),
        Err(error) => {
            assert_eq!(error.problem, problem, "{source}: {error}");
            assert_eq!(&source[error.span.clone()], place, "{source}: {error}");
            assert!(!error.remedy.is_empty(), "{source}: {error}");
        }
    }
}

#[test]
fn with_their_place() {
    refused("a(?=b)", Problem::Lookaround, "(?=");
    refused("(?<!a)b", Problem::Lookaround, "(?<!");
    refused("(a)\\1", Problem::BackReference, "\\1");
    refused("ba++", Problem::DoubledRepetition, "+");
    refused("a{2}{3}", Problem::DoubledRepetition, "{3}");
    refused("[a[b]]", Problem::NestedClass, "[b]");
    refused("[a&&b]", Problem::NestedClass, "a&&b");
    refused("(?u)a", Problem::Flag, "u");
    refused("(?>a)", Problem::Flag, ">");
    refused("\\b{start}a", Problem::Assertion, "\\b{start}");
    refused("x[^😀]", Problem::NegatedPair, "[^😀]");
    refused("\\p{Klingon}", Problem::UnknownProperty, "\\p{Klingon}");
    refused("\\Z", Problem::Syntax, "\\Z");
    refused("\\e", Problem::Syntax, "\\e");
    refused("x(", Problem::Syntax, "(");
    refused("a{x}", Problem::Syntax, "x");
    refused("+a", Problem::Syntax, "+");
    refused("[a", Problem::Syntax, "[");
}

#[test]
fn when_too_big() {
    let all = "(?:ab){300}";
    refused(all, Problem::TooManyPositions, all);
    let error = regex(all, PLAIN).expect_err("too big");
    assert!(error.message.contains("600"), "{error}");
    // Nested counts multiply; the number saturates rather than being written out.
    let nested = "(?:(?:(?:a{4000000000}b){4000000000}){4000000000}c){4000000000}";
    refused(nested, Problem::TooManyPositions, nested);

    let characters: String = (0x100..0x100 + 2 * 1100)
        .step_by(2)
        .filter_map(char::from_u32)
        .collect();
    let class = format!("[{characters}]");
    refused(&class, Problem::TooManyRanges, &class);

    let many: String = (0x4E00..0x4E00 + 300).filter_map(char::from_u32).collect();
    refused(&many, Problem::TooManyClasses, &many);
}

#[test]
fn a_listing_says_what_is_there() {
    let program = regex("^a+\\b[xy]{70,}$", PLAIN).expect("small");
    let listing = disassemble(&program);
    for part in [
        "2 positions, 1 words",
        "count   position 1, at least 70",
        "class   0 <- a",
        "first   0",
        "repeat  0",
        "last    1",
    ] {
        assert!(listing.contains(part), "{part} in\n{listing}");
    }
    assert!(disassemble(&program[1..]).starts_with("refused"));
}
