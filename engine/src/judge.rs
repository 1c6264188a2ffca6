//! Runs content on an event and decides what follows.
//!
//! Guarantees: only `match` of a rule whose action is `deny` denies, only in [`Mode::Enforce`], only where the schema
//! says that the kind can be denied and the caller that this is the place for it, and never to a process without which
//! Windows does not run. `maybe` never denies, and a rule that tests what could not be had this once does no more than
//! that. Whatever goes wrong, the operation is allowed and the decision says why.

use core::sync::atomic::AtomicU64;

use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::RuleRecord;
use cofferdam_interpreter::schema::Tier;
use cofferdam_interpreter::{Fault, Observer, Outcome, Verified};

use crate::Mode;
use crate::quarantine::Quarantine;
use crate::word::Word;

/// The action of a rule record that denies; 0 alerts.
const DENY: u8 = 1;

/// What events are judged by.
#[derive(Debug)]
pub struct Judge<'c, W = AtomicU64> {
    /// The active content.
    pub content: &'c Verified<'c>,
    /// Its rules that faulted.
    pub quarantine: Quarantine<'c, W>,
    /// Whether it may deny.
    pub mode: Mode,
}

/// Which side of an operation a callback stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before an operation that is judged again afterwards: only rules that deny run, only denials are reported.
    Before,
    /// After it, when nothing can be denied any more: everything is reported.
    After,
    /// The only time that the operation is judged, and it can still be denied: everything is reported.
    Only,
}

/// Where an event is judged, and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstance {
    /// Before or after the operation.
    pub phase: Phase,
    /// Whether Windows cannot run without the process that acts (or, for handles, that is the target's owner):
    /// nothing is denied to it.
    pub critical: bool,
}

/// What was found about one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's number in the file.
    pub rule: u32,
    /// The rule's UUID, in the order of its text.
    pub id: [u8; 16],
    /// Index of the condition within the rule.
    pub condition: u8,
    /// 0 informational to 4 critical.
    pub severity: u8,
    /// What it said.
    pub verdict: Verdict,
    /// Whether the rule would have denied but for mode, phase or the process being critical.
    pub would_deny: bool,
}

/// What a rule said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Match,
    /// Only user mode can decide.
    Maybe,
    /// It holds, and the operation is denied for it.
    Denied,
    /// It faulted and is quarantined from now on.
    Fault(Fault),
}

/// What follows from an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Whether the operation is to be denied.
    pub deny: bool,
    /// Whether it would have been but for mode, phase or the process being critical.
    pub would_deny: bool,
    /// Rules that matched.
    pub matches: u32,
    /// Rules that cannot be decided here.
    pub maybes: u32,
    /// Rules that faulted.
    pub faults: u32,
    /// Why the event could not be judged at all; the operation is allowed.
    pub unjudged: Option<Fault>,
}

impl Decision {
    /// Whether nothing was found and nothing went wrong.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl<W: Word> Judge<'_, W> {
    /// Judges an event, and hands each finding that is to be reported to `report`.
    ///
    /// `scratch` is working memory of at least as many words as the content's header says.
    pub fn judge(
        &self,
        event: &Event<'_>,
        circumstance: Circumstance,
        scratch: &mut [u64],
        mut report: impl FnMut(&Finding),
    ) -> Decision {
        if self.mode == Mode::Off {
            return Decision::default();
        }
        let mut chooser = Chooser {
            judge: self,
            only_deny: circumstance.phase == Phase::Before,
        };
        match self.content.run_observed(event, scratch, &mut chooser) {
            Ok(outcome) => self.decide(event, &outcome, circumstance, &mut report),
            Err(fault) => Decision {
                unjudged: Some(fault),
                ..Decision::default()
            },
        }
    }

