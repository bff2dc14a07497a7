//! The IPVS messages: byte for byte as the kernel spec numbers them, and back.

use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::{Thresholds, Weight};
use proptest::prelude::*;

use super::wire::{self, commands, dest, service, top};
use super::*;
use crate::netlink::{AttributeWriter, Request};

/// The family number that the tests pretend to have been told.
const FAMILY: u16 = 0x1c;

fn reply(command: u8, write: impl FnOnce(&mut AttributeWriter<'_>)) -> Vec<u8> {
    let mut request = Request::new(FAMILY, 0, &[command, wire::VERSION, 0, 0]);
    write(&mut request.attributes());
    request.sealed(1).to_vec()
}

fn write_statistics(statistics: &Statistics, attribute: u16, to: &mut AttributeWriter<'_>) {
    let counters = [
        statistics.connections,
        statistics.packets_in,
        statistics.packets_out,
        statistics.bytes_in,
        statistics.bytes_out,
        statistics.connections_per_s,
        statistics.packets_in_per_s,
        statistics.packets_out_per_s,
        statistics.bytes_in_per_s,
        statistics.bytes_out_per_s,
    ];
    to.nested(attribute, |to| {
        for (kind, counter) in (1..).zip(counters) {
            // The padding that the kernel puts before 64-bit fields.
            to.bytes(11, &[]);
            if attribute == 10 && !(4..=5).contains(&kind) {
                to.u32(kind, counter as u32);
            } else {
                to.bytes(kind, &counter.to_ne_bytes());
            }
        }
    });
}

fn report_service(state: &ServiceState) -> Vec<u8> {
    reply(commands::NEW_SERVICE, |to| {
        to.nested(top::SERVICE, |to| {
            state.service.encode(to);
            write_statistics(&state.statistics, service::STATS64, to);
            write_statistics(&Statistics::default(), service::STATS, to);
        });
    })
}

fn report_destination(state: &DestinationState) -> Vec<u8> {
    reply(commands::NEW_DEST, |to| {
        to.nested(top::DEST, |to| {
            state.destination.encode(to);
            to.u32(dest::ACTIVE_CONNS, state.active);
            to.u32(dest::INACT_CONNS, state.inactive);
            to.u32(dest::PERSIST_CONNS, state.persistent);
            write_statistics(&state.statistics, dest::STATS64, to);
        });
    })
}

prop_compose! {
    fn statistics()(counters in any::<[u64; 10]>()) -> Statistics {
        let [connections, packets_in, packets_out, bytes_in, bytes_out, rates @ ..] = counters;
        let [connections_per_s, packets_in_per_s, packets_out_per_s, bytes_in_per_s, bytes_out_per_s] = rates;
        Statistics {
            connections, packets_in, packets_out, bytes_in, bytes_out, connections_per_s, packets_in_per_s,
            packets_out_per_s, bytes_in_per_s, bytes_out_per_s,
        }
    }
}

fn address() -> impl Strategy<Value = SocketAddr> {
    any::<(IpAddr, u16)>().prop_map(|(ip, port)| SocketAddr::new(ip, port))
}

fn key() -> impl Strategy<Value = ServiceKey> {
    let family = prop_oneof![Just(Family::Inet), Just(Family::Inet6)];
    prop_oneof![
        (any::<u16>().prop_map(Protocol), address())
            .prop_map(|(protocol, address)| ServiceKey::Address { protocol, address }),
        (family, any::<u32>()).prop_map(|(family, mark)| ServiceKey::Mark { family, mark }),
    ]
}

prop_compose! {
    fn service_state()(
        key in key(),
        scheduler in "[a-z]{1,15}",
        (flags, mask, persistence_timeout_s, netmask) in any::<(u32, u32, u32, u32)>(),
        persistence_engine in prop::option::of("[a-z]{1,16}"),
        statistics in statistics(),
    ) -> ServiceState {
        let flags = FlagChange { flags: ServiceFlags(flags), mask: ServiceFlags(mask) };
        let granularity = match key.family() {
            Family::Inet => Granularity::Mask(netmask.into()),
            Family::Inet6 => Granularity::Prefix(netmask),
        };
        let service = Service { key, scheduler, flags, persistence_timeout_s, granularity, persistence_engine };
        ServiceState { service, statistics }
    }
}

fn forwarding() -> impl Strategy<Value = Forwarding> {
    let checksum = any::<u16>().prop_map(TunnelChecksum);
    prop_oneof![
        Just(Forwarding::Masquerade),
        Just(Forwarding::Local),
        Just(Forwarding::Tunnel(Encapsulation::Ipip)),
        (any::<u16>(), checksum.clone())
            .prop_map(|(port, checksum)| Forwarding::Tunnel(Encapsulation::Gue { port, checksum })),
        checksum.prop_map(|checksum| Forwarding::Tunnel(Encapsulation::Gre { checksum })),
        Just(Forwarding::DirectRoute),
        Just(Forwarding::Bypass),
    ]
}

prop_compose! {
    fn destination_state()(
        address in address(),
        forwarding in forwarding(),
        weight in 0..=i32::MAX.cast_unsigned(),
        thresholds in any::<(u32, u32)>(),
        (active, inactive, persistent) in any::<(u32, u32, u32)>(),
        statistics in statistics(),
    ) -> DestinationState {
        let (a, b) = thresholds;
        let destination = Destination {
            address,
            forwarding,
            weight: Weight::new(weight).expect("not negative"),
            thresholds: Thresholds::new(a.max(b), a.min(b)).expect("in order"),
        };
        DestinationState { destination, active, inactive, persistent, statistics }
    }
}

prop_compose! {
    fn daemon()(
        role in prop_oneof![Just(Role::Master), Just(Role::Backup)],
        interface in "[a-z0-9]{1,15}",
        sync_id in any::<u32>(),
        (datagram_length, port, hops) in any::<(Option<u16>, Option<u16>, Option<u8>)>(),
        group in any::<Option<IpAddr>>(),
    ) -> Daemon {
        Daemon { role, interface, sync_id, datagram_length, group, port, hops }
    }
}

proptest! {
    #[test]
    fn services_come_back_as_they_were_reported(state in service_state()) {
        prop_assert_eq!(decode_replies(&report_service(&state)), Ok(vec![Reply::Service(state)]));
    }

    #[test]
    fn destinations_come_back_as_they_were_reported(state in destination_state()) {
        prop_assert_eq!(decode_replies(&report_destination(&state)), Ok(vec![Reply::Destination(state)]));
    }

    #[test]
    fn daemons_come_back_as_they_were_reported(daemon in daemon()) {
        let bytes = reply(commands::NEW_DAEMON, |to| {
            to.nested(top::DAEMON, |to| daemon.encode(to));
        });
        prop_assert_eq!(decode_replies(&bytes), Ok(vec![Reply::Daemon(daemon)]));
    }

    #[test]
    fn timeouts_come_back_as_they_were_set((tcp_s, tcp_fin_s, udp_s) in any::<(u32, u32, u32)>()) {
        let change = TimeoutChange { tcp_s: Some(tcp_s), tcp_fin_s: Some(tcp_fin_s), udp_s: Some(udp_s) };
        let bytes = reply(commands::SET_CONFIG, |to| change.encode(to));
        let expected = Timeouts { tcp_s, tcp_fin_s, udp_s };
        prop_assert_eq!(decode_replies(&bytes), Ok(vec![Reply::Timeouts(expected)]));
    }

    #[test]
    fn a_reply_that_is_cut_off_is_refused(state in destination_state(), keep in any::<prop::sample::Index>()) {
        let bytes = report_destination(&state);
        let keep = keep.index(bytes.len() - 1) + 1;
        prop_assert!(decode_replies(&bytes[..keep]).is_err());
    }

    #[test]
    fn hostile_attributes_are_refused_or_read(
        command in 0_u8..20,
        top in 0_u16..8,
        inner in prop::collection::vec((0_u16..18, prop::collection::vec(any::<u8>(), 0..20)), 0..20),
        tail in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut bytes = reply(command, |to| {
            to.nested(top, |to| {
                for (kind, payload) in &inner {
                    to.bytes(*kind, payload);
                }
            });
        });
        let _ = decode_replies(&bytes);
        bytes.extend_from_slice(&tail);
        let _ = decode_replies(&bytes);
    }

    #[test]
    fn hostile_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode_replies(&bytes);
    }
}

