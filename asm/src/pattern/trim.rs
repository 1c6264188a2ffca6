//! What an expression need not say: whether a text has a match does not depend on what may be left out at its ends.
//!
//! `-k\s\w{1,64}(?:\s-p)?` is in a text exactly when `-k\s\w` is. The shorter one needs neither a count nor jumps.

use super::node::{Node, Repeat};

/// The least expression that occurs in the same texts, as far as is plain to see.
pub(super) fn trim(root: &Node) -> Node {
    edge(&edge(root, Edge::End), Edge::Start)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// Without what may be left out at one end. Depth is bounded by the parser's.
fn edge(node: &Node, at: Edge) -> Node {
    if is_optional(node) {
        return Node::Empty;
    }
    match node {
        Node::Concat(nodes) => {
            let needed = |node: &Node| !is_optional(node);
            let mut nodes = match at {
                Edge::Start => nodes
                    .iter()
                    .position(needed)
                    .map(|from| nodes[from..].to_vec()),
                Edge::End => nodes
                    .iter()
                    .rposition(needed)
                    .map(|to| nodes[..=to].to_vec()),
            }
            .unwrap_or_default();
            let outermost = match at {
                Edge::Start => nodes.first_mut(),
                Edge::End => nodes.last_mut(),
            };
            if let Some(node) = outermost {
                *node = edge(node, at);
            }
            Node::Concat(nodes)
        }
        Node::Either(nodes) => Node::Either(nodes.iter().map(|node| edge(node, at)).collect()),
        Node::Repeat(repeat) => match (repeat.min, repeat.max) {
            (1, _) => edge(&repeat.node, at),
            // Without end it may be one counted position, written out it is many.
            (_, None) => node.clone(),
            (min, _) => Node::Repeat(Box::new(Repeat {
                max: Some(min),
                ..(**repeat).clone()
            })),
        },
        Node::Empty | Node::Assert(_) | Node::One(_) => node.clone(),
    }
}

/// Whether a part may be nothing at all, whatever stands around it.
fn is_optional(node: &Node) -> bool {
    match node {
        Node::Empty => true,
        Node::Assert(_) | Node::One(_) => false,
        Node::Concat(nodes) => nodes.iter().all(is_optional),
        Node::Either(nodes) => nodes.iter().any(is_optional),
        Node::Repeat(repeat) => repeat.min == 0 || is_optional(&repeat.node),
    }
}
