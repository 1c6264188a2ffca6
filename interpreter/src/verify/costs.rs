//! Costs: what the passes over finders and rules added up is what the kind declares, and within the limits.

use super::{KindPass, Ledger, Verifier, refuse, take};
use crate::layout::CostRecord;
use crate::numbered::numbered;
use crate::refusal::{Code, Refusal, Section};

impl Verifier<'_, '_> {
    pub(super) fn costs<L: Ledger>(
        &mut self,
        pass: &KindPass<'_>,
        ledger: &mut L,
    ) -> Result<(), Refusal> {
        ledger.kind(pass.index, pass.fixed, pass.work.per_unit);
        let kind = pass.record;
        let here = |code| refuse(code, Section::Kinds, pass.index);
        let range = (kind.cost_start, kind.cost_count);
        let costs = take(
            &mut self.cursors.costs,
            self.content.costs,
            range,
            Section::Kinds,
            pass.index,
        )?;
        if L::COMPARES {
            compare(pass, costs)?;
        }
        let total = pass
            .work
            .per_unit
            .iter()
            .fold(0_u64, |total, steps| total.saturating_add(*steps));
        if pass.fixed > self.limits.event_fixed || total > self.limits.event_per_unit {
            return here(Code::EventTooCostly);
        }
        Ok(())
    }
}

/// The declared costs are the proved ones, and none else.
fn compare(pass: &KindPass<'_>, costs: &[[u8; 8]]) -> Result<(), Refusal> {
    let kind = pass.record;
    let here = |code| refuse(code, Section::Kinds, pass.index);
    if kind.cost_fixed != pass.fixed {
        return here(Code::CostMismatch);
    }
    let mut declared = numbered(kind.cost_start, costs);
    for (field, steps) in numbered(0, &*pass.work.per_unit) {
        if *steps == 0 {
            continue;
        }
        let Some((index, bytes)) = declared.next() else {
            return here(Code::CostMismatch);
        };
        let cost = CostRecord::read(bytes);
        if !CostRecord::is_canonical(bytes) {
            return refuse(Code::Reserved, Section::Costs, index);
        }
        if u32::from(cost.field) != field || u64::from(cost.per_unit) != *steps {
            return refuse(Code::CostMismatch, Section::Costs, index);
        }
    }
    if let Some((index, _)) = declared.next() {
        return refuse(Code::CostMismatch, Section::Costs, index);
    }
    Ok(())
}
