//! Verdicts on records that do not know fields which content takes to be known.
//!
//! The virtual machine is two-valued; content for the user tier is compiled for what Sysmon's events have. For a
//! record that knows less (Security 4688), a rule that ran is walked once more, with both outcomes of every test
//! on an unknown field: it matches where all ways lead to a match, and is a *maybe* where some do.
//!
//! Rules that no trigger fired are not walked. A rule stays silent where the literal that fires it can only stand in
//! a field that the record does not know: walking all rules for each record would cost a thousand times as much, and
//! a rule that rests on nothing known would say maybe of everything.

use std::collections::BTreeSet;

use cofferdam_asm::disassemble::program;
use cofferdam_asm::model::{KindProgram, Program, Step, Test};
use cofferdam_asm::reference;
use cofferdam_interpreter::code::{Instruction, Op};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::{Content, Observer, Verdict};

/// Notes which rules tested an unknown field.
pub(crate) struct Touched<'e> {
    event: &'e Event<'e>,
    pub(crate) rules: BTreeSet<u32>,
}

impl<'e> Touched<'e> {
    pub(crate) fn new(event: &'e Event<'e>) -> Self {
        Self {
            event,
            rules: BTreeSet::new(),
        }
    }

    fn is_unknown(&self, field: u8) -> bool {
        is_unknown(self.event, field)
    }
}

fn is_unknown(event: &Event<'_>, field: u8) -> bool {
    event.fields.get(usize::from(field)) == Some(&Value::Unsupplied)
}

impl Observer for Touched<'_> {
    fn tested(&mut self, rule: u32, _: u32, instruction: &Instruction, _: bool) {
        let other = match instruction.op {
            Op::Unsupplied => return,
            Op::Fields => instruction.operand.to_le_bytes().first().copied(),
            _ => None,
        };
        let second = other.is_some_and(|other| self.is_unknown(other));
        if second || self.is_unknown(instruction.field) {
            self.rules.insert(rule);
        }
    }
}

/// Content as a model, for walking its rules.
pub(crate) struct Walker {
    program: Program,
}

impl Walker {
    /// `None` for content whose model would be out of proportion.
    pub(crate) fn new(content: &Content<'_>) -> Option<Self> {
        let program = program(content).ok()?;
        Some(Self { program })
    }

    /// A rule's verdict, by its number in the file.
    pub(crate) fn verdict(&self, rule: u32, event: &Event<'_>) -> Verdict {
        let mut first = 0;
        for kind in &self.program.kinds {
            let here = (rule as usize).checked_sub(first);
            if let Some(rule) = here.and_then(|here| kind.rules.get(here)) {
                return walk(kind, &rule.code, event);
            }
            first += kind.rules.len();
        }
        Verdict::NoMatch
    }
}

/// All ways through a rule at once: jumps lead forward, so one pass in order meets every step.
fn walk(kind: &KindProgram, code: &[Step], event: &Event<'_>) -> Verdict {
    // The last place stands for everything behind the rule's end.
    let end = code.len();
    let mut reached = vec![false; end + 1];
    let (mut matches, mut maybe) = (false, false);
    let go = |reached: &mut Vec<bool>, to: usize| reached[to.min(end)] = true;
    go(&mut reached, 0);
    for (at, step) in code.iter().enumerate() {
        if !reached[at] {
            continue;
        }
        match step {
            Step::End => go(&mut reached, end),
            Step::Match => matches = true,
            Step::Maybe => maybe = true,
            Step::Jump { skip } => go(&mut reached, at + 1 + usize::from(*skip)),
            Step::Test {
                test, sense, skip, ..
            } => {
                let (next, beyond) = (at + 1, at + 1 + usize::from(*skip));
                match outcome(kind, test, event) {
                    Some(holds) => {
                        go(&mut reached, if holds == *sense { beyond } else { next });
                    }
                    None => {
                        go(&mut reached, next);
                        go(&mut reached, beyond);
                    }
                }
            }
        }
    }
    match (matches, maybe, reached[end]) {
        (true, false, false) => Verdict::Match,
        (false, false, _) => Verdict::NoMatch,
        _ => Verdict::Maybe,
    }
}

/// What a test says; `None` where the field that it asks for is unknown.
fn outcome(kind: &KindProgram, test: &Test, event: &Event<'_>) -> Option<bool> {
    let unknown = match test {
        Test::Presence {
            op: Op::Unsupplied, ..
        } => false,
        Test::Fields { field, other, .. } => is_unknown(event, *field) || is_unknown(event, *other),
        test => field(kind, test).is_some_and(|field| is_unknown(event, field)),
    };
    (!unknown).then(|| reference::holds(kind, test, event))
}

/// The field that a test asks for.
pub(crate) fn field(kind: &KindProgram, test: &Test) -> Option<u8> {
    Some(match test {
        Test::Atom(index) => kind.atoms.get(*index)?.field,
        Test::Text { field, .. }
        | Test::Pattern { field, .. }
        | Test::Fields { field, .. }
        | Test::Network { field, .. }
        | Test::Number { field, .. }
        | Test::Presence { field, .. } => *field,
    })
}
