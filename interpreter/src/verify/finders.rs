//! Finders: every literal can be found, every atom can be set, every fired rule exists.

use super::tables::TablePass;
use super::{KindPass, Verifier, check_literal, refuse, take};
use crate::bits;
use crate::cast;
use crate::content::{Content, run};
use crate::finder::{ASCII_UNITS, EVERY_SECOND, WIDE_UNITS};
use crate::key::{self, Key};
use crate::layout::{EntryRecord, FinderRecord, LiteralRecord, TableRecord};
use crate::limits::{MAX_ATOMS, MAX_SCANNED};
use crate::literal::{Mode, Place, Shape};
use crate::numbered::numbered;
use crate::refusal::{Code, Refusal, Section};
use crate::table::Table;

/// What a finder's literals ask of its tables.
#[derive(Default)]
struct Needed {
    gram: u32,
    three: u32,
    pair: u32,
    unit: u32,
    tail: u32,
    posts: u32,
}

impl Verifier<'_, '_> {
    /// Checks the kind's finders; the most atoms that one of them has.
    pub(super) fn finders(&mut self, pass: &mut KindPass<'_>) -> Result<u32, Refusal> {
        let kind = pass.record;
        let count = u32::from(kind.eager_count).wrapping_add(kind.lazy_count.into());
        let first = kind.finder_start;
        let range = (first, count);
        let finders = take(
            &mut self.cursors.finders,
            self.content.finders,
            range,
            Section::Kinds,
            pass.index,
        )?;
        let mut atoms = 0_u32;
        let mut most = 0_u32;
        let mut last = None;
        for (index, bytes) in numbered(first, finders) {
            let finder = FinderRecord::read(bytes);
            if !FinderRecord::is_canonical(bytes) {
                return refuse(Code::Reserved, Section::Finders, index);
            }
            let eager = index.wrapping_sub(first) < u32::from(kind.eager_count);
            let order = (finder.phase, finder.field);
            if last.is_some_and(|last| order <= last) {
                return refuse(Code::Order, Section::Finders, index);
            }
            last = Some(order);
            let unit_flags = ASCII_UNITS | WIDE_UNITS;
            if finder.phase != u8::from(!eager)
                || finder.flags & !(unit_flags | EVERY_SECOND) != 0
                || (finder.flags & unit_flags != 0 && finder.unit.log2 == 0)
                || (finder.flags & EVERY_SECOND != 0 && finder.gram.log2 == 0)
            {
                return refuse(Code::FinderShape, Section::Finders, index);
            }
            if finder.field >= kind.field_count {
                return refuse(Code::UnknownField, Section::Finders, index);
            }
            if finder.atom_start != atoms {
                return refuse(Code::Gap, Section::Finders, index);
            }
            if finder.atom_count == 0 || finder.atom_count > MAX_ATOMS {
                return refuse(Code::TooMany, Section::Finders, index);
            }
            // Both at most 65,536; 510 finders at most.
            atoms = atoms.wrapping_add(finder.atom_count);
            most = most.max(finder.atom_count);
            self.finder(index, &finder, pass)?;
        }
        if atoms != kind.atom_count {
            return refuse(Code::Unreferenced, Section::Kinds, pass.index);
        }
        Ok(most)
    }

