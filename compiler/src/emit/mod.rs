//! The back half: from rules to content.
//!
//! For each rule and each event kind that its log source means:
//!
//! 1. [`tri`]: tests become leaves on the kind's fields; constants of the kind are folded, and fields that the
//!    tier cannot supply become *unknown* (Kleene's third value).
//! 2. [`tri`] projects the expression twice: onto *definite* (holds whatever the unknown fields are) and
//!    *possible* (could hold). Without unknown fields both are the same and the rule is exact.
//! 3. [`clause`]: one necessary clause, chosen by its [`odds`], becomes the trigger.
//! 4. [`exclusions`]: where it has none, what it excludes is joined.
//! 5. [`graph`]: tests in the [`order`] in which they cost least become a forward-jump graph.
//!
//! Guarantees: every rule ends as an [`Entry`] that says what became of it; the same rules give the same bytes in
//! any order.

mod clause;
mod exclusions;
mod fields;
mod graph;
mod kind;
mod leaf;
mod left_out;
mod logic;
mod odds;
mod order;
mod route;
mod tri;
mod within;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cofferdam_asm::model::{Issue, Program};
use cofferdam_asm::rarity::Rarity;
use cofferdam_asm::{WriteError, write};
use cofferdam_interpreter::schema::{Kind, Tier};

use crate::model::{Action, Level, Rule, RuleId};
use crate::source::Span;
pub use fields::check_names;
pub use left_out::report_left_out;
pub use within::compile_within;

use clause::Clause;
use kind::KindDraft;
use logic::Bool;

/// What to compile for.
#[derive(Debug, Clone)]
pub struct EmitOptions {
    /// Whose fields may be tested.
    pub tier: Tier,
    /// What the header says.
    pub issue: Issue,
}

/// What became of the rules.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The content file, unsigned.
    pub bytes: Vec<u8>,
    /// The same before it was written.
    pub program: Program,
    /// One entry for each rule, in the order of their ids.
    pub entries: Vec<Entry>,
}

/// What became of one rule.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The rule.
    pub id: RuleId,
    /// Its title.
    pub title: Arc<str>,
    /// The kinds for which it was emitted.
    pub kinds: Vec<Kind>,
    /// How well.
    pub status: Status,
    /// The test that the tier's content cannot hold, where it is one that keeps the rule out.
    pub place: Option<Span>,
}

/// How well a rule is expressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Its verdicts are the specification's.
    Exact,
    /// It can be definite, and says *maybe* where these fields decide.
    Partial {
        /// The fields that the tier cannot supply. None where it can, but need not always have a field.
        missing: Vec<String>,
        /// The kinds of whose events it is *maybe* wherever it does not match: the content does not say so for
        /// each event, only once, in the rule's metadata (`"open":true`).
        open: Vec<Kind>,
    },
    /// It is not in the content.
    LeftOut {
        /// Why: the name of the [`Code`](crate::diagnostics::Code) with which [`report_left_out`] says it.
        code: &'static str,
        /// The same in words.
        reason: String,
    },
}

/// Why a rule cannot be expressed for a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsupported {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    /// The test, where it is one.
    pub(crate) place: Option<Span>,
}

/// Compiles rules for one tier.
///
/// # Errors
/// [`WriteError`] where the content as a whole cannot be written; a rule that cannot be expressed is no error
/// but an [`Entry`].
pub fn compile(rules: &[Rule], options: &EmitOptions) -> Result<Compiled, WriteError> {
    let (program, entries) = gather(rules, options, &|_| true);
    Ok(Compiled {
        bytes: write(&program)?,
        program,
        entries,
    })
}

/// The program before it is written, and what became of every rule; only wanted ones are in the program.
fn gather(
    rules: &[Rule],
    options: &EmitOptions,
    wanted: &dyn Fn(RuleId) -> bool,
) -> (Program, Vec<Entry>) {
    let mut rules: Vec<&Rule> = rules.iter().filter(|rule| rule.stand_alone).collect();
    rules.sort_by_key(|rule| rule.id);
    let mut kinds: BTreeMap<u8, KindDraft> = BTreeMap::new();
    let mut unwanted = BTreeMap::new();
    let mut entries = Vec::new();
    for rule in rules {
        let kinds = match wanted(rule.id) {
            true => &mut kinds,
            false => &mut unwanted,
        };
        entries.push(rule_entry(rule, options.tier, kinds));
    }
    let rarity = Rarity::builtin();
    let program = Program {
        issue: Issue {
            tier: options.tier,
            ..options.issue.clone()
        },
        kinds: kinds
            .into_values()
            .map(|kind| kind.finish(&rarity))
            .collect(),
    };
    (program, entries)
}

