//! The filter tables: every literal is entered under each of its keys, bits and bounds are those of the entries, and
//! buckets are small.
//!
//! Each entry must be of a literal of the table's place, under a key that the literal has, in that key's bucket;
//! no entry comes twice, and there are as many as the literals need. So none is missing.

use super::{Cursors, refuse, take};
use crate::cast;
use crate::content::{Content, run};
use crate::finder::LOOK_UP_STEPS;
use crate::key::{self, Beyond, Key};
use crate::layout::{EntryRecord, LiteralRecord, TableRecord};
use crate::limits::{MAX_ALIKE, MAX_BUCKET};
use crate::literal::{Place, Shape, compare_steps};
use crate::numbered::numbered;
use crate::refusal::{Code, Refusal, Section};
use crate::table::{buckets, words};

/// A finder's table, and what it may hold.
pub(super) struct TablePass<'v, 'a> {
    pub(super) content: &'v Content<'a>,
    /// Number of the finder, for reports.
    pub(super) finder: u32,
    pub(super) place: Place,
    /// Number of the finder's first literal, for reports.
    pub(super) first_literal: u32,
    /// The finder's literals.
    pub(super) literals: &'v [[u8; 16]],
    /// Entries that the finder's literals need.
    pub(super) needed: u32,
}

/// A table's bits, bounds and entries.
type Parts<'a> = (&'a [[u8; 8]], &'a [[u8; 4]], &'a [[u8; 8]]);

/// What an entry must have.
struct Expected {
    key: Key,
    /// The bits of the tag that count.
    mask: u32,
    /// What the key sets in the lead, or in the widths: which byte, and which of its bits.
    sets: Option<(u16, u8)>,
}

/// An entry of a bucket under examination.
#[derive(Clone, Copy, Default)]
struct Examined {
    tag: u32,
    mask: u32,
    steps: u64,
}

impl TablePass<'_, '_> {
    /// Checks the table; the most steps that one look-up can cost. Marks what its keys set in the lead, or in the widths.
    pub(super) fn check(
        &self,
        record: &TableRecord,
        cursors: &mut Cursors,
        marks: &mut [u64],
    ) -> Result<u64, Refusal> {
        let here = |code| refuse(code, Section::Finders, self.finder);
        if record.log2 == 0 {
            if record.write() != [0; TableRecord::SIZE] {
                return here(Code::TableSize);
            }
            return if self.needed == 0 {
                Ok(0)
            } else {
                here(Code::LiteralUnfindable)
            };
        }
        let Some(words) = words(record.log2) else {
            return here(Code::TableSize);
        };
        if record.entries_count != self.needed || self.needed == 0 {
            return here(Code::StrayEntry);
        }
        let bits = take(
            &mut cursors.bits,
            self.content.bits,
            (record.bits_start, words),
            Section::Finders,
            self.finder,
        )?;
        let bounds = take(
            &mut cursors.bounds,
            self.content.bounds,
            (record.bounds_start, buckets(record.log2).wrapping_add(1)),
            Section::Finders,
            self.finder,
        )?;
        let entries = take(
            &mut cursors.entries,
            self.content.entries,
            (record.entries_start, record.entries_count),
            Section::Finders,
            self.finder,
        )?;
        self.check_buckets(record, (bits, bounds, entries), marks)
    }

    fn check_buckets(
        &self,
        record: &TableRecord,
        (bits, bounds, entries): Parts<'_>,
        marks: &mut [u64],
    ) -> Result<u64, Refusal> {
        let mut costliest = 0_u64;
        let mut rest = entries;
        let mut from = 0_u32;
        let Some((first, bounds)) = bounds.split_first() else {
            return refuse(Code::TableBounds, Section::Finders, self.finder);
        };
        if u32::from_le_bytes(*first) != 0 {
            return refuse(Code::TableBounds, Section::Bounds, record.bounds_start);
        }
        for (number, (bound, byte)) in numbered(0, bounds.iter().zip(bits.as_flattened())) {
            let to = u32::from_le_bytes(*bound);
            // Most buckets of a sparse table are empty.
            if to == from && *byte == 0 {
                continue;
            }
            let here = |code| {
                let index = record.bounds_start.wrapping_add(number).wrapping_add(1);
                refuse(code, Section::Bounds, index)
            };
            let Some(count) = to.checked_sub(from) else {
                return here(Code::TableBounds);
            };
            if cast::index(count) > MAX_BUCKET {
                return here(Code::BucketTooLarge);
            }
            let Some((bucket, after)) = rest.split_at_checked(cast::index(count)) else {
                return here(Code::TableBounds);
            };
            let at = record.entries_start.wrapping_add(from);
            let (steps, slots) = self.check_bucket((record.log2, number), bucket, at, marks)?;
            if slots != *byte {
                return refuse(
                    Code::TableBits,
                    Section::Bits,
                    record.bits_start.wrapping_add(number >> 3),
                );
            }
            costliest = costliest.max(steps);
            rest = after;
            from = to;
        }
        if !rest.is_empty() {
            return refuse(Code::TableBounds, Section::Finders, self.finder);
        }
        Ok(costliest)
    }

