//! Characters and classes as expressions over units.

use regex_syntax::ast::{
    self, ClassAsciiKind, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicodeKind,
};
use regex_syntax::hir::{Class, HirKind};

use super::error::{PatternError, Problem};
use super::node::Node;
use super::parse::range;
use super::units::Units;

/// The first character beyond the basic plane.
const ASTRAL: u32 = 0x1_0000;

/// One character: one unit, or the two of its surrogate pair.
pub(super) fn character(c: char, ignore_case: bool) -> Node {
    let mut members = Members::default();
    members.add(u32::from(c), u32::from(c));
    members.node(ignore_case)
}

/// `\d`, `\w`, `\s` and their negations.
pub(super) fn perl(class: &ast::ClassPerl) -> Units {
    let units = match class.kind {
        ClassPerlKind::Digit => Units::digits(),
        ClassPerlKind::Space => Units::space(),
        ClassPerlKind::Word => Units::word(),
    };
    if class.negated {
        units.complement()
    } else {
        units
    }
}

/// `\p{...}` outside a class.
pub(super) fn property(class: &ast::ClassUnicode, ignore_case: bool) -> Result<Node, PatternError> {
    let mut members = Members::default();
    members.add_property(class)?;
    Ok(members.node(ignore_case))
}

/// `[...]`.
pub(super) fn bracketed(
    class: &ast::ClassBracketed,
    ignore_case: bool,
) -> Result<Node, PatternError> {
    let mut members = Members::default();
    match &class.kind {
        ClassSet::Item(item) => members.add_item(item, ignore_case)?,
        ClassSet::BinaryOp(op) => return Err(nested(&op.span)),
    }
    if !class.negated {
        return Ok(members.node(ignore_case));
    }
    if !members.astral.is_empty() {
        return Err(PatternError::new(
            Problem::NegatedPair,
            range(&class.span),
            "a negated class cannot have members beyond the basic plane, which are two units",
            "leave those members out: the class then also matches the halves of their pairs",
        ));
    }
    Ok(Node::One(members.units(ignore_case).complement()))
}

/// What a class holds.
#[derive(Default)]
struct Members {
    /// Units that flags do not change.
    fixed: Units,
    /// Units, and under `i` all that are the same but for case.
    basic: Vec<(u16, u16)>,
    /// Ranges of characters beyond the basic plane.
    astral: Vec<(u32, u32)>,
}

impl Members {
    fn add(&mut self, start: u32, end: u32) {
        if let Ok(start) = u16::try_from(start) {
            self.basic
                .push((start, u16::try_from(end).unwrap_or(u16::MAX)));
        }
        if end >= ASTRAL {
            self.astral.push((start.max(ASTRAL), end));
        }
    }

    fn add_item(&mut self, item: &ClassSetItem, ignore_case: bool) -> Result<(), PatternError> {
        match item {
            ClassSetItem::Empty(_) => {}
            ClassSetItem::Literal(literal) => self.add(literal.c.into(), literal.c.into()),
            ClassSetItem::Range(range) => self.add(range.start.c.into(), range.end.c.into()),
            ClassSetItem::Ascii(class) => {
                let units = Units::from_ranges(ascii(&class.kind).iter().copied());
                let units = if ignore_case {
                    units.either_case()
                } else {
                    units
                };
                let units = if class.negated {
                    units.complement()
                } else {
                    units
                };
                self.fixed = self.fixed.union(&units);
            }
            ClassSetItem::Perl(class) => self.fixed = self.fixed.union(&perl(class)),
            ClassSetItem::Unicode(class) => self.add_property(class)?,
            ClassSetItem::Union(union) => {
                for item in &union.items {
                    self.add_item(item, ignore_case)?;
                }
            }
            ClassSetItem::Bracketed(class) => return Err(nested(&class.span)),
        }
        Ok(())
    }

