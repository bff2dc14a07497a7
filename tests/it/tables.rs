//! `import` and `export`.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Place, SMALL};

const SAVED: &str = "\
-A -t 10.0.0.1:80 -s wlc -p 300
-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1 -x 100 -y 50
-a -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 2
-A -f 7 -s rr --pe sip -p 60
-a -f 7 -r 10.1.0.1:0 -g -w 1
";

#[test]
fn an_imported_service_is_sound_runs_and_comes_back() {
    let place = Place::new();
    place.write("saved", SAVED);
    let imported = place.run(&["import", "ipvsadm", "saved", "--service", "10.0.0.1:80"]);
    place.write("web.toml", imported.succeeds());
    assert!(imported.stderr.contains("`ipvsadm -S` sorts"), "{}", imported.stderr);
    place.run(&["check", "web.toml", "--strict"]).succeeds();
    let short = ["compare", "web.toml", "--replications", "2", "--quiet"];
    assert!(place.run(&short).succeeds().contains("wlc"));
    let exported = place.run(&["export", "ipvsadm", "web.toml"]);
    let of_the_service: String = SAVED.lines().take(3).map(|line| format!("{line}\n")).collect();
    assert_eq!(exported.succeeds(), of_the_service);
    assert_eq!(exported.stderr, "");
}

#[test]
fn stdin_is_a_file_too() {
    let place = Place::new();
    let mut command = place.command(&["import", "ipvsadm", "-", "--quiet"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut started = command.spawn().expect("the binary runs");
    let mut stdin = started.stdin.take().expect("a pipe");
    stdin.write_all(b"-A -u 10.0.0.1:53 -s rr -o\n-a -u 10.0.0.1:53 -r 10.1.0.1\n").expect("it reads");
    drop(stdin);
    let ended = started.wait_with_output().expect("it ends");
    let text = String::from_utf8(ended.stdout).expect("UTF-8");
    assert!(ended.status.success() && text.contains("one_packet = true"), "{text}");
    assert!(ended.stderr.is_empty());
}

#[test]
fn one_of_several_services_is_asked_for_by_its_command() {
    let place = Place::new();
    place.write("saved", SAVED);
    let commands =
        ["import ipvsadm saved --service 10.0.0.1:80", "import ipvsadm saved --service 'fwmark 7'"];
    place.run(&["import", "ipvsadm", "saved"]).fails(2, &commands);
    place.run(&["import", "ipvsadm", "saved", "--service", "10.0.0.9:80"]).fails(2, &commands);
}

#[test]
fn what_a_scenario_cannot_express_is_refused_or_commented() {
    let place = Place::new();
    place.write("saved", SAVED);
    let mark = ["import", "ipvsadm", "saved", "--service", "fwmark 7"];
    place.run(&mark).fails(3, &["persistence engine sip", "--lossy"]);
    let lossy = place.run(&[&mark[..], &["--lossy"]].concat());
    place.write("mark.toml", lossy.succeeds());
    assert!(lossy.stdout.contains("# Note: persistence engine sip"), "{}", lossy.stdout);
    place.run(&["check", "mark.toml"]).succeeds();
}

#[test]
fn keepalived_is_read_with_its_health_checks() {
    let place = Place::new();
    let text = "virtual_server 10.0.0.1 80 {\n  lb_algo rr\n  real_server 10.1.0.1 80 {\n    TCP_CHECK {\n    }\n  }\n}\n";
    place.write("keepalived.conf", text);
    let imported = place.run(&["import", "keepalived", "keepalived.conf"]);
    assert!(imported.succeeds().contains("schedulers = [\"rr\"]"));
    assert!(imported.stdout.contains("[health]\ncheck = \"tcp\"\n"), "{imported:?}");
    place.write("keepalived.conf", &text.replace("lb_algo", "lb_algp"));
    let misspelt = place.run(&["import", "keepalived", "keepalived.conf"]);
    assert!(misspelt.succeeds().contains("schedulers = [\"wlc\"]"), "{misspelt:?}");
    for said in
        ["keepalived.conf:2:3", "unknown keyword `lb_algp`: keepalived ignores the line", "`lb_algo`?"]
    {
        assert!(misspelt.stderr.contains(said), "{misspelt:?}");
    }
    place.run(&["import", "keepalived", "missing.conf"]).fails(3, &["cannot read missing.conf"]);
}

#[test]
fn an_export_says_on_stderr_what_is_in_no_table() {
    let place = Place::new();
    let limited = SMALL.replace("weight = 2", "weight = 2\nu_threshold = 9").replace(
        "schedulers = [\"rr\", \"wlc\", \"sh\"]",
        "schedulers = [\"rr\", \"wlc\"]\ntimeouts = { udp = \"30s\" }\nsysctl = { conn_reuse_mode = 3 }",
    );
    place.write("farm.toml", &limited);
    let full = place.run(&["export", "ipvsadm", "farm.toml", "--scheduler", "wlc"]);
    assert_eq!(
        full.succeeds(),
        "--set 0 0 30\n-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1\n\
         -a -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 1\n-a -t 10.0.0.1:80 -r 10.1.0.3:80 -m -w 2 -x 9\n"
    );
    assert_eq!(full.stderr, "# sysctl -w net.ipv4.vs.conn_reuse_mode=3\n");
    let strict = place.run(&["export", "ipvsadm", "farm.toml", "--strict-ipvsadm"]);
    assert!(!strict.succeeds().contains(" -x ") && strict.stdout.contains("-s rr\n"), "{strict:?}");
    assert!(strict.stderr.contains("the connection thresholds (-x, -y) of 1 servers"), "{strict:?}");
}

#[test]
fn included_files_are_found_beside_the_file_and_below_the_root() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("lb1/etc/keepalived/conf.d")).expect("a directory");
    place.write(
        "lb1/etc/keepalived/keepalived.conf",
        "include conf.d/*.conf\ninclude /etc/keepalived/dns.conf\n",
    );
    let service = |address: &str, servers: &str| {
        format!("virtual_server {address} {{\n  lb_algo rr\n  lb_kind NAT\n  protocol TCP\n{servers}}}\n")
    };
    place.write(
        "lb1/etc/keepalived/conf.d/web.conf",
        &service("10.0.0.1 80", "  real_server 10.1.0.1 80 {\n  @lb1 weight 5\n  }\n"),
    );
    place.write(
        "lb1/etc/keepalived/dns.conf",
        &service("10.0.0.2 53", "  real_server 10.1.0.1 {\n    wieght 3\n  }\n"),
    );
    let import = ["import", "keepalived", "lb1/etc/keepalived/keepalived.conf", "--service"];
    let one = |service: &str, more: &[&str]| place.run(&[&import[..], &[service], more].concat());
    one("10.0.0.1:80", &[]).fails(3, &["conf.d/web.conf:6:3", "`--config-id lb1`"]);
    let weighted = one("10.0.0.1:80", &["--config-id", "lb1"]);
    assert!(weighted.succeeds().contains("weight = 5\n"), "{weighted:?}");
    assert!(
        weighted.stderr.contains("include /etc/keepalived/dns.conf: there is no such file"),
        "{weighted:?}"
    );
    let rooted = one("10.0.0.2:53", &["--config-id", "lb2", "--root", "lb1"]);
    assert!(rooted.succeeds().contains("address = \"10.1.0.1:53\""), "{rooted:?}");
    assert!(rooted.stderr.contains("--> /etc/keepalived/dns.conf:6:5"), "{rooted:?}");
}

