//! Frames: as the RFCs have them, and back.

use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::Rng;
use ipvslab_sim::{Protocol, SctpEvent};

use super::*;
use crate::script::Content;

const FOUR: [&str; 2] = ["10.1.2.3:40000", "192.168.0.89:80"];
const SIX: [&str; 2] = ["[2001:db8:1::3]:40000", "[2001:db8::89]:80"];

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address and port")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// From a client to the service.
fn crafted(family: [&str; 2], content: Content) -> Vec<u8> {
    let [client, service] = family.map(address);
    craft(GATEWAY, client, service, content)
}

fn contents() -> impl Iterator<Item = Content> {
    let tcp = [Content::Syn, Content::SynAck, Content::Ack, Content::Fin, Content::Rst, Content::Bare];
    let sctp = SctpEvent::ALL.map(Content::Sctp);
    tcp.into_iter().chain([Content::Datagram]).chain(sctp)
}

fn kind_of(content: Content) -> Kind {
    let (protocol, reset) = match content {
        Content::Datagram => (Protocol::Udp, false),
        Content::Sctp(event) => (Protocol::Sctp, event == SctpEvent::Abort),
        _ => (Protocol::Tcp, content == Content::Rst),
    };
    Kind::Packet { protocol, reset }
}

/// An Ethernet header from the director to `to`, and `packet`, an IP packet, behind it.
fn framed(to: Mac, packet: &[u8]) -> Vec<u8> {
    let kind = if packet[0] >> 4 == 4 { ethertype::IPV4 } else { ethertype::IPV6 };
    [&to[..], &DIRECTOR, &kind, packet].concat()
}

/// An IP packet of the family of `from`, with nothing but `payload` behind its header.
fn packet(from: &str, to: &str, carried: u8, payload: &[u8]) -> Vec<u8> {
    let length = |more: usize| ((payload.len() + more) as u16).to_be_bytes();
    let header = match (ip(from), ip(to)) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let [high, low] = length(IPV4);
            [&[0x45, 0, high, low, 0, 0, 0x40, 0, 63, carried, 0, 0], &from.octets()[..], &to.octets()]
                .concat()
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let [high, low] = length(0);
            [&[0x60, 0, 0, 0, high, low, carried, 63], &from.octets()[..], &to.octets()].concat()
        }
        _ => panic!("two families"),
    };
    [header, payload.to_vec()].concat()
}

fn ones_complement(pseudo: &[u8], protocol: u8, packet: &[u8]) -> u16 {
    let start = u32::from(protocol) + packet.len() as u32;
    checksum::internet(checksum::sum(checksum::sum(start, pseudo), packet))
}

#[test]
fn crafted_headers_are_what_the_rfcs_say() {
    let four = crafted(FOUR, Content::Syn);
    assert_eq!(four[..12], [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]);
    assert_eq!(four[12..18], [0x08, 0x00, 0x45, 0, 0, 40]);
    assert_eq!(checksum::internet(checksum::sum(0, &four[14..34])), 0, "the header sums to zero");
    let six = crafted(SIX, Content::Syn);
    assert_eq!(six[12..22], [0x86, 0xdd, 0x60, 0, 0, 0, 0, 20, 6, 64]);
    for (content, flags) in [
        (Content::Syn, 0x02),
        (Content::SynAck, 0x12),
        (Content::Ack, 0x10),
        (Content::Fin, 0x11),
        (Content::Rst, 0x04),
        (Content::Bare, 0x00),
    ] {
        assert_eq!(crafted(FOUR, content)[14 + 20 + 13], flags, "{content:?}");
        assert_eq!(crafted(SIX, content)[14 + 40 + 13], flags, "{content:?}");
    }
}

#[test]
fn crafted_checksums_are_what_the_rfcs_say() {
    for content in contents() {
        for (family, addresses, transport) in [(FOUR, 14 + 12, 14 + 20), (SIX, 14 + 8, 14 + 40)] {
            let mut frame = crafted(family, content);
            let (headers, packet) = frame.split_at_mut(transport);
            match kind_of(content) {
                Kind::Packet { protocol: Protocol::Sctp, .. } => {
                    let found = packet[8..12].to_vec();
                    packet[8..12].fill(0);
                    assert_eq!(found, checksum::sctp(packet), "{content:?}");
                }
                Kind::Packet { protocol, .. } => {
                    let number = if protocol == Protocol::Tcp { 6 } else { 17 };
                    let pseudo = &headers[addresses..transport];
                    assert_eq!(ones_complement(pseudo, number, packet), 0, "{content:?} sums to zero");
                }
                Kind::Unreachable { .. } => unreachable!("nobody crafts one"),
            }
        }
    }
}

