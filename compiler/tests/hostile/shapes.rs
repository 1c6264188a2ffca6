//! Shapes that cost more than they look: each must end within seconds.

use std::time::{Duration, Instant};

use cofferdam_compiler::Options;

use crate::support::{load, rule};

const SIZE: usize = 1 << 20;

fn shapes() -> Vec<(&'static str, String)> {
    let many =
        |count: usize, each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<String>();
    let aliases = "*a, ".repeat(SIZE / 8);
    let hundred = "[".to_owned() + &"x, ".repeat(100) + "]";
    vec![
        ("open brackets", "[".repeat(SIZE)),
        ("open braces", "{".repeat(SIZE)),
        ("brackets and braces", "[{".repeat(SIZE / 2)),
        ("dashes", "- ".repeat(SIZE / 2)),
        ("question marks", "? ".repeat(SIZE / 2)),
        ("colons", ": ".repeat(SIZE / 2)),
        (
            "indentation",
            many(1400, &|depth| format!("{:1$}a:\n", "", depth)),
        ),
        ("quote", format!("a: '{}", "x".repeat(SIZE))),
        ("double quote", format!("a: \"{}", "\\x41".repeat(SIZE / 4))),
        ("plain lines", "a\n".repeat(SIZE / 2)),
        (
            "literal block",
            format!("a: |\n{}", "  x\n".repeat(SIZE / 4)),
        ),
        ("comments", "# x\n".repeat(SIZE / 4)),
        ("documents", "---\n".repeat(SIZE / 4)),
        ("documents of a key", "---\na: b\n".repeat(SIZE / 9)),
        ("keys", many(60_000, &|number| format!("key{number}: 1\n"))),
        (
            "near keys",
            many(30_000, &|number| format!("titl{number}: 1\n")),
        ),
        (
            "anchors",
            many(60_000, &|number| format!("k{number}: &a{number} x\n")),
        ),
        ("aliases", format!("a: &a {hundred}\nb: [{aliases}]")),
        ("carriage returns", "\r".repeat(SIZE)),
        ("tabs", "\t".repeat(SIZE)),
        ("emoji", "\u{1F600}".repeat(SIZE / 4)),
        ("flow commas", format!("[{}]", ",".repeat(SIZE))),
        (
            "merges",
            format!(
                "action: global\na: {hundred}\n{}",
                "---\nb: c\n".repeat(999)
            ),
        ),
        (
            "names",
            rule(
                &(many(20_000, &|number| format!("s{number}: {{A: 1}}\n")) + "condition: 1 of s*"),
            ),
        ),
        (
            "unknown names",
            rule(&format!(
                "s: {{A: 1}}\ncondition: {}s",
                "t or ".repeat(3000)
            )),
        ),
        (
            "selectors",
            rule(
                &(many(9_000, &|number| format!("s{number}: {{A: 1}}\n"))
                    + "condition: "
                    + &"1 of s* or ".repeat(1400)
                    + "s1"),
            ),
        ),
        (
            "conditions",
            rule(&format!(
                "s: {{A: [{}]}}\ncondition: [{}]",
                "1, ".repeat(9_000),
                "s, ".repeat(60_000)
            )),
        ),
        (
            "bad modifiers",
            rule(&format!(
                "s:\n{}condition: s",
                many(20_000, &|number| format!("    F{number}|contians: x\n"))
            )),
        ),
        (
            "dashes to permute",
            rule(&format!(
                "s:\n    A|windash: [{}]\ncondition: s",
                "-a -b -c -d, ".repeat(9_000)
            )),
        ),
        (
            "long values to permute",
            rule(&format!(
                "s:\n    A|windash: '-a -b -c -d {}'\ncondition: s",
                "x".repeat(60_000)
            )),
        ),
        (
            "long values, shared",
            rule(&format!(
                "v: &v ['{}']\ns:\n    A: [{}]\ncondition: s",
                "x".repeat(60_000),
                "*v, ".repeat(9_000)
            )),
        ),
        (
            "stars",
            rule(&format!(
                "s: {{A: '{}'}}\ncondition: s",
                "a*".repeat(30_000)
            )),
        ),
        (
            "expressions",
            rule(&format!(
                "s:\n    A|re: [{}]\ncondition: s",
                "'(a{100}){100}', ".repeat(300)
            )),
        ),
        (
            "expression in parentheses",
            rule(&format!(
                "s:\n    A|re: '{}'\ncondition: s",
                "(".repeat(8000)
            )),
        ),
        (
            "expression of classes",
            rule(&format!(
                "s:\n    A|re|i: '{}'\ncondition: s",
                "[^a]{20}".repeat(900)
            )),
        ),
        (
            "not",
            rule(&format!("s: {{A: 1}}\ncondition: {}s", "not ".repeat(4000))),
        ),
        (
            "parentheses",
            rule(&format!("s: {{A: 1}}\ncondition: {}s", "(".repeat(16_000))),
        ),
    ]
}

#[test]
fn costly_shapes_end_soon() {
    let options = Options::default();
    let mut slow = Vec::new();
    for (name, text) in shapes() {
        let start = Instant::now();
        let loaded = load(&text, &options);
        let took = start.elapsed();
        println!(
            "{name}: {} bytes, {} rules, {} diagnostics, {took:?}",
            text.len(),
            loaded.rules.len(),
            loaded.report.all().len()
        );
        if took > Duration::from_secs(10) {
            slow.push(name);
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}
