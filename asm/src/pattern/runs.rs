//! Runs of units of one set that every match contains: an expression such as `[0-9A-F]{64}` has no literal, but a text
//! without so many such units in a row is no match.

use super::node::{Node, Repeat};
use super::units::Units;

/// Successive units of one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) units: Units,
    pub(super) length: u16,
}

/// The longest run that every text of a part contains. Depth is bounded by the parser's.
pub(super) fn longest(node: &Node) -> Option<Run> {
    match node {
        Node::Empty | Node::Assert(_) => None,
        Node::One(_) => only(node),
        Node::Concat(nodes) => concat(nodes),
        Node::Either(nodes) => {
            let mut runs = nodes.iter().map(longest);
            let first = runs.next()??;
            runs.try_fold(first, |all, run| {
                let run = run.filter(|run| run.units == all.units)?;
                Some(if run.length < all.length { run } else { all })
            })
        }
        Node::Repeat(repeat) if repeat.min == 0 => None,
        Node::Repeat(repeat) => only(node).or_else(|| longest(&repeat.node)),
    }
}

/// The run that a part is: all its texts are units of one set, at least so many.
fn only(node: &Node) -> Option<Run> {
    match node {
        Node::One(units) => Some(Run {
            units: units.clone(),
            length: 1,
        }),
        Node::Repeat(repeat) => {
            let Repeat { min, node, .. } = &**repeat;
            let run = only(node)?;
            let length = u32::from(run.length).saturating_mul(*min);
            Some(Run {
                length: u16::try_from(length).unwrap_or(u16::MAX),
                ..run
            })
        }
        _ => None,
    }
}

fn concat(nodes: &[Node]) -> Option<Run> {
    let mut best: Option<Run> = None;
    // What the parts before this one are together.
    let mut before: Option<Run> = None;
    for node in nodes {
        // Between units, an assertion is nothing.
        if matches!(node, Node::Empty | Node::Assert(_)) {
            continue;
        }
        before = match (before, only(node)) {
            (Some(before), Some(run)) if before.units == run.units => Some(Run {
                length: before.length.saturating_add(run.length),
                ..run
            }),
            (_, run) => run,
        };
        let here = [before.clone(), longest(node)].into_iter().flatten();
        best = here.chain(best).max_by_key(|run| run.length);
    }
    best
}
