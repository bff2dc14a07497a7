//! What keepalived complains of: what it skips is a warning with what it does, what it stops at an error.

use super::*;

fn server(inner: &str) -> String {
    let sound = "lb_kind NAT\nprotocol TCP\nreal_server 10.1.0.1 80 { }";
    format!("virtual_server 10.0.0.1 80 {{\n{inner}\n{sound}\nlb_algo rr\n}}")
}

fn real(inner: &str) -> String {
    format!(
        "virtual_server 10.0.0.1 80 {{\nreal_server 10.1.0.1 80 {{\n{inner}\n}}\nlb_kind NAT\nprotocol TCP\nlb_algo rr\n}}"
    )
}

#[test]
fn what_keepalived_ignores_is_said_with_its_place() {
    for (text, said) in [
        (
            server("lvs_shed wlc"),
            "2: unknown keyword `lvs_shed`: keepalived ignores the line; did you mean `lvs_sched`?",
        ),
        (
            server("lb_algo wlcc"),
            "2: unknown scheduler `wlcc`: keepalived ignores it, and takes wlc; did you mean `wlc`?",
        ),
        (
            server("lvs_method NTA"),
            "2: unknown method `NTA`: keepalived ignores the line; did you mean `NAT`?",
        ),
        (server("lvs_method dr"), "2: unknown method `dr`: keepalived ignores the line; did you mean `DR`?"),
        (
            server("lvs_method TUN type gue"),
            "2: a tunnel of type gue needs `port N`: keepalived ignores the line",
        ),
        (server("protocol ICMP"), "2: unknown protocol `ICMP`: keepalived ignores the line"),
        (
            server("persistence_timeout 0"),
            "2: found `0`, expected seconds, 1..=2678400: keepalived ignores the line, and the service is not persistent; \
             without the line it is the same; a service is persistent with `persistence_timeout 300`",
        ),
        (
            server("persistence_timeout 4294967295"),
            "2: found `4294967295`, expected seconds, 1..=2678400: keepalived ignores the line",
        ),
        (
            server("persistence_granularity 64"),
            "2: found `64`, expected an IPv4 mask with all ones in front: keepalived ignores the line",
        ),
        (server("ops"), "2: one-packet scheduling is for UDP services only: keepalived removes it"),
        (
            server("sh-port"),
            "2: `sh-port` stands before `lb_algo`: keepalived ignores it; it takes effect after `lb_algo sh`",
        ),
        (server("lb_algo rr\nsh-port"), "3: `sh-port` is not of rr: keepalived ignores it"),
        (
            server("nat_mask 255.255.255.0"),
            "2: unknown keyword `nat_mask`: keepalived ignores the line; keepalived 1 had it",
        ),
        (
            server("uthreshold 3"),
            "2: unknown keyword `uthreshold`: keepalived ignores the line; `uthreshold` belongs to `real_server`",
        ),
        (
            server("retry 0"),
            "2: found `0`, expected repetitions, 1..=4294967295: keepalived ignores the line",
        ),
        (server("delay_loop 0"), "2: found `0`, expected seconds, more than 0: keepalived ignores the line"),
        (
            server("connect_timeout -1"),
            "2: found `-1`, expected seconds, more than 0: keepalived ignores the line",
        ),
        (
            server("delay_loop soon"),
            "2: found `soon`, expected seconds, more than 0: keepalived ignores the line",
        ),
        (server("warmup 1e9"), "2: found `1e9`, expected seconds: keepalived ignores the line"),
        (server("quorum 0"), "2: found `0`, expected a weight, 1..=4294967295: keepalived ignores the line"),
        (server("quorum 5"), "2: the quorum 5 is more than all weights together, 1: keepalived lowers it"),
        (
            server("ip_family inet6"),
            "2: `inet6` is not the family of what stands before: keepalived ignores the line",
        ),
        (
            server("real_server web1 80 {\n}"),
            "2: found `web1`, expected an address: keepalived skips this real server; keepalived does not resolve names",
        ),
        (
            server("real_server 10.1.0.9:80 {\n}"),
            "2: found `10.1.0.9:80`, expected an address: keepalived skips this real server; a blank before the port: `10.1.0.9 80`",
        ),
        (
            server("real_server fd00::1 80 {\n}"),
            "2: the server fd00::1 is of another IP version than its service: keepalived skips it; \
             the kernel reaches it by a tunnel only: `lvs_method TUN`",
        ),
        (
            real("wieght 3"),
            "3: unknown keyword `wieght`: keepalived ignores the line; did you mean `weight`?",
        ),
        (
            real("lb_kind DR"),
            "3: unknown keyword `lb_kind`: keepalived ignores the line; in a real server it is called `lvs_method`",
        ),
        (real("weight -1"), "3: found `-1`, expected a weight, 0..=65535: keepalived ignores the line"),
        (
            real("inhibit_on_failure perhaps"),
            "3: found `perhaps`, expected `on` or `off`: keepalived ignores the line",
        ),
        (real("HTTP_GET {\n}"), "3: `HTTP_GET` has no `url` with a `path`: keepalived ignores the check"),
        (
            real("HTTP_GET {\nnb_get_retry 3\nurl {\npath /\n}\n}"),
            "4: `nb_get_retry` is deprecated, and keepalived says so; `retry` is the same",
        ),
        (
            real("TCP_CHECK {\nrerty 3\n}"),
            "4: unknown keyword `rerty`: keepalived ignores the line; did you mean `retry`?",
        ),
        (
            real("MISC_CHECK {\nmisc_dynamic\n}"),
            "4: `misc_dynamic`: the script's exit code sets the server's weight",
        ),
        (real("FILE_CHECK {\nweight 3\n}"), "4: `weight`: it adds the number in the file, times this"),
        (
            real("}\nreal_server 10.1.0.1 80 {\nweight 3"),
            "4: the real server 10.1.0.1 already exists: keepalived takes the first",
        ),
        (
            real("}\nreal_server 10.1.0.2 80 {\nuthreshold 3\nlthreshold 4"),
            "6: found the lower threshold 4, expected 0..=3, the upper one: the kernel refuses the server",
        ),
        (
            "virtual_sever 10.0.0.1 80 {\n}\n".to_owned() + &server(""),
            "1: unknown keyword `virtual_sever`: keepalived ignores the block; did you mean `virtual_server`?",
        ),
        (
            "virtual_server web 80 {\n}\n".to_owned() + &server(""),
            "1: found `web`, expected an address: keepalived skips this virtual server",
        ),
        (
            "virtual_server $VIP 80 {\n}\n".to_owned() + &server(""),
            "1: found `$VIP`, expected an address: keepalived skips this virtual server; `$VIP` is not defined",
        ),
        (
            "virtual_server fwmark 5 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.1.0.1 { }\n}"
                .to_owned(),
            "4: a firewall mark is for all protocols: keepalived ignores the line",
        ),
        (
            server("") + "\n" + &server(""),
            "8: the service TCP 10.0.0.1:80 already exists: the kernel keeps its settings, and adds the servers",
        ),
        (
            "global_defs {\nlvs_timeout tcp 1\n}\n".to_owned() + &server(""),
            "2: unknown keyword `lvs_timeout`: keepalived ignores the line; did you mean `lvs_timeouts`?",
        ),
        (
            "global_defs {\nlvs_timeouts tcp\n}\n".to_owned() + &server(""),
            "2: `tcp` has no value: keepalived ignores it",
        ),
        (
            "virtual_server_group web {\nweb 80\n}\n".to_owned() + &server(""),
            "2: found `web`, expected an address: keepalived skips the line",
        ),
        (
            "virtual_server 10.0.0.9 80 {\n}\n".to_owned() + &server(""),
            "1: `virtual_server 10.0.0.9 80` has no real servers: keepalived ignores it",
        ),
    ] {
        let found = warnings(&text);
        assert!(
            found.iter().any(|found| found.starts_with(said)),
            "{text}\n found: {found:#?}\nwanted: {said}"
        );
    }
}

