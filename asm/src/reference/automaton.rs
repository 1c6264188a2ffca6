//! A second reader of pattern programs: sets as lists of flags, jumps followed one by one, written from the
//! format's description in [`cofferdam_interpreter::pattern`] and from nothing else.

use std::collections::BTreeSet;

use cofferdam_interpreter::pattern::guard;

/// A set of positions.
type Set = Vec<bool>;

/// Whether a program matches a text. A program that ends early, or contradicts itself, matches nothing.
#[must_use]
pub fn meets(program: &[u8], text: &[u16]) -> bool {
    Automaton::read(program).is_some_and(|automaton| automaton.run(text).unwrap_or(false))
}

/// A jump or a guarded accept: what must hold at the place, and from where it leads whither.
struct Edge {
    guard: u64,
    from: Set,
    to: Set,
}

/// The counted position.
struct Count {
    position: usize,
    limit: u32,
    at_least: bool,
}

struct Automaton {
    positions: usize,
    /// First unit and class of each run of units with one class.
    classes: Vec<(u16, u8)>,
    masks: Vec<Set>,
    start: Set,
    first: Set,
    chain: Set,
    repeat: Set,
    skip: Set,
    accept: Set,
    last: Set,
    jumps: Vec<Edge>,
    accepts: Vec<Edge>,
    count: Option<Count>,
    /// A position, and how many successive units of its class every match has; 0 for none.
    run: (usize, usize),
}

/// The program's bytes, from the front.
struct Reader<'p> {
    rest: &'p [u8],
    words: usize,
}

