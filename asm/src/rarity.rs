//! How common units stand next to each other in the texts of a Windows machine: what keys are chosen by.
//!
//! A key should be rare in ordinary texts, so that a scan seldom has to look beyond its bit table. Two sources are
//! added up: `common.txt`, paths, registry keys and command lines of a plain Windows installation, written down for
//! this purpose (no recorded event is among them); and the literals themselves, because what many rules look for is
//! mostly what ordinary texts hold. A wrong count costs time, never a match.

use std::sync::{Arc, LazyLock, OnceLock};

use cofferdam_interpreter::key::LEAD_BYTES;
use cofferdam_interpreter::{Place, fold};
use rustc_hash::FxHashMap;

use crate::place::{leads, slots};

/// Lines that any Windows machine produces all day.
const COMMON: &str = include_str!("rarity/common.txt");

/// What one occurrence in a common text counts, where one in a literal counts 1.
const COMMON_WEIGHT: u32 = 8;

/// How often a bit of the lead is met that was never counted, in a million units: texts hold names and encoded data,
/// too, and the fewer bits lead anywhere the better.
const UNSEEN: u64 = 20;

/// Counts of runs of one to four folded units.
#[derive(Clone, Debug, Default)]
pub struct Rarity {
    /// What many share.
    common: Arc<Counts>,
    own: Counts,
}

#[derive(Clone, Debug, Default)]
struct Counts {
    runs: FxHashMap<u64, u32>,
    /// Units counted, each by its weight.
    total: u64,
    /// What the runs add to each bit of the lead, once somebody has asked.
    leads: OnceLock<Vec<u64>>,
}

static BUILTIN: LazyLock<Arc<Counts>> = LazyLock::new(|| {
    let mut counts = Counts::default();
    for line in COMMON.lines().filter(|line| !line.starts_with('#')) {
        let units: Vec<u16> = line.encode_utf16().map(fold::unit).collect();
        counts.add(&units, COMMON_WEIGHT);
    }
    Arc::new(counts)
});

impl Rarity {
    /// The counts of the texts that this crate carries.
    #[must_use]
    pub fn builtin() -> Self {
        Self {
            common: Arc::clone(&BUILTIN),
            own: Counts::default(),
        }
    }

    /// These counts and those of the literals.
    #[must_use]
    pub fn with<'a>(&self, literals: impl Iterator<Item = &'a [u16]>) -> Self {
        let mut rarity = self.clone();
        for units in literals {
            rarity.own.add(units, 1);
        }
        rarity
    }

    /// How often a run of one to four units occurs, in a million units.
    #[must_use]
    pub fn of(&self, run: &[u16]) -> u64 {
        let key = key(run);
        let count = |counts: &Counts| u64::from(counts.runs.get(&key).copied().unwrap_or(0));
        (count(&self.common) + count(&self.own)) * 1_000_000 / self.total()
    }

    /// How often the places that share a bit of the lead occur, in a million units, for each bit. Half of that is
    /// what runs of four say, and half what pairs say of all that can follow them: there are too many runs of four
    /// to have met each one.
    #[must_use]
    pub(crate) fn leads(&self) -> Vec<u64> {
        let mut counts = self
            .common
            .leads
            .get_or_init(|| self.common.leads())
            .clone();
        for (count, own) in counts.iter_mut().zip(self.own.leads()) {
            *count = (*count + own) * (1_000_000 / 16) / self.total() + UNSEEN;
        }
        counts
    }

    fn total(&self) -> u64 {
        (self.common.total + self.own.total).max(1)
    }
}

impl Counts {
    /// What the runs add to each bit of the lead.
    fn leads(&self) -> Vec<u64> {
        let mut counts = vec![0_u64; 8 * LEAD_BYTES];
        for (run, count) in &self.runs {
            let units = [run >> 48, run >> 32, run >> 16, *run].map(|unit| unit as u16);
            let (run, weight) = match units {
                [1..=u16::MAX, ..] => (&units[..], 8),
                [0, 0, 1..=u16::MAX, _] => (&units[2..], 1),
                _ => continue,
            };
            for slot in leads(run, Place::Pair, 0).into_iter().flat_map(slots) {
                counts[slot] += weight * u64::from(*count);
            }
        }
        counts
    }

    fn add(&mut self, units: &[u16], weight: u32) {
        self.total += u64::from(weight) * units.len() as u64;
        for length in 1..=4 {
            for run in units.windows(length) {
                *self.runs.entry(key(run)).or_default() += weight;
            }
        }
    }
}

/// A run as one number: shorter ones begin with zeros, which no literal does.
fn key(run: &[u16]) -> u64 {
    run.iter().fold(0, |key, unit| key << 16 | u64::from(*unit))
}
