//! What can go wrong while content runs: always a value, never a crash.

/// Why an event or a rule could not be judged.
///
/// A fault on the event ([`FieldCount`](Fault::FieldCount), [`TextLength`](Fault::TextLength),
/// [`Scratch`](Fault::Scratch)) is the caller's mistake and nothing ran. Every other fault belongs to one
/// rule, counts as *no match* for it, and cannot happen to verified content; it is still checked for,
/// because nothing that runs in a kernel may lean on a proof made elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The event, the schema and the content disagree about how many fields this kind has.
    FieldCount {
        /// What the content was compiled for.
        expected: u8,
        /// How many values the event carries (saturating).
        given: u8,
    },
    /// A text is longer than [`MAX_TEXT_UNITS`](crate::event::MAX_TEXT_UNITS) units.
    TextLength,
    /// The scratch buffer is smaller than the content's header demands.
    Scratch,
    /// An instruction with an unknown operation or reserved bits set.
    Instruction,
    /// The program counter left the rule's code.
    Code,
    /// An operand names an atom, literal, pattern, number, network or field that is not there.
    Operand,
    /// A table's offset or count leads outside the content.
    Table,
    /// More steps were spent than the verifier proved possible.
    Fuel,
}

impl Fault {
    /// The stable number under which telemetry reports this fault.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Fault::FieldCount { .. } => 1,
            Fault::TextLength => 2,
            Fault::Scratch => 3,
            Fault::Instruction => 4,
            Fault::Code => 5,
            Fault::Operand => 6,
            Fault::Table => 7,
            Fault::Fuel => 8,
        }
    }
}

impl core::fmt::Display for Fault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Fault::FieldCount { expected, given } => {
                write!(
                    f,
                    "content expects {expected} fields, the event has {given}"
                )
            }
            Fault::TextLength => write!(
                f,
                "a text is longer than {} units",
                crate::event::MAX_TEXT_UNITS
            ),
            Fault::Scratch => f.write_str("the scratch buffer is smaller than the content demands"),
            Fault::Instruction => f.write_str("unknown instruction"),
            Fault::Code => f.write_str("the program left its rule's code"),
            Fault::Operand => f.write_str("an operand names something that does not exist"),
            Fault::Table => f.write_str("a table leads outside the content"),
            Fault::Fuel => f.write_str("more steps were spent than were proved possible"),
        }
    }
}

impl core::error::Error for Fault {}
