//! Sigma wildcard strings.

use cofferdam_interpreter::pattern::guard;

use super::node::{Node, Repeat, Syntax};
use super::units::Units;

/// A part of a Sigma wildcard string, escapes already resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GlobPiece {
    /// These characters.
    Literal(String),
    /// `*`: any run of units, also an empty one.
    AnyRun,
    /// `?`: exactly one unit.
    AnyUnit,
}

/// Which ends of the text a wildcard string is bound to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GlobAnchor {
    /// Both: the string is the whole text.
    #[default]
    Whole,
    /// `startswith`: the text begins with it.
    Starts,
    /// `endswith`: the text ends with it.
    Ends,
    /// `contains`: it is anywhere in the text.
    Contains,
}

/// The expression that a wildcard string stands for.
pub(super) fn parse(pieces: &[GlobPiece], anchor: GlobAnchor, ignore_case: bool) -> Syntax {
    // A run of any units at a free end says nothing, and at a bound end unbinds it.
    let leading = pieces
        .iter()
        .take_while(|&p| *p == GlobPiece::AnyRun)
        .count();
    let inner = &pieces[leading..];
    let trailing = inner
        .iter()
        .rev()
        .take_while(|&p| *p == GlobPiece::AnyRun)
        .count();
    let inner = &inner[..inner.len() - trailing];
    let unbound_by_run = leading > 0 || trailing > 0 && inner.is_empty();
    let starts = matches!(anchor, GlobAnchor::Whole | GlobAnchor::Starts) && !unbound_by_run;
    let ends = matches!(anchor, GlobAnchor::Whole | GlobAnchor::Ends)
        && trailing == 0
        && !(inner.is_empty() && leading > 0);

    let mut nodes = Vec::new();
    if starts {
        nodes.push(Node::Assert(bit(guard::TEXT_START)));
    }
    let mut id = 0;
    for (at, piece) in inner.iter().enumerate() {
        match piece {
            GlobPiece::Literal(text) => nodes.extend(text.encode_utf16().map(|unit| {
                let unit = Units::one(unit);
                Node::One(if ignore_case {
                    unit.either_case()
                } else {
                    unit
                })
            })),
            GlobPiece::AnyUnit => nodes.push(Node::One(Units::all())),
            GlobPiece::AnyRun if at > 0 && inner[at - 1] == GlobPiece::AnyRun => {}
            GlobPiece::AnyRun => {
                id += 1;
                nodes.push(Node::Repeat(Box::new(Repeat {
                    id,
                    min: 0,
                    max: None,
                    node: Node::One(Units::all()),
                })));
            }
        }
    }
    if ends {
        nodes.push(Node::Assert(bit(guard::TEXT_END)));
    }
    Syntax {
        root: Node::Concat(nodes),
        span: 0..pieces.len(),
    }
}

/// A guard's bit as the syntax holds it.
pub(super) fn bit(guard: u64) -> u8 {
    u8::try_from(guard).unwrap_or(0)
}
