//! Crafting: a frame with the least that IPVS looks at, and nothing that a router or a host would object to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipvslab_sim::SctpEvent;

use super::{DIRECTOR, IPV4, IPV6, Mac, SCTP, TCP, UDP, checksum, ethertype, flags, protocol};
use crate::script::Content;

/// How many routers a packet may pass.
const HOPS: u8 = 64;

/// An Ethernet frame from the device `from` to the director. It ends with its packet: short ones are not padded.
///
/// # Panics
/// If the addresses are not of one family.
pub(crate) fn craft(from: Mac, source: SocketAddr, destination: SocketAddr, content: Content) -> Vec<u8> {
    let ports = [source.port(), destination.port()];
    let (carried, mut packet) = match content {
        Content::Syn => (protocol::TCP, segment(ports, flags::SYN)),
        Content::SynAck => (protocol::TCP, segment(ports, flags::SYN | flags::ACK)),
        Content::Ack => (protocol::TCP, segment(ports, flags::ACK)),
        Content::Fin => (protocol::TCP, segment(ports, flags::FIN | flags::ACK)),
        Content::Rst => (protocol::TCP, segment(ports, flags::RST)),
        Content::Bare => (protocol::TCP, segment(ports, 0)),
        Content::Datagram => (protocol::UDP, datagram(ports)),
        Content::Sctp(event) => (protocol::SCTP, sctp(ports, event)),
    };
    seal(carried, source.ip(), destination.ip(), &mut packet);
    let mut frame = Vec::with_capacity(super::ETHERNET + IPV6 + packet.len());
    frame.extend_from_slice(&DIRECTOR);
    frame.extend_from_slice(&from);
    match (source.ip(), destination.ip()) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            frame.extend_from_slice(&ethertype::IPV4);
            frame.extend_from_slice(&ipv4(carried, source, destination, packet.len()));
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            frame.extend_from_slice(&ethertype::IPV6);
            frame.extend_from_slice(&ipv6(carried, source, destination, packet.len()));
        }
        (source, destination) => panic!("a packet from {source} to {destination}: two families"),
    }
    frame.extend_from_slice(&packet);
    frame
}

/// An IPv4 header before `length` bytes.
fn ipv4(carried: u8, source: Ipv4Addr, destination: Ipv4Addr, length: usize) -> [u8; IPV4] {
    let mut header = [0; IPV4];
    header[0] = 0x45;
    header[2..4].copy_from_slice(&((IPV4 + length) as u16).to_be_bytes());
    header[6] = 0x40; // do not fragment
    header[8] = HOPS;
    header[9] = carried;
    header[12..16].copy_from_slice(&source.octets());
    header[16..20].copy_from_slice(&destination.octets());
    let sum = checksum::internet(checksum::sum(0, &header));
    header[10..12].copy_from_slice(&sum.to_be_bytes());
    header
}

/// An IPv6 header before `length` bytes.
fn ipv6(carried: u8, source: Ipv6Addr, destination: Ipv6Addr, length: usize) -> [u8; IPV6] {
    let mut header = [0; IPV6];
    header[0] = 0x60;
    header[4..6].copy_from_slice(&(length as u16).to_be_bytes());
    header[6] = carried;
    header[7] = HOPS;
    header[8..24].copy_from_slice(&source.octets());
    header[24..40].copy_from_slice(&destination.octets());
    header
}

/// A TCP segment without options and data.
fn segment(ports: [u16; 2], flags: u8) -> Vec<u8> {
    let mut segment = starting_with(ports, TCP);
    segment[7] = 1; // the sequence number
    segment[12] = ((TCP / 4) << 4) as u8;
    segment[13] = flags;
    segment[14..16].fill(0xff); // the window
    segment
}

/// A UDP datagram without data.
fn datagram(ports: [u16; 2]) -> Vec<u8> {
    let mut datagram = starting_with(ports, UDP);
    datagram[4..6].copy_from_slice(&(UDP as u16).to_be_bytes());
    datagram
}

/// An SCTP packet with one chunk (RFC 9260, section 3.3).
fn sctp(ports: [u16; 2], event: SctpEvent) -> Vec<u8> {
    let body: &[u8] = match event {
        // TSN 1 on stream 0, and four bytes of data.
        SctpEvent::Data => &[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        // Tag 1, a window of 65535 bytes, a stream each way, and the first TSN.
        SctpEvent::Init | SctpEvent::InitAck => &[0, 0, 0, 1, 0, 0, 0xff, 0xff, 0, 1, 0, 1, 0, 0, 0, 1],
        // Four bytes of cookie.
        SctpEvent::CookieEcho => &[0; 4],
        // The last TSN that arrived.
        SctpEvent::Shutdown => &[0, 0, 0, 1],
        SctpEvent::CookieAck
        | SctpEvent::ShutdownAck
        | SctpEvent::ShutdownComplete
        | SctpEvent::Error
        | SctpEvent::Abort => &[],
    };
    // The data of a DATA chunk is the first fragment and the last.
    let flags = if event == SctpEvent::Data { 0x03 } else { 0 };
    let mut packet = starting_with(ports, SCTP);
    // The verification tag; who sends an INIT knows none yet.
    packet[7] = u8::from(event != SctpEvent::Init);
    packet.extend_from_slice(&[event.chunk_type(), flags, 0, (4 + body.len()) as u8]);
    packet.extend_from_slice(body);
    packet
}

/// `length` bytes, all zero but for the ports at their start.
fn starting_with([source, destination]: [u16; 2], length: usize) -> Vec<u8> {
    let mut header = vec![0; length];
    header[..2].copy_from_slice(&source.to_be_bytes());
    header[2..4].copy_from_slice(&destination.to_be_bytes());
    header
}

/// Puts in the checksum.
fn seal(carried: u8, source: IpAddr, destination: IpAddr, packet: &mut [u8]) {
    if carried == protocol::SCTP {
        let crc = checksum::sctp(packet);
        packet[8..12].copy_from_slice(&crc);
        return;
    }
    let pseudo = checksum::pseudo_header(source, destination, carried, packet.len());
    let whole = checksum::internet(checksum::sum(pseudo, packet));
    match carried {
        // A sum of zero is sent as its other form: zero says that there is none.
        protocol::UDP => packet[6..8].copy_from_slice(&if whole == 0 { 0xffff } else { whole }.to_be_bytes()),
        _ => packet[16..18].copy_from_slice(&whole.to_be_bytes()),
    }
}
