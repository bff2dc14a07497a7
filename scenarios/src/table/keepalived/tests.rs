//! What of `keepalived.conf` arrives, and what is said of the rest. What the real program makes of configurations is compared with
//! in `tests/it/keepalived.rs`.

use super::*;
use crate::table::ipvsadm::{self, Thresholds};

mod checks;
mod refused;
mod texts;

fn read(text: &str) -> Imported {
    parse(text, "keepalived.conf").unwrap_or_else(|problems| panic!("{problems}"))
}

/// As ipvsadm would say it.
fn lines(table: &Table) -> String {
    ipvsadm::write(table, Thresholds::Write)
}

/// The warnings, each with its line and its help.
fn warnings(text: &str) -> Vec<String> {
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let said = |warning: Problem| {
        let place = line(warning.span.expect("a place").start);
        let help = warning.help.map(|help| format!("; {help}")).unwrap_or_default();
        format!("{place}: {}{help}", warning.message)
    };
    parse(text, "k").unwrap_or_else(|problems| panic!("{problems}")).warnings.into_iter().map(said).collect()
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
fn defaults_are_keepalived_s_and_said() {
    let plain = "virtual_server 10.0.0.1 80 {\nreal_server 10.1.0.1 80 { }\nreal_server 10.1.0.2 { }\n}";
    assert_eq!(
        lines(&read(plain).table),
        "-A -u 10.0.0.1:80 -s wlc\n-a -u 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1\n-a -u 10.0.0.1:80 -r 10.1.0.2:80 -m -w 1\n"
    );
    assert_eq!(
        warnings(plain),
        [
            "1: `virtual_server 10.0.0.1 80` has no `protocol`: keepalived takes UDP; `protocol TCP`, if that is meant",
            "1: `virtual_server 10.0.0.1 80` has no `lb_algo`: keepalived takes wlc",
            "1: `virtual_server 10.0.0.1 80` has no `lb_kind`: keepalived takes NAT",
        ]
    );
    let persistent = "virtual_server 10.0.0.1 80 {\npersistence_timeout\npersistence_engine sip\nprotocol UDP\nops\n\
                      real_server 10.1.0.1 80 { }\n}";
    assert_eq!(
        lines(&read(persistent).table),
        "-A -u 10.0.0.1:80 -s wlc -p 360 -o --pe sip\n-a -u 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1\n"
    );
}

#[test]
fn flags_and_tunnels_have_keepalived_s_spelling() {
    let text = "virtual_server fwmark 7 {\nlb_algo mh\nmh-port\nflag-1\nhashed\n\
                lvs_method TUN type gue port 6080 remcsum\n\
                real_server fd00::1 0 { }\nreal_server fd00::2 {\nlvs_method TUN type gre csum\n}\n\
                real_server fd00::3 {\nlvs_method TUN\n}\n}";
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
    let text = "virtual_server group web {\nlvs_sched rr\nprotocol TCP\nreal_server 10.1.0.1 8080 { }\n}\n\
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