impl Reader<'_> {
    fn number(&mut self, bytes: usize) -> Option<u64> {
        let (number, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        let digits = number.iter().rev();
        Some(digits.fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn set(&mut self) -> Option<Set> {
        let mut set = Set::new();
        for _ in 0..self.words {
            let word = self.number(8)?;
            set.extend((0..64).map(|bit| word >> bit & 1 == 1));
        }
        Some(set)
    }

    fn sets(&mut self, count: u64) -> Option<Vec<Set>> {
        (0..count).map(|_| self.set()).collect()
    }

    fn numbers(&mut self, count: u64) -> Option<Vec<u64>> {
        (0..count).map(|_| self.number(8)).collect()
    }
}

impl Automaton {
    fn read(program: &[u8]) -> Option<Self> {
        let mut bytes = Reader {
            rest: program,
            words: 0,
        };
        bytes.words = usize::try_from(bytes.number(1)?).ok()?;
        let kind = bytes.number(1)?;
        let positions = usize::try_from(bytes.number(2)?).ok()?;
        let classes = bytes.number(2)?;
        let ranges = bytes.number(2)?;
        let jumps = bytes.number(2)?;
        let guarded = bytes.number(2)?;
        let accepts = bytes.number(2)?;
        let position = usize::try_from(bytes.number(2)?).ok()?;
        let limit = u32::try_from(bytes.number(2)?).ok()?;
        let run_at = usize::try_from(bytes.number(2)?).ok()?;
        let run_units = usize::try_from(bytes.number(2)?).ok()?;
        bytes.number(2)?;
        if run_units != 0 && run_at >= positions {
            return None;
        }
        if positions > bytes.words * 64 || (kind != 0 && position >= positions) {
            return None;
        }

        let mut starts = Vec::new();
        for unit in 0..128 {
            starts.push((unit, u8::try_from(bytes.number(1)?).ok()?));
        }
        for _ in 0..ranges {
            let first = u16::try_from(bytes.number(2)?).ok()?;
            starts.push((first, u8::try_from(bytes.number(1)?).ok()?));
            bytes.number(1)?;
        }
        // The seven sets are interleaved, a word of each in turn.
        let mut sets = vec![Set::new(); 7];
        for _ in 0..bytes.words {
            for set in &mut sets {
                let word = bytes.number(8)?;
                set.extend((0..64).map(|bit| word >> bit & 1 == 1));
            }
        }
        let [start, first, chain, repeat, skip, accept, last] = sets.try_into().ok()?;
        let masks = bytes.sets(classes)?;
        let from = bytes.sets(jumps)?;
        let to = bytes.sets(jumps)?;
        let free = from.into_iter().zip(to);
        let mut jumps: Vec<Edge> = free.map(|(from, to)| Edge { guard: 0, from, to }).collect();
        let guards = bytes.numbers(guarded)?;
        let from = bytes.sets(guarded)?;
        let to = bytes.sets(guarded)?;
        let ends = from.into_iter().zip(to);
        jumps.extend(
            guards
                .into_iter()
                .zip(ends)
                .map(|(guard, (from, to))| Edge { guard, from, to }),
        );
        let guards = bytes.numbers(accepts)?;
        let from = bytes.sets(accepts)?;
        let accepts = guards.into_iter().zip(from).map(|(guard, from)| Edge {
            guard,
            from,
            to: Set::new(),
        });
        Some(Self {
            positions,
            classes: starts,
            masks,
            start,
            first,
            chain,
            repeat,
            skip,
            accept,
            last,
            jumps,
            accepts: accepts.collect(),
            count: (kind != 0).then_some(Count {
                position,
                limit,
                at_least: kind == 1,
            }),
            run: (run_at, run_units),
        })
    }

    fn run(&self, text: &[u16]) -> Option<bool> {
        if !self.has_run(text)? {
            return Some(false);
        }
        let mut state = vec![false; self.positions];
        // For the counted position: how many units ago each entry into the unbroken run was, itself included.
        let mut entries: BTreeSet<u32> = BTreeSet::new();
        for at in 0..=text.len() {
            let held = assertions(text, at);
            if self.accepts.iter().any(|edge| leads(edge, &state, held)) {
                return Some(true);
            }
            let Some(unit) = text.get(at) else {
                break;
            };
            let mask = self.mask(*unit)?;
            let candidates = self.candidates(&state, at == 0, held);
            state = (0..self.positions)
                .map(|position| candidates[position] && mask[position])
                .collect();
            if let Some(count) = &self.count {
                let enters = state[count.position];
                let within = mask[count.position];
                // An entry older than the limit is as good, or as bad, as one that is one older.
                let older = entries.iter().map(|age| (age + 1).min(count.limit + 1));
                entries = if within {
                    older.collect()
                } else {
                    BTreeSet::new()
                };
                if enters {
                    entries.insert(1);
                }
                state[count.position] = entries.iter().any(|age| match count.at_least {
                    true => *age >= count.limit,
                    false => *age <= count.limit,
                });
            }
            if meet(&state, &self.accept) {
                return Some(true);
            }
        }
        Some(meet(&state, &self.last))
    }

    /// Whether there is a run of the units without which nothing matches.
    fn has_run(&self, text: &[u16]) -> Option<bool> {
        let (position, wanted) = self.run;
        let mut units = 0;
        for unit in text {
            if units == wanted {
                break;
            }
            units = if self.mask(*unit)?[position] {
                units + 1
            } else {
                0
            };
        }
        Some(units == wanted)
    }

    /// The positions that the next unit may be matched by.
    fn candidates(&self, state: &Set, begins: bool, held: u64) -> Set {
        let mut candidates = vec![false; self.positions];
        for position in 0..self.positions {
            let follows = position > 0 && state[position - 1] && self.chain[position];
            let jumped = |edge: &Edge| edge.to[position] && leads(edge, state, held);
            candidates[position] = follows
                || state[position] && self.repeat[position]
                || self.start[position]
                || begins && self.first[position]
                || self.jumps.iter().any(jumped);
        }
        // A candidate that may be left out makes the one above it a candidate.
        for position in 1..self.positions {
            if candidates[position - 1] && self.skip[position - 1] {
                candidates[position] = true;
            }
        }
        candidates
    }

    fn mask(&self, unit: u16) -> Option<&Set> {
        let (_, class) = self.classes.iter().rfind(|(first, _)| *first <= unit)?;
        self.masks.get(usize::from(*class))
    }
}

/// Whether a jump or accept may be followed from one of the active positions.
fn leads(edge: &Edge, state: &Set, held: u64) -> bool {
    edge.guard & !held == 0 && (edge.guard & guard::ANYWHERE != 0 || meet(state, &edge.from))
}

fn meet(one: &Set, other: &Set) -> bool {
    one.iter().zip(other).any(|(one, other)| *one && *other)
}

/// The assertions that hold before the unit at a place.
fn assertions(text: &[u16], at: usize) -> u64 {
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
    let after = text.get(at).copied();
    let line_feed = Some(u16::from(b'\n'));
    let is_word = |unit: Option<u16>| {
        let ascii = unit.and_then(|unit| u8::try_from(unit).ok());
        ascii.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let edge = is_word(before) != is_word(after);
    let all = [
        (before.is_none(), guard::TEXT_START),
        (after.is_none(), guard::TEXT_END),
        (before.is_none() || before == line_feed, guard::LINE_START),
        (after.is_none() || after == line_feed, guard::LINE_END),
        (edge, guard::WORD_EDGE),
        (!edge, guard::NOT_WORD_EDGE),
        (true, guard::ANYWHERE),
    ];
    let held = all.into_iter().filter(|(holds, _)| *holds);
    held.map(|(_, bit)| bit).fold(0, |bits, bit| bits | bit)
}
