//! IP addresses as text, and the networks that they lie in.

use crate::layout::NetworkRecord;

/// Longest text that can be an address: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`.
const MAX_ADDRESS: usize = 45;

/// Steps of one test.
pub(crate) const COST: u64 = 64;

/// Whether the text is an address of the network's family within the network. An IPv4-mapped IPv6 address is
/// an IPv6 address.
pub(crate) fn contains(network: &NetworkRecord, text: &[u16]) -> bool {
    let Some((family, address)) = parse(text) else {
        return false;
    };
    family == network.family
        && u128::from_be_bytes(address) & mask(network.prefix)
            == u128::from_be_bytes(network.address) & mask(network.prefix)
}

/// Whether the record is one that a compiler may write: a known family, a prefix that fits, no host bits.
pub(crate) fn is_canonical(network: &NetworkRecord) -> bool {
    let longest = match network.family {
        4 => 32,
        6 => 128,
        _ => return false,
    };
    network.prefix <= longest && u128::from_be_bytes(network.address) & !mask(network.prefix) == 0
}

fn mask(prefix: u8) -> u128 {
    match 128_u32.checked_sub(prefix.into()) {
        Some(128) => 0,
        Some(host) => u128::MAX.wrapping_shl(host),
        None => u128::MAX,
    }
}

/// Family and address; an IPv4 address in the first four bytes.
fn parse(text: &[u16]) -> Option<(u8, [u8; 16])> {
    if text.len() > MAX_ADDRESS {
        return None;
    }
    if text.contains(&0x3A) {
        Some((6, parse_v6(text)?.to_be_bytes()))
    } else {
        Some((4, (u128::from(parse_v4(text)?) << 96).to_be_bytes()))
    }
}

/// Four decimal numbers up to 255, without superfluous zeros (which some readers take for octal).
fn parse_v4(text: &[u16]) -> Option<u32> {
    let mut address = 0_u32;
    let mut parts = 0_u8;
    for part in text.split(|unit| *unit == 0x2E) {
        let mut value = 0_u32;
        if part.is_empty() || part.len() > 3 || (part.len() > 1 && part.first() == Some(&0x30)) {
            return None;
        }
        for unit in part {
            let digit = unit.wrapping_sub(0x30);
            if digit > 9 {
                return None;
            }
            value = value.wrapping_mul(10).wrapping_add(digit.into());
        }
        if value > 255 {
            return None;
        }
        address = address << 8 | value;
        parts = parts.saturating_add(1);
    }
    (parts == 4).then_some(address)
}

/// Eight groups of up to four hexadecimal digits, one run of zero groups as `::`, an IPv4 address as the last two.
fn parse_v6(text: &[u16]) -> Option<u128> {
    // The groups before `::` are shifted in from the right and moved to the left at the end.
    let (mut head, mut tail) = (0_u128, 0_u128);
    let (mut heads, mut tails) = (0_u32, 0_u32);
    let mut gap = false;
    let mut rest = text;
    if let [0x3A, 0x3A, after @ ..] = rest {
        gap = true;
        rest = after;
    }
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|unit| *unit == 0x3A)
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at_checked(end)?;
        let (value, width) = if after.is_empty() && part.contains(&0x2E) {
            (parse_v4(part)?, 2_u32)
        } else {
            (parse_group(part)?, 1)
        };
        let side = if gap { &mut tail } else { &mut head };
        *side = side.wrapping_shl(16_u32.wrapping_mul(width)) | u128::from(value);
        let groups = if gap { &mut tails } else { &mut heads };
        *groups = groups.saturating_add(width);
        rest = match after {
            [] => after,
            [_, 0x3A, after @ ..] if !gap => {
                gap = true;
                after
            }
            // A single colon must be followed by a group.
            [_, after @ ..] if !after.is_empty() => after,
            _ => return None,
        };
    }
    let groups = heads.saturating_add(tails);
    match gap {
        true if groups <= 7 => {
            let shift = 16_u32.wrapping_mul(8_u32.wrapping_sub(heads));
            // With no groups before `::` the shift would be the whole width.
            let head = if heads == 0 {
                0
            } else {
                head.wrapping_shl(shift)
            };
            Some(head | tail)
        }
        false if groups == 8 => Some(head),
        _ => None,
    }
}

fn parse_group(part: &[u16]) -> Option<u32> {
    if part.is_empty() || part.len() > 4 {
        return None;
    }
    let mut value = 0_u32;
    for unit in part {
        let digit = match unit {
            0x30..=0x39 => unit.wrapping_sub(0x30),
            0x41..=0x46 => unit.wrapping_sub(0x37),
            0x61..=0x66 => unit.wrapping_sub(0x57),
            _ => return None,
        };
        value = value << 4 | u32::from(digit);
    }
    Some(value)
}
