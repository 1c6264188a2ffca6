//! One step beside what is allowed, each seen to be refused: what mutating the verifier showed to be missing elsewhere.

use cofferdam_interpreter::code::{Instruction, Op};
use cofferdam_interpreter::layout::{EntryRecord, FinderRecord, TableRecord};
use cofferdam_interpreter::schema::field::image_load;
use cofferdam_interpreter::{Code, Mode, Place, Section};

use crate::book::Book;
use crate::files::kind;
use crate::finders::{finder, literal, shape};
use crate::rules::code;
use crate::support::sections::Sections;
use crate::tables::{TAILS, book_sections, entry};

/// The literal `AB`, in the book's second finder.
const SHORT: usize = 2;

pub(crate) fn write(book: &mut Book) {
    gates(book);
    atoms(book);
    places(book);
    singles(book);
    entries(book);
    code_and_operands(book);
}

/// One lazy atom of these literals.
pub(crate) fn lazy(literals: &str) -> String {
    format!(
        "kind image_load {{ atom a lazy Image {{ {literals} }}
        rule 1.0 low alert 'x' always {{ unless lazy a -> no; match; no: end }} }}"
    )
}

fn gates(book: &mut Book) {
    let source = lazy("contains 'zq' @ pair:0; contains 'zqxj' @ four:0");
    let record = FinderRecord::read(
        book_sections(&source)
            .body(Section::Finders)
            .first_chunk()
            .expect("a finder"),
    );
    assert_eq!(&record.gates, b"ZQ\0\0\0\0\0\0");
    let shape = (Code::FinderShape, Section::Finders, 0);
    let cases: [(&str, _, &[u8; 8]); 5] = [
        (
            "a literal that has no gate",
            (Code::LiteralUnfindable, Section::Literals, 0),
            b"XJ\0\0\0\0\0\0",
        ),
        ("a gate twice", shape, b"ZQZQ\0\0\0\0"),
        ("gates out of order", shape, b"ZQXJ\0\0\0\0"),
        ("a gate beyond ASCII", shape, b"ZQ\xFFQ\0\0\0\0"),
        ("a gate behind a gap", shape, b"\0\0ZQ\0\0\0\0"),
    ];
    for (name, reason, gates) in cases {
        book.other(name, reason, &source, |it| {
            finder(it, 0, |finder| finder.gates = *gates);
        });
    }
    book.other("a gate before nothing", shape, TAILS, |it| {
        finder(it, 0, |finder| finder.gates = *b"ZQ\0\0\0\0\0\0");
    });
}

fn atoms(book: &mut Book) {
    let posts = (Code::Posts, Section::Literals, SHORT as u32);
    book.file("an atom behind the finder's last", posts, |it| {
        let at = 2 * (SHORT + 1);
        it.body(Section::Posts).splice(at..at, [1, 0]);
        literal(it, SHORT, |literal| literal.posts_count = 2);
    });
    let blind = (Code::BlindAtom, Section::Posts, 0);
    book.other(
        "a blind atom before another",
        blind,
        &lazy("contains '^'"),
        |it| {
            finder(it, 0, |finder| finder.atom_count = 2);
            kind(it, 0, |kind| kind.atom_count = 2);
            it.body(Section::Posts)[0] = 1;
            literal(it, 0, |literal| literal.first_post = 1);
        },
    );
}

fn places(book: &mut Book) {
    let at = (Code::LiteralShape, Section::Literals, 0);
    let single = shape(Mode::Contains, Place::Single, false);
    let mixed = lazy("contains \"a\\u{E4}\" @ unit:1");
    book.other("an ASCII unit in the unit table", at, &mixed, |it| {
        literal(it, 0, |literal| literal.key = 0);
    });
    book.other("a unit behind the literal", at, &mixed, |it| {
        literal(it, 0, |literal| literal.key = 2);
    });
    for (name, source, place) in [
        (
            "a pair beyond ASCII",
            "contains \"a\\u{E4}\" @ unit:1",
            Place::Pair,
        ),
        (
            "a four beyond ASCII",
            "contains \"abc\\u{E4}\" @ unit:3",
            Place::Four,
        ),
        (
            "a gram beyond ASCII",
            "contains \"abcdef\\u{E4}\" @ unit:6",
            Place::Gram,
        ),
    ] {
        book.other(name, at, &lazy(source), |it| {
            literal(it, 0, |literal| {
                literal.shape = shape(Mode::Contains, place, false);
                literal.key = 0;
            });
        });
    }
    let behind = lazy("contains \"\\u{E4}bcdef\" @ unit:0");
    book.other(
        "an ASCII unit behind another in the unit table",
        at,
        &behind,
        |it| {
            literal(it, 0, |literal| literal.key = 4);
        },
    );
    book.other("a single with a key", at, &lazy("contains '^'"), |it| {
        literal(it, 0, |literal| literal.key = 1);
    });
    book.other(
        "a single of two units",
        at,
        &lazy("contains 'zq' @ pair:0"),
        |it| {
            literal(it, 0, |literal| literal.shape = single);
        },
    );
    book.other(
        "a single beyond ASCII",
        at,
        &lazy("contains \"\\u{80}\""),
        |it| {
            literal(it, 0, |literal| literal.shape = single);
        },
    );
}

