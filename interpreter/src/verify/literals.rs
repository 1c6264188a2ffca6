//! Literals: what each keeps to, wherever it is used, and what its place asks of it.

use super::{Cursors, ascends, refuse, take};
use crate::cast;
use crate::content::Content;
use crate::fold;
use crate::key::{self, EDGE_UNITS};
use crate::layout::LiteralRecord;
use crate::limits::{MAX_LITERAL, MAX_SCANNED};
use crate::literal::{Mode, Place, Shape};
use crate::refusal::{Code, Refusal, Section};
use crate::schema::may_write;

/// The units of a literal.
type Units<'a> = &'a [[u8; 2]];

/// A literal that keeps to what all must.
pub(super) struct Checked<'a> {
    pub(super) record: LiteralRecord,
    pub(super) shape: Shape,
    units: Units<'a>,
}

/// A group of literals in file order, as far as it has been checked. They ascend by units, then case, then mode: so
/// no group has one twice.
#[derive(Default)]
pub(super) struct Group<'a> {
    last: Option<(Units<'a>, Shape)>,
}

impl<'a> Group<'a> {
    /// Checks the next literal.
    pub(super) fn check(
        &mut self,
        content: &Content<'a>,
        cursors: &mut Cursors,
        bytes: &[u8; LiteralRecord::SIZE],
        index: u32,
    ) -> Result<Checked<'a>, Refusal> {
        let here = |code| refuse(code, Section::Literals, index);
        let record = LiteralRecord::read(bytes);
        if !LiteralRecord::is_canonical(bytes) {
            return here(Code::Reserved);
        }
        let Some(shape) = Shape::decode(record.shape) else {
            return here(Code::LiteralShape);
        };
        if record.length == 0 || usize::from(record.length) > MAX_LITERAL {
            return here(Code::LiteralLength);
        }
        if shape.place == Place::Loose && record.key != 0 {
            return here(Code::LiteralShape);
        }
        if shape.cased && shape.place != Place::Loose {
            return here(Code::LiteralShape);
        }
        let range = (record.units_start, record.length.into());
        let units = take(
            &mut cursors.units,
            content.units,
            range,
            Section::Literals,
            index,
        )?;
        let is_folded = |unit: &[u8; 2]| fold::is_folded(u16::from_le_bytes(*unit));
        if !shape.cased && !units.iter().all(is_folded) {
            return here(Code::LiteralUnfolded);
        }
        if let Some((last, before)) = self.last {
            let number = |unit: &[u8; 2]| u16::from_le_bytes(*unit);
            let order = last.iter().map(number).cmp(units.iter().map(number));
            let order = order
                .then(before.cased.cmp(&shape.cased))
                .then(before.mode.cmp(&shape.mode));
            ascends(order, Section::Literals, index)?;
        }
        self.last = Some((units, shape));
        Ok(Checked {
            record,
            shape,
            units,
        })
    }
}

impl Checked<'_> {
    /// Whether numbers' texts have all its units.
    pub(super) fn may_be_in_number(&self) -> bool {
        let mut units = self.units.iter();
        units.all(|unit| may_write(u16::from_le_bytes(*unit)))
    }

    /// Units of the literal's last component.
    pub(super) fn tail_length(&self) -> usize {
        key::tail_length(self.units)
    }

    /// Which units at the text's edges its key is, as a finder's record says it.
    pub(super) fn edge(&self) -> u8 {
        let width = cast::narrow(self.units.len().min(EDGE_UNITS));
        let first = if self.shape.mode == Mode::Starts {
            1_u8
        } else {
            0x10
        };
        first.wrapping_shl(width.saturating_sub(1))
    }

    /// Whether it has one of the pairs of units; those that are zeros are none.
    pub(super) fn has_any(&self, gates: [u8; 8]) -> bool {
        let (gates, _) = gates.as_chunks::<2>();
        self.units.array_windows().any(|[one, two]| {
            let pair = [*one, *two].map(u16::from_le_bytes);
            let mut gates = gates.iter().filter(|gate| **gate != [0; 2]);
            gates.any(|gate| gate.map(u16::from) == pair)
        })
    }

    /// Checks whether length, mode and key fit the literal's place in a finder.
    pub(super) fn check_place(&self, index: u32) -> Result<(), Refusal> {
        let length = self.units.len();
        let key = usize::from(self.record.key);
        // Four successive grams: one unit more for each but the first.
        let width = match self.shape.place {
            Place::Gram => 7,
            Place::Four => 4,
            Place::Pair => 2,
            Place::Unit | Place::Tail | Place::Single | Place::Edge | Place::Loose => 1,
        };
        if length < width || (self.shape.place != Place::Tail && length > MAX_SCANNED) {
            return refuse(Code::LiteralLength, Section::Literals, index);
        }
        let unit = |at: usize| self.units.get(at).map(|unit| u16::from_le_bytes(*unit));
        let is_ascii = |at: usize| unit(at).is_some_and(|unit| unit < 0x80);
        let within = key.wrapping_add(width) <= length;
        let mode = self.shape.mode;
        let fits = match self.shape.place {
            Place::Gram | Place::Four | Place::Pair => {
                within && (key..key.wrapping_add(width)).all(is_ascii)
            }
            Place::Unit => within && !is_ascii(key),
            Place::Single => key == 0 && length == 1 && is_ascii(0),
            Place::Tail => {
                let separated = (0..length).any(|at| unit(at) == Some(key::SEPARATOR));
                key == 0 && (mode == Mode::Equals || (mode == Mode::Ends && separated))
            }
            Place::Edge => {
                (mode == Mode::Starts && key == 0)
                    || (mode == Mode::Ends && key == length.saturating_sub(EDGE_UNITS))
            }
            Place::Loose => false,
        };
        if fits {
            Ok(())
        } else {
            refuse(Code::LiteralShape, Section::Literals, index)
        }
    }
}
