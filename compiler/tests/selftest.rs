//! The self-test tests every rule, and finds content that says something else than its rules.

use std::path::PathBuf;

use cofferdam_asm::model::{Issue, Program, Step, Test};
use cofferdam_asm::write;
use cofferdam_compiler::diagnostics::{Code, Report};
use cofferdam_compiler::emit::{Compiled, EmitOptions, compile};
use cofferdam_compiler::model::Rule;
use cofferdam_compiler::selftest::{self, SelfTest};
use cofferdam_compiler::{Options, load, load_texts};
use cofferdam_interpreter::schema::{Tier, Type};
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
    selftest::run(rules, &compiled.entries, &content, false, &|| {})
}

/// All tests of all rules, those that decided, and the rules that never matched.
fn counts(result: &SelfTest) -> (usize, usize, usize) {
    let rules = &result.rules;
    let tests = rules.iter().map(|rule| rule.tests).sum();
    let undecided: usize = rules.iter().map(|rule| rule.undecided.len()).sum();
    let never = rules.iter().filter(|rule| rule.matches == 0).count();
    (tests, tests - undecided, never)
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
        let result = tested(&loaded.rules, &compiled, &compiled.bytes);
        let (tests, decided, never) = counts(&result);
        println!("{tier:?}: {tests} tests, {decided} decide, {never} rules never match");
        let wrong = result.rules.iter().flat_map(|rule| &rule.disagreements);
        assert_eq!(
            wrong.collect::<Vec<_>>(),
            Vec::<&selftest::Disagreement>::new()
        );
        // What does not decide is redundant or contradicts the rest of its rule; one rule can never match.
        assert!(decided * 1000 >= tests * 990, "{decided} of {tests}");
        assert!(never <= 1, "{never}");
    }
}

/// Every modifier and every form of condition, in rules of which each test can decide.
const RULES: &str = include_str!("selftest/rules.yml");

fn own_rules() -> Vec<Rule> {
    let loaded = load_texts(&[("rules.yml", RULES)], &Options::default());
    assert_eq!(loaded.report.errors(), 0, "{:?}", loaded.report.all());
    loaded.rules
}

#[test]
fn every_test_of_every_form_decides() {
    let rules = own_rules();
    for tier in [Tier::Kernel, Tier::User] {
        let compiled = content(&rules, tier);
        let result = tested(&rules, &compiled, &compiled.bytes);
        assert!(result.passed(), "{result:#?}");
        for rule in &result.rules {
            assert_eq!(rule.undecided, [], "{} {tier:?}", rule.rule);
            assert!(rule.matches >= rule.tests && rule.near_misses >= rule.tests);
        }
    }
}

/// A log may write anything into any field: what a rule asks of it comes out as specified, or is refused with a code.
#[test]
fn every_modifier_agrees_on_every_type_of_field() {
    const FIELDS: [&str; 4] = ["Image", "ProcessId", "LogonId", "UtcTime"];
    const ITEMS: [&str; 30] = [
        ": 16",
        ": 0x10",
        ": 'a*b?c'",
        ": null",
        ": ''",
        ": true",
        "|contains: 1",
        "|startswith: '0x'",
        "|endswith: '.000'",
        "|cased: 0xAb",
        "|neq: 16",
        "|re: '^[0-9]+$'",
        "|re|i: 'AB?c'",
        "|cidr: 10.0.0.0/8",
        "|cidr: 'fd00::/8'",
        "|exists: true",
        "|exists: false",
        "|lt: 17",
        "|lte: 0x10",
        "|gt: -7",
        "|gte: 15.5",
        "|lte: 18446744073709551616",
        "|hour|gte: 22",
        "|year|lt: 1700",
        "|day: 31",
        "|base64offset|contains: foobar",
        "|windash|contains: ' -a'",
        "|fieldref: CommandLine",
        "|fieldref|startswith: ParentProcessId",
        "|fieldref|endswith|cased: ParentImage",
    ];
    let mut tested_rules = 0;
    for (field, item) in FIELDS
        .iter()
        .flat_map(|field| ITEMS.map(|item| (field, item)))
    {
        for condition in ["a", "not a"] {
            let text = format!(
                "title: t\nid: 00000000-0000-4000-8000-000000000001\nlogsource: {{product: windows, category: \
                 process_creation}}\ndetection:\n    a:\n        {field}{item}\n    condition: {condition}\n"
            );
            let loaded = load_texts(&[("rule.yml", &text)], &Options::default());
            assert_eq!(loaded.report.errors(), 0, "{:?}", loaded.report.all());
            for tier in [Tier::Kernel, Tier::User] {
                let compiled = content(&loaded.rules, tier);
                let result = tested(&loaded.rules, &compiled, &compiled.bytes);
                assert!(result.passed(), "{text}\n{result:#?}");
                tested_rules += result.rules.len();
            }
        }
    }
    assert!(tested_rules > 400, "{tested_rules}");
}

#[test]
fn the_same_rules_give_the_same_events() {
    let rules = own_rules();
    let compiled = content(&rules, Tier::User);
    let mut scratch = vec![0; 1 << 12];
    let content = Content::decode(&compiled.bytes)
        .and_then(|content| content.verify(&Limits::USER, &mut scratch))
        .expect("content that verifies");
    let run = || selftest::run(&rules, &compiled.entries, &content, true, &|| {}).events;
    let events = run();
    assert!(events.len() > 100, "{}", events.len());
    assert_eq!(events, run());
}

