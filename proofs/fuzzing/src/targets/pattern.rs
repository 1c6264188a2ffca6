//! Patterns: any program, and the host's compiler against the `regex` crate.

use cofferdam_asm::pattern::{Flags, regex, required_clauses};
use cofferdam_asm::reference::pattern_meets;
use cofferdam_interpreter::fold;
use cofferdam_interpreter::pattern::Pattern;

use crate::support::part;

/// Programs answer within their stated cost, and verified ones as the reference reads them; what an expression
/// compiles to matches what the `regex` crate says it matches.
pub(crate) fn pattern(bytes: &[u8]) {
    let Some((how, mut bytes)) = bytes.split_first() else {
        return;
    };
    let source = part(&mut bytes);
    if how & 1 == 0 {
        let (units, _) = bytes.as_chunks::<2>();
        let text: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        program(source, &text);
    } else {
        let flags = Flags {
            ignore_case: how & 2 != 0,
            multi_line: how & 4 != 0,
            dot_all: how & 8 != 0,
        };
        expression(source, flags, bytes);
    }
}

fn program(program: &[u8], text: &[u16]) {
    if let Ok(pattern) = Pattern::unverified(program) {
        let (result, steps) = pattern.run_counted(text);
        let units = text.len() as u64;
        let stated = u64::from(pattern.fixed_cost()) + u64::from(pattern.cost_per_unit()) * units;
        assert!(steps <= stated, "{steps} steps, {stated} stated");
        assert_eq!(pattern.run(text), result);
        if Pattern::verify(program).is_ok() {
            assert_eq!(
                result,
                Ok(pattern_meets(program, text)),
                "machine and reference"
            );
        }
    } else {
        assert!(Pattern::verify(program).is_err());
    }
}

/// Texts are ASCII: there both dialects mean the same once the differences below are left out.
fn expression(source: &[u8], flags: Flags, text: &[u8]) {
    let text: Vec<u8> = text.iter().map(|byte| byte & 0x7F).collect();
    let units: Vec<u16> = text.iter().map(|byte| u16::from(*byte)).collect();
    let Ok(source) = std::str::from_utf8(source) else {
        return;
    };
    let Ok(compiled) = regex(source, flags) else {
        return;
    };
    assert!(Pattern::verify(&compiled).is_ok(), "{source:?} verifies");
    program(&compiled, &units);
    let pattern = Pattern::verify(&compiled).expect("verified above");
    let meets = pattern.run(&units).expect("verified above");
    if meets {
        let folded: Vec<u16> = units.iter().map(|unit| fold::unit(*unit)).collect();
        for clause in required_clauses(source, flags).expect("it compiles") {
            let has = |literal: &Vec<u16>| {
                literal.is_empty() || folded.windows(literal.len()).any(|here| here == literal)
            };
            assert!(clause.iter().any(has), "{source:?} needs one of {clause:?}");
        }
    }
    if !is_common(source) {
        return;
    }
    let other = regex::bytes::RegexBuilder::new(source)
        .unicode(false)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all)
        .build();
    if let Ok(other) = other {
        assert_eq!(meets, other.is_match(&text), "{source:?} on {text:?}");
    }
}

/// Whether the expression means the same in both dialects. `\<` and `\>` are characters in one and word edges in the
/// other; beyond ASCII, one sees units and the other bytes.
fn is_common(source: &str) -> bool {
    source.is_ascii()
        && !["\\<", "\\>", "\\x", "\\u", "\\U", "\\p", "\\P"]
            .iter()
            .any(|differs| source.contains(differs))
}
