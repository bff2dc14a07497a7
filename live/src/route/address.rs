//! Link addresses, and address ranges.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An Ethernet address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MacAddress(pub [u8; 6]);

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// An address and how many of its leading bits matter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

impl Prefix {
    /// All IPv4 addresses.
    pub const ALL: Self = Self { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), length: 0 };
    /// All IPv6 addresses.
    pub const ALL6: Self = Self { address: IpAddr::V6(Ipv6Addr::UNSPECIFIED), length: 0 };

    /// `None` if `length` is more than 32 bits, or 128 for IPv6.
    pub fn new(address: IpAddr, length: u8) -> Option<Self> {
        (length <= Self::longest(&address)).then_some(Self { address, length })
    }

    /// One address.
    pub fn single(address: IpAddr) -> Self {
        Self { address, length: Self::longest(&address) }
    }

    /// The address, with all its bits.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The leading bits that matter.
    pub fn length(&self) -> u8 {
        self.length
    }

    fn longest(address: &IpAddr) -> u8 {
        match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_not_longer_than_its_address() {
        let v4 = IpAddr::from([10, 0, 0, 1]);
        assert_eq!(Prefix::new(v4, 33), None);
        assert_eq!(Prefix::new(v4, 32), Some(Prefix::single(v4)));
        assert_eq!(Prefix::new(Ipv6Addr::LOCALHOST.into(), 129), None);
        assert_eq!(Prefix::single(v4).to_string(), "10.0.0.1/32");
    }
}
