//! From a director's table to a scenario and back.

use std::path::Path;

use ipvslab_scenarios::table::ipvsadm::Thresholds;
use ipvslab_scenarios::table::{
    ChoiceError, Context, Imported, Loss, Table, choose, ipvsadm, keepalived, of_scenario, to_scenario,
};
use ipvslab_scenarios::{Loaded, Problems, parse};
use ipvslab_schedulers::SchedulerKind;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::bad_files::SOUND;

const SAVED: &str = "\
--set 600 0 30
-A -t 10.0.0.1:80 -s sh -p 360 -M 255.255.255.0 -b sh-fallback,sh-port
-a -t 10.0.0.1:80 -r 10.1.0.9:80 -m -w 1 -x 100 -y 50
-a -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 4
-a -t 10.0.0.1:80 -r 10.1.0.1:8081 -m -w 0
-A -u 10.0.0.1:53 -s rr -o
-a -u 10.0.0.1:53 -r 10.1.0.1:53 -g -w 1
-A -t 10.0.0.1:53 -s rr
-A -t [2001:db8::1]:80 -s wlc -p 300 -M 64
-a -t [2001:db8::1]:80 -r [fd00::1]:80 -i -w 1 --tun-type ipip
-a -t [2001:db8::1]:80 -r 10.1.0.9:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
-A -f 7 -s lblc
-a -f 7 -r 10.1.0.1:0 -g -w 1
-A -f 7 -6 -s rr -b flag-3
-a -f 7 -6 -r [fd00::1]:0 -g -w 1
";

