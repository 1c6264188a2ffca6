//! The search: a beam over short texts that are repeated, then hill climbing over rows of them.
//!
//! It begins with what the content itself looks for: each literal, its beginnings and ends, the units of its key. What
//! repeats a key without being the literal costs most, because a literal that was found is not compared again; so
//! literals are damaged in one unit, cut, and put together. Everything is decided by a fixed row of random numbers.

use std::collections::BTreeSet;

use cofferdam_interpreter::layout::LiteralRecord;

use crate::Judge;

/// Units of a text while short ones are compared.
const SHORT: usize = 512;

/// Units of a text in the end.
const LONG: usize = 4_096;

/// Short texts that are kept from round to round.
const BEAM: usize = 48;

/// Most units of a short text.
const MOST_UNITS: usize = 64;

/// How long to search.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Rounds of the beam.
    pub rounds: usize,
    /// Children of each short text in a round.
    pub children: usize,
    /// Changes that hill climbing tries.
    pub climbs: usize,
}

impl Effort {
    /// Seconds, for a test.
    pub const SHORT: Effort = Effort {
        rounds: 6,
        children: 6,
        climbs: 150,
    };
    /// A quarter of a minute.
    pub const LONG: Effort = Effort {
        rounds: 60,
        children: 24,
        climbs: 6_000,
    };
}

/// The costliest text that was found, of [`LONG`] units.
#[must_use]
pub fn worst(judge: &mut Judge<'_>, effort: Effort) -> Vec<u16> {
    search(judge, effort, |_| true)
}

/// The same of literals that are not ASCII, which cost more instructions for each step; no text where there are none.
#[must_use]
pub fn worst_beyond_ascii(judge: &mut Judge<'_>, effort: Effort) -> Vec<u16> {
    search(judge, effort, |units| {
        units.iter().any(|unit| *unit >= 0x80)
    })
}

/// Searches with those of the content's literals that are wanted.
fn search(judge: &mut Judge<'_>, effort: Effort, is_wanted: impl Fn(&[u16]) -> bool) -> Vec<u16> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut literals = literals(judge);
    literals.retain(|literal| is_wanted(&literal.units));
    let mut beam = Beam::default();
    for literal in &literals {
        for part in parts(literal) {
            beam.offer(judge, part);
        }
    }
    // What else to take pieces from: what costs little alone can cost much beside others.
    beam.cut(BEAM * 16);
    let pool: Vec<Vec<u16>> = beam.texts.iter().map(|(_, text)| text.clone()).collect();
    for _ in 0..effort.rounds {
        beam.cut(BEAM);
        for (_, parent) in beam.texts.clone() {
            for _ in 0..effort.children {
                let child = child(&mut random, &parent, &pool);
                beam.offer(judge, child);
            }
        }
    }
    beam.cut(BEAM);
    climb(judge, &mut random, &beam, &pool, effort.climbs)
}

/// A literal's units and where its key begins.
struct Known {
    units: Vec<u16>,
    key: usize,
}

/// Every literal of the content, in file order.
fn literals(judge: &Judge<'_>) -> Vec<Known> {
    let content = judge.content();
    let literal = |bytes: &[u8; LiteralRecord::SIZE]| {
        let record = LiteralRecord::read(bytes);
        let start = record.units_start as usize;
        let units = &content.units[start..start + usize::from(record.length)];
        Known {
            units: units.iter().map(|unit| u16::from_le_bytes(*unit)).collect(),
            key: record.key.into(),
        }
    };
    content.literals.iter().map(literal).collect()
}

/// The literal, and what of it holds its key.
fn parts(literal: &Known) -> Vec<Vec<u16>> {
    let units = &literal.units;
    let key = literal.key;
    let until = |width: usize| (key + width).min(units.len());
    let mut damaged = units.clone();
    if let Some(last) = damaged.last_mut().filter(|_| units.len() > 1) {
        *last ^= 1;
    }
    let mut parts = vec![
        units.clone(),
        damaged,
        units[..until(4)].to_vec(),
        units[key..].to_vec(),
        units[key..until(2)].to_vec(),
        units[key..until(4)].to_vec(),
        units[key..until(7)].to_vec(),
        units[key.saturating_sub(2)..until(2)].to_vec(),
    ];
    parts.retain(|part| !part.is_empty() && part.len() <= MOST_UNITS);
    parts
}

/// Short texts by what a unit costs where they are repeated.
#[derive(Default)]
struct Beam {
    texts: Vec<(u64, Vec<u16>)>,
    seen: BTreeSet<Vec<u16>>,
}

impl Beam {
    fn offer(&mut self, judge: &mut Judge<'_>, text: Vec<u16>) {
        if !text.is_empty() && text.len() <= MOST_UNITS && self.seen.insert(text.clone()) {
            let steps = judge.steps(&repeated(&[&text], SHORT));
            self.texts.push((steps, text));
        }
    }

    /// Keeps the costliest.
    fn cut(&mut self, most: usize) {
        self.texts.sort_by(|one, two| two.cmp(one));
        self.texts.truncate(most);
    }
}

/// The texts one after the other, again and again.
fn repeated(texts: &[&[u16]], units: usize) -> Vec<u16> {
    let all = texts.iter().copied().flatten().copied();
    let all: Vec<u16> = all.collect();
    all.iter().copied().cycle().take(units).collect()
}

/// A short text changed in one way.
fn child(random: &mut Random, parent: &[u16], pool: &[Vec<u16>]) -> Vec<u16> {
    let mut text = parent.to_vec();
    let other = &pool[random.below(pool.len())];
    let at = random.below(text.len());
    match random.below(7) {
        0 => text.extend(other),
        1 => {
            text.splice(at..at, other.iter().copied());
        }
        2 => text[at] = other[random.below(other.len())],
        3 => {
            text.remove(at);
        }
        4 => text.truncate(at + 1),
        5 => text.rotate_left(at),
        _ => text[at] ^= 1 << random.below(7),
    }
    text
}

/// Rows of short texts: one is replaced, added or taken away, as long as that costs more. Among many texts each can be
/// one that was not found yet.
fn climb(
    judge: &mut Judge<'_>,
    random: &mut Random,
    beam: &Beam,
    pool: &[Vec<u16>],
    climbs: usize,
) -> Vec<u16> {
    let kept: Vec<&[u16]> = beam.texts.iter().map(|(_, text)| text.as_slice()).collect();
    let Some(best) = kept.first() else {
        return Vec::new();
    };
    let all: Vec<&[u16]> = pool.iter().map(Vec::as_slice).collect();
    // The best alone, the best few in turn, and every literal once.
    let mut rows = [vec![*best], kept.clone(), all.clone()];
    let mut texts = rows.each_ref().map(|row| repeated(row, LONG));
    let mut costs = texts.each_ref().map(|text| judge.steps(text));
    for climb in 0..climbs {
        let number = climb % rows.len();
        let mut row = rows[number].clone();
        let source = [&kept, &all][random.below(2)];
        let new = source[random.below(source.len())];
        let at = random.below(row.len());
        match random.below(3) {
            0 => row[at] = new,
            1 => row.insert(at, new),
            _ if row.len() > 1 => {
                row.remove(at);
            }
            _ => {}
        }
        let text = repeated(&row, LONG);
        let cost = judge.steps(&text);
        if cost > costs[number] {
            (rows[number], texts[number], costs[number]) = (row, text, cost);
        }
    }
    let best = (0..costs.len()).max_by_key(|at| costs[*at]).unwrap_or(0);
    texts[best].clone()
}

/// xorshift64*: the search is the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        high as usize % count.max(1)
    }
}
