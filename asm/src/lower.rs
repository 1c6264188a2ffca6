//! Steps to instructions: atoms, literals, patterns and numbers become indices.

use cofferdam_interpreter::code::{Instruction, Op};

use crate::error::WriteError;
use crate::finder::FinderWriter;
use crate::model::{Phase, Rule, Step, Test};
use crate::writer::Sections;

/// The instruction of one step.
pub(crate) fn instruction(
    step: &Step,
    rule: &Rule,
    finders: &FinderWriter<'_>,
    sections: &Sections,
) -> Result<Instruction, WriteError> {
    Ok(match step {
        Step::End => Instruction::end(Op::End),
        Step::Match => Instruction::end(Op::Match),
        Step::Maybe => Instruction::end(Op::Maybe),
        Step::Jump { skip } => Instruction {
            skip: *skip,
            ..Instruction::end(Op::Jump)
        },
        Step::Test {
            test,
            sense,
            skip,
            trigger,
        } => {
            let (op, field, operand) = operand(test, rule, finders, sections)?;
            Instruction {
                op,
                trigger: *trigger,
                sense: *sense,
                field,
                skip: *skip,
                operand,
            }
        }
    })
}

fn operand(
    test: &Test,
    rule: &Rule,
    finders: &FinderWriter<'_>,
    sections: &Sections,
) -> Result<(Op, u8, u32), WriteError> {
    Ok(match test {
        Test::Atom(atom) => {
            let (number, phase, field) =
                finders.atom(*atom).ok_or_else(|| WriteError::NoSuchAtom {
                    rule: rule.title.clone(),
                    atom: *atom,
                })?;
            let op = match phase {
                Phase::Eager => Op::Atom,
                Phase::Lazy => Op::Lazy,
            };
            (op, field, number)
        }
        Test::Text { field, .. } => (Op::Text, *field, sections.loose_index(test)),
        Test::Pattern { field, program } => (Op::Pattern, *field, sections.pattern_index(program)),
        Test::Fields {
            field,
            other,
            mode,
            cased,
        } => {
            let operand =
                u32::from(*other) | u32::from(mode.number()) << 8 | u32::from(*cased) << 10;
            (Op::Fields, *field, operand)
        }
        Test::Network { field, .. } => (Op::Network, *field, sections.network_index(test)),
        Test::Number {
            field,
            relation,
            value,
        } => (*relation, *field, sections.number_index(*value)),
        Test::Presence { field, op } => (*op, *field, 0),
    })
}
