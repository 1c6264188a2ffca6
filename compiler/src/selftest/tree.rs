//! A rule's expression with what is known before any event is made: the outcome of each part on an event that has
//! nothing, and which tests the tier can answer.

use cofferdam_interpreter::schema::{FieldInfo, Kind, Tier, Type};

use crate::model::{Expr, Matcher, Test};
use crate::reference::{self, Ready, Value};
use crate::source::Span;

/// A rule's expression for one kind.
pub(super) struct Tree<'r> {
    pub(super) root: Node,
    /// Every test, from left to right: [`Node`]s name them by index.
    pub(super) tests: Vec<Asked<'r>>,
    /// Whether somewhere several operands are counted: then a test decides in several ways.
    pub(super) counts: bool,
}

/// One test.
pub(super) struct Asked<'r> {
    pub(super) matcher: &'r Matcher,
    pub(super) ready: Ready,
    pub(super) place: Place,
    pub(super) span: Span,
    pub(super) is_keyword: bool,
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
    /// Keywords are put into the text field that the kind keeps for them, or else into `keywords`.
    pub(super) fn new(expr: &'r Expr, kind: Kind, tier: Tier, keywords: u8) -> Self {
        let mut tests = Vec::new();
        let root = node(
            expr,
            &Source {
                kind,
                tier,
                keywords,
            },
            &mut tests,
        );
        let mut pending = vec![&root];
        let mut counts = false;
        while let Some(node) = pending.pop() {
            counts |= matches!(node.op, Op::AtLeast(_));
            pending.extend(&node.children);
        }
        Self {
            root,
            tests,
            counts,
        }
    }
}

/// Depth is bounded: see [`crate::model::MAX_DEPTH`].
fn node<'r>(expr: &'r Expr, source: &Source, tests: &mut Vec<Asked<'r>>) -> Node {
    let first = tests.len();
    let (op, operands): (Op, &[Expr]) = match expr {
        Expr::Test(test) => {
            let asked = asked(test, source);
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
        .map(|operand| node(operand, source, tests))
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

/// What events are made for.
struct Source {
    kind: Kind,
    tier: Tier,
    keywords: u8,
}

/// The fields that can hold a keyword.
pub(super) fn keyword_fields(kind: Kind, tier: Tier) -> Vec<u8> {
    let info = kind.info();
    if let Some(any) = info.field_by_name(super::ANY) {
        return vec![any.number];
    }
    let fields = info.fields.iter();
    let fits =
        |field: &&FieldInfo| field.ty == Type::Text && field.in_source && supplied(field, tier);
    fields.filter(fits).map(|field| field.number).collect()
}

fn supplied(field: &FieldInfo, tier: Tier) -> bool {
    tier == Tier::User || field.tier == Tier::Kernel
}

fn asked<'r>(test: &'r Test, source: &Source) -> Asked<'r> {
    let info = source.kind.info();
    let matcher = &test.matcher;
    let place = match &test.field {
        None => Place::Field(source.keywords),
        Some(name) => match (info.constant(name), info.field_by_name(name)) {
            (Some(constant), _) => {
                let value = constant.value.map_or(Value::Absent, Value::text);
                Place::Fixed(reference::holds(matcher, &value))
            }
            (None, Some(field)) if supplied(field, source.tier) => Place::Field(field.number),
            (None, Some(_)) => Place::Unknown,
            (None, None) => Place::Fixed(matches!(matcher, Matcher::Null)),
        },
    };
    Asked {
        matcher,
        ready: Ready::new(matcher),
        place,
        span: test.span,
        is_keyword: test.field.is_none(),
    }
}
