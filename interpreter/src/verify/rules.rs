//! Rules: instructions and operands are sound, jumps stay inside, triggers are necessary, costs are bounded.

use core::cmp::Ordering;

use super::{KindPass, Verifier, refuse, take};
use crate::bits;
use crate::cast;
use crate::code::{Form, Instruction, Op};
use crate::finder;
use crate::layout::{FinderRecord, RuleRecord};
use crate::limits::MAX_RULE_CODE;
use crate::literal::{Literal, Mode};
use crate::machine::{FIELDS_COST, FIELDS_COST_PER_UNIT};
use crate::network;
use crate::numbered::numbered;
use crate::pattern::Pattern;
use crate::refusal::{Code, Refusal, Section};
use crate::schema::Type;

/// What a rule's tests can cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    fixed: u64,
    per_unit: u64,
}

impl Verifier<'_, '_> {
    pub(super) fn rules(&mut self, pass: &mut KindPass<'_>) -> Result<(), Refusal> {
        let kind = pass.record;
        let range = (kind.rule_start, kind.rule_count);
        let rules = take(
            &mut self.cursors.rules,
            self.content.rules,
            range,
            Section::Kinds,
            pass.index,
        )?;
        let (always, fired) = rules
            .split_at_checked(usize::from(kind.always_count))
            .unwrap_or((rules, &[]));
        check_order(always, kind.rule_start)?;
        check_order(
            fired,
            kind.rule_start.wrapping_add(kind.always_count.into()),
        )?;
        check_distinct(always, fired, kind.rule_start)?;
        pass.work.marks.fill(0);
        for (local, bytes) in numbered(0, rules) {
            let index = kind.rule_start.wrapping_add(local);
            if !RuleRecord::is_canonical(bytes) {
                return refuse(Code::Reserved, Section::Rules, index);
            }
            self.rule(local, index, &RuleRecord::read(bytes), pass)?;
        }
        if pass.triggers != pass.fires {
            return refuse(Code::IdleFire, Section::Kinds, pass.index);
        }
        self.all_asked(pass)
    }

    /// Every atom was asked for by some rule.
    fn all_asked(&self, pass: &KindPass<'_>) -> Result<(), Refusal> {
        let finders = self.content.finders_of(pass.record).unwrap_or(&[]);
        for (index, bytes) in numbered(pass.record.finder_start, finders) {
            let finder = FinderRecord::read(bytes);
            let atoms = if finder.phase == 0 {
                &pass.work.eager
            } else {
                &pass.work.lazy
            };
            let asked = atoms.asked.get(usize::from(finder.field));
            if asked != Some(&finder.atom_count.into()) {
                return refuse(Code::Unreferenced, Section::Finders, index);
            }
        }
        Ok(())
    }

    fn rule(
        &mut self,
        local: u32,
        index: u32,
        rule: &RuleRecord,
        pass: &mut KindPass<'_>,
    ) -> Result<(), Refusal> {
        let here = |code| refuse(code, Section::Rules, index);
        if rule.code_count == 0 || cast::index(rule.code_count) > MAX_RULE_CODE {
            return here(Code::RuleLength);
        }
        if rule.severity > 4 || rule.action > 1 || rule.flags > 1 {
            return here(Code::RuleShape);
        }
        if rule.action == 1 && !pass.info.can_deny {
            return here(Code::DenyNotPossible);
        }
        self.name(index, rule)?;
        let range = (rule.code_start, rule.code_count);
        let code = take(
            &mut self.cursors.code,
            self.content.code,
            range,
            Section::Rules,
            index,
        )?;
        let always = local < u32::from(pass.record.always_count);
        let mut cost = Cost::default();
        for (at, bytes) in numbered(rule.code_start, code) {
            let test = self.instruction(at, *bytes, pass)?;
            cost.fixed = cost.fixed.saturating_add(test.fixed).saturating_add(1);
            cost.per_unit = cost.per_unit.saturating_add(test.per_unit);
            self.trigger(at, *bytes, (local, always), pass)?;
        }
        for trigger in triggers(code) {
            bits::remove(pass.work.marks, trigger.operand);
        }
        if cost.fixed > self.limits.rule_fixed || cost.per_unit > self.limits.rule_per_unit {
            return here(Code::RuleTooCostly);
        }
        pass.fixed = pass.fixed.saturating_add(cost.fixed);

        let all = walk(code, rule.code_start, pass.work.reach, Walk::All)?;
        if !all.matches && !all.maybe {
            return here(Code::NeverMatches);
        }
        if all.maybe != (rule.flags == 1) {
            return here(Code::RuleShape);
        }
        if !always {
            let without = walk(code, rule.code_start, pass.work.reach, Walk::TriggersFalse)?;
            if without.matches || without.maybe {
                return here(Code::TriggerNotNecessary);
            }
        }
        Ok(())
    }

