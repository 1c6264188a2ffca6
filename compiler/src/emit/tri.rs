//! Three values to two: what holds whatever the unknown fields are, and what could hold.
//!
//! *Definite* and *possible* are duals: `not e` is definite where `e` is not possible, and possible where `e` is
//! not definite. So an unknown test is not definite and possible, negated or not.

use std::collections::BTreeSet;

use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::schema::{FieldInfo, Kind, KindInfo, Tier};

use super::Unsupported;
use super::leaf::{self, Leaf};
use super::logic::Bool;
use crate::model::{Anchor, Expr, Matcher, Pattern, Piece, Test};
use crate::reference;

/// A rule's expression on one kind's fields.
pub(super) struct Projected {
    pub(super) definite: Bool,
    pub(super) possible: Bool,
    /// The fields because of which they differ, by name.
    pub(super) missing: Vec<String>,
}

/// Projects a rule's expression.
pub(super) fn project(expr: &Expr, kind: Kind, tier: Tier) -> Result<Projected, Unsupported> {
    let mut pass = Pass::new(kind, tier);
    let (definite, possible) = pass.both(expr)?;
    Ok(Projected {
        definite,
        possible,
        missing: pass.missing.into_iter().collect(),
    })
}

/// Whether something can be ruled out in events of which only those fields are known that every source of the kind
/// reports. Not where there is one source.
pub(super) fn decides_without(expr: &Expr, kind: Kind, tier: Tier) -> Result<bool, Unsupported> {
    if tier == Tier::Kernel || kind.info().sources.len() < 2 {
        return Ok(false);
    }
    let mut pass = Pass {
        only_common: true,
        ..Pass::new(kind, tier)
    };
    let (_, possible) = pass.both(expr)?;
    Ok(possible != Bool::True)
}

struct Pass {
    info: &'static KindInfo,
    tier: Tier,
    /// Whether a field that not every source reports is unknown.
    only_common: bool,
    missing: BTreeSet<String>,
}

/// Definite and possible.
type Both = (Bool, Bool);

const UNKNOWN: Both = (Bool::False, Bool::True);

fn known(value: Bool) -> Both {
    (value.clone(), value)
}

impl Pass {
    fn new(kind: Kind, tier: Tier) -> Self {
        Self {
            info: kind.info(),
            tier,
            only_common: false,
            missing: BTreeSet::new(),
        }
    }

    /// Depth is bounded: see [`crate::model::MAX_DEPTH`].
    fn both(&mut self, expr: &Expr) -> Result<Both, Unsupported> {
        Ok(match expr {
            Expr::Test(test) => self.test(test).map_err(|why| Unsupported {
                place: Some(test.span),
                ..why
            })?,
            Expr::Not(inner) => {
                let (definite, possible) = self.both(inner)?;
                (possible.not(), definite.not())
            }
            Expr::And(operands) => {
                let (definite, possible) = self.each(operands)?;
                (Bool::and(definite), Bool::and(possible))
            }
            Expr::Or(operands) => {
                let (definite, possible) = self.each(operands)?;
                (Bool::or(definite), Bool::or(possible))
            }
            Expr::AtLeast(count, operands) => {
                let (definite, possible) = self.each(operands)?;
                (
                    Bool::at_least(*count, definite),
                    Bool::at_least(*count, possible),
                )
            }
        })
    }

    fn each(&mut self, operands: &[Expr]) -> Result<(Vec<Bool>, Vec<Bool>), Unsupported> {
        let mut definite = Vec::new();
        let mut possible = Vec::new();
        for operand in operands {
            let both = self.both(operand)?;
            definite.push(both.0);
            possible.push(both.1);
        }
        Ok((definite, possible))
    }

