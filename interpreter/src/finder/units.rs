//! Keys that begin at a unit that is not ASCII.

use super::{At, Found, Hit, Scan};
use crate::cast;
use crate::content::{Content, run};
use crate::fold;
use crate::key::{self, beyond};
use crate::layout::TableRecord;
use crate::table::{self, Bits};

/// Words that say of which widths there are keys, by the two units with which they begin: they follow the table's bits.
const WIDTHS_WORDS: usize = 256;

const _: () = assert!(WIDTHS_WORDS << 3 == key::WIDTHS_BYTES);

/// The range of these words.
#[inline(always)]
pub(crate) fn widths(unit: &TableRecord) -> (u32, u32) {
    let bits = table::words(unit.log2).unwrap_or(0);
    let first = unit.bits_start.wrapping_add(bits);
    (first, cast::narrow(WIDTHS_WORDS))
}

/// The widths, one byte for some units.
#[derive(Clone, Copy)]
struct Widths<'a>(&'a [[u8; 8]]);

impl<'a> Widths<'a> {
    fn open(content: &Content<'a>, unit: &TableRecord) -> Self {
        let (first, words) = widths(unit);
        Self(run(content.bits, first, words).unwrap_or(&[]))
    }

    /// The widths of keys of two units and more that begin with these, one bit each.
    #[inline(always)]
    fn of(self, units: u64) -> u8 {
        let bytes = self.0.as_flattened();
        let byte = bytes.get(usize::from(beyond::widths(units)));
        byte.copied().unwrap_or(0)
    }
}

impl Scan<'_> {
    /// Finds the literals that have a key at a unit of the text that is not ASCII.
    #[inline(never)]
    pub(super) fn units(&self, found: &mut Found<'_>) {
        let table = self.record().unit;
        let bits = Bits::open(self.content, &table);
        let widths = Widths::open(self.content, &table);
        let mut text = Words(self.text);
        let mut previous = 0;
        let (mut here, mut next, mut third) = (text.next(), text.next(), text.next());
        let mut at = 0_usize;
        while at < self.text.len() {
            let last = text.next();
            let mut beyond = fold::beyond_ascii(here);
            found.spend(beyond.count_ones().into());
            while beyond != 0 {
                let place = beyond.trailing_zeros() >> 4;
                beyond &= beyond.wrapping_sub(1);
                let at = at.wrapping_add(cast::index(place));
                let before = cast::low32(beyond::four(previous, here, place) >> 32);
                let first = beyond::four(here, next, place);
                let hash = beyond::hash_of_one(first);
                if bits.bit(key::slot(hash, bits.log2)) != 0 {
                    self.unit((hash, before), at, found);
                }
                let second = || beyond::four(next, third, place);
                let third = || beyond::four(third, last, place);
                let mut widths = widths.of(first);
                while widths != 0 {
                    let width = cast::low8(widths.trailing_zeros());
                    widths &= widths.wrapping_sub(1);
                    let hash = beyond::hash([first, second(), third()], width);
                    if bits.bit(key::slot(hash, bits.log2)) != 0 {
                        self.unit((hash, before), at, found);
                    }
                }
            }
            (previous, here, next, third) = (here, next, third, last);
            at = at.wrapping_add(4);
        }
    }

    /// Looks up a key that the text has, of this hash and with these units before it.
    #[inline(never)]
    fn unit(&self, (hash, before): (u64, u32), at: usize, found: &mut Found<'_>) {
        let key = beyond::key(hash, before);
        self.look_up::<{ At::UNIT }, 1>(&Hit { key, at }, found);
    }
}

/// The text's words one after the other, folded; beyond its end, zeros.
struct Words<'t>(&'t [u16]);

impl Words<'_> {
    #[inline(always)]
    fn next(&mut self) -> u64 {
        if let Some((word, rest)) = self.0.split_first_chunk() {
            self.0 = rest;
            return fold::chunk(*word);
        }
        let last = self.0.iter().rev();
        self.0 = &[];
        last.fold(0, |word, unit| word << 16 | cast::unit(fold::unit(*unit)))
    }
}
