//! What of `keepalived.conf` arrives, and what is said of the rest.

use super::*;
use crate::table::Table;
use crate::table::ipvsadm::{self, Thresholds};

mod checks;

fn read(text: &str) -> Imported {
    parse(text, "keepalived.conf").unwrap_or_else(|problems| panic!("{problems}"))
}

/// As ipvsadm would say it.
fn lines(table: &Table) -> String {
    ipvsadm::write(table, Thresholds::Write)
}

fn refused(text: &str) -> String {
    let problems = parse(text, "k").expect_err(text);
    let help = problems.list()[0].help.clone().unwrap_or_default();
    format!("{}; {help}", problems.to_string().lines().next().unwrap_or_default())
}

const WHOLE: &str = r#"
! Two directors, one pair of addresses
global_defs {
    router_id LVS_1      # not ours
    lvs_timeouts tcp 600 udp 30
    lvs_flush
    lvs_sync_daemon eth0 VI_1
}
vrrp_instance VI_1 {
    interface eth0
    virtual_ipaddress { 10.0.0.1/24 }
    notify_master "/etc/keepalived/up.sh # { } !"
}
virtual_server 10.0.0.1 80
{
    delay_loop 6
    lvs_sched wrr
    lb_kind DR
    persistence_timeout 50
    persistence_granularity 255.255.255.0
    protocol TCP
    weight 2
    sorry_server 10.1.0.99 80
    real_server 10.1.0.2 80 {
        weight 3
        uthreshold 100
        lthreshold 50
        inhibit_on_failure
        TCP_CHECK { connect_timeout 3 }
    }
    real_server 10.1.0.1 {
        lvs_method NAT
        HTTP_GET {
            url {
                path "/"
                status_code 200
            }
        }
        TCP_CHECK {
        }
    }
}
"#;

#[test]
fn a_virtual_server_arrives_with_its_servers_in_order() {
    let read = read(WHOLE);
    assert_eq!(
        lines(&read.table),
        "--set 600 0 30\n\
         -A -t 10.0.0.1:80 -s wrr -p 50 -M 255.255.255.0\n\
         -a -t 10.0.0.1:80 -r 10.1.0.2:80 -g -w 3 -x 100 -y 50\n\
         -a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 2\n"
    );
}

#[test]
fn each_kind_of_what_is_not_simulated_is_warned_of_once() {
    let warnings = read(WHOLE).warnings;
    let mut kinds: Vec<&str> =
        warnings.iter().filter_map(|warning| warning.message.split('`').nth(1)).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["TCP_CHECK", "lvs_sync_daemon", "sorry_server"]);
}

#[test]
fn defaults_are_keepalived_s() {
    let read = read("virtual_server 10.0.0.1 80 {\nreal_server 10.1.0.1 80 { }\nreal_server 10.1.0.2\n}");
    assert_eq!(
        lines(&read.table),
        "-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1\n-a -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 1\n"
    );
    let persistent =
        "virtual_server 10.0.0.1 80 {\npersistence_timeout\npersistence_engine sip\nprotocol UDP\nops\n}";
    assert_eq!(
        lines(&parse(persistent, "k").expect("sound").table),
        "-A -u 10.0.0.1:80 -s wlc -p 360 -o --pe sip\n"
    );
}

#[test]
fn flags_and_tunnels_have_keepalived_s_spelling() {
    let text = "virtual_server fwmark 7 {\nlb_algo mh\nmh-port\nflag-1\nhashed\n\
                lvs_method TUN type gue port 6080 remcsum\n\
                real_server fd00::1 0 { }\nreal_server fd00::2 {\nlvs_method TUN type gre csum\n}\n\
                real_server fd00::3 {\nlb_kind tun\n}\n}";
    assert_eq!(
        lines(&read(text).table),
        "-A -f 7 -6 -s mh -b mh-fallback,mh-port\n\
         -a -f 7 -6 -r [fd00::1]:0 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum\n\
         -a -f 7 -6 -r [fd00::2]:0 -i -w 1 --tun-type gre --tun-csum\n\
         -a -f 7 -6 -r [fd00::3]:0 -i -w 1 --tun-type ipip\n"
    );
    let forced = "virtual_server fwmark 7 {\nip_family inet6\nlvs_method TUN\nreal_server 10.1.0.1 { }\n}";
    assert!(lines(&read(forced).table).starts_with("-A -f 7 -6 "));
}

