//! What ipvsadm 1.31 was seen to do, fact by fact, and that what is written is read again.

use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::{SchedulerKind, Span};
use ipvslab_sim::{Persistence, Protocol, Reached, ServiceKey};
use proptest::prelude::*;

use super::*;
use crate::table::{Checksum, Encapsulation, Method, SchedulerFlags, Server, Service, SetTimeouts, Table};

fn table(text: &str) -> Table {
    parse(text, "saved").unwrap_or_else(|problems| panic!("{problems}")).table
}

fn only(text: &str) -> Service {
    table(text).services.remove(0)
}

/// The first problem, with its help.
fn refused(text: &str) -> String {
    let problems = parse(text, "saved").expect_err(text);
    let help = problems.list()[0].help.clone().unwrap_or_default();
    format!("{}; {help}", problems.to_string().lines().next().unwrap_or_default())
}

#[test]
fn a_save_comes_back_as_it_was() {
    let saved = "\
-A -t 10.0.0.1:80 -s wrr -p 360 -M 255.255.255.0
-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1
-a -t 10.0.0.1:80 -r 10.1.0.2:8080 -m -w 3
-A -t 10.0.0.2:443 -s sh -b sh-fallback,sh-port
-a -t 10.0.0.2:443 -r 10.1.0.1:443 -g -w 1
-A -t 10.0.0.3:25 -s mh -b mh-port
-A -t 10.0.0.4:25 -s rr -b flag-1,flag-2,flag-3
-A -u 10.0.0.1:53 -s rr -o
-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip
-A --sctp-service 10.0.0.1:2905 -s lc
-A -t [2001:db8::1]:80 -s wlc -p 300 -M 64
-a -t [2001:db8::1]:80 -r 10.1.0.9:80 -i -w 1 --tun-type ipip
-a -t [2001:db8::1]:80 -r [fd00::5]:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum
-a -t [2001:db8::1]:80 -r [fd00::6]:80 -i -w 1 --tun-type gre --tun-nocsum
-A -f 7 -s lblc
-a -f 7 -r 10.1.0.1:0 -g -w 0
-A -f 8 -6 -s rr
-a -f 8 -6 -r [fd00::5]:0 -g -w 65535
";
    assert_eq!(write(&table(saved), Thresholds::Write), saved);
}

#[test]
fn the_order_of_the_file_is_kept() {
    let service = only("-A -t 10.0.0.1:80\n-a -t 10.0.0.1:80 -r 10.1.0.9\n-a -t 10.0.0.1:80 -r 10.1.0.1\n");
    let order: Vec<String> = service.servers.iter().map(|server| server.endpoint.to_string()).collect();
    assert_eq!(order, ["10.1.0.9:80", "10.1.0.1:80"]);
}

#[test]
fn what_is_left_out_is_what_ipvsadm_takes() {
    let service = only("-A -t 10.0.0.1:80 -p\n-a -t 10.0.0.1:80 -r 10.1.0.1\n");
    assert_eq!(service.scheduler, SchedulerKind::Wlc);
    let seconds = Span::from_secs(360);
    assert_eq!(
        service.persistence,
        Some(Persistence { timeout: seconds, prefix: 32 }),
        "the manual says 300"
    );
    let expected = Server::new("10.1.0.1:80".parse().expect("an endpoint"));
    assert_eq!(service.servers, [expected]);
    assert_eq!((expected.weight, expected.method), (1, Method::DirectRoute));
    assert_eq!(only("-A -f 3\n-a -f 3 -r 10.1.0.1 -m\n").servers[0].endpoint.port(), 0);
}

#[test]
fn long_options_clusters_and_glued_values_mean_the_same() {
    let short = table(
        "-A -t 10.0.0.1:80 -s sh -p 9 -b sh-port\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 2 -x 5 -y 3\n",
    );
    let long = "\
ipvsadm --add-service --tcp-service 10.0.0.1:80 --scheduler=sh --persistent=9 --sched-flags flag-2
ipvsadm --add-server --tcp-service=10.0.0.1:80 --real-server 10.1.0.1 --masquerading --weight 2 --u-threshold 5 --l-threshold=3
";
    assert_eq!(table(long), short);
    assert_eq!(table("-At 10.0.0.1:80 -ssh -p9 -bmh-port\n-at10.0.0.1:80 -r10.1.0.1 -mw 2 -x5 -y3"), short);
    assert!(only("-A -u 10.0.0.1:53 --ops").one_packet);
    assert!(only("-A -u 10.0.0.1:53 -s rr ops").one_packet, "as saves of old have it");
}

