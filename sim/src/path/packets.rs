//! The packets of a connection that pass the director.
//!
//! TCP as RFC 9293 has it: three packets of handshake (section 3.5), data in segments as large as an Ethernet frame of 1500
//! bytes takes, an acknowledgement for every two of them (RFC 5681, section 4.2), and two packets from each side to close
//! (RFC 9293, section 3.6). Headers have no options; nothing is lost or sent twice, and no acknowledgement rides on data.

use crate::request::Sizes;
use crate::setup::Protocol;
use crate::setup::{Forwarding, Service};

/// What an Ethernet frame carries.
const MTU: u64 = 1500;
/// The outer header of a packet in a tunnel, IPv4 in any case.
const OUTER_HEADER: u64 = 20;

use crate::outcome::Volume;

/// What passes the director for one connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ConnectionVolume {
    /// From the client, but for the acknowledgements of the response: handshake, request, close.
    pub request: Volume,
    /// From the client: acknowledgements of the response.
    pub acknowledgements: Volume,
    /// From the server: nothing under direct routing and tunnels.
    pub response: Volume,
}

impl ConnectionVolume {
    /// The packets of one connection of these sizes.
    pub fn of(service: &Service, sizes: Sizes) -> Self {
        let ip = if service.ipv6 { 40 } else { 20 };
        let (request, response) = (u64::from(sizes.request), u64::from(sizes.response));
        let mut carried = if service.protocol == Protocol::Udp {
            let header = ip + 8;
            // An empty datagram is one too.
            let load = |bytes: u64| packets(bytes.div_ceil(MTU - header).max(1), bytes, header);
            Self { request: load(request), acknowledgements: Volume::default(), response: load(response) }
        } else {
            let header = ip + 20;
            let segments = |bytes: u64| bytes.div_ceil(MTU - header);
            let acknowledgements = |bytes: u64| segments(bytes).div_ceil(2);
            Self {
                // SYN, ACK, the request, FIN, and the ACK of the server's FIN.
                request: packets(4 + segments(request), request, header),
                acknowledgements: packets(acknowledgements(response), 0, header),
                // SYN and ACK in one, ACKs of the request, the response, FIN, and the ACK of the client's FIN.
                response: packets(3 + acknowledgements(request) + segments(response), response, header),
            }
        };
        if !service.forwarding.sees_replies() {
            carried.response = Volume::default();
        }
        carried
    }

    /// A SYN that is sent again.
    pub(crate) fn syn(service: &Service) -> Volume {
        packets(1, 0, if service.ipv6 { 60 } else { 40 })
    }

    /// The same for a request on a connection that is open and stays so: without handshake and close.
    pub(crate) fn on_an_open_connection(self, service: &Service) -> Self {
        let Self { request: none, response: nor, .. } = Self::of(service, Sizes::default());
        let less = |load: Volume, of: Volume| Volume {
            packets: load.packets - of.packets,
            bytes: load.bytes - of.bytes,
        };
        Self { request: less(self.request, none), response: less(self.response, nor), ..self }
    }

    /// What the client sends, as the director gets it: `ipvsadm`'s `InPkts` and `InBytes`.
    pub fn inbound(&self) -> Volume {
        let mut load = self.request;
        load += self.acknowledgements;
        load
    }
}

/// What the director puts on its line for packets of a client: those in a tunnel have another header.
pub(crate) fn sent_on(forwarding: Forwarding, load: Volume) -> Volume {
    match forwarding {
        Forwarding::Tunnel => Volume { bytes: load.bytes + OUTER_HEADER * load.packets, ..load },
        Forwarding::Masquerade | Forwarding::DirectRoute => load,
    }
}

fn packets(packets: u64, data: u64, header: u64) -> Volume {
    Volume { packets, bytes: data + packets * header }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(packets: u64, bytes: u64) -> Volume {
        Volume { packets, bytes }
    }

    /// Counted by hand: packets of 40 bytes of headers (60 over IPv6, 28 of UDP), segments of 1460 (1440, 1472).
    #[test]
    fn packets_are_as_counted_by_hand() {
        let masq = Service::default();
        let gate = Service { forwarding: Forwarding::DirectRoute, ..masq };
        let udp = Service { protocol: Protocol::Udp, ..masq };
        let v6 = Service { ipv6: true, ..masq };
        let nothing = load(0, 0);
        for (service, request, response, expected) in [
            // SYN, ACK, FIN, ACK against SYN-ACK, FIN, ACK.
            (masq, 0, 0, [load(4, 160), nothing, load(3, 120)]),
            // And a segment each way, each acknowledged.
            (masq, 400, 1460, [load(5, 600), load(1, 40), load(5, 1660)]),
            // A byte more is a segment more, and one ACK is enough for both.
            (masq, 400, 1461, [load(5, 600), load(1, 40), load(6, 1701)]),
            // 100 kB are 69 segments, 35 ACKs.
            (masq, 400, 100_000, [load(5, 600), load(35, 1400), load(73, 102_920)]),
            (gate, 400, 100_000, [load(5, 600), load(35, 1400), nothing]),
            (v6, 1441, 0, [load(6, 1801), nothing, load(4, 240)]),
            (udp, 100, 0, [load(1, 128), nothing, load(1, 28)]),
            (udp, 1473, 5, [load(2, 1529), nothing, load(1, 33)]),
        ] {
            let carried = ConnectionVolume::of(&service, Sizes { request, response });
            let found = [carried.request, carried.acknowledgements, carried.response];
            assert_eq!(found, expected, "{request} and {response} bytes, {:?}", service.forwarding);
        }
    }

    #[test]
    fn a_tunnel_adds_20_bytes_to_a_packet() {
        assert_eq!(sent_on(Forwarding::Tunnel, load(5, 600)), load(5, 700));
        assert_eq!(sent_on(Forwarding::DirectRoute, load(5, 600)), load(5, 600));
    }
}
