//! The Glushkov automaton of an expression, with assertions turned into guards on its edges.
//!
//! Guards are disjunctions of conjunctions of assertions. They compose as the sets of the construction
//! do: the guard of "first of B, past an empty A" is the guard under which A is empty, and that of B's first.

use std::collections::BTreeMap;

use cofferdam_interpreter::pattern::guard;

use super::node::{Count, Node, Repeat};
use super::units::Units;

/// Assertions that must all hold, as bits of [`guard`]; with what they imply.
pub(super) type Assertions = u64;

/// Holds if one of the conjunctions does. None implies another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Guard(Vec<Assertions>);

impl Guard {
    pub(super) fn never() -> Self {
        Self(Vec::new())
    }

    pub(super) fn always() -> Self {
        Self(vec![0])
    }

    pub(super) fn conjunctions(&self) -> &[Assertions] {
        &self.0
    }

    fn is_never(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an alternative, unless it is implied; drops those that it implies.
    pub(super) fn add(&mut self, assertions: Assertions) {
        let assertions = saturated(assertions);
        let contradicts = guard::WORD_EDGE | guard::NOT_WORD_EDGE;
        if assertions & contradicts == contradicts || self.implied_by(assertions) {
            return;
        }
        self.0.retain(|&other| other & assertions != assertions);
        self.0.push(assertions);
        self.0.sort_unstable();
    }

    /// Whether it holds wherever all the assertions do.
    pub(super) fn implied_by(&self, assertions: Assertions) -> bool {
        self.0.iter().any(|&own| own & !assertions == 0)
    }

    fn or(&mut self, other: &Self) {
        for &assertions in &other.0 {
            self.add(assertions);
        }
    }

    fn and(&self, other: &Self) -> Self {
        let mut both = Self::never();
        for one in &self.0 {
            for other in &other.0 {
                both.add(one | other);
            }
        }
        both
    }
}

/// With the assertions that these imply.
fn saturated(assertions: Assertions) -> Assertions {
    let mut all = assertions;
    if all & guard::TEXT_START != 0 {
        all |= guard::LINE_START;
    }
    if all & guard::TEXT_END != 0 {
        all |= guard::LINE_END;
    }
    all
}

/// Positions and, for each, under what guard.
pub(super) type Edges = BTreeMap<usize, Guard>;

/// The counted position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) position: usize,
    pub(super) count: Count,
}

/// The automaton of a whole expression.
#[derive(Clone, Debug)]
pub(super) struct Automaton {
    /// For each position the units that it matches.
    pub(super) units: Vec<Units>,
    /// For each position those that may precede it.
    pub(super) before: Vec<Edges>,
    /// The positions that may begin an occurrence.
    pub(super) first: Edges,
    /// The positions that may end one.
    pub(super) last: Edges,
    /// When an occurrence may be empty.
    pub(super) empty: Guard,
    pub(super) counted: Option<Counted>,
}

impl Automaton {
    /// Builds the automaton; the expression has few enough positions.
    pub(super) fn new(root: &Node, counted: Option<u32>) -> Self {
        let mut builder = Builder {
            units: Vec::new(),
            before: Vec::new(),
            counted_repeat: counted,
            counted: None,
        };
        let part = builder.part(root);
        Self {
            units: builder.units,
            before: builder.before,
            first: part.first,
            last: part.last,
            empty: part.empty,
            counted: builder.counted,
        }
    }
}

/// A part of the expression, positions already allotted.
#[derive(Clone)]
struct Part {
    empty: Guard,
    first: Edges,
    last: Edges,
}

impl Part {
    fn nothing() -> Self {
        Self {
            empty: Guard::always(),
            first: Edges::new(),
            last: Edges::new(),
        }
    }
}

struct Builder {
    units: Vec<Units>,
    before: Vec<Edges>,
    counted_repeat: Option<u32>,
    counted: Option<Counted>,
}

