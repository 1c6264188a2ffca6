//! The rollback order: a signed statement that an older content version may take a newer one's place.

use cofferdam_interpreter::bytes::record;
use cofferdam_interpreter::layout::SIGNATURE_SIZE;

/// The first eight bytes: no signed content begins so, and the key that signs content signs orders.
const MAGIC: [u8; 8] = *b"\x89DAMBACK";

record! {
    /// A rollback order. Its signature (ECDSA P-256 over SHA-256, `r || s`) covers every byte before it.
    pub struct RollbackOrder: 160 {
        /// `\x89DAMBACK`.
        magic: [u8; 8] = 0,
        /// Grows with every order of a channel: an order is obeyed once.
        number: u64 = 8,
        /// The version that is left: the highest that the machine ever accepted.
        from: u64 = 16,
        /// The version that takes its place.
        to: u64 = 24,
        /// Seconds since 1970 after which the order is not obeyed; 0 means never.
        expires: u64 = 32,
        /// Channel name, ASCII, padded with zeros: that of the content.
        channel: [u8; 16] = 40,
        /// Names the key that signed.
        key_id: [u8; 16] = 80,
        /// `r || s`, big-endian.
        signature: [u8; SIGNATURE_SIZE] = 96,
    }
}

impl RollbackOrder {
    /// The first eight bytes.
    pub const MAGIC: [u8; 8] = MAGIC;

    /// Whether the bytes can be an order: magic, reserved bytes, and a version to go back to.
    #[must_use]
    pub fn is_well_formed(bytes: &[u8; Self::SIZE]) -> bool {
        let order = Self::read(bytes);
        order.magic == MAGIC && order.to < order.from && Self::is_canonical(bytes)
    }

    /// Every byte that the signature covers.
    #[must_use]
    pub fn signed(bytes: &[u8; Self::SIZE]) -> &[u8] {
        let (signed, _) = bytes
            .split_last_chunk::<SIGNATURE_SIZE>()
            .unwrap_or((&[], &[0; SIGNATURE_SIZE]));
        signed
    }
}
