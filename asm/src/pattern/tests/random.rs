//! Random expressions on random texts, against the `regex` crate.

use proptest::prelude::*;

use super::generate::{Both, expression, text};
use super::{PLAIN, cases, programs, run, units};
use crate::pattern::{Flags, literals, parse, regex};

/// Every program of the expression agrees with the `regex` crate on every text.
fn agree(both: &Both, flags: Flags, texts: &[String]) -> Result<(), TestCaseError> {
    let theirs = regex::bytes::RegexBuilder::new(&both.theirs)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all)
        .size_limit(1 << 24)
        .build();
    let (Ok(theirs), Ok(syntax)) = (theirs, parse::parse(&both.ours, flags)) else {
        return Err(TestCaseError::reject("not an expression"));
    };
    if syntax.root.positions(None) > 512 {
        return Ok(());
    }
    // In UTF-8 there are places within a character, where theirs sees no word edge, either.
    let ascii_only = both.theirs.contains("\\B");
    let texts = texts
        .iter()
        .filter(|text| !ascii_only || text.is_ascii())
        .collect::<Vec<_>>();
    let clauses = literals::required(&syntax);
    for program in programs(&syntax) {
        for &text in &texts {
            let expected = theirs.is_match(text.as_bytes());
            prop_assert_eq!(
                run(&program, &units(text)),
                expected,
                "{:?} on {:?}\n{}",
                both,
                text,
                crate::pattern::disassemble(&program)
            );
            let folded: Vec<u16> = units(text)
                .into_iter()
                .map(cofferdam_interpreter::fold::unit)
                .collect();
            for clause in &clauses {
                let found = clause
                    .iter()
                    .any(|literal| folded.windows(literal.len()).any(|at| at == literal));
                prop_assert!(!expected || found, "{:?} on {:?}: {:?}", both, text, clause);
            }
        }
    }
    Ok(())
}

fn flags() -> impl Strategy<Value = Flags> {
    any::<(bool, bool, bool)>().prop_map(|(ignore_case, multi_line, dot_all)| Flags {
        ignore_case,
        multi_line,
        dot_all,
    })
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn small_expressions(
        both in expression(4),
        flags in flags(),
        texts in prop::collection::vec(text(3), 1..8),
    ) {
        agree(&both, flags, &texts)?;
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn expressions_of_many_words(
        both in expression(40),
        flags in flags(),
        texts in prop::collection::vec(text(30), 1..8),
    ) {
        agree(&both, flags, &texts)?;
    }

    /// A count between random neighbours: what enters and leaves the run, and when.
    #[test]
    fn counted_repetitions(
        before in expression(2),
        after in expression(2),
        class in prop::sample::select(vec!["a", "[ab]", ".", "[^-]", "[0-9a-c]"]),
        bounds in prop_oneof![
            (2..20_u32).prop_map(|n| format!("{{{n},}}")),
            (0..20_u32, 1..20_u32).prop_map(|(n, m)| format!("{{{n},{}}}", n + m)),
        ],
        star in any::<bool>(),
        flags in flags(),
        texts in prop::collection::vec(text(12), 1..8),
    ) {
        let join = |before: &str, after: &str| {
            let inner = format!("{before}{class}{bounds}{after}");
            if star { format!("^(?:-{inner})*$") } else { inner }
        };
        let both = Both {
            ours: join(&before.ours, &after.ours),
            theirs: join(&before.theirs, &after.theirs),
        };
        agree(&both, flags, &texts)?;
    }

    /// Whatever is typed: a program that verifies, or an error within the source.
    #[test]
    fn any_source(source in "[\\\\ab(){}\\[\\]^$.*+?|:<>=!0-9,pL&~😀-]{0,24}", flags in flags()) {
        match regex(&source, flags) {
            Ok(program) => { run(&program, &units("ab(1,2)\n😀")); }
            Err(error) => {
                prop_assert!(source.get(error.span.clone()).is_some(), "{error:?}");
                prop_assert!(!error.message.is_empty() && !error.remedy.is_empty());
            }
        }
    }
}

/// Longer counts than any number of positions.
#[test]
fn long_counts() {
    let dots = |n: usize| "x".repeat(n);
    for (source, matching, failing) in [
        (".{1000,}", dots(1000), dots(999)),
        ("^.{1,60000}$", dots(60_000), dots(60_001)),
        (
            "a[^;]{600,}b",
            format!("a;a{}b", dots(600)),
            format!("a;a{}b", dots(599)),
        ),
        (
            "a[^;]{3,600}b",
            format!("aa;a{}b", dots(600)),
            format!("a;aa{}b", dots(600)),
        ),
    ] {
        let program = regex(source, PLAIN).expect(source);
        assert!(run(&program, &units(&matching)), "{source}");
        // The last one's second `a` is itself within the run.
        let expected = source == "a[^;]{3,600}b";
        assert_eq!(run(&program, &units(&failing)), expected, "{source}");
    }
}
