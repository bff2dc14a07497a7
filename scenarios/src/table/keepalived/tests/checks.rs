//! Health checks: where their numbers come from, and what is said of those that no scenario has.

use std::path::Path;

use ipvslab_schedulers::Span;
use ipvslab_sim::{Asks, BelowQuorum, HealthCheck};

use super::{Imported, read};
use crate::table::health::DEFAULT;
use crate::table::{Loss, to_scenario};

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
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].1.starts_with("`sorry_server`"), "{said:?}");
}

#[test]
fn the_scenario_has_the_same_checker() {
    let plain = "virtual_server 10.0.0.1 80 {\nreal_server 10.1.0.1 80 {\nTCP_CHECK {\n}\n}\n}";
    assert_eq!(health(&read(plain)), Some(DEFAULT));
    let quiesced = FARM.replace("quorum 3", "inhibit_on_failure").replace("nb_get_retry 3", "nb_get_retry 0");
    for text in [plain, FARM, &quiesced] {
        let imported = read(text);
        let service = &imported.table.services[0];
        let scenario = to_scenario(service, None, "k", &[], Loss::Refuse).expect("nothing is lost");
        let loaded =
            crate::parse(&scenario, "k.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}"));
        let disturbances = loaded.scenario.disturbances.expect("a checker");
        assert_eq!(disturbances.health, service.health, "{scenario}");
    }
}

#[test]
fn servers_without_checks_have_no_checker() {
    let text = "virtual_server 10.0.0.1 80 {\nreal_server 10.1.0.1 80 {\n}\n}";
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
            SMTP_CHECK {
            }
            TCP_CHECK {
            }
            TCP_CHECK {
                connect_port 8081
            }
        }
        real_server 10.1.0.5 80 {
        }
    }";
    assert_eq!(
        warnings(text),
        [
            (15, "`MISC_CHECK`: this check is left out; TCP_CHECK, HTTP_GET and SSL_GET become [health] of the scenario"),
            (20, "`SMTP_CHECK`: this check is left out; TCP_CHECK, HTTP_GET and SSL_GET become [health] of the scenario"),
            (9, "10.1.0.2 is checked with retry = 4, inhibit_on_failure = true; in the scenario as 10.1.0.1 is"),
            (22, "10.1.0.4 is checked with connect_timeout = \"5s\"; in the scenario as 10.1.0.1 is"),
            (24, "`TCP_CHECK`: 10.1.0.4 has a check already, and a scenario has one a server"),
            (28, "10.1.0.5 is not checked; in the scenario it is, as all servers are"),
        ]
        .map(|(line, message)| (line, message.to_owned()))
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    for (line, said) in [
        ("delay_loop 0", "found no time between checks, expected more"),
        ("delay_loop soon", "found `soon`, expected seconds, up to a year"),
        ("connect_timeout -1", "found `-1`, expected seconds, up to a year"),
        ("warmup 1e9", "found `1e9`, expected seconds, up to a year"),
        ("retry 1001", "found `1001`, expected repetitions, 0..=1000"),
        ("quorum 0", "found `0`, expected a weight, 1..=4294967295"),
    ] {
        let text = format!("virtual_server 10.0.0.1 80 {{\n{line}\n}}");
        let problems = super::parse(&text, "k").expect_err(line).to_string();
        assert!(problems.starts_with("k:2:") && problems.contains(said), "{problems}");
    }
}