#[test]
fn what_keepalived_stops_at_is_an_error_with_its_place() {
    let blocks =
        "virtual_server 10.0.0.1 80 {\n    lb_algo rr\n    real_server 10.1.0.1 80 {\n        weight 1\n";
    for (text, said) in [
        (server("lb_algo"), "k:2:1: `lb_algo` has no value: keepalived stops here"),
        (server("sorry_server"), "k:2:1: `sorry_server` has no value: keepalived stops here"),
        (server("real_server {\n}"), "k:2:1: `real_server` has no value: keepalived stops here"),
        (
            "virtual_server {\n}".to_owned(),
            "k:1:1: the virtual server's address is missing: keepalived stops here",
        ),
        ("virtual_server fwmark {\n}".to_owned(), "k:1:16: `fwmark` has no value"),
        (
            "virtual_server_group web {\nfwmark\n}".to_owned(),
            "k:2:1: the mark is missing: keepalived stops here",
        ),
        (
            "virtual_server_group web {\n10.0.0.250-10.0.1.2 80\n}".to_owned(),
            "k:2:1: keepalived counts up the last octet of a range only, and never reaches the end of this one",
        ),
        (
            real("weight 65536"),
            "k:3:8: found `65536`, expected a weight, 0..=65535; keepalived accepts more than a scenario does",
        ),
        (
            server("persistence_granularity 255.0.255.0"),
            "k:2:25: found `255.0.255.0`, expected an IPv4 mask with all ones in front; `255.255.255.0`; masks with holes",
        ),
        ("}".to_owned(), "k:1:1: this brace closes no block"),
        ("{".to_owned(), "k:1:1: this brace belongs to no keyword"),
        ("vrrp_instance x {\n}\n{\n}".to_owned(), "k:3:1: this brace belongs to no keyword"),
        ("a \"b\n".to_owned(), "k:1:3: the quote is not closed on its line"),
        ("a {\n".repeat(20), "k:17:3: braces are nested too deep"),
        ("vrrp_instance a {\n}\n".to_owned(), "k: there is no virtual_server with real servers;"),
        (
            "virtual_server 10.0.0.1 80 {\n}\n".to_owned(),
            "k: there is no virtual_server with real servers left;",
        ),
        (
            "virtual_server 10.0.0.1 80 {".to_owned(),
            "k:1:28: `}` is missing at the end of the file: `virtual_server 10.0.0.1 80` is not closed",
        ),
        (
            "virtual_server 10.0.0.1 80\nlb_algo rr\n}".to_owned(),
            "k:1:1: `{` is missing after `virtual_server 10.0.0.1 80`; `virtual_server 10.0.0.1 80 {`",
        ),
        (server("real_server 10.1.0.2 80\nlb_algo rr"), "k:2:1: `real_server 10.1.0.2 80` has no block"),
        (
            blocks.to_owned() + "    real_server 10.1.0.2 80 {\n    }\n}\n",
            "k:5:5: `}` is missing before this line: `real_server 10.1.0.1 80` is still open",
        ),
        (
            blocks.to_owned() + "    }\nvirtual_server 10.0.0.2 80 {\n}\n",
            "k:6:1: `}` is missing before this line: `virtual_server 10.0.0.1 80` is still open",
        ),
        (
            blocks.to_owned() + "        TCP_CHECK {\n    }\n}\n",
            "k:6:5: `}` is missing before this line: `TCP_CHECK` is not closed, judging by its indentation",
        ),
        (
            real("TCP_CHEK {\n}"),
            "k:3:1: unknown block `TCP_CHEK`: keepalived takes its `}` for the end of the block around it; did you mean `TCP_CHECK`?",
        ),
        (
            real("weight 3 {\n}"),
            "k:3:1: `weight` has no block: keepalived takes its `}` for the end of the block around it",
        ),
        (
            "local_address_group g {\n}\n".to_owned() + &server(""),
            "k:1:1: `local_address_group` belongs to DPVS's keepalived: DPVS is not IPVS",
        ),
        (server("lvs_method FNAT"), "k:2:12: `FNAT` belongs to DPVS's keepalived"),
    ] {
        let found = errors(&text);
        assert!(
            found.iter().any(|found| found.starts_with(said)),
            "{text}\n found: {found:#?}\nwanted: {said}"
        );
    }
}

