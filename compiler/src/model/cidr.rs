//! Networks in CIDR notation.

use std::fmt;
use std::net::IpAddr;

/// A network: an address whose bits beyond the prefix are zero, and the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    address: IpAddr,
    prefix: u8,
}

impl Cidr {
    /// Reads `address/prefix`; an address alone is a network of one.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address
            .parse()
            .map_err(|_| format!("`{address}` is not an IP address"))?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits)
                if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) =>
            {
                let prefix = digits.parse().unwrap_or(u8::MAX);
                if prefix > longest {
                    return Err(format!(
                        "a prefix of {digits} bits, where the address has {longest}"
                    ));
                }
                prefix
            }
            Some(other) => return Err(format!("`{other}` is not a prefix length")),
        };
        let network = Self { address, prefix };
        if network.masked(address) != bits(address) {
            return Err(format!(
                "`{address}` has bits beyond its prefix of {prefix}"
            ));
        }
        Ok(network)
    }

    /// The network's first address.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// How many leading bits count.
    #[must_use]
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Whether the network holds `address`. Families are kept apart: an IPv4 address mapped into IPv6 is in
    /// no IPv4 network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4() && self.masked(address) == bits(self.address)
    }

    fn masked(&self, address: IpAddr) -> u128 {
        let length = if address.is_ipv4() { 32 } else { 128 };
        let drop = u32::from(length - self.prefix);
        bits(address)
            .checked_shr(drop)
            .and_then(|kept| kept.checked_shl(drop))
            .unwrap_or(0)
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_its_own() {
        let holds = |network: &str, address: &str| {
            Cidr::parse(network).is_ok_and(|network| {
                address
                    .parse()
                    .is_ok_and(|address| network.contains(address))
            })
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("0.0.0.0/0", "255.1.2.3"));
        assert!(holds("::/0", "fe80::1"));
        assert!(holds("fe80::/10", "febf::1"));
        assert!(!holds("fe80::/10", "fec0::1"));
        assert!(holds("::1/128", "0:0:0:0:0:0:0:1"));
        assert!(holds("127.0.0.1", "127.0.0.1"));
        assert!(!holds("10.0.0.0/8", "::ffff:10.0.0.1"));
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "x/8",
            "10.0.0/8",
        ] {
            assert!(Cidr::parse(text).is_err(), "{text}");
        }
    }
}
