//! The assembler reads what the grammar says, and answers everything else with a place and a remedy.

use cofferdam_asm::assemble::{AssembleError, assemble, assemble_to_bytes};
use cofferdam_asm::disassemble::{Printer, disassemble, quote};
use cofferdam_asm::model::{Phase, Step, Test};
use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Code, Mode, Place};
use proptest::prelude::*;

const WHOLE: &str = r##"
content { tier user; channel "canary"; ring 3; version 7; floor 2; engine 1
    issued 1753000000; expires 0x70000000; key 00112233445566778899aabbccddeeff }

pattern digits regex '\d{3}-\d+' i   # a comment
pattern raw bytes {
    0100000001000100
}

kind process_creation {
    atom tool eager Image { ends '\vssadmin.exe' @ tail; contains "W\u{131}n" @ gram:0 }
    atom words lazy CommandLine {
        starts "\u{D800}\"\\"
    }

    rule 5f2d0c3e-9a41-4d3c-8a55-0f6a1d2b3c4d.9 high deny "Titel \u{1F600}" meta "{}" triggered {
        unless trigger tool -> no
        if lazy words -> +1; end
        if CommandLine text equals 'aB' cased -> yes
        if CommandLine text equals 'aB' -> yes
        unless CommandLine pattern digits -> no
        unless CommandLine pattern glob 'a*\*?' contains cased -> no
        if Image fields ends ParentImage cased -> yes
        if ProcessId ge 0xFFFFFFFFFFFFFFFF -> yes
        if User network fe80::/10 -> yes
        if User network 10.0.0.0/8 -> yes
        if User absent -> yes
        jump -> also
        maybe
    yes:
    also: match
    no: end
    }
}
kind image_load{}
"##;

#[test]
fn reads_every_form() {
    let program = assemble(WHOLE).unwrap();
    assert_eq!(program.issue.tier, Tier::User);
    assert_eq!(program.issue.channel, "canary");
    assert_eq!(program.issue.expires, 0x7000_0000);
    assert_eq!(program.issue.key_id[15], 0xFF);
    let [kind, empty] = program.kinds.as_slice() else {
        panic!("two kinds")
    };
    assert_eq!(empty.kind, Kind::ImageLoad);
    assert_eq!(kind.atoms[0].phase, Phase::Eager);
    assert_eq!(kind.atoms[0].literals[0].place, Some((Place::Tail, 0)));
    let unit = u16::from;
    assert_eq!(kind.atoms[0].literals[1].units, b"WIN".map(unit));
    assert_eq!(
        kind.atoms[1].literals[0].units,
        [0xD800, unit(b'"'), unit(b'\\')]
    );
    let rule = &kind.rules[0];
    assert_eq!((rule.id[0], rule.condition), (0x5F, 9));
    assert!(rule.deny && !rule.always && rule.severity == 3);
    assert_eq!(rule.title, "Titel \u{1F600}");
    assert_eq!(rule.code.len(), 16);
    let Step::Test {
        test,
        sense,
        skip,
        trigger,
    } = &rule.code[0]
    else {
        panic!("a test")
    };
    assert_eq!(
        (test, sense, skip, trigger),
        (&Test::Atom(0), &false, &14, &true)
    );
    let Step::Test { test, .. } = &rule.code[3] else {
        panic!("a test")
    };
    let cased = Test::Text {
        field: 10,
        mode: Mode::Equals,
        cased: true,
        units: b"aB".map(unit).to_vec(),
    };
    assert_eq!(test, &cased);
    let Step::Test { test, .. } = &rule.code[8] else {
        panic!("a test")
    };
    let number = Test::Number {
        field: 3,
        relation: Op::NumberGe,
        value: u64::MAX,
    };
    assert_eq!(test, &number);
}

#[test]
fn printing_and_reading_is_the_identity() {
    let program = assemble(WHOLE).unwrap();
    let text = Printer::new(&program).program();
    assert_eq!(assemble(&text).unwrap(), program, "{text}");
}

#[test]
fn the_grammars_example_is_a_program() {
    let grammar = include_str!("../GRAMMAR.md");
    let example = grammar.split("```\n").nth(1).expect("an example");
    let bytes = assemble_to_bytes(example).unwrap();
    let text = disassemble(&bytes).unwrap();
    let again = assemble_to_bytes(&text).unwrap();
    assert_eq!(again, bytes, "{text}");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let expected = [
        "kind process_creation {",
        "atom a0 eager CommandLine {",
        "rule 5f2d0c3e-9a41-4d3c-8a55-0f6a1d2b3c4d.0 high alert \"Shadow copies deleted\" triggered {",
        "unless trigger a0 -> l5  # CommandLine contains \"DELETE SHADOWS\" | \"SHADOWCOPY DELETE\"",
        "if lazy a1 -> l4  # Image ends '\\VSSADMIN.EXE' | '\\WMIC.EXE'",
        "unless OriginalFileName unsupplied -> l5",
        "maybe",
        "l4:    match",
        "l5:    end",
    ];
    for line in expected {
        assert!(lines.contains(&line), "{line}\n{text}");
    }
}