impl Builder {
    fn part(&mut self, node: &Node) -> Part {
        match node {
            Node::Empty => Part::nothing(),
            Node::One(units) => self.position(units).1,
            Node::Assert(assertion) => {
                let mut empty = Guard::never();
                empty.add(u64::from(*assertion));
                Part {
                    empty,
                    ..Part::nothing()
                }
            }
            Node::Concat(nodes) => {
                let mut whole = Part::nothing();
                for node in nodes {
                    let part = self.part(node);
                    whole = self.follow(whole, part);
                }
                whole
            }
            Node::Either(nodes) => {
                let mut whole = Part {
                    empty: Guard::never(),
                    ..Part::nothing()
                };
                for node in nodes {
                    let part = self.part(node);
                    whole.empty.or(&part.empty);
                    merge(&mut whole.first, &part.first, &Guard::always());
                    merge(&mut whole.last, &part.last, &Guard::always());
                }
                whole
            }
            Node::Repeat(repeat) => self.repeat(repeat),
        }
    }

    fn position(&mut self, units: &Units) -> (usize, Part) {
        let position = self.units.len();
        self.units.push(units.clone());
        self.before.push(Edges::new());
        let only = Edges::from([(position, Guard::always())]);
        let part = Part {
            empty: Guard::never(),
            first: only.clone(),
            last: only,
        };
        (position, part)
    }

    /// `first`, then `second`.
    fn follow(&mut self, first: Part, second: Part) -> Part {
        self.connect(&first.last, &second.first);
        let mut whole = Part {
            empty: first.empty.and(&second.empty),
            first: first.first,
            last: second.last,
        };
        merge(&mut whole.first, &second.first, &first.empty);
        merge(&mut whole.last, &first.last, &second.empty);
        whole
    }

    fn connect(&mut self, from: &Edges, to: &Edges) {
        for (&to, to_guard) in to {
            for (&from, from_guard) in from {
                self.before[to]
                    .entry(from)
                    .or_default()
                    .or(&from_guard.and(to_guard));
            }
        }
    }

    fn repeat(&mut self, repeat: &Repeat) -> Part {
        if self.counted_repeat == Some(repeat.id)
            && let (Some(count), Node::One(units)) = (repeat.count(), &repeat.node)
        {
            return self.counted(repeat, count, units);
        }
        if repeat.copies() == 0 {
            return Part::nothing();
        }
        // Every copy after the `min`-th may be where the repetition ends, which is what an empty rest
        // means: a(a(a)?)? has fewer edges than a?a?a?.
        let mut copies: Vec<Part> = (0..repeat.copies())
            .map(|_| self.part(&repeat.node))
            .collect();
        let mut whole = match copies.pop() {
            Some(last) => last,
            None => return Part::nothing(),
        };
        if repeat.max.is_none() {
            self.connect(&whole.last.clone(), &whole.first.clone());
        }
        for (at, copy) in copies.into_iter().enumerate().rev() {
            // `whole` is now copies `at + 2` and up, counting from one.
            if u64::try_from(at).is_ok_and(|at| at + 1 >= u64::from(repeat.min)) {
                whole.empty = Guard::always();
            }
            whole = self.follow(copy, whole);
        }
        if repeat.min == 0 {
            whole.empty = Guard::always();
        }
        whole
    }

    /// A repetition whose last position is the counted one.
    fn counted(&mut self, repeat: &Repeat, count: Count, units: &Units) -> Part {
        let mut whole = Part::nothing();
        if matches!(count, Count::AtMost(_)) {
            for _ in 1..repeat.min {
                let (_, single) = self.position(units);
                whole = self.follow(whole, single);
            }
        }
        let (position, single) = self.position(units);
        whole = self.follow(whole, single);
        if repeat.min == 0 {
            whole.empty = Guard::always();
        }
        self.counted = Some(Counted { position, count });
        whole
    }
}

/// Adds edges to others, each under a further guard.
fn merge(edges: &mut Edges, others: &Edges, guard: &Guard) {
    for (&position, own) in others {
        let both = own.and(guard);
        if !both.is_never() {
            edges.entry(position).or_default().or(&both);
        }
    }
}
