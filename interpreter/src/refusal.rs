//! Why content is refused: a stable code, the section and the index within it.

/// A refusal by the decoder or the verifier. Content that is refused never runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub code: Code,
    /// The section in which it was found.
    pub section: Section,
    /// The record within the section; for [`Section::Header`] the byte offset.
    pub index: u32,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// What is wrong with refused content. Numbers are stable: they are never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// The stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Code::$name => $number,)+ }
            }

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$name => stringify!($name),)+ }
            }

            /// What was expected, for people.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc,)+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The file ends before what its header declares.
    Truncated = 1,
    /// The file does not begin with the content magic.
    Magic = 2,
    /// The format version is not the one this engine reads.
    FormatVersion = 3,
    /// The schema number is not this engine's.
    SchemaNumber = 4,
    /// The schema number agrees but its fingerprint does not.
    SchemaFingerprint = 5,
    /// A reserved byte or bit is not zero.
    Reserved = 6,
    /// The file is longer than the limit.
    TooLarge = 7,
    /// There are bytes after the signature block.
    TrailingBytes = 8,
    /// The declared counts add up to more than a file can hold.
    CountOverflow = 9,
    /// The declared length is not what the counts add up to.
    LengthMismatch = 10,
    /// The tier is neither kernel (0) nor user (1).
    Tier = 11,
    /// The channel is not zero-padded printable ASCII.
    Channel = 12,
    /// The validity period is empty, or the rollback floor lies above the content version.
    Validity = 13,
    /// The declared scratch size is not what the content needs.
    ScratchSize = 14,
    /// The content needs more scratch than the limit or the buffer allows.
    ScratchLimit = 15,
    /// This engine is older than the content demands.
    EngineTooOld = 16,

    /// The kind number is not in the schema, or not of this tier.
    UnknownKind = 20,
    /// Records of which the order is free do not ascend.
    Order = 21,
    /// The content was compiled for another number of fields than the schema's kind has.
    FieldCount = 22,
    /// A range does not begin where the one before it ended.
    Gap = 23,
    /// A range ends outside its section.
    OutOfRange = 24,
    /// A record is left over: nothing refers to it.
    Unreferenced = 25,
    /// More rules run on every event than the limit allows.
    TooManyAlways = 26,
    /// A kind has more rules or atoms than its numbers can express.
    TooMany = 27,
    /// The same literal, number, network or pattern stands twice where once would do.
    Duplicate = 28,
    /// A finder's atoms are not numbered in the order in which the kind's rules first ask for them.
    FirstUse = 29,

    /// The field number is not in the schema's kind.
    UnknownField = 30,
    /// The operand's type is not the field's.
    FieldType = 31,
    /// The finder's phase or flags are unknown.
    FinderShape = 32,
    /// An atom is set by no literal: a test of it would be silently blind.
    BlindAtom = 33,
    /// A literal's atom list is empty, unsorted or names an atom of another finder.
    Posts = 34,
    /// An atom's rule list is unsorted or names a rule that is not there or runs always.
    Fires = 35,
    /// An atom fires a rule that does not test it as a trigger.
    IdleFire = 36,

    /// The table's size is outside what this place allows.
    TableSize = 40,
    /// The bits of a table, or of the lead, are not those of its entries.
    TableBits = 41,
    /// The bucket bounds descend, or the last bound is not the entry count.
    TableBounds = 42,
    /// A bucket holds more entries than a lookup examines.
    BucketTooLarge = 43,
    /// An entry names a literal that is not there, or the entries of a bucket are unsorted.
    TableEntry = 44,
    /// A table holds entries that no literal needs.
    StrayEntry = 45,
    /// More literals stand behind one key than a lookup compares.
    BucketTooAlike = 46,

    /// The literal is empty or longer than its place allows.
    LiteralLength = 50,
    /// The literal holds a unit that is not its own fold.
    LiteralUnfolded = 51,
    /// The literal's mode, place or key is unknown or does not fit its text.
    LiteralShape = 52,
    /// The filter tables do not lead to the literal: it would never be found.
    LiteralUnfindable = 53,

    /// The rule's code is empty or longer than a rule may be.
    RuleLength = 60,
    /// The rule's severity, action or flags are unknown.
    RuleShape = 61,
    /// The rule denies where this kind of event cannot be denied.
    DenyNotPossible = 62,
    /// The same rule id and condition index appear twice in one kind.
    DuplicateRule = 63,
    /// A name is not UTF-8, or empty.
    Name = 64,

    /// The operation is unknown.
    Operation = 70,
    /// Reserved bits of an instruction are set.
    InstructionReserved = 71,
    /// A jump leads outside the rule, or the last instruction can fall off its end.
    JumpOutOfRule = 72,
    /// No path leads to this instruction.
    Unreachable = 73,
    /// The atom is not one that this instruction's finder sets.
    AtomOperand = 74,
    /// The literal, pattern, number or network operand does not exist.
    Operand = 75,
    /// The rule has neither a reachable MATCH nor a reachable MAYBE.
    NeverMatches = 76,
    /// With all its trigger atoms false the rule could still match: it would be silently missed.
    TriggerNotNecessary = 77,
    /// A trigger test is not an eager atom that fires this rule.
    TriggerNotFired = 78,

    /// A pattern's program is malformed.
    Pattern = 80,
    /// A network's family, prefix or host bits are malformed.
    Network = 81,

    /// The declared cost is not the proved one.
    CostMismatch = 90,
    /// One rule's proved cost is above the limit.
    RuleTooCostly = 91,
    /// The proved cost of one event is above the limit.
    EventTooCostly = 92,
}

macro_rules! sections {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $text:literal;)+) => {
        /// The parts of a content file, in file order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Section { $($(#[doc = $doc])+ $name,)+ }

        impl Section {
            /// Every section, in file order.
            pub const ALL: &'static [Section] = &[$(Section::$name,)+];

            /// The stable number; the header is 0.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Section::$name => $number,)+ }
            }

            /// The name that reports use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Section::$name => $text,)+ }
            }
        }
    };
}

sections! {
    /// The fixed header.
    Header = 0, "header";
    /// One record for each event kind that has rules.
    Kinds = 1, "kinds";
    /// The proved cost per unit of a kind's fields.
    Costs = 2, "costs";
    /// The rules of all kinds.
    Rules = 3, "rules";
    /// The literal finders of all kinds.
    Finders = 4, "finders";
    /// Literals, those of finders first, then loose ones.
    Literals = 5, "literals";
    /// The literals' UTF-16 units.
    Units = 6, "units";
    /// For each literal the atoms that it sets.
    Posts = 7, "posts";
    /// For each eager atom where its rule list begins.
    FireBounds = 8, "fire bounds";
    /// For each eager atom the rules that it fires.
    Fires = 9, "fires";
    /// The filter tables' bits.
    Bits = 10, "bits";
    /// For each eight bits where their bucket begins.
    Bounds = 11, "bounds";
    /// The buckets' entries.
    Entries = 12, "entries";
    /// The rules' instructions.
    Code = 13, "code";
    /// Numbers that instructions compare with.
    Numbers = 14, "numbers";
    /// IP networks that instructions compare with.
    Networks = 15, "networks";
    /// Where each pattern's program lies.
    Patterns = 16, "patterns";
    /// The patterns' programs.
    PatternBytes = 17, "pattern bytes";
    /// The rules' names and metadata, UTF-8.
    Names = 18, "names";
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "DAM{:03} {} in {} at {}: {}",
            self.code.number(),
            self.code.name(),
            self.section.name(),
            self.index,
            self.code.message()
        )
    }
}

impl core::error::Error for Refusal {}
