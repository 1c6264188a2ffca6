//! The dialect, statement by statement.

use cofferdam_interpreter::pattern::Pattern;

use super::{PLAIN, matches, run, units};
use crate::pattern::{Flags, regex, required_clauses, required_literals};

const IGNORE_CASE: Flags = Flags {
    ignore_case: true,
    ..PLAIN
};
const MULTI_LINE: Flags = Flags {
    multi_line: true,
    ..PLAIN
};
const DOT_ALL: Flags = Flags {
    dot_all: true,
    ..PLAIN
};

#[track_caller]
fn yes(source: &str, flags: Flags, text: &str) {
    assert!(matches(source, flags, text), "{source} on {text:?}");
}

#[track_caller]
fn no(source: &str, flags: Flags, text: &str) {
    assert!(!matches(source, flags, text), "{source} on {text:?}");
}

#[test]
fn unanchored_by_default() {
    yes("b", PLAIN, "abc");
    yes("", PLAIN, "");
    yes("", PLAIN, "x");
    yes("x*", PLAIN, "y");
    no("b", PLAIN, "");
}

#[test]
fn dot_excludes_line_feed_only() {
    no("^.$", PLAIN, "\n");
    yes("^.$", PLAIN, "\r");
    yes("^.$", PLAIN, "\u{85}");
    yes("^.$", DOT_ALL, "\n");
}

#[test]
fn dollar_is_the_very_end() {
    yes("a$", PLAIN, "ba");
    no("a$", PLAIN, "a\n");
    no("a\\z", MULTI_LINE, "a\nb");
    yes("a$", MULTI_LINE, "a\nb");
    yes("^b", MULTI_LINE, "a\nb");
    no("\\Ab", MULTI_LINE, "a\nb");
    yes("a$^b|a$\\n^b", MULTI_LINE, "a\nb");
    no("a$", MULTI_LINE, "a\r\n");
}

#[test]
fn classes_are_ascii() {
    no("\\w", PLAIN, "é");
    no("\\d", PLAIN, "\u{0663}");
    no("\\s", PLAIN, "\u{A0}");
    yes("\\s", PLAIN, "\u{0B}");
    yes("é\\b|\\bé", PLAIN, "aé");
    no("é\\b", PLAIN, "é");
    no("\\w", IGNORE_CASE, "\u{17F}");
}

#[test]
fn case_by_the_simple_fold() {
    yes("straße", IGNORE_CASE, "STRAßE");
    no("straße", IGNORE_CASE, "STRASSE");
    yes("[a-z]", IGNORE_CASE, "\u{17F}");
    yes("i", IGNORE_CASE, "\u{131}");
    no("k", IGNORE_CASE, "\u{212A}");
    yes("σ", IGNORE_CASE, "ς");
    yes("[^a]", PLAIN, "A");
    no("[^a]", IGNORE_CASE, "A");
    no("[^A]", IGNORE_CASE, "a");
    yes("(?i)ab(?-i)cd", PLAIN, "ABcd");
    no("(?i)ab(?-i)cd", PLAIN, "ABCD");
    yes("a(?:(?i)b|c)d", PLAIN, "aCd");
    no("a(?:(?i)b|c)d", PLAIN, "aCD");
}

#[test]
fn characters_beyond_the_basic_plane_are_two_units() {
    yes("^😀$", PLAIN, "😀");
    yes("^..$", PLAIN, "😀");
    yes("^[😀-😂x]+$", PLAIN, "😀😁x😂");
    no("[😀-😂]", PLAIN, "😃");
    yes("^[\\x{FFFF}-\\x{10FFFF}]$", PLAIN, "\u{10FFFF}");
    yes("^[\\x{FFFF}-\\x{10FFFF}]$", PLAIN, "\u{FFFF}");
    no("[\\x{FFFF}-\\x{10FFFF}]", PLAIN, "\u{FFFE}");
    yes("^\\p{Greek}+$", PLAIN, "αΩ");
    yes("^[\\p{Lu}]$", IGNORE_CASE, "ä");
}

#[test]
fn unpaired_surrogates_are_units() {
    let dot = regex("^.$", PLAIN).expect("one position");
    assert!(run(&dot, &[0xD800]));
    assert!(run(&dot, &[0xDC00]));
    let not_a = regex("^[^a]b$", PLAIN).expect("two positions");
    assert!(run(&not_a, &[0xDFFF, 0x62]));
}

