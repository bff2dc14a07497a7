//! Health checks: where their numbers come from, and what is said of those that no scenario has.

use std::path::Path;

use ipvslab_schedulers::Span;
use ipvslab_sim::{Asks, BelowQuorum, HealthCheck};

use super::{Imported, read};
use crate::table::health::DEFAULT;
use crate::table::{Context, to_scenario};

/// As administrators write it: numbers at all three levels.
const FARM: &str = "\
virtual_server 10.0.0.1 80 {
    delay_loop 6
    lvs_sched wlc
    lvs_method DR
    protocol TCP
    retry 2
    delay_before_retry 2
    quorum 3
    sorry_server 10.1.0.99 80
    real_server 10.1.0.1 80 {
        weight 2
        HTTP_GET {
            url {
                path /healthz
                status_code 200
            }
            connect_timeout 2.5
            nb_get_retry 3
        }
    }
    real_server 10.1.0.2 80 {
        weight 2
        connect_timeout 2.5
        retry 3
        SSL_GET {
            url {
                path /
            }
        }
    }
}
";

fn health(imported: &Imported) -> Option<HealthCheck> {
    imported.table.services[0].health
}

/// The warnings, each with its line.
fn warnings(text: &str) -> Vec<(usize, String)> {
    let imported = read(text);
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let of = imported.warnings.into_iter();
    of.map(|warning| (line(warning.span.expect("a place").start), warning.message)).collect()
}

#[test]
fn the_nearest_number_holds() {
    let expected = HealthCheck {
        asks: Asks::Answer,
        delay_loop: Span::from_secs(6),
        connect_timeout: Span::from_millis(2500),
        retry: 3,
        delay_before_retry: Span::from_secs(2),
        warm_up: Span::from_secs(6),
        inhibit_on_failure: false,
        quorum: 3,
        below_quorum: BelowQuorum::Close,
    };
    assert_eq!(health(&read(FARM)), Some(expected));
    let said = warnings(FARM);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].1.starts_with("`sorry_server`") && said[1].1.starts_with("`nb_get_retry`"), "{said:?}");
}

#[test]
fn the_scenario_has_the_same_checker() {
    let plain = "virtual_server 10.0.0.1 80 {\nreal_server 10.1.0.1 80 {\nTCP_CHECK {\n}\n}\n}";
    assert_eq!(health(&read(plain)), Some(DEFAULT));
    let quiesced = FARM.replace("quorum 3", "inhibit_on_failure").replace("nb_get_retry 3", "nb_get_retry 0");
    for text in [plain, FARM, &quiesced] {
        let imported = read(text);
        let service = &imported.table.services[0];
        let scenario =
            to_scenario(service, &Context { origin: "k", ..Context::default() }).expect("nothing is lost");
        let loaded =
            crate::parse(&scenario, "k.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}"));
        let disturbances = loaded.scenario.disturbances.expect("a checker");
        assert_eq!(disturbances.health, service.health, "{scenario}");
    }
}

#[test]
fn servers_without_checks_have_no_checker() {
    let text = "virtual_server 10.0.0.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.1.0.1 80 {\n}\n}";
    assert_eq!(health(&read(text)), None);
    assert!(warnings(text).is_empty());
}

#[test]
fn other_checks_and_other_numbers_are_named_with_their_lines() {
    let text = "virtual_server 10.0.0.1 80 {
        real_server 10.1.0.1 80 {
            TCP_CHECK {
                connect_timeout 3
            }
        }
        real_server 10.1.0.2 80 {
            inhibit_on_failure
            TCP_CHECK {
                connect_timeout 3
                retry 4
            }
        }
        real_server 10.1.0.3 80 {
            MISC_CHECK {
                misc_path \"/usr/local/bin/check 1\"
            }
        }
        real_server 10.1.0.4 80 {
            PING_CHECK {
            }
            TCP_CHECK {
            }
            TCP_CHECK {
                connect_port 8081
            }
        }
        real_server 10.1.0.5 80 {
        }
        lb_algo rr
        lb_kind NAT
        protocol TCP
    }";
    assert_eq!(
        warnings(text),
        [
            (15, "`MISC_CHECK`: this check is dropped; TCP_CHECK, HTTP_GET, SSL_GET, SMTP_CHECK and DNS_CHECK become [health] of the scenario"),
            (20, "`PING_CHECK`: this check is dropped; TCP_CHECK, HTTP_GET, SSL_GET, SMTP_CHECK and DNS_CHECK become [health] of the scenario"),
            (9, "10.1.0.2 is checked with retry = 4, inhibit_on_failure = true; in the scenario as 10.1.0.1 is"),
            (22, "10.1.0.4 is checked with connect_timeout = \"5s\"; in the scenario as 10.1.0.1 is"),
            (24, "`TCP_CHECK`: 10.1.0.4 already has a check, and a scenario has one per server"),
            (28, "10.1.0.5 is not checked; in the scenario it is, as all servers are"),
        ]
        .map(|(line, message)| (line, message.to_owned()))
    );
}

#[test]
fn each_check_has_its_own_repetitions_and_delay() {
    for (check, retry, delay, asks) in [
        ("TCP_CHECK {\n}", 1, 1, Asks::Connection),
        ("HTTP_GET {\nurl {\npath /\n}\n}", 1, 3, Asks::Answer),
        ("SSL_GET {\nurl {\npath /\n}\n}", 1, 3, Asks::Answer),
        ("SMTP_CHECK {\n}", 1, 1, Asks::Answer),
        ("DNS_CHECK {\n}", 3, 7, Asks::Answer),
        ("SMTP_CHECK {\nhost {\nretry 5\n}\ndelay_before_retry 9\n}", 5, 9, Asks::Answer),
    ] {
        let text = format!(
            "virtual_server 10.0.0.1 80 {{\ndelay_loop 7\nreal_server 10.1.0.1 80 {{\n{check}\n}}\n}}"
        );
        let health = health(&read(&text)).expect(check);
        let found = (health.retry, health.delay_before_retry, health.asks);
        assert_eq!(found, (retry, Span::from_secs(delay), asks), "{check}");
    }
}
