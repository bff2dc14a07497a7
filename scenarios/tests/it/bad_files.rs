//! What users see when a scenario file is wrong.

use std::fs;
use std::path::Path;

use ipvslab_scenarios::{ProblemKind, Problems, load, parse};

/// A sound scenario; the cases change one line of it.
pub(crate) const SOUND: &str = r#"title = "Web farm"
[run]
duration = "10s"
warm_up = "1s"
[service]
address = "10.0.0.1:80"
schedulers = ["rr", "wlc"]
[[servers]]
name = "old"
count = 2
weight = 1
slots = 4
[[servers]]
name = "new"
slots = 8
[arrivals.poisson]
rate = "100/s"
[work.exponential]
mean = "20ms"
[clients.uniform]
count = 100
[[timeline]]
at = "2s"
quiesce = "old-1"
"#;

fn problems(text: &str) -> Problems {
    parse(text, "web.toml", Path::new(env!("CARGO_MANIFEST_DIR"))).map(drop).expect_err("a faulty file")
}

/// Every case of the plain text file: a line of [`SOUND`], what it is replaced by, and what the user sees.
#[test]
fn messages_are_those_of_the_text_file() {
    let golden = include_str!("bad_files.txt");
    let mut seen = String::new();
    for case in golden.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let mut lines = case.lines();
        let edits: Vec<&str> = lines
            .by_ref()
            .take_while(|line| !line.starts_with("web.toml") && !line.starts_with("warning"))
            .collect();
        let mut text = SOUND.to_owned();
        for edit in edits.iter().filter(|line| !line.starts_with('#')) {
            let (from, to) = edit.split_once(" => ").expect("an edit is `line => other lines`");
            assert!(text.contains(&format!("{from}\n")), "`{from}` is a line of the sound scenario");
            text = text.replacen(&format!("{from}\n"), &format!("{}\n", to.replace(" ; ", "\n")), 1);
        }
        for edit in edits {
            seen.push_str(edit);
            seen.push('\n');
        }
        match parse(&text, "web.toml", Path::new(env!("CARGO_MANIFEST_DIR"))) {
            Ok(loaded) => seen.push_str(&loaded.render_warnings(false)),
            Err(problems) => {
                for (line, problem) in problems.to_string().lines().zip(problems.list()) {
                    seen.push_str(line);
                    seen.push('\n');
                    if let Some(help) = &problem.help {
                        seen.push_str(&format!("    help: {}\n", help.replace('\n', "\n    ")));
                    }
                }
            }
        }
        seen.push('\n');
    }
    if std::env::var_os("BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/bad_files.txt");
        fs::write(path, seen).expect("the golden file can be written");
        return;
    }
    assert_eq!(seen, golden, "run with BLESS=1 to see the difference in git");
}

#[test]
fn a_frame_shows_the_line_and_the_help() {
    let text = SOUND.replace("weight = 1", "wieght = -1");
    assert_eq!(
        problems(&text).render(false),
        r"error: servers[0]: unknown field `wieght`
  --> web.toml:11:1
   |
11 | wieght = -1
   | ^^^^^^
   |
   = help: did you mean `weight`? allowed here: address, backlog, cache, cores, count, l_threshold, listed, name, overflow, pauses, slots, slow_start, speed, u_threshold, weight, workers

"
    );
}

#[test]
fn both_places_of_a_contradiction_are_shown() {
    let text = SOUND.replace("slots = 8", "slots = 8\ncores = 2");
    assert_eq!(
        problems(&text).render(false),
        r"error: servers[1]: found `slots` and `cores` together, expected one of them
  --> web.toml:16:9
   |
15 | slots = 8
   |         - the other one
16 | cores = 2
   |         ^

"
    );
}

#[test]
fn warnings_do_not_stop_a_scenario() {
    let text = SOUND.replace("100/s", "2000/s").replace("\"1s\"", "\"6s\"");
    let loaded = parse(&text, "web.toml", Path::new("")).expect("odd, but sound");
    assert_eq!(
        loaded.render_warnings(false),
        r#"warning: run.warm_up: 60 % of the run is left out of the results
 --> web.toml:4:11
  |
3 | duration = "10s"
  |            ----- the duration
4 | warm_up = "6s"
  |           ^^^^

warning: arrivals: offered load of 40.0000 erlang is above the capacity of 16.0000: rho = 2.50
  --> web.toml:16:2
   |
16 | [arrivals.poisson]
   |  ^^^^^^^^
   |
   = help: queues grow as long as connections arrive; add servers, slots or speed, or lower the rate

"#
    );
}