    fn name(&mut self, index: u32, rule: &RuleRecord) -> Result<(), Refusal> {
        let length = u32::from(rule.name_length).wrapping_add(rule.meta_length.into());
        let range = (rule.name_start, length);
        let text = take(
            &mut self.cursors.names,
            self.content.names,
            range,
            Section::Rules,
            index,
        )?;
        let parts = text.split_at_checked(rule.name_length.into());
        let valid = parts.is_some_and(|(name, meta)| {
            !name.is_empty()
                && core::str::from_utf8(name).is_ok()
                && core::str::from_utf8(meta).is_ok()
        });
        if valid {
            Ok(())
        } else {
            refuse(Code::Name, Section::Rules, index)
        }
    }

    /// Checks one instruction; what its test can cost beyond the step of executing it.
    fn instruction(
        &mut self,
        at: u32,
        bytes: [u8; 8],
        pass: &mut KindPass<'_>,
    ) -> Result<Cost, Refusal> {
        let here = |code| refuse(code, Section::Code, at);
        let Some(instruction) = Instruction::decode(bytes) else {
            return here(Code::Operation);
        };
        if !instruction.is_canonical() {
            return here(Code::InstructionReserved);
        }
        if instruction.op.form() != Form::Test {
            return Ok(Cost::default());
        }
        let field = usize::from(instruction.field);
        let Some(info) = pass.info.fields.get(field) else {
            return here(Code::UnknownField);
        };
        let operand = instruction.operand;
        let content = self.content;
        let (fixed, per_unit) = match instruction.op {
            Op::Atom | Op::Lazy => {
                let atoms = if instruction.op == Op::Atom {
                    &mut pass.work.eager
                } else {
                    &mut pass.work.lazy
                };
                let range = atoms.ranges.get(field).copied().unwrap_or(0);
                let local = u64::from(operand.wrapping_sub(cast::low32(range)));
                if local >= range >> 32 {
                    return here(Code::AtomOperand);
                }
                if let Some(asked) = atoms.asked.get_mut(field) {
                    match local.cmp(asked) {
                        Ordering::Less => {}
                        Ordering::Equal => *asked = asked.wrapping_add(1),
                        Ordering::Greater => return here(Code::FirstUse),
                    }
                }
                (0, 0)
            }
            Op::Text => {
                let literal = self
                    .pools
                    .literal(content, operand)
                    .and_then(|record| Literal::open(content, &record));
                let Some(literal) = literal else {
                    return here(Code::Operand);
                };
                literal.cost()
            }
            Op::Pattern => {
                let pattern = self
                    .pools
                    .pattern(content, operand)
                    .and_then(|program| Pattern::unverified(program).ok());
                let Some(pattern) = pattern else {
                    return here(Code::Operand);
                };
                (pattern.fixed_cost().into(), pattern.cost_per_unit())
            }
            Op::Fields => {
                let mode = Mode::from_number(cast::low8(operand >> 8));
                if usize::from(cast::low8(operand)) >= pass.info.fields.len()
                    || mode == Mode::Contains
                {
                    return here(Code::Operand);
                }
                (FIELDS_COST, FIELDS_COST_PER_UNIT)
            }
            Op::Network => {
                if info.ty != Type::Text {
                    return here(Code::FieldType);
                }
                if !self.pools.network(content, operand) {
                    return here(Code::Operand);
                }
                (network::COST, 0)
            }
            Op::NumberEq | Op::NumberLt | Op::NumberLe | Op::NumberGt | Op::NumberGe => {
                if info.ty != Type::Number {
                    return here(Code::FieldType);
                }
                if !self.pools.number(content, operand) {
                    return here(Code::Operand);
                }
                (0, 0)
            }
            Op::Present
            | Op::Absent
            | Op::Empty
            | Op::Unsupplied
            | Op::End
            | Op::Match
            | Op::Maybe
            | Op::Jump => (0, 0),
        };
        if let Some(steps) = pass.work.per_unit.get_mut(field) {
            *steps = steps.saturating_add(per_unit.into());
        }
        Ok(Cost {
            fixed,
            per_unit: per_unit.into(),
        })
    }

