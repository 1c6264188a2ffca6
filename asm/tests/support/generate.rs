//! Random programs and events, made of a row of choices: whoever makes the row (a property test, a fuzzer from its
//! bytes) steers everything, and a shorter or smaller row makes a smaller program.
//!
//! Texts are put together from the program's own literals, whole and damaged, so that tests often hold and often
//! nearly hold. Most programs are sound; those that are not, the writer refuses.

use std::sync::LazyLock;

use cofferdam_asm::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};
use cofferdam_asm::pattern::{Flags, regex};
use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::schema::{Kind, Tier, Type};
use cofferdam_interpreter::{Mode, Place, fold};

use super::{OwnedEvent, OwnedValue};

/// A row of choices; when it ends, every further choice is the first.
#[derive(Debug)]
pub(crate) struct Choices<'c>(std::slice::Iter<'c, u32>);

impl<'c> Choices<'c> {
    pub(crate) fn new(row: &'c [u32]) -> Self {
        Self(row.iter())
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let choice = self.0.next().copied().unwrap_or(0) as usize;
        choice % count.max(1)
    }

    /// Whether to, once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// Units at which something changes: case, ASCII, folding into ASCII, path separators, surrogates, the last unit.
const UNITS: [u16; 24] = [
    0x61, 0x62, 0x41, 0x63, 0x5C, 0x2E, 0x73, 0x69, 0x5E, 0x131, 0x17F, 0xE4, 0xC4, 0x142, 0x241,
    0xD800, 0xDC00, 0xD83D, 0x00, 0x20, 0x7F, 0x80, 0xFFFF, 0x7A,
];

const WORDS: [&str; 12] = [
    "\\cmd.exe",
    "powershell",
    "C:\\Windows\\",
    "delete",
    "shadow",
    "-enc",
    "a",
    "ab",
    "abc",
    "abcd",
    "4711",
    "0x1410",
];

/// Numbers that programs compare with and events have.
const NUMBERS: [u64; 8] = [0, 1, 4, 4711, 5136, 1 << 32, u64::MAX - 1, u64::MAX];

const ADDRESSES: [&str; 6] = [
    "10.1.2.3",
    "11.0.0.0",
    "::1",
    "fe80::1",
    "10.1.2",
    "::ffff:10.1.2.3",
];

const KINDS: [Kind; 3] = [Kind::ProcessCreation, Kind::ImageLoad, Kind::ProcessAccess];

const MODES: [Mode; 4] = [Mode::Contains, Mode::Starts, Mode::Ends, Mode::Equals];

static PATTERNS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let sources = [
        "a.*b",
        "^[a-c]+$",
        "(?i)cmd|shadow",
        "\\bab\\b",
        "a{2,70}b",
        "",
        "[^a]{5,}$",
        "\\\\.\\.",
    ];
    let compile = |source: &&str| regex(source, Flags::default()).expect("a pattern");
    sources.iter().map(compile).collect()
});

/// A program.
pub(crate) fn program(choices: &mut Choices<'_>) -> Program {
    let first = choices.below(KINDS.len());
    let kinds = 1 + choices.below(2);
    Program {
        issue: Issue {
            tier: if choices.once_in(2) {
                Tier::User
            } else {
                Tier::Kernel
            },
            content_version: 7,
            ..Issue::default()
        },
        kinds: (0..kinds)
            .map(|at| kind_program(choices, KINDS[(first + at) % KINDS.len()]))
            .collect(),
    }
}

fn kind_program(choices: &mut Choices<'_>, kind: Kind) -> KindProgram {
    let atoms: Vec<Atom> = (0..choices.below(7)).map(|_| atom(choices, kind)).collect();
    let rules = 1 + choices.below(5);
    KindProgram {
        kind,
        rules: (0..rules)
            .map(|number| rule(choices, kind, &atoms, number as u8))
            .collect(),
        atoms,
    }
}