fn rule_entry(rule: &Rule, tier: Tier, kinds: &mut BTreeMap<u8, KindDraft>) -> Entry {
    let mut emitted = Vec::new();
    let mut missing = BTreeSet::new();
    let mut open = Vec::new();
    let mut refused: Option<Unsupported> = None;
    let all = route::kinds(&rule.meta.logsource, tier);
    for kind in &all {
        match draft(rule, *kind, tier) {
            Ok(draft) => {
                missing.extend(draft.missing.iter().cloned());
                open.extend(draft.open.then_some(*kind));
                let kind_draft = kinds
                    .entry(kind.number())
                    .or_insert_with(|| KindDraft::new(*kind));
                kind_draft.rules.push(draft);
                emitted.push(*kind);
            }
            // A rule that spans kinds is silent in those where it can never match.
            Err(why) if why.code == "never-matches" => {
                refused.get_or_insert(why);
            }
            Err(why) => refused = Some(why),
        }
    }
    let mut place = None;
    let status = match refused {
        _ if !emitted.is_empty() && missing.is_empty() && open.is_empty() => Status::Exact,
        _ if !emitted.is_empty() => Status::Partial {
            missing: missing.into_iter().collect(),
            open,
        },
        Some(why) => {
            place = why.place;
            Status::LeftOut {
                code: why.code,
                reason: why.reason,
            }
        }
        None => Status::LeftOut {
            code: "no-such-event",
            reason: format!(
                "the {} tier observes no such events",
                match tier {
                    Tier::Kernel => "kernel",
                    Tier::User => "user",
                }
            ),
        },
    };
    Entry {
        id: rule.id,
        title: Arc::clone(&rule.meta.title),
        kinds: emitted,
        status,
        place,
    }
}

/// A rule compiled for one kind, before its atoms have numbers.
struct RuleDraft {
    id: RuleId,
    title: Arc<str>,
    level: Option<Level>,
    deny: bool,
    /// Whether it is *maybe* wherever it does not match.
    open: bool,
    definite: Bool,
    possible: Bool,
    /// Whether events of a source that reports fewer fields than others rule something out. Where they do not, there
    /// is nothing to say of them but where the rule is definite, and there what fires it holds (see ARCHITECTURE.md).
    lacking: bool,
    trigger: Option<Clause>,
    missing: Vec<String>,
}

fn draft(rule: &Rule, kind: Kind, tier: Tier) -> Result<RuleDraft, Unsupported> {
    let projected = tri::project(&rule.expr, kind, tier)?;
    if projected.possible == Bool::False {
        return Err(Unsupported {
            code: "never-matches",
            reason: format!("no {} event can satisfy it", kind.name()),
            place: None,
        });
    }
    if projected.definite == Bool::False {
        let fields = projected.missing.join(", ");
        return Err(Unsupported {
            code: "needs-user-field",
            reason: format!("it never matches without {fields}, which the kernel cannot know"),
            place: None,
        });
    }
    let deny = rule.meta.settings.action == Action::Deny;
    if deny && !kind.info().can_deny {
        return Err(Unsupported {
            code: "cannot-deny",
            reason: format!("the kernel cannot deny {} events", kind.name()),
            place: None,
        });
    }
    // Where everything is possible, *maybe* need not be said for each event: the rule says it once.
    let open = projected.possible == Bool::True && projected.definite != Bool::True;
    let possible = if open {
        projected.definite.clone()
    } else {
        projected.possible
    };
    Ok(RuleDraft {
        id: rule.id,
        title: Arc::clone(&rule.meta.title),
        level: rule.meta.level,
        deny,
        open,
        definite: projected.definite,
        possible,
        lacking: tri::decides_without(&rule.expr, kind, tier)?,
        trigger: None,
        missing: projected.missing,
    })
}