    fn finder(
        &mut self,
        index: u32,
        finder: &FinderRecord,
        pass: &mut KindPass<'_>,
    ) -> Result<(), Refusal> {
        let range = (finder.literal_start, finder.literal_count);
        let literals = take(
            &mut self.cursors.literals,
            self.content.literals,
            range,
            Section::Finders,
            index,
        )?;
        if finder.literal_count == 0 || finder.literal_count >= 1 << 24 {
            return refuse(Code::TooMany, Section::Finders, index);
        }
        let needed = self.literals(finder, literals, pass)?;
        let mut look_ups = [0_u64; 5];
        let tables = [
            (Place::Tail, &finder.tail, needed.tail),
            (Place::Three, &finder.three, needed.three),
            (Place::Pair, &finder.pair, needed.pair),
            (Place::Unit, &finder.unit, needed.unit),
            (Place::Gram, &finder.gram, needed.gram),
        ];
        for (look_up, (place, record, needed)) in look_ups.iter_mut().zip(tables) {
            let table = TablePass {
                content: self.content,
                finder: index,
                place,
                literals,
                needed,
            };
            *look_up = table.check(record, &mut self.cursors)?;
        }
        find_all(self.content, finder, literals)?;
        let fires = self.fires(index, finder, pass)?;

        let [tail, three, pair, unit, gram] = look_ups;
        // A unit is looked up alone and at the end of four; three units at every second place.
        let each_unit = pair.saturating_add(unit.saturating_mul(2));
        let stride = u64::from(alignments(finder));
        let strided = three.div_ceil(2).saturating_add(gram.div_ceil(stride));
        let is_there = |table: &TableRecord| u64::from(table.log2 != 0);
        let ascii_units = u64::from(finder.flags & ASCII_UNITS);
        let passes = [
            &finder.tail,
            &finder.gram,
            &finder.three,
            &finder.pair,
            &finder.unit,
        ]
        .into_iter()
        .fold(ascii_units, |passes, table| {
            passes.wrapping_add(is_there(table))
        });
        // The last word can reach three lanes beyond the text; there are 128 ASCII units.
        pass.fixed = pass
            .fixed
            .saturating_add(tail)
            .saturating_add(
                each_unit
                    .saturating_add(three)
                    .saturating_add(gram)
                    .saturating_mul(4),
            )
            .saturating_add(unit.saturating_mul(ascii_units.wrapping_mul(128)))
            .saturating_add(needed.posts.into())
            .saturating_add(fires);
        let range = cast::wide(cast::index(finder.atom_start))
            | cast::wide(cast::index(finder.atom_count)) << 32;
        let atoms = if finder.phase == 0 {
            &mut *pass.work.eager
        } else {
            &mut *pass.work.lazy
        };
        if let Some(word) = atoms.get_mut(usize::from(finder.field)) {
            *word = range;
        }
        if let Some(steps) = pass.work.per_unit.get_mut(usize::from(finder.field)) {
            *steps = steps
                .saturating_add(passes)
                .saturating_add(each_unit)
                .saturating_add(strided);
        }
        Ok(())
    }

    /// Checks the literals themselves, and that every atom is posted by one.
    fn literals(
        &mut self,
        finder: &FinderRecord,
        literals: &[[u8; 16]],
        pass: &mut KindPass<'_>,
    ) -> Result<Needed, Refusal> {
        let mut needed = Needed::default();
        pass.work.posted.fill(0);
        for (index, bytes) in numbered(finder.literal_start, literals) {
            let record = LiteralRecord::read(bytes);
            let shape = check_literal(self.content, bytes, &record, index)?;
            check_place(self.content, finder, &record, shape, index)?;
            let (count, each) = match shape.place {
                Place::Gram => (&mut needed.gram, alignments(finder).into()),
                Place::Three => (&mut needed.three, 2),
                Place::Pair => (&mut needed.pair, 1),
                Place::Unit => (&mut needed.unit, 1),
                Place::Tail => (&mut needed.tail, 1),
                Place::Loose => return refuse(Code::LiteralShape, Section::Literals, index),
            };
            // At most four for each of 2^24 literals.
            *count = count.wrapping_add(each);
            let range = (record.posts_start, record.posts_count.into());
            let posts = take(
                &mut self.cursors.posts,
                self.content.posts,
                range,
                Section::Literals,
                index,
            )?;
            needed.posts = needed.posts.wrapping_add(record.posts_count.into());
            let mut last = None;
            for post in posts {
                let post = u32::from(u16::from_le_bytes(*post));
                if post >= finder.atom_count || last.is_some_and(|last| post <= last) {
                    return refuse(Code::Posts, Section::Literals, index);
                }
                last = Some(post);
                bits::insert(pass.work.posted, post);
            }
            let first = posts.first().map(|post| u16::from_le_bytes(*post));
            if first != Some(record.first_post) {
                return refuse(Code::Posts, Section::Literals, index);
            }
        }
        // Also when the workspace is too small to mark an atom: then the declared size is wrong.
        for atom in 0..finder.atom_count {
            if !bits::has(pass.work.posted, atom) {
                let atom = finder.atom_start.wrapping_add(atom);
                let code = if cast::index(finder.atom_count.div_ceil(64)) > pass.work.posted.len() {
                    Code::ScratchLimit
                } else {
                    Code::BlindAtom
                };
                return refuse(code, Section::Posts, atom);
            }
        }
        Ok(needed)
    }

