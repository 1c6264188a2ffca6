//! Literals: what a text must contain, begin with, end with or be.

use crate::cast;
use crate::content::{Content, run};
use crate::fold;
use crate::layout::LiteralRecord;

/// How a text must meet a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Anywhere.
    Contains,
    /// At the start.
    Starts,
    /// At the end.
    Ends,
    /// The whole text.
    Equals,
}

impl Mode {
    /// The mode with this number.
    #[inline(always)]
    #[must_use]
    pub const fn from_number(number: u8) -> Mode {
        match number & 3 {
            0 => Mode::Contains,
            1 => Mode::Starts,
            2 => Mode::Ends,
            _ => Mode::Equals,
        }
    }

    /// The number in a literal's shape.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Mode::Contains => 0,
            Mode::Starts => 1,
            Mode::Ends => 2,
            Mode::Equals => 3,
        }
    }

    /// The assembler's word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Contains => "contains",
            Mode::Starts => "starts",
            Mode::Ends => "ends",
            Mode::Equals => "equals",
        }
    }
}

/// The table through which a finder reaches a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// No table: a loose literal, compared when an instruction asks.
    Loose,
    /// The gram table: four successive 4-grams from the key on, probed at every fourth unit.
    Gram,
    /// The four table: the four units at the key, looked up wherever the lead has them.
    Four,
    /// The pair table: two units at the key, looked up wherever the lead has them.
    Pair,
    /// The unit table: the units from the key on, twelve at most, of which the first is not ASCII.
    Unit,
    /// The tail table: the last component of a path, probed once.
    Tail,
    /// The singles: literals of one ASCII unit.
    Single,
    /// The edge table: the first or last units of the literal, four at most, probed once.
    Edge,
}

impl Place {
    /// The place with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Place> {
        Some(match number {
            0 => Place::Loose,
            1 => Place::Gram,
            2 => Place::Four,
            3 => Place::Pair,
            4 => Place::Unit,
            5 => Place::Tail,
            6 => Place::Single,
            7 => Place::Edge,
            _ => return None,
        })
    }

    /// The number in a literal's shape.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Place::Loose => 0,
            Place::Gram => 1,
            Place::Four => 2,
            Place::Pair => 3,
            Place::Unit => 4,
            Place::Tail => 5,
            Place::Single => 6,
            Place::Edge => 7,
        }
    }

    /// The assembler's word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Place::Loose => "loose",
            Place::Gram => "gram",
            Place::Four => "four",
            Place::Pair => "pair",
            Place::Unit => "unit",
            Place::Tail => "tail",
            Place::Single => "single",
            Place::Edge => "edge",
        }
    }
}

/// A literal's mode, place and case, in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// How a text must meet it.
    pub mode: Mode,
    /// How a finder reaches it.
    pub place: Place,
    /// Whether case matters; only for loose literals.
    pub cased: bool,
}

impl Shape {
    /// Reads a shape; `None` when the place is unknown or a reserved bit is set.
    #[must_use]
    pub const fn decode(byte: u8) -> Option<Shape> {
        if byte & 0b1100_0000 != 0 {
            return None;
        }
        match Place::from_number(byte >> 2 & 7) {
            Some(place) => Some(Shape {
                mode: Mode::from_number(byte),
                place,
                cased: is_cased(byte),
            }),
            None => None,
        }
    }

    /// The shape's one encoding.
    #[must_use]
    pub const fn encode(self) -> u8 {
        self.mode.number() | self.place.number() << 2 | if self.cased { 1 << 5 } else { 0 }
    }
}

/// Whether a literal of this mode must stand at the text's start.
const fn is_at_start(mode: u8) -> bool {
    mode & Mode::Starts.number() != 0
}

/// Whether a literal of this mode must stand at the text's end.
const fn is_at_end(mode: u8) -> bool {
    mode & Mode::Ends.number() != 0
}

const _: () = assert!(Mode::Starts.number() == 1 && Mode::Ends.number() == 2);
const _: () = assert!(Mode::Contains.number() == 0 && Mode::Equals.number() == 3);

const fn is_cased(shape: u8) -> bool {
    shape & 1 << 5 != 0
}

/// A literal's text, borrowed from the content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal<'a> {
    pub(crate) units: &'a [[u8; 2]],
    /// The mode's number.
    mode: u8,
    cased: bool,
}

impl<'a> Literal<'a> {
    #[inline(always)]
    pub(crate) fn open(content: &Content<'a>, record: &LiteralRecord) -> Option<Self> {
        Some(Self {
            units: run(content.units, record.units_start, record.length.into())?,
            mode: record.shape & 3,
            cased: is_cased(record.shape),
        })
    }

    /// The units of the text that must be the literal's for the text to meet it at `start`; `None` where its mode or the
    /// text's length rule that out.
    #[inline(always)]
    pub(crate) fn place<'t>(&self, text: &'t [u16], start: usize) -> Option<&'t [u16]> {
        let (_, rest) = text.split_at_checked(start)?;
        let (here, after) = rest.split_at_checked(self.units.len())?;
        let is_out =
            (is_at_start(self.mode) && start != 0) || (is_at_end(self.mode) && !after.is_empty());
        (!is_out).then_some(here)
    }

    /// Whether the text meets the literal with the literal at `start`.
    #[inline(always)]
    fn stands_at(&self, text: &[u16], start: usize) -> bool {
        match self.place(text, start) {
            Some(here) => self.same(here),
            None => false,
        }
    }

    /// Whether the text meets the literal: what a loose literal's instruction asks.
    pub(crate) fn meets(&self, text: &[u16]) -> bool {
        match Mode::from_number(self.mode) {
            Mode::Contains => self.is_within(text),
            Mode::Starts | Mode::Equals => self.stands_at(text, 0),
            Mode::Ends => text
                .len()
                .checked_sub(self.units.len())
                .is_some_and(|start| self.stands_at(text, start)),
        }
    }

    /// Steps that [`meets`](Self::meets) can cost: apart from the text, and for each of its units.
    pub(crate) fn cost(&self) -> (u64, u32) {
        let compare = compare_steps(self.units.len());
        match Mode::from_number(self.mode) {
            Mode::Contains => (2, cast::low32(compare).saturating_add(1)),
            _ => (compare.saturating_add(2), 0),
        }
    }

    /// Looks for the first unit, then compares. Loose literals are rare (case matters, or no table had room),
    /// so this stays simple; the cost that it declares is its worst.
    fn is_within(&self, text: &[u16]) -> bool {
        let Some((first, _)) = self.units.split_first() else {
            return true;
        };
        let first = u16::from_le_bytes(*first);
        text.windows(self.units.len()).any(|here| {
            here.first().is_some_and(|unit| self.unit(*unit) == first) && self.same(here)
        })
    }

    #[inline(always)]
    fn unit(&self, unit: u16) -> u16 {
        if self.cased { unit } else { fold::unit(unit) }
    }

    #[inline(always)]
    fn same(&self, here: &[u16]) -> bool {
        if self.cased {
            fold::eq_cased(here, self.units)
        } else {
            fold::eq(here, self.units)
        }
    }
}

/// Steps of one comparison with a literal of this many units.
pub(crate) fn compare_steps(length: usize) -> u64 {
    OPEN_STEPS.wrapping_add(word_steps(length))
}

/// Steps of opening a literal and of comparing one word.
pub(crate) const OPEN_STEPS: u64 = 2;

/// Steps of comparing the others: four units a step.
pub(crate) fn word_steps(length: usize) -> u64 {
    cast::wide(length >> 2)
}
