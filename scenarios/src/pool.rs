//! A range of addresses that clients or destinations come from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses of a network, without its first and last one: member 0 is the address after the network's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pool {
    V4 { first: u32, count: u32 },
    V6 { first: u128, count: u32 },
}

impl Pool {
    /// Where clients come from when the scenario does not say: 10.128.0.0/9.
    pub(crate) const CLIENTS: Self = Self::V4 { first: 0x0a80_0001, count: (1 << 23) - 2 };
    /// The same for IPv6: 2001:db8:c::/64.
    pub(crate) const CLIENTS_V6: Self = Self::V6 { first: 0x2001_0db8_000c_0000 << 64 | 1, count: u32::MAX };
    /// Where the destinations of a firewall-mark service come from: 172.16.0.0/12.
    pub(crate) const DESTINATIONS: Self = Self::V4 { first: 0xac10_0001, count: (1 << 20) - 2 };

    /// The same for IPv6: 2001:db8:d::/64.
    pub(crate) const DESTINATIONS_V6: Self =
        Self::V6 { first: (0x2001_0db8_000d_0000 << 64) | 1, count: u32::MAX };

    /// A network in prefix notation; `None` if it is not one, or has fewer than two addresses for use.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let prefix: u32 = prefix.parse().ok()?;
        match address.parse().ok()? {
            IpAddr::V4(address) if prefix <= 30 => {
                let size = 1u64 << (32 - prefix);
                let base = u32::from(address);
                (u64::from(base) % size == 0)
                    .then(|| Self::V4 { first: base.wrapping_add(1), count: (size - 2) as u32 })
            }
            IpAddr::V6(address) if prefix <= 126 => {
                let bits = 128 - prefix;
                let base = u128::from(address);
                // A prefix of 0 has all 128 bits behind it.
                let behind = if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
                let count = if bits >= 32 { u32::MAX } else { (1u32 << bits) - 2 };
                (base & behind == 0).then(|| Self::V6 { first: base + 1, count })
            }
            _ => None,
        }
    }

    /// How many addresses there are; no more than 2³² − 1 of an IPv6 network are used.
    pub(crate) fn count(&self) -> u32 {
        match *self {
            Self::V4 { count, .. } | Self::V6 { count, .. } => count,
        }
    }

    pub(crate) fn is_v4(&self) -> bool {
        matches!(self, Self::V4 { .. })
    }

    /// Address number `member`, which is below [`Pool::count`].
    #[inline]
    pub(crate) fn address(&self, member: u32) -> IpAddr {
        match *self {
            Self::V4 { first, .. } => IpAddr::V4(Ipv4Addr::from(first.wrapping_add(member))),
            Self::V6 { first, .. } => IpAddr::V6(Ipv6Addr::from(first.wrapping_add(u128::from(member)))),
        }
    }

    /// The address that stands for `name`: always the same one for the same name.
    ///
    /// FNV-1a, finished as SplitMix64 does, reduced to the pool. Two of `n` names meet at one address with odds of
    /// about n² / 2·count: three in ten that any two of 2,400 names meet in 10.128.0.0/9.
    pub(crate) fn address_of(&self, name: &[u8]) -> IpAddr {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for &byte in name {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^= hash >> 31;
        self.address(((u128::from(hash) * u128::from(self.count())) >> 64) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_networks_are_what_their_comments_say() {
        assert_eq!(Pool::parse("10.128.0.0/9"), Some(Pool::CLIENTS));
        assert_eq!(Pool::parse("2001:db8:c::/64"), Some(Pool::CLIENTS_V6));
        assert_eq!(Pool::parse("172.16.0.0/12"), Some(Pool::DESTINATIONS));
        assert_eq!(Pool::parse("2001:db8:d::/64"), Some(Pool::DESTINATIONS_V6));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["10.0.0.1/8", "10.0.0.0", "10.0.0.0/31", "10.0.0.0/33", "::/127", "x/8", "10.0.0.0/-1"] {
            assert_eq!(Pool::parse(text), None, "{text}");
        }
        for text in ["0.0.0.0/0", "::/0", "192.0.2.4/30"] {
            assert!(Pool::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn names_keep_their_address_from_release_to_release() {
        let address = |name: &str| Pool::CLIENTS.address_of(name.as_bytes()).to_string();
        assert_eq!(address("pppa006.compuserve.com"), address("pppa006.compuserve.com"));
        assert_ne!(address("pppa006.compuserve.com"), address("pppa007.compuserve.com"));
    }
}
