//! Small content, each for one term of a cost: finders by what their tables hold, rules by what they test.

/// A name and a source text.
pub(crate) type Source = (String, String);

pub(crate) fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let mut add = |name: &str, text: String| sources.push((name.to_owned(), text));
    for (name, literals) in LITERALS {
        add(name, lazy(literals));
    }
    for length in [1, 3, 4, 7, 8, 255, 256] {
        let text = "x".repeat(length);
        add(
            &format!("equals {length} units"),
            lazy(&format!("equals '{text}' @ tail")),
        );
    }
    for (name, test) in TESTS {
        add(name, always(&format!("if {test} -> yes; end; yes: match")));
    }
    for length in [1, 4, 100, 4_096] {
        for mode in ["contains", "starts", "ends", "equals"] {
            let text = "x".repeat(length);
            let test = format!("if Image text {mode} '{text}' cased -> yes; end; yes: match");
            add(&format!("{mode} {length} units, loose"), always(&test));
        }
    }
    for (name, text) in WHOLE {
        add(name, (*text).to_owned());
    }
    sources
}

/// One lazy atom of these literals.
fn lazy(literals: &str) -> String {
    format!(
        "kind image_load {{ atom a lazy Image {{ {literals} }}
        rule 1.0 low alert 'x' always {{ unless lazy a -> no; match; no: end }} }}"
    )
}

/// One rule that always runs.
fn always(code: &str) -> String {
    format!("kind process_creation {{ rule 1.0 low alert 'x' always {{ {code} }} }}")
}

/// Finders by the tables that they have.
const LITERALS: &[(&str, &str)] = &[
    ("a gram", "contains 'delete shadows' @ gram:0"),
    (
        "grams of two literals behind one key",
        "contains 'delete shadows' @ gram:0; contains 'delete shadowcopies' @ gram:0",
    ),
    ("four units, gated", "contains 'zqxj' @ four:0"),
    ("four units, gated by what is common", "contains ' the' @ four:0"),
    (
        "four units of two literals behind one key",
        "contains ' then, ' @ four:0; contains ' then, and then' @ four:0",
    ),
    (
        "four units of two literals, each behind its own key",
        "contains ' the' @ four:0; contains 'e in and out' @ four:0",
    ),
    ("a pair, gated", "contains 'zq' @ pair:0"),
    ("a pair, gated by what is common", "contains 'e ' @ pair:0"),
    (
        "two gates",
        "contains 'zq' @ pair:0; contains 'qj' @ pair:0",
    ),
    (
        "three gates",
        "contains 'zq' @ pair:0; contains 'qj' @ pair:0; contains 'jx' @ pair:0",
    ),
    (
        "four gates",
        "contains 'zq' @ pair:0; contains 'qj' @ pair:0; contains 'jx' @ pair:0; contains 'vqab' @ four:0"
    ),
    (
        "five pairs, so no gates",
        "contains 'zq' @ pair:0; contains 'qj' @ pair:0; contains 'jx' @ pair:0; contains 'vq' @ pair:0;
        contains 'kz' @ pair:0",
    ),
    (
        "four literals in one pair's bucket that one text can have",
        "contains 'e ' @ pair:0; contains 'e the' @ pair:0; contains 'e there' @ pair:0; contains 'e therefore' @ pair:0",
    ),
    (
        "literals in one pair's bucket that no text has at once",
        "contains 'ae ' @ pair:1; contains 'be therefore' @ pair:1; contains 'ce thereafter' @ pair:1",
    ),
    (
        "literals in one pair's bucket of which some texts have two",
        "contains 'ae ' @ pair:1; contains 'be therefore' @ pair:1; contains 'e in' @ pair:0",
    ),
    (
        "literals in one pair's bucket of which the longest stands behind most",
        "contains 'abe in the beginning' @ pair:2; contains 'be in' @ pair:1; contains 'e in ' @ pair:0; contains 'cbe ' @ pair:2",
    ),
    ("the first unit beyond ASCII", "contains \"\\u{80}\""),
    ("a unit", "contains \"\\u{E4}\""),
    ("a unit behind others", "contains \"ab\\u{E4}c\" @ unit:2"),
    ("a unit with three before it", "contains \"abc\\u{E4}\" @ unit:3"),
    ("two units beyond ASCII", "contains \"\\u{E4}\\u{F6}\" @ unit:1"),
    ("eight units of which the first is beyond ASCII", "contains \"\\u{E4}bcdefgh\" @ unit:0"),
    ("twelve units of which the first is beyond ASCII", "contains \"\\u{E4}bcdefghijkl\" @ unit:0"),
    (
        "a unit of several literals",
        "contains \"\\u{E4}\"; contains \"a\\u{E4}\" @ unit:1; contains \"ab\\u{E4}\" @ unit:2",
    ),
    ("a path's ending", r"ends '\wmic.exe'"),
    (
        "paths' endings that are alike",
        r"ends '\a\wmic.exe'; ends '\bb\wmic.exe'; ends '\cccccc\wmic.exe'; ends '\d\wmic.exe'; ends '\wmic.exe'",
    ),
    (
        "as many alike as a bucket holds",
        r"ends '\a\x'; ends '\b\x'; ends '\c\x'; ends '\d\x'; ends '\e\x'; ends '\f\x'; ends '\g\x'; ends '\h\x'",
    ),
    ("a single", "contains '^' @ single"),
    (
        "singles",
        "contains '^' @ single; contains '~' @ single; starts '%' @ single",
    ),
    ("the first unit", "starts 'a' @ edge"),
    ("the last four units", "ends 'abcd' @ edge"),
    (
        "edges of every width",
        "starts 'a' @ edge; starts 'bc' @ edge; starts 'def' @ edge; starts 'ghijk' @ edge;
        ends 'l' @ edge; ends 'mn' @ edge; ends 'opq' @ edge; ends 'rstuvwxyz' @ edge:5",
    ),
    (
        "edges that are alike",
        "starts 'abcd' @ edge; starts 'abcde' @ edge; starts 'abcdefgh' @ edge",
    ),
    (
        "every table",
        "contains 'delete shadows' @ gram:0; contains ' then' @ four:0; contains 'e ' @ pair:0; contains \"\\u{E4}\";
        ends '\\wmic.exe'; contains '^' @ single; starts 'de' @ edge",
    ),
];

