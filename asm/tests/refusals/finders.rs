//! Finders, literals and atoms.

use cofferdam_interpreter::layout::{FinderRecord, LiteralRecord};
use cofferdam_interpreter::{Code, Mode, Place, Section, Shape};

use crate::book::Book;
use crate::files::kind;
use crate::support::sections::Sections;

/// The literal `AB`, in the second finder.
const SHORT: usize = 2;
/// The literal that no finder has.
const LOOSE: usize = 5;

pub(crate) fn write(book: &mut Book) {
    finders(book);
    literals(book);
    places(book);
    atoms(book);
}

pub(crate) fn finder(
    sections: &mut Sections,
    index: usize,
    change: impl FnOnce(&mut FinderRecord),
) {
    sections.record(Section::Finders, index, |bytes| {
        let mut record = FinderRecord::read(bytes);
        change(&mut record);
        *bytes = record.write();
    });
}

pub(crate) fn literal(
    sections: &mut Sections,
    index: usize,
    change: impl FnOnce(&mut LiteralRecord),
) {
    sections.record(Section::Literals, index, |bytes| {
        let mut record = LiteralRecord::read(bytes);
        change(&mut record);
        *bytes = record.write();
    });
}

/// Adds a loose literal that no instruction names: those that one does are looked at with it.
pub(crate) fn another_loose(sections: &mut Sections) {
    let units = sections.body(Section::Units);
    let units_start = (units.len() / 2) as u32;
    // After `Loose`.
    units.extend("Zoom".encode_utf16().flat_map(u16::to_le_bytes));
    let body = sections.body(Section::Literals);
    let record: &[u8; LiteralRecord::SIZE] = body[LOOSE * LiteralRecord::SIZE..]
        .first_chunk()
        .expect("a loose literal");
    let record = LiteralRecord {
        units_start,
        length: 4,
        ..LiteralRecord::read(record)
    };
    body.extend(record.write());
}

pub(crate) fn shape(mode: Mode, place: Place, cased: bool) -> u8 {
    Shape { mode, place, cased }.encode()
}

fn finders(book: &mut Book) {
    let at = |code, index| (code, Section::Finders, index);
    book.file("a reserved byte of a finder", at(Code::Reserved, 1), |it| {
        it.record::<{ FinderRecord::SIZE }>(Section::Finders, 1, |bytes| bytes[25] = 1);
    });
    book.file("finders out of order", at(Code::Order, 1), |it| {
        finder(it, 1, |finder| finder.field = 4);
    });
    book.file(
        "a finder that takes longer texts alone",
        at(Code::FinderShape, 0),
        |it| finder(it, 0, |finder| finder.shortest += 1),
    );
    book.file(
        "an atom beyond the finder's for what is not supplied",
        at(Code::FinderShape, 0),
        |it| finder(it, 0, |finder| finder.unsupplied = finder.atom_count + 1),
    );
    book.file(
        "an atom for literals and for what is not supplied",
        at(Code::FinderShape, 0),
        |it| finder(it, 0, |finder| finder.unsupplied = 1),
    );
    book.file("no such phase", at(Code::FinderShape, 0), |it| {
        finder(it, 0, |finder| finder.phase = 2);
    });
    book.file(
        "an eager finder that says it is lazy",
        at(Code::FinderShape, 1),
        |it| {
            finder(it, 1, |finder| finder.phase = 1);
        },
    );
    book.file("a finder of no field", at(Code::UnknownField, 2), |it| {
        finder(it, 2, |finder| finder.field = 28);
    });
    book.file("a gap before the atoms", at(Code::Gap, 1), |it| {
        finder(it, 1, |finder| finder.atom_start = 0);
    });
    book.file("a finder without atoms", at(Code::TooMany, 2), |it| {
        finder(it, 2, |finder| finder.atom_count = 0);
    });
    book.file("more atoms than numbers", at(Code::TooMany, 2), |it| {
        finder(it, 2, |finder| finder.atom_count = 65_537);
    });
    book.file("a finder without literals", at(Code::TooMany, 2), |it| {
        finder(it, 2, |finder| finder.literal_count = 0);
    });
    book.file("a gap before the literals", at(Code::Gap, 1), |it| {
        finder(it, 1, |finder| finder.literal_start += 1);
    });
    book.file(
        "literals beyond the section",
        at(Code::OutOfRange, 2),
        |it| {
            finder(it, 2, |finder| finder.literal_count = 3);
        },
    );
}