fn atom(choices: &mut Choices<'_>, kind: Kind) -> Atom {
    // Without literals: where the field is unsupplied.
    let literals = if choices.once_in(8) {
        0
    } else {
        1 + choices.below(4)
    };
    Atom {
        field: field(choices, kind),
        phase: if choices.once_in(3) {
            Phase::Lazy
        } else {
            Phase::Eager
        },
        literals: (0..literals).map(|_| literal(choices)).collect(),
    }
}

/// Leaves the literals' places to the writer.
pub(crate) fn unplace(program: &mut Program) {
    let kinds = program.kinds.iter_mut();
    for atom in kinds.flat_map(|kind| &mut kind.atoms) {
        for literal in &mut atom.literals {
            literal.place = None;
        }
    }
}

/// One of the first few fields, so that atoms share their finders, or any.
fn field(choices: &mut Choices<'_>, kind: Kind) -> u8 {
    let fields = kind.fields();
    let favourites = [
        "Image",
        "CommandLine",
        "ProcessId",
        "GrantedAccess",
        "ImageLoaded",
    ];
    let name = *choices.of(&favourites);
    match kind.info().field_by_name(name) {
        Some(field) => field.number,
        None => fields[choices.below(fields.len())].number,
    }
}

fn literal(choices: &mut Choices<'_>) -> Literal {
    let units: Vec<u16> = text(choices, 10).into_iter().map(fold::unit).collect();
    let places: Vec<Place> = (1..=u8::MAX).filter_map(Place::from_number).collect();
    let place = *choices.of(&places);
    let key = match place {
        Place::Tail => 0,
        _ => choices.below(units.len().saturating_sub(3)) as u8,
    };
    Literal {
        units: if units.is_empty() { vec![0x41] } else { units },
        mode: *choices.of(&MODES),
        place: choices.once_in(6).then_some((place, key)),
    }
}

/// A few units or words.
fn text(choices: &mut Choices<'_>, most: usize) -> Vec<u16> {
    match choices.below(3) {
        0 => choices.of(&WORDS).encode_utf16().collect(),
        1 => (0..choices.below(most))
            .map(|_| *choices.of(&UNITS))
            .collect(),
        // Few units, so that parts repeat.
        _ => (0..choices.below(most))
            .map(|_| UNITS[choices.below(4)])
            .collect(),
    }
}

/// Forward jumps only, every instruction reached, most rules honest about their triggers.
fn rule(choices: &mut Choices<'_>, kind: Kind, atoms: &[Atom], number: u8) -> Rule {
    let eager: Vec<usize> = (0..atoms.len())
        .filter(|at| atoms[*at].phase == Phase::Eager)
        .collect();
    let always = eager.is_empty() || choices.once_in(3);
    let count = 1 + choices.below(7);
    let mut code = Vec::new();
    let mut reached = vec![false; count + 3];
    if !always {
        let trigger = *choices.of(&eager);
        code.push(test_step(Test::Atom(trigger), false, count, true));
    }
    for at in 0..count {
        let place = code.len();
        let last = count - at - 1;
        let end = [Step::Match, Step::End, Step::Maybe][choices.below(3)].clone();
        let may_end = reached.get(place + 1).copied().unwrap_or(false);
        if may_end && choices.once_in(2) {
            code.push(end);
            continue;
        }
        let skip = choices.below(last + 1);
        reached[place + 1 + skip] = true;
        if may_end && choices.once_in(4) {
            code.push(Step::Jump { skip: skip as u16 });
        } else {
            let trigger = !always && choices.once_in(6);
            let sense = choices.once_in(2);
            let test = if trigger {
                Test::Atom(*choices.of(&eager))
            } else {
                test(choices, kind, atoms)
            };
            code.push(test_step(test, sense, skip, trigger));
        }
    }
    code.push([Step::Match, Step::Maybe][choices.below(2)].clone());
    if !always {
        // Where the first test leads when it fails.
        if let Some(Step::Test { skip, .. }) = code.first_mut() {
            *skip = (count + 1) as u16;
        }
        code.push(Step::End);
    }
    Rule {
        id: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number / 2],
        condition: number % 2,
        severity: number % 5,
        deny: kind.info().can_deny && choices.once_in(3),
        title: format!("rule {number}"),
        meta: if choices.once_in(2) {
            "{\"ä\":\"\u{1F600}\"}".to_owned()
        } else {
            String::new()
        },
        always,
        code,
    }
}