#[test]
fn a_group_is_a_service_for_each_of_its_places() {
    let text = "virtual_server group web {\nlvs_sched rr\nreal_server 10.1.0.1 8080 { }\n}\n\
                virtual_server_group web {\n10.0.0.1-3 80\n10.0.0.9 81 # one more\nfwmark 5\n}";
    assert_eq!(
        lines(&read(text).table),
        "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 1\n\
         -A -t 10.0.0.2:80 -s rr\n-a -t 10.0.0.2:80 -r 10.1.0.1:8080 -m -w 1\n\
         -A -t 10.0.0.3:80 -s rr\n-a -t 10.0.0.3:80 -r 10.1.0.1:8080 -m -w 1\n\
         -A -t 10.0.0.9:81 -s rr\n-a -t 10.0.0.9:81 -r 10.1.0.1:8080 -m -w 1\n\
         -A -f 5 -s rr\n-a -f 5 -r 10.1.0.1:8080 -m -w 1\n"
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let server = |inner: &str| format!("virtual_server 10.0.0.1 80 {{\n{inner}\n}}");
    let real = |inner: &str| server(&format!("real_server 10.1.0.1 80 {{\n{inner}\n}}"));
    for (text, said) in [
        ("include /etc/keepalived/conf.d/*.conf".to_owned(), "k:1:1: other files are not read"),
        ("$VIP=10.0.0.1".to_owned(), "k:1:1: `$` definitions are not replaced"),
        ("global_defs {\n@main router_id a\n}".to_owned(), "k:2:1: lines for one host only (`@host`)"),
        ("~SEQ(X, 1, 3) foo".to_owned(), "k:1:1: sequences"),
        (
            "virtual_sever 10.0.0.1 80 {\n}".to_owned(),
            "k:1:1: unknown keyword `virtual_sever`; did you mean `virtual_server`?",
        ),
        (
            "virtual_server $VIP 80 {\n}".to_owned(),
            "k:1:16: found `$VIP`, expected an address; `$` definitions are not replaced",
        ),
        (
            "virtual_server ${VIP} 80 {\n}".to_owned(),
            "k:1:16: found `${VIP}`, expected an address; `$` definitions",
        ),
        (
            "virtual_server web 80 {\n}".to_owned(),
            "k:1:16: found `web`, expected an address; names are not looked up",
        ),
        ("virtual_server {\n}".to_owned(), "k:1:1: the virtual server's address is missing"),
        (
            "virtual_server 10.0.0.1 {\n}".to_owned(),
            "k:1:16: port 0, every port, is for persistent services only",
        ),
        ("virtual_server group web {\n}".to_owned(), "k:1:22: unknown group `web`"),
        ("virtual_server 10.0.0.1 80 {".to_owned(), "k:1:28: this brace is not closed"),
        ("}".to_owned(), "k:1:1: this brace closes nothing"),
        ("{".to_owned(), "k:1:1: this brace belongs to no keyword"),
        ("x {\n}\n{\n}".to_owned(), "k:3:1: this brace belongs to no keyword"),
        ("a \"b\n".to_owned(), "k:1:3: the quote is not closed on its line"),
        ("a {\n".repeat(20), "k:17:3: braces are nested too deep"),
        ("vrrp_instance a {\n}\n".to_owned(), "there is no virtual_server"),
        (
            "global_defs {\nlvs_timeout tcp 1\n}".to_owned(),
            "k:2:1: unknown keyword `lvs_timeout`; did you mean `lvs_timeouts`?",
        ),
        ("global_defs {\nlvs_timeouts tcp\n}".to_owned(), "k:2:1: expected names with seconds"),
        (server("lvs_sched wlcc"), "k:2:11: unknown scheduler `wlcc`; did you mean `wlc`?"),
        (server("lvs_shed wlc"), "k:2:1: unknown keyword `lvs_shed`; did you mean `lvs_sched`?"),
        (server("lvs_method FNAT"), "k:2:12: unknown method `FNAT`; did you mean `NAT`?"),
        (server("lvs_method TUN type gue"), "k:2:21: a tunnel of type gue needs `port N`"),
        (server("protocol ICMP"), "k:2:10: unknown protocol `ICMP`"),
        (
            server("persistence_timeout 4294967295"),
            "k:2:21: found `4294967295`, expected seconds, 1..=2678400",
        ),
        (
            server("persistence_granularity 255.255.255.0"),
            "k:2:25: a granularity of persistence, but no persistence",
        ),
        (server("ops"), "k:1:16: one-packet scheduling is for UDP services only"),
        (real("wieght 3"), "k:3:1: unknown keyword `wieght`; did you mean `weight`?"),
        (real("weight 1 TCP_CHECK { }"), "k:3:1: `weight` takes one value"),
        (real("weight 65536"), "k:3:8: found `65536`, expected a weight, 0..=65535"),
        (real("uthreshold 3\nlthreshold 4"), "k:2:13: found the lower threshold 4, expected 0..=3"),
        (
            server("real_server fd00::1 80 { }"),
            "k:2:13: the server [fd00::1]:80 is of another IP version than its service",
        ),
    ] {
        let found = refused(&text);
        assert!(found.contains(said), "{text}\n found: {found}\nwanted: {said}");
    }
}