    fn test(&mut self, test: &Test) -> Result<Both, Unsupported> {
        let Some(name) = &test.field else {
            return self.keyword(&test.matcher);
        };
        if let Some(constant) = self.info.constant(name) {
            if matches!(test.matcher, Matcher::FieldRef { .. }) {
                return Err(Unsupported {
                    code: "not-expressible",
                    reason: format!(
                        "`{name}` is the same in every event and cannot be compared with another field"
                    ),
                    place: None,
                });
            }
            let holds = constant_holds(&test.matcher, constant.value);
            return Ok(known(Bool::constant(holds)));
        }
        match self.info.field_by_name(name) {
            Some(field) => self.on_field(field, &test.matcher),
            // A field that this kind of event does not have: absent, as the specification has it.
            None => Ok(known(Bool::constant(matches!(test.matcher, Matcher::Null)))),
        }
    }

    /// A keyword may stand in the text of any field of the record, which fields that Cofferdam adds are not.
    fn keyword(&mut self, matcher: &Matcher) -> Result<Both, Unsupported> {
        if let Some(all) = self.info.field_by_name("(any)") {
            return self.on_field(all, matcher);
        }
        let mut constants = self.info.constants.iter();
        let constant =
            Bool::constant(constants.any(|constant| constant_holds(matcher, constant.value)));
        let mut definite = vec![constant.clone()];
        let mut possible = vec![constant];
        for field in self.info.fields.iter().filter(|field| field.in_source) {
            let both = self.on_field(field, matcher)?;
            definite.push(both.0);
            possible.push(both.1);
        }
        Ok((Bool::or(definite), Bool::or(possible)))
    }

    fn on_field(
        &mut self,
        field: &'static FieldInfo,
        matcher: &Matcher,
    ) -> Result<Both, Unsupported> {
        if self.is_unknown(field) {
            return Ok(UNKNOWN);
        }
        if let Some(text) = self.constant_referred_to(matcher) {
            return self.on_field(field, &text);
        }
        let mut second = None;
        let leaf = leaf::lower(matcher, field, |other| {
            let other = self.info.field_by_name(other)?;
            second = Some(other);
            Some(other.number)
        })?;
        let is = |field: &FieldInfo, op: Op| Leaf::presence(field.number, op);
        let mut possible = Vec::new();
        let mut definite = leaf;
        if let Some(other) = second {
            // Nothing is related to what is absent, whatever the other field holds.
            let present = is(field, Op::Present);
            if self.is_unknown(other) {
                definite = Bool::False;
                possible.push(present);
            } else if may_be_unsupplied(other) {
                possible.push(Bool::and(vec![present, is(other, Op::Unsupplied)]));
            }
        }
        if may_be_unsupplied(field) {
            possible.push(is(field, Op::Unsupplied));
        }
        possible.push(definite.clone());
        Ok((definite, Bool::or(possible)))
    }

    /// What a reference to a field asks for that is the same in every event of the kind.
    fn constant_referred_to(&self, matcher: &Matcher) -> Option<Matcher> {
        let Matcher::FieldRef {
            other,
            anchor,
            cased,
        } = matcher
        else {
            return None;
        };
        let value = self.info.constant(other)?.value?;
        let mut pattern = Pattern::default();
        if matches!(anchor, Anchor::End | Anchor::Anywhere) {
            pattern.push(Piece::AnyRun);
        }
        pattern.push(Piece::Literal(value.encode_utf16().collect()));
        if matches!(anchor, Anchor::Start | Anchor::Anywhere) {
            pattern.push(Piece::AnyRun);
        }
        Some(Matcher::Text {
            pattern,
            cased: *cased,
        })
    }

    /// Whether the field is never known.
    fn is_unknown(&mut self, field: &FieldInfo) -> bool {
        let unknown = match self.tier {
            Tier::Kernel => field.tier == Tier::User,
            Tier::User => self.only_common && !field.in_every_source,
        };
        if unknown {
            self.missing.insert(field.name.to_owned());
        }
        unknown
    }
}

/// Whether some sources have the field and others do not: an event log lacks what only the kernel's process table
/// knows, and the process table may not know it either.
fn may_be_unsupplied(field: &FieldInfo) -> bool {
    !field.in_source
}

/// Whether a matcher holds for a value that every event of the kind has: the oracle decides.
fn constant_holds(matcher: &Matcher, value: Option<&str>) -> bool {
    let value = value.map_or(reference::Value::Absent, reference::Value::text);
    reference::holds(matcher, &value)
}