/// Every operation.
const TESTS: &[(&str, &str)] = &[
    (
        "a text with regard to case",
        "Image text contains 'Aa' cased",
    ),
    ("a text without", "Image text contains 'AA'"),
    ("a text at an end", "Image text ends 'AA'"),
    ("a pattern of one word", "CommandLine pattern regex 'a.*b'"),
    (
        "a pattern with guards",
        r"CommandLine pattern regex '\bab?c\b'",
    ),
    (
        "a pattern of two words",
        "CommandLine pattern regex '(ab){50}c'",
    ),
    (
        "a pattern with a count",
        "CommandLine pattern regex 'a.{1000,}b'",
    ),
    (
        "a pattern beyond ASCII",
        "CommandLine pattern regex 'ä[à-ö]+'",
    ),
    ("equal fields", "Image fields equals ParentImage"),
    (
        "fields that end alike",
        "Image fields ends ParentImage cased",
    ),
    ("a network", "User network 10.0.0.0/8"),
    ("a number", "ProcessId eq 4"),
    ("a lower number", "ProcessId lt 4"),
    ("a number at most", "ProcessId le 4"),
    ("a greater number", "ProcessId gt 4"),
    ("a number at least", "ProcessId ge 4"),
    ("presence", "Image present"),
    ("absence", "Image absent"),
    ("emptiness", "Image empty"),
    ("what is not supplied", "Image unsupplied"),
];

/// Costs of several things together.
const WHOLE: &[(&str, &str)] = &[
    (
        "nothing but an end",
        "kind image_load { rule 1.0 low alert 'x' always { match } }",
    ),
    (
        "a rule that jumps",
        "kind image_load { rule 1.0 low alert 'x' always { if Image empty -> no; jump -> yes; no: end; yes: maybe } }",
    ),
    (
        "one literal of two atoms",
        "kind image_load {
            atom a lazy Image { ends '\\a.exe' }
            atom b lazy Image { ends '\\a.exe' }
            rule 1.0 low alert 'x' always { unless lazy a -> no; unless lazy b -> no; match; no: end }
        }",
    ),
    (
        "an atom that fires two rules",
        "kind image_load {
            atom a eager Image { ends '\\a.exe' }
            rule 1.0 low alert 'x' triggered { unless trigger a -> no; match; no: end }
            rule 2.0 low alert 'x' triggered { unless trigger a -> no; match; no: end }
        }",
    ),
    (
        "a trigger that is tested twice",
        "kind image_load {
            atom a eager Image { ends '\\a.exe' }
            rule 1.0 low alert 'x' triggered { unless trigger a -> no; unless trigger a -> no; match; no: end }
        }",
    ),
    (
        "two finders of one field, and one of another",
        "kind image_load {
            atom a eager Image { contains 'zq' @ pair:0 }
            atom b lazy Image { contains '^' @ single }
            atom c lazy ImageLoaded { contains 'delete shadows' @ gram:0 }
            rule 1.0 low alert 'x' triggered {
                unless trigger a -> no; unless lazy b -> no; unless lazy c -> no; match; no: end
            }
        }",
    ),
    (
        "two kinds, the second of which needs more",
        "kind image_load { rule 1.0 low alert 'x' always { match } }
        kind driver_load {
            atom a lazy ImageLoaded { contains '^' @ single }
            rule 2.0 low alert 'x' always {
                unless lazy a -> no; if ImageLoaded text contains 'Aa' cased -> no; match; no: end
            }
        }",
    ),
    (
        "two kinds with triggers",
        "kind image_load {
            atom a eager Image { ends '\\\\a.exe' }
            rule 1.0 low alert 'x' triggered { unless trigger a -> no; match; no: end }
        }
        kind driver_load {
            atom a eager ImageLoaded { ends '\\\\a.sys' }
            rule 2.0 low alert 'x' triggered { unless trigger a -> no; match; no: end }
        }",
    ),
    (
        "many rules, of which some share their tests",
        "pattern p regex 'a.*b'
        kind process_creation {
            atom a eager Image { ends '\\a.exe'; ends '\\b.exe' }
            rule 1.0 low alert 'x' always { if CommandLine pattern p -> yes; if ProcessId eq 4 -> yes; end; yes: match }
            rule 2.0 low alert 'x' always { if CommandLine pattern p -> yes; if ProcessId eq 5 -> yes; end; yes: match }
            rule 3.0 low alert 'x' triggered {
                unless trigger a -> no; if CommandLine text contains 'Aa' cased -> no; if Image fields ends ParentImage -> no
                match; no: end
            }
        }",
    ),
    (
        "a kind that only user mode can see",
        "content { tier user }; kind dns_query { rule 1.0 low alert 'x' always { match } }",
    ),
];
