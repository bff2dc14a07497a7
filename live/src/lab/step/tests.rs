//! Steps, printed: as the handbook and the manuals of ip(8), nft(8) and ipvsadm(8) have the commands.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Protocol;

use super::*;
use crate::script::{Reached, Settings};

fn service(protocol: Protocol, reached: Reached, scheduler: SchedulerKind) -> Service {
    let settings =
        Settings { scheduler, fallback: false, hash_port: false, one_packet: false, persistent: None };
    Service { protocol, reached, settings, listed: true }
}

fn at(address: &str) -> Reached {
    Reached::Address(address.parse().expect("an address and port"))
}

fn server(endpoint: &str, forwarding: Forwarding, thresholds: [u32; 2]) -> Server {
    let endpoint = endpoint.parse().expect("an address and port");
    Server { service: 0, endpoint, forwarding, weight: 1, thresholds, listed: true }
}

fn ip_address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[track_caller]
fn reads(step: Step, command: &str) {
    assert_eq!(step.to_string(), command);
}

#[test]
fn addresses_and_routes_read_as_ip_takes_them() {
    let (four, six) = (ip_address("192.168.0.89"), ip_address("2001:db8::89"));
    let device = "eth0";
    reads(Step::Address { device: "lo", address: four, prefix: 32 }, "ip address add 192.168.0.89/32 dev lo");
    reads(
        Step::Address { device, address: six, prefix: 64 },
        "ip address add 2001:db8::89/64 dev eth0 nodad",
    );
    reads(
        Step::Route { to: (ip_address("0.0.0.0"), 0), via: Some(four), device },
        "ip route add default via 192.168.0.89 dev eth0",
    );
    reads(
        Step::Route { to: (ip_address("::"), 0), via: Some(six), device },
        "ip -6 route add default via 2001:db8::89 dev eth0",
    );
    reads(
        Step::Route { to: (ip_address("2001:db8::"), 32), via: None, device },
        "ip route add 2001:db8::/32 dev eth0",
    );
    reads(
        Step::Neighbour { device, address: six, mac: [2, 1, 0, 0, 0, 0xa] },
        "ip neighbour add 2001:db8::89 lladdr 02:01:00:00:00:0a dev eth0 nud permanent",
    );
}

#[test]
fn tables_and_rules_name_their_family() {
    reads(Step::LocalTable { table: 100, ipv6: false }, "ip route add local default dev lo table 100");
    reads(Step::LocalTable { table: 100, ipv6: true }, "ip -6 route add local default dev lo table 100");
    reads(Step::RuleMark { mark: 7, table: 100, ipv6: false }, "ip rule add fwmark 7 lookup 100");
    reads(Step::RuleMark { mark: 7, table: 100, ipv6: true }, "ip -6 rule add fwmark 7 lookup 100");
    reads(Step::RuleFrom("eth0", 100), "ip rule add iif eth0 lookup 100");
}

#[test]
fn sysctls_and_time_outs_read_as_they_are_set() {
    reads(Step::sysctl("net.ipv4.conf.all.arp_ignore", "1"), "sysctl -w net.ipv4.conf.all.arp_ignore=1");
    reads(Step::sysctl(format!("net.ipv4.vs.{}", "drop_packet"), 3), "sysctl -w net.ipv4.vs.drop_packet=3");
    reads(Step::Timeouts([900, 0, 300]), "ipvsadm --set 900 0 300");
}

#[test]
fn marks_are_a_command_each_and_the_one_that_counts_is_last() {
    let marks = vec![Mark { port: 80, mark: 7, ipv6: false }, Mark { port: 53, mark: 8, ipv6: true }];
    let chain =
        "nft 'table inet ipvslab { chain mark { type filter hook prerouting priority mangle; meta nfproto";
    let of = "meta l4proto { tcp, udp, sctp } th dport";
    reads(
        Step::Marks(marks),
        &format!(
            "{chain} ipv6 {of} 53 meta mark set 8; }} }}'\n{chain} ipv4 {of} 80 meta mark set 7; }} }}'"
        ),
    );
}

#[test]
fn services_read_as_ipvsadm_takes_them() {
    let mut hashed = service(Protocol::Tcp, at("192.168.0.89:80"), SchedulerKind::Sh);
    (hashed.settings.fallback, hashed.settings.hash_port) = (true, true);
    reads(Step::Service(hashed), "ipvsadm -A -t 192.168.0.89:80 -s sh -b sh-fallback,sh-port");
    let mut single = service(Protocol::Udp, at("192.168.0.89:53"), SchedulerKind::Rr);
    (single.settings.one_packet, single.settings.fallback) = (true, true);
    reads(Step::Service(single), "ipvsadm -A -u 192.168.0.89:53 -s rr -o");
    let sctp = service(Protocol::Sctp, at("[2001:db8::89]:36412"), SchedulerKind::Wlc);
    reads(Step::Service(sctp), "ipvsadm -A --sctp-service [2001:db8::89]:36412 -s wlc");
    let marked = |ipv6| {
        let reached = Reached::Fwmark { mark: 7, port: 80, ipv6 };
        service(Protocol::Tcp, reached, SchedulerKind::Rr)
    };
    reads(Step::Service(marked(false)), "ipvsadm -A -f 7 -s rr");
    reads(Step::Service(marked(true)), "ipvsadm -A -f 7 -6 -s rr");
}

#[test]
fn a_persistent_service_has_a_mask_if_some_bits_do_not_count() {
    for (address, prefix, end) in [
        ("192.168.0.89:80", 32, "-p 300"),
        ("192.168.0.89:80", 24, "-p 300 -M 255.255.255.0"),
        ("192.168.0.89:80", 1, "-p 300 -M 128.0.0.0"),
        ("[2001:db8::89]:80", 128, "-p 300"),
        ("[2001:db8::89]:80", 48, "-p 300 -M 48"),
        ("[2001:db8::89]:80", 32, "-p 300 -M 32"),
    ] {
        let mut service = service(Protocol::Tcp, at(address), SchedulerKind::Rr);
        service.settings.persistent = Some(Persistent { timeout_s: 300, prefix });
        reads(Step::Service(service), &format!("ipvsadm -A -t {address} -s rr {end}"));
    }
}

#[test]
fn servers_have_their_own_forwarding_and_thresholds() {
    let web = service(Protocol::Tcp, at("192.168.0.89:80"), SchedulerKind::Rr);
    for (forwarding, thresholds, end) in [
        (Forwarding::DirectRoute, [0, 0], "-g -w 3"),
        (Forwarding::Masquerade, [10, 0], "-m -w 3 -x 10"),
        (Forwarding::Tunnel, [10, 5], "-i -w 3 -x 10 -y 5"),
    ] {
        reads(
            Step::Server(web, server("192.168.0.93:80", forwarding, thresholds), 3),
            &format!("ipvsadm -a -t 192.168.0.89:80 -r 192.168.0.93:80 {end}"),
        );
    }
    let marked = service(Protocol::Tcp, Reached::Fwmark { mark: 7, port: 80, ipv6: true }, SchedulerKind::Rr);
    reads(
        Step::Server(marked, server("[2001:db8::93]:0", Forwarding::Tunnel, [0, 0]), 1),
        "ipvsadm -a -f 7 -6 -r [2001:db8::93]:0 -i -w 1",
    );
}
