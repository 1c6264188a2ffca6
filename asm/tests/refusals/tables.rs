//! The tables that lead to literals.

use cofferdam_interpreter::key::LEAD_BYTES;
use cofferdam_interpreter::layout::{EntryRecord, FinderRecord};
use cofferdam_interpreter::{Code, Section};

use crate::book::Book;
use crate::finders::finder;
use crate::nearly::lazy;
use crate::support::sections::Sections;

/// One finder with two literals in its tail table, so that entries and buckets are known.
pub(crate) const TAILS: &str = r"kind image_load {
    atom a lazy Image { ends '\vssadmin.exe'; ends '\wmic.exe' }
    rule 1.0 low alert 'x' always { unless lazy a -> no; match; no: end }
}";

pub(crate) fn write(book: &mut Book) {
    let finders = |code| (code, Section::Finders, 0);
    book.other("a table too small", finders(Code::TableSize), TAILS, |it| {
        finder(it, 0, |finder| finder.tail.log2 = 5);
    });
    book.other("a table too large", finders(Code::TableSize), TAILS, |it| {
        finder(it, 0, |finder| finder.tail.log2 = 21);
    });
    book.other(
        "a table of no size that is somewhere",
        finders(Code::TableSize),
        TAILS,
        |it| {
            finder(it, 0, |finder| finder.gram.bits_start = 1);
        },
    );
    book.other(
        "no table for literals that need one",
        finders(Code::LiteralUnfindable),
        TAILS,
        |it| {
            finder(it, 0, |finder| finder.tail = finder.gram);
        },
    );
    book.other(
        "an entry that no literal needs",
        finders(Code::StrayEntry),
        TAILS,
        |it| {
            finder(it, 0, |finder| finder.tail.entries_count += 1);
        },
    );
    book.other("a gap before the bits", finders(Code::Gap), TAILS, |it| {
        finder(it, 0, |finder| finder.tail.bits_start = 1);
    });
    book.other("a gap before the bounds", finders(Code::Gap), TAILS, |it| {
        finder(it, 0, |finder| finder.tail.bounds_start = 1);
    });
    book.other(
        "a gap before the entries",
        finders(Code::Gap),
        TAILS,
        |it| {
            finder(it, 0, |finder| finder.tail.entries_start = 1);
        },
    );
    book.other(
        "a table beyond its section",
        finders(Code::OutOfRange),
        TAILS,
        |it| {
            finder(it, 0, |finder| finder.tail.log2 = 20);
        },
    );
    let entries = |code, index| (code, Section::Entries, index);
    book.other(
        "an entry of no literal",
        entries(Code::TableEntry, 0),
        TAILS,
        |it| {
            entry(it, 0, |entry| entry.target = 9 << 8);
        },
    );
    let literals = |code, index| (code, Section::Literals, index);
    let first = {
        let mut sections = book_sections(TAILS);
        let (entries, _) = sections.body(Section::Entries).as_chunks();
        EntryRecord::read(&entries[0]).target >> 8
    };
    book.other(
        "a literal's tag changed",
        literals(Code::LiteralUnfindable, first),
        TAILS,
        |it| {
            entry(it, 0, |entry| entry.tag ^= 1);
        },
    );
    let bounds = |code, index| (code, Section::Bounds, index);
    book.other(
        "bounds that do not begin at the entries",
        bounds(Code::TableBounds, 0),
        TAILS,
        |it| {
            it.record::<4>(Section::Bounds, 0, |bytes| bytes[0] = 1);
        },
    );
    pairs(book);
    alike(book);
}

/// Five literals in the pair table that differ before their keys.
const ALIKE: &str = r"kind image_load {
    atom a lazy Image {
        contains 'qab1' @ pair:1; contains 'rab2' @ pair:1; contains 'sab3' @ pair:1; contains 'tab4' @ pair:1;
        contains 'uab5' @ pair:1
    }
    rule 1.0 low alert 'x' always { unless lazy a -> no; match; no: end }
}";

fn alike(book: &mut Book) {
    let reason = (Code::BucketTooAlike, Section::Entries, 0);
    book.other("five literals behind one key", reason, ALIKE, |it| {
        for literal in 0..5 {
            let units = it.body(Section::Units);
            units[literal * 8] = b'Q';
            entry(it, literal, |entry| {
                entry.tag = entry.tag & 0xFFFF_00FF | 0x5100
            });
        }
    });
}

/// Two literals in the pair table, behind the lead, and two of one unit.
const PAIRS: &str = r"kind image_load {
    atom a lazy Image { contains 'ab' @ pair:0; contains 'cd' @ pair:0; contains '^' @ single; contains '~' @ single }
    rule 1.0 low alert 'x' always { unless lazy a -> no; match; no: end }
}";

