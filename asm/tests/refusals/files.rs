//! Header, kinds and ranges.

use cofferdam_interpreter::layout::{Header, KindRecord, LiteralRecord, SECTIONS};
use cofferdam_interpreter::{Code, Section};

use crate::book::Book;
use crate::finders::another_loose;
use crate::support::sections::Sections;

fn header(code: Code, offset: u32) -> (Code, Section, u32) {
    (code, Section::Header, offset)
}

/// Changes the record of a kind.
pub(crate) fn kind(sections: &mut Sections, index: usize, change: impl FnOnce(&mut KindRecord)) {
    sections.record(Section::Kinds, index, |bytes| {
        let mut record = KindRecord::read(bytes);
        change(&mut record);
        *bytes = record.write();
    });
}

pub(crate) fn write(book: &mut Book) {
    decoding(book);
    headers(book);
    kinds(book);
    ranges(book);
}

/// What the decoder refuses.
fn decoding(book: &mut Book) {
    let length = book.good.len() as u32;
    book.bytes("no file", header(Code::Truncated, 0), Vec::clear);
    book.bytes("half a header", header(Code::Truncated, 0), |bytes| {
        bytes.truncate(Header::SIZE - 1);
    });
    book.bytes(
        "the last byte missing",
        header(Code::Truncated, 120),
        |bytes| {
            bytes.pop();
        },
    );
    book.bytes(
        "a byte more",
        header(Code::TrailingBytes, length),
        |bytes| bytes.push(0),
    );
    book.bytes("another magic", header(Code::Magic, 0), |bytes| {
        bytes[0] = b'M'
    });
    book.bytes("text mode's line ends", header(Code::Magic, 0), |bytes| {
        bytes[4] = b'\n'
    });
    book.bytes("another format", header(Code::FormatVersion, 8), |bytes| {
        bytes[8] = 2
    });
    book.bytes(
        "more records than fit",
        header(Code::CountOverflow, 128),
        |bytes| {
            bytes[128..128 + 4 * SECTIONS].fill(0xFF);
        },
    );
    book.bytes(
        "one record more than fits",
        header(Code::CountOverflow, 128),
        |bytes| {
            bytes[128..132].copy_from_slice(&(u32::MAX / KindRecord::SIZE as u32).to_le_bytes());
        },
    );
    book.bytes(
        "a count changed",
        header(Code::LengthMismatch, 120),
        |bytes| bytes[128] += 1,
    );
    book.bytes(
        "the length changed",
        header(Code::LengthMismatch, 120),
        |bytes| {
            bytes[120] ^= 1;
        },
    );
}

fn headers(book: &mut Book) {
    let reserved = 128 + 4 * SECTIONS as u32;
    book.bytes(
        "a reserved byte",
        header(Code::Reserved, reserved),
        |bytes| bytes[255] = 1,
    );
    book.bytes(
        "the first reserved byte",
        header(Code::Reserved, reserved),
        |bytes| {
            bytes[reserved as usize] = 1;
        },
    );
    book.bytes(
        "a byte between fields",
        header(Code::Reserved, reserved),
        |bytes| bytes[68] = 1,
    );
    let length = book.good.len() as u32;
    book.limits("too long", header(Code::TooLarge, 120), |limits| {
        limits.file_bytes = length - 1;
    });
    book.file("no such tier", header(Code::Tier, 10), |it| {
        it.header.tier = 2
    });
    book.file("another schema", header(Code::SchemaNumber, 12), |it| {
        it.header.schema_number += 1;
    });
    book.file(
        "another fold or field",
        header(Code::SchemaFingerprint, 16),
        |it| {
            it.header.schema_fingerprint[31] ^= 1;
        },
    );
    book.file("for a newer engine", header(Code::EngineTooOld, 64), |it| {
        it.header.min_engine = u32::MAX;
    });
    book.file(
        "a floor above the version",
        header(Code::Validity, 56),
        |it| {
            it.header.rollback_floor = 8;
        },
    );
    book.file("expired when issued", header(Code::Validity, 80), |it| {
        it.header.expires = 100
    });
    book.file("a channel after its end", header(Code::Channel, 88), |it| {
        it.header.channel[5] = b'x';
    });
    book.file("a channel with a blank", header(Code::Channel, 88), |it| {
        it.header.channel[1] = b' ';
    });
    book.file(
        "scratch declared too large",
        header(Code::ScratchSize, 124),
        |it| {
            it.header.scratch_words += 1;
        },
    );
    book.file(
        "scratch declared too small",
        header(Code::ScratchSize, 124),
        |it| {
            it.header.scratch_words -= 1;
        },
    );
    book.limits(
        "more scratch than allowed",
        header(Code::ScratchLimit, 124),
        |limits| {
            limits.scratch_words = 1;
        },
    );
    book.cramped(
        "more scratch than given",
        header(Code::ScratchLimit, 124),
        1,
        |_| (),
    );
    // A header that asks for less than verifying needs.
    let kinds = (Code::ScratchLimit, Section::Kinds, 0);
    book.cramped("not enough to verify with", kinds, 66, |it| {
        it.header.scratch_words = 66
    });
}

