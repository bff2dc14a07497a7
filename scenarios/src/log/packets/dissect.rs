//! A packet taken apart, as far as its ports.

use std::net::{IpAddr, SocketAddr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::Linktype;

use super::flows::Tuple;
use crate::log::row::Transport;

/// What a packet does to a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// TCP's first, with its sequence number.
    Syn { sequence: u32 },
    /// UDP.
    Datagram,
    /// Any other packet of TCP.
    Other,
}

/// A packet of TCP or UDP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Packet {
    pub(crate) tuple: Tuple,
    pub(crate) kind: Kind,
}

/// Takes a packet apart that may be cut off anywhere after its ports; `None` if it is of something else, or a later
/// fragment.
pub(crate) fn dissect(link: Linktype, data: &[u8]) -> Option<Packet> {
    let ether_type = |at: usize| Some(EtherType(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?])));
    let packet = match link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(data).ok()?,
        Linktype::LINUX_SLL => LaxSlicedPacket::from_ether_type(ether_type(14)?, data.get(16..)?),
        Linktype::LINUX_SLL2 => LaxSlicedPacket::from_ether_type(ether_type(0)?, data.get(20..)?),
        // Four bytes of the family, in the byte order of the capturing machine: the IP header says it too.
        Linktype::NULL | Linktype::LOOP => LaxSlicedPacket::from_ip(data.get(4..)?).ok()?,
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 => LaxSlicedPacket::from_ip(data).ok()?,
        // What some systems call RAW.
        Linktype(12 | 14) => LaxSlicedPacket::from_ip(data).ok()?,
        _ => return None,
    };
    let (source, destination) = match packet.net? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            (IpAddr::V4(header.source_addr()), IpAddr::V4(header.destination_addr()))
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            (IpAddr::V6(header.source_addr()), IpAddr::V6(header.destination_addr()))
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let (transport, ports, kind) = match packet.transport? {
        TransportSlice::Tcp(tcp) => {
            let kind = if tcp.syn() && !tcp.ack() {
                Kind::Syn { sequence: tcp.sequence_number() }
            } else {
                Kind::Other
            };
            (Transport::Tcp, (tcp.source_port(), tcp.destination_port()), kind)
        }
        TransportSlice::Udp(udp) => {
            (Transport::Udp, (udp.source_port(), udp.destination_port()), Kind::Datagram)
        }
        _ => return None,
    };
    let source = SocketAddr::new(source, ports.0);
    let destination = SocketAddr::new(destination, ports.1);
    Some(Packet { tuple: Tuple { transport, source, destination }, kind })
}
