//! Texts of UTF-16 units: constants, comparison without regard to case, and writing into a buffer that may be full.

use cofferdam_interpreter::{cast, fold};

/// The backslash that separates a path's components.
pub(crate) const SEPARATOR: u16 = 0x5C;

/// The colon before a stream's name.
pub(crate) const COLON: u16 = 0x3A;

/// An ASCII text as units.
pub(crate) const fn wide<const N: usize>(ascii: &[u8; N]) -> [u16; N] {
    let mut units = [0; N];
    let (mut from, mut to): (&[u8], &mut [u16]) = (ascii, &mut units);
    while let ([byte, more_from @ ..], [unit, more_to @ ..]) = (from, to) {
        *unit = cast::ascii(*byte);
        from = more_from;
        to = more_to;
    }
    units
}

/// Whether two texts are the same but for case.
pub(crate) fn same(one: &[u16], two: &[u16]) -> bool {
    one.len() == two.len()
        && one
            .iter()
            .zip(two)
            .all(|(one, two)| one == two || fold::unit(*one) == fold::unit(*two))
}

/// What follows `prefix`, whatever its case.
pub(crate) fn strip<'t>(text: &'t [u16], prefix: &[u16]) -> Option<&'t [u16]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    same(start, prefix).then_some(rest)
}

/// What follows `prefix` where it ends with a whole component: nothing, or a separator and more.
pub(crate) fn strip_components<'t>(text: &'t [u16], prefix: &[u16]) -> Option<&'t [u16]> {
    strip(text, prefix).filter(|rest| matches!(rest, [] | [SEPARATOR, ..]))
}

/// Writes to the start of a buffer; what does not fit is an error, never cut.
#[derive(Debug)]
pub(crate) struct Writer<'o> {
    out: &'o mut [u16],
    length: usize,
}

/// The buffer is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl<'o> Writer<'o> {
    pub(crate) fn new(out: &'o mut [u16]) -> Self {
        Self { out, length: 0 }
    }

    pub(crate) fn unit(&mut self, unit: u16) -> Result<(), Full> {
        let place = self.out.get_mut(self.length).ok_or(Full)?;
        *place = unit;
        self.length = self.length.wrapping_add(1);
        Ok(())
    }

    pub(crate) fn text(&mut self, text: &[u16]) -> Result<(), Full> {
        let (_, rest) = self.out.split_at_mut_checked(self.length).ok_or(Full)?;
        let (place, _) = rest.split_at_mut_checked(text.len()).ok_or(Full)?;
        for (place, unit) in place.iter_mut().zip(text) {
            *place = *unit;
        }
        self.length = self.length.wrapping_add(text.len());
        Ok(())
    }

    /// What was written.
    pub(crate) fn finish(self) -> &'o [u16] {
        self.out.get(..self.length).unwrap_or(&[])
    }
}
