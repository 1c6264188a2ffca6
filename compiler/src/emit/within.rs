//! Content within a tier's limits: a rule that alone goes beyond them is left out, and the others are compiled.

use std::collections::BTreeMap;

use cofferdam_asm::survey::beyond;
use cofferdam_asm::{WriteError, write};
use cofferdam_interpreter::{Content, Limits};

use super::{Compiled, EmitOptions, Status, gather};
use crate::model::{Rule, RuleId};

/// Compiles rules for one tier. What the rules need together may still go beyond the limits: that is for the verifier
/// to say.
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
        let fits = written.as_ref().is_ok_and(|bytes| is_within(bytes, limits));
        let before = reasons.len();
        if !fits {
            for kind in &program.kinds {
                for (number, refusal) in beyond(kind, &program.issue, limits) {
                    let rule = &kind.rules[number];
                    let id = RuleId {
                        uuid: uuid::Uuid::from_bytes(rule.id),
                        condition: rule.condition.into(),
                    };
                    // Where it would have stood in content is of no interest.
                    let code = refusal.code;
                    let reason = format!("DAM{:03}: {}", code.number(), code.message());
                    reasons.insert(id, reason);
                }
            }
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

fn is_within(bytes: &[u8], limits: &Limits) -> bool {
    let mut scratch = vec![0; limits.scratch_words as usize];
    Content::decode(bytes).is_ok_and(|content| content.verify(limits, &mut scratch).is_ok())
}