    /// Checks one bucket's entries; the steps of the costliest look-up, and the bits of the entries' slots.
    fn check_bucket(
        &self,
        (log2, number): (u8, u32),
        bucket: &[[u8; 8]],
        at: u32,
        marks: &mut [u64],
    ) -> Result<(u64, u8), Refusal> {
        let mut examined = [Examined::default(); MAX_BUCKET];
        let mut slots = 0_u8;
        let mut last = None;
        for ((index, entry), examined) in numbered(at, bucket).zip(&mut examined) {
            let here = |code| refuse(code, Section::Entries, index);
            let entry = EntryRecord::read(entry);
            if last.is_some_and(|last| entry.target <= last) {
                return here(Code::TableEntry);
            }
            last = Some(entry.target);
            let literal = self
                .literals
                .get(cast::index(entry.target >> 8))
                .map(LiteralRecord::read)
                .filter(|record| {
                    Shape::decode(record.shape).is_some_and(|shape| shape.place == self.place)
                });
            let Some(record) = literal else {
                return here(Code::TableEntry);
            };
            let Some(Expected { key, mask, sets }) = self.key(&record, cast::low8(entry.target))
            else {
                return here(Code::TableEntry);
            };
            let slot = key.slot(log2);
            if slot >> 3 != number || entry.tag != key.tag {
                let literal = self.first_literal.wrapping_add(entry.target >> 8);
                return refuse(Code::LiteralUnfindable, Section::Literals, literal);
            }
            slots |= 1_u8.wrapping_shl(slot & 7);
            if let Some((byte, bits)) = sets
                && let Some(word) = marks.get_mut(usize::from(byte >> 3))
            {
                *word |= u64::from(bits).wrapping_shl(u32::from(byte & 7).wrapping_mul(8));
            }
            *examined = Examined {
                tag: key.tag,
                mask,
                steps: compare_steps(record.length.into()),
            };
        }
        // One text has one tag: only literals whose tags do not contradict each other are compared together.
        let examined = examined.get(..bucket.len()).unwrap_or(&examined);
        // Of them the most can be where the one whose tag says most is.
        let mut compares = 0_u64;
        for one in examined {
            let together = examined
                .iter()
                .filter(|two| two.mask & !one.mask == 0 && (one.tag ^ two.tag) & two.mask == 0);
            if together.clone().nth(MAX_ALIKE).is_some() && self.place != Place::Tail {
                return refuse(Code::BucketTooAlike, Section::Entries, at);
            }
            let steps = together.fold(0_u64, |steps, two| steps.saturating_add(two.steps));
            compares = compares.max(steps);
        }
        let steps = LOOK_UP_STEPS
            .saturating_add(cast::wide(bucket.len()))
            .saturating_add(compares);
        Ok((steps, slots))
    }

    /// A literal's key at this offset; `None` where it has none.
    fn key(&self, record: &LiteralRecord, offset: u8) -> Option<Expected> {
        let units = run(self.content.units, record.units_start, record.length.into())?;
        let at = usize::from(offset);
        let step = offset.checked_sub(record.key)?;
        let is_key = step == 0 || (self.place == Place::Gram && step < 4);
        if !is_key {
            return None;
        }
        // Up to four units as the high bytes of a window.
        let window = |from: usize, to: usize| {
            Some(units.get(from..to)?.iter().fold(0_u32, |window, unit| {
                let unit = key::narrow(u16::from_le_bytes(*unit));
                window >> 8 | u32::from(unit) << 24
            }))
        };
        let leads = || {
            let end = at.wrapping_add(2);
            let pair = cast::low16(u64::from(window(at, end)? >> 16));
            let after = |at: usize| {
                let unit = units.get(at)?;
                Some(key::narrow(u16::from_le_bytes(*unit)))
            };
            Some(key::leads(pair, after(end), after(end.wrapping_add(1))))
        };
        let whole = |key: Key| Expected {
            key,
            mask: u32::MAX,
            sets: None,
        };
        Some(match self.place {
            Place::Gram => {
                let gram = *units.get(at..)?.first_chunk::<4>()?;
                let window = window(at, at.wrapping_add(4))?;
                whole(key::gram(gram.map(u16::from_le_bytes), window))
            }
            Place::Edge => {
                let width = units.len().min(key::EDGE_UNITS);
                whole(key::four(window(at, at.wrapping_add(width))?))
            }
            Place::Four => Expected {
                sets: leads(),
                ..whole(key::four(window(at, at.wrapping_add(4))?))
            },
            Place::Pair => {
                // The units before it, as far as the literal has them.
                let end = at.wrapping_add(2);
                Expected {
                    key: key::pair(window(end.saturating_sub(4), end)?),
                    mask: key::pair_mask(offset),
                    sets: leads(),
                }
            }
            Place::Unit => {
                let Beyond { key, mask, mark } = Beyond::of(units, at, u16::from_le_bytes);
                let sets = mark;
                Expected { key, mask, sets }
            }
            Place::Tail => whole(key::tail(units)),
            Place::Single | Place::Loose => return None,
        })
    }
}
