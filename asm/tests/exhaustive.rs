//! Every program of up to three instructions over a small alphabet: all operations, both senses, triggers, skips of
//! 0 to 3, operands that are there and operands that are not, instructions that are not canonical.
//!
//! Each is written into the code of a prepared file. Whatever it is, running it unverified neither panics nor runs
//! on; and if it verifies, it says of every event what the reference says.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use cofferdam_asm::assemble::{assemble, assemble_to_bytes};
use cofferdam_asm::disassemble;
use cofferdam_asm::model::{KindProgram, Program, Step};
use cofferdam_asm::reference;
use cofferdam_interpreter::code::{Form, Instruction, Op};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::{Header, KindRecord, RECORD_SIZES, RuleRecord};
use cofferdam_interpreter::schema::field::process_creation as field;
use cofferdam_interpreter::{Content, Ledger, Limits, Section, Verdict};
use support::sections::Sections;

/// The first rule is replaced; the others are there for its operands, of which each must be asked for by some rule.
/// Literal 3 is loose.
const SOURCE: &str = r"
kind process_creation {
    atom a eager Image { contains 'x' }
    atom b eager CommandLine { contains 'y' }
    atom c lazy CommandLine { contains 'z' }
    rule 1.0 low alert 'r' triggered {
        if trigger a -> yes
        unless trigger b -> no
    yes: match
    no: end
    }
    rule 2.0 low alert 'atoms' triggered {
        unless trigger a -> no
        unless trigger b -> no
        unless lazy c -> no
        match
    no: end
    }
}
kind image_load {
    rule 1.0 low alert 'operands' always {
        if Image text ends 'q' -> no
        if Image pattern regex '^.$' -> no
        if Image network 10.0.0.0/8 -> no
        if ProcessId eq 4 -> no
        match
    no: end
    }
}";

const IMAGE: u8 = field::IMAGE as u8;
const COMMAND_LINE: u8 = field::COMMAND_LINE as u8;
const PROCESS_ID: u8 = field::PROCESS_ID as u8;

/// Field and operand with which an operation is sound.
fn sound(op: Op) -> (u8, u32) {
    match op {
        Op::Lazy => (COMMAND_LINE, 2),
        Op::Text => (IMAGE, 3),
        Op::Fields => (IMAGE, u32::from(COMMAND_LINE) | 3 << 8),
        Op::NumberEq | Op::NumberLt | Op::NumberLe | Op::NumberGt | Op::NumberGe => (PROCESS_ID, 0),
        _ => (IMAGE, 0),
    }
}

/// Every instruction that programs are made of.
fn alphabet() -> Vec<[u8; 8]> {
    let mut all = Vec::new();
    let mut every_way = |op, (field, operand), trigger| {
        for sense in [false, true] {
            for skip in 0..4 {
                let instruction = Instruction {
                    op,
                    trigger,
                    sense,
                    field,
                    skip,
                    operand,
                };
                all.push(instruction.encode());
            }
        }
    };
    for op in Op::ALL.iter().copied() {
        if op.form() == Form::Test {
            every_way(op, sound(op), false);
        }
    }
    every_way(Op::Atom, (COMMAND_LINE, 1), false);
    every_way(Op::Atom, (IMAGE, 0), true);
    every_way(Op::Atom, (COMMAND_LINE, 1), true);
    for op in [Op::End, Op::Match, Op::Maybe] {
        all.push(Instruction::end(op).encode());
    }
    let jump = |skip| Instruction {
        skip,
        ..Instruction::end(Op::Jump)
    };
    all.extend((0..4).map(|skip| jump(skip).encode()));
    // What is not there, or not canonical.
    for op in Op::ALL.iter().copied() {
        let (field, operand) = sound(op);
        let test = Instruction {
            field,
            operand,
            ..Instruction::end(op)
        };
        match op.form() {
            Form::Test => {
                all.push(Instruction { field: 250, ..test }.encode());
                let operand = u32::MAX;
                all.push(Instruction { operand, ..test }.encode());
            }
            _ => all.push(Instruction { field: 1, ..test }.encode()),
        }
    }
    let trigger = Instruction {
        trigger: true,
        ..Instruction::end(Op::Present)
    };
    all.push(trigger.encode());
    all.push([0; 8]);
    all.push([0xFF; 8]);
    all
}

/// The prepared files for programs of one length.
struct Prepared {
    /// By the atoms that fire the rule: bit 0 the first, bit 1 the second.
    files: [File; 4],
    kind: KindProgram,
    always: bool,
}

/// A prepared file, and where it is changed.
#[derive(Clone)]
struct File {
    bytes: Vec<u8>,
    code: usize,
    flags: usize,
}