#[test]
fn blank_lines_tabs_and_carriage_returns_do_not_matter() {
    assert_eq!(only("\r\n\n\t-A\t-t 10.0.0.1:80 \r\n  \n").servers, []);
}

#[test]
fn thresholds_go_beyond_the_manual_and_are_written_on_demand() {
    let text = "-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1 -x 70000 -y 3\n";
    let read = table(text);
    assert_eq!(read.services[0].servers[0].thresholds.upper(), 70_000);
    assert_eq!(write(&read, Thresholds::Write), text);
    assert_eq!(write(&read, Thresholds::LeaveOut), text.replace(" -x 70000 -y 3", ""));
}

#[test]
fn only_masquerading_changes_ports() {
    let text =
        "-A -t 10.0.0.1:80\n-a -t 10.0.0.1:80 -g -r 10.1.0.1:81\n-a -t 10.0.0.1:80 -m -r 10.1.0.2:81\n";
    let read = parse(text, "saved").expect("odd, but sound");
    let ports: Vec<u16> =
        read.table.services[0].servers.iter().map(|server| server.endpoint.port()).collect();
    assert_eq!(ports, [80, 81]);
    let said = read.render_warnings(false);
    assert!(said.contains("port 81 is stored as 80") && said.contains("saved:2:25"), "{said}");
    assert_eq!(only("-A -f 1\n-a -f 1 -g -r 10.1.0.1:81").servers[0].endpoint.port(), 81);
}

#[test]
fn the_third_flag_is_kept_where_a_save_forgets_it() {
    let read = only("-A -t 10.0.0.1:80 -s mh -b mh-port,flag-3");
    assert_eq!(read.flags, SchedulerFlags([false, true, true]));
    let written = write(&Table { services: vec![read], timeouts: None }, Thresholds::Write);
    assert_eq!(written, "-A -t 10.0.0.1:80 -s mh -b mh-port,flag-3\n");
}

#[test]
fn set_keeps_what_is_zero() {
    let read = table("--set 0 30 0\n-A -f 1 -s rr\n");
    assert_eq!(read.timeouts, Some(SetTimeouts { tcp_s: 0, tcp_fin_s: 30, udp_s: 0 }));
    assert_eq!(write(&read, Thresholds::Write), "--set 0 30 0\n-A -f 1 -s rr\n");
}

