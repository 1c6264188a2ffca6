//! Which tests must hold so that one test decides the rule.
//!
//! On the way from the whole expression to the test, every sibling must leave the decision to it: of an `and` all the
//! others hold, of an `or` none does, of `N of` one fewer than are asked for. What an event without anything gives
//! already needs no doing. Where there is a choice, each attempt begins at another place.

use super::text::compose;
use super::tree::{Node, Op, Place, Tree};

/// Tests that must hold, and tests for absence that must not.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) holds: Vec<usize>,
    pub(super) fails: Vec<usize>,
}

/// What must be so besides the test itself. `None` where no way was found.
pub(super) fn deciding(tree: &Tree<'_>, test: usize, attempt: usize) -> Option<Plan> {
    let mut planner = Planner {
        tree,
        attempt,
        plan: Plan::default(),
        left: WORK,
    };
    // The test comes first: what else its field must hold is fitted to it.
    planner.plan.holds.push(test);
    planner.decide(&tree.root, test).then_some(planner.plan)
}

/// Steps of a search: far more than any real rule needs.
const WORK: usize = 100_000;

/// Alternatives that are tried in one place.
const ALTERNATIVES: usize = 12;

struct Planner<'t, 'r> {
    tree: &'t Tree<'r>,
    attempt: usize,
    plan: Plan,
    left: usize,
}

impl Planner<'_, '_> {
    /// Depth is bounded by the rule's.
    fn decide(&mut self, node: &Node, test: usize) -> bool {
        let within = |child: &Node| (child.first..child.end).contains(&test);
        let mut siblings = node.children.iter().filter(|it| !within(it));
        let undecided = match node.op {
            Op::Test => return true,
            Op::Not => true,
            Op::And => siblings.all(|it| self.make(it, true)),
            Op::Or => siblings.all(|it| self.make(it, false)),
            Op::AtLeast(count) => {
                let mut siblings: Vec<&Node> = siblings.collect();
                let turn = self.attempt % siblings.len().max(1);
                siblings.rotate_left(turn);
                // Those that hold anyway first: `false` sorts before `true`.
                siblings.sort_by_key(|it| (!it.bare, !it.known));
                let (yes, no) = siblings.split_at(count - 1);
                yes.iter().all(|it| self.make(it, true)) && no.iter().all(|it| self.make(it, false))
            }
        };
        let mut own = node.children.iter().filter(|it| within(it));
        undecided && own.all(|it| self.decide(it, test))
    }

    /// Makes a part hold, or not.
    fn make(&mut self, node: &Node, value: bool) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return false;
        }
        if node.bare == value {
            return true;
        }
        match node.op {
            Op::Test => self.test(node.first, value),
            Op::Not => node.children.iter().all(|it| self.make(it, !value)),
            Op::And if value => node.children.iter().all(|it| self.make(it, true)),
            Op::Or if !value => node.children.iter().all(|it| self.make(it, false)),
            Op::And | Op::Or => self.some(&node.children, 1, value),
            Op::AtLeast(count) => {
                let wanted = if value {
                    count
                } else {
                    node.children.len() + 1 - count
                };
                let already = node.children.iter().filter(|it| it.bare == value).count();
                self.some(&node.children, wanted.saturating_sub(already), value)
            }
        }
    }

    /// Makes so many of some parts hold, or not, besides those that do anyway.
    fn some(&mut self, children: &[Node], wanted: usize, value: bool) -> bool {
        let mut open: Vec<&Node> = children.iter().filter(|it| it.bare != value).collect();
        if !open.is_empty() {
            let start = self.attempt % open.len();
            open.rotate_left(start);
        }
        // What cannot be known comes last: it could not be made to hold.
        open.sort_by_key(|it| !it.known);
        let mut missing = wanted;
        for child in open.into_iter().take(ALTERNATIVES.max(wanted)) {
            if missing == 0 {
                break;
            }
            let before = self.plan.clone();
            if self.make(child, value) && self.fits(before.holds.len()) {
                missing -= 1;
            } else {
                self.plan = before;
            }
        }
        missing == 0
    }

    fn test(&mut self, test: usize, value: bool) -> bool {
        match self.tree.tests[test].place {
            Place::Fixed(fixed) => return fixed == value,
            // It stays unknown, and the rule a maybe.
            Place::Unknown => {}
            Place::Field(_) if value => self.plan.holds.push(test),
            Place::Field(_) => self.plan.fails.push(test),
        }
        true
    }

    /// Whether the fields of the tests added since can hold all that is asked of them.
    fn fits(&self, since: usize) -> bool {
        let mut fields: Vec<Place> = self.plan.holds[since..]
            .iter()
            .map(|test| self.tree.tests[*test].place)
            .collect();
        fields.sort_by_key(|place| match place {
            Place::Field(number) => *number,
            _ => u8::MAX,
        });
        fields.dedup();
        fields.into_iter().all(|place| {
            let asked: Vec<_> = self
                .plan
                .holds
                .iter()
                .map(|test| &self.tree.tests[*test])
                .filter(|asked| asked.place == place)
                .collect();
            asked.len() < 2 || compose(&asked, self.attempt).is_some()
        })
    }
}
