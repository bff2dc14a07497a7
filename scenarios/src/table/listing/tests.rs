//! What a director shows, as a Debian kernel and ipvsadm 1.31 showed it (`tests/it/director`).

use super::*;
use crate::table::ipvsadm::{self, Thresholds as Written};

const DIRECTOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/director/");

fn shown(name: &str) -> String {
    std::fs::read_to_string(format!("{DIRECTOR}{name}.txt")).expect("it was recorded")
}

/// With the names of the director's hosts.
fn read(text: &str) -> Result<Imported, Problems> {
    let mut names = HostNames::default();
    let hosts =
        "192.0.2.1 vip.example.org\n198.51.100.81 apple.example.org\n198.51.100.82 pear.example.org\n";
    names.add_hosts(hosts, "hosts").expect("sound");
    ipvsadm::read(text, "shown", &names)
}

fn written(name: &str) -> String {
    let imported = read(&shown(name)).unwrap_or_else(|problems| panic!("{name}: {problems}"));
    ipvsadm::write(&imported.table, Written::Write)
}

/// The lines of a save, those of each service by themselves and sorted.
fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn a_listing_is_the_table_that_is_saved() {
    let saved = shown("sort");
    // Listings say nothing of what is in a tunnel.
    let plain = saved.replace("--tun-type gue --tun-port 6080 --tun-nocsum", "--tun-type ipip");
    assert_eq!(written("list"), plain);
    assert_eq!(written("tunnels"), saved);
    assert_eq!(written("names"), plain);
    assert_eq!(written("save"), saved);
    assert_eq!(sorted(&written("nosort")), sorted(&plain));
}

#[test]
fn the_kernel_s_own_table_lacks_flags_and_engines() {
    let expected = shown("sort")
        .replace("--tun-type gue --tun-port 6080 --tun-nocsum", "--tun-type ipip")
        .replace(" -b mh-port", "")
        .replace(" -b sh-fallback,sh-port", "")
        .replace(" -b flag-1,flag-2", "")
        .replace(" --pe sip", "");
    assert_eq!(sorted(&written("proc-ip_vs")), sorted(&expected));
    let warnings = read(&shown("proc-ip_vs")).expect("a table").warnings;
    let said: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("75000 are 300 s at 250 Hz (Debian, Ubuntu), 75 s at 1000 Hz"), "{said:?}");
    assert!(said.iter().any(|said| said.contains("the flags of sh")), "{said:?}");
}

#[test]
fn a_listing_that_is_not_sorted_shows_the_head_of_the_list_first() {
    let added: Vec<String> = written("nosort")
        .lines()
        .filter(|line| line.contains(" -a -t 192.0.2.1:8080") || line.starts_with("-a -t 192.0.2.1:8080"))
        .map(str::to_owned)
        .collect();
    assert!(added[0].contains("198.51.100.81:8080") && added[1].contains("198.51.100.82:8080"), "{added:?}");
    assert_eq!(read(&shown("nosort")).expect("a table").order, OWN_ORDER);
    assert_eq!(read(&shown("list")).expect("a table").order, SORTED);
    assert_eq!(read(&shown("proc-ip_vs")).expect("a table").order, OWN_ORDER);
}

#[test]
fn thresholds_and_time_outs_come_from_outputs_of_their_own() {
    let all = format!("{}\n{}\n{}", shown("list"), shown("thresholds"), shown("timeout"));
    let table = read(&all).expect("a table").table;
    let written = ipvsadm::write(&table, Written::Write);
    assert!(written.starts_with("--set 600 60 30\n"), "{written}");
    assert!(written.contains("-r 198.51.100.81:8080 -m -w 2 -x 100 -y 50\n"), "{written}");
}

#[test]
fn what_people_show_in_reports_is_a_table() {
    assert_eq!(
        written("08-ipvsadm-ln"),
        "-A -t 192.0.2.1:443 -s rr -p 10800\n-a -t 192.0.2.1:443 -r 198.51.100.81:6443 -m -w 1\n\
         -a -t 192.0.2.1:443 -r 198.51.100.82:6443 -m -w 1\n-A -t 192.0.2.1:80 -s mh -b mh-port\n\
         -a -t 192.0.2.1:80 -r 198.51.100.83:80 -g -w 3\n"
    );
}

