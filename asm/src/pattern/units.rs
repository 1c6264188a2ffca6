//! Sets of UTF-16 units.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cofferdam_interpreter::fold;

/// A set of units as ascending, disjoint, non-adjacent inclusive ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Units(Vec<(u16, u16)>);

impl Units {
    pub(super) fn all() -> Self {
        Self(vec![(0, u16::MAX)])
    }

    pub(super) fn one(unit: u16) -> Self {
        Self(vec![(unit, unit)])
    }

    /// From inclusive ranges in any order; an empty range (`start > end`) adds nothing.
    pub(super) fn from_ranges(ranges: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().filter(|(a, b)| a <= b).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            match merged.last_mut() {
                Some(last) if start <= last.1.saturating_add(1) => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Self(merged)
    }

    pub(super) fn ranges(&self) -> &[(u16, u16)] {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0
            .iter()
            .map(|&(a, b)| usize::from(b) - usize::from(a) + 1)
            .sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().flat_map(|&(a, b)| a..=b)
    }

    pub(super) fn contains(&self, unit: u16) -> bool {
        let above = self.0.partition_point(|&(start, _)| start <= unit);
        above > 0 && self.0[above - 1].1 >= unit
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.0.iter().chain(&other.0).copied())
    }

    pub(super) fn complement(&self) -> Self {
        let mut left = Vec::new();
        let mut from = Some(0);
        for &(start, end) in &self.0 {
            if let Some(from) = from
                && from < start
            {
                left.push((from, start - 1));
            }
            from = end.checked_add(1);
        }
        left.extend(from.map(|from| (from, u16::MAX)));
        Self(left)
    }

    pub(super) fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().all(|&(start, end)| {
            let above = other.0.partition_point(|&(from, _)| from <= start);
            above > 0 && other.0[above - 1].1 >= end
        })
    }

    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        self.is_subset(&other.complement())
    }

    /// The folds of the members.
    pub(super) fn folds(&self) -> BTreeSet<u16> {
        self.iter().map(fold::unit).collect()
    }

    /// Every unit that folds to the fold of a member.
    pub(super) fn either_case(&self) -> Self {
        let same = self
            .folds()
            .into_iter()
            .flat_map(|fold| std::iter::once(fold).chain(others(fold)))
            .map(|unit| (unit, unit));
        Self::from_ranges(same)
    }

    pub(super) fn digits() -> Self {
        Self(vec![(0x30, 0x39)])
    }

    pub(super) fn word() -> Self {
        Self(vec![(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
    }

    pub(super) fn space() -> Self {
        Self(vec![(0x09, 0x0D), (0x20, 0x20)])
    }

    pub(super) fn line_feed() -> Self {
        Self::one(0x0A)
    }
}

/// The units that fold to `fold`, other than itself.
fn others(fold: u16) -> impl Iterator<Item = u16> {
    static OTHERS: LazyLock<BTreeMap<u16, Vec<u16>>> = LazyLock::new(|| {
        let mut others: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
        for unit in 0..=u16::MAX {
            if !fold::is_folded(unit) {
                others.entry(fold::unit(unit)).or_default().push(unit);
            }
        }
        others
    });
    OTHERS.get(&fold).into_iter().flatten().copied()
}
