//! How common units stand next to each other in the texts of a Windows machine: what keys are chosen by.
//!
//! A key should be rare in ordinary texts, so that a scan seldom has to look beyond its bit table. The counts come
//! from `common.txt`: paths,
//! registry keys and command lines of a plain Windows installation, written down for this purpose; no recorded
//! event is among them. A wrong count costs time, never a match.

use std::collections::HashMap;

use cofferdam_interpreter::fold;

/// Lines that any Windows machine produces all day.
const COMMON: &str = include_str!("rarity/common.txt");

/// Counts of folded units, pairs and 4-grams in common texts.
#[derive(Debug)]
pub struct Rarity {
    pairs: HashMap<[u16; 2], u32>,
    grams: HashMap<[u16; 4], u32>,
    units: HashMap<u16, u32>,
}

impl Rarity {
    /// The counts of the texts that this crate carries.
    #[must_use]
    pub fn builtin() -> Self {
        let mut rarity = Self {
            pairs: HashMap::new(),
            grams: HashMap::new(),
            units: HashMap::new(),
        };
        for line in COMMON.lines().filter(|line| !line.starts_with('#')) {
            let units: Vec<u16> = line.encode_utf16().map(fold::unit).collect();
            for unit in &units {
                *rarity.units.entry(*unit).or_default() += 1;
            }
            for pair in units.array_windows() {
                *rarity.pairs.entry(*pair).or_default() += 1;
            }
            for gram in units.array_windows() {
                *rarity.grams.entry(*gram).or_default() += 1;
            }
        }
        rarity
    }

    /// How often a unit occurs, on a scale of its own.
    #[must_use]
    pub fn of_unit(&self, unit: u16) -> u32 {
        self.units.get(&unit).copied().unwrap_or(0)
    }

    /// How often a pair occurs, on a scale of its own.
    #[must_use]
    pub fn of_pair(&self, pair: [u16; 2]) -> u32 {
        self.pairs.get(&pair).copied().unwrap_or(0)
    }

    /// How often four units occur together, on a scale of its own: where they were never seen, as often as their
    /// least common pair suggests.
    #[must_use]
    pub fn of_gram(&self, gram: [u16; 4]) -> u32 {
        let seen = self.grams.get(&gram).copied().unwrap_or(0);
        let pairs = gram.array_windows().map(|pair| self.of_pair(*pair));
        let likely = pairs.min().unwrap_or(0);
        seen.saturating_mul(64).saturating_add(likely)
    }
}
