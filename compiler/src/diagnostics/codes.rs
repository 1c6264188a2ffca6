//! The list of codes: number, name and severity of every diagnostic.
//!
//! Guarantee: a code's number and name never change their meaning; a code that is no longer used stays
//! reserved. The hundreds say where: 00 files, 01 YAML, 02 metadata, 03 detections, 04 modifiers,
//! 05 values, 06 conditions, 07 filters, 08 documents that wait for a later version, 09 the self-test.

use std::fmt;

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $severity:ident $number:literal $name:literal,)+) => {
        /// The kind of a diagnostic.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }

            /// The number with its letter, such as `E0401`.
            #[must_use]
            pub const fn number(self) -> &'static str {
                match self { $(Code::$variant => $number,)+ }
            }

            /// The name, such as `unknown-modifier`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// What it means, in a sentence or two.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The file or directory cannot be read.
    Unreadable = Error "E0001" "unreadable",
    /// The file is larger than the bound.
    FileTooLarge = Error "E0002" "file-too-large",
    /// The file is not UTF-8 text.
    NotUtf8 = Error "E0003" "not-utf8",
    /// There are more files, or deeper directories, than the bound.
    TooManyFiles = Error "E0004" "too-many-files",
    /// The directory holds no rule file.
    NoRules = Warning "W0005" "no-rules",
    /// A document holds nothing.
    EmptyDocument = Note "N0006" "empty-document",

    /// The text is not YAML.
    YamlSyntax = Error "E0101" "yaml-syntax",
    /// The nesting is deeper than the bound.
    YamlTooDeep = Error "E0102" "yaml-too-deep",
    /// Aliases expand to more than the bound, or to themselves.
    YamlAliases = Error "E0103" "yaml-aliases",
    /// There are more documents in one file than the bound.
    TooManyDocuments = Error "E0104" "too-many-documents",
    /// A mapping has the same key twice.
    DuplicateKey = Error "E0105" "duplicate-key",
    /// A key is not a text.
    KeyNotText = Error "E0106" "key-not-text",
    /// A tag that no rule needs.
    YamlTag = Error "E0107" "yaml-tag",
    /// A merge key, which YAML 1.2 does not have.
    MergeKey = Error "E0108" "merge-key",
    /// The document has more nodes than the bound.
    YamlTooLarge = Error "E0109" "yaml-too-large",
    /// The document has more errors than are reported; the rest of it was not read.
    TooManyErrors = Error "E0110" "too-many-errors",
    /// The document has more warnings than are reported.
    TooManyWarnings = Warning "W0111" "too-many-warnings",

    /// The document is not a mapping.
    NotAMapping = Error "E0201" "not-a-mapping",
    /// A mandatory attribute is absent.
    MissingAttribute = Error "E0202" "missing-attribute",
    /// An attribute has the wrong type.
    WrongType = Error "E0203" "wrong-type",
    /// The rule has no id; telemetry, quarantine and rollback name a rule by it.
    MissingId = Error "E0204" "missing-id",
    /// The id is not a UUID.
    InvalidId = Error "E0205" "invalid-id",
    /// Two rules have the same id.
    DuplicateId = Error "E0206" "duplicate-id",
    /// An attribute has a value that the specification does not list.
    UnknownValue = Warning "W0207" "unknown-value",
    /// A taxonomy that this compiler does not know.
    UnknownTaxonomy = Error "E0208" "unknown-taxonomy",
    /// A log source without category, product and service.
    EmptyLogSource = Error "E0209" "empty-logsource",
    /// A key of `cofferdam:` that does not exist.
    UnknownSetting = Error "E0210" "unknown-setting",
    /// A value of `cofferdam:` that does not exist.
    InvalidSetting = Error "E0211" "invalid-setting",
    /// An attribute whose name looks like a misspelt one.
    MisspeltAttribute = Warning "W0212" "misspelt-attribute",
    /// A text is longer than the specification allows.
    TextTooLong = Warning "W0213" "text-too-long",
    /// A legacy action that does not exist.
    UnknownAction = Error "E0214" "unknown-action",
    /// `action: repeat` with no rule before it.
    NothingToRepeat = Error "E0215" "nothing-to-repeat",
    /// Two rules have the same name.
    DuplicateName = Warning "W0216" "duplicate-name",
    /// An attribute that does not bear on matching has the wrong type, and is ignored.
    IgnoredAttribute = Warning "W0217" "ignored-attribute",

    /// The detection section holds no search identifier.
    NoDetections = Error "E0301" "no-detections",
    /// A search identifier without content.
    EmptyDetection = Error "E0302" "empty-detection",
    /// A list without values.
    EmptyList = Error "E0303" "empty-list",
    /// A value where none can stand: a mapping under a field, a list in a list.
    NestedValue = Error "E0304" "nested-value",
    /// A field without name and modifiers.
    EmptyFieldName = Error "E0305" "empty-field-name",
    /// A search identifier that is a single value rather than a list or mapping.
    ScalarDetection = Warning "W0306" "scalar-detection",
    /// `null` in a list of values, which the specification forbids.
    NullInList = Warning "W0307" "null-in-list",
    /// A search identifier that no condition mentions.
    UnusedDetection = Warning "W0308" "unused-detection",
    /// The rule, or all rules of a file, written out, hold more than the bound.
    RuleTooLarge = Error "E0309" "rule-too-large",
    /// `timeframe`, which belonged to aggregations.
    Timeframe = Warning "W0310" "timeframe",
    /// A search identifier whose name a condition cannot spell.
    UnusableName = Warning "W0311" "unusable-name",
    /// A field that no event of the rule's log source has: it is absent from all of them.
    UnknownField = Warning "W0312" "unknown-field",
    /// A log source of which no events are known.
    UnknownLogSource = Warning "W0313" "unknown-logsource",

    /// A modifier that does not exist.
    UnknownModifier = Error "E0401" "unknown-modifier",
    /// A modifier that does not apply to what stands before it.
    ModifierMisplaced = Error "E0402" "modifier-misplaced",
    /// A modifier that does not apply to this type of value.
    ModifierType = Error "E0403" "modifier-type",
    /// A modifier that has no effect here.
    ModifierNoEffect = Warning "W0404" "modifier-no-effect",
    /// `all` on a single value.
    AllSingle = Warning "W0405" "all-single-value",
    /// A modifier that needs a field, on keywords.
    ModifierNeedsField = Error "E0406" "modifier-needs-field",
    /// The variants of a value are more than the bound.
    TooManyVariants = Error "E0407" "too-many-variants",
    /// An encoded value that is not text and so cannot be found in a text field.
    EncodedNotText = Error "E0408" "encoded-not-text",
    /// Wildcards in a value that is to be encoded.
    WildcardEncoded = Error "E0409" "wildcard-encoded",
    /// A modifier that was written in upper case.
    ModifierCase = Error "E0410" "modifier-case",

    /// A regular expression that the dialect does not know.
    InvalidRegex = Error "E0501" "invalid-regex",
    /// A network that is not in CIDR notation.
    InvalidCidr = Error "E0502" "invalid-cidr",
    /// A placeholder without value.
    UnresolvedPlaceholder = Error "E0503" "unresolved-placeholder",
    /// A value whose type does not fit its modifiers.
    ValueType = Error "E0504" "value-type",
    /// A number that cannot be held exactly.
    NumberRange = Error "E0505" "number-range",
    /// A part of a date outside its range.
    DateRange = Error "E0506" "date-range",
    /// `expand` on a value without placeholders.
    NoPlaceholder = Warning "W0507" "no-placeholder",
    /// A regular expression that every text satisfies.
    RegexAlwaysTrue = Warning "W0508" "regex-always-true",
    /// A value is longer than any field can be.
    ValueTooLong = Error "E0509" "value-too-long",

    /// The condition does not follow the grammar.
    ConditionSyntax = Error "E0601" "condition-syntax",
    /// A search identifier that does not exist.
    UnknownDetection = Error "E0602" "unknown-detection",
    /// A pattern that matches no search identifier.
    PatternMatchesNothing = Error "E0603" "pattern-matches-nothing",
    /// More are asked for than there are.
    CountTooHigh = Error "E0604" "count-too-high",
    /// The parentheses are nested deeper than the bound.
    ConditionTooDeep = Error "E0605" "condition-too-deep",
    /// An aggregation, which correlation rules have replaced.
    Aggregation = Error "E0606" "aggregation",
    /// `and`, `or`, `not`, `of`, `them` or `all` in upper case.
    ConditionCase = Warning "W0607" "condition-case",
    /// None of zero is asked for.
    CountZero = Error "E0608" "count-zero",
    /// The condition is longer than the bound.
    ConditionTooLong = Error "E0609" "condition-too-long",

    /// A filter names a rule that is not there.
    FilterWithoutRule = Warning "W0701" "filter-without-rule",
    /// A filter's log source is not that of a rule it names.
    FilterLogSource = Warning "W0702" "filter-logsource",
    /// A filter's condition that tools would read in opposite ways.
    AmbiguousFilter = Error "E0703" "ambiguous-filter",
    /// A filter's condition says what to suppress, not what to keep.
    FilterSuppresses = Note "N0704" "filter-suppresses",

    /// A correlation rule: parsed, listed, and left for a later version.
    CorrelationLater = Note "N0801" "correlation-later",
    /// A correlation rule with a type that does not exist.
    CorrelationType = Error "E0802" "correlation-type",
    /// A rule that a correlation rule names does not stand for itself.
    CorrelatedOnly = Note "N0803" "correlated-only",
    /// The machine says something else of an event than the specification: a defect of ours. Nothing is issued.
    SelfTestFailed = Error "E0901" "self-test-failed",
    /// The self-test found no event that the rule matches: it may be impossible to satisfy.
    NeverMatched = Warning "W0902" "never-matched",
    /// Tests of the rule decided in no event that the self-test made: they are redundant, contradict the others, or
    /// are beyond it.
    NeverDecided = Note "N0903" "never-decided",
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.number())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_say_their_severity() {
        let numbers: BTreeSet<_> = Code::ALL.iter().map(|code| &code.number()[1..]).collect();
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(numbers.len(), Code::ALL.len());
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let letter = match code.severity() {
                Severity::Note => 'N',
                Severity::Warning => 'W',
                Severity::Error => 'E',
            };
            assert!(code.number().starts_with(letter), "{}", code.number());
            assert!(!code.meaning().is_empty());
        }
    }
}