    /// Checks the lists of rules that the finder's atoms fire; their total length.
    fn fires(
        &mut self,
        index: u32,
        finder: &FinderRecord,
        pass: &KindPass<'_>,
    ) -> Result<u64, Refusal> {
        let count = if finder.phase == 0 {
            finder.atom_count.wrapping_add(1)
        } else {
            0
        };
        let range = (finder.fire_bounds_start, count);
        let bounds = take(
            &mut self.cursors.fire_bounds,
            self.content.fire_bounds,
            range,
            Section::Finders,
            index,
        )?;
        let before = self.cursors.fires;
        let mut from = before;
        let mut first = true;
        for (index, bound) in numbered(finder.fire_bounds_start, bounds) {
            let here = |code| refuse(code, Section::FireBounds, index);
            let to = u32::from_le_bytes(*bound);
            if first {
                if to != from {
                    return here(Code::Gap);
                }
                first = false;
                continue;
            }
            let Some(count) = to.checked_sub(from) else {
                return here(Code::Fires);
            };
            let rules = take(
                &mut self.cursors.fires,
                self.content.fires,
                (from, count),
                Section::FireBounds,
                index,
            )?;
            let mut last = None;
            for rule in rules {
                let rule = u16::from_le_bytes(*rule);
                if u32::from(rule) >= pass.record.rule_count
                    || rule < pass.record.always_count
                    || last.is_some_and(|last| rule <= last)
                {
                    return here(Code::Fires);
                }
                last = Some(rule);
            }
            from = to;
        }
        Ok(u64::from(self.cursors.fires.wrapping_sub(before)))
    }
}

/// Successive grams under which a literal is entered: one for each place that it can have between two probes.
fn alignments(finder: &FinderRecord) -> u8 {
    if finder.flags & EVERY_SECOND != 0 {
        2
    } else {
        4
    }
}

/// Whether length, mode and key fit the literal's place.
fn check_place(
    content: &Content<'_>,
    finder: &FinderRecord,
    record: &LiteralRecord,
    shape: Shape,
    index: u32,
) -> Result<(), Refusal> {
    let length = usize::from(record.length);
    let key = usize::from(record.key);
    let width = match shape.place {
        // Successive runs: one unit more for each but the first.
        Place::Gram => usize::from(alignments(finder)).wrapping_add(3),
        Place::Three => 4,
        Place::Pair => 2,
        Place::Unit | Place::Tail | Place::Loose => 1,
    };
    if length < width || (shape.place != Place::Tail && length > MAX_SCANNED) {
        return refuse(Code::LiteralLength, Section::Literals, index);
    }
    let units = run(content.units, record.units_start, record.length.into()).unwrap_or(&[]);
    let unit = |at: usize| units.get(at).map(|unit| u16::from_le_bytes(*unit));
    let is_ascii = |at: usize| unit(at).is_some_and(|unit| unit < 0x80);
    let within = key.wrapping_add(width) <= length;
    let fits = match shape.place {
        Place::Gram | Place::Three => within,
        Place::Pair => within && is_ascii(key) && is_ascii(key.wrapping_add(1)),
        Place::Unit if is_ascii(key) => finder.flags & ASCII_UNITS != 0 && length == 1,
        Place::Unit => within && (finder.flags & WIDE_UNITS != 0 || record.key < key::WIDE_FROM),
        Place::Tail => {
            let separated = (0..length).any(|at| unit(at) == Some(key::SEPARATOR));
            key == 0 && (shape.mode == Mode::Equals || (shape.mode == Mode::Ends && separated))
        }
        Place::Loose => false,
    };
    if fits {
        Ok(())
    } else {
        refuse(Code::LiteralShape, Section::Literals, index)
    }
}

