//! The modifiers of Sigma 2.1 (appendix "Sigma Modifiers").

use crate::model::{Comparison, TimePart};

/// A modifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Modifier {
    All,
    Base64,
    Base64Offset,
    Cased,
    Cidr,
    Compare(Comparison),
    Contains,
    EndsWith,
    Exists,
    Expand,
    FieldRef,
    Insensitive,
    MultiLine,
    DotAll,
    Neq,
    Re,
    StartsWith,
    Time(TimePart),
    Utf16,
    Utf16Be,
    Utf16Le,
    Windash,
}

/// Every name, sorted.
pub(super) const NAMES: &[(&str, Modifier)] = &[
    ("all", Modifier::All),
    ("base64", Modifier::Base64),
    ("base64offset", Modifier::Base64Offset),
    ("cased", Modifier::Cased),
    ("cidr", Modifier::Cidr),
    ("contains", Modifier::Contains),
    ("day", Modifier::Time(TimePart::Day)),
    ("endswith", Modifier::EndsWith),
    ("exists", Modifier::Exists),
    ("expand", Modifier::Expand),
    ("fieldref", Modifier::FieldRef),
    ("gt", Modifier::Compare(Comparison::Greater)),
    ("gte", Modifier::Compare(Comparison::GreaterOrEqual)),
    ("hour", Modifier::Time(TimePart::Hour)),
    ("i", Modifier::Insensitive),
    ("lt", Modifier::Compare(Comparison::Less)),
    ("lte", Modifier::Compare(Comparison::LessOrEqual)),
    ("m", Modifier::MultiLine),
    ("minute", Modifier::Time(TimePart::Minute)),
    ("month", Modifier::Time(TimePart::Month)),
    ("neq", Modifier::Neq),
    ("re", Modifier::Re),
    ("s", Modifier::DotAll),
    ("startswith", Modifier::StartsWith),
    ("utf16", Modifier::Utf16),
    ("utf16be", Modifier::Utf16Be),
    ("utf16le", Modifier::Utf16Le),
    ("week", Modifier::Time(TimePart::Week)),
    ("wide", Modifier::Utf16Le),
    ("windash", Modifier::Windash),
    ("year", Modifier::Time(TimePart::Year)),
];

/// The names alone.
pub const MODIFIERS: [&str; NAMES.len()] = {
    let mut names = [""; NAMES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = NAMES[at].0;
        at += 1;
    }
    names
};

impl Modifier {
    /// The modifier of this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let index = NAMES.binary_search_by_key(&name, |(name, _)| name).ok()?;
        NAMES.get(index).map(|(_, modifier)| *modifier)
    }

    /// Its name; of two, the first.
    pub(super) fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, modifier)| *modifier == self)
            .map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| name));
        for (name, modifier) in NAMES {
            assert_eq!(Modifier::parse(name), Some(*modifier));
        }
        assert_eq!(Modifier::parse("Contains"), None);
    }
}
