//! Content within a tier's limits: what goes beyond them is left out and said to be, and the others are compiled.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use cofferdam_asm::model::{Program, Rule as Written};
use cofferdam_asm::survey::beyond;
use cofferdam_asm::{WriteError, write};
use cofferdam_interpreter::{Code, Content, Limits, Refusal};

use super::{Compiled, EmitOptions, Status, gather};
use crate::model::{Rule, RuleId};

/// Compiles rules for one tier. A rule that alone goes beyond the limits is left out; so are, where too many rules would
/// run on every event, those of the lowest levels. What events cost with all rules together may still be too much: that
/// is for the verifier to say.
///
/// # Errors
/// [`WriteError`] where the content as a whole cannot be written.
pub fn compile_within(
    rules: &[Rule],
    options: &EmitOptions,
    limits: &Limits,
) -> Result<Compiled, WriteError> {
    let mut reasons: BTreeMap<RuleId, String> = BTreeMap::new();
    loop {
        let (program, mut entries) = gather(rules, options, &|id| !reasons.contains_key(&id));
        let written = write(&program);
        let refusal = match &written {
            Ok(bytes) => verify(bytes, limits).err(),
            Err(WriteError::Refused(refusal)) => Some(*refusal),
            Err(_) => None,
        };
        let before = reasons.len();
        if let Some(refusal) = refusal {
            reasons.extend(too_much(&program, refusal, limits));
        }
        if reasons.len() > before {
            continue;
        }
        for (id, reason) in reasons {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
                entry.kinds.clear();
                entry.status = Status::LeftOut {
                    code: "over-limit",
                    reason,
                };
            }
        }
        return Ok(Compiled {
            bytes: written?,
            program,
            entries,
        });
    }
}

fn verify(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut scratch = vec![0; limits.scratch_words as usize];
    let content = Content::decode(bytes)?;
    content.verify(limits, &mut scratch).map(drop)
}

/// The rules that have to go, and why. None where it is no rule's doing.
fn too_much(program: &Program, refusal: Refusal, limits: &Limits) -> Vec<(RuleId, String)> {
    let mut found = Vec::new();
    for kind in &program.kinds {
        for (number, refusal) in beyond(kind, &program.issue, limits) {
            // Where it would have stood in content is of no interest.
            let code = refusal.code;
            let reason = format!("DAM{:03}: {}", code.number(), code.message());
            found.push((id(&kind.rules[number]), reason));
        }
    }
    if found.is_empty() && refusal.code == Code::TooManyAlways {
        // Kinds stand in the program in the file's order.
        let kind = program.kinds.get(refusal.index as usize);
        let rules = kind.map_or(&[][..], |kind| &kind.rules);
        let mut always: Vec<&Written> = rules.iter().filter(|rule| rule.always).collect();
        always.sort_by_key(|rule| (Reverse(rule.severity), id(rule)));
        let most = limits.always_rules;
        let reason = format!(
            "DAM{:03}: without a literal to look for it would run on every event, as {most} others do: as many as may",
            refusal.code.number()
        );
        let surplus = always.into_iter().skip(most.into());
        found.extend(surplus.map(|rule| (id(rule), reason.clone())));
    }
    found
}

fn id(rule: &Written) -> RuleId {
    RuleId {
        uuid: uuid::Uuid::from_bytes(rule.id),
        condition: rule.condition.into(),
    }
}