fn pairs(book: &mut Book) {
    let record = FinderRecord::read(
        book_sections(PAIRS)
            .body(Section::Finders)
            .first_chunk()
            .expect("a finder"),
    );
    let finders = |code| (code, Section::Finders, 0);
    let bits = |index| (Code::TableBits, Section::Bits, index);
    // The first of a byte's bits that is clear.
    let set_another = |it: &mut Sections, word: u32| {
        it.record::<8>(Section::Bits, word as usize, |bytes| {
            let empty = bytes.iter().position(|byte| *byte == 0);
            bytes[empty.expect("an empty byte")] |= 1;
        });
    };
    let table = record.pair.bits_start;
    book.other("a bit of no entry", bits(table), PAIRS, |it| {
        set_another(it, table)
    });
    let lead = record.lead_start;
    book.other(
        "a pair in the lead that no key begins with",
        bits(lead),
        PAIRS,
        |it| {
            set_another(it, lead);
        },
    );
    book.other("no pair in the lead", bits(lead), PAIRS, |it| {
        let words = &mut it.body(Section::Bits)[lead as usize * 8..][..LEAD_BYTES];
        words.fill(0);
    });
    book.other("a gap before the lead", finders(Code::Gap), PAIRS, |it| {
        finder(it, 0, |finder| finder.lead_start += 1);
    });
    book.other(
        "a lead that no table needs",
        finders(Code::FinderShape),
        TAILS,
        |it| {
            finder(it, 0, |finder| finder.lead_start = 1);
        },
    );

    // The widths follow the unit table's bits, which are one word.
    let units = lazy("contains \"\\u{E4}b\"");
    book.other("a width that no key has", bits(1), &units, |it| {
        set_another(it, 1);
    });
    book.other("no width of a key", bits(1), &units, |it| {
        it.body(Section::Bits)[8..].fill(0);
    });

    let bounds = |code, index| (code, Section::Bounds, index);
    let first = record.pair.bounds_start;
    let last = first + (1 << (record.pair.log2 - 3));
    book.other(
        "a bucket of nine",
        bounds(Code::BucketTooLarge, last),
        PAIRS,
        |it| {
            it.record::<4>(Section::Bounds, last as usize, |bytes| bytes[0] += 9);
        },
    );
    book.other(
        "a bound beyond the entries",
        bounds(Code::TableBounds, last),
        PAIRS,
        |it| {
            it.record::<4>(Section::Bounds, last as usize, |bytes| bytes[0] += 1);
        },
    );
    book.other(
        "bounds that descend",
        bounds(Code::TableBounds, last),
        PAIRS,
        |it| {
            it.record::<4>(Section::Bounds, last as usize, |bytes| bytes[0] = 0);
        },
    );

    book.other(
        "a literal of one unit left out",
        finders(Code::StrayEntry),
        PAIRS,
        |it| {
            finder(it, 0, |finder| finder.singles_count = 1);
        },
    );
    book.other(
        "a gap before those of one unit",
        finders(Code::Gap),
        PAIRS,
        |it| {
            finder(it, 0, |finder| finder.singles_start += 1);
        },
    );
    book.other(
        "none of one unit, but somewhere",
        finders(Code::FinderShape),
        TAILS,
        |it| {
            finder(it, 0, |finder| finder.singles_start = 1);
        },
    );
    let single = record.singles_start as usize;
    let entries = |index: usize| (Code::TableEntry, Section::Entries, index as u32);
    book.other(
        "another unit than the literal's",
        entries(single),
        PAIRS,
        |it| {
            entry(it, single, |entry| entry.tag += 1);
        },
    );
    book.other(
        "a literal that is not of one unit",
        entries(single),
        PAIRS,
        |it| {
            entry(it, single, |entry| entry.target = 0);
        },
    );
    book.other(
        "those of one unit out of order",
        entries(single + 1),
        PAIRS,
        |it| {
            let entries = it.body(Section::Entries);
            let (one, other) = entries[single * 8..].split_at_mut(8);
            one.swap_with_slice(&mut other[..8]);
        },
    );
}

/// Another source's sections.
pub(crate) fn book_sections(source: &str) -> Sections {
    let bytes = cofferdam_asm::assemble::assemble_to_bytes(source).expect("the source is right");
    Sections::read(&bytes)
}

pub(crate) fn entry(sections: &mut Sections, index: usize, change: impl FnOnce(&mut EntryRecord)) {
    sections.record(Section::Entries, index, |bytes| {
        let mut record = EntryRecord::read(bytes);
        change(&mut record);
        *bytes = record.write();
    });
}
