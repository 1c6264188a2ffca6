//! One encoding for one program: nothing twice, nothing out of order, nothing that nobody asks for.

use cofferdam_interpreter::layout::{LiteralRecord, PatternRecord};
use cofferdam_interpreter::{Code, Section};

use crate::book::Book;
use crate::rules::code;
use crate::support::sections::Sections;

/// Two of everything that instructions name by number; the code names them in file order.
const POOLS: &str = r"
pattern p regex 'a.*b'
pattern q regex 'c.*d'
kind process_creation {
    rule 1.0 low alert 'x' always {
        if Image text contains 'Aa' cased -> yes
        if Image text contains 'Bb' cased -> yes
        if ProcessId eq 4 -> yes
        if ProcessId eq 9 -> yes
        if User network 10.0.0.0/8 -> yes
        if User network 11.0.0.0/8 -> yes
        if CommandLine pattern p -> yes
        if CommandLine pattern q -> yes
        end
    yes: match
    }
}";

/// Two atoms of two literals, each of them a trigger that would do.
const ATOMS: &str = r"kind image_load {
    atom a eager Image { contains 'ab' @ pair:0; contains 'cd' @ pair:0 }
    atom b eager Image { contains 'ef' @ pair:0 }
    rule 1.0 low alert 'x' triggered { unless trigger a -> no; unless trigger b -> no; match; no: end }
}";

pub(crate) fn write(book: &mut Book) {
    for (section, from, names) in [
        (
            Section::Literals,
            0,
            [
                "a loose literal twice",
                "loose literals out of order",
                "a loose literal that no rule asks for",
            ],
        ),
        (
            Section::Numbers,
            2,
            [
                "a number twice",
                "numbers out of order",
                "a number that no rule asks for",
            ],
        ),
        (
            Section::Networks,
            4,
            [
                "a network twice",
                "networks out of order",
                "a network that no rule asks for",
            ],
        ),
        (
            Section::Patterns,
            6,
            [
                "a pattern twice",
                "patterns out of order",
                "a pattern that no rule asks for",
            ],
        ),
    ] {
        let [twice, out_of_order, unreferenced] = names;
        book.other(twice, (Code::Duplicate, section, 1), POOLS, |it| {
            let (first, second) = values(it, section);
            second.copy_from_slice(first);
        });
        book.other(out_of_order, (Code::Order, section, 1), POOLS, |it| {
            let (first, second) = values(it, section);
            first.swap_with_slice(second);
        });
        for other in [0, 1] {
            // Both instructions name the same record.
            let reason = (Code::Unreferenced, section, 1 - other);
            book.other(unreferenced, reason, POOLS, |it| {
                for at in [from, from + 1] {
                    code(it, at, |instruction| instruction.operand = other);
                }
            });
        }
    }
    literals(book);
    atoms(book);
}

/// The bytes that make a section's two records differ; both are as long.
fn values(sections: &mut Sections, section: Section) -> (&mut [u8], &mut [u8]) {
    let body = match section {
        Section::Literals => Section::Units,
        Section::Patterns => Section::PatternBytes,
        section => section,
    };
    let body = sections.body(body);
    let half = body.len() / 2;
    body.split_at_mut(half)
}

fn literals(book: &mut Book) {
    let at = |code, index| (code, Section::Literals, index);
    book.other("a literal twice", at(Code::Duplicate, 1), ATOMS, |it| {
        it.body(Section::Units).copy_within(..4, 4);
    });
    book.other("literals out of order", at(Code::Order, 1), ATOMS, |it| {
        it.body(Section::Units)[..8].rotate_left(4);
    });
    book.other(
        "a literal's modes out of order",
        at(Code::Order, 1),
        "kind image_load { atom a lazy Image { starts 'ab' @ pair:0; ends 'ab' @ pair:0 }
            rule 1.0 low alert 'x' always { unless lazy a -> no; match; no: end } }",
        |it| {
            let (records, _) = it.body(Section::Literals).as_chunks_mut();
            let [first, second] = records else {
                panic!("two literals");
            };
            let (mut one, mut two) = (LiteralRecord::read(first), LiteralRecord::read(second));
            std::mem::swap(&mut one.shape, &mut two.shape);
            (*first, *second) = (one.write(), two.write());
        },
    );
    book.other(
        "a loose literal's case out of order",
        at(Code::Order, 1),
        "kind image_load { rule 1.0 low alert 'x' always {
            if Image text contains 'AB' -> yes; if Image text contains 'AB' cased -> yes; end; yes: match } }",
        |it| {
            let (records, _) = it.body(Section::Literals).as_chunks_mut();
            let [first, second] = records else {
                panic!("two literals");
            };
            let (mut one, mut two) = (LiteralRecord::read(first), LiteralRecord::read(second));
            std::mem::swap(&mut one.shape, &mut two.shape);
            (*first, *second) = (one.write(), two.write());
        },
    );
    book.other("a gap before the units", at(Code::Gap, 1), ATOMS, |it| {
        it.record(Section::Literals, 1, |bytes| {
            let mut record = LiteralRecord::read(bytes);
            record.units_start += 1;
            *bytes = record.write();
        });
    });
    // Patterns of different lengths are out of order by their bytes, not by their lengths.
    book.other(
        "a longer pattern first",
        (Code::Order, Section::Patterns, 1),
        &POOLS.replace("'c.*d'", "'cccc.*d'"),
        |it| {
            let (records, _) = it.body(Section::Patterns).as_chunks_mut();
            let [first, second] = records else {
                panic!("two patterns");
            };
            let (mut one, mut two) = (PatternRecord::read(first), PatternRecord::read(second));
            let length = one.length as usize;
            (one.length, two.start, two.length) = (two.length, two.length, one.length);
            (*first, *second) = (one.write(), two.write());
            it.body(Section::PatternBytes).rotate_left(length);
        },
    );
}

fn atoms(book: &mut Book) {
    book.other(
        "atoms not in the order of their first use",
        (Code::FirstUse, Section::Code, 0),
        ATOMS,
        |it| {
            code(it, 0, |test| test.operand = 1);
            code(it, 1, |test| test.operand = 0);
        },
    );
    book.other(
        "an atom that no rule asks for",
        (Code::Unreferenced, Section::Finders, 0),
        &ATOMS
            .replace("eager", "lazy")
            .replace("triggered", "always")
            .replace("trigger", "lazy"),
        |it| code(it, 1, |test| test.operand = 0),
    );
    book.other(
        "an atom that fires a rule which does not test it as a trigger",
        (Code::IdleFire, Section::Kinds, 0),
        ATOMS,
        |it| code(it, 1, |test| test.trigger = false),
    );
    book.other(
        "an atom that fires a rule which tests another twice",
        (Code::IdleFire, Section::Kinds, 0),
        ATOMS,
        |it| code(it, 1, |test| test.operand = 0),
    );
}