fn literals(book: &mut Book) {
    let at = |code, index: usize| (code, Section::Literals, index as u32);
    book.file(
        "a reserved bit of a shape",
        at(Code::LiteralShape, SHORT),
        |it| {
            literal(it, SHORT, |literal| literal.shape |= 0x80);
        },
    );
    book.file("no such place", at(Code::LiteralShape, SHORT), |it| {
        literal(it, SHORT, |literal| literal.shape = 7 << 2);
    });
    book.file("an empty literal", at(Code::LiteralLength, SHORT), |it| {
        literal(it, SHORT, |literal| literal.length = 0);
    });
    book.file(
        "an empty loose literal",
        at(Code::LiteralLength, LOOSE + 1),
        |it| {
            another_loose(it);
            literal(it, LOOSE + 1, |literal| literal.length = 0);
        },
    );
    book.file(
        "a literal too long for any place",
        at(Code::LiteralLength, LOOSE + 1),
        |it| {
            another_loose(it);
            literal(it, LOOSE + 1, |literal| literal.length = 4_097);
        },
    );
    book.file(
        "units beyond the section",
        at(Code::OutOfRange, LOOSE + 1),
        |it| {
            another_loose(it);
            literal(it, LOOSE + 1, |literal| literal.length = 5);
        },
    );
    book.file(
        "a loose literal with a key",
        at(Code::LiteralShape, LOOSE + 1),
        |it| {
            another_loose(it);
            literal(it, LOOSE + 1, |literal| literal.key = 1);
        },
    );
    book.file(
        "a loose literal with posts",
        at(Code::Unreferenced, LOOSE + 1),
        |it| {
            another_loose(it);
            literal(it, LOOSE + 1, |literal| literal.posts_count = 1);
        },
    );
    book.file(
        "a loose literal with a first post",
        at(Code::Unreferenced, LOOSE),
        |it| {
            literal(it, LOOSE, |literal| literal.first_post = 1);
        },
    );
    book.file(
        "a loose literal, unfolded",
        at(Code::LiteralUnfolded, LOOSE + 1),
        |it| {
            another_loose(it);
            literal(it, LOOSE + 1, |literal| {
                literal.shape = shape(Mode::Contains, Place::Loose, false)
            });
        },
    );
    book.file(
        "a finder's literal with regard to case",
        at(Code::LiteralShape, SHORT),
        |it| {
            literal(it, SHORT, |literal| literal.shape |= 1 << 5);
        },
    );
    book.file(
        "a finder's literal that is loose",
        at(Code::LiteralShape, SHORT),
        |it| {
            literal(it, SHORT, |literal| {
                literal.shape = shape(Mode::Contains, Place::Loose, false);
                literal.key = 0;
            });
        },
    );
    // What was compiled with another fold, or with none, would never be found.
    for (name, unit) in [
        ("a small letter", 0x61),
        ("a dotless i", 0x131),
        ("a long s", 0x17F),
    ] {
        book.file(name, at(Code::LiteralUnfolded, SHORT), |it| {
            let start = LiteralRecord::read(&it.body(Section::Literals).as_chunks().0[SHORT]);
            let start = start.units_start as usize;
            it.record::<2>(Section::Units, start, |bytes| {
                *bytes = u16::to_le_bytes(unit)
            });
        });
    }
}

