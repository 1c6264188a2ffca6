//! The finder against the definition of what it finds.

use cofferdam_asm::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};
use cofferdam_asm::rarity::Rarity;
use cofferdam_asm::writer::write_with;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, field::image_load};
use cofferdam_interpreter::{Content, Mode, Place, fold};

use super::files::write;
use crate::events::{meets, proved};
use crate::file::{LIMITS, SCRATCH};
use crate::support::generate::Choices;
use crate::support::{choices, part};

/// A few alphabets: the smaller, the more often literals overlap and stand in the text.
const ALPHABETS: [&[u16]; 6] = [
    &[0x41, 0x42],
    &[0x41, 0x61, 0x42, 0x62, 0x5C],
    &[0x41, 0x5C, 0x2E, 0x45, 0x58],
    &[0x41, 0xE4, 0xC4, 0x131, 0x49, 0x17F, 0x53],
    &[0xD83D, 0xDC00, 0x41, 0xFFFF, 0x80, 0x00],
    &[0x410, 0x430, 0x411, 0x431, 0x5C, 0x7F],
];

const MODES: [Mode; 4] = [Mode::Contains, Mode::Starts, Mode::Ends, Mode::Equals];

/// Each literal is found in exactly those texts that meet it, wherever it is placed, and whatever else is looked for.
pub(crate) fn text(bytes: &[u8]) {
    let mut bytes = bytes;
    let row = choices(part(&mut bytes));
    let mut making = Choices::new(&row);
    let alphabet = ALPHABETS[making.below(ALPHABETS.len())];
    let count = 1 + making.below(12);
    let mut literals: Vec<Literal> = Vec::new();
    for _ in 0..count {
        let literal = literal(&mut making, alphabet);
        let is_known = |known: &Literal| known.units == literal.units && known.mode == literal.mode;
        if !literals.iter().any(is_known) {
            literals.push(literal);
        }
    }
    let phase = [Phase::Eager, Phase::Lazy][making.below(2)];
    let Some(file) = written(&mut literals, phase) else {
        return;
    };
    let mut scratch = vec![0; SCRATCH];
    let content = Content::decode(&file).expect("the writer's file is whole");
    let content = content
        .verify(&LIMITS, &mut scratch)
        .expect("the writer's file verifies");

    let row = choices(bytes);
    let mut making = Choices::new(&row);
    for _ in 0..3 {
        let mut text = Vec::new();
        for _ in 0..making.below(12) {
            match making.below(3) {
                0 => text.extend(&literals[making.below(literals.len())].units),
                1 => text.push(alphabet[making.below(alphabet.len())]),
                _ => {
                    let units = &literals[making.below(literals.len())].units;
                    text.extend(&units[making.below(units.len())..]);
                }
            }
        }
        let mut fields = [Value::Absent; image_load::COUNT];
        fields[image_load::IMAGE] = Value::Text(&text);
        let event = Event {
            kind: Kind::ImageLoad,
            fields: &fields,
        };
        let outcome = content
            .run(&event, &mut scratch)
            .expect("the event is whole");
        assert_eq!(outcome.fault(), None);
        assert!(outcome.steps() <= proved(content.content(), &event));
        let found = outcome.matched().map(|bit| {
            let rule = content.content().rule(outcome.rule(bit));
            usize::from(rule.expect("a rule that is there").condition)
        });
        let mut found: Vec<usize> = found.collect();
        found.sort_unstable();
        let expected: Vec<usize> = (0..literals.len())
            .filter(|at| meets(&text, &literals[*at].units, literals[*at].mode))
            .collect();
        assert_eq!(found, expected, "{literals:?} in {text:?}");
    }
}

fn literal(making: &mut Choices<'_>, alphabet: &[u16]) -> Literal {
    let length = match making.below(16) {
        0 => 1 + making.below(256),
        _ => 1 + making.below(9),
    };
    let units = (0..length).map(|_| fold::unit(alphabet[making.below(alphabet.len())]));
    let units: Vec<u16> = units.collect();
    let place = match making.below(8) {
        place @ (1..=5 | 7) => Place::from_number(place as u8),
        _ => None,
    };
    let key = match place {
        Some(Place::Tail) => 0,
        Some(Place::Edge) => [0, units.len().saturating_sub(4)][making.below(2)] as u8,
        _ => making.below(units.len()) as u8,
    };
    Literal {
        units,
        mode: MODES[making.below(MODES.len())],
        place: place.map(|place| (place, key)),
    }
}

/// One rule for each literal. Where the chosen places cannot be, the writer chooses; where it has none, nobody can.
fn written(literals: &mut [Literal], phase: Phase) -> Option<Vec<u8>> {
    if let Ok(file) = write_with(&program(literals, phase), &Rarity::default()) {
        return Some(file);
    }
    for literal in &mut *literals {
        literal.place = None;
    }
    write(&program(literals, phase)).ok()
}

fn program(literals: &[Literal], phase: Phase) -> Program {
    let atoms = literals.iter().map(|literal| Atom {
        field: image_load::IMAGE as u8,
        phase,
        literals: vec![literal.clone()],
    });
    let eager = phase == Phase::Eager;
    let rules = (0..literals.len()).map(|at| Rule {
        id: [0; 16],
        condition: at as u8,
        severity: 0,
        deny: false,
        title: "found".to_owned(),
        meta: String::new(),
        always: !eager,
        code: vec![
            Step::Test {
                test: Test::Atom(at),
                sense: false,
                skip: 1,
                trigger: eager,
            },
            Step::Match,
            Step::End,
        ],
    });
    Program {
        issue: Issue::default(),
        kinds: vec![KindProgram {
            kind: Kind::ImageLoad,
            atoms: atoms.collect(),
            rules: rules.collect(),
        }],
    }
}