impl Prepared {
    fn new(length: usize, always: bool) -> Self {
        let bytes = assemble_to_bytes(SOURCE).expect("the source is right");
        let mut sections = Sections::read(&bytes);
        let change = |sections: &mut Sections, index, change: &dyn Fn(&mut RuleRecord)| {
            sections.record(Section::Rules, index, |bytes| {
                let mut record = RuleRecord::read(bytes);
                change(&mut record);
                *bytes = record.write();
            });
        };
        let length = length as u32;
        change(&mut sections, 0, &|rule| rule.code_count = length);
        change(&mut sections, 1, &|rule| rule.code_start = length);
        change(&mut sections, 2, &|rule| rule.code_start = length + 5);
        sections
            .body(Section::Code)
            .drain(..(4 - length as usize) * 8);
        sections.record(Section::Kinds, 0, |bytes| {
            let mut kind = KindRecord::read(bytes);
            // Fuel is not what is tested here.
            kind.cost_fixed = u64::MAX / 2;
            kind.always_count = always.into();
            *bytes = kind.write();
        });
        Self {
            files: [0, 1, 2, 3].map(|fired| File::new(&mut sections, fired)),
            kind: assemble(SOURCE)
                .expect("the source is right")
                .kinds
                .swap_remove(0),
            always,
        }
    }
}

impl File {
    /// The second rule is fired by both atoms, the first by those that `fired` says.
    fn new(sections: &mut Sections, fired: usize) -> Self {
        let lists = [fired & 1 != 0, fired & 2 != 0];
        let lists = lists.map(|fires| if fires { vec![0_u16, 1] } else { vec![1] });
        let ends = [lists[0].len(), lists[0].len() + lists[1].len()];
        *sections.body(Section::Fires) = lists
            .concat()
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .collect();
        let bounds = [0, ends[0], ends[0], ends[1]].map(|bound| (bound as u32).to_le_bytes());
        *sections.body(Section::FireBounds) = bounds.concat();
        let start = |section: Section| {
            let before = usize::from(section.number()) - 1;
            let bodies = sections.bodies[..before].iter();
            Header::SIZE + bodies.map(Vec::len).sum::<usize>()
        };
        Self {
            code: start(Section::Code),
            flags: start(Section::Rules) + 19,
            bytes: sections.write(),
        }
    }

    /// Puts a program into the file.
    fn put(&mut self, program: &[[u8; 8]]) {
        let code = &mut self.bytes[self.code..][..program.len() * 8];
        code.copy_from_slice(program.as_flattened());
        // A rule says whether it may answer maybe.
        let maybe = program.iter().any(|it| it[0] == Op::Maybe.number());
        self.bytes[self.flags] = maybe.into();
    }
}

/// Which of the two atoms a program tests as triggers, as a number of [`Prepared::files`].
fn triggers(program: &[[u8; 8]]) -> usize {
    let instructions = program.iter().filter_map(|it| Instruction::decode(*it));
    let triggers = instructions.filter(|it| it.trigger && it.operand <= 1);
    triggers.fold(0, |fired, it| fired | 1 << it.operand)
}

/// Proved costs are not compared: the file declares none.
struct Unchecked;

impl Ledger for Unchecked {
    const COMPARES: bool = false;
}

/// What the events' texts are; each pair is Image and CommandLine.
const TEXTS: [(Option<&str>, Option<&str>, Option<u64>); 5] = [
    (Some("x"), Some("y"), Some(4)),
    (Some("x"), Some("z"), Some(3)),
    (Some("q"), Some("Q"), Some(5)),
    (Some("10.0.0.1x"), None, None),
    (Some(""), Some("yz"), Some(4)),
];