/// A line that is refused, where, and what is said.
const REFUSED: [(&str, &str); 46] = [
    ("# web", "1:1: comments are not part of the format; `ipvsadm -R` stops at them"),
    ("ipvsadm", "1:1: a line begins with a command"),
    ("-t 10.0.0.1:80 -A", "1:1: `-t` is not a command"),
    ("web", "1:1: a line begins with a command"),
    (
        "-A -t web.example.org:http",
        "1:7: the host `web.example.org` is not known; `-n` makes ipvsadm write addresses (`ipvsadm -Sn`); or `--hosts FILE` names them",
    ),
    (
        "-A -t 2001:db8::1",
        "1:7: found `2001:db8::1`, expected an address and a port; IPv6 in brackets: `[2001:db8::1]:80`",
    ),
    ("-A -t 10.0.0.1:80 --shed rr", "1:19: unknown option `--shed`; "),
    ("-A -t 10.0.0.1:80 --schedular rr", "1:19: unknown option `--schedular`; did you mean `--scheduler`?"),
    ("-A -t 10.0.0.1:80 -q", "1:19: unknown option `-q`; -A, -a and --set are read"),
    ("-A -t 10.0.0.1:80 -s wlcc", "1:22: unknown scheduler `wlcc`; did you mean `wlc`?"),
    ("-A -t 10.0.0.1:80 -s", "1:19: `-s` needs a value"),
    ("-A -t 10.0.0.1:80 -s rr -s wlc", "1:25: `-s` is given twice"),
    ("-A -t 10.0.0.1:80 -w 3", "1:19: `-w` does not belong to `-A`"),
    ("-A -t 10.0.0.1:80 -u 10.0.0.1:80", "1:19: a line is about one service"),
    ("-A -s rr", "1:4: the service is missing"),
    ("-A -t 10.0.0.1:0 -s rr", "1:7: port 0, every port, is for persistent services only"),
    ("-A -t 10.0.0.1 -s rr", "1:7: port 0, every port, is for persistent services only"),
    ("-A -t 10.0.0.1:80 -o", "1:7: one-packet scheduling is for UDP services only"),
    ("-A -t 10.0.0.1:80 -p 0", "1:22: found `0`, expected seconds, 1..=2678400"),
    ("-A -t 10.0.0.1:80 -p 4294967295", "1:22: found `4294967295`, expected seconds, 1..=2678400"),
    (
        "-A -t 10.0.0.1:80 -M 255.255.255.0",
        "1:22: `-M` is about persistence, but the service is not persistent",
    ),
    (
        "-A -t 10.0.0.1:80 -p 9 -M 255.0.255.0",
        "1:27: found `255.0.255.0`, expected an IPv4 mask with all ones in front",
    ),
    ("-A -t 10.0.0.1:80 -p 9 -M 24", "1:27: found `24`, expected an IPv4 mask"),
    ("-A -t [::1]:80 -p 9 -M 129", "1:24: found `129`, expected the length of an IPv6 prefix, 1..=128"),
    ("-A -t 10.0.0.1:80 -b sh-prot", "1:22: unknown flag `sh-prot`; did you mean `sh-port`?"),
    ("-A -t 10.0.0.1:80 --pe sap", "1:24: unknown persistence engine `sap`; did you mean `sip`?"),
    ("-A -t 10.0.0.1:80 -6", "1:19: `-6` is for services by firewall mark"),
    ("-A -6 -f 8", "1:4: `-6` stands before `-f`"),
    ("-A -f 0", "1:7: found `0`, expected a firewall mark, 1..=4294967295"),
    ("-A -t 10.0.0.1:80 extra", "1:19: `extra` does not belong to an option"),
    ("-A -t 10.0.0.1:80 --ops=1", "1:19: `--ops` takes no value"),
    ("-A -f 8\n-A -f 8", "2:7: the service fwmark 8 already exists"),
    ("-a -f 8 -r 10.1.0.1", "1:12: there is no service fwmark 8 before this line"),
    ("-A -f 8\n-a -f 8", "2:4: the real server is missing"),
    ("-A -f 8\n-a -f 8 -r 10.1.0.1 -w -1", "2:24: found `-1`, expected a weight, 0..=65535"),
    (
        "-A -f 8\n-a -f 8 -r 10.1.0.1 -x 2147483648",
        "2:24: found `2147483648`, expected a number of connections",
    ),
    ("-A -f 8\n-a -f 8 -r 10.1.0.1 -x 3 -y 4", "2:29: found the lower threshold 4, expected 0..=3"),
    ("-A -f 8\n-a -f 8 -r 10.1.0.1\n-a -f 8 -r 10.1.0.1:0", "3:12: the server 10.1.0.1:0 already exists"),
    ("-A -f 8\n-a -f 8 -r 10.1.0.1 -m -g", "2:24: a server is reached in one way"),
    (
        "-A -f 8\n-a -f 8 -r [fd00::5]:0 -g",
        "2:12: the server [fd00::5]:0 is of another IP version than its service; the kernel reaches it by a tunnel only",
    ),
    (
        "-A -f 8 -6\n-a -f 8 -6 -r [fd00::5]",
        "2:15: ipvsadm takes no IPv6 server without a port; `[fd00::5]:0`",
    ),
    ("-A -f 8\n-a -f 8 -r 10.1.0.1 -m --tun-type ipip", "2:24: `--tun-type` is about tunnels"),
    ("-A -f 8\n-a -f 8 -r 10.1.0.1 -i --tun-type gue", "2:35: a tunnel of type gue needs a port"),
    (
        "-A -f 8\n-a -f 8 -r 10.1.0.1 -i --tun-type gre --tun-remcsum",
        "2:39: a tunnel of type gre has no remote checksum",
    ),
    ("--set 900 120", "1:1: found 2 numbers, expected three"),
    ("", "there is no service"),
];

#[test]
fn what_ipvsadm_would_refuse_or_misread_is_refused_with_its_place() {
    for (text, said) in REFUSED {
        let found = refused(text);
        assert!(found.contains(said), "{text}\n found: {found}\nwanted: {said}");
    }
}

#[test]
fn commands_that_do_not_add_are_refused_each() {
    for line in [
        "-C",
        "-E -t 10.0.0.1:80 -s rr",
        "-D -t 10.0.0.1:80",
        "-e -f 1 -r 10.1.0.1 -w 0",
        "-d -f 1 -r 10.1.0.1",
        "-Z",
        "-R",
    ] {
        assert!(refused(line).contains("changes an existing table"), "{line}");
    }
    for line in ["-L -n", "-ln", "-S", "-h", "-Lnc"] {
        assert!(refused(line).contains("shows an existing table"), "{line}");
    }
    assert!(refused("--start-daemon master").contains("synchronisation"));
}

