//! A rule and what it says about itself.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::Expr;
use crate::source::Span;

/// One rule: one condition of one document.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name among all rules.
    pub id: RuleId,
    /// What the document says about itself; shared by its conditions.
    pub meta: Arc<Meta>,
    /// What must hold.
    pub expr: Expr,
    /// Where the condition stands.
    pub span: Span,
    /// Whether a match is a match; not so for a rule that only correlation rules use.
    pub stand_alone: bool,
}

/// A document's UUID and the index of the condition in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId {
    /// The document's `id`.
    pub uuid: Uuid,
    /// Which condition: 0 unless `condition` is a list.
    pub condition: u16,
}

impl fmt::Display for RuleId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}#{}", self.uuid, self.condition)
    }
}

/// What a rule document says about itself.
#[derive(Debug, Clone)]
pub struct Meta {
    /// `id`.
    pub uuid: Uuid,
    /// `title`.
    pub title: Arc<str>,
    /// `name`, by which correlations and filters may call it.
    pub name: Option<Arc<str>>,
    /// `status`.
    pub status: Option<Status>,
    /// `level`.
    pub level: Option<Level>,
    /// `logsource`.
    pub logsource: LogSource,
    /// `description`.
    pub description: Option<Arc<str>>,
    /// `license`.
    pub license: Option<Arc<str>>,
    /// `author`.
    pub author: Option<Arc<str>>,
    /// `date`.
    pub date: Option<Arc<str>>,
    /// `modified`.
    pub modified: Option<Arc<str>>,
    /// `references`.
    pub references: Vec<Arc<str>>,
    /// `tags`.
    pub tags: Vec<Arc<str>>,
    /// `fields`.
    pub fields: Vec<Arc<str>>,
    /// `falsepositives`.
    pub falsepositives: Vec<Arc<str>>,
    /// `scope`.
    pub scope: Vec<Arc<str>>,
    /// `related`.
    pub related: Vec<Related>,
    /// `cofferdam`.
    pub settings: Settings,
    /// Where the document stands.
    pub span: Span,
}

/// Another rule, and how this one is related to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The other's id.
    pub id: Arc<str>,
    /// The relation: `derived`, `obsolete`, `merged`, `renamed`, `similar`.
    pub kind: Arc<str>,
}

/// Which events a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogSource {
    /// `category`.
    pub category: Option<Arc<str>>,
    /// `product`.
    pub product: Option<Arc<str>>,
    /// `service`.
    pub service: Option<Arc<str>>,
    /// `definition`, for people.
    pub definition: Option<Arc<str>>,
}

impl LogSource {
    /// Whether everything that `self` asks for is what `other` says.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let pairs = [
            (&self.category, &other.category),
            (&self.product, &other.product),
            (&self.service, &other.service),
        ];
        pairs
            .into_iter()
            .all(|(wanted, given)| wanted.is_none() || wanted == given)
    }
}

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $each:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $each])+ $variant,)+
        }

        impl $name {
            /// The words, in the specification's order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// What a word means.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

words! {
    /// How mature a rule is.
    Status {
        /// For production.
        Stable = "stable",
        /// Mostly stable.
        Test = "test",
        /// May be noisy.
        Experimental = "experimental",
        /// Replaced by another.
        Deprecated = "deprecated",
        /// Cannot be used as it stands.
        Unsupported = "unsupported",
    }
}

words! {
    /// How bad a match is.
    Level {
        /// Enrichment only.
        Informational = "informational",
        /// Notable.
        Low = "low",
        /// To be reviewed.
        Medium = "medium",
        /// To be reviewed promptly.
        High = "high",
        /// An incident.
        Critical = "critical",
    }
}

words! {
    /// What a match does.
    Action {
        /// It is reported.
        Alert = "alert",
        /// The operation is denied, and reported.
        Deny = "deny",
    }
}

/// The `cofferdam` mapping of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What a match does; `alert` unless the rule says otherwise.
    pub action: Action,
    /// Where the mapping stands, if there is one.
    pub span: Option<Span>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            action: Action::Alert,
            span: None,
        }
    }
}
