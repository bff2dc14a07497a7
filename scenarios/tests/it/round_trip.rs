//! What must hold for every file: the schema is the format, a seed is a result, and nothing panics.

use std::path::Path;

use ipvslab_scenarios::{STARTER, Scenario, VirtualService, parse, schema};
use ipvslab_schedulers::{Flow, ServerId, Span, Time};
use ipvslab_sim::{
    Abandoned, Arrival, Behaviour, Budget, CacheRoom, Failover, Fault, ObjectCache, Overflow, Persistence,
    Protocol, SlowStart, Sysctls, Timeouts,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::bad_files::SOUND;

fn scenario(text: &str) -> Scenario {
    parse(text, "web.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

/// FNV-1a over times, work and addresses of the first thousand arrivals.
fn digest(scenario: &Scenario, replication: u32) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325u64;
    for arrival in scenario.arrivals(replication).expect("arrivals").take(1000) {
        let Arrival { at, work, flow, .. } = arrival.expect("an arrival");
        let Flow { client, client_port, destination, .. } = flow;
        let flow = format!(
            "Flow {{ client: {client:?}, client_port: {client_port:?}, destination: {destination:?} }}"
        );
        for byte in format!("Arrival {{ at: {at:?}, work: {work:?}, flow: {flow} }}").bytes() {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    digest
}

#[test]
fn scenarios_go_from_thread_to_thread() {
    fn is_shared<T: Send + Sync>() {}
    fn is_sent<T: Send>() {}
    is_shared::<Scenario>();
    is_sent::<ipvslab_scenarios::Arrivals>();
    is_sent::<ipvslab_scenarios::Problems>();
}

#[test]
fn the_starter_has_no_problem_and_no_warning() {
    let loaded =
        parse(STARTER, "starter.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.render_warnings(false));
    assert!(loaded.scenario.utilisation() < 1.0);
}

#[test]
fn a_seed_means_the_same_arrivals_for_ever() {
    let starter = scenario(STARTER);
    let golden = [(0, 0x5baa_908f_d269_db3a), (1, 0x2d5b23c5a134db66)];
    for (replication, expected) in golden {
        let found = digest(&starter, replication);
        assert_eq!(found, expected, "replication {replication}: {found:#x}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/nasa-1995.toml");
    let nasa = ipvslab_scenarios::load(&path).expect("sound").scenario;
    assert_eq!(digest(&nasa, 0), 0x9d1d4f10ba69af35, "{:#x}", digest(&nasa, 0));
}

#[test]
fn one_purpose_draws_nothing_of_another() {
    let with = |from: &str, to: &str| scenario(&SOUND.replace(from, to));
    let at = |scenario: &Scenario| -> Vec<_> {
        scenario.arrivals(3).expect("drawn").map(|arrival| arrival.expect("drawn").at).collect()
    };
    let base = at(&with("", ""));
    assert_eq!(base, at(&with("[work.exponential]", "[work.erlang]\nshape = 3")));
    assert_eq!(base, at(&with("[clients.uniform]", "[clients.zipf]\nexponent = 1.0")));
    assert_ne!(base, at(&with("[run]", "[run]\nseed = 2")));
}

#[test]
fn defaults_are_those_of_the_documentation() {
    let scenario = scenario(
        "[run]\nduration = \"1s\"\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n\
         [[servers]]\nname = \"a\"\ncount = 2\nslots = 4\n[[servers]]\nname = \"b\"\ncores = 2\n\
         [arrivals.poisson]\nrate = \"1/s\"\n[work.constant]\ntime = \"1ms\"\n",
    );
    assert_eq!((scenario.replications, scenario.seed, scenario.title.as_str()), (10, 1, "web"));
    assert_eq!(scenario.virtual_service, VirtualService::Address(([10, 0, 0, 1], 80).into()));
    let servers: Vec<String> =
        scenario.servers.iter().map(|info| format!("{} {}", info.name, info.server.endpoint)).collect();
    assert_eq!(servers, ["a-1 10.1.0.1:80", "a-2 10.1.0.2:80", "b 10.1.0.3:80"]);
    assert_eq!(scenario.service.timeouts, Default::default());
    assert_eq!(scenario.setup().horizon().as_nanos(), 1_000_000_000);
}

#[test]
fn every_setting_of_the_service_arrives() {
    let plain = SOUND.replace("10.0.0.1:80", "[2001:db8::1]:53");
    let scenario = scenario(&plain.replace(
        "schedulers = [\"rr\", \"wlc\"]\n",
        "schedulers = [\"rr\"]\nprotocol = \"udp\"\npersistent = \"5min\"\nnetmask = 64\none_packet = true\n\
         timeouts = { udp = \"30s\", established = \"15min\" }\n\
         sysctl = { conn_reuse_mode = 3, expire_nodest_conn = 1, expire_quiescent_template = 1, sloppy_tcp = 1,\
                    drop_entry = 3, drop_packet = 3, am_droprate = 7, secure_tcp = 3, lblc_expiration = 60, lblcr_expiration = 61 }\n",
    ));
    let service = scenario.service;
    assert!(service.ipv6 && service.one_packet && service.protocol == Protocol::Udp);
    let persistence = Persistence { timeout: Span::from_secs(300), prefix: 64 };
    assert_eq!(service.persistence, Some(persistence));
    assert_eq!(service.timeouts, Timeouts { udp: Span::from_secs(30), ..Default::default() });
    let sysctls = Sysctls {
        conn_reuse_mode: 3,
        expire_nodest_conn: 1,
        expire_quiescent_template: 1,
        sloppy_tcp: 1,
        sloppy_sctp: 0,
        drop_entry: 3,
        drop_packet: 3,
        am_droprate: 7,
        secure_tcp: 3,
        lblc_expiration_s: 60,
        lblcr_expiration_s: 61,
    };
    assert_eq!(service.sysctls, sysctls);
}

#[test]
fn everything_that_disturbs_arrives() {
    let text = SOUND.replace(
        "slots = 8\n",
        "slots = 8\noverflow = \"drop\"\nslow_start = { ramp = \"4s\" }\n\
         pauses = { every = \"3s\", lasting = \"1s\", law = \"exponential\", speed = 0.5 }\n",
    );
    let text = format!(
        "{text}[[faults]]\nat = \"1s\"\nkind = \"crash\"\nserver = \"old\"\nlasting = \"500ms\"\nevery = \"2s\"\ncount = 2\n\
         [[faults]]\nat = \"2s\"\nkind = \"failover\"\nsync = true\n\
         [patience]\ndeadline = \"3s\"\ncancel = true\nretries = 2\nbackoff = \"1s\"\nbudget = 0.1\n\
         [health]\ndelay_loop = \"2s\"\nbelow_quorum = \"close\"\n[controller]\nevery = \"1s\"\ntarget = 0.5\n[newcomers]\nramp = \"9s\"\n"
    );
    let found = scenario(&text).disturbances.expect("disturbed");
    let (at, id) = (|millis| Time::ZERO + Span::from_millis(millis), ServerId::new);
    let expected = vec![
        (at(1_000), Fault::Crash(id(0))),
        (at(1_000), Fault::Crash(id(1))),
        (at(1_500), Fault::Recover(id(0))),
        (at(1_500), Fault::Recover(id(1))),
        (at(2_000), Fault::FailOver(0, Failover::Synchronised)),
        (at(3_000), Fault::Crash(id(0))),
        (at(3_000), Fault::Crash(id(1))),
        (at(3_500), Fault::Recover(id(0))),
        (at(3_500), Fault::Recover(id(1))),
    ];
    assert_eq!(found.faults, expected);
    assert_eq!(found.manners[0], Behaviour::default());
    assert_eq!(found.manners[2].overflow, Overflow::Drop);
    assert_eq!(found.manners[2].slow_start, Some(SlowStart { from: 0.1, ramp: Span::from_secs(4) }));
    let patience = found.patience.expect("some");
    assert_eq!((patience.syn_retries, patience.abandoned), (6, Abandoned::Cancelled));
    assert_eq!(patience.retries.and_then(|retries| retries.budget), Some(Budget { share: 0.1, burst: 10.0 }));
    let health = found.health.expect("some");
    assert_eq!((health.warm_up, health.connect_timeout), (Span::from_secs(2), Span::from_secs(5)));
    assert_eq!(found.newcomers.map(|newcomers| newcomers.steps), Some(10));
    assert!(scenario(SOUND).disturbances.is_none());
}

#[test]
fn caches_arrive() {
    let text = SOUND
        .replace("address = \"10.0.0.1:80\"", "fwmark = 1")
        .replace("slots = 8\n", "slots = 8\ncache = { bytes = \"2MiB\", hit = \"1ms\", miss = \"3ms\" }\n");
    let text = format!(
        "{text}[destinations.uniform]\ncount = 9\n[sizes.response.by_object.constant]\nsize = \"1kB\"\n"
    );
    let found = scenario(&text);
    let (hit, miss) = (Span::from_millis(1), Span::from_millis(3));
    let cache = ObjectCache { room: CacheRoom::Bytes(2 << 20), hit, miss };
    assert_eq!(found.setup().caches(), [None, None, Some(cache)]);
    // 100/s of 20 ms, and 3 ms at most to find that nothing is there.
    assert!((found.offered_load() - 2.3).abs() < 1e-9, "{}", found.offered_load());
    assert!(scenario(SOUND).setup().caches().is_empty());
}

#[test]
fn netmasks_count_leading_bits() {
    let prefix = |netmask: &str| {
        let text =
            SOUND.replace("[[servers]]\nname = \"old\"", &format!("{netmask}\n[[servers]]\nname = \"old\""));
        scenario(&text).service.persistence.map(|persistence| persistence.prefix)
    };
    assert_eq!(prefix(""), None);
    assert_eq!(prefix("persistent = \"1s\""), Some(32));
    assert_eq!(prefix("persistent = \"1s\"\nnetmask = \"255.255.255.0\""), Some(24));
    assert_eq!(prefix("persistent = \"1s\"\nnetmask = \"0.0.0.0\""), Some(0));
}

#[test]
fn tunnels_reach_servers_of_the_other_family() {
    let mixed = |forwarding: &str| {
        let text = SOUND.replace("slots = 8", "slots = 8\naddress = \"[2001:db8::9]:80\"");
        text.replace(
            "[[servers]]\nname = \"old\"",
            &format!("forwarding = \"{forwarding}\"\n[[servers]]\nname = \"old\""),
        )
    };
    assert!(!scenario(&mixed("tunnel")).service.ipv6);
    assert!(parse(&mixed("gate"), "web.toml", Path::new("")).is_err());
}

#[test]
fn a_fwmark_service_is_of_the_family_of_its_destinations() {
    let text = SOUND.replace("address = \"10.0.0.1:80\"", "fwmark = 1");
    let with = |network: &str| {
        scenario(&format!("{text}[destinations.uniform]\ncount = 9\nnetwork = \"{network}\"\n")).service.ipv6
    };
    assert!(!with("172.16.0.0/12"));
    assert!(with("2001:db8:d::/64"));
}

/// Every field of the schema, as `path` and its rule.
fn fields(schema: &Value) -> Vec<(String, &Value, bool)> {
    let mut found = Vec::new();
    if let Some(properties) = schema["properties"].as_object() {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, rule) in properties {
            found.push((name.clone(), rule, required.iter().any(|needed| needed == name)));
            found.extend(
                fields(rule)
                    .into_iter()
                    .map(|(inner, rule, needed)| (format!("{name}.{inner}"), rule, needed)),
            );
        }
    }
    if schema["items"].is_object() {
        found.extend(fields(&schema["items"]));
    }
    found
}

#[test]
fn every_field_is_described_and_has_a_default_or_is_required() {
    let schema = schema();
    let fields = fields(&schema);
    assert!(fields.len() > 100, "{}", fields.len());
    for (path, rule, required) in fields {
        assert!(rule["description"].as_str().is_some_and(|text| text.len() > 5), "{path}: {rule}");
        assert!(required == rule["default"].is_null(), "{path} is either required or has a default: {rule}");
        let kinds = rule["type"].as_array().cloned().unwrap_or_else(|| vec![rule["type"].clone()]);
        let sound = kinds.iter().all(|kind| kind.is_string() && kind != "null");
        assert!(sound && !kinds.is_empty(), "{path} has types, none of them null: {rule}");
        if matches!(rule["x-text"].as_str(), Some("time" | "rate")) {
            assert!(rule["x-unit"].is_string(), "{path}: {rule}");
        }
    }
}

#[test]
fn the_documentation_mentions_every_field() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scenario-format.md");
    let text = std::fs::read_to_string(path).expect("docs/scenario-format.md");
    for (path, ..) in fields(&schema()) {
        let name = path.rsplit('.').next().expect("a last part");
        let is_mentioned = text.contains(&format!("`{name}`")) || text.contains(&format!("{name}]`"));
        assert!(is_mentioned, "{path} is not in the documentation");
    }
}

#[test]
fn examples_of_the_documentation_are_sound() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scenario-format.md");
    let text = std::fs::read_to_string(path).expect("docs/scenario-format.md");
    let whole = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let whole: Vec<&str> = whole.filter(|example| example.contains("[service]")).collect();
    assert!(!whole.is_empty());
    for example in whole {
        scenario(example);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_scenario_never_panics(
        cut in 0usize..SOUND.len(),
        length in 0usize..40,
        base in prop::sample::select(vec![SOUND, STARTER]),
        insert in r#"[\[\]"=\.a-z0-9\n -]{0,12}"#,
        line in 0usize..24,
    ) {
        let cut = base.floor_char_boundary(cut);
        let end = base.floor_char_boundary((cut + length).min(base.len()));
        let mutated = format!("{}{insert}{}", &base[..cut], &base[end..]);
        let shuffled: String = base.lines().cycle().skip(line).take(24).map(|line| format!("{line}\n")).collect();
        let doubled = format!("{mutated}{shuffled}");
        for text in [mutated, shuffled, doubled] {
            match parse(&text, "web.toml", Path::new("")) {
                Ok(loaded) => { let _ = loaded.scenario.setup(); }
                Err(problems) => prop_assert!(!problems.render(true).is_empty() && !problems.list().is_empty()),
            }
        }
    }

    #[test]
    fn any_text_is_refused_with_a_reason(text in "\\PC{0,200}") {
        if let Err(problems) = parse(&text, "any.toml", Path::new("")) {
            prop_assert!(!problems.to_string().is_empty());
        }
    }
}