#[test]
fn every_bad_line_is_told_and_servers_of_a_lost_service_are_not() {
    let problems =
        parse("-A -t 10.0.0.1:80 -s wlcc\n-a -t 10.0.0.1:80 -r 10.1.0.1\n-Z\n", "saved").expect_err("bad");
    let lines: Vec<String> = problems.to_string().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].starts_with("saved:3:1: "), "{lines:?}");
}

fn endpoint(ipv6: bool) -> impl Strategy<Value = SocketAddr> {
    let ip = if ipv6 {
        any::<u128>().prop_map(|bits| IpAddr::V6(bits.into())).boxed()
    } else {
        any::<u32>().prop_map(|bits| IpAddr::V4(bits.into())).boxed()
    };
    (ip, any::<u16>()).prop_map(|(ip, port)| SocketAddr::new(ip, port))
}

fn checksum() -> impl Strategy<Value = Checksum> {
    prop::sample::select(vec![Checksum::None, Checksum::Own, Checksum::Remote])
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![
        Just(Method::Masquerade),
        Just(Method::DirectRoute),
        Just(Method::Tunnel(Encapsulation::Ipip)),
        (1u16.., checksum())
            .prop_map(|(port, checksum)| Method::Tunnel(Encapsulation::Gue { port, checksum })),
        any::<bool>().prop_map(|own| {
            Method::Tunnel(Encapsulation::Gre(if own { Checksum::Own } else { Checksum::None }))
        }),
    ]
}

/// A server that its service, `key`, can have.
fn server(key: ServiceKey, ipv6: bool) -> impl Strategy<Value = Server> {
    (method(), any::<bool>(), any::<u16>(), 0..1u32 << 31, 0.0..=1.0).prop_flat_map(
        move |(method, other, weight, upper, share)| {
            let lower = (f64::from(upper) * share) as u32;
            let other = other && matches!(method, Method::Tunnel(_));
            endpoint(ipv6 != other).prop_map(move |mut endpoint| {
                if let Reached::Address(address) = key.reached
                    && method != Method::Masquerade
                {
                    endpoint.set_port(address.port());
                }
                let thresholds =
                    ipvslab_schedulers::Thresholds::new(upper, lower).expect("a share of the upper one");
                Server { endpoint, method, weight, thresholds }
            })
        },
    )
}

fn key() -> impl Strategy<Value = ServiceKey> {
    let protocol = prop::sample::select(vec![Protocol::Tcp, Protocol::Udp, Protocol::Sctp]);
    prop_oneof![
        (protocol, any::<bool>().prop_flat_map(endpoint))
            .prop_map(|(protocol, address)| ServiceKey { protocol, reached: Reached::Address(address) }),
        (any::<bool>(), 1u32..).prop_map(|(ipv6, mark)| ServiceKey {
            protocol: Protocol::Tcp,
            reached: Reached::Mark { ipv6, mark }
        }),
    ]
}

fn service() -> impl Strategy<Value = Service> {
    let scheduler = prop::sample::select(SchedulerKind::ALL.to_vec());
    let seconds = prop::option::of(1..=31 * 86_400u64);
    (key(), scheduler, any::<[bool; 3]>(), seconds, 0..=128u8, any::<[bool; 2]>()).prop_flat_map(
        |(key, scheduler, flags, seconds, prefix, [sip, one_packet])| {
            let mut service = Service { scheduler, flags: SchedulerFlags(flags), ..Service::new(key) };
            let ipv6 = service.is_ipv6();
            let is_any_port = matches!(key.reached, Reached::Address(address) if address.port() == 0);
            let prefix = if ipv6 { prefix.max(1) } else { prefix.min(32) };
            service.persistence = seconds
                .or(is_any_port.then_some(300))
                .map(|seconds| Persistence { timeout: Span::from_secs(seconds), prefix });
            service.engine = sip.then(|| "sip".to_owned());
            let is_mark = matches!(key.reached, Reached::Mark { .. });
            service.one_packet = one_packet && (is_mark || key.protocol == Protocol::Udp);
            prop::collection::vec(server(key, ipv6), 0..5)
                .prop_map(move |servers| Service { servers, ..service.clone() })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(
        services in prop::collection::vec(service(), 1..5),
        set in prop::option::of((0..1000u32, 0..1000u32, 0..1000u32)),
    ) {
        let timeouts = set.map(|(tcp_s, tcp_fin_s, udp_s)| SetTimeouts { tcp_s, tcp_fin_s, udp_s });
        let table = Table { services, timeouts };
        let text = write(&table, Thresholds::Write);
        let read = parse(&text, "written").map_err(|problems| TestCaseError::fail(format!("{problems}\n{text}")))?;
        prop_assert!(read.warnings.is_empty());
        prop_assert_eq!(read.table, table);
    }
}
