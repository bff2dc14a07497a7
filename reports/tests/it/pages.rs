//! The page and what is stored of a study. To look at the pages: `IPVSLAB_PICTURES=DIR cargo test -p ipvslab-reports pages`;
//! a browser's view of them is tested by `tests/browser/`.

use std::path::Path;

use ipvslab_reports::{
    DecisionCost, Metric, Provenance, StoredError, Study, Summary, markdown, page_html, read_study,
    store_study,
};
use ipvslab_schedulers::{SchedulerKind, ServerId, Weight};
use ipvslab_sim::Intervention;

use crate::support::{made_up, seconds, simulated};

/// The page, the same twice.
fn page(name: &str, study: &Study) -> String {
    let summary = Summary::new(study, Metric::default());
    let html = page_html(study, &summary).expect("a page");
    assert_eq!(html, page_html(study, &summary).expect("a page"), "the same bytes");
    kept(name, &html);
    html
}

/// What every page has, and none may hold; kept if it was asked for.
pub(crate) fn kept(name: &str, html: &str) {
    for wrong in ["NaN", ">inf", "inf\"", "∞"] {
        assert!(!html.contains(wrong), "{name} holds {wrong}");
    }
    assert!(html.len() <= 2_000_000, "{name}: {} bytes", html.len());
    for outside in ["src=", "url(", "@import", "http://www.w3.org/1999/xlink"] {
        assert!(!html.contains(outside) || name.starts_with("hostile"), "{name} holds {outside}");
    }
    if let Some(folder) = std::env::var_os("IPVSLAB_PICTURES") {
        std::fs::write(Path::new(&folder).join(format!("{name}.html")), html)
            .expect("the page can be written");
    }
}

/// Lines of hostile.txt, with `\u001b` and the like as the characters they name.
fn hostile_names() -> Vec<String> {
    let unescaped = |line: &str| {
        let mut parts = line.split("\\u");
        let mut text = parts.next().unwrap_or("").to_owned();
        for part in parts {
            match part
                .get(..4)
                .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                .and_then(char::from_u32)
            {
                Some(character) => {
                    text.push(character);
                    text.push_str(&part[4..]);
                }
                None => text.push_str(part),
            }
        }
        text
    };
    include_str!("hostile.txt").lines().map(unescaped).collect()
}

fn named(study: &Study, name: impl Fn(usize) -> String) -> Study {
    let mut study = study.clone();
    study.title = name(0);
    study.question = name(1);
    study.name = name(2);
    study.kernel = name(3);
    study.accounting = name(4);
    study.provenance = Provenance { version: name(5), scenario: name(6), scenario_sha256: name(7) };
    for (number, (_, what)) in study.interventions.iter_mut().enumerate() {
        *what = name(8 + number);
    }
    for (number, server) in study.servers.iter_mut().enumerate() {
        server.name = name(10 + number);
        // Groups are as many as before.
        server.group = name(100 + usize::from(server.group.starts_with("new")));
    }
    study
}

#[test]
fn page_of_few_servers() {
    let html = page("few", &made_up(5));
    assert!(html.contains("Does wlc hold the p99 where rr does not?"));
    assert!(html.contains("Content-Security-Policy"));
}

#[test]
fn page_with_what_decisions_cost() {
    let mut study = made_up(2);
    let cost = |(number, &scheduler): (usize, &SchedulerKind)| {
        let ns_median = 40.0 - 7.0 * number as f64;
        DecisionCost { scheduler, ns_median, ns_lower: ns_median - 1.0, ns_upper: ns_median + 4.0 }
    };
    study.decision_costs = study.schedulers.iter().enumerate().map(cost).collect();
    let html = page("cost", &study);
    assert!(html.contains("Cost of a decision") && html.contains("dh 12, sed 19"), "the quickest first");
    let bytes = store_study(&study).expect("a study can be stored");
    assert_eq!(read_study(&bytes).expect("it can be read"), study);
    assert!(!page("few", &made_up(5)).contains("Cost of a decision"), "only if it was measured");
}

/// A page with a server that is quiesced and comes back: what that did, and under which scheduler.
#[test]
fn page_of_interventions() {
    let weight = Weight::new(2).expect("a small weight");
    let interventions = vec![
        (seconds(20.0), Intervention::Remove(ServerId::new(0))),
        (seconds(40.0), Intervention::Add(ServerId::new(0), weight)),
    ];
    let study =
        simulated(&[("web", 3, 2, 4, 1.0)], 0.6, &[SchedulerKind::Rr, SchedulerKind::Sh], 3, interventions);
    let html = page("interventions", &study);
    for said in [
        "Interventions and faults",
        "1. 20 s: web-1 removed",
        "2. 40 s: web-1 added, weight 2",
        "Failures over time",
        "Arrivals per second",
        "Percentiles of the response time over time",
    ] {
        assert!(html.contains(said), "{said} is not there");
    }
    // A third of the connections goes elsewhere, and those in progress are lost.
    let moved = html.split("1. 20 s: web-1 removed").nth(1).and_then(|rest| rest.split("2. 40 s").next());
    let moved = moved.expect("the table of the removal");
    assert!(moved.contains("web-1: 33.") && moved.contains("% → 0 %"), "{moved}");
    let bytes = store_study(&study).expect("a study can be stored");
    assert_eq!(read_study(&bytes).expect("it can be read"), study);
}

