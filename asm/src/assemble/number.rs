//! Numbers, bytes, identifiers and addresses as text.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A decimal number, or a hexadecimal one after `0x`.
pub(super) fn unsigned(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // `from_str_radix` would take a sign.
    let valid = digits.chars().all(|digit| digit.is_digit(radix));
    u64::from_str_radix(digits, radix).ok().filter(|_| valid)
}

/// Bytes in hexadecimal, two digits each.
pub(super) fn hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, odd) = digits.as_bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()
        })
        .collect()
}

/// A rule's id and the index of its condition: a UUID or a small number, a dot, a number up to 255.
pub(super) fn rule_id(text: &str) -> Option<([u8; 16], u8)> {
    let (id, condition) = text.rsplit_once('.')?;
    let condition = u8::try_from(unsigned(condition)?).ok()?;
    let id = match unsigned(id).filter(|_| id.len() < 20) {
        Some(number) => u128::from(number).to_be_bytes(),
        None => uuid(id)?,
    };
    Some((id, condition))
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    if !lengths.eq([8, 4, 4, 4, 12]) {
        return None;
    }
    hex(&groups.concat())?.try_into().ok()
}

/// A network: family, prefix and address, as content holds it.
pub(super) fn network(text: &str) -> Option<(u8, u8, [u8; 16])> {
    let (address, prefix) = text.split_once('/')?;
    let prefix = u8::try_from(unsigned(prefix)?).ok()?;
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&address.octets());
        return (prefix <= 32).then_some((4, prefix, bytes));
    }
    let address: Ipv6Addr = address.parse().ok()?;
    (prefix <= 128).then_some((6, prefix, address.octets()))
}

/// Whether everything behind the prefix is zero.
pub(super) fn is_whole_network(prefix: u8, address: [u8; 16]) -> bool {
    let host = u128::MAX.checked_shr(prefix.into()).unwrap_or(0);
    u128::from_be_bytes(address) & host == 0
}
