//! Reading: what left the director, out of its tunnel if it is in one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipvslab_sim::{Protocol, SctpEvent};

use super::{ETHERNET, IPV4, IPV6, SCTP, TCP, UDP, ethertype, flags, protocol, server_of};

/// Bytes of an ICMP or ICMPv6 header.
const ICMP: usize = 8;
/// Bytes of the header of an SCTP chunk.
const CHUNK: usize = 4;

/// What left the director.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sighting {
    /// The real server that is its next hop; `None` on its way to the clients.
    pub(crate) next_hop: Option<u16>,
    /// The destination of the outer header, if it was put into a tunnel.
    pub(crate) tunnel_to: Option<IpAddr>,
    /// Where it is from.
    pub(crate) source: SocketAddr,
    /// Where it goes to.
    pub(crate) destination: SocketAddr,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a packet that left the director is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A packet of a protocol.
    Packet {
        /// Which protocol.
        protocol: Protocol,
        /// Whether it is a TCP segment with RST, or an SCTP packet that begins with an ABORT.
        reset: bool,
    },
    /// ICMP's or ICMPv6's word that a destination cannot be reached. The addresses are those of the packet that it
    /// quotes.
    Unreachable {
        /// Whether it is the port (IPv4: code 3; IPv6: code 4).
        port: bool,
    },
}

impl Sighting {
    /// Reads a frame; `None` if it is none of these, plain or in a tunnel of IP in IP, or not whole.
    pub(crate) fn read(frame: &[u8]) -> Option<Self> {
        let (header, packet) = frame.split_first_chunk::<ETHERNET>()?;
        let next_hop = server_of(&header[..6]);
        let outer = match [header[12], header[13]] {
            ethertype::IPV4 => Ip::v4(packet)?,
            ethertype::IPV6 => Ip::v6(packet)?,
            _ => return None,
        };
        let (ip, tunnel_to) = match outer.carried {
            _ if outer.cut => return None,
            protocol::IPV4 => (Ip::v4(outer.payload)?, Some(outer.destination)),
            protocol::IPV6 => (Ip::v6(outer.payload)?, Some(outer.destination)),
            _ => (outer, None),
        };
        if ip.cut {
            return None;
        }
        let (kind, named) = match ip.carried {
            protocol::ICMP | protocol::ICMPV6 => unreachable(&ip)?,
            _ => (packet_of(&ip)?, ip),
        };
        let (source, destination) = named.ends()?;
        Some(Self { next_hop, tunnel_to, source, destination, kind })
    }
}

/// A packet of one of the protocols, its header whole.
fn packet_of(ip: &Ip<'_>) -> Option<Kind> {
    let protocol = ip.protocol()?;
    let reset = match protocol {
        Protocol::Tcp => ip.payload.first_chunk::<TCP>()?[13] & flags::RST != 0,
        Protocol::Udp => {
            ip.payload.first_chunk::<UDP>()?;
            false
        }
        Protocol::Sctp => {
            ip.payload.first_chunk::<{ SCTP + CHUNK }>()?[SCTP] == SctpEvent::Abort.chunk_type()
        }
    };
    Some(Kind::Packet { protocol, reset })
}

/// The packet that an ICMP error of "destination unreachable" quotes.
fn unreachable<'a>(icmp: &Ip<'a>) -> Option<(Kind, Ip<'a>)> {
    let (header, quoted) = icmp.payload.split_first_chunk::<ICMP>()?;
    let (port, quoted) = match (icmp.source, icmp.carried, header[0]) {
        (IpAddr::V4(_), protocol::ICMP, 3) => (header[1] == 3, Ip::v4(quoted)?),
        (IpAddr::V6(_), protocol::ICMPV6, 1) => (header[1] == 4, Ip::v6(quoted)?),
        _ => return None,
    };
    Some((Kind::Unreachable { port }, quoted))
}

/// An IP header and what is behind it.
struct Ip<'a> {
    /// The protocol of the payload.
    carried: u8,
    source: IpAddr,
    destination: IpAddr,
    /// As far as the header says and the bytes go.
    payload: &'a [u8],
    /// Whether bytes are missing at the end of the payload.
    cut: bool,
}

impl<'a> Ip<'a> {
    fn v4(bytes: &'a [u8]) -> Option<Self> {
        let (header, _) = bytes.split_first_chunk::<IPV4>()?;
        let before = usize::from(header[0] & 0x0f) * 4;
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        // All but the first fragment have no ports.
        let fragment = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
        if header[0] >> 4 != 4 || before < IPV4 || length < before || fragment != 0 {
            return None;
        }
        let address = |at: usize| Ipv4Addr::new(header[at], header[at + 1], header[at + 2], header[at + 3]);
        Some(Self {
            carried: header[9],
            source: address(12).into(),
            destination: address(16).into(),
            payload: bytes.get(before..length.min(bytes.len()))?,
            cut: bytes.len() < length,
        })
    }

    fn v6(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = bytes.split_first_chunk::<IPV6>()?;
        if header[0] >> 4 != 6 {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
        let (carried, payload) = behind_extensions(header[6], &rest[..length.min(rest.len())])?;
        let address = |at: usize| {
            let octets: [u8; 16] = header[at..at + 16].try_into().expect("sixteen bytes");
            Ipv6Addr::from(octets)
        };
        Some(Self {
            carried,
            source: address(8).into(),
            destination: address(24).into(),
            payload,
            cut: rest.len() < length,
        })
    }

    fn protocol(&self) -> Option<Protocol> {
        match self.carried {
            protocol::TCP => Some(Protocol::Tcp),
            protocol::UDP => Some(Protocol::Udp),
            protocol::SCTP => Some(Protocol::Sctp),
            _ => None,
        }
    }

    /// Both addresses with their ports, which all three protocols begin with.
    fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        self.protocol()?;
        let [a, b, c, d] = *self.payload.first_chunk()?;
        let (source, destination) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        Some((SocketAddr::new(self.source, source), SocketAddr::new(self.destination, destination)))
    }
}

/// What is behind the extension headers (RFC 8200, section 4) that a tunnel or a listener puts in: hop-by-hop
/// options, routing, destination options.
fn behind_extensions(mut carried: u8, mut payload: &[u8]) -> Option<(u8, &[u8])> {
    while let 0 | 43 | 60 = carried {
        let [next, eights, ..] = *payload else { return None };
        payload = payload.get(8 + usize::from(eights) * 8..)?;
        carried = next;
    }
    Some((carried, payload))
}
