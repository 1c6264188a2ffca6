//! Expresses an automaton's edges by the few word operations that the engine has.

use std::collections::BTreeMap;

use cofferdam_interpreter::pattern::guard;

use super::automaton::{Assertions, Automaton, Edges, Guard};
use super::units::Units;

/// A set of positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(pub(super) [u64; 8]);

impl Set {
    pub(super) fn insert(&mut self, position: usize) {
        self.0[position / 64] |= 1 << (position % 64);
    }

    fn contains(&self, position: usize) -> bool {
        self.0[position / 64] >> (position % 64) & 1 != 0
    }
}

/// As numbers: the last word is the highest.
impl Ord for Set {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl PartialOrd for Set {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The parts of a program that concern positions, as the engine's documentation describes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub(super) start: Set,
    pub(super) first: Set,
    pub(super) chain: Set,
    pub(super) repeat: Set,
    pub(super) skip: Set,
    pub(super) accept: Set,
    pub(super) last: Set,
    pub(super) jumps: Vec<(Set, Set)>,
    pub(super) guarded: Vec<(Assertions, Set, Set)>,
    pub(super) accepts: Vec<(Assertions, Set)>,
}

/// In place of a position: where an occurrence begins.
const BEGIN: usize = usize::MAX;

impl Step {
    pub(super) fn new(automaton: &Automaton) -> Self {
        let before = resolved(automaton);
        let mut step = Self::default();
        for (at, pair) in before.windows(2).enumerate() {
            if let [here, above] = pair
                && !here.is_empty()
                && here.iter().all(|(from, guard)| {
                    guard
                        .conjunctions()
                        .iter()
                        .all(|&assertions| implied(above, *from, assertions))
                })
            {
                step.skip.insert(at);
            }
        }
        step.edges(&before);
        step.ends(automaton);
        step
    }

    fn edges(&mut self, before: &[Edges]) {
        let mut jumps = Vec::new();
        let mut guarded: BTreeMap<Assertions, Vec<(usize, usize)>> = BTreeMap::new();
        let mut begins: BTreeMap<Assertions, Set> = BTreeMap::new();
        for (to, edges) in before.iter().enumerate() {
            for (&from, guard) in edges {
                for &assertions in guard.conjunctions() {
                    let skipped = to > 0
                        && self.skip.contains(to - 1)
                        && implied(&before[to - 1], from, assertions);
                    if skipped {
                        continue;
                    }
                    match (from, stated(assertions)) {
                        (BEGIN, 0) => self.start.insert(to),
                        (BEGIN, guard::TEXT_START) => self.first.insert(to),
                        (BEGIN, guard) => begins
                            .entry(guard | guard::ANYWHERE)
                            .or_default()
                            .insert(to),
                        (from, 0) if from + 1 == to => self.chain.insert(to),
                        (from, 0) if from == to => self.repeat.insert(to),
                        (from, 0) => jumps.push((from, to)),
                        (from, guard) => guarded.entry(guard).or_default().push((from, to)),
                    }
                }
            }
        }
        self.jumps = bundled(&jumps);
        for (guard, edges) in guarded {
            let bundles = bundled(&edges);
            self.guarded
                .extend(bundles.into_iter().map(|(from, to)| (guard, from, to)));
        }
        for (guard, to) in begins {
            self.guarded.push((guard, Set::default(), to));
        }
        self.guarded.sort_unstable();
    }