    /// A test that is marked as a trigger must be of an atom that fires this rule.
    fn trigger(
        &self,
        at: u32,
        bytes: [u8; 8],
        (rule, always): (u32, bool),
        pass: &mut KindPass<'_>,
    ) -> Result<(), Refusal> {
        let Some(instruction) = Instruction::decode(bytes).filter(|test| test.trigger) else {
            return Ok(());
        };
        let finders = self.content.finders_of(pass.record).unwrap_or(&[]);
        let eager = finders.get(..usize::from(pass.record.eager_count));
        // Sorted by field.
        let eager = eager.unwrap_or(&[]);
        let place =
            eager.partition_point(|bytes| FinderRecord::read(bytes).field < instruction.field);
        let fired = eager.get(place).is_some_and(|bytes| {
            let finder = FinderRecord::read(bytes);
            let atom = instruction.operand.wrapping_sub(finder.atom_start);
            u16::try_from(atom).is_ok_and(|atom| {
                finder::fires(self.content, finder.fire_bounds_start, atom)
                    .binary_search_by(|fired| u32::from(u16::from_le_bytes(*fired)).cmp(&rule))
                    .is_ok()
            })
        });
        if !fired || always {
            return refuse(Code::TriggerNotFired, Section::Code, at);
        }
        // A rule may test one trigger more than once; it is fired once.
        if bits::insert(pass.work.marks, instruction.operand) {
            pass.triggers = pass.triggers.wrapping_add(1);
        }
        Ok(())
    }
}

/// The rule's tests of triggers.
fn triggers(code: &[[u8; 8]]) -> impl Iterator<Item = Instruction> {
    code.iter()
        .filter_map(|bytes| Instruction::decode(*bytes))
        .filter(|instruction| instruction.trigger)
}

/// Rules ascend by id, then by condition.
fn check_order(rules: &[[u8; 48]], first: u32) -> Result<(), Refusal> {
    let mut last = None;
    for (index, bytes) in numbered(first, rules) {
        let rule = RuleRecord::read(bytes);
        let order = (rule.id, rule.condition);
        if last == Some(order) {
            return refuse(Code::DuplicateRule, Section::Rules, index);
        }
        if last.is_some_and(|last| order < last) {
            return refuse(Code::Order, Section::Rules, index);
        }
        last = Some(order);
    }
    Ok(())
}

/// No rule stands in both sorted groups.
fn check_distinct(always: &[[u8; 48]], fired: &[[u8; 48]], first: u32) -> Result<(), Refusal> {
    let order = |bytes: &[u8; 48]| {
        let rule = RuleRecord::read(bytes);
        (rule.id, rule.condition)
    };
    for (index, bytes) in numbered(first, always) {
        let wanted = order(bytes);
        if fired
            .binary_search_by(|bytes| order(bytes).cmp(&wanted))
            .is_ok()
        {
            return refuse(Code::DuplicateRule, Section::Rules, index);
        }
    }
    Ok(())
}

/// Which edges of a rule's graph a walk follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    /// Both edges of every test; every instruction must be reached.
    All,
    /// Of a trigger's test only the edge on which it does not hold.
    TriggersFalse,
}

/// Which ends a walk reached.
#[derive(Default)]
struct Ends {
    matches: bool,
    maybe: bool,
}

/// Follows the graph once from front to back: jumps lead forward only, so that is enough.
fn walk(code: &[[u8; 8]], first: u32, reach: &mut [u64], walk: Walk) -> Result<Ends, Refusal> {
    let mut ends = Ends::default();
    let count = cast::narrow(code.len());
    reach.fill(0);
    bits::insert(reach, 0);
    for (at, bytes) in numbered(0, code) {
        let index = first.wrapping_add(at);
        if !bits::has(reach, at) {
            if walk == Walk::All {
                return refuse(Code::Unreachable, Section::Code, index);
            }
            continue;
        }
        let Some(instruction) = Instruction::decode(*bytes) else {
            return refuse(Code::Operation, Section::Code, index);
        };
        let next = at.wrapping_add(1);
        let target = next.wrapping_add(instruction.skip.into());
        let (falls, jumps) = match instruction.op.form() {
            Form::End => {
                ends.matches |= instruction.op == Op::Match;
                ends.maybe |= instruction.op == Op::Maybe;
                (false, false)
            }
            Form::Jump => (false, true),
            Form::Test if instruction.trigger && walk == Walk::TriggersFalse => {
                (instruction.sense, !instruction.sense)
            }
            Form::Test => (true, true),
        };
        for (follows, to) in [(falls, next), (jumps, target)] {
            if follows {
                if to >= count {
                    return refuse(Code::JumpOutOfRule, Section::Code, index);
                }
                bits::insert(reach, to);
            }
        }
    }
    Ok(ends)
}