#[test]
fn the_verifiers_refusal_comes_through() {
    let source = "kind process_creation { atom a eager Image { ends 'x' }\n\
        rule 1.0 high alert 'x' triggered { if trigger a -> hit; match; hit: match } }";
    let Err(AssembleError::Write(cofferdam_asm::WriteError::Refused(refusal))) =
        assemble_to_bytes(source)
    else {
        panic!("refused")
    };
    assert_eq!(refusal.code, Code::TriggerNotNecessary);
}

#[test]
fn no_field_is_called_like_a_test_of_an_atom() {
    for kind in Kind::ALL {
        for field in kind.fields() {
            assert!(!["atom", "trigger", "lazy"].contains(&field.name));
            assert!(
                !field
                    .name
                    .contains([' ', '{', '}', ';', '#', '@', '"', '\''])
            );
        }
    }
}

#[test]
fn disassembles_to_what_it_was_assembled_from() {
    let source = r#"content { version 3 }; pattern digits regex 'a{5}[b-d]*$'
        kind process_creation {
            atom tool eager Image { ends '\vssadmin.exe' @ tail; contains 'wmiprvse' @ gram:1; contains 'ab' }
            atom words lazy CommandLine { starts "\u{D800}x"; contains 'shadow'; equals "\u{142}" }
            atom more eager Image { ends '\vssadmin.exe' @ tail; starts 'a long one indeed'; contains '^' }
            rule 2.0 low deny 'second' meta '{}' triggered {
                unless trigger tool -> no
                unless CommandLine pattern digits -> no
                if CommandLine pattern regex 'x' -> no
                unless User network fe80::/10 -> no
                if User network 10.0.0.0/8 -> no
                match
            no: end
            }
            rule 1.0 low alert 'first' triggered { if trigger tool -> yes; unless trigger more -> no
            yes: unless lazy words -> no; if ProcessId ge 7 -> no; unless Image fields equals ParentImage -> no
                 maybe
            no: end }
            rule 3.0 low alert 'always' always { if Image text contains 'lOOse' cased -> yes
                unless Image text contains 'lOOse' -> no
            yes: match
            no: end }
        }
        kind file_event { rule 1.0 low alert 'x' always { match } }"#;
    let bytes = assemble_to_bytes(source).unwrap();
    let text = disassemble(&bytes).unwrap();
    assert!(!text.contains("Not the writer's"), "{text}");
    assert_eq!(assemble_to_bytes(&text).unwrap(), bytes, "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_text_makes_it_panic(source in "\\PC*") {
        let _ = assemble(&source);
    }

    /// Words of the language in any order, so that the parser gets further than the first of them.
    #[test]
    fn no_row_of_words_makes_it_panic(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let text: Vec<&str> = words.into_iter().map(|at| WORDS[at]).collect();
        let _ = assemble_to_bytes(&text.join(" "));
    }

    /// A whole program with a piece cut out, doubled or replaced.
    #[test]
    fn no_damage_makes_it_panic(from in 0..WHOLE.len(), length in 0..60_usize, word in 0..WORDS.len()) {
        let to = (from + length).min(WHOLE.len());
        if let (Some(before), Some(cut), Some(after)) = (WHOLE.get(..from), WHOLE.get(from..to), WHOLE.get(to..)) {
            let _ = assemble(&format!("{before}{after}"));
            let _ = assemble(&format!("{before}{cut}{cut}{after}"));
            let _ = assemble(&format!("{before}{}{after}", WORDS[word]));
        }
    }

    #[test]
    fn quoted_strings_read_back(units in proptest::collection::vec(any::<u16>(), 0..40)) {
        let source = format!(
            "kind process_creation {{ rule 1.0 low alert 'x' always {{ if Image text ends {} cased -> +0\n match }} }}",
            quote(&units)
        );
        let program = assemble(&source).unwrap();
        let Step::Test { test: Test::Text { units: read, .. }, .. } = &program.kinds[0].rules[0].code[0] else {
            panic!("a test of a text")
        };
        prop_assert_eq!(read, &units);
    }
}

const WORDS: &[&str] = &[
    "content",
    "pattern",
    "kind",
    "atom",
    "rule",
    "process_creation",
    "image_load",
    "{",
    "}",
    ";",
    "\n",
    "->",
    "@",
    "eager",
    "lazy",
    "trigger",
    "Image",
    "CommandLine",
    "ProcessId",
    "contains",
    "starts",
    "ends",
    "equals",
    "'abcdefgh'",
    "\"x\"",
    "\"\\u{D800}\"",
    "gram:3",
    "tail",
    "unit:0",
    "1.0",
    "high",
    "alert",
    "deny",
    "'t'",
    "meta",
    "always",
    "triggered",
    "if",
    "unless",
    "jump",
    "match",
    "maybe",
    "end",
    "text",
    "regex",
    "glob",
    "bytes",
    "fields",
    "network",
    "10.0.0.0/8",
    "eq",
    "present",
    "a",
    "l:",
    "l",
    "+0",
    "+65535",
    "0xFF",
    "cased",
    "i",
    "tier",
    "user",
    "version",
    "00",
    "#",
];
