//! The guard record, byte for byte.

use cofferdam_interpreter::bytes::record;

use super::{GOOD_TRIES, NEW_TRIES, Slot};

/// Bytes of a guard file.
pub const GUARD_SIZE: usize = GuardRecord::SIZE;

const MAGIC: [u8; 8] = *b"\x89DAMGRD\x01";

record! {
    /// What a slot holds.
    #[derive(Hash)]
    pub struct SlotRecord: 48 {
        /// Content version.
        version: u64 = 0,
        /// SHA-256 of the file.
        sha256: [u8; 32] = 8,
        /// Bytes of the file.
        length: u32 = 40,
        /// [`State`].
        state: u8 = 44,
        /// Activations since the content last proved itself or the machine stopped in order.
        tries: u8 = 45,
    }
}

record! {
    /// A guard file.
    #[derive(Hash)]
    pub struct GuardRecord: 176 {
        /// Which file this is.
        magic: [u8; 8] = 0,
        /// Grows with every record: the higher of two valid ones stands.
        sequence: u64 = 8,
        /// The highest version that was ever accepted.
        highest: u64 = 16,
        /// The lowest version that an order may go back to.
        floor: u64 = 24,
        /// Number of the last order that was obeyed.
        last_order: u64 = 32,
        /// The older version that an order allows to be uploaded; 0 none.
        permit: u64 = 40,
        /// Channel of the content; zero before the first.
        channel: [u8; 16] = 48,
        /// Slot zero.
        zero: SlotRecord = 64,
        /// Slot one.
        one: SlotRecord = 112,
        /// Over everything before it.
        checksum: u64 = 168,
    }
}

/// What a slot's content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not there, or not whole.
    Empty,
    /// Whole, but runs only by a rollback order.
    Retired,
    /// Accepted, not proved.
    New,
    /// Last-known-good.
    Good,
}

impl State {
    const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Retired,
            2 => Self::New,
            3 => Self::Good,
            _ => Self::Empty,
        }
    }

    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Empty => 0,
            Self::Retired => 1,
            Self::New => 2,
            Self::Good => 3,
        }
    }

    /// The more, the longer its slot is spared.
    pub(super) const fn need(self) -> u8 {
        self.number()
    }

    pub(super) const fn most_tries(self) -> u8 {
        match self {
            Self::Empty | Self::Retired => 0,
            Self::New => NEW_TRIES,
            Self::Good => GOOD_TRIES,
        }
    }
}

impl SlotRecord {
    const EMPTY: Self = Self {
        version: 0,
        sha256: [0; 32],
        length: 0,
        state: 0,
        tries: 0,
    };

    pub(super) const fn state(&self) -> State {
        State::from_number(self.state)
    }
}

impl GuardRecord {
    /// Of a fresh installation.
    pub(super) const EMPTY: Self = Self {
        magic: MAGIC,
        sequence: 0,
        highest: 0,
        floor: 0,
        last_order: 0,
        permit: 0,
        channel: [0; 16],
        zero: SlotRecord::EMPTY,
        one: SlotRecord::EMPTY,
        checksum: 0,
    };

    pub(super) const fn slot(&self, slot: Slot) -> &SlotRecord {
        match slot {
            Slot::Zero => &self.zero,
            Slot::One => &self.one,
        }
    }

    pub(super) const fn slot_mut(&mut self, slot: Slot) -> &mut SlotRecord {
        match slot {
            Slot::Zero => &mut self.zero,
            Slot::One => &mut self.one,
        }
    }

    /// What is in this state runs only by an order from now on.
    pub(super) fn retire(&mut self, state: State) {
        for place in [&mut self.zero, &mut self.one] {
            if place.state() == state {
                place.state = State::Retired.number();
            }
        }
    }

    /// The record with its checksum, as it goes to disk.
    pub(super) fn sealed(&self) -> [u8; GUARD_SIZE] {
        Self {
            checksum: checksum(&self.write()),
            ..*self
        }
        .write()
    }

    /// `None` where the bytes are not a record, or not a whole one.
    pub(super) fn unsealed(bytes: &[u8; GUARD_SIZE]) -> Option<Self> {
        let record = Self::read(bytes);
        let is_whole = record.magic == MAGIC
            && record.checksum == checksum(bytes)
            && Self::is_canonical(bytes);
        is_whole.then_some(Self {
            checksum: 0,
            ..record
        })
    }
}

/// Mixes every word before the checksum. It tells a torn record from a whole one; it is no signature.
fn checksum(bytes: &[u8; GUARD_SIZE]) -> u64 {
    let (words, _) = bytes.as_chunks::<8>();
    let before = words.split_last().map_or(words, |(_, before)| before);
    before.iter().fold(0x6A09_E667_F3BC_C908_u64, |sum, word| {
        let mixed = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ mixed >> 29
    })
}