fn singles(book: &mut Book) {
    let at = |index| (Code::TableEntry, Section::Entries, index);
    let two = lazy("contains '^' @ single; contains '~' @ single");
    book.other("a single's entry twice", at(1), &two, |it| {
        it.body(Section::Entries)
            .copy_within(..EntryRecord::SIZE, EntryRecord::SIZE);
    });
    book.other("a single's entry with an offset", at(0), &two, |it| {
        entry(it, 0, |entry| entry.target |= 1);
    });
    // The pair's entry stands before those of singles; the literal begins with the same unit.
    let longer = lazy("contains '^' @ single; contains '^q' @ pair:0");
    book.other("a longer literal among the singles", at(1), &longer, |it| {
        entry(it, 1, |entry| entry.target = 1 << 8);
    });
}

fn entries(book: &mut Book) {
    let at = |index| (Code::TableEntry, Section::Entries, index);
    book.other(
        "an entry of no literal in a later bucket",
        at(1),
        TAILS,
        |it| {
            entry(it, 1, |entry| entry.target = 9 << 8);
        },
    );
    for index in 0..2 {
        let literal = read_entry(TAILS, index).target >> 8;
        let reason = (Code::LiteralUnfindable, Section::Literals, literal);
        book.other("a tag changed", reason, TAILS, |it| {
            entry(it, index, |entry| entry.tag ^= 1);
        });
    }
    let alike = lazy("contains 'e in' @ pair:0; contains 'e to' @ pair:0");
    book.other("an entry twice in its bucket", at(1), &alike, |it| {
        it.body(Section::Entries)
            .copy_within(..EntryRecord::SIZE, EntryRecord::SIZE);
    });
    book.other("a pair's entry with another offset", at(0), &alike, |it| {
        entry(it, 0, |entry| entry.target += 1);
    });
    let gram = lazy("contains 'delete shadows' @ gram:0");
    for index in 0..4 {
        book.other("a fifth gram", at(index), &gram, |it| {
            entry(it, index as usize, |entry| entry.target = 4);
        });
    }

    // Enough for several words of bits; an empty bucket's bit in the last of them.
    let letters = "abcdefghijklmnopqrstuvwxyz".chars();
    let many: String = letters
        .map(|letter| format!("contains '{letter}q' @ pair:0; "))
        .collect();
    let source = lazy(&many);
    let table = pair_table(&source);
    let last = table.bits_start + (1 << (table.log2 - 6)) - 1;
    assert!(last >= table.bits_start + 2, "several words");
    let reason = (Code::TableBits, Section::Bits, last);
    book.other(
        "a bit of no entry in the last word",
        reason,
        &source,
        |it| {
            it.record::<8>(Section::Bits, last as usize, |bytes| {
                let empty = bytes.iter().rposition(|byte| *byte == 0);
                bytes[empty.expect("an empty byte")] |= 1;
            });
        },
    );
}

fn pair_table(source: &str) -> TableRecord {
    let mut sections = book_sections(source);
    let record = sections.body(Section::Finders).first_chunk();
    FinderRecord::read(record.expect("a finder")).pair
}

fn read_entry(source: &str, index: usize) -> EntryRecord {
    let mut sections = book_sections(source);
    let (entries, _) = sections.body(Section::Entries).as_chunks();
    EntryRecord::read(&entries[index])
}

fn code_and_operands(book: &mut Book) {
    let at = |code, index| (code, Section::Code, index);
    // The third rule compares two fields.
    book.file(
        "a field that contains another, with regard to case",
        at(Code::Operand, 13),
        |it| {
            code(it, 13, |code| {
                code.operand =
                    code.operand & 0xFF | u32::from(Mode::Contains.number()) << 8 | 1 << 10;
            });
        },
    );
    book.file("the field behind the last", at(Code::Operand, 13), |it| {
        code(it, 13, |code| {
            code.operand = code.operand & !0xFF | image_load::COUNT as u32;
        });
    });
    // The verifier marks 64 instructions in a word.
    let tests = "if Image present -> +0; ".repeat(66);
    let source = format!("kind image_load {{ rule 1.0 low alert 'x' always {{ {tests} match }} }}");
    book.other(
        "the 65th instruction passed over",
        at(Code::Unreachable, 64),
        &source,
        |it| {
            jump_over(it, 63);
        },
    );
}

/// Makes an instruction a jump over the next.
fn jump_over(sections: &mut Sections, index: usize) {
    code(sections, index, |code| {
        *code = Instruction {
            skip: 1,
            ..Instruction::end(Op::Jump)
        };
    });
}