    fn ends(&mut self, automaton: &Automaton) {
        let mut accepts: BTreeMap<Assertions, Set> = BTreeMap::new();
        for (&position, guard) in &automaton.last {
            let guard = resolve(guard, automaton.units.get(position), None);
            for &assertions in guard.conjunctions() {
                match stated(assertions) {
                    0 => self.accept.insert(position),
                    guard::TEXT_END => self.last.insert(position),
                    guard => accepts.entry(guard).or_default().insert(position),
                }
            }
        }
        for &assertions in automaton.empty.conjunctions() {
            accepts.insert(stated(assertions) | guard::ANYWHERE, Set::default());
        }
        self.accepts = accepts.into_iter().collect();
    }
}

/// For each position what may precede it, `BEGIN` included, without what the classes decide by themselves.
fn resolved(automaton: &Automaton) -> Vec<Edges> {
    let units = &automaton.units;
    let mut all: Vec<Edges> = Vec::with_capacity(units.len());
    for (to, edges) in automaton.before.iter().enumerate() {
        let mut own = Edges::new();
        let begin = automaton.first.get(&to).map(|guard| (BEGIN, guard));
        let edges = edges.iter().map(|(&from, guard)| (from, guard));
        for (from, guard) in edges.chain(begin) {
            let guard = resolve(guard, units.get(from), units.get(to));
            if !guard.conjunctions().is_empty() {
                own.insert(from, guard);
            }
        }
        all.push(own);
    }
    all
}

/// Whether `from` precedes under no more than these assertions.
fn implied(edges: &Edges, from: usize, assertions: Assertions) -> bool {
    edges
        .get(&from)
        .is_some_and(|guard| guard.implied_by(assertions))
}

/// The assertions without what others of them imply: the one form that programs have.
fn stated(assertions: Assertions) -> Assertions {
    let mut stated = assertions;
    if stated & guard::TEXT_START != 0 {
        stated &= !guard::LINE_START;
    }
    if stated & guard::TEXT_END != 0 {
        stated &= !guard::LINE_END;
    }
    stated
}

/// The guard of a place of whose neighbours the classes may be known; `None` may also be the text's end.
fn resolve(guard: &Guard, before: Option<&Units>, after: Option<&Units>) -> Guard {
    let mut left = Guard::never();
    for &assertions in guard.conjunctions() {
        if let Some(assertions) = resolve_all(assertions, before, after) {
            left.add(assertions);
        }
    }
    left
}

/// The assertions that remain to be tested; `None` if they cannot all hold.
fn resolve_all(
    assertions: Assertions,
    before: Option<&Units>,
    after: Option<&Units>,
) -> Option<Assertions> {
    let line_feed = Units::line_feed();
    let word = Units::word();
    let within = |units: Option<&Units>, set: &Units| match units {
        Some(units) if units.is_subset(set) => Some(true),
        Some(units) if units.is_disjoint(set) => Some(false),
        _ => None,
    };
    let mut left = assertions;
    if left & guard::TEXT_START != 0 && before.is_some()
        || left & guard::TEXT_END != 0 && after.is_some()
    {
        return None;
    }
    for (line, text, units) in [
        (guard::LINE_START, guard::TEXT_START, before),
        (guard::LINE_END, guard::TEXT_END, after),
    ] {
        if left & line != 0 && left & text == 0 {
            match within(units, &line_feed) {
                Some(true) => left &= !line,
                Some(false) => return None,
                None => {}
            }
        }
    }
    if let (Some(before), Some(after)) = (within(before, &word), within(after, &word)) {
        let (holds, fails) = if before == after {
            (guard::NOT_WORD_EDGE, guard::WORD_EDGE)
        } else {
            (guard::WORD_EDGE, guard::NOT_WORD_EDGE)
        };
        if left & fails != 0 {
            return None;
        }
        left &= !holds;
    }
    Some(left)
}

/// The edges as few pairs of sets: by sources that lead to the same targets, or by targets that are
/// reached from the same sources, whichever are fewer.
fn bundled(edges: &[(usize, usize)]) -> Vec<(Set, Set)> {
    let by_source = grouped(edges.iter().copied());
    let by_target = grouped(edges.iter().map(|&(from, to)| (to, from)));
    let mut bundles = if by_source.len() <= by_target.len() {
        by_source
    } else {
        by_target.into_iter().map(|(to, from)| (from, to)).collect()
    };
    bundles.sort_unstable();
    bundles
}

/// Keys with the same set of values, and that set.
fn grouped(pairs: impl Iterator<Item = (usize, usize)>) -> Vec<(Set, Set)> {
    let mut values: BTreeMap<usize, Set> = BTreeMap::new();
    for (key, value) in pairs {
        values.entry(key).or_default().insert(value);
    }
    let mut groups: BTreeMap<Set, Set> = BTreeMap::new();
    for (key, values) in values {
        groups.entry(values).or_default().insert(key);
    }
    groups
        .into_iter()
        .map(|(values, keys)| (keys, values))
        .collect()
}