fn test_step(test: Test, sense: bool, skip: usize, trigger: bool) -> Step {
    Step::Test {
        test,
        sense,
        skip: skip as u16,
        trigger,
    }
}

fn test(choices: &mut Choices<'_>, kind: Kind, atoms: &[Atom]) -> Test {
    let field = field(choices, kind);
    let ty = kind.fields()[usize::from(field)].ty;
    match choices.below(8) {
        0..=2 if !atoms.is_empty() => Test::Atom(choices.below(atoms.len())),
        3 => {
            let cased = choices.once_in(2);
            let units = literal(choices).units;
            Test::Text {
                field,
                mode: *choices.of(&MODES),
                cased,
                units,
            }
        }
        4 => Test::Pattern {
            field,
            program: choices.of(&PATTERNS).clone(),
        },
        5 => Test::Fields {
            field,
            other: self::field(choices, kind),
            mode: *choices.of(&MODES[1..]),
            cased: choices.once_in(2),
        },
        6 if ty == Type::Number => Test::Number {
            field,
            relation: *choices.of(&[
                Op::NumberEq,
                Op::NumberLt,
                Op::NumberLe,
                Op::NumberGt,
                Op::NumberGe,
            ]),
            value: *choices.of(&NUMBERS),
        },
        6 => {
            let (family, prefix, first) =
                *choices.of(&[(4, 8, 10), (4, 0, 0), (6, 10, 0xFE), (6, 0, 0)]);
            let second = if prefix == 10 { 0x80 } else { 0 };
            let mut address = [0; 16];
            address[..2].copy_from_slice(&[first, second]);
            Test::Network {
                field,
                family,
                prefix,
                address,
            }
        }
        _ => Test::Presence {
            field,
            op: *choices.of(&[Op::Present, Op::Absent, Op::Empty, Op::Unsupplied]),
        },
    }
}

/// An event of one of the program's kinds.
pub(crate) fn event(choices: &mut Choices<'_>, program: &Program) -> OwnedEvent {
    let kind = choices.of(&program.kinds);
    let fields = kind.kind.fields().len();
    OwnedEvent {
        kind: kind.kind,
        fields: (0..fields).map(|_| value(choices, kind)).collect(),
    }
}

fn value(choices: &mut Choices<'_>, kind: &KindProgram) -> OwnedValue {
    match choices.below(12) {
        0 => OwnedValue::Absent,
        1 => OwnedValue::Unsupplied,
        2 => OwnedValue::Text(Vec::new()),
        3 => OwnedValue::Number(*choices.of(&NUMBERS)),
        4 => OwnedValue::Text(choices.of(&ADDRESSES).encode_utf16().collect()),
        5 if choices.once_in(8) => OwnedValue::Text(vec![*choices.of(&UNITS); 32_767]),
        _ => {
            let mut whole = Vec::new();
            for _ in 0..choices.below(5) {
                whole.extend(piece(choices, kind));
            }
            OwnedValue::Text(whole)
        }
    }
}

/// A literal of the program, whole, in small letters, cut or changed in one unit; or any text.
fn piece(choices: &mut Choices<'_>, kind: &KindProgram) -> Vec<u16> {
    if kind.atoms.is_empty() || choices.once_in(3) {
        return text(choices, 8);
    }
    let atom = choices.of(&kind.atoms);
    if atom.literals.is_empty() {
        return text(choices, 8);
    }
    let mut units = choices.of(&atom.literals).units.clone();
    match choices.below(5) {
        0 => {
            units.pop();
        }
        1 => {
            let at = choices.below(units.len());
            units[at] = *choices.of(&UNITS);
        }
        2 => {
            let small = |unit: &mut u16| {
                if (0x41..0x5B).contains(unit) {
                    *unit += 0x20;
                }
            };
            units.iter_mut().for_each(small);
        }
        _ => {}
    }
    units
}
