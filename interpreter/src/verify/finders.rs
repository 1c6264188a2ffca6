//! Finders: every literal can be found, every atom can be set, every fired rule exists.

use core::mem;

use super::literals::Group;
use super::tables::TablePass;
use super::{KindPass, Verifier, refuse, take};
use crate::bits;
use crate::cast;
use crate::content::run;
use crate::finder::{LEAD_WORDS, widths};
use crate::key::beyond;
use crate::layout::{EntryRecord, FinderRecord, LiteralRecord};
use crate::limits::MAX_ATOMS;
use crate::literal::{Place, Shape, compare_steps};
use crate::numbered::numbered;
use crate::refusal::{Code, Refusal, Section};

/// Entries that a finder's literals need, and their posts.
#[derive(Default)]
struct Needed {
    gram: u32,
    four: u32,
    pair: u32,
    unit: u32,
    tail: u32,
    edge: u32,
    singles: u32,
    /// Posts, and one for the atom of an unsupplied field.
    posts: u32,
}

impl<'a> Verifier<'_, 'a> {
    /// Checks the kind's finders.
    pub(super) fn finders(&mut self, pass: &mut KindPass<'_>) -> Result<(), Refusal> {
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
            if finder.phase != u8::from(!eager) {
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
            if atoms > kind.atom_count {
                return refuse(Code::OutOfRange, Section::Finders, index);
            }
            self.finder(index, &finder, pass)?;
        }
        if atoms != kind.atom_count {
            return refuse(Code::Unreferenced, Section::Kinds, pass.index);
        }
        Ok(())
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
        let is_empty = finder.literal_count == 0 && finder.unsupplied == 0;
        if is_empty || finder.literal_count >= 1 << 24 {
            return refuse(Code::TooMany, Section::Finders, index);
        }
        let needed = self.literals(index, finder, literals, pass)?;
        let lead = self.lead(index, finder)?;
        pass.work.marks.fill(0);
        let mut look_ups = [0_u64; 6];
        let tables = [
            (Place::Tail, &finder.tail, needed.tail),
            (Place::Edge, &finder.edge, needed.edge),
            (Place::Four, &finder.four, needed.four),
            (Place::Pair, &finder.pair, needed.pair),
            (Place::Unit, &finder.unit, needed.unit),
            (Place::Gram, &finder.gram, needed.gram),
        ];
        for (look_up, (place, record, needed)) in look_ups.iter_mut().zip(tables) {
            let table = TablePass {
                content: self.content,
                finder: index,
                place,
                first_literal: finder.literal_start,
                literals,
                needed,
            };
            *look_up = table.check(record, &mut self.cursors, pass.work.marks)?;
            let (start, noted) = match (place, lead) {
                (Place::Pair, Some(lead)) => (finder.lead_start, lead),
                (Place::Unit, _) if record.log2 != 0 => {
                    let range = widths(record);
                    let bits = self.content.bits;
                    let cursor = &mut self.cursors.bits;
                    (range.0, take(cursor, bits, range, Section::Finders, index)?)
                }
                _ => continue,
            };
            let mut marks = noted.iter().zip(&mut *pass.work.marks);
            if marks.any(|(noted, mark)| u64::from_le_bytes(*noted) != mem::take(mark)) {
                return refuse(Code::TableBits, Section::Bits, start);
            }
        }
        let singles = self.singles(index, finder, literals, needed.singles)?;
        let fires = self.fires(index, finder, pass)?;

        let [tail, edge, four, pair, unit, gram] = look_ups;
        let edges = edge.saturating_mul(finder.edges.count_ones().into());
        let is_there = |there: bool| u64::from(there);
        let passes = is_there(tail != 0)
            .wrapping_add(is_there(gram != 0))
            .wrapping_add(is_there(unit != 0))
            .wrapping_add(is_there(singles != 0))
            .wrapping_add(gates(finder.gates).unwrap_or(0))
            // The pass itself, and the places that the lead has.
            .wrapping_add(is_there(lead.is_some()).wrapping_mul(2));
        // Keys that are not ASCII, and that there may be some.
        let units = unit
            .saturating_mul(beyond::WIDTHS.into())
            .saturating_add(is_there(unit != 0));
        let each_unit = four.saturating_add(pair).saturating_add(units);
        // The places of a text's last block are filled up to whole eights.
        pass.fixed = pass
            .fixed
            .saturating_add(tail)
            .saturating_add(edges)
            .saturating_add(gram)
            .saturating_add(singles)
            .saturating_add(8)
            .saturating_add(needed.posts.into())
            .saturating_add(fires.into());
        let range = cast::wide(cast::index(finder.atom_start))
            | cast::wide(cast::index(finder.atom_count)) << 32;
        pass.fires = pass.fires.wrapping_add(fires);
        let atoms = if finder.phase == 0 {
            &mut pass.work.eager
        } else {
            &mut pass.work.lazy
        };
        if let Some(word) = atoms.ranges.get_mut(usize::from(finder.field)) {
            *word = range;
        }
        if let Some(steps) = pass.work.per_unit.get_mut(usize::from(finder.field)) {
            *steps = steps
                .saturating_add(passes)
                .saturating_add(each_unit)
                .saturating_add(gram.div_ceil(4));
        }
        Ok(())
    }

    /// Checks the literals themselves, and that every atom is set by one, or by what is not supplied.
    fn literals(
        &mut self,
        finder_index: u32,
        finder: &FinderRecord,
        literals: &[[u8; 16]],
        pass: &mut KindPass<'_>,
    ) -> Result<Needed, Refusal> {
        let mut needed = Needed::default();
        let mut shortest = None;
        let (mut longest_tail, mut edges) = (0, 0);
        let mut no_numbers = true;
        let gates = gates(finder.gates);
        let are_gates = gates.is_some_and(|gates| gates == 0 || has_lead(finder));
        let is_gated = gates != Some(0);
        pass.work.marks.fill(0);
        let mut group = Group::default();
        for (index, bytes) in numbered(finder.literal_start, literals) {
            let literal = group.check(self.content, &mut self.cursors, bytes, index)?;
            literal.check_place(index)?;
            let record = literal.record;
            let (count, each) = match literal.shape.place {
                Place::Gram => (&mut needed.gram, 4),
                Place::Four => (&mut needed.four, 1),
                Place::Pair => (&mut needed.pair, 1),
                Place::Unit => (&mut needed.unit, 1),
                Place::Tail => (&mut needed.tail, 1),
                Place::Edge => (&mut needed.edge, 1),
                Place::Single => (&mut needed.singles, 1),
                Place::Loose => return refuse(Code::LiteralShape, Section::Literals, index),
            };
            shortest = Some(shortest.map_or(record.length, |least: u16| least.min(record.length)));
            no_numbers &= !literal.may_be_in_number();
            match literal.shape.place {
                Place::Tail => longest_tail = literal.tail_length().max(longest_tail),
                Place::Edge => edges |= literal.edge(),
                Place::Four | Place::Pair if is_gated && !literal.has_any(finder.gates) => {
                    return refuse(Code::LiteralUnfindable, Section::Literals, index);
                }
                _ => {}
            }
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
                bits::insert(pass.work.marks, post);
            }
            let first = posts.first().map(|post| u16::from_le_bytes(*post));
            if first != Some(record.first_post) {
                return refuse(Code::Posts, Section::Literals, index);
            }
        }
        if finder.shortest != shortest.unwrap_or(0)
            || usize::from(finder.longest_tail) != longest_tail
            || finder.edges != edges
            || finder.no_numbers != u8::from(no_numbers)
            || !are_gates
        {
            return refuse(Code::FinderShape, Section::Finders, finder_index);
        }
        if let Some(atom) = finder.unsupplied.checked_sub(1) {
            // Either literals set an atom or what is not supplied does.
            if atom >= finder.atom_count || !bits::insert(pass.work.marks, atom) {
                return refuse(Code::FinderShape, Section::Finders, finder_index);
            }
            needed.posts = needed.posts.wrapping_add(1);
        }
        for atom in 0..finder.atom_count {
            if !bits::has(pass.work.marks, atom) {
                let atom = finder.atom_start.wrapping_add(atom);
                return refuse(Code::BlindAtom, Section::Posts, atom);
            }
        }
        Ok(needed)
    }

    /// The finder's lead; `None` where it has no keys behind one.
    fn lead(
        &mut self,
        index: u32,
        finder: &FinderRecord,
    ) -> Result<Option<&'a [[u8; 8]]>, Refusal> {
        if !has_lead(finder) {
            return if finder.lead_start == 0 {
                Ok(None)
            } else {
                refuse(Code::FinderShape, Section::Finders, index)
            };
        }
        let range = (finder.lead_start, cast::narrow(LEAD_WORDS));
        let bits = self.content.bits;
        take(&mut self.cursors.bits, bits, range, Section::Finders, index).map(Some)
    }

    /// Checks the entries of the literals of one unit; the steps of looking at them all.
    fn singles(
        &mut self,
        index: u32,
        finder: &FinderRecord,
        literals: &[[u8; 16]],
        needed: u32,
    ) -> Result<u64, Refusal> {
        if finder.singles_count != needed {
            return refuse(Code::StrayEntry, Section::Finders, index);
        }
        if needed == 0 {
            return if finder.singles_start == 0 {
                Ok(0)
            } else {
                refuse(Code::FinderShape, Section::Finders, index)
            };
        }
        let entries = take(
            &mut self.cursors.entries,
            self.content.entries,
            (finder.singles_start, needed),
            Section::Finders,
            index,
        )?;
        let mut steps = 0_u64;
        let mut last = None;
        for (index, entry) in numbered(finder.singles_start, entries) {
            let here = |code| refuse(code, Section::Entries, index);
            let entry = EntryRecord::read(entry);
            let record = literals
                .get(cast::index(entry.target >> 8))
                .map(LiteralRecord::read);
            let Some(record) = record else {
                return here(Code::TableEntry);
            };
            let is_single =
                Shape::decode(record.shape).map(|shape| shape.place) == Some(Place::Single);
            let unit =
                run(self.content.units, record.units_start, 1).and_then(|units| units.first());
            let order = (entry.tag, entry.target);
            if !is_single
                || cast::low8(entry.target) != 0
                || unit.map(|unit| u32::from(u16::from_le_bytes(*unit))) != Some(entry.tag)
                || last.is_some_and(|last| order <= last)
            {
                return here(Code::TableEntry);
            }
            last = Some(order);
            steps = steps.saturating_add(1).saturating_add(compare_steps(1));
        }
        Ok(steps)
    }

    /// Checks the lists of rules that the finder's atoms fire; their total length.
    fn fires(
        &mut self,
        index: u32,
        finder: &FinderRecord,
        pass: &KindPass<'_>,
    ) -> Result<u32, Refusal> {
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
        Ok(self.cursors.fires.wrapping_sub(before))
    }
}

/// How many gates there are; `None` where they are not ASCII, do not ascend, or stand behind a gap.
fn gates(gates: [u8; 8]) -> Option<u64> {
    let (pairs, _) = gates.as_chunks::<2>();
    let mut count = 0_u64;
    let mut last = [0; 2];
    for pair in pairs {
        if *pair == [0; 2] {
            last = [0xFF; 2];
            continue;
        }
        if *pair <= last || !pair.is_ascii() {
            return None;
        }
        last = *pair;
        count = count.wrapping_add(1);
    }
    Some(count)
}

/// Whether the finder has keys behind a lead.
fn has_lead(finder: &FinderRecord) -> bool {
    finder.four.log2 != 0 || finder.pair.log2 != 0
}
