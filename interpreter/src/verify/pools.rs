//! What instructions name by number and all kinds share: loose literals, numbers, networks, patterns.
//!
//! Each pool ascends, so nothing stands in it twice, and each of its records is named by some instruction: which ones
//! are is marked while the rules are passed over, and looked at when that is done.

use super::literals::{Checked, Group};
use super::{Cursors, ascends, refuse};
use crate::bits::{self, words_for};
use crate::cast;
use crate::content::{Content, run};
use crate::layout::{FinderRecord, LiteralRecord, NetworkRecord, PatternRecord};
use crate::literal::Place;
use crate::network;
use crate::numbered::numbered;
use crate::pattern::Pattern;
use crate::refusal::{Code, Refusal, Section};

/// Which records of the pools instructions have named so far.
pub(super) struct Pools<'w> {
    /// The first literal that no finder has. Where finders claim more literals than there are, the pass over them
    /// refuses the content.
    loose: u32,
    /// For each pool its first mark.
    numbers: u32,
    networks: u32,
    patterns: u32,
    marks: &'w mut [u64],
}

impl<'w> Pools<'w> {
    /// Takes as many words of the scratch as there must be marks; `None` where it has too few.
    pub(super) fn cut(
        content: &Content<'_>,
        scratch: &'w mut [u64],
    ) -> Option<(Self, &'w mut [u64])> {
        let scanned = content.finders.iter().fold(0_u32, |sum, bytes| {
            sum.wrapping_add(FinderRecord::read(bytes).literal_count)
        });
        let count = |records: usize| cast::narrow(records);
        // A file holds fewer records than numbers have values.
        let numbers = count(content.literals.len()).saturating_sub(scanned);
        let networks = numbers.wrapping_add(count(content.numbers.len()));
        let patterns = networks.wrapping_add(count(content.networks.len()));
        let all = patterns.wrapping_add(count(content.patterns.len()));
        let (marks, rest) = scratch.split_at_mut_checked(cast::index(words_for(all)))?;
        marks.fill(0);
        let pools = Self {
            loose: scanned,
            numbers,
            networks,
            patterns,
            marks,
        };
        Some((pools, rest))
    }

    /// Words of scratch that the marks take.
    pub(super) fn words(&self) -> u32 {
        cast::narrow(self.marks.len())
    }

    /// Marks a loose literal; its record, or `None` where there is none with this number.
    pub(super) fn literal(&mut self, content: &Content<'_>, index: u32) -> Option<LiteralRecord> {
        let mark = index.checked_sub(self.loose)?;
        let record = content.literal(index)?;
        bits::insert(self.marks, mark);
        Some(record)
    }

    /// Marks a number; whether there is one.
    pub(super) fn number(&mut self, content: &Content<'_>, index: u32) -> bool {
        self.mark(self.numbers, index, content.numbers.len())
    }

    /// Marks a network; whether there is one.
    pub(super) fn network(&mut self, content: &Content<'_>, index: u32) -> bool {
        self.mark(self.networks, index, content.networks.len())
    }

    /// Marks a pattern; its program, or `None` where there is none.
    pub(super) fn pattern<'a>(&mut self, content: &Content<'a>, index: u32) -> Option<&'a [u8]> {
        let program = content.pattern(index)?;
        self.mark(self.patterns, index, content.patterns.len());
        Some(program)
    }

    fn mark(&mut self, first: u32, index: u32, count: usize) -> bool {
        let is_there = cast::index(index) < count;
        if is_there {
            bits::insert(self.marks, first.wrapping_add(index));
        }
        is_there
    }

    /// Checks the pools but for the patterns, and that everything in them was named.
    pub(super) fn check(
        &self,
        content: &Content<'_>,
        cursors: &mut Cursors,
    ) -> Result<(), Refusal> {
        let first = cursors.literals;
        let (_, loose) = content
            .literals
            .split_at_checked(cast::index(first))
            .unwrap_or((&[], &[]));
        let mut group = Group::default();
        for (index, bytes) in numbered(first, loose) {
            let Checked { record, shape, .. } = group.check(content, cursors, bytes, index)?;
            let posts = (record.posts_start, record.posts_count, record.first_post);
            if shape.place != Place::Loose || posts != (0, 0, 0) {
                return refuse(Code::Unreferenced, Section::Literals, index);
            }
        }
        check_numbers(content)?;
        check_networks(content)?;
        let pools = [
            (Section::Literals, first, 0, loose.len()),
            (Section::Numbers, 0, self.numbers, content.numbers.len()),
            (Section::Networks, 0, self.networks, content.networks.len()),
            (Section::Patterns, 0, self.patterns, content.patterns.len()),
        ];
        for (section, first, mark, count) in pools {
            for at in 0..cast::narrow(count) {
                if !bits::has(self.marks, mark.wrapping_add(at)) {
                    return refuse(Code::Unreferenced, section, first.wrapping_add(at));
                }
            }
        }
        Ok(())
    }
}

fn check_numbers(content: &Content<'_>) -> Result<(), Refusal> {
    let mut last: Option<u64> = None;
    for (index, bytes) in numbered(0, content.numbers) {
        let number = u64::from_le_bytes(*bytes);
        if let Some(last) = last.replace(number) {
            ascends(last.cmp(&number), Section::Numbers, index)?;
        }
    }
    Ok(())
}

fn check_networks(content: &Content<'_>) -> Result<(), Refusal> {
    let mut last: Option<&[u8; NetworkRecord::SIZE]> = None;
    for (index, bytes) in numbered(0, content.networks) {
        if !NetworkRecord::is_canonical(bytes)
            || !network::is_canonical(&NetworkRecord::read(bytes))
        {
            return refuse(Code::Network, Section::Networks, index);
        }
        if let Some(last) = last.replace(bytes) {
            ascends(last.cmp(bytes), Section::Networks, index)?;
        }
    }
    Ok(())
}

/// Checks the patterns. Before the rules, because these ask for their costs.
pub(super) fn check_patterns(content: &Content<'_>) -> Result<(), Refusal> {
    let mut cursor = 0_u32;
    let mut last: Option<&[u8]> = None;
    for (index, record) in numbered(0, content.patterns) {
        let record = PatternRecord::read(record);
        if record.start != cursor {
            return refuse(Code::Gap, Section::Patterns, index);
        }
        let Some(program) = run(content.pattern_bytes, record.start, record.length) else {
            return refuse(Code::OutOfRange, Section::Patterns, index);
        };
        if Pattern::verify(program).is_err() {
            return refuse(Code::Pattern, Section::Patterns, index);
        }
        if let Some(last) = last.replace(program) {
            ascends(last.cmp(program), Section::Patterns, index)?;
        }
        cursor = cursor.wrapping_add(record.length);
    }
    if cast::index(cursor) != content.pattern_bytes.len() {
        return refuse(Code::Unreferenced, Section::PatternBytes, cursor);
    }
    Ok(())
}
