//! The self-test tests every rule, and finds content that says something else than its rules.

use std::path::PathBuf;
use std::time::Instant;

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{Compiled, EmitOptions, compile};
use cofferdam_compiler::model::Rule;
use cofferdam_compiler::selftest::{self, SelfTest};
use cofferdam_compiler::{Options, load};
use cofferdam_interpreter::schema::Tier;
use cofferdam_interpreter::{Content, Limits};

fn content(rules: &[Rule], tier: Tier) -> Compiled {
    let issue = Issue {
        tier,
        ..Issue::default()
    };
    compile(rules, &EmitOptions { tier, issue }).expect("it can be written")
}

fn tested(rules: &[Rule], compiled: &Compiled, bytes: &[u8]) -> SelfTest {
    let mut scratch = vec![0; 1 << 12];
    let content = Content::decode(bytes)
        .and_then(|content| content.verify(&Limits::USER, &mut scratch))
        .expect("content that verifies");
    selftest::run(rules, &compiled.entries, &content, false)
}

#[test]
fn the_public_rules_pass() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let data = std::env::var_os("COFFERDAM_DATA").map_or_else(|| beside.into(), PathBuf::from);
    if !data.join("sigma").is_dir() {
        println!("skipped: no data");
        return;
    }
    let loaded = load(&[data.join("sigma")], &Options::default());
    for tier in [Tier::Kernel, Tier::User] {
        let compiled = content(&loaded.rules, tier);
        let start = Instant::now();
        let result = tested(&loaded.rules, &compiled, &compiled.bytes);
        let sum = |of: &dyn Fn(&selftest::RuleTest) -> usize| {
            result.rules.iter().map(of).sum::<usize>()
        };
        println!(
            "{tier:?}: {} rules, {} tests, {} decide, {} matches, {} near misses, {} rules without match, {:?}",
            result.rules.len(),
            sum(&|it| it.tests),
            sum(&|it| it.decided),
            sum(&|it| it.matches),
            sum(&|it| it.near_misses),
            sum(&|it| usize::from(it.matches == 0)),
            start.elapsed()
        );
        let mut n = 0;
        for rule in &result.rules {
            if rule.matches == 0 || rule.decided * 2 < rule.tests { n += 1; if n < 60 { println!("  {} {:?} {}/{}", rule.rule, rule.kind, rule.decided, rule.tests); } }
            for it in rule.disagreements.iter().take(2) {
                println!("{} {:?} {it:?}", rule.rule, rule.kind);
            }
        }
    }
}