    /// Unicode's tables are the parser's: they are asked by an expression of the property alone.
    fn add_property(&mut self, class: &ast::ClassUnicode) -> Result<(), PatternError> {
        let name = match &class.kind {
            ClassUnicodeKind::OneLetter(letter) => letter.to_string(),
            ClassUnicodeKind::Named(name) => name.clone(),
            ClassUnicodeKind::NamedValue { name, value, .. } => format!("{name}={value}"),
        };
        let unknown = || {
            PatternError::new(
                Problem::UnknownProperty,
                range(&class.span),
                format!("Unicode has no property `{name}`"),
                "write a general category such as `\\p{Lu}` or a script such as `\\p{Greek}`",
            )
        };
        let letter = if class.is_negated() { 'P' } else { 'p' };
        let hir = regex_syntax::parse(&format!("\\{letter}{{{name}}}")).map_err(|_| unknown())?;
        match hir.kind() {
            HirKind::Class(Class::Unicode(ranges)) => {
                for range in ranges.iter() {
                    self.add(range.start().into(), range.end().into());
                }
            }
            // A class of one character is read as that character.
            HirKind::Literal(literal) => {
                for c in String::from_utf8_lossy(&literal.0).chars() {
                    self.add(c.into(), c.into());
                }
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    /// The members of the basic plane.
    fn units(&self, ignore_case: bool) -> Units {
        let basic = Units::from_ranges(self.basic.iter().copied());
        let basic = if ignore_case {
            basic.either_case()
        } else {
            basic
        };
        basic.union(&self.fixed)
    }

    fn node(&self, ignore_case: bool) -> Node {
        let units = self.units(ignore_case);
        let mut pairs = pairs(&self.astral);
        if pairs.is_empty() {
            return Node::One(units);
        }
        if !units.is_empty() {
            pairs.insert(0, Node::One(units));
        }
        match pairs.len() {
            1 => pairs.swap_remove(0),
            _ => Node::Either(pairs),
        }
    }
}

/// Surrogate pairs of the ranges: one alternative for all first halves with the same second halves.
fn pairs(ranges: &[(u32, u32)]) -> Vec<Node> {
    let mut by_high: std::collections::BTreeMap<u16, Vec<(u16, u16)>> = Default::default();
    for &(start, end) in ranges {
        let (first_high, first_low) = pair(start);
        let (last_high, last_low) = pair(end);
        for high in first_high..=last_high {
            let from = if high == first_high {
                first_low
            } else {
                0xDC00
            };
            let to = if high == last_high { last_low } else { 0xDFFF };
            by_high.entry(high).or_default().push((from, to));
        }
    }
    let mut by_low: Vec<(Units, Vec<(u16, u16)>)> = Vec::new();
    for (high, lows) in by_high {
        let lows = Units::from_ranges(lows);
        match by_low.iter_mut().find(|(same, _)| *same == lows) {
            Some((_, highs)) => highs.push((high, high)),
            None => by_low.push((lows, vec![(high, high)])),
        }
    }
    by_low
        .into_iter()
        .map(|(lows, highs)| {
            Node::Concat(vec![Node::One(Units::from_ranges(highs)), Node::One(lows)])
        })
        .collect()
}

/// The surrogate pair of a character beyond the basic plane.
fn pair(c: u32) -> (u16, u16) {
    let offset = c - ASTRAL;
    let half = |bits: u32| u16::try_from(bits & 0x3FF).unwrap_or(0);
    (0xD800 | half(offset >> 10), 0xDC00 | half(offset))
}

fn nested(span: &ast::Span) -> PatternError {
    PatternError::new(
        Problem::NestedClass,
        range(span),
        "classes within classes and `&&`, `--`, `~~` in them are not supported",
        "write `\\[`, `\\&`, `\\-` or `\\~` if the character itself is meant",
    )
}

fn ascii(kind: &ClassAsciiKind) -> &'static [(u16, u16)] {
    match kind {
        ClassAsciiKind::Alnum => &[(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)],
        ClassAsciiKind::Alpha => &[(0x41, 0x5A), (0x61, 0x7A)],
        ClassAsciiKind::Ascii => &[(0x00, 0x7F)],
        ClassAsciiKind::Blank => &[(0x09, 0x09), (0x20, 0x20)],
        ClassAsciiKind::Cntrl => &[(0x00, 0x1F), (0x7F, 0x7F)],
        ClassAsciiKind::Digit => &[(0x30, 0x39)],
        ClassAsciiKind::Graph => &[(0x21, 0x7E)],
        ClassAsciiKind::Lower => &[(0x61, 0x7A)],
        ClassAsciiKind::Print => &[(0x20, 0x7E)],
        ClassAsciiKind::Punct => &[(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)],
        ClassAsciiKind::Space => &[(0x09, 0x0D), (0x20, 0x20)],
        ClassAsciiKind::Upper => &[(0x41, 0x5A)],
        ClassAsciiKind::Word => &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)],
        ClassAsciiKind::Xdigit => &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
    }
}