#[test]
fn narrow_statistics_serve_when_there_are_no_wide_ones() {
    let statistics =
        Statistics { connections: 3, bytes_in: 1 << 40, bytes_out_per_s: 9, ..Statistics::default() };
    let wanted = Service::new(ServiceKey::udp(([10, 0, 0, 1], 53).into()), "rr");
    let bytes = reply(commands::NEW_SERVICE, |to| {
        to.nested(top::SERVICE, |to| {
            wanted.encode(to);
            write_statistics(&statistics, service::STATS, to);
        });
    });
    assert_eq!(
        decode_replies(&bytes),
        Ok(vec![Reply::Service(ServiceState { service: wanted, statistics })])
    );
}

#[test]
fn the_version_is_three_bytes() {
    let bytes = reply(commands::SET_INFO, |to| {
        to.u32(wire::info::VERSION, 0x01_02_01).u32(wire::info::CONN_TAB_SIZE, 4096);
    });
    let info = Info { version: [1, 2, 1], connection_table_size: 4096 };
    assert_eq!(decode_replies(&bytes), Ok(vec![Reply::Info(info)]));
}

/// What is asked, written down by hand from the spec's attribute numbers.
#[cfg(target_endian = "little")]
mod bytes {
    use super::*;

    fn written(write: impl FnOnce(&mut AttributeWriter<'_>)) -> String {
        let mut bytes = Vec::new();
        write(&mut AttributeWriter::new(&mut bytes));
        hex(&bytes)
    }

    /// In groups of four bytes.
    fn hex(bytes: &[u8]) -> String {
        let words = bytes.chunks(4).map(|word| word.iter().map(|byte| format!("{byte:02x}")).collect());
        words.collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn a_persistent_service() {
        let mut service = Service::new(ServiceKey::tcp(([10, 0, 0, 1], 80).into()), "wlc");
        service.flags = FlagChange { flags: ServiceFlags::PERSISTENT, mask: ServiceFlags(u32::MAX) };
        service.persistence_timeout_s = 300;
        service.granularity = Granularity::Mask([255, 255, 255, 0].into());
        let expected = [
            "06000100 02000000",                            // AF: 2
            "06000200 06000000",                            // PROTOCOL: TCP
            "14000300 0a000001 00000000 00000000 00000000", // ADDR: 16 bytes
            "06000400 00500000",                            // PORT: network order
            "08000600 776c6300",                            // SCHED_NAME: "wlc" NUL
            "0c000700 01000000 ffffffff",                   // FLAGS: flags, mask
            "08000800 2c010000",                            // TIMEOUT: 300 s
            "08000900 ffffff00",                            // NETMASK: network order
        ];
        assert_eq!(written(|to| service.encode(to)), expected.join(" "));
    }

    #[test]
    fn an_ipv6_service_by_mark_with_an_engine() {
        let mut service = Service::new(ServiceKey::Mark { family: Family::Inet6, mark: 0x0102 }, "rr");
        service.granularity = Granularity::Prefix(64);
        service.persistence_engine = Some("sip".to_owned());
        let expected = [
            "06000100 0a000000",          // AF: 10
            "08000500 02010000",          // FWMARK: host order; no protocol, address, port
            "07000600 72720000",          // SCHED_NAME: "rr" NUL
            "0c000700 00000000 ffffffff", // FLAGS
            "08000800 00000000",          // TIMEOUT
            "08000900 40000000",          // NETMASK: prefix length, host order
            "08000b00 73697000",          // PE_NAME: "sip" NUL
        ];
        assert_eq!(written(|to| service.encode(to)), expected.join(" "));
    }

    #[test]
    fn a_masqueraded_destination() {
        let mut destination = Destination::new(([10, 1, 0, 2], 8080).into(), Forwarding::Masquerade);
        destination.weight = Weight::new(5).expect("not negative");
        destination.thresholds = Thresholds::new(100, 50).expect("in order");
        let expected = [
            "14000100 0a010002 00000000 00000000 00000000", // ADDR
            "06000200 1f900000",                            // PORT: network order
            "06000b00 02000000",                            // ADDR_FAMILY: 2
            "08000300 00000000",                            // FWD_METHOD: masquerade
            "08000400 05000000",                            // WEIGHT
            "08000500 64000000",                            // U_THRESH
            "08000600 32000000",                            // L_THRESH
        ];
        assert_eq!(written(|to| destination.encode(to)), expected.join(" "));
    }

    #[test]
    fn a_destination_through_a_gue_tunnel() {
        let checksum = TunnelChecksum::REMOTE;
        let tunnel = Forwarding::Tunnel(Encapsulation::Gue { port: 6080, checksum });
        let expected = [
            "08000300 02000000", // FWD_METHOD: tunnel
            "05000d00 01000000", // TUN_TYPE: GUE
            "06000e00 17c00000", // TUN_PORT: network order
            "06000f00 02000000", // TUN_FLAGS: host order
        ];
        assert_eq!(written(|to| tunnel.encode(to)), expected.join(" "));
    }

    #[test]
    fn a_sync_daemon() {
        let mut daemon = Daemon::new(Role::Backup, "eth0", 7);
        daemon.datagram_length = Some(1200);
        daemon.group = Some([224, 0, 0, 81].into());
        daemon.port = Some(8848);
        daemon.hops = Some(1);
        let expected = [
            "08000100 02000000",          // STATE: backup
            "09000200 65746830 00000000", // MCAST_IFN: "eth0" NUL
            "08000300 07000000",          // SYNC_ID
            "06000400 b0040000",          // SYNC_MAXLEN
            "08000500 e0000051",          // MCAST_GROUP
            "06000700 90220000",          // MCAST_PORT: host order
            "05000800 01000000",          // MCAST_TTL
        ];
        assert_eq!(written(|to| daemon.encode(to)), expected.join(" "));
    }

    #[test]
    fn only_the_timeouts_that_change() {
        let change = TimeoutChange { tcp_fin_s: Some(30), udp_s: Some(60), ..TimeoutChange::default() };
        assert_eq!(written(|to| change.encode(to)), "08000500 1e000000 08000600 3c000000");
    }
}