/// The titles of the warnings about [`SOUND`] with other sections.
fn warnings(from: &str, to: &str) -> Vec<String> {
    let (start, end) = from.split_once(" … ").expect("the first and the last line that are replaced");
    let text = SOUND.replace(&format!("{start}\n"), "START\n").replace(&format!("{end}\n"), "END\n");
    let (before, rest) = text.split_once("START\n").expect("the first line");
    let (_, after) = rest.split_once("END\n").expect("the last line");
    let loaded = parse(&format!("{before}{to}\n{after}"), "web.toml", Path::new(""));
    let loaded = loaded.unwrap_or_else(|problems| panic!("{problems}"));
    loaded.warnings.into_iter().map(|warning| format!("{}: {}", warning.path, warning.message)).collect()
}

#[test]
fn workloads_that_are_odd_are_warned_of_with_numbers() {
    let arrivals = |to: &str| warnings("[arrivals.poisson] … rate = \"100/s\"", to);
    let work = |to: &str| warnings("[work.exponential] … mean = \"20ms\"", to);
    let points = |list: &str| arrivals(&format!("[arrivals.profile]\npoints = [{list}]"));
    assert_eq!(
        points(
            r#"{ at = "0s", rate = "100/s" }, { at = "5s", rate = "900/s" }, { at = "6s", rate = "0/s" }"#
        ),
        [
            "arrivals: at its peak, the offered load of 18.0000 erlang is above the capacity of 16.0000: rho = 1.12"
        ]
    );
    assert_eq!(
        points(r#"{ at = "0s", rate = "100/s" }, { at = "15s", rate = "200/s" }"#),
        ["arrivals: the run ends at 10 s, before the last point at 15 s"]
    );
    assert_eq!(
        arrivals(
            "[arrivals.mmpp]\nstates = [{ rate = \"900/s\", stay = \"1s\" }, { rate = \"5/s\", stay = \"9s\" }]"
        ),
        [
            "arrivals: at its peak, the offered load of 18.0000 erlang is above the capacity of 16.0000: rho = 1.12",
            "arrivals: a run sees 1.0 rounds of the 2 states on average",
        ]
    );
    assert_eq!(
        work("[work.lognormal]\nmean = \"20ms\"\nscv = 500"),
        ["work: the scv of the work is 500, so that confidence intervals are unreliable"]
    );
    assert_eq!(
        work(
            "[[work.mixture]]\nweight = 199\nconstant.time = \"9ms\"\n[[work.mixture]]\nweight = 1\nconstant.time = \"1ms\""
        ),
        ["work.mixture[1].weight: this part is drawn 5.0 times per replication on average"]
    );
    let crowds = "[[classes]]\nname = \"NAME\"\nwork.constant.time = \"10ms\"\n[classes.arrivals.profile]\n\
                  points = [{ at = \"0s\", rate = \"900/s\" }, { at = \"5s\", rate = \"0/s\" }]";
    assert_eq!(
        warnings(
            "[arrivals.poisson] … count = 100",
            &format!("{}\n{}", crowds.replace("NAME", "one"), crowds.replace("NAME", "two"))
        ),
        [
            "classes: if all peaks coincide, the offered load of 18.0000 erlang is above the capacity of 16.0000: rho = 1.12"
        ]
    );
}

#[test]
fn one_packet_scheduling_of_tcp_is_warned_of() {
    let text = SOUND.replace("[[servers]]\nname = \"old\"", "one_packet = true\n[[servers]]\nname = \"old\"");
    let warnings = parse(&text, "web.toml", Path::new("")).expect("odd, but sound").render_warnings(false);
    assert!(warnings.contains("service.one_packet: has no effect: only datagrams"), "{warnings}");
}

#[test]
fn modes_that_go_by_free_memory_are_warned_of() {
    for sysctl in ["drop_entry", "drop_packet", "secure_tcp"] {
        let with = |mode: u32| {
            let text = SOUND.replace(
                "[[servers]]\nname = \"old\"",
                &format!("sysctl = {{ {sysctl} = {mode} }}\n[[servers]]\nname = \"old\""),
            );
            parse(&text, "web.toml", Path::new("")).expect("odd, but sound").render_warnings(false)
        };
        for mode in [1, 2] {
            let warning = format!("service.sysctl.{sysctl}: {mode} goes by the director's free memory");
            assert!(with(mode).contains(&warning), "{}", with(mode));
        }
        assert!(!with(0).contains(sysctl) && !with(3).contains("free memory"), "{sysctl}");
    }
}

#[test]
fn no_more_than_twenty_problems_are_shown() {
    let servers: String = (0..50).map(|n| format!("[[servers]]\nname = \"s{n}\"\nslots = 0\n")).collect();
    let problems = problems(&format!("{SOUND}{servers}"));
    assert_eq!(problems.list().len(), Problems::MOST);
    assert!(problems.render(false).ends_with("and 30 more\n\n"));
    assert!(problems.to_string().ends_with("web.toml: and 30 more"));
}

#[test]
fn files_of_absurd_size_are_refused_without_delay() {
    let groups: String = (0..5000).map(|n| format!("[[servers]]\nname = \"s{n}\"\nslots = 1\n")).collect();
    assert!(problems(&format!("{SOUND}{groups}")).to_string().contains("found 5002 elements"));
    let crowded = SOUND.replace("count = 2", "count = 65_536");
    assert!(problems(&crowded).to_string().contains("the farm has more than 65534 servers"));
    let events: String =
        (0..50_000).map(|n| format!("[[timeline]]\nat = \"3s\"\nremove = \"x{n}\"\n")).collect();
    let lost = problems(&format!("{}{events}", SOUND.replace("count = 2", "count = 60_000")));
    assert_eq!(lost.list().len(), Problems::MOST);
    let deep = format!("{SOUND}x = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!problems(&deep).render(false).is_empty());
    let wide = format!("{SOUND}title = \"{}\"", "x".repeat(1 << 20));
    assert!(problems(&wide).render(false).len() < 10_000);
}

#[test]
fn what_is_no_text_file_is_named() {
    let directory = tempfile::tempdir().expect("a directory for files");
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        fs::write(&path, bytes).expect("a file can be written");
        path
    };
    write("web.toml", SOUND.as_bytes());
    let cases = [
        (write("empty.toml", b" \n"), ProblemKind::Invalid, "the scenario is empty"),
        (
            write("latin.toml", b"title = \"\xe9\""),
            ProblemKind::Invalid,
            "the scenario is not UTF-8: byte 9 is not",
        ),
        (write("wide.toml", b"\xff\xfet\0"), ProblemKind::Invalid, "the scenario is UTF-16, expected UTF-8"),
        (
            write("huge.toml", &vec![b'#'; 17 << 20]),
            ProblemKind::Invalid,
            "the scenario is larger than 16 MiB",
        ),
        (directory.path().join("wbe.toml"), ProblemKind::Unreadable, "cannot read the scenario: not found"),
        (
            directory.path().to_owned(),
            ProblemKind::Unreadable,
            "cannot read the scenario: it is a directory; name a .toml file in it",
        ),
        ("/dev/null".into(), ProblemKind::Unreadable, "cannot read the scenario: it is not a regular file"),
    ];
    for (path, kind, message) in cases {
        let problems = load(&path).map(drop).expect_err(message);
        assert_eq!(problems.kind(), kind, "{message}");
        assert_eq!(problems.list()[0].message, message);
    }
    let missing = load(&directory.path().join("wbe.toml")).map(drop).expect_err("not there");
    let help = missing.list()[0].help.clone().unwrap_or_default();
    assert!(help.contains("web.toml`?"), "{help}");
}

#[test]
fn bom_and_crlf_are_read() {
    let text = format!("\u{feff}{}", SOUND.replace('\n', "\r\n"));
    assert!(parse(&text, "web.toml", Path::new("")).is_ok());
}
