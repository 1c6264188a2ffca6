//! Writes an automaton as a program.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use cofferdam_interpreter::pattern::{MAX_CLASSES, MAX_JUMPS, MAX_RANGES};

use super::automaton::{Automaton, Counted};
use super::error::{PatternError, Problem};
use super::jumps::{Set, Step};
use super::node::{self, Count};
use super::runs::Run;

/// The program's bytes; `run` is what every match has, `span` is the whole source, for errors.
pub(super) fn encode(
    automaton: &Automaton,
    run: Option<&Run>,
    span: &Range<usize>,
) -> Result<Vec<u8>, PatternError> {
    let step = Step::new(automaton);
    let classes = Classes::new(automaton);
    let positions = automaton.units.len();
    let words = u64::try_from(positions)
        .ok()
        .and_then(node::words)
        .unwrap_or(8);

    let count = |problem, number: usize, most: u16, what: &str| match u16::try_from(number) {
        Ok(number) if number <= most => Ok(number),
        _ => Err(PatternError::new(
            problem,
            span.clone(),
            format!("needs {number} {what}, at most {most} are possible"),
            "split the expression into several",
        )),
    };
    let (kind, at, limit) = match automaton.counted {
        None => (0, 0, 0),
        Some(Counted { position, count }) => match count {
            Count::AtLeast(limit) => (1, position, limit),
            Count::AtMost(limit) => (2, position, limit),
        },
    };
    let run = run.filter(|run| run.length > 1).and_then(|run| {
        let mut units = automaton.units.iter();
        let at = units.position(|units| *units == run.units)?;
        Some((u16::try_from(at).ok()?, run.length))
    });
    let (run_at, run_units) = run.unwrap_or_default();
    let numbers = [
        count(Problem::TooManyPositions, positions, 512, "positions")?,
        count(
            Problem::TooManyClasses,
            classes.masks.len(),
            MAX_CLASSES,
            "classes",
        )?,
        count(
            Problem::TooManyRanges,
            classes.ranges.len(),
            MAX_RANGES,
            "ranges of characters beyond ASCII",
        )?,
        count(Problem::TooManyJumps, step.jumps.len(), MAX_JUMPS, "jumps")?,
        count(
            Problem::TooManyJumps,
            step.guarded.len(),
            MAX_JUMPS,
            "guarded jumps",
        )?,
        // At most 54: every guard that does not contradict itself, from positions and from anywhere.
        count(
            Problem::TooManyJumps,
            step.accepts.len(),
            64,
            "guarded ends",
        )?,
        count(Problem::TooManyPositions, at, 511, "positions")?,
        limit,
        run_at,
        run_units,
        0,
    ];

    let mut out = Out {
        bytes: vec![u8::try_from(words).unwrap_or(8), kind],
        words,
    };
    for number in numbers {
        out.bytes.extend(number.to_le_bytes());
    }
    out.bytes.extend(classes.ascii);
    for (start, class) in classes.ranges {
        out.bytes.extend(start.to_le_bytes());
        out.bytes.extend([class, 0]);
    }
    let sets = [
        step.start,
        step.first,
        step.chain,
        step.repeat,
        step.skip,
        step.accept,
        step.last,
    ];
    for word in 0..words {
        for set in sets {
            out.word(set.0[word]);
        }
    }
    classes.masks.iter().for_each(|mask| out.set(mask));
    step.jumps.iter().for_each(|(from, _)| out.set(from));
    step.jumps.iter().for_each(|(_, to)| out.set(to));
    step.guarded.iter().for_each(|(guard, ..)| out.word(*guard));
    step.guarded.iter().for_each(|(_, from, _)| out.set(from));
    step.guarded.iter().for_each(|(.., to)| out.set(to));
    step.accepts.iter().for_each(|(guard, _)| out.word(*guard));
    step.accepts.iter().for_each(|(_, from)| out.set(from));
    Ok(out.bytes)
}

struct Out {
    bytes: Vec<u8>,
    words: usize,
}

impl Out {
    fn word(&mut self, word: u64) {
        self.bytes.extend(word.to_le_bytes());
    }

    fn set(&mut self, set: &Set) {
        for &word in &set.0[..self.words] {
            self.word(word);
        }
    }
}

/// Units that match the same positions are one class.
struct Classes {
    ascii: [u8; 128],
    /// First unit and class, from 0x80 on; a number that does not fit a byte is refused by the count.
    ranges: Vec<(u16, u8)>,
    masks: Vec<Set>,
}

impl Classes {
    fn new(automaton: &Automaton) -> Self {
        // Where a new set of positions may begin to match.
        let mut starts = BTreeSet::from([0_u16, 0x80]);
        let mut members: BTreeMap<_, Set> = BTreeMap::new();
        for (position, units) in automaton.units.iter().enumerate() {
            members.entry(units).or_default().insert(position);
        }
        for units in members.keys() {
            for &(start, end) in units.ranges() {
                starts.insert(start);
                starts.extend(end.checked_add(1));
            }
        }
        let pieces: Vec<(u16, Set)> = starts
            .into_iter()
            .map(|start| {
                let mut mask = Set::default();
                for (units, positions) in &members {
                    if units.contains(start) {
                        for (word, positions) in mask.0.iter_mut().zip(positions.0) {
                            *word |= positions;
                        }
                    }
                }
                (start, mask)
            })
            .collect();
        let masks: BTreeSet<Set> = pieces.iter().map(|&(_, mask)| mask).collect();
        let masks: Vec<Set> = masks.into_iter().collect();
        let class = |mask: &Set| {
            let number = masks.binary_search(mask).unwrap_or(usize::MAX);
            u8::try_from(number).unwrap_or(u8::MAX)
        };

        let mut ascii = [0; 128];
        for (unit, own) in (0_u16..).zip(&mut ascii) {
            let above = pieces.partition_point(|&(start, _)| start <= unit);
            *own = class(&pieces[above - 1].1);
        }
        let mut ranges: Vec<(u16, u8)> = Vec::new();
        for (start, mask) in &pieces {
            let class = class(mask);
            if *start >= 0x80 && ranges.last().is_none_or(|&(_, last)| last != class) {
                ranges.push((*start, class));
            }
        }
        Self {
            ascii,
            ranges,
            masks,
        }
    }
}