/// Recomputes every literal's keys and looks them up as the scan will.
fn find_all(
    content: &Content<'_>,
    finder: &FinderRecord,
    literals: &[[u8; 16]],
) -> Result<(), Refusal> {
    for (local, bytes) in numbered(0, literals) {
        let record = LiteralRecord::read(bytes);
        if !is_findable(content, finder, &record, local).unwrap_or(false) {
            let index = finder.literal_start.wrapping_add(local);
            return refuse(Code::LiteralUnfindable, Section::Literals, index);
        }
    }
    Ok(())
}

fn is_findable(
    content: &Content<'_>,
    finder: &FinderRecord,
    record: &LiteralRecord,
    local: u32,
) -> Option<bool> {
    let units = run(content.units, record.units_start, record.length.into())?;
    // The units from one place to another as the high lanes of a word: at most four.
    let word = |from: usize, to: usize| {
        let units = units.get(from..to)?.iter();
        Some(units.fold(0_u64, |word, unit| {
            word >> 16 | u64::from(u16::from_le_bytes(*unit)) << 48
        }))
    };
    // A key with the units before it that the literal has, up to four together.
    let context = |at: usize, width: usize| {
        let end = at.wrapping_add(width);
        word(end.saturating_sub(4).min(at), end)
    };
    let each = |table, count: u8, key_at: &dyn Fn(usize) -> Option<(Key, u32)>| {
        (0..count).all(|step| {
            let offset = record.key.wrapping_add(step);
            key_at(usize::from(offset))
                .is_some_and(|(key, mask)| leads_to(content, table, key, mask, (local, offset)))
        })
    };
    Some(match Shape::decode(record.shape)?.place {
        Place::Gram => each(&finder.gram, alignments(finder), &|at| {
            Some((key::gram(word(at, at.wrapping_add(4))?), u32::MAX))
        }),
        Place::Three => each(&finder.three, 2, &|at| {
            let mask = key::context_mask(cast::count8(at).saturating_add(3));
            Some((key::three(context(at, 3)?), mask))
        }),
        Place::Pair => each(&finder.pair, 1, &|at| {
            let mask = key::context_mask(cast::count8(at).saturating_add(2));
            Some((key::pair(context(at, 2)?), mask))
        }),
        Place::Unit => each(&finder.unit, 1, &|at| {
            let key = match at.checked_sub(key::WIDE_FROM.into()) {
                Some(from) => key::gram(word(from, at.wrapping_add(1))?),
                None => key::unit(u16::from_le_bytes(*units.get(at)?)),
            };
            Some((key, u32::MAX))
        }),
        Place::Tail => leads_to(
            content,
            &finder.tail,
            key::tail(units),
            u32::MAX,
            (local, 0),
        ),
        Place::Loose => false,
    })
}

/// Whether the key's bucket holds an entry with the key's tag for the literal at the offset.
fn leads_to(
    content: &Content<'_>,
    table: &TableRecord,
    key: Key,
    mask: u32,
    (literal, offset): (u32, u8),
) -> bool {
    let Some(table) = Table::open(content, table) else {
        return false;
    };
    table.bucket(key.slot(table.log2)).iter().any(|entry| {
        let entry = EntryRecord::read(entry);
        entry.target == literal << 8 | u32::from(offset) && (entry.tag ^ key.tag) & mask == 0
    })
}
