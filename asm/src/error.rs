//! Why a program cannot be written.

use std::fmt;

use cofferdam_interpreter::{Mode, Refusal};

/// Why a [`Program`](crate::model::Program) cannot be turned into content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// A rule's test names an atom that its kind does not have.
    NoSuchAtom {
        /// The rule's title.
        rule: String,
        /// The index that the test names.
        atom: usize,
    },
    /// Two atoms of one field and phase are for where the field is unsupplied.
    UnsuppliedTwice {
        /// The second one's index in its kind.
        atom: usize,
    },
    /// No table has room for the literal at any of its keys: test it as a loose literal instead.
    NoPlace {
        /// How a text must meet the literal.
        mode: Mode,
        /// The literal.
        text: String,
    },
    /// One field's finder looks for the same literal in two given places.
    TwoPlaces {
        /// How a text must meet the literal.
        mode: Mode,
        /// The literal.
        text: String,
    },
    /// More of something than the format's numbers can express.
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// The channel is longer than 16 bytes or not printable ASCII.
    Channel {
        /// The channel.
        channel: String,
    },
    /// The same kind stands in the program twice.
    KindTwice {
        /// The kind's name.
        kind: &'static str,
    },
    /// The verifier refuses what was written; the program breaks one of its rules.
    Refused(Refusal),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::NoSuchAtom { rule, atom } => {
                write!(
                    f,
                    "rule `{rule}` tests atom {atom}, which its kind does not have"
                )
            }
            WriteError::UnsuppliedTwice { atom } => write!(
                f,
                "atom {atom} is the second of its field and phase that holds where the field is unsupplied"
            ),
            WriteError::NoPlace { mode, text } => write!(
                f,
                "no table has room for `{} {text:?}`: test it as a loose literal instead",
                mode.name()
            ),
            WriteError::TwoPlaces { mode, text } => write!(
                f,
                "`{} {text:?}` is given two places, and can have one",
                mode.name()
            ),
            WriteError::TooMany { what, count, most } => {
                write!(f, "{count} {what}, at most {most} are possible")
            }
            WriteError::Channel { channel } => write!(
                f,
                "channel {channel:?} is not 1 to 16 printable ASCII characters"
            ),
            WriteError::KindTwice { kind } => {
                write!(f, "kind `{kind}` stands in the program twice")
            }
            WriteError::Refused(refusal) => {
                write!(f, "the verifier refuses the content: {refusal}")
            }
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}
