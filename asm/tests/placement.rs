//! Every literal that rules ask for in numbers finds a place, however alike they are.

use cofferdam_asm::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};
use cofferdam_asm::write;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, field::process_creation};
use cofferdam_interpreter::{Content, Limits, Mode, fold};

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().map(fold::unit).collect()
}

/// Content with a rule for each literal.
fn content(texts: &[String]) -> Vec<u8> {
    let field = process_creation::COMMAND_LINE as u8;
    let atoms = texts.iter().map(|text| Atom {
        field,
        phase: Phase::Eager,
        literals: vec![Literal {
            units: units(text),
            mode: Mode::Contains,
            place: None,
        }],
    });
    let rules = (0..texts.len()).map(|index| {
        let mut id = [0; 16];
        id[14..].copy_from_slice(&(index as u16).to_be_bytes());
        Rule {
            id,
            condition: 0,
            severity: 0,
            deny: false,
            title: texts[index].clone(),
            meta: String::new(),
            always: false,
            code: vec![
                Step::Test {
                    test: Test::Atom(index),
                    sense: false,
                    skip: 1,
                    trigger: true,
                },
                Step::Match,
                Step::End,
            ],
        }
    });
    let program = Program {
        issue: Issue::default(),
        kinds: vec![KindProgram {
            kind: Kind::ProcessCreation,
            atoms: atoms.collect(),
            rules: rules.collect(),
        }],
    };
    write(&program).unwrap()
}

/// Checks that a text with each of the literals sets its atom.
fn all_are_found(texts: &[String]) {
    let bytes = content(texts);
    let mut scratch = vec![0; 1 << 12];
    let content = Content::decode(&bytes).unwrap();
    let content = content.verify(&Limits::USER, &mut scratch).unwrap();
    for (index, text) in texts.iter().enumerate() {
        for before in ["", "x", "xy", "xyz"] {
            let text: Vec<u16> = format!("{before}{text} rest").encode_utf16().collect();
            let mut fields = [Value::Absent; process_creation::COUNT];
            fields[process_creation::COMMAND_LINE] = Value::Text(&text);
            let event = Event {
                kind: Kind::ProcessCreation,
                fields: &fields,
            };
            let outcome = content.run(&event, &mut scratch).unwrap();
            let found = outcome.matched().any(|rule| rule == index as u32);
            assert!(found, "{before}{}", texts[index]);
        }
    }
}

/// What `windash` makes of single-letter options: two units, the first of them one of three dashes.
#[test]
fn dashes() {
    let mut texts = Vec::new();
    for dash in ['\u{2013}', '\u{2014}', '\u{2015}'] {
        for letter in 'A'..='Z' {
            texts.push(format!("{dash}{letter}"));
            texts.push(format!(" {dash}{letter}"));
            texts.push(format!("{dash}{letter} "));
            texts.push(format!(" {dash}{letter} "));
        }
    }
    all_are_found(&texts);
}

/// Flags: four units each, made of 26 letters.
#[test]
fn flags() {
    let letter = |index: u32| char::from_u32(0x1F1E6 + index).unwrap();
    let texts: Vec<String> = (0..26)
        .flat_map(|one| (0..26).map(move |two| format!("{}{}", letter(one), letter(two))))
        .collect();
    all_are_found(&texts);
}

/// Options of one and two ASCII letters.
#[test]
fn options() {
    let mut texts = Vec::new();
    for one in 'A'..='Z' {
        texts.push(format!("-{one}"));
        texts.push(format!("/{one}"));
        texts.push(format!(" -{one} "));
        for two in 'A'..='Z' {
            texts.push(format!("-{one}{two}"));
        }
    }
    all_are_found(&texts);
}

/// Ten times as many literals of the same families - a rare gram that all of one family have, other letters around it -
/// cost ordinary texts less than twice as many steps.
#[test]
fn families_grow_cheaply() {
    const GRAMS: [&str; 8] = [
        "zkat", "x64d", "qvbj", "wcry", "jx0r", "kxzp", "vssq", "bkdr",
    ];
    let family = |size: u8| -> Vec<String> {
        let member = |gram: &str, number: u8| {
            let letter = |shift: u8| char::from(b'a' + (number / shift) % 26);
            format!("\\{}{gram}{}{}.exe", letter(1), letter(3), letter(7))
        };
        let families = GRAMS.into_iter();
        families
            .flat_map(|gram| (0..size).map(move |number| member(gram, number)))
            .collect()
    };
    let steps = |texts: &[String]| -> u64 {
        let bytes = content(texts);
        let mut scratch = vec![0; 1 << 12];
        let content = Content::decode(&bytes).unwrap();
        let content = content.verify(&Limits::USER, &mut scratch).unwrap();
        let ordinary = [
            r"C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule",
            r#""C:\Program Files\Vendor\Tool.exe" --mode=quick --output C:\Users\user\report.txt"#,
            r"powershell -NoProfile -Command Get-ChildItem -Recurse | Sort-Object Length",
            r"C:\Tools\azkat64d.exe",
        ];
        let ordinary = ordinary.iter().map(|text| {
            let text: Vec<u16> = text.encode_utf16().collect();
            let mut fields = [Value::Absent; process_creation::COUNT];
            fields[process_creation::COMMAND_LINE] = Value::Text(&text);
            let event = Event {
                kind: Kind::ProcessCreation,
                fields: &fields,
            };
            content.run(&event, &mut scratch).unwrap().steps()
        });
        ordinary.sum()
    };
    let (few, many) = (family(10), family(100));
    let distinct: std::collections::BTreeSet<&String> = many.iter().collect();
    assert_eq!(distinct.len(), many.len());
    let (few, many) = (steps(&few), steps(&many));
    println!("{few} steps, {many} with ten times the literals");
    assert!(many < 2 * few, "{few} {many}");
}
