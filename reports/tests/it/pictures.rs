//! Pictures: drawn for small and large studies, the same bytes every time. To look at them:
//! `IPVSLAB_PICTURES=DIR cargo test -p ipvslab-reports pictures`.

use std::path::Path;

use ipvslab_reports::{Metric, Study, Summary, percentiles_svg, server_load_svg, shares_svg};
use ipvslab_schedulers::{SchedulerKind, ServerId, Weight};
use ipvslab_sim::Intervention;

use crate::support::{made_up, seconds, simulated};

/// Draws everything twice.
fn draw(name: &str, study: &Study) -> [String; 3] {
    let summary = Summary::new(study, Metric::default());
    let pictures = || {
        [
            percentiles_svg(study, &summary).expect("a picture"),
            server_load_svg(study, &summary).expect("a picture"),
            shares_svg(study, &summary).expect("a picture"),
        ]
    };
    let drawn = pictures();
    assert_eq!(drawn, pictures(), "the same bytes");
    for (kind, svg) in ["percentiles", "server-load", "shares"].iter().zip(&drawn) {
        assert!(svg.starts_with("<svg") && svg.contains("</title>"), "{name} {kind}");
        for wrong in ["NaN", "inf\"", "inf,"] {
            assert!(!svg.contains(wrong), "{name} {kind} holds {wrong}");
        }
        assert!(svg.len() < 3_000_000, "{name} {kind}: {} bytes", svg.len());
        if let Some(folder) = std::env::var_os("IPVSLAB_PICTURES") {
            let file = Path::new(&folder).join(format!("{name}-{kind}.svg"));
            std::fs::write(file, svg).expect("the picture can be written");
        }
    }
    drawn
}

fn quiesce_and_return(server: u32) -> Vec<(ipvslab_schedulers::Time, Intervention)> {
    let id = ServerId::new(server);
    vec![
        (seconds(20.0), Intervention::SetWeight(id, Weight::QUIESCED)),
        (seconds(35.0), Intervention::Remove(id)),
        (seconds(45.0), Intervention::Add(id, Weight::new(3).expect("a small weight"))),
    ]
}

#[test]
fn fourteen_schedulers() {
    let groups = [("old", 4, 1, 4, 1.0), ("new", 2, 3, 8, 1.5)];
    let study = simulated(&groups, 0.8, &SchedulerKind::ALL, 3, quiesce_and_return(5));
    let [percentiles, load, _] = draw("fourteen", &study);
    for scheduler in SchedulerKind::ALL {
        assert!(percentiles.contains(scheduler.name()), "{scheduler} is named");
    }
    assert!(load.contains("new-2 quiesced"));
}

#[test]
fn two_schedulers() {
    let groups = [("web", 3, 1, 4, 1.0)];
    draw("two", &simulated(&groups, 0.9, &[SchedulerKind::Rr, SchedulerKind::Wlc], 2, Vec::new()));
}

#[test]
fn long_names_take_several_rows() {
    let groups =
        [("a-server-with-a-long-name", 4, 1, 4, 1.0), ("another-one-with-a-long-name", 4, 1, 4, 1.0)];
    draw("eight", &simulated(&groups, 0.8, &[SchedulerKind::Twos], 1, Vec::new()));
}

#[test]
fn sixty_four_servers() {
    let groups = [("small", 40, 1, 2, 1.0), ("large", 24, 4, 8, 1.0)];
    let study = simulated(&groups, 0.7, &SchedulerKind::ALL, 1, quiesce_and_return(50));
    draw("sixty-four", &study);
}

#[test]
fn one_server() {
    draw("one", &simulated(&[("only", 1, 1, 4, 1.0)], 0.6, &[SchedulerKind::Wlc], 1, Vec::new()));
}

#[test]
fn curves_that_are_the_same_share_a_name() {
    let [percentiles, ..] = draw("made-up", &made_up(3));
    assert!(percentiles.contains("lc, wlc (same)"));
}

#[test]
fn study_without_runs_or_samples_is_drawn_empty() {
    let mut study = made_up(1);
    study.runs.retain(|run| run.replication > 0);
    draw("empty", &study);
}