#[test]
fn a_datagram_whose_sum_is_zero_still_has_a_checksum() {
    let service = address("[2001:db8::89]:80");
    for port in 0..=u16::MAX {
        let client = SocketAddr::new(ip("2001:db8:1::3"), port);
        let frame = craft(GATEWAY, client, service, Content::Datagram);
        assert_ne!(frame[14 + 40 + 6..14 + 40 + 8], [0, 0], "port {port}");
    }
}

#[test]
fn an_sctp_packet_has_one_chunk_that_is_long_enough() {
    for (event, length) in [
        (SctpEvent::Data, 20),
        (SctpEvent::Init, 20),
        (SctpEvent::InitAck, 20),
        (SctpEvent::CookieEcho, 8),
        (SctpEvent::CookieAck, 4),
        (SctpEvent::Shutdown, 8),
        (SctpEvent::ShutdownAck, 4),
        (SctpEvent::ShutdownComplete, 4),
        (SctpEvent::Error, 4),
        (SctpEvent::Abort, 4),
    ] {
        let frame = crafted(SIX, Content::Sctp(event));
        let packet = &frame[14 + 40..];
        assert_eq!(packet.len(), 12 + length, "{event:?}");
        assert_eq!(packet[4..8], [0, 0, 0, u8::from(event != SctpEvent::Init)], "the tag of {event:?}");
        assert_eq!((packet[12], packet[14..16].to_vec()), (event.chunk_type(), vec![0, length as u8]));
    }
}

#[test]
#[should_panic(expected = "two families")]
fn a_packet_between_families_cannot_be() {
    craft(GATEWAY, address(FOUR[0]), address(SIX[1]), Content::Syn);
}

#[test]
fn what_is_crafted_is_read() {
    for (content, family) in contents().flat_map(|content| [(content, FOUR), (content, SIX)]) {
        let [source, destination] = family.map(address);
        let mut frame = crafted(family, content);
        let expected =
            Sighting { next_hop: None, tunnel_to: None, source, destination, kind: kind_of(content) };
        assert_eq!(Sighting::read(&frame), Some(expected));
        frame[..6].copy_from_slice(&server_mac(0x107));
        frame.extend_from_slice(&[0; 20]);
        assert_eq!(Sighting::read(&frame), Some(Sighting { next_hop: Some(0x107), ..expected }), "padded");
    }
}

#[test]
fn a_tunnelled_packet_shows_both_headers() {
    // The option that Linux's ip6_tunnel puts in: a limit of 4 encapsulations, padded.
    let option = |next: u8| vec![next, 0, 4, 1, 4, 1, 1, 0];
    for (family, next) in [(FOUR, protocol::IPV4), (SIX, protocol::IPV6)] {
        let inner = crafted(family, Content::Ack)[14..].to_vec();
        for (outer, carried, payload) in [
            (["192.168.0.1", "192.168.0.93"], next, inner.clone()),
            (["fd00::1", "fd00::93"], next, inner.clone()),
            (["fd00::1", "fd00::93"], 60, [option(next), inner.clone()].concat()),
            (["fd00::1", "fd00::93"], 0, [option(60), option(next), inner.clone()].concat()),
            (
                ["fd00::1", "fd00::93"],
                43,
                [vec![next, 2, 0, 0], vec![0; 4], vec![1; 16], inner.clone()].concat(),
            ),
        ] {
            let frame = framed(server_mac(7), &packet(outer[0], outer[1], carried, &payload));
            let [source, destination] = family.map(address);
            let kind = kind_of(Content::Ack);
            let (next_hop, tunnel_to) = (Some(7), Some(ip(outer[1])));
            assert_eq!(
                Sighting::read(&frame),
                Some(Sighting { next_hop, tunnel_to, source, destination, kind }),
                "{family:?} in {outer:?}"
            );
            none_if_cut(&frame);
        }
    }
}

