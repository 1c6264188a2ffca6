//! The list of codes: number, name, severity and remedy of every diagnostic.
//!
//! Guarantee: a code's number and name never change their meaning; a code that is no longer used stays
//! reserved. The hundreds say where: 00 files, 01 YAML, 02 metadata, 03 detections, 04 modifiers,
//! 05 values, 06 conditions, 07 filters, 08 documents that wait for a later version, 09 the self-test, 10 rules
//! that a tier's content does not hold.

use std::fmt;

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $severity:ident $number:literal $name:literal $remedy:literal,)+) => {
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

            /// What to do about it.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Code::$variant => $remedy,)+ }
            }

            /// The code of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// The file or directory cannot be read.
    Unreadable = Error "E0001" "unreadable"
        "check the path and who may read it",
    /// The file is larger than the bound.
    FileTooLarge = Error "E0002" "file-too-large"
        "split it; one rule to a file is the custom",
    /// The file is not UTF-8 text.
    NotUtf8 = Error "E0003" "not-utf8"
        "save it as UTF-8, without other encodings pasted in",
    /// There are more files, or deeper directories, than the bound.
    TooManyFiles = Error "E0004" "too-many-files"
        "compile fewer directories at a time",
    /// The directory holds no rule file.
    NoRules = Warning "W0005" "no-rules"
        "call rule files `*.yml` or `*.yaml`, or name another directory",
    /// A document holds nothing.
    EmptyDocument = Note "N0006" "empty-document"
        "remove the `---` that nothing follows",

    /// The text is not YAML.
    YamlSyntax = Error "E0101" "yaml-syntax"
        "the caret shows where reading ended; most often an unquoted `*`, `%`, `:` or a wrong indentation stands just before it",
    /// The nesting is deeper than the bound.
    YamlTooDeep = Error "E0102" "yaml-too-deep"
        "flatten the rule: Sigma needs no more than a few levels",
    /// Aliases expand to more than the bound, or to themselves.
    YamlAliases = Error "E0103" "yaml-aliases"
        "write the values out instead of aliasing aliases",
    /// There are more documents in one file than the bound.
    TooManyDocuments = Error "E0104" "too-many-documents"
        "one rule to a file is the custom",
    /// A mapping has the same key twice.
    DuplicateKey = Error "E0105" "duplicate-key"
        "join the two, or rename one: only one of them would count",
    /// A key is not a text.
    KeyNotText = Error "E0106" "key-not-text"
        "put the key in quotes",
    /// A tag that no rule needs.
    YamlTag = Error "E0107" "yaml-tag"
        "remove the tag; quote the value if it must be a text",
    /// A merge key, which YAML 1.2 does not have.
    MergeKey = Error "E0108" "merge-key"
        "write the merged keys out",
    /// The document has more nodes than the bound.
    YamlTooLarge = Error "E0109" "yaml-too-large"
        "split the document",
    /// The document has more errors than are reported; the rest of it was not read.
    TooManyErrors = Error "E0110" "too-many-errors"
        "mend those that are shown, then compile again",
    /// The document has more warnings than are reported.
    TooManyWarnings = Warning "W0111" "too-many-warnings"
        "mend those that are shown, then compile again",

    /// The document is not a mapping.
    NotAMapping = Error "E0201" "not-a-mapping"
        "begin with `title:`; a list of rules is several documents with `---` between",
    /// A mandatory attribute is absent.
    MissingAttribute = Error "E0202" "missing-attribute"
        "add the attribute that is named",
    /// An attribute has the wrong type.
    WrongType = Error "E0203" "wrong-type"
        "give it the type that is named",
    /// The rule has no id; telemetry, quarantine and rollback name a rule by it.
    MissingId = Error "E0204" "missing-id"
        "add `id:` with a new random UUID",
    /// The id is not a UUID.
    InvalidId = Error "E0205" "invalid-id"
        "a UUID is 32 hexadecimal digits in groups of 8-4-4-4-12",
    /// Two rules have the same id.
    DuplicateId = Error "E0206" "duplicate-id"
        "give one of them a new UUID; a changed copy is another rule",
    /// An attribute has a value that the specification does not list.
    UnknownValue = Warning "W0207" "unknown-value"
        "use one of the specification's values, which are listed",
    /// A taxonomy that this compiler does not know.
    UnknownTaxonomy = Error "E0208" "unknown-taxonomy"
        "leave `taxonomy` out, or convert the fields to Sigma's own names",
    /// A log source without category, product and service.
    EmptyLogSource = Error "E0209" "empty-logsource"
        "say of which events the rule is, for example `category: process_creation`",
    /// A key of `cofferdam:` that does not exist.
    UnknownSetting = Error "E0210" "unknown-setting"
        "use one of the keys that are named",
    /// A value of `cofferdam:` that does not exist.
    InvalidSetting = Error "E0211" "invalid-setting"
        "use one of the values that are named",
    /// An attribute whose name looks like a misspelt one.
    MisspeltAttribute = Warning "W0212" "misspelt-attribute"
        "rename it as is suggested, or leave it if it is meant so",
    /// A text is longer than the specification allows.
    TextTooLong = Warning "W0213" "text-too-long"
        "shorten it",
    /// A legacy action that does not exist.
    UnknownAction = Error "E0214" "unknown-action"
        "use `global`, `reset` or `repeat`",
    /// `action: repeat` with no rule before it.
    NothingToRepeat = Error "E0215" "nothing-to-repeat"
        "put a rule before it",
    /// Two rules have the same name.
    DuplicateName = Warning "W0216" "duplicate-name"
        "rename one of them: a correlation rule could mean either",
    /// An attribute that does not bear on matching has the wrong type, and is ignored.
    IgnoredAttribute = Warning "W0217" "ignored-attribute"
        "give it the type that the specification has for it",

    /// The detection section holds no search identifier.
    NoDetections = Error "E0301" "no-detections"
        "add a search identifier, and a condition that names it",
    /// A search identifier without content.
    EmptyDetection = Error "E0302" "empty-detection"
        "add a field with a value, or remove the identifier from the condition",
    /// A list without values.
    EmptyList = Error "E0303" "empty-list"
        "add a value, or `null` if the field must have none",
    /// A value where none can stand: a mapping under a field, a list in a list.
    NestedValue = Error "E0304" "nested-value"
        "write each field and its values on one level",
    /// A field without name and modifiers.
    EmptyFieldName = Error "E0305" "empty-field-name"
        "put a field's name before the colon or the first `|`",
    /// A search identifier that is a single value rather than a list or mapping.
    ScalarDetection = Warning "W0306" "scalar-detection"
        "write it as a list of one keyword",
    /// `null` in a list of values, which the specification forbids.
    NullInList = Warning "W0307" "null-in-list"
        "move `null` to a search identifier of its own, joined with `or`",
    /// A search identifier that no condition mentions.
    UnusedDetection = Warning "W0308" "unused-detection"
        "name it in the condition, or remove it",
    /// The rule, or all rules of a file, written out, hold more than the bound.
    RuleTooLarge = Error "E0309" "rule-too-large"
        "split the rule: several rules are several matches",
    /// `timeframe`, which belonged to aggregations.
    Timeframe = Warning "W0310" "timeframe"
        "remove it, or write a correlation rule",
    /// A search identifier whose name a condition cannot spell.
    UnusableName = Warning "W0311" "unusable-name"
        "use letters, digits, `_` and `-`, and none of the condition's own words",
    /// A field that no event of the rule's log source has: it is absent from all of them.
    UnknownField = Warning "W0312" "unknown-field"
        "check the name against the log source; near names are suggested",
    /// A log source of which no events are known.
    UnknownLogSource = Warning "W0313" "unknown-logsource"
        "check category, product and service; near names are suggested",

    /// A modifier that does not exist.
    UnknownModifier = Error "E0401" "unknown-modifier"
        "check the spelling; near names are suggested",
    /// A modifier that does not apply to what stands before it.
    ModifierMisplaced = Error "E0402" "modifier-misplaced"
        "move it to where the message says it belongs",
    /// A modifier that does not apply to this type of value.
    ModifierType = Error "E0403" "modifier-type"
        "change the value's type, or remove the modifier",
    /// A modifier that has no effect here.
    ModifierNoEffect = Warning "W0404" "modifier-no-effect"
        "remove it",
    /// `all` on a single value.
    AllSingle = Warning "W0405" "all-single-value"
        "remove `all`, or add the second value that it was meant for",
    /// A modifier that needs a field, on keywords.
    ModifierNeedsField = Error "E0406" "modifier-needs-field"
        "name the field that it is about",
    /// The variants of a value are more than the bound.
    TooManyVariants = Error "E0407" "too-many-variants"
        "use fewer values or fewer encodings in one item",
    /// An encoded value that is not text and so cannot be found in a text field.
    EncodedNotText = Error "E0408" "encoded-not-text"
        "put `base64` or `base64offset` behind the encoding: fields hold text",
    /// Wildcards in a value that is to be encoded.
    WildcardEncoded = Error "E0409" "wildcard-encoded"
        "remove the wildcards, or escape them if the characters themselves are meant",
    /// A modifier that was written in upper case.
    ModifierCase = Error "E0410" "modifier-case"
        "write it in lower case",

    /// A regular expression that the dialect does not know.
    InvalidRegex = Error "E0501" "invalid-regex"
        "the message says which part; SIGMA.md says what the dialect has",
    /// A network that is not in CIDR notation.
    InvalidCidr = Error "E0502" "invalid-cidr"
        "write address/prefix, with the bits behind the prefix zero",
    /// A placeholder without value.
    UnresolvedPlaceholder = Error "E0503" "unresolved-placeholder"
        "supply values with `--placeholders FILE.yml`",
    /// A value whose type does not fit its modifiers.
    ValueType = Error "E0504" "value-type"
        "give the value the type that is named",
    /// A number that cannot be held exactly.
    NumberRange = Error "E0505" "number-range"
        "use a whole number that fits 64 bits",
    /// A part of a date outside its range.
    DateRange = Error "E0506" "date-range"
        "use a number inside the range that is named",
    /// `expand` on a value without placeholders.
    NoPlaceholder = Warning "W0507" "no-placeholder"
        "write the placeholder as `%name%`, or remove `expand`",
    /// A regular expression that every text satisfies.
    RegexAlwaysTrue = Warning "W0508" "regex-always-true"
        "remove the item, or say more",
    /// A value is longer than any field can be.
    ValueTooLong = Error "E0509" "value-too-long"
        "shorten it: no field holds more than 32,767 units",

    /// The condition does not follow the grammar.
    ConditionSyntax = Error "E0601" "condition-syntax"
        "the caret shows where it stops making sense",
    /// A search identifier that does not exist.
    UnknownDetection = Error "E0602" "unknown-detection"
        "check the spelling; near names are suggested",
    /// A pattern that matches no search identifier.
    PatternMatchesNothing = Error "E0603" "pattern-matches-nothing"
        "check the pattern against the search identifiers' names",
    /// More are asked for than there are.
    CountTooHigh = Error "E0604" "count-too-high"
        "ask for as many as there are, or fewer; `all of` asks for all",
    /// The parentheses are nested deeper than the bound.
    ConditionTooDeep = Error "E0605" "condition-too-deep"
        "name parts of the condition as search identifiers",
    /// An aggregation, which correlation rules have replaced.
    Aggregation = Error "E0606" "aggregation"
        "write a correlation rule",
    /// `and`, `or`, `not`, `of`, `them` or `all` in upper case.
    ConditionCase = Warning "W0607" "condition-case"
        "write it in lower case",
    /// None of zero is asked for.
    CountZero = Error "E0608" "count-zero"
        "ask for at least one, or use `not`",
    /// The condition is longer than the bound.
    ConditionTooLong = Error "E0609" "condition-too-long"
        "name parts of the condition as search identifiers",

    /// A filter names a rule that is not there.
    FilterWithoutRule = Warning "W0701" "filter-without-rule"
        "check the id or name that the filter gives, and that the rule is among the files",
    /// A filter's log source is not that of a rule it names.
    FilterLogSource = Warning "W0702" "filter-logsource"
        "give the filter the rule's log source",
    /// A filter's condition that tools would read in opposite ways.
    AmbiguousFilter = Error "E0703" "ambiguous-filter"
        "write `selection` or `not selection`",
    /// A filter's condition says what to suppress, not what to keep.
    FilterSuppresses = Note "N0704" "filter-suppresses"
        "nothing: it says how the condition was understood",

    /// A correlation rule: parsed, listed, and left for a later version.
    CorrelationLater = Note "N0801" "correlation-later"
        "nothing: it is listed and kept for later",
    /// A correlation rule with a type that does not exist.
    CorrelationType = Error "E0802" "correlation-type"
        "use one of the types that are named",
    /// A rule that a correlation rule names does not stand for itself.
    CorrelatedOnly = Note "N0803" "correlated-only"
        "add `generate: true` to the correlation rule to have both",
    /// The machine says something else of an event than the specification: a defect of ours. Nothing is issued.
    SelfTestFailed = Error "E0901" "self-test-failed"
        "report it with the rule; leave the rule out until then",
    /// The self-test found no event that the rule matches: it may be impossible to satisfy.
    NeverMatched = Warning "W0902" "never-matched"
        "look for tests that contradict each other, or a filter that takes everything",
    /// Tests of the rule decided in no event that the self-test made: they are redundant, contradict the others, or
    /// are beyond it.
    NeverDecided = Note "N0903" "never-decided"
        "look whether the tests are redundant",

    /// The machine has no test for something that the rule asks.
    NotExpressible = Error "E1001" "not-expressible"
        "say it with other modifiers, as the message suggests; the user tier has the same machine",
    /// The rule denies, and events of its log source cannot be denied.
    CannotDeny = Error "E1002" "cannot-deny"
        "use `action: alert` for events that happen before anybody is asked",
    /// The rule alone needs more than the tier's limits allow.
    OverLimit = Error "E1003" "over-limit"
        "split the rule, or narrow what it looks for on every event",
    /// No event of the rule's log source can satisfy it: its constants say so.
    NeverMatches = Warning "W1004" "never-matches"
        "look for tests that contradict what every event of the log source has",
    /// Without fields that the tier cannot supply the rule never matches.
    NeedsUserField = Note "N1005" "needs-user-field"
        "compile it for the user tier, whose content holds it",
    /// The tier observes no events of the rule's log source.
    NoSuchEvent = Note "N1006" "no-such-event"
        "compile it for the user tier, or look whether the log source is spelt rightly",
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
            assert!(!code.meaning().is_empty() && !code.remedy().is_empty());
            assert_eq!(Code::named(code.name()), Some(*code));
        }
    }
}
