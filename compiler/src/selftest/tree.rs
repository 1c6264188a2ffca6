//! A rule's expression with what is known before any event is made: the outcome of each part on an event that has
//! nothing, and which tests the tier can answer.

use cofferdam_interpreter::schema::{Kind, Tier};

use crate::model::{Expr, Matcher, Test};
use crate::reference::{self, Ready, Value};

/// A rule's expression for one kind.
pub(super) struct Tree<'r> {
    pub(super) root: Node,
    /// Every test, from left to right: [`Node`]s name them by index.
    pub(super) tests: Vec<Asked<'r>>,
}

/// One test.
pub(super) struct Asked<'r> {
    pub(super) matcher: &'r Matcher,
    pub(super) ready: Ready,
    pub(super) place: Place,
}

/// What a test asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A field that the tier supplies, by its number.
    Field(u8),
    /// A field that the tier cannot supply.
    Unknown,
    /// Something that every event of the kind has or lacks: the outcome is always this.
    Fixed(bool),
}

/// A part of the expression.
pub(super) struct Node {
    pub(super) op: Op,
    pub(super) children: Vec<Node>,
    /// Its tests: the first, and the one behind the last.
    pub(super) first: usize,
    pub(super) end: usize,
    /// The outcome on an event whose known fields are all absent.
    pub(super) bare: bool,
    /// Whether all its tests can be answered.
    pub(super) known: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Test,
    Not,
    And,
    Or,
    AtLeast(usize),
}

impl<'r> Tree<'r> {
    pub(super) fn new(expr: &'r Expr, kind: Kind, tier: Tier) -> Self {
        let mut tests = Vec::new();
        let root = node(expr, kind, tier, &mut tests);
        Self { root, tests }
    }
}

/// Depth is bounded: see [`crate::model::MAX_DEPTH`].
fn node<'r>(expr: &'r Expr, kind: Kind, tier: Tier, tests: &mut Vec<Asked<'r>>) -> Node {
    let first = tests.len();
    let (op, operands): (Op, &[Expr]) = match expr {
        Expr::Test(test) => {
            let asked = asked(test, kind, tier);
            let bare = match asked.place {
                Place::Fixed(value) => value,
                _ => matches!(test.matcher, Matcher::Null),
            };
            let known = asked.place != Place::Unknown;
            tests.push(asked);
            return Node {
                op: Op::Test,
                children: Vec::new(),
                first,
                end: first + 1,
                bare,
                known,
            };
        }
        Expr::Not(inner) => (Op::Not, std::slice::from_ref(inner)),
        Expr::And(operands) => (Op::And, operands),
        Expr::Or(operands) => (Op::Or, operands),
        Expr::AtLeast(count, operands) => (Op::AtLeast(*count), operands),
    };
    let children: Vec<Node> = operands
        .iter()
        .map(|operand| node(operand, kind, tier, tests))
        .collect();
    let holding = children.iter().filter(|child| child.bare).count();
    Node {
        bare: match op {
            Op::Not => holding == 0,
            Op::And => holding == children.len(),
            Op::AtLeast(count) => holding >= count,
            Op::Or | Op::Test => holding > 0,
        },
        known: children.iter().all(|child| child.known),
        op,
        children,
        first,
        end: tests.len(),
    }
}

fn asked<'r>(test: &'r Test, kind: Kind, tier: Tier) -> Asked<'r> {
    let info = kind.info();
    let matcher = &test.matcher;
    let supplied = |field: &cofferdam_interpreter::schema::FieldInfo| {
        if tier == Tier::Kernel && field.tier == Tier::User {
            Place::Unknown
        } else {
            Place::Field(field.number)
        }
    };
    let place = match &test.field {
        // A keyword is put where the kind keeps the whole event, or in the first text that the tier has.
        None => {
            let texts = info
                .fields
                .iter()
                .filter(|field| field.ty == cofferdam_interpreter::schema::Type::Text);
            let mut places = texts.map(supplied);
            info.field_by_name(super::ANY)
                .map(supplied)
                .or_else(|| places.find(|place| *place != Place::Unknown))
                .unwrap_or(Place::Unknown)
        }
        Some(name) => match (info.constant(name), info.field_by_name(name)) {
            (Some(constant), _) => {
                let value = constant.value.map_or(Value::Absent, Value::text);
                Place::Fixed(reference::holds(matcher, &value))
            }
            (None, Some(field)) => supplied(field),
            (None, None) => Place::Fixed(matches!(matcher, Matcher::Null)),
        },
    };
    Asked {
        matcher,
        ready: Ready::new(matcher),
        place,
    }
}