#[test]
fn an_icmp_error_shows_the_packet_it_quotes() {
    for (family, carried, header, port) in [
        (FOUR, 1, [3, 3], true),
        (FOUR, 1, [3, 1], false),
        (FOUR, 1, [3, 4], false),
        (SIX, 58, [1, 4], true),
        (SIX, 58, [1, 3], false),
    ] {
        for content in contents() {
            let [source, destination] = family.map(address);
            let (client, service) = (source.ip().to_string(), destination.ip().to_string());
            let quoted = crafted(family, content)[14..].to_vec();
            let header_bytes = if source.is_ipv4() { 20 } else { 40 };
            // Routers may quote no more than eight bytes behind the IP header.
            for quoted in [&quoted[..], &quoted[..header_bytes + 8]] {
                let error = [&header, &[0; 6][..], quoted].concat();
                let frame = framed(GATEWAY, &packet(&service, &client, carried, &error));
                let kind = Kind::Unreachable { port };
                let expected = Sighting { next_hop: None, tunnel_to: None, source, destination, kind };
                assert_eq!(Sighting::read(&frame), Some(expected), "{header:?} {content:?}");
                none_if_cut(&frame);
            }
        }
    }
}

#[test]
fn short_frames_are_none() {
    for content in contents() {
        none_if_cut(&crafted(FOUR, content));
        none_if_cut(&crafted(SIX, content));
    }
}

fn none_if_cut(frame: &[u8]) {
    for length in 0..frame.len() {
        assert_eq!(Sighting::read(&frame[..length]), None, "{length} of {frame:?}");
    }
}

#[test]
fn foreign_frames_are_none() {
    let inner = crafted(FOUR, Content::Syn)[14..].to_vec();
    let quoting =
        |header: [u8; 2], family| [&header[..], &[0; 6], &crafted(family, Content::Syn)[14..]].concat();
    let between = |from, to, carried, payload: &[u8]| framed(GATEWAY, &packet(from, to, carried, payload));
    let arp = [&GATEWAY[..], &DIRECTOR, &[0x08, 0x06], &inner].concat();
    let mut second_fragment = crafted(FOUR, Content::Syn);
    second_fragment[14 + 7] = 1;
    let mut without_header = crafted(FOUR, Content::Syn);
    without_header[14] = 0x44;
    let mut of_another_version = crafted(SIX, Content::Syn);
    of_another_version[14] = 0x40;
    for (what, frame) in [
        ("ARP", arp),
        ("a second fragment", second_fragment),
        ("a header of 16 bytes", without_header),
        ("IPv4 as IPv6", of_another_version),
        ("a router solicitation", between("fe80::1", "ff02::2", 58, &[133, 0, 0, 0, 0, 0, 0, 0])),
        ("a neighbour solicitation", between("fe80::1", "ff02::1:ff00:2", 58, &[135; 24])),
        ("MLD", between("fe80::1", "ff02::16", 0, &[&[58, 0, 5, 2, 0, 0, 1, 0], &[143; 28][..]].concat())),
        ("IGMP", between("10.0.0.1", "224.0.0.22", 2, &[0x22; 16])),
        ("an echo request", between("10.0.0.1", "10.0.0.2", 1, &quoting([8, 0], FOUR))),
        ("time exceeded", between("10.0.0.1", "10.0.0.2", 1, &quoting([11, 0], FOUR))),
        ("packet too big", between("fe80::1", "fe80::2", 58, &quoting([2, 0], SIX))),
        ("ICMPv6 in IPv4", between("10.0.0.1", "10.0.0.2", 58, &quoting([1, 4], SIX))),
        ("ICMP in IPv6", between("fe80::1", "fe80::2", 1, &quoting([3, 3], FOUR))),
        ("an IPv6 fragment", between("fe80::1", "fe80::2", 44, &[6; 40])),
        ("GRE", between("10.0.0.1", "10.0.0.2", 47, &inner)),
        ("a tunnel of the wrong family", between("10.0.0.1", "10.0.0.2", 41, &inner)),
    ] {
        assert_eq!(Sighting::read(&frame), None, "{what}");
    }
}

#[test]
fn random_bytes_do_no_harm() {
    let mut rng = Rng::stream(1, 0, "frames");
    let starts = [FOUR, SIX].map(|family| crafted(family, Content::Syn));
    for round in 0..200_000 {
        // Random to the end, or a frame with a few bytes changed.
        let mut frame = match round % 3 {
            0 => vec![0; rng.below(120) as usize],
            family => starts[family - 1].clone(),
        };
        let changes = if round % 3 == 0 { frame.len() as u32 } else { 1 + rng.below(6) };
        for change in 0..changes {
            let at = if round % 3 == 0 { change } else { rng.below(frame.len() as u32) };
            frame[at as usize] = rng.bits() as u8;
        }
        if round % 2 == 0 && frame.len() > 14 {
            frame[12..14].copy_from_slice(if round % 4 == 0 { &ethertype::IPV4 } else { &ethertype::IPV6 });
        }
        let _ = Sighting::read(&frame);
    }
}