const CONFIGURED: &str = "\
global_defs {
    lvs_timeouts tcp 600 tcpfin 60 udp 30
}
virtual_server_group web {
    10.0.0.1-2 80
    fwmark 5
}
virtual_server group web {
    delay_loop 6
    lvs_sched mh
    mh-port
    lvs_method TUN
    persistence_timeout 50
    real_server 10.1.0.1 80 {
        weight 2
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.1.0.2 80 {
        uthreshold 10
    }
}
";

const SAVED_STRICTLY: Context<'static> =
    Context { origin: "saved", timeouts: None, notes: &[], loss: Loss::Refuse, trace: None };
const SAVED_LOSSY: Context<'static> = Context { loss: Loss::Comment, ..SAVED_STRICTLY };

fn read(text: &str) -> Table {
    ipvsadm::parse(text, "saved").unwrap_or_else(|problems| panic!("{problems}")).table
}

fn scenario(text: &str) -> Loaded {
    parse(text, "made.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

#[test]
fn services_are_chosen_by_what_people_call_them() {
    let table = read(SAVED);
    let chosen = |wanted| choose(&table, Some(wanted)).map(|service| service.key).ok();
    let at = |number: usize| Some(table.services[number].key);
    assert_eq!(chosen("10.0.0.1:80"), at(0));
    assert_eq!(chosen("udp:10.0.0.1:53"), at(1));
    assert_eq!(chosen("TCP:10.0.0.1:53"), at(2));
    assert_eq!(chosen("[2001:db8::1]:80"), at(3));
    assert_eq!(chosen("fwmark 7"), at(4));
    assert_eq!(chosen("fwmark 7 IPv6"), at(5));
    let ambiguous = choose(&table, Some("10.0.0.1:53")).expect_err("TCP or UDP");
    assert_eq!(ambiguous.names(), ["udp:10.0.0.1:53", "tcp:10.0.0.1:53"]);
    let several = choose(&table, None).expect_err("six services");
    assert!(matches!(several, ChoiceError::Several { .. }));
    for name in several.names() {
        assert!(choose(&table, Some(name)).is_ok(), "{name}");
    }
    let unknown = choose(&table, Some("10.0.0.9:80")).expect_err("not there").to_string();
    assert!(unknown.starts_with("there is no service `10.0.0.9:80`; there are `10.0.0.1:80`, "), "{unknown}");
    assert!(choose(&read("-A -f 7"), None).is_ok());
}

#[test]
fn an_imported_service_is_a_sound_scenario_that_exports_the_same() {
    let table = read(SAVED);
    for service in table.services.iter().filter(|service| !service.servers.is_empty()) {
        let notes = ["a note".to_owned()];
        let context =
            Context { origin: "saved", timeouts: table.timeouts, notes: &notes, ..Context::default() };
        let text = to_scenario(service, &context).unwrap_or_else(|lost| panic!("{lost}"));
        let loaded = scenario(&text);
        assert!(
            loaded.warnings.iter().all(|warning| warning.path == "service.schedulers"),
            "{}",
            loaded.render_warnings(false)
        );
        let utilisation = loaded.scenario.utilisation();
        assert!((0.6..0.8).contains(&utilisation), "{utilisation}");
        let exported = of_scenario(&loaded.scenario, loaded.scenario.schedulers[0]);
        let mut expected = service.clone();
        for server in &mut expected.servers {
            if matches!(server.method, ipvslab_scenarios::table::Method::Tunnel(_)) {
                server.method =
                    ipvslab_scenarios::table::Method::Tunnel(ipvslab_scenarios::table::Encapsulation::Ipip);
            }
        }
        expected.flags.0[2] = false;
        assert_eq!(exported.table.services, [expected], "{text}");
        assert_eq!(exported.table.timeouts, table.timeouts);
        assert!(exported.left_out.is_empty() && exported.sysctls.is_empty());
    }
}

#[test]
fn the_text_of_an_imported_service_can_be_read() {
    let table = read(SAVED);
    let notes =
        ["a note of more than one line, so that it is folded, ".repeat(3).trim_end_matches(", ").to_owned()];
    let context = Context {
        origin: "web \"1\".ipvsadm",
        timeouts: table.timeouts,
        notes: &notes,
        ..Context::default()
    };
    let text = to_scenario(&table.services[0], &context).expect("sound");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/imported.toml");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).expect("the golden file can be written");
    }
    assert_eq!(
        text,
        std::fs::read_to_string(&path).expect("imported.toml"),
        "BLESS=1 shows the difference in git"
    );
}

#[test]
fn what_would_change_decisions_is_lost_on_demand_only() {
    for (line, said, nearest) in [
        ("-A -f 1 -p 9 --pe sip\n-a -f 1 -r 10.1.0.1", "persistence engine sip", "persistent = \"9s\""),
        (
            "-A --sctp-service 10.0.0.1:2905\n-a --sctp-service 10.0.0.1:2905 -r 10.1.0.1",
            "SCTP: scenarios support TCP and UDP",
            "address = \"10.0.0.1:2905\"",
        ),
        (
            "-A -f 1\n-a -f 1 -r 10.1.0.1 -m\n-a -f 1 -r 10.1.0.2 -g\n-a -f 1 -r 10.1.0.3 -g",
            "1 by masq, 2 by gate",
            "forwarding = \"gate\"",
        ),
        (
            "-A -f 1\n-a -f 1 -r 10.1.0.1 -m\n-a -f 1 -r 10.1.0.2 -m\n-a -f 1 -r [fd00::3]:0 -i",
            "2 by masq, 1 by tunnel",
            "forwarding = \"tunnel\"",
        ),
    ] {
        let service = &read(line).services[0];
        let lost = to_scenario(service, &SAVED_STRICTLY).expect_err(line).to_string();
        assert!(lost.contains(said), "{lost}");
        let text = to_scenario(service, &SAVED_LOSSY).expect(line);
        assert!(
            text.contains(nearest) && text.replace("\n#   ", " ").contains(&format!("# Note: {lost}.")),
            "{text}"
        );
        scenario(&text);
    }
    let empty = to_scenario(&read("-A -f 1").services[0], &SAVED_LOSSY).expect_err("no server");
    assert_eq!(empty.to_string(), "fwmark 1 has 0 real servers, expected 1..=4096");
    let drained = read("-A -f 1\n-a -f 1 -r 10.1.0.1:0 -w 0");
    let drained = to_scenario(&drained.services[0], &SAVED_LOSSY).expect_err("no weight");
    assert_eq!(drained.to_string(), "fwmark 1: all weights are 0, expected a server that takes connections");
}

#[test]
fn what_changes_no_decision_is_a_comment() {
    let table =
        read("-A -t 10.0.0.1:80 -s rr -b flag-1,flag-3\n-a -t 10.0.0.1:80 -r 10.1.0.1 -i --tun-type gre");
    let text = to_scenario(&table.services[0], &SAVED_STRICTLY).expect("nothing is lost");
    assert!(text.contains("# Note: 1 tunnels of type gue or gre"), "{text}");
    assert!(text.contains("# Note: flag-1, flag-3: rr has no such flag."), "{text}");
}

#[test]
fn an_export_says_what_it_leaves_out() {
    let text = SOUND.replace("[[servers]]\nname = \"new\"", "[[servers]]\nlisted = false\nu_threshold = 9\nname = \"new\"").replace(
        "[[servers]]\nname = \"old\"",
        "timeouts = { established = \"1500ms\", udp = \"30s\", close = \"1s\" }\nforwarding = \"gate\"\none_packet = true\n\
         sysctl = { conn_reuse_mode = 3, expire_nodest_conn = 0, lblc_expiration = 60 }\n\
         [[servers]]\nu_threshold = 7\naddress = \"10.1.0.1:81\"\nname = \"old\"",
    );
    let exported = of_scenario(&scenario(&text).scenario, SchedulerKind::Wlc);
    assert_eq!(
        ipvsadm::write(&exported.table, Thresholds::Write),
        "--set 0 0 30\n-A -t 10.0.0.1:80 -s wlc\n\
         -a -t 10.0.0.1:80 -r 10.1.0.1:81 -g -w 1 -x 7\n-a -t 10.0.0.1:80 -r 10.1.0.2:81 -g -w 1 -x 7\n"
    );
    assert_eq!(exported.sysctls, ["net.ipv4.vs.conn_reuse_mode=3", "net.ipv4.vs.lblc_expiration=60"]);
    assert_eq!(
        exported.left_out,
        [
            "one_packet: ipvsadm takes `-o` for UDP only, and it has no effect on others",
            "ports of 2 servers: without masquerading ipvsadm stores the service's, 80",
            "1 servers that are not listed at the start",
            "the timeline's 1 interventions",
            "timeouts.established, 1.5 s: `--set` takes whole seconds from 1 to 2678400",
            "timeouts of other TCP states, which ipvsadm cannot set",
        ]
    );
}

/// Every service of a table that was read makes a sound scenario.
fn hold(read: Result<Imported, Problems>) -> bool {
    match read {
        Err(problems) => {
            assert!(!problems.list().is_empty() && !problems.render(false).is_empty());
            false
        }
        Ok(imported) => {
            let _ = imported.render_warnings(false);
            let written = ipvsadm::write(&imported.table, Thresholds::Write);
            let again = ipvsadm::parse(&written, "written")
                .unwrap_or_else(|problems| panic!("{problems}\n{written}"));
            // ipvsadm knows nothing of health checks.
            let mut unchecked = imported.table.clone();
            unchecked.services.iter_mut().for_each(|service| service.health = None);
            assert_eq!(again.table, unchecked);
            for service in imported.table.services.iter().take(8) {
                let context = Context { timeouts: imported.table.timeouts, ..SAVED_LOSSY };
                if let Ok(text) = to_scenario(service, &context) {
                    let _ = scenario(&text).scenario.setup();
                }
            }
            true
        }
    }
}

/// `text` with a few bytes cut, doubled, replaced or swapped for words of the format.
fn mutated(text: &str, words: &[&str], rng: &mut Xoshiro256PlusPlus) -> String {
    let mut text = text.to_owned();
    for _ in 0..rng.random_range(1..3) {
        let at = text.floor_char_boundary(rng.random_range(0..=text.len()));
        let end = text.floor_char_boundary((at + rng.random_range(0..12)).min(text.len()));
        let word = words[rng.random_range(0..words.len())];
        match rng.random_range(0..4) {
            0 => text.replace_range(at..end, ""),
            1 => text.insert_str(at, word),
            2 => text.replace_range(at..end, word),
            _ => {
                let copy = text[at..].lines().next().unwrap_or_default().to_owned();
                text.insert_str(end, &format!("\n{copy}\n"));
            }
        }
    }
    text
}

#[test]
fn mutated_tables_never_panic_and_what_is_read_is_sound() {
    let options = [
        " -p",
        " -A",
        "-a ",
        " -w 3",
        " -x 9 ",
        " -M 64",
        " -6",
        "--",
        "=",
        "-",
        "\t",
        "\r\n",
        "é",
        " --tun-type gre",
        " -i",
        " 0",
        ":",
        "[",
        "]",
        " -b flag-3",
        "65536",
        "-1",
        "\u{202e}",
        "ipvsadm ",
        " ops",
        "#",
        " -m",
        "/",
        ",",
    ];
    let keywords = [
        "{",
        "}",
        "\"",
        "#",
        "!",
        "$X",
        "${",
        "@a ",
        "fwmark 1",
        "-",
        "\n",
        "é",
        "include x\n",
        "ops\n",
        "protocol UDP\n",
        "weight 0\n",
        "real_server fd00::1 1 { }\n",
        "virtual_server 10.0.0.1 80 {\n",
        "ip_family inet6\n",
        "65535",
        " ",
        "lvs_method NAT\n",
        "0",
        "persistence_granularity 64\n",
        "group web",
        "\u{0}",
    ];
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut sound = [0, 0];
    for _ in 0..10_000 {
        sound[0] += u32::from(hold(ipvsadm::parse(&mutated(SAVED, &options, &mut rng), "saved")));
        sound[1] +=
            u32::from(hold(keepalived::parse(&mutated(CONFIGURED, &keywords, &mut rng), "configured")));
    }
    assert!(
        sound.iter().all(|&count| count > 100 && count < 9_900),
        "{sound:?}: some are read, some are not"
    );
}