/// The errors, each with its help.
fn errors(text: &str) -> Vec<String> {
    let problems = parse(text, "k").expect_err(text);
    let is_error = |problem: &&Problem| problem.level == crate::problem::Level::Error;
    let said = problems.to_string();
    let lines = said.lines().zip(problems.list()).filter(|(_, problem)| is_error(problem));
    lines.map(|(line, problem)| format!("{line}; {}", problem.help.as_deref().unwrap_or_default())).collect()
}

#[test]
fn one_missing_brace_is_one_error() {
    let open = "virtual_server 10.0.0.1 80 {\n    real_server 10.1.0.1 80\n        weight 1\n    }\n    real_server 10.1.0.2 80 {\n    }\n}\n";
    assert_eq!(errors(open).len(), 1, "{:?}", errors(open));
    let close = "virtual_server 10.0.0.1 80 {\n    real_server 10.1.0.1 80 {\n        TCP_CHECK {\n    real_server 10.1.0.2 80 {\n    }\n}\nvirtual_server 10.0.0.2 80 {\n}\n";
    assert_eq!(errors(close).len(), 1, "{:?}", errors(close));
}

#[test]
fn all_errors_of_a_file_come_at_once_and_warnings_with_them() {
    let text = "virtual_server 10.0.0.1 80 {\nlb_algo\nreal_server 10.1.0.1 80 {\nwieght 1\nlvs_method\n}\n}\nvirtual_server {\n}\n";
    let problems = parse(text, "k").expect_err("three errors").to_string();
    let places: Vec<&str> = problems.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(places, ["k:1:1:", "k:1:1:", "k:1:1:", "k:2:1:", "k:4:1:", "k:5:1:", "k:8:1:"], "{problems}");
}

