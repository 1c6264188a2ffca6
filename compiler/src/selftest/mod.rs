//! The self-test: every atom of every rule on events made for it, through the very machine and the very bytes.
//!
//! Content that was never run on anything but wildcards stopped 8.5 million machines. So for each test of each rule,
//! for each kind of event and each tier, an event is made on which that one test decides, and near misses on which it
//! just does not hold. What the rule must say of them is asked of the reference evaluator; what it does say, of the
//! virtual machine, which runs the content file that was written. Where they differ the content must not be issued.
//!
//! Guarantees: the same rules give the same events; time is bounded for each test; what could not be tested is counted
//! by name, never passed over. Trusts nobody: the maker of events may err, which costs coverage and never hides a
//! difference.

mod judge;
mod plan;
mod regex;
mod report;
mod text;
mod tree;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::thread;

use cofferdam_interpreter::Verified;
use cofferdam_interpreter::schema::{Kind, Tier};

use crate::emit::{Entry, Status};
use crate::model::{Rule, RuleId};
use crate::reference::Verdict;
use crate::source::Span;
use judge::Judge;

/// The field that holds all of an event's values.
const ANY: &str = "(any)";

/// What the self-test came to.
#[derive(Debug, Clone, Default)]
pub struct SelfTest {
    /// One entry for each rule and each kind for which it was emitted, in the order of the rules' ids.
    pub rules: Vec<RuleTest>,
    /// The events, where they were asked for.
    pub events: Vec<MadeEvent>,
}

/// How one rule was tested on events of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTest {
    /// The rule.
    pub rule: RuleId,
    /// The kind.
    pub kind: Kind,
    /// Its tests on fields that the tier supplies.
    pub tests: usize,
    /// Where those stand for which no events were found on which they decide: they are redundant, or cannot be
    /// satisfied together with what the rule else asks for, or nothing short satisfies them.
    pub undecided: Vec<Span>,
    /// Events on which the rule had to match (or, where the tier cannot know, be a *maybe*).
    pub matches: usize,
    /// Events that it had to pass over, or on which no more than a *maybe* was due.
    pub near_misses: usize,
    /// Where machine and specification differ.
    pub disagreements: Vec<Disagreement>,
}

/// An event of which the machine says something else than the specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// What the specification says.
    pub expected: Verdict,
    /// What the machine said; in words where it faulted.
    pub said: String,
    /// The event, as JSON.
    pub event: String,
}

/// An event that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeEvent {
    /// Its kind.
    pub kind: Kind,
    /// The event as one line of JSON: its fields, and under `_cofferdam` the rule and the verdict that is due.
    pub line: String,
}

/// Tests the rules of some content.
///
/// `tested` is called for each rule and kind that is done, from several threads.
#[must_use]
pub fn run(
    rules: &[Rule],
    entries: &[Entry],
    content: &Verified<'_>,
    keep_events: bool,
    tested: &(dyn Fn() + Sync),
) -> SelfTest {
    let by_id: BTreeMap<RuleId, &Rule> = rules.iter().map(|rule| (rule.id, rule)).collect();
    let work: Vec<(&Rule, Kind, bool)> = entries
        .iter()
        .flat_map(|entry| {
            let rule = by_id.get(&entry.id).copied();
            let open: &[Kind] = match &entry.status {
                Status::Partial { open, .. } => open,
                _ => &[],
            };
            let kinds = entry.kinds.iter();
            kinds.filter_map(move |kind| Some((rule?, *kind, open.contains(kind))))
        })
        .collect();
    let tier = match content.content().header().tier {
        0 => Tier::Kernel,
        _ => Tier::User,
    };
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = |worker: usize| {
        let mut judge = Judge::new(content, tier, keep_events);
        let mut done = Vec::new();
        for (number, (rule, kind, open)) in work.iter().enumerate().skip(worker).step_by(workers) {
            let (outcome, events) = judge.rule(rule, *kind, *open);
            done.push((number, outcome, events));
            tested();
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let share = &share;
        let running: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || share(worker)))
            .collect();
        let joined = running.into_iter().flat_map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect::<Vec<_>>()
    });
    done.sort_by_key(|(number, ..)| *number);
    let mut result = SelfTest::default();
    for (_, outcome, events) in done {
        result.rules.push(outcome);
        result.events.extend(events);
    }
    result
}
