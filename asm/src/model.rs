//! Content as a writer thinks of it, before bytes: kinds, atoms, rules.
//!
//! [`Program`] is what the assembler makes of text, what the compiler makes of Sigma rules, and what the
//! reference evaluator runs. It says nothing of tables, offsets or order in the file: the
//! [writer](crate::writer) derives those.

use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Mode, Place};

/// A whole content file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Everything that does not follow from the rules.
    pub issue: Issue,
    /// What each event kind runs; at most one entry for each kind, in any order.
    pub kinds: Vec<KindProgram>,
}

/// Who issues a file, when and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The tier whose fields the rules may test.
    pub tier: Tier,
    /// Channel name: up to 16 printable ASCII bytes.
    pub channel: String,
    /// Rollout ring.
    pub ring: u8,
    /// Grows with every issue of the channel.
    pub content_version: u64,
    /// The lowest version that may replace this one by a rollback order.
    pub rollback_floor: u64,
    /// The lowest engine version that may run this content.
    pub min_engine: u32,
    /// Seconds since 1970.
    pub issued: u64,
    /// Seconds since 1970; 0 means never.
    pub expires: u64,
    /// Names the signing key; zero when unsigned.
    pub key_id: [u8; 16],
}

impl Default for Issue {
    /// An unsigned development issue for the kernel tier.
    fn default() -> Self {
        Self {
            tier: Tier::Kernel,
            channel: "dev".to_owned(),
            ring: 0,
            content_version: 1,
            rollback_floor: 0,
            min_engine: 1,
            issued: 0,
            expires: 0,
            key_id: [0; 16],
        }
    }
}

/// What one event kind runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindProgram {
    /// The kind.
    pub kind: Kind,
    /// Atoms; tests name them by index. Their order is free.
    pub atoms: Vec<Atom>,
    /// Rules, in any order.
    pub rules: Vec<Rule>,
}

/// A test that a finder answers: whether a field's text meets any of some literals, or is unsupplied.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Atom {
    /// The field.
    pub field: u8,
    /// When its finder runs.
    pub phase: Phase,
    /// Any of them is enough. None: the atom holds where the field is unsupplied, and one of a field and phase can.
    pub literals: Vec<Literal>,
}

/// When a finder runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// On every event; its atoms can be triggers.
    Eager,
    /// When a rule first asks.
    Lazy,
}

/// A literal that a finder looks for, ignoring case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Literal {
    /// UTF-16 units, each its own fold.
    pub units: Vec<u16>,
    /// How the text must meet it.
    pub mode: Mode,
    /// Place and key, where they are not left to the writer.
    pub place: Option<(Place, u8)>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// UUID, in the order of its text.
    pub id: [u8; 16],
    /// Index of the condition within the rule.
    pub condition: u8,
    /// 0 informational to 4 critical.
    pub severity: u8,
    /// Whether the event is to be denied rather than only reported.
    pub deny: bool,
    /// Title; not empty.
    pub title: String,
    /// Anything else that telemetry may want; JSON by convention.
    pub meta: String,
    /// Whether the rule runs on every event, rather than when a trigger fires it.
    pub always: bool,
    /// Instructions; the last ends the rule.
    pub code: Vec<Step>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Ends the rule without a match.
    End,
    /// Ends the rule with a match.
    Match,
    /// Ends the rule with *maybe*.
    Maybe,
    /// Passes over the next `skip` steps.
    Jump {
        /// Number of steps.
        skip: u16,
    },
    /// Passes over the next `skip` steps where the test's outcome is `sense`.
    Test {
        /// What is tested.
        test: Test,
        /// The outcome on which steps are passed over.
        sense: bool,
        /// Number of steps.
        skip: u16,
        /// Whether the atom is one of the rule's triggers: it then fires the rule.
        trigger: bool,
    },
}

/// What a test asks of one field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// Whether an atom holds, by its index in [`KindProgram::atoms`].
    Atom(usize),
    /// Whether the field's text meets a literal that no finder looks for.
    Text {
        /// The field.
        field: u8,
        /// How the text must meet it.
        mode: Mode,
        /// Whether case matters.
        cased: bool,
        /// Units; folded unless case matters.
        units: Vec<u16>,
    },
    /// Whether the field's text meets a pattern.
    Pattern {
        /// The field.
        field: u8,
        /// The compiled pattern (see [`crate::pattern`]).
        program: Vec<u8>,
    },
    /// Whether a field's text begins with, ends with or equals another's.
    Fields {
        /// The field that is tested.
        field: u8,
        /// The field that it is compared with.
        other: u8,
        /// Any but [`Mode::Contains`].
        mode: Mode,
        /// Whether case matters.
        cased: bool,
    },
    /// Whether the field's text is an address in a network.
    Network {
        /// The field.
        field: u8,
        /// 4 or 6.
        family: u8,
        /// Leading bits that must agree.
        prefix: u8,
        /// The network's address, host bits zero; an IPv4 address in the first four bytes.
        address: [u8; 16],
    },
    /// Whether the field's number stands in a relation to a constant.
    Number {
        /// The field.
        field: u8,
        /// One of the five number operations.
        relation: Op,
        /// The constant.
        value: u64,
    },
    /// One of [`Op::Present`], [`Op::Absent`], [`Op::Empty`], [`Op::Unsupplied`].
    Presence {
        /// The field.
        field: u8,
        /// The operation.
        op: Op,
    },
}
