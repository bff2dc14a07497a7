//! TCP segments in Ethernet frames: the crafted ones that go in, and what IPVS made of them.
//!
//! The device is a TAP, so that a packet's next hop shows in its Ethernet address: each real server has one, known by
//! a permanent neighbour entry. That tells where a packet went whatever the forwarding method, and the method's own
//! mark (rewritten destination, outer header) is checked against it.

use std::net::{Ipv4Addr, SocketAddrV4};

use crate::script::Flags;

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

const ETHERNET: usize = 14;
const IPV4: usize = 20;
const TCP: usize = 20;
const UDP: usize = 8;
/// The length of a crafted frame.
pub(crate) const LENGTH: usize = ETHERNET + IPV4 + TCP;

const PROTOCOL_IPIP: u8 = 4;
const PROTOCOL_TCP: u8 = 6;
const PROTOCOL_UDP: u8 = 17;

/// A segment without data from `source` to `destination`, on its way to the director from the device `from`.
pub(crate) fn segment(from: Mac, source: SocketAddrV4, destination: SocketAddrV4, flags: u8) -> [u8; LENGTH] {
    let mut frame = [0; LENGTH];
    frame[..6].copy_from_slice(&DIRECTOR);
    frame[6..12].copy_from_slice(&from);
    frame[12..14].copy_from_slice(&[0x08, 0x00]);
    let ip = &mut frame[ETHERNET..ETHERNET + IPV4];
    ip[0] = 0x45;
    ip[2..4].copy_from_slice(&((IPV4 + TCP) as u16).to_be_bytes());
    ip[6] = 0x40; // do not fragment
    ip[8] = 64;
    ip[9] = PROTOCOL_TCP;
    ip[12..16].copy_from_slice(&source.ip().octets());
    ip[16..20].copy_from_slice(&destination.ip().octets());
    let header = checksum(sum(0, ip));
    ip[10..12].copy_from_slice(&header.to_be_bytes());
    let tcp = &mut frame[ETHERNET + IPV4..];
    tcp[..2].copy_from_slice(&source.port().to_be_bytes());
    tcp[2..4].copy_from_slice(&destination.port().to_be_bytes());
    tcp[7] = 1;
    tcp[12] = ((TCP / 4) << 4) as u8;
    tcp[13] = flags;
    tcp[14..16].copy_from_slice(&0xffff_u16.to_be_bytes());
    let pseudo = sum(sum(0, &source.ip().octets()), &destination.ip().octets());
    let whole = checksum(sum(pseudo + u32::from(PROTOCOL_TCP) + TCP as u32, tcp));
    tcp[16..18].copy_from_slice(&whole.to_be_bytes());
    frame
}

/// A datagram without data; a frame of the same length as a segment's, padded.
pub(crate) fn datagram(from: Mac, source: SocketAddrV4, destination: SocketAddrV4) -> [u8; LENGTH] {
    let mut frame = segment(from, source, destination, 0);
    let ip = &mut frame[ETHERNET..ETHERNET + IPV4];
    ip[2..4].copy_from_slice(&((IPV4 + UDP) as u16).to_be_bytes());
    ip[9] = PROTOCOL_UDP;
    ip[10..12].fill(0);
    let header = checksum(sum(0, ip));
    ip[10..12].copy_from_slice(&header.to_be_bytes());
    let udp = &mut frame[ETHERNET + IPV4..];
    udp[4..].fill(0);
    udp[4..6].copy_from_slice(&(UDP as u16).to_be_bytes());
    let pseudo = sum(sum(0, &source.ip().octets()), &destination.ip().octets());
    let whole = checksum(sum(pseudo + u32::from(PROTOCOL_UDP) + UDP as u32, &udp[..UDP]));
    // A sum of zero is sent as its other form: zero says that there is none.
    udp[6..8].copy_from_slice(&if whole == 0 { 0xffff } else { whole }.to_be_bytes());
    frame
}

/// The flag bits of a client's or a server's segment.
pub(crate) fn flag_bits(flags: Flags, from_server: bool) -> u8 {
    const FIN: u8 = 0x01;
    const SYN: u8 = 0x02;
    const RST: u8 = 0x04;
    const ACK: u8 = 0x10;
    match flags {
        Flags::Syn if from_server => SYN | ACK,
        Flags::Syn => SYN,
        Flags::Ack => ACK,
        Flags::Fin => FIN | ACK,
        Flags::Rst => RST,
    }
}

/// A TCP segment or a datagram that left the director.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sighting {
    /// The real server that is its next hop; `None` on its way to the clients.
    pub(crate) next_hop: Option<u16>,
    /// The destination of the outer header, if it was put into a tunnel.
    pub(crate) tunnel_to: Option<Ipv4Addr>,
    /// Where it is from.
    pub(crate) source: SocketAddrV4,
    /// Where it goes to.
    pub(crate) destination: SocketAddrV4,
}