#[test]
fn an_unknown_group_says_what_is_missing() {
    let text = "virtual_server group WEB {\nreal_server 10.1.0.1 80 {\n}\n}\n";
    let problems = parse(text, "k").expect_err("no group");
    let warning = problems.list().iter().find(|problem| problem.span.is_some()).expect("a place");
    assert_eq!(
        warning.message,
        "there is no group `WEB`, and no other: keepalived skips this virtual server"
    );
    let help = warning.help.as_deref().expect("a help");
    assert!(
        help.starts_with("`virtual_server_group WEB { … }` says its addresses; it may be in a file"),
        "{help}"
    );
    let other = "virtual_server_group WEBS {\n10.0.0.1 80\n}\n".to_owned() + text;
    let problems = parse(&other, "k").expect_err("another group");
    assert!(
        problems.list().iter().any(|problem| problem.help.as_deref() == Some("did you mean `WEBS`?")),
        "{problems}"
    );
}

#[test]
fn what_is_of_another_program_is_named_with_the_command_that_reads_it() {
    for text in [
        "-A -f 1 -s rr\n",
        "ipvsadm -A -f 1\n",
        "TCP  10.0.0.1:80 rr\n",
        "IP Virtual Server version 1.2.1 (size=4096)\n",
    ] {
        let problems = parse(text, "k").expect_err(text);
        assert_eq!(problems.to_string(), "k:1:1: this is what ipvsadm saves or shows");
    }
    let problems = ipvsadm::parse("# web\nvirtual_server 10.0.0.1 80 {\n}\n", "k").expect_err("keepalived's");
    assert_eq!(problems.to_string(), "k:2:1: this is a configuration of keepalived");
}
