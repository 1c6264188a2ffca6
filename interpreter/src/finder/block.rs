//! A stretch of a text as the tables see it: each unit folded and narrowed to a byte, so that four units are one word.

use crate::cast;
use crate::fold;
use crate::key;

/// Places of a block.
pub(crate) const BLOCK: usize = 64;

/// Units that are in sight before a block's first place; and after its last.
const MARGIN: usize = 8;

/// What stands outside the text: the narrowed unit of no ASCII.
const OUTSIDE: u8 = 0xFF;

/// The narrowed units of a block's places, and of some before and after them.
pub(super) struct Block {
    bytes: [u8; MARGIN + BLOCK + MARGIN],
    /// Where in the text the block after this one begins.
    next: usize,
}

/// For the even places of a block and for the odd ones their bits in the lead.
pub(super) type Slots = [[u16; BLOCK / 2]; 2];

impl Block {
    /// In front of a text.
    pub(super) const fn new() -> Self {
        Self {
            bytes: [OUTSIDE; MARGIN + BLOCK + MARGIN],
            next: 0,
        }
    }

    /// Moves on to the text's next places. All units in sight, joined by *or*: below 0x80 where they are ASCII. `None`
    /// at the text's end.
    #[inline(never)]
    pub(super) fn advance(&mut self, text: &[u16]) -> Option<u16> {
        let rest = text.get(self.next..).filter(|rest| !rest.is_empty())?;
        self.next = self.next.wrapping_add(BLOCK);
        let (chunks, _) = self.bytes.as_chunks_mut::<MARGIN>();
        let [before, sight @ ..] = chunks else {
            return None;
        };
        if let [.., last, _] = sight {
            *before = *last;
        }
        let sight = sight.as_flattened_mut();
        let units = rest.get(..sight.len()).unwrap_or(rest);
        let all = units.iter().fold(0, |all, unit| all | unit);
        if all < 0x80 {
            for (byte, unit) in sight.iter_mut().zip(units) {
                // Bit 7 of the one from `a` on, of the other above `z`.
                let (from_a, above_z) = (unit.wrapping_add(0x1F), unit.wrapping_add(0x05));
                *byte = cast::low8((unit ^ ((from_a & !above_z & 0x80) >> 2)).into());
            }
        } else {
            for (byte, unit) in sight.iter_mut().zip(units) {
                *byte = key::narrow(fold::unit(*unit));
            }
        }
        for byte in sight.iter_mut().skip(units.len()) {
            *byte = OUTSIDE;
        }
        Some(all)
    }

    /// Where in the text a place of the block is.
    #[inline(always)]
    pub(super) fn at(&self, place: u8) -> usize {
        self.next
            .wrapping_sub(BLOCK)
            .wrapping_add(usize::from(place))
    }

    /// The bytes from the block's first place on.
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self.bytes.get(MARGIN..).unwrap_or(&[])
    }

    /// The places' bits in the lead.
    #[inline(never)]
    pub(super) fn slots(&self, slots: &mut Slots) {
        for (start, slots) in slots.iter_mut().enumerate() {
            let bytes = self.bytes().get(start..).unwrap_or(&[]);
            let (first, _) = bytes.as_chunks::<2>();
            let second = first.get(1..).unwrap_or(&[]);
            for ((slot, first), second) in slots.iter_mut().zip(first).zip(second) {
                *slot = key::lead(u16::from_le_bytes(*first), u16::from_le_bytes(*second));
            }
        }
    }

    /// The places at which two ASCII units stand.
    #[cold]
    #[inline(never)]
    pub(super) fn ascii_pairs(&self) -> u64 {
        let bytes = self.bytes().iter().zip(self.bytes().iter().skip(1));
        let pairs = bytes.take(BLOCK).map(|(one, two)| one | two);
        let beyond = pairs.fold(0_u64, |beyond, pair| {
            beyond >> 1 | u64::from(pair >> 7) << 63
        });
        !beyond
    }

    /// The four units at a place.
    #[inline(always)]
    pub(super) fn window(&self, place: u8) -> u32 {
        let (_, four) = self.windows(place);
        four
    }

    /// The two units at a place, and before them, in the low half, the two before them.
    #[inline(always)]
    pub(super) fn window_of_pair(&self, place: u8) -> u32 {
        let (pair, _) = self.windows(place);
        pair
    }

    /// The window of a place's pair, and that of the four units there.
    #[inline(always)]
    pub(super) fn windows(&self, place: u8) -> (u32, u32) {
        let at = usize::from(place & 63).wrapping_add(const { MARGIN.wrapping_sub(2) });
        let units = self.bytes.get(at..).and_then(|bytes| bytes.first_chunk());
        let units = units.map_or(0, |units| u64::from_le_bytes(*units));
        (cast::low32(units), cast::low32(units >> 16))
    }
}
