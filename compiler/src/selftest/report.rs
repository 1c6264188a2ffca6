//! What the self-test has to say, as diagnostics.

use std::collections::{BTreeMap, BTreeSet};

use super::{RuleTest, SelfTest};
use crate::diagnostics::{Code, Diagnostic, Report};
use crate::model::{Rule, RuleId};
use crate::source::Span;

impl SelfTest {
    /// Whether machine and specification agree everywhere.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.rules.iter().all(|rule| rule.disagreements.is_empty())
    }

    /// Says which rules failed, which never matched, and which tests never decided. A rule of several kinds is
    /// spoken of once: what decides on events of one of them is tested.
    pub fn report(&self, rules: &[Rule], report: &mut Report) {
        let spans: BTreeMap<RuleId, Span> = rules.iter().map(|rule| (rule.id, rule.span)).collect();
        let mut by_rule: BTreeMap<RuleId, Vec<&RuleTest>> = BTreeMap::new();
        for tested in &self.rules {
            by_rule.entry(tested.rule).or_default().push(tested);
        }
        for (id, kinds) in by_rule {
            let Some(span) = spans.get(&id) else { continue };
            for tested in &kinds {
                disagreements(tested, *span, report);
            }
            if kinds.iter().all(|tested| tested.matches == 0) {
                report.push(
                    Diagnostic::new(
                        Code::NeverMatched,
                        *span,
                        "no event was found that the rule matches",
                    )
                    .help("look for tests that contradict each other, or a filter that takes everything"),
                );
                continue;
            }
            let mut never = kinds
                .iter()
                .map(|tested| tested.undecided.iter().copied().collect::<BTreeSet<_>>())
                .reduce(|all, some| &all & &some)
                .unwrap_or_default();
            let count = never.len();
            if let Some(first) = never.pop_first() {
                let message = format!(
                    "{count} of the rule's tests decided in no event, the first of them here"
                );
                report.push(Diagnostic::new(Code::NeverDecided, first, message));
            }
        }
    }
}

fn disagreements(tested: &RuleTest, span: Span, report: &mut Report) {
    let Some(first) = tested.disagreements.first() else {
        return;
    };
    let message = format!(
        "on {} of the {} events made for it the content is wrong; it says `{}` where `{}` is due: {}",
        tested.disagreements.len(),
        tested.kind.name(),
        first.said,
        first.expected,
        first.event,
    );
    let help = "this is a defect of the compiler or the machine: please report it with the rule";
    report.push(Diagnostic::new(Code::SelfTestFailed, span, message).help(help));
}
