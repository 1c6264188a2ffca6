//! The writer's output verifies, runs, and does not depend on order.

use cofferdam_asm::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};
use cofferdam_asm::{WriteError, write};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, field::process_creation};
use cofferdam_interpreter::{Content, Limits, Mode, Place, fold};

fn literal(mode: Mode, text: &str) -> Literal {
    Literal {
        units: text.encode_utf16().map(fold::unit).collect(),
        mode,
        place: None,
    }
}

fn atom(phase: Phase, field: usize, literals: &[(Mode, &str)]) -> Atom {
    Atom {
        field: field as u8,
        phase,
        literals: literals.iter().map(|(m, t)| literal(*m, t)).collect(),
    }
}

fn test(atom: usize, trigger: bool, skip: u16) -> Step {
    Step::Test {
        test: Test::Atom(atom),
        sense: false,
        skip,
        trigger,
    }
}

fn rule(id: u8, code: Vec<Step>) -> Rule {
    Rule {
        id: [id; 16],
        condition: 0,
        severity: 3,
        deny: false,
        title: format!("Rule {id}"),
        meta: String::new(),
        always: false,
        code,
    }
}

fn program() -> Program {
    let atoms = vec![
        atom(
            Phase::Eager,
            process_creation::IMAGE,
            &[(Mode::Ends, "\\vssadmin.exe"), (Mode::Ends, "wmic.exe")],
        ),
        atom(
            Phase::Lazy,
            process_creation::COMMAND_LINE,
            &[(Mode::Contains, "delete"), (Mode::Contains, "shadows")],
        ),
        atom(
            Phase::Eager,
            process_creation::COMMAND_LINE,
            &[
                (Mode::Contains, "-enc"),
                (Mode::Contains, "ä"),
                (Mode::Contains, "^"),
            ],
        ),
    ];
    Program {
        issue: Issue::default(),
        kinds: vec![KindProgram {
            kind: Kind::ProcessCreation,
            atoms,
            rules: vec![
                rule(
                    1,
                    vec![test(0, true, 2), test(1, false, 1), Step::Match, Step::End],
                ),
                rule(2, vec![test(2, true, 1), Step::Maybe, Step::End]),
            ],
        }],
    }
}

fn judge(bytes: &[u8], image: &str, command_line: &str) -> (Vec<u32>, Vec<u32>) {
    let mut scratch = vec![0; 4096];
    let content = Content::decode(bytes).unwrap();
    let content = content.verify(&Limits::KERNEL, &mut scratch).unwrap();
    let image: Vec<u16> = image.encode_utf16().collect();
    let command_line: Vec<u16> = command_line.encode_utf16().collect();
    let mut fields = vec![Value::Absent; process_creation::COUNT];
    fields[process_creation::IMAGE] = Value::Text(&image);
    fields[process_creation::COMMAND_LINE] = Value::Text(&command_line);
    let event = Event {
        kind: Kind::ProcessCreation,
        fields: &fields,
    };
    let outcome = content.run(&event, &mut scratch).unwrap();
    assert_eq!(outcome.fault(), None);
    (outcome.matched().collect(), outcome.maybe().collect())
}

#[test]
fn judges_events() {
    let bytes = write(&program()).unwrap();
    let cases: [(&str, &str, &[u32], &[u32]); 6] = [
        (
            "C:\\Windows\\System32\\VSSADMIN.exe",
            "vssadmin Delete Shadows",
            &[0],
            &[],
        ),
        (
            "C:\\Windows\\System32\\vssadmin.exe",
            "vssadmin list",
            &[],
            &[],
        ),
        ("C:\\x\\WMIC.EXE", "wmic shadowcopy delete", &[0], &[]),
        ("C:\\x\\y.exe", "powershell -EnC abc", &[], &[1]),
        ("C:\\x\\y.exe", "powershell Ä abc", &[], &[1]),
        ("C:\\x\\y.exe", "powershell ^", &[], &[1]),
    ];
    for (image, command_line, matched, maybe) in cases {
        let outcome = judge(&bytes, image, command_line);
        assert_eq!(
            outcome,
            (matched.to_vec(), maybe.to_vec()),
            "{image} {command_line}"
        );
    }
}

#[test]
fn order_of_rules_does_not_matter() {
    let mut turned = program();
    turned.kinds[0].rules.reverse();
    assert_eq!(write(&turned).unwrap(), write(&program()).unwrap());
}

/// What no rule asks for, what stands twice, and in which order atoms stand: the file says nothing of it.
#[test]
fn what_rules_do_not_see_does_not_matter() {
    let mut other = program();
    let kind = &mut other.kinds[0];
    kind.atoms.reverse();
    let last = kind.atoms.len() - 1;
    for step in kind.rules.iter_mut().flat_map(|rule| &mut rule.code) {
        if let Step::Test {
            test: Test::Atom(atom),
            ..
        } = step
        {
            *atom = last - *atom;
        }
    }
    for atom in &mut kind.atoms {
        let again = atom.literals[0].clone();
        atom.literals.push(again);
    }
    kind.atoms.push(atom(
        Phase::Eager,
        process_creation::USER,
        &[(Mode::Contains, "nobody asks")],
    ));
    assert_eq!(write(&other).unwrap(), write(&program()).unwrap());
}

#[test]
fn a_literal_has_one_place() {
    let mut placed = program();
    let literals = &mut placed.kinds[0].atoms[1].literals;
    literals[0].place = Some((Place::Pair, 0));
    let mut again = literals[0].clone();
    literals.push(again.clone());
    let bytes = write(&placed).unwrap();
    // Where the writer may choose, it takes the place that is given elsewhere.
    placed.kinds[0].atoms[1].literals[2].place = None;
    assert_eq!(write(&placed).unwrap(), bytes);
    again.place = Some((Place::Pair, 1));
    placed.kinds[0].atoms[1].literals[2] = again;
    let refused = WriteError::TwoPlaces {
        mode: Mode::Contains,
        text: "DELETE".to_owned(),
    };
    assert_eq!(write(&placed), Err(refused));
}