fn events<R>(with: impl FnOnce(&[Event<'_>]) -> R) -> R {
    let units = |text: Option<&str>| text.map(|text| text.encode_utf16().collect::<Vec<_>>());
    let texts = TEXTS.map(|(image, line, id)| (units(image), units(line), id));
    let fields = texts.each_ref().map(|(image, line, id)| {
        let mut fields = [Value::Unsupplied; field::COUNT];
        fields[field::IMAGE] = text(image);
        fields[field::COMMAND_LINE] = text(line);
        fields[field::PROCESS_ID] = id.map_or(Value::Unsupplied, Value::Number);
        fields
    });
    let events = fields.each_ref().map(|fields| Event {
        kind: cofferdam_interpreter::schema::Kind::ProcessCreation,
        fields,
    });
    with(&events)
}

fn text(text: &Option<Vec<u16>>) -> Value<'_> {
    text.as_ref()
        .map_or(Value::Absent, |text| Value::Text(text))
}

/// Runs a program that stands in the file; whether it verifies.
fn check(prepared: &Prepared, bytes: &[u8], length: usize, events: &[Event<'_>]) -> bool {
    let mut scratch = [0; 1024];
    let content = Content::decode(bytes).expect("only code was changed");
    let sound = content.prove(&Limits::USER, &mut scratch, &mut Unchecked);
    let code = &content.content().code[..length];
    let steps: Option<Vec<Step>> = sound.is_ok().then(|| {
        let step = |bytes: &[u8; 8]| disassemble::step(content.content(), *bytes);
        let steps: Option<Vec<Step>> = code.iter().map(step).collect();
        steps.expect("verified code has a text")
    });
    // Of what does not verify the first event, which fires every trigger, shows enough.
    let events = if sound.is_ok() { events } else { &events[..1] };
    for event in events {
        let outcome = content
            .run_unverified(event, &mut scratch)
            .expect("the event is right");
        let found = [outcome.matched(), outcome.maybe(), outcome.faulted()];
        let found = found.map(|mut bits| usize::from(bits.any(|bit| bit == 0)));
        // Three instructions, none of which can cost much.
        assert!(outcome.steps() < 1_000, "{code:?}");
        let Some(steps) = &steps else {
            assert!(found.iter().sum::<usize>() <= 1, "{code:?}");
            continue;
        };
        let verdict =
            reference::verdict(steps, |test| reference::holds(&prepared.kind, test, event));
        let expected = match verdict {
            Verdict::NoMatch => [0, 0, 0],
            Verdict::Match => [1, 0, 0],
            Verdict::Maybe => [0, 1, 0],
        };
        assert_eq!(
            found, expected,
            "{steps:?} {event:?} always: {}",
            prepared.always
        );
    }
    sound.is_ok()
}

/// Runs every program of one length; how many there are and how many verify.
fn run(length: usize, always: bool) -> (usize, usize) {
    let alphabet = alphabet();
    let next = AtomicUsize::new(0);
    let sound = AtomicUsize::new(0);
    let rest = alphabet.len().pow(length as u32 - 1);
    let worker = || {
        let mut prepared = Prepared::new(length, always);
        let mut program = vec![[0; 8]; length];
        events(|events| {
            loop {
                let first = next.fetch_add(1, Ordering::Relaxed);
                let Some(instruction) = alphabet.get(first) else {
                    break;
                };
                program[0] = *instruction;
                for mut number in 0..rest {
                    for instruction in &mut program[1..] {
                        *instruction = alphabet[number % alphabet.len()];
                        number /= alphabet.len();
                    }
                    let fired = if always { 0 } else { triggers(&program) };
                    prepared.files[fired].put(&program);
                    let holds = check(&prepared, &prepared.files[fired].bytes, length, events);
                    sound.fetch_add(holds.into(), Ordering::Relaxed);
                }
            }
        });
    };
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores {
            scope.spawn(worker);
        }
    });
    (alphabet.len() * rest, sound.into_inner())
}

#[test]
fn programs_of_one_instruction() {
    let (_, sound) = run(1, true);
    assert_eq!(sound, 2, "match and maybe");
    assert_eq!(run(1, false).1, 0);
}

#[test]
fn programs_of_two_instructions() {
    let (all, always) = run(2, true);
    let (_, triggered) = run(2, false);
    println!("{all} programs of two: {always} sound that always run, {triggered} with triggers");
    assert!(always > 50);
    assert_eq!(triggered, 0, "one to test, one to match, one to end");
}

#[test]
fn programs_of_three_instructions_that_always_run() {
    let (all, sound) = run(3, true);
    println!("{all} programs of three: {sound} sound that always run");
    assert!(sound > 4_000);
}

#[test]
fn programs_of_three_instructions_with_triggers() {
    let (all, sound) = run(3, false);
    println!("{all} programs of three: {sound} sound with triggers");
    assert!(sound >= 8, "either trigger, either sense, match or maybe");
}

/// The alphabet leaves nothing out, and the prepared file is sound apart from its code.
#[test]
fn the_alphabet_is_whole() {
    let alphabet = alphabet();
    let decoded: Vec<Instruction> = alphabet
        .iter()
        .filter_map(|it| Instruction::decode(*it))
        .collect();
    for op in Op::ALL {
        assert!(decoded.iter().any(|it| it.op == *op));
    }
    assert_eq!(RECORD_SIZES.len() + 1, Section::ALL.len());
    let program: Program = assemble(SOURCE).expect("the source is right");
    assert_eq!(program.kinds[0].atoms.len(), 3);
}
