//! Packets in Ethernet frames: the crafted ones that go in, and what IPVS made of them.
//!
//! The device is a TAP, so that a packet's next hop shows in its Ethernet address: each real server has one, known by
//! a permanent neighbour entry. That tells where a packet went whatever the forwarding method, and the method's own
//! mark (rewritten destination, outer header) is checked against it.

mod checksum;
mod craft;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use craft::craft;
pub(crate) use read::{Kind, Sighting};

/// An Ethernet address.
pub(crate) type Mac = [u8; 6];

/// The director's device.
pub(crate) const DIRECTOR: Mac = [2, 0, 0, 0, 0, 1];
/// The router to all clients.
pub(crate) const GATEWAY: Mac = [2, 0, 0, 0, 0, 2];

/// Real server number `server`.
pub(crate) fn server_mac(server: u16) -> Mac {
    let [high, low] = server.to_be_bytes();
    [2, 1, 0, 0, high, low]
}

/// The real server with this Ethernet address.
fn server_of(mac: &[u8]) -> Option<u16> {
    match *mac {
        [2, 1, 0, 0, high, low] => Some(u16::from_be_bytes([high, low])),
        _ => None,
    }
}

/// Bytes of an Ethernet header.
const ETHERNET: usize = 14;
/// Bytes of an IPv4 header without options.
const IPV4: usize = 20;
/// Bytes of an IPv6 header.
const IPV6: usize = 40;
/// Bytes of a TCP header without options.
const TCP: usize = 20;
/// Bytes of a UDP header.
const UDP: usize = 8;
/// Bytes of SCTP's common header.
const SCTP: usize = 12;

/// What an Ethernet frame carries.
mod ethertype {
    pub(super) const IPV4: [u8; 2] = [0x08, 0x00];
    pub(super) const IPV6: [u8; 2] = [0x86, 0xdd];
}

/// What an IP packet carries.
mod protocol {
    pub(super) const ICMP: u8 = 1;
    /// IPv4 in a tunnel.
    pub(super) const IPV4: u8 = 4;
    pub(super) const TCP: u8 = 6;
    pub(super) const UDP: u8 = 17;
    /// IPv6 in a tunnel.
    pub(super) const IPV6: u8 = 41;
    pub(super) const ICMPV6: u8 = 58;
    pub(super) const SCTP: u8 = 132;
}

/// TCP's flags.
mod flags {
    pub(super) const FIN: u8 = 0x01;
    pub(super) const SYN: u8 = 0x02;
    pub(super) const RST: u8 = 0x04;
    pub(super) const ACK: u8 = 0x10;
}