#[test]
fn accepted_isms() {
    yes("a\\<b\\>", PLAIN, "a<b>");
    yes("(?P<name>a)(?<other>b)", PLAIN, "ab");
    yes("\\/\\\"\\-\\%\\@\\#", PLAIN, "/\"-%@#");
    yes("(?x) a b # both", PLAIN, "ab");
    yes("[]a]", PLAIN, "]");
    yes("[a\\[]", PLAIN, "[");
    yes("x{2,}?", PLAIN, "xx");
    yes("}]", PLAIN, "}]");
}

#[test]
fn assertions_meet_each_other() {
    yes("^\\b", PLAIN, "a");
    no("^\\b", PLAIN, "-a");
    yes("^\\Bx?$", PLAIN, "");
    no("\\b\\B", PLAIN, "a b");
    no("a^b", PLAIN, "ab");
    yes("(?:^|,)x(?:,|$)", PLAIN, "x");
    yes("(?:^|,)x(?:,|$)", PLAIN, "a,x,b");
    no("(?:^|,)x(?:,|$)", PLAIN, "a,xx,b");
    yes("^$", PLAIN, "");
    no("^$", PLAIN, "a");
    yes("(?m)^$", PLAIN, "a\n\nb");
    no("(?m)^$", PLAIN, "a\nb");
    yes("(\\b)*-", PLAIN, "-");
    yes("(?:\\b){1000000}a", PLAIN, "a");
}

#[test]
fn literals_that_every_match_contains() {
    let literals = |source: &str| -> Vec<String> {
        required_literals(source, PLAIN)
            .expect(source)
            .iter()
            .map(|units| String::from_utf16_lossy(units))
            .collect()
    };
    assert_eq!(literals("net\\s+use"), ["NET", "USE"]);
    assert_eq!(literals("[Cc]:\\\\x"), ["C:\\X"]);
    assert_eq!(literals("a|b"), [""; 0]);
    assert_eq!(literals("(?:abc)?d"), ["D"]);
    assert_eq!(literals("(?:ab){2}c"), ["ABABC"]);
    assert_eq!(literals("(?:ab){2,}c"), ["ABAB", "C"]);
    assert_eq!(literals("^ü😀$"), ["Ü😀"]);
    assert_eq!(literals(".*"), [""; 0]);
    let clauses = required_clauses("(?:curl|wget) -o", PLAIN).expect("an expression");
    assert!(clauses.contains(&vec![units("CURL -O"), units("WGET -O")]));
}

#[test]
fn runs_that_every_match_contains() {
    let run = |source: &str| {
        let program = regex(source, PLAIN).expect(source);
        let pattern = Pattern::verify(&program).expect(source);
        pattern.parts().run.map(|(_, units)| units)
    };
    assert_eq!(run("\\s[a-fA-F0-9]{64}\\s[a-fA-F0-9]{16}"), Some(64));
    assert_eq!(run("x{3}\\bx{5,9}x*"), Some(8));
    assert_eq!(run("(?:[ab]{4}){3}"), Some(12));
    assert_eq!(run("-(?:[0-9]{9}|[0-9]{20,}|c[0-9]{12}d)"), Some(9));
    assert_eq!(run("(?:[0-9]{9}-){2}"), Some(9));
    assert_eq!(run("(?i)[a-z]{1000,}"), Some(1000));
    assert_eq!(run("a{7}"), None);
    assert_eq!(run("(?:a{9})?b"), None);
    assert_eq!(run("a{9}|b{9}"), None);
    assert_eq!(run("a{9}|b"), None);
    assert_eq!(run("a{0,9}b*"), None);
}

#[test]
fn what_may_be_left_out_at_the_ends_is() {
    let same =
        |source: &str, shorter: &str| assert_eq!(regex(source, PLAIN), regex(shorter, PLAIN));
    same("-k\\s\\w{1,64}(?:\\s?(?:-p|-s))?", "-k\\s\\w");
    same("[\\s\\S]*a+b+", "ab");
    same("(?:x*ab?)+", "a");
    same("(?:a|b?c+d{2,3})e*", "a|cd{2}");
    same("a{3,9}", "a{3}");
    same("a*", "");
    same("a*\\bb", "\\bb");
    assert_ne!(regex("a{2,}", PLAIN), regex("a{2}", PLAIN));
    assert_ne!(regex("^a*b", PLAIN), regex("b", PLAIN));
    assert_ne!(regex("b\\b", PLAIN), regex("b", PLAIN));
    assert_ne!(regex("ba*$", PLAIN), regex("b", PLAIN));
}