#[test]
fn a_part_of_a_listing_is_one_too() {
    assert!(written("one").starts_with("-A -t 192.0.2.1:8080 -s wlc\n"));
    let text = "TCP  10.96.0.1:443 rr\n  -> 10.1.0.1:6443 Masq 1 2 0\n\nUDP 10.96.0.10:53 rr\n";
    let table = read(text).expect("a table").table;
    assert_eq!(
        ipvsadm::write(&table, Written::Write),
        "-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 10.1.0.1:6443 -m -w 1\n-A -u 10.96.0.10:53 -s rr\n"
    );
}

#[test]
fn what_is_no_table_is_refused_by_its_name() {
    for (name, said) in [
        ("stats", "this is what `ipvsadm -Ln --stats` shows: neither schedulers nor weights"),
        ("exact", "this is what `ipvsadm -Ln --stats` shows"),
        ("rate", "this is what `ipvsadm -Ln --rate` shows"),
        ("thresholds", "this is what `ipvsadm -Ln --thresholds` shows: no weights"),
        ("persistent", "this is what `ipvsadm -Ln --persistent-conn` shows: not how servers are reached"),
        ("connections", "this is what `ipvsadm -Lnc` shows: connections"),
        ("connections-pe", "this is what `ipvsadm -Lnc` shows"),
        ("connections-names", "this is what `ipvsadm -Lnc` shows"),
        ("timeout", "this is what `ipvsadm -Ln --timeout` shows: timeouts alone"),
        ("proc-ip_vs_conn", "this is what `/proc/net/ip_vs_conn` shows"),
        ("proc-ip_vs_conn_sync", "this is what `/proc/net/ip_vs_conn` shows"),
        ("proc-ip_vs_stats", "this is what `/proc/net/ip_vs_stats` shows: totals"),
        ("proc-ip_vs_stats_percpu", "this is what `/proc/net/ip_vs_stats_percpu` shows"),
        ("node_exporter", "this is what `node_exporter` shows: no schedulers"),
    ] {
        let problems = read(&shown(name)).expect_err(name);
        let [problem] = problems.list() else { panic!("{name}: {problems}") };
        assert!(problem.message.starts_with(said), "{name}: {problems}");
        assert_eq!(
            problem.help.as_deref(),
            Some("`ipvsadm -Sn` or `ipvsadm -Ln` on the director shows what a scenario needs")
        );
    }
    let empty = "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n";
    let problems = read(empty).expect_err("no service");
    assert!(problems.to_string().contains("`ipvsadm -Ln` shows no service"), "{problems}");
}

#[test]
fn what_is_amiss_in_a_listing_is_said_with_its_place() {
    let rows = "TCP  10.0.0.1:80 wlc\n  -> 10.1.0.1:80 Masq 1 0 0\n";
    for (text, said) in [
        (rows.replace("wlc", "wlcc"), "shown:1:18: unknown scheduler `wlcc`"),
        (rows.replace(" wlc", ""), "shown:1:6: the scheduler is missing"),
        (rows.replace("wlc", "wlc persistent"), "shown:1:22: `persistent` has no value"),
        (rows.replace("wlc", "wlc mask 255.0.0.0"), "shown:1:27: a mask without persistence"),
        (rows.replace("wlc", "wlc persistant 3"), "shown:1:22: unknown part of a service `persistant`"),
        (rows.replace("Masq", "Mask"), "shown:2:18: unknown way to reach a server `Mask`"),
        (rows.replace(" 0 0", ""), "shown:2:6: found 2 columns after the server, expected 4"),
        (rows.replace("Masq 1 ", "Masq 70000 "), "shown:2:23: found `70000`, expected a weight"),
        (rows.to_owned() + "something\n", "shown:3:1: this is not a line of a listing"),
        (
            rows.replace("10.1.0.1:80", "web1.example.or"),
            "shown:2:6: the host `web1.example.or` is not known",
        ),
        (
            rows.replace("10.1.0.1:80", "pear.example.org"),
            "shown:2:6: the port is missing: ipvsadm truncates long names",
        ),
        (rows.to_owned() + rows, "shown:3:6: the service TCP 10.0.0.1:80 already exists"),
        (
            "TCP  C0000201:0050 rr persistent 7 FFFFFFFF\n".to_owned(),
            "shown:1:34: found 7 ticks, which is not a whole number of seconds for any HZ",
        ),
        (
            "TCP  C0000201:0050 rr persistent 250 FF00FF00\n".to_owned(),
            "shown:1:38: found `FF00FF00`, expected a mask in hexadecimal",
        ),
    ] {
        let problems = read(&text).expect_err(&text).to_string();
        assert!(problems.starts_with(said), "{text}\n found: {problems}\nwanted: {said}");
    }
}