    /// What follows from the rules' verdicts. Apart from [`judge`](Self::judge), so that none of this is on the stack
    /// while rules run.
    #[inline(never)]
    fn decide(
        &self,
        event: &Event<'_>,
        outcome: &Outcome<'_>,
        circumstance: Circumstance,
        report: &mut impl FnMut(&Finding),
    ) -> Decision {
        let only_deny = circumstance.phase == Phase::Before;
        let may_deny = self.mode == Mode::Enforce
            && circumstance.phase != Phase::After
            && event.kind.info().can_deny
            && !circumstance.critical;
        let unknown = unknown(event);
        let mut decision = Decision::default();
        for bit in outcome.matched() {
            let Some((rule, record)) = self.record(outcome, bit) else {
                continue;
            };
            if unknown != 0 && self.content.content().fields_tested(&record) & unknown != 0 {
                decision.maybes = decision.maybes.wrapping_add(1);
                if !only_deny {
                    report(&finding(rule, &record, Verdict::Maybe, false));
                }
                continue;
            }
            decision.matches = decision.matches.wrapping_add(1);
            let denies = record.action == DENY;
            decision.deny |= denies && may_deny;
            decision.would_deny |= denies && !may_deny;
            if !only_deny || may_deny {
                let verdict = if denies && may_deny {
                    Verdict::Denied
                } else {
                    Verdict::Match
                };
                report(&finding(rule, &record, verdict, denies && !may_deny));
            }
        }
        for bit in outcome.maybe() {
            decision.maybes = decision.maybes.wrapping_add(1);
            if !only_deny && let Some((rule, record)) = self.record(outcome, bit) {
                report(&finding(rule, &record, Verdict::Maybe, false));
            }
        }
        for bit in outcome.faulted() {
            decision.faults = decision.faults.wrapping_add(1);
            let rule = outcome.rule(bit);
            // The outcome keeps the reason of the first fault only; it stands for all of this event's.
            let reason = outcome.fault().map_or(Fault::Table, |(_, fault)| fault);
            if self.quarantine.insert(rule)
                && let Some(record) = self.content.content().rule(rule)
            {
                report(&finding(rule, &record, Verdict::Fault(reason), false));
            }
        }
        decision
    }

    fn record(&self, outcome: &Outcome<'_>, bit: u32) -> Option<(u32, RuleRecord)> {
        let rule = outcome.rule(bit);
        Some((rule, self.content.content().rule(rule)?))
    }
}

/// The fields that the kind's events have and that could not be had this once: bit n is the field with number n.
///
/// Content for the kernel takes these for known, while it asks itself for those that no log has. A rule that matches and
/// tests one of them may do so by `not`.
fn unknown(event: &Event<'_>) -> u64 {
    let fields = event.kind.fields().iter().zip(event.fields);
    let unknown = fields.filter(|(field, value)| {
        **value == Value::Unsupplied && field.tier == Tier::Kernel && field.in_source
    });
    unknown.fold(0, |unknown, (field, _)| {
        unknown | 1_u64.checked_shl(field.number.into()).unwrap_or(0)
    })
}

fn finding(rule: u32, record: &RuleRecord, verdict: Verdict, would_deny: bool) -> Finding {
    Finding {
        rule,
        id: record.id,
        condition: record.condition,
        severity: record.severity,
        verdict,
        would_deny,
    }
}

/// Lets rules run that are not quarantined and, before an operation, deny.
struct Chooser<'j, 'c, W> {
    judge: &'j Judge<'c, W>,
    only_deny: bool,
}

impl<W: Word> Observer for Chooser<'_, '_, W> {
    #[inline]
    fn runs(&mut self, rule: u32) -> bool {
        let denies = || {
            let record = self.judge.content.content().rule(rule);
            record.is_some_and(|record| record.action == DENY)
        };
        !self.judge.quarantine.holds(rule) && (!self.only_deny || denies())
    }
}

/// The kinds of event that have a rule that denies: bit n is the kind with number n. Others need no judging before the
/// operation.
#[must_use]
pub fn kinds_that_deny(content: &Verified<'_>) -> u64 {
    let content = content.content();
    let mut kinds = 0_u64;
    for kind in content.kinds() {
        let rules = kind.rule_start..kind.rule_start.wrapping_add(kind.rule_count);
        let denies = rules.into_iter().any(|rule| {
            content
                .rule(rule)
                .is_some_and(|record| record.action == DENY)
        });
        if denies {
            kinds |= 1_u64.checked_shl(kind.kind.into()).unwrap_or(0);
        }
    }
    kinds
}