impl Sighting {
    /// Reads a frame; `None` if it is neither, plain or in an IPIP tunnel.
    pub(crate) fn read(frame: &[u8]) -> Option<Self> {
        if frame.get(12..14)? != [0x08, 0x00] {
            return None;
        }
        let next_hop = server_of(&frame[..6]);
        let outer = Header::read(&frame[ETHERNET..])?;
        let (inner, tunnel_to) = if outer.protocol == PROTOCOL_IPIP {
            (Header::read(outer.payload)?, Some(outer.destination))
        } else {
            (outer, None)
        };
        let ports =
            inner.payload.get(..4).filter(|_| matches!(inner.protocol, PROTOCOL_TCP | PROTOCOL_UDP))?;
        let port = |at: usize| u16::from_be_bytes([ports[at], ports[at + 1]]);
        Some(Self {
            next_hop,
            tunnel_to,
            source: SocketAddrV4::new(inner.source, port(0)),
            destination: SocketAddrV4::new(inner.destination, port(2)),
        })
    }
}

struct Header<'a> {
    protocol: u8,
    source: Ipv4Addr,
    destination: Ipv4Addr,
    payload: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (header, _) = bytes.split_first_chunk::<IPV4>()?;
        if header[0] >> 4 != 4 {
            return None;
        }
        let address = |at: usize| Ipv4Addr::new(header[at], header[at + 1], header[at + 2], header[at + 3]);
        Some(Self {
            protocol: header[9],
            source: address(12),
            destination: address(16),
            payload: bytes.get(usize::from(header[0] & 0x0f) * 4..)?,
        })
    }
}

/// Adds 16-bit words; a last odd byte counts as the high one.
fn sum(start: u32, bytes: &[u8]) -> u32 {
    let words =
        bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |&low| u32::from(low)));
    words.fold(start, |sum, word| sum + word)
}

/// The Internet checksum (RFC 1071) of a sum of words.
fn checksum(sum: u32) -> u16 {
    let folded = (sum >> 16) + (sum & 0xffff);
    !((folded >> 16) + folded) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crafted_syn_is_what_the_rfcs_say() {
        let client = "10.1.2.3:40000".parse().expect("an address");
        let service = "192.168.0.89:80".parse().expect("an address");
        let frame = segment(GATEWAY, client, service, flag_bits(Flags::Syn, false));
        assert_eq!(frame[ETHERNET..ETHERNET + 4], [0x45, 0, 0, 40]);
        assert_eq!(checksum(sum(0, &frame[ETHERNET..ETHERNET + IPV4])), 0, "the header sums to zero");
        assert_eq!(frame[ETHERNET + IPV4 + 13], 0x02);
        let seen = Sighting::read(&frame).expect("a TCP segment");
        assert_eq!(
            (seen.source, seen.destination, seen.next_hop, seen.tunnel_to),
            (client, service, None, None)
        );
    }

    #[test]
    fn a_crafted_datagram_is_what_the_rfcs_say() {
        let client = "10.1.2.3:40000".parse().expect("an address");
        let service = "192.168.0.89:53".parse().expect("an address");
        let frame = datagram(GATEWAY, client, service);
        assert_eq!(frame[ETHERNET..ETHERNET + 4], [0x45, 0, 0, 28]);
        assert_eq!(checksum(sum(0, &frame[ETHERNET..ETHERNET + IPV4])), 0, "the header sums to zero");
        let pseudo = sum(sum(0, &[10, 1, 2, 3]), &[192, 168, 0, 89]) + 17 + 8;
        let udp = &frame[ETHERNET + IPV4..ETHERNET + IPV4 + UDP];
        assert_eq!(checksum(sum(pseudo, udp)), 0, "the datagram too");
        let seen = Sighting::read(&frame).expect("a datagram");
        assert_eq!((seen.source, seen.destination), (client, service));
    }

    #[test]
    fn a_tunnelled_segment_shows_both_headers() {
        let client = "10.1.2.3:40000".parse().expect("an address");
        let service = "192.168.0.89:80".parse().expect("an address");
        let inner = segment(GATEWAY, client, service, 2);
        let mut frame = inner[..ETHERNET + IPV4].to_vec();
        frame[..6].copy_from_slice(&server_mac(7));
        frame[ETHERNET + 9] = PROTOCOL_IPIP;
        frame[ETHERNET + 16..ETHERNET + 20].copy_from_slice(&[192, 168, 0, 93]);
        frame.extend_from_slice(&inner[ETHERNET..]);
        let seen = Sighting::read(&frame).expect("a TCP segment");
        assert_eq!((seen.next_hop, seen.tunnel_to), (Some(7), Some(Ipv4Addr::new(192, 168, 0, 93))));
        assert_eq!(seen.destination, service);
    }

    #[test]
    fn short_and_foreign_frames_are_none() {
        let frame = segment(
            GATEWAY,
            "1.2.3.4:5".parse().expect("an address"),
            "6.7.8.9:10".parse().expect("an address"),
            2,
        );
        for length in 0..ETHERNET + IPV4 + 4 {
            assert_eq!(Sighting::read(&frame[..length]), None, "{length} bytes");
        }
    }
}