/// A rule that can never match, one with a test that never decides, and one whose content says something else.
#[test]
fn what_is_found_is_said() {
    const RULE: &str = "title: t\nid: 00000000-0000-4000-8000-00000000000N\nlogsource: {product: windows, category: file_event}\ndetection:\n    a:\n        ";
    let rule = |number: &str, rest: &str| RULE.replace('N', number) + rest + "\n    condition: a\n";
    let texts = [
        rule("1", "Image: 'one'\n        Image|contains: 'two'"),
        rule(
            "2",
            "- Image|endswith: 'one'\n        - Image|endswith: 'two'\n          Image|contains: 'three'\n          Image|startswith|cased: 'x'\n          Image: 'y'",
        ),
        rule("3", "Image|endswith: 'three'"),
        // It matches every event.
        rule(
            "4",
            "- Image|exists: true\n        - Image|contains|neq: four",
        ),
    ];
    let loaded = load_texts(&[("rules.yml", texts.join("---\n"))], &Options::default());
    let compiled = content(&loaded.rules, Tier::User);
    let mut program = compiled.program.clone();
    let kind = &mut program.kinds[0];
    let literals = kind.atoms.iter_mut().flat_map(|atom| &mut atom.literals);
    let tests = kind.rules.iter_mut().flat_map(|rule| &mut rule.code);
    let texts = tests.filter_map(|step| match step {
        Step::Test {
            test: Test::Text { units, .. },
            ..
        } => Some(units),
        _ => None,
    });
    let wanted: Vec<u16> = "THREE".encode_utf16().collect();
    for units in literals.map(|literal| &mut literal.units).chain(texts) {
        if *units == wanted {
            units.push(0x21);
        }
    }
    let result = tested(
        &loaded.rules,
        &compiled,
        &write(&program).expect("it can be written"),
    );
    let mut report = Report::default();
    result.report(&loaded.rules, &mut report);
    let said: Vec<_> = report.all().iter().map(|it| it.code).collect();
    assert_eq!(
        said,
        [
            Code::NeverMatched,
            Code::NeverDecided,
            Code::SelfTestFailed,
            Code::NeverDecided
        ]
    );
    assert!(
        report.all()[2].message.contains("THREE"),
        "{:?}",
        report.all()[2]
    );
}

/// One defect at a time, of every kind that a compiler could make: each is found.
#[test]
fn content_that_says_something_else_is_found() {
    let rules = own_rules();
    let compiled = content(&rules, Tier::User);
    let defects = defects(&compiled.program);
    assert!(defects.len() > 100, "{}", defects.len());
    let mut written = 0;
    for (what, program) in defects {
        // Some defects the verifier already finds: a trigger that is not necessary, a literal that stands twice.
        let Ok(bytes) = write(&program) else { continue };
        written += 1;
        let result = tested(&rules, &compiled, &bytes);
        assert!(!result.passed(), "{what}");
    }
    assert!(written > 100, "{written}");
}

/// The program with one literal changed, one test turned round, or one jump that leads elsewhere.
fn defects(program: &Program) -> Vec<(String, Program)> {
    let mut found = Vec::new();
    for (at, kind) in program.kinds.iter().enumerate() {
        // A number is asked for twice, as itself and as its text: one of them is enough. And no number writes a word.
        let is_number = |number: u8| {
            let field = kind.kind.info().field(number).expect("a field");
            field.ty == Type::Number
        };
        for (number, atom) in kind.atoms.iter().enumerate() {
            if is_number(atom.field) {
                continue;
            }
            for literal in 0..atom.literals.len() {
                let mut changed = program.clone();
                let units = &mut changed.kinds[at].atoms[number].literals[literal].units;
                if let Some(last) = units.last_mut() {
                    *last = if *last == 0x23 { 0x24 } else { 0x23 };
                }
                let what = String::from_utf16_lossy(&atom.literals[literal].units);
                found.push((format!("the literal {what}"), changed));
            }
        }
        for (number, rule) in kind.rules.iter().enumerate() {
            for (step, code) in rule.code.iter().enumerate() {
                let Step::Test { test, .. } = code else {
                    continue;
                };
                let mut changed = program.clone();
                if let Step::Test { sense, .. } = &mut changed.kinds[at].rules[number].code[step] {
                    *sense = !*sense;
                }
                let what = format!("step {step} of {}: {test:?}", rule.title);
                let is_unseen = match test {
                    // What is not supplied only has a rule run.
                    Test::Atom(atom) if kind.atoms[*atom].literals.is_empty() => true,
                    Test::Atom(atom) => is_number(kind.atoms[*atom].field),
                    // A gate before a pattern looks for a part that no number writes: nothing comes to the pattern, and
                    // nothing would meet it.
                    Test::Pattern { field, .. } | Test::Text { field, .. } => is_number(*field),
                    _ => false,
                };
                if !is_unseen {
                    found.push((what, changed));
                }
            }
        }
    }
    found
}
