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
    place.run(&["import", "keepalived", "keepalived.conf"]).fails(3, &["keepalived.conf:2:3", "`lb_algo`?"]);
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
