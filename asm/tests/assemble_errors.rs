//! Every error of the assembler names its place, what was expected there, what was found and what to do.

use cofferdam_asm::assemble::assemble;

/// A text, the place of its error and a part of what that says: whole files, rules' code, rules' heads.
#[test]
fn errors_have_place_expectation_and_remedy() {
    let cases: &[(&str, (u32, u32), &str)] = &[
        (
            "kind",
            (1, 5),
            "expected an event kind of the schema, found the end of the text",
        ),
        (
            "kind proces_creation {",
            (1, 6),
            "did you mean `process_creation`?",
        ),
        (
            "kind process_creation\n{}",
            (1, 22),
            "expected `{`, found the end of the statement",
        ),
        (
            "kind process_creation {",
            (1, 24),
            "expected `atom` or `rule`, or `}`, found the end of the text",
        ),
        (
            "}",
            (1, 1),
            "expected `content`, `pattern` or `kind`, found `}`",
        ),
        ("kind image_load {} }", (1, 20), "found `}`"),
        (
            "kind image_load {} kind image_load {}",
            (1, 20),
            "expected the end of the line",
        ),
        (
            "kind image_load {}\nkind image_load {}",
            (2, 6),
            "one block for each kind",
        ),
        ("content { tiers kernel }", (1, 11), "did you mean `tier`?"),
        (
            "content { ring 256 }",
            (1, 16),
            "a number up to 255, found `256`",
        ),
        ("content { ring 1; ring 1 }", (1, 19), "each item once"),
        ("content {}\ncontent {}", (2, 1), "one `content` block"),
        (
            "content { channel \"a\nb\" }",
            (1, 19),
            "ends with `\"` in the same line",
        ),
        (
            "content { channel \"\\u{D800}\" }",
            (1, 19),
            "an unpaired surrogate",
        ),
        ("content { channel \"\\x\" }", (1, 20), "expected an escape"),
        (
            "content { channel \"\\u{110000}\" }",
            (1, 20),
            "\\u{...} with one to six hexadecimal digits",
        ),
        ("content { channel \"\\u{}\" }", (1, 20), "\\u{...}"),
        ("content { key 0011 }", (1, 15), "32 hexadecimal digits"),
        (
            "pattern p regex '(' i",
            (1, 17),
            "a pattern that the engine can run",
        ),
        ("pattern p regex 'a' q", (1, 21), "flags of `ims`"),
        ("pattern p bytes 012", (1, 17), "two for each byte"),
        (
            "pattern regex regex 'a'",
            (1, 9),
            "a name that is no other pattern's",
        ),
        (
            "kind image_load {\n atom a eager Imagge { contains \"x\" }",
            (2, 15),
            "did you mean `Image`?",
        ),
        (
            "kind image_load {\n atom a soon Image { contains \"x\" }",
            (2, 9),
            "`eager` or `lazy`",
        ),
        (
            "kind image_load {\n atom a lazy Image {} }",
            (2, 7),
            "at least one literal",
        ),
        (
            "kind image_load {\n atom a lazy Image { has \"x\" } }",
            (2, 22),
            "`contains`, `starts`",
        ),
        (
            "kind image_load {\n atom a lazy Image { ends \"x\" @ loose } }",
            (2, 33),
            "a table and a key",
        ),
        (
            "kind image_load {\n atom a lazy Image { ends \"x\" @ gram:256 } }",
            (2, 33),
            "a table and a key",
        ),
        (
            "kind image_load {\n atom a lazy Image { ends \"x\"\n}\n atom a lazy Image { ends \"x\" } }",
            (4, 7),
            "no other atom",
        ),
    ];
    for (source, place, part) in cases {
        check(source, *place, part);
    }
    let rules: &[(&str, (u32, u32), &str)] = &[
        ("mach", (1, 1), "did you mean `match`?"),
        ("match match", (1, 7), "the end of the line"),
        ("jump x", (1, 6), "`->`"),
        (
            "jump -> x; match",
            (1, 9),
            "a label of this rule, found `x`",
        ),
        (
            "jump -> x; x:",
            (1, 9),
            "a label with an instruction behind it",
        ),
        ("x: match\n jump -> x", (2, 10), "jumps lead forward only"),
        ("x: jump -> x", (1, 12), "jumps lead forward only"),
        (
            "x: match; x: end",
            (1, 11),
            "a label that the rule does not have yet",
        ),
        ("1x: match", (1, 1), "labels are letters"),
        ("jump -> +65536", (1, 9), "up to 65,535"),
        (
            "if atom b -> +0",
            (1, 9),
            "an atom that the kind has by now",
        ),
        ("if lazy e -> +0", (1, 9), "write `atom` or `trigger`"),
        ("if trigger l -> +0", (1, 12), "write `lazy`"),
        (
            "if Image equals 'x' -> +0",
            (1, 10),
            "expected a test of the field",
        ),
        (
            "if Image text near 'x' -> +0",
            (1, 15),
            "`contains`, `starts`",
        ),
        ("if Image eq 4 -> +0", (1, 10), "a test of a text"),
        ("if ProcessId eq -4 -> +0", (1, 17), "a number, decimal"),
        ("if ProcessId eq +4 -> +0", (1, 17), "a number, decimal"),
        ("if ProcessId eq 0x+4 -> +0", (1, 17), "a number, decimal"),
        (
            "if ProcessId eq 18446744073709551616 -> +0",
            (1, 17),
            "a number, decimal",
        ),
        (
            "if ProcessId network 10.0.0.0/8 -> +0",
            (1, 14),
            "a test of a number",
        ),
        (
            "if User network 10.0.0.1/8 -> +0",
            (1, 17),
            "clear the bits after the first 8",
        ),
        ("if User network 10.0.0.0/33 -> +0", (1, 17), "a network"),
        ("if User network fe80::/129 -> +0", (1, 17), "a network"),
        (
            "if User pattern regx 'a' -> +0",
            (1, 17),
            "did you mean `regex`?",
        ),
    ];
    for (body, (line, column), part) in rules {
        let head = "kind process_creation {\n atom e eager Image { ends 'x' }\n atom l lazy Image { ends 'x' }\n \
            rule 1.0 high alert 'x' always {\n";
        check(&format!("{head}{body}\n}}\n}}"), (line + 4, *column), part);
    }
    let heads: &[(&str, u32, &str)] = &[
        ("1", 7, "UUID"),
        ("1.256", 7, "UUID"),
        ("5f2d0c3e-9a41-4d3c-8a550-f6a1d2b3c4d.0", 7, "UUID"),
        ("1.0 urgent", 11, "a severity"),
        ("1.0 low warn", 15, "`alert` or `deny`"),
        ("1.0 low deny title", 20, "the rule's title in quotes"),
        (
            "1.0 low deny 'x' meta {}",
            29,
            "the rule's metadata in quotes",
        ),
        ("1.0 low deny 'x' sometimes", 24, "`triggered` or `always`"),
    ];
    for (head, column, part) in heads {
        let source = format!("kind process_creation {{\n rule {head} {{ match }} }}");
        check(&source, (2, *column), part);
    }
}

fn check(source: &str, place: (u32, u32), part: &str) {
    let error = assemble(source).expect_err(source);
    assert_eq!((error.line, error.column), place, "{source}\n{error}");
    assert!(error.to_string().contains(part), "{source}\n{error}");
}