fn kinds(book: &mut Book) {
    let at = |code, index| (code, Section::Kinds, index);
    book.file("a reserved byte of a kind", at(Code::Reserved, 1), |it| {
        it.record::<48>(Section::Kinds, 1, |bytes| bytes[47] = 1);
    });
    book.file("kinds out of order", at(Code::Order, 1), |it| {
        kind(it, 1, |kind| kind.kind = 0);
    });
    book.file("no such kind", at(Code::UnknownKind, 1), |it| {
        kind(it, 1, |kind| kind.kind = 255);
    });
    book.file(
        "a kind that the kernel cannot see",
        at(Code::UnknownKind, 1),
        |it| {
            kind(it, 1, |kind| kind.kind = 18);
        },
    );
    book.file(
        "a field more than the schema has",
        at(Code::FieldCount, 1),
        |it| {
            kind(it, 1, |kind| kind.field_count += 1);
        },
    );
    book.file("a field less", at(Code::FieldCount, 0), |it| {
        kind(it, 0, |kind| kind.field_count -= 1);
    });
    book.file("a kind without rules", at(Code::Unreferenced, 1), |it| {
        kind(it, 1, |kind| kind.rule_count = 0);
    });
    book.file("more rules than numbers", at(Code::TooMany, 0), |it| {
        kind(it, 0, |kind| kind.rule_count = 65_536);
    });
    book.file(
        "more that always run than rules",
        at(Code::TooManyAlways, 1),
        |it| {
            kind(it, 1, |kind| kind.always_count = 2);
        },
    );
    book.limits(
        "more that always run than allowed",
        at(Code::TooManyAlways, 0),
        |limits| {
            limits.always_rules = 0;
        },
    );
}

/// Ranges begin where the last one ended and end within their section, and nothing is left.
fn ranges(book: &mut Book) {
    let at = |code, index| (code, Section::Kinds, index);
    book.file("a gap before the rules", at(Code::Gap, 1), |it| {
        kind(it, 1, |kind| kind.rule_start += 1);
    });
    book.file("rules that overlap", at(Code::Gap, 1), |it| {
        kind(it, 1, |kind| kind.rule_start -= 1);
    });
    book.file("a gap before the finders", at(Code::Gap, 0), |it| {
        kind(it, 0, |kind| kind.finder_start = 1);
    });
    book.file("a gap before the costs", at(Code::Gap, 1), |it| {
        kind(it, 1, |kind| kind.cost_start = u32::MAX);
    });
    book.file("rules beyond the section", at(Code::OutOfRange, 1), |it| {
        kind(it, 1, |kind| kind.rule_count += 1);
    });
    book.file(
        "finders beyond the section",
        at(Code::OutOfRange, 0),
        |it| {
            kind(it, 0, |kind| kind.lazy_count += 1);
        },
    );
    book.file("costs beyond the section", at(Code::OutOfRange, 1), |it| {
        kind(it, 1, |kind| kind.cost_count = u32::MAX);
    });
    book.file(
        "atoms that no finder has",
        at(Code::Unreferenced, 0),
        |it| {
            kind(it, 0, |kind| kind.atom_count += 1);
        },
    );
    let leftovers = [
        (Section::Costs, "a cost left over"),
        (Section::Rules, "a rule left over"),
        (Section::Finders, "a finder left over"),
        (Section::Units, "a unit left over"),
        (Section::Posts, "a post left over"),
        (Section::FireBounds, "a fire bound left over"),
        (Section::Fires, "a fire left over"),
        (Section::Bits, "bits left over"),
        (Section::Bounds, "a bound left over"),
        (Section::Entries, "an entry left over"),
        (Section::Code, "an instruction left over"),
        (Section::PatternBytes, "a pattern's byte left over"),
        (Section::Names, "a name's byte left over"),
    ];
    for (section, name) in leftovers {
        let sizes = cofferdam_interpreter::layout::RECORD_SIZES;
        let size = sizes
            .iter()
            .find(|(of, _)| *of == section)
            .map_or(1, |(_, size)| *size);
        let count = book.sections().body(section).len() as u32 / size;
        book.file(name, (Code::Unreferenced, section, count), |it| {
            let body = it.body(section);
            body.resize(body.len() + size as usize, 0);
        });
    }
    // Literals behind those of finders are loose, so one in a table there is nobody's.
    book.file(
        "a literal that no finder has",
        (Code::Unreferenced, Section::Literals, 6),
        |it| {
            another_loose(it);
            let (records, _) = it.body(Section::Literals).as_chunks_mut();
            let (first, last) = (LiteralRecord::read(&records[0]), &mut records[6]);
            let mut record = LiteralRecord::read(last);
            // As a finder's literal it ignores case.
            record.shape = first.shape;
            *last = record.write();
            let units = it.body(Section::Units);
            let start = units.len() - 8;
            units[start..].iter_mut().for_each(|byte| *byte &= !0x20);
        },
    );
}