#[test]
fn a_trace_is_played_on_the_imported_service() {
    let place = Place::new();
    place.write("saved", SAVED);
    let rows: String =
        (0..200).map(|row| format!("{},192.0.2.{},/a,1000\n", row / 2, row % 50 + 1)).collect();
    place.write("web.csv", &format!("arrival_s,client,object,response_bytes\n{rows}"));
    let web = ["import", "ipvsadm", "saved", "--service", "10.0.0.1:80", "--trace", "web.csv"];
    let played = place.run(&[&web[..], &["--cost", "20ms + 1us/response_bytes"]].concat());
    let text = played.succeeds();
    assert!(text.contains("file = \"web.csv\"") && text.contains("constant = \"20ms\""), "{text}");
    assert!(
        !text.contains("poisson") && played.stderr.contains("note: the servers' slots are made up"),
        "{played:?}"
    );
    place.write("web.toml", text);
    place.run(&["check", "web.toml"]).succeeds();
    assert!(place.run(&["compare", "web.toml", "--quiet"]).succeeds().contains("wlc"));
    place.run(&[&web[..], &["--cost", "1us/bytes"]].concat()).fails(3, &["the trace has no column `bytes`"]);
}

#[test]
fn no_hint_is_given_that_does_not_help() {
    let place = Place::new();
    place.write("saved", "-A -f 1 -s rr\n-a -f 1 -r 10.1.0.1:0 -g -w 0\n");
    for more in [&[][..], &["--lossy"]] {
        let drained = place.run(&[&["import", "ipvsadm", "saved"], more].concat());
        drained.fails(3, &["fwmark 1: all weights are 0", "refuses every connection"]);
        assert!(!drained.stderr.contains("--lossy"), "{drained:?}");
    }
}

#[test]
fn a_listing_with_names_is_read_with_a_file_of_hosts() {
    let place = Place::new();
    place.write("shown", "TCP  web.example.org:http rr\n  -> web1.example.org:http-alt Masq 2 0 0\n  -> 10.1.0.2:http-alt Masq 1 0 0\n");
    let shown = ["import", "ipvsadm", "shown"];
    place.run(&shown).fails(3, &["the host `web.example.org` is not known", "--hosts FILE"]);
    place.write("hosts", "10.0.0.1 web.example.org\n10.1.0.1 web1.example.org web1\n");
    let named = place.run(&[&shown[..], &["--hosts", "hosts"]].concat());
    assert!(named.succeeds().contains("address = \"10.0.0.1:80\""), "{named:?}");
    assert!(named.stdout.contains("address = \"10.1.0.1:8080\""), "{named:?}");
    place.write("stats", "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\n");
    place
        .run(&["import", "ipvsadm", "stats"])
        .fails(3, &["this is what `ipvsadm -Ln --stats` shows", "`ipvsadm -Sn`"]);
}
