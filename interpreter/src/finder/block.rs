//! A stretch of a text as the tables see it: each unit folded and narrowed to a byte, so that four units are one word.

use crate::cast;
use crate::fold;
use crate::key;

/// Places of a block.
pub(crate) const BLOCK: usize = 64;

/// Units that are in sight before a block's first place; and after its last. Zeros stand outside the text.
const MARGIN: usize = 8;

/// Units of a block's places and after them.
const SIGHT: usize = BLOCK + MARGIN;

/// The narrowed units of a block's places, and of some before and after them.
pub(super) struct Block {
    bytes: [u8; MARGIN + SIGHT],
    /// Where in the text the block after this one begins.
    next: usize,
}

impl Block {
    /// In front of a text.
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; MARGIN + SIGHT],
            next: 0,
        }
    }

    /// Moves on to the text's next places. All units in sight, joined by *or*: below 0x80 where they are ASCII. `None`
    /// at the text's end.
    #[inline(never)]
    pub(super) fn advance(&mut self, text: &[u16]) -> Option<u16> {
        let rest = text.get(self.next..).filter(|rest| !rest.is_empty())?;
        self.next = self.next.wrapping_add(BLOCK);
        let (before, sight) = self.bytes.split_first_chunk_mut::<MARGIN>()?;
        let sight: &mut [u8; SIGHT] = sight.first_chunk_mut()?;
        if let Some(last) = sight.first_chunk::<BLOCK>().and_then(|it| it.last_chunk()) {
            *before = *last;
        }
        let mut end;
        let units = match rest.first_chunk() {
            Some(units) => units,
            None => {
                end = [0; SIGHT];
                for (unit, given) in end.iter_mut().zip(rest) {
                    *unit = *given;
                }
                &end
            }
        };
        let all = units.iter().fold(0, |all, unit| all | unit);
        if all < 0x80 {
            let (bytes, more_bytes) = sight.split_first_chunk_mut::<BLOCK>()?;
            let (units, more) = units.split_first_chunk::<BLOCK>()?;
            fold_ascii(bytes, units);
            fold_ascii::<MARGIN>(more_bytes.first_chunk_mut()?, more.first_chunk()?);
        } else {
            *sight = [0; SIGHT];
            for (byte, unit) in sight.iter_mut().zip(rest) {
                *byte = key::narrow(fold::unit(*unit));
            }
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

    /// For the even places and for the odd ones the numbers of their bytes in the lead.
    #[inline(always)]
    fn pairs(&self) -> [[u16; BLOCK / 2]; 2] {
        let mut pairs = [[0; BLOCK / 2]; 2];
        for (start, pairs) in pairs.iter_mut().enumerate() {
            let (twos, _) = self.bytes().get(start..).unwrap_or(&[]).as_chunks::<2>();
            for (pair, two) in pairs.iter_mut().zip(twos) {
                *pair = key::lead(u16::from_le_bytes(*two));
            }
        }
        pairs
    }

    /// The places at which the lead has a bit: among those in the text, of which so many are left, and up to seven more.
    #[inline(never)]
    pub(super) fn leads(&self, lead: &[u8; key::LEAD_BYTES], left: usize) -> u64 {
        let [even, odd] = self.pairs();
        let ((even, _), (odd, _)) = (even.as_chunks::<4>(), odd.as_chunks::<4>());
        // What the lead says of each place's pair: only these look-ups are made one by one.
        let mut said = [0_u8; BLOCK];
        let (eights, _) = said.as_chunks_mut::<8>();
        for ((said, even), odd) in eights.iter_mut().zip(even).zip(odd).take(left.div_ceil(8)) {
            let (twos, _) = said.as_chunks_mut::<2>();
            for (([first, second], even), odd) in twos.iter_mut().zip(even).zip(odd) {
                *first = byte(lead, *even);
                *second = byte(lead, *odd);
            }
        }
        let after = self.bytes().iter().skip(2).zip(self.bytes().iter().skip(3));
        for (said, (third, fourth)) in said.iter_mut().zip(after) {
            *said = u8::from(*said & key::lead_bit(*third, *fourth) != 0);
        }
        gathered(&said)
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

/// Narrows ASCII units, then folds them: bytes are twice as many to a vector.
#[inline(always)]
fn fold_ascii<const N: usize>(bytes: &mut [u8; N], units: &[u16; N]) {
    for (byte, unit) in bytes.iter_mut().zip(units) {
        *byte = cast::low8((*unit).into());
    }
    for byte in bytes {
        let lower = byte.wrapping_sub(b'a') < 26;
        *byte ^= u8::from(lower) << 5;
    }
}

/// The lowest bits of bytes that are 0 or 1.
#[inline(always)]
fn gathered(bytes: &[u8; BLOCK]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().rev().fold(0, |all, word| {
        // Moves the lowest bit of each byte to the highest byte, that of the first byte to its lowest bit.
        let bits = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080);
        all << 8 | bits >> 56
    })
}

/// The lead's byte with this number, which is masked to those that there are.
#[inline(always)]
fn byte(lead: &[u8; key::LEAD_BYTES], number: u16) -> u8 {
    let at = usize::from(number) & const { key::LEAD_BYTES.wrapping_sub(1) };
    lead.get(at).copied().unwrap_or(0)
}
