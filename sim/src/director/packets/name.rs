//! What entries are found by: a protocol and addresses, packed as small as both address families allow.

use core::net::{IpAddr, SocketAddr};

use crate::digest::Digest;
use crate::setup::Protocol;

/// An address of either family: IPv4 has the last 32 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Address {
    bits: [u64; 2],
    is_ipv6: bool,
}

impl Address {
    #[inline]
    pub(super) fn of(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(v4) => Self { bits: [0, u32::from(v4).into()], is_ipv6: false },
            IpAddr::V6(v6) => {
                let bits = u128::from(v6);
                Self { bits: [(bits >> 64) as u64, bits as u64], is_ipv6: true }
            }
        }
    }
}

/// The name of an entry: of a connection its protocol, client and virtual address, of a persistence template what of
/// these its clients have in common (kernel spec, section 2.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Name {
    client: [u64; 2],
    /// The virtual address, or a firewall mark.
    place: [u64; 2],
    client_port: u16,
    port: u16,
    kind: u8,
}

/// What a persistence template stands for, to its clients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum VirtualAddress {
    /// An address, and a port; 0 for all ports.
    Address(SocketAddr),
    /// All that has a firewall mark: any address, protocol and port.
    Mark(u32),
}

/// In a kind, beside the number of the protocol: what is named is a template.
const TEMPLATE: u8 = 1 << 2;
/// In a kind: the place is a firewall mark.
const MARK: u8 = 1 << 3;
/// In a kind: the client has an IPv6 address.
const IPV6: u8 = 1 << 4;

impl Name {
    /// The connection of a client's packet.
    #[inline]
    pub(crate) fn of_connection(protocol: Protocol, client: SocketAddr, destination: SocketAddr) -> Self {
        let from = Address::of(client.ip());
        Self {
            client: from.bits,
            place: Address::of(destination.ip()).bits,
            client_port: client.port(),
            port: destination.port(),
            kind: code(protocol) | if from.is_ipv6 { IPV6 } else { 0 },
        }
    }

    /// The template of a client's network; of all protocols if it is by a mark.
    pub(super) fn of_template(protocol: Protocol, network: IpAddr, place: VirtualAddress) -> Self {
        let from = Address::of(network);
        let (kind, place, port) = match place {
            VirtualAddress::Address(at) => (code(protocol), Address::of(at.ip()).bits, at.port()),
            VirtualAddress::Mark(mark) => (MARK, [0, mark.into()], 0),
        };
        let kind = kind | TEMPLATE | if from.is_ipv6 { IPV6 } else { 0 };
        Self { client: from.bits, place, client_port: 0, port, kind }
    }

    pub(super) fn is_template(&self) -> bool {
        self.kind & TEMPLATE != 0
    }

    /// The virtual address of a connection, and its port.
    pub(super) fn place(&self) -> (Address, u16) {
        (Address { bits: self.place, is_ipv6: self.kind & IPV6 != 0 }, self.port)
    }

    /// Whether two connections are of the same client, port and protocol.
    #[inline]
    pub(super) fn has_client_of(&self, other: &Self) -> bool {
        self.client == other.client && self.client_port == other.client_port && self.kind == other.kind
    }

    /// A hash of protocol and client, which both directions of a connection have in common, under the key that was added to
    /// `digest`.
    #[inline]
    pub(crate) fn hash(&self, mut digest: Digest) -> u64 {
        let port = if self.is_template() { self.port } else { self.client_port };
        digest.add(u64::from(port) << 8 | NUMBERS[usize::from(self.kind & 3)]);
        if self.kind & IPV6 != 0 {
            digest.add(self.client[0]);
        }
        digest.add(self.client[1]);
        digest.finish()
    }
}

/// A protocol as a kind has it; 0 is none.
const fn code(protocol: Protocol) -> u8 {
    match protocol {
        Protocol::Tcp => 1,
        Protocol::Udp => 2,
        Protocol::Sctp => 3,
    }
}

/// The IP protocol number of each code.
const NUMBERS: [u64; 4] = [0, 6, 17, 132];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address and port")
    }

    #[test]
    fn names_differ_by_protocol_family_addresses_and_ports() {
        let (client, vip) = (at("10.0.0.1:1024"), at("192.0.2.1:80"));
        let name = Name::of_connection(Protocol::Tcp, client, vip);
        assert_eq!(name, Name::of_connection(Protocol::Tcp, client, vip));
        let mapped = at("[::ffff:192.0.2.1]:80");
        let address = VirtualAddress::Address(vip);
        for other in [
            Name::of_connection(Protocol::Udp, client, vip),
            Name::of_connection(Protocol::Tcp, at("10.0.0.2:1024"), vip),
            Name::of_connection(Protocol::Tcp, at("10.0.0.1:1025"), vip),
            Name::of_connection(Protocol::Tcp, client, at("192.0.2.2:80")),
            Name::of_connection(Protocol::Tcp, client, at("192.0.2.1:81")),
            Name::of_connection(Protocol::Tcp, at("[::a00:1]:1024"), mapped),
            Name::of_template(Protocol::Tcp, client.ip(), address),
            Name::of_template(Protocol::Tcp, client.ip(), VirtualAddress::Mark(0xc000_0201)),
        ] {
            assert_ne!(name, other);
        }
        let mark = |protocol, mark| Name::of_template(protocol, client.ip(), VirtualAddress::Mark(mark));
        assert_eq!(mark(Protocol::Tcp, 7), mark(Protocol::Udp, 7), "a mark is of all protocols");
        assert_ne!(mark(Protocol::Tcp, 7), mark(Protocol::Tcp, 8));
    }
}