/// Texts and keys that a place does not allow.
fn places(book: &mut Book) {
    let at = |code| (code, Section::Literals, SHORT as u32);
    book.file("two units under four", at(Code::LiteralLength), |it| {
        literal(it, SHORT, |literal| {
            literal.shape = shape(Mode::Contains, Place::Gram, false)
        });
    });
    book.file("a key behind the literal", at(Code::LiteralShape), |it| {
        literal(it, SHORT, |literal| literal.key = 1);
    });
    book.file("contains by the tail", at(Code::LiteralShape), |it| {
        literal(it, SHORT, |literal| {
            literal.shape = shape(Mode::Contains, Place::Tail, false)
        });
    });
    book.file(
        "ends by the tail without a separator",
        at(Code::LiteralShape),
        |it| {
            literal(it, SHORT, |literal| {
                literal.shape = shape(Mode::Ends, Place::Tail, false)
            });
        },
    );
    let long = "kind image_load { atom a lazy Image { equals 'x' @ tail }
        rule 1.0 low alert 'x' always { unless lazy a -> no; match; no: end } }"
        .replace("'x' @", &format!("'{}' @", "x".repeat(257)));
    let reason = (Code::LiteralLength, Section::Literals, 0);
    book.other("257 units under four", reason, &long, |it| {
        literal(it, 0, |literal| {
            literal.shape = shape(Mode::Contains, Place::Gram, false)
        });
    });
}

fn atoms(book: &mut Book) {
    let at = |code, index: usize| (code, Section::Literals, index as u32);
    book.file("a literal of no atom", at(Code::Posts, SHORT), |it| {
        literal(it, SHORT, |literal| literal.posts_count = 0);
    });
    book.file(
        "a literal of another finder's atom",
        at(Code::Posts, SHORT),
        |it| {
            it.record::<2>(Section::Posts, SHORT, |bytes| bytes[0] = 1);
        },
    );
    book.file(
        "another first post than posts",
        at(Code::Posts, SHORT),
        |it| {
            literal(it, SHORT, |literal| literal.first_post += 1);
        },
    );
    book.file("a gap before the posts", at(Code::Gap, SHORT), |it| {
        literal(it, SHORT, |literal| literal.posts_start += 1);
    });
    book.file("an atom twice", at(Code::Posts, 0), |it| {
        it.record::<2>(Section::Posts, 1, |bytes| *bytes = [0, 0]);
        literal(it, 0, |literal| literal.posts_count = 2);
    });
    book.file(
        "an atom that no literal sets",
        (Code::BlindAtom, Section::Posts, 3),
        |it| {
            finder(it, 2, |finder| finder.atom_count = 2);
            kind(it, 0, |kind| kind.atom_count = 4);
        },
    );
    let fires = |code, index| (code, Section::FireBounds, index);
    book.file(
        "an atom that fires a rule that always runs",
        fires(Code::Fires, 1),
        |it| {
            it.body(Section::Fires)[0] = 0;
        },
    );
    book.file("an atom that fires no rule", fires(Code::Fires, 1), |it| {
        it.body(Section::Fires)[0] = 3;
    });
    book.file(
        "fire bounds that do not begin at the fires",
        fires(Code::Gap, 0),
        |it| {
            it.record::<4>(Section::FireBounds, 0, |bytes| bytes[0] = 1);
        },
    );
    book.file("fire bounds that descend", fires(Code::Fires, 3), |it| {
        it.record::<4>(Section::FireBounds, 3, |bytes| bytes[0] = 0);
    });
    book.file(
        "fires beyond the section",
        fires(Code::OutOfRange, 3),
        |it| {
            it.record::<4>(Section::FireBounds, 3, |bytes| bytes[0] = 9);
        },
    );
    book.file("a rule fired twice", fires(Code::Fires, 1), |it| {
        it.body(Section::Fires)[2] = 1;
        it.record::<4>(Section::FireBounds, 1, |bytes| bytes[0] = 2);
    });
    book.file(
        "a gap before the fire bounds",
        (Code::Gap, Section::Finders, 1),
        |it| {
            finder(it, 1, |finder| finder.fire_bounds_start += 1);
        },
    );
}
