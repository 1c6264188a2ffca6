//! The target over rule files.

use cofferdam_asm::model::Issue;
use cofferdam_compiler::diagnostics::{Code, Severity, Style, render, to_json};
use cofferdam_compiler::emit::{EmitOptions, Status, check_names, compile_within, report_left_out};
use cofferdam_compiler::selftest;
use cofferdam_compiler::{Loaded, Options, load_texts};
use cofferdam_interpreter::schema::Tier;
use cofferdam_interpreter::{Content, Limits};

/// Tests of a rule beyond which it is not tested on events made for it: what those cost grows with the square.
const MOST_TESTS: usize = 200;

/// Any bytes are a rule file: each document becomes a rule, a correlation rule, a filter or a refusal with its codes;
/// each rule is in the content or left out with a code; and the content says what the specification says.
pub(crate) fn rules(bytes: &[u8]) {
    let mut loaded = load_texts(&[("fuzz.yml", bytes)], &Options::default());
    check_names(&loaded.rules, &mut loaded.report);
    for refused in &loaded.refused {
        assert!(!refused.codes.is_empty(), "a refusal without a code");
    }
    let errors = loaded.report.all().iter();
    let errors = errors.filter(|it| it.severity() == Severity::Error).count();
    assert_eq!(
        errors > 0,
        !loaded.refused.is_empty(),
        "what is refused is reported"
    );
    for tier in [Tier::Kernel, Tier::User] {
        content(&mut loaded, tier);
    }
    for diagnostic in loaded.report.all() {
        let shown = render(diagnostic, &loaded.sources, Style::Plain);
        assert!(shown.contains(diagnostic.code.number()), "{shown}");
        let _ = to_json(diagnostic, &loaded.sources);
    }
}

fn content(loaded: &mut Loaded, tier: Tier) {
    let limits = match tier {
        Tier::Kernel => &Limits::KERNEL,
        Tier::User => &Limits::USER,
    };
    let issue = Issue {
        tier,
        ..Issue::default()
    };
    let compiled = compile_within(&loaded.rules, &EmitOptions { tier, issue }, limits)
        .expect("what cannot be written is left out");
    let rules = loaded.rules.iter().filter(|rule| rule.stand_alone).count();
    assert_eq!(compiled.entries.len(), rules, "an entry for each rule");
    let mut left_out = 0;
    for entry in &compiled.entries {
        if let Status::LeftOut { code, .. } = &entry.status {
            assert!(Code::named(code).is_some(), "{code} is no code");
            left_out += 1;
        }
    }
    let before = loaded.report.all().len();
    report_left_out(&loaded.rules, &compiled.entries, tier, &mut loaded.report);
    assert_eq!(
        loaded.report.all().len(),
        before + left_out,
        "all are reported"
    );
    let mut scratch = vec![0; limits.scratch_words as usize];
    let verified = Content::decode(&compiled.bytes).and_then(|it| it.verify(limits, &mut scratch));
    let Ok(verified) = verified else {
        // Rules that are sound one by one can be too many together.
        assert!(
            rules - left_out > 1,
            "one rule goes beyond the limits and is not left out"
        );
        return;
    };
    let tests: usize = compiled
        .program
        .kinds
        .iter()
        .flat_map(|kind| &kind.rules)
        .map(|rule| rule.code.len())
        .sum();
    if tests <= MOST_TESTS {
        let tested = selftest::run(&loaded.rules, &compiled.entries, &verified, false, &|| {});
        assert!(tested.passed(), "{:?}", tested.rules);
    }
}