#[test]
fn page_of_a_single_run() {
    let mut study = made_up(1);
    study.schedulers.truncate(1);
    let kept = study.schedulers.clone();
    study.runs.retain(|run| kept.contains(&run.scheduler));
    page("single", &study);
}

#[test]
fn page_of_fourteen_schedulers_and_a_hundred_servers() {
    let weight = Weight::new(2).expect("a small weight");
    let interventions = vec![
        (seconds(20.0), Intervention::SetWeight(ServerId::new(0), Weight::QUIESCED)),
        (seconds(40.0), Intervention::SetWeight(ServerId::new(0), weight)),
    ];
    let groups = [("old", 60, 1, 1, 1.0), ("new", 40, 2, 2, 1.0)];
    let study = simulated(&groups, 0.7, &SchedulerKind::ALL, 2, interventions);
    page("large", &study);
}

#[test]
fn hostile_names_stay_text() {
    let names = hostile_names();
    assert!(names.len() >= 80, "{} names", names.len());
    let weight = Weight::new(2).expect("a small weight");
    let interventions = vec![(seconds(20.0), Intervention::SetWeight(ServerId::new(0), weight))];
    let groups = [("old", 30, 1, 1, 1.0), ("new", 15, 2, 2, 1.0)];
    let study = simulated(&groups, 0.7, &[SchedulerKind::Rr, SchedulerKind::Wlc], 2, interventions);
    // Each name is a server's once, and some title's, question's or group's in one of the rounds.
    for (round, first) in [0, 30, 60].into_iter().enumerate() {
        let name = |number: usize| names[(first + number) % names.len()].clone();
        let html = page(&format!("hostile-{round}"), &named(&study, name));
        // Apart from the page's own script, style and SVG.
        assert_eq!(html.matches("<script>").count(), 1, "round {round}");
        assert_eq!(html.matches("</script>").count(), 1, "round {round}");
        assert_eq!(html.matches("<style>").count(), 1, "round {round}");
        for element in
            ["<img", "<iframe", "<object", "<a href=\"java", "<foreignObject", "<!--", "<base", "<form"]
        {
            assert!(!html.contains(element), "round {round}: {element}");
        }
        for turned in ['\u{202e}', '\u{2066}', '\u{1b}', '\0', '\u{200b}', '\u{feff}', '\u{2028}'] {
            assert!(!html.contains(turned), "round {round}: {turned:?}");
        }
        let summary = Summary::new(&study, Metric::default());
        let text = markdown(&named(&study, name), &summary);
        assert!(!text.contains("<script") && !text.contains("<img"), "round {round}: {text}");
        page(&format!("harmless-{round}"), &named(&study, |number| format!("name {number}")));
    }
}

#[test]
fn stored_study_is_the_same_study() {
    let weight = Weight::new(2).expect("a small weight");
    let interventions = vec![(seconds(20.0), Intervention::SetWeight(ServerId::new(0), weight))];
    let groups = [("old", 2, 1, 4, 1.0), ("new", 1, 8, 32, 1.0)];
    for study in
        [made_up(2), simulated(&groups, 0.7, &[SchedulerKind::Rr, SchedulerKind::Mh], 2, interventions)]
    {
        let bytes = store_study(&study).expect("a study can be stored");
        assert_eq!(read_study(&bytes).expect("it can be read"), study);
    }
}

#[test]
fn other_layouts_and_damage_are_told() {
    let bytes = store_study(&made_up(2)).expect("a study can be stored");
    let line = bytes.iter().position(|&byte| byte == b'\n').expect("a first line");
    let other = [b"ipvslab.study/9 7.0.0\n".as_slice(), &bytes[line + 1..]].concat();
    let told = read_study(&other).expect_err("another layout").to_string();
    assert!(told.contains("ipvslab.study/9") && told.contains("7.0.0"), "{told}");
    assert!(matches!(read_study(b"{\"schema\": 1}"), Err(StoredError::NotStored)));
    assert!(matches!(read_study(b""), Err(StoredError::NotStored)));
    for at in (0..bytes.len()).step_by(97) {
        read_study(&bytes[..at]).expect_err("a study that was cut short");
    }
    // Of gzip's own header, some bits say nothing of the study.
    let study = made_up(2);
    for at in (line + 1..bytes.len()).step_by(61) {
        let mut edited = bytes.clone();
        edited[at] ^= 0x55;
        assert!(read_study(&edited).map_or(true, |read| read == study), "the edit at {at} is not noticed");
    }
}
