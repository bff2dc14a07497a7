//! Pictures: drawn for small and large studies, the same bytes every time. To look at them:
//! `IPVSLAB_PICTURES=DIR cargo test -p ipvslab-reports pictures`.

use std::path::Path;

use ipvslab_reports::{
    AgreementPanel, Metric, OverTime, RunMetrics, SideBySide, Study, Summary, agreement_svg, over_time_svg,
    percentiles_svg, shares_svg, side_by_side_shares_svg, side_by_side_svg,
};
use ipvslab_schedulers::{SchedulerKind, ServerId, Weight};
use ipvslab_sim::Intervention;

use crate::support::{made_up, made_up_side_by_side, seconds, side_by_side, simulated};

/// Draws everything twice.
fn draw(name: &str, study: &Study) -> [String; 3] {
    let summary = Summary::new(study, Metric::default());
    let pictures = || {
        [
            percentiles_svg(study, &summary).expect("a picture"),
            over_time_svg(study, &summary, OverTime::Load).expect("a picture"),
            shares_svg(study, &summary).expect("a picture"),
        ]
    };
    let drawn = pictures();
    assert_eq!(drawn, pictures(), "the same bytes");
    for (kind, svg) in ["percentiles", "server-load", "shares"].iter().zip(&drawn) {
        sound(&format!("{name}-{kind}"), svg);
    }
    drawn
}

/// Draws model and kernel twice.
fn draw_side_by_side(name: &str, results: &SideBySide) -> [String; 2] {
    let pictures = || {
        [side_by_side_svg(results).expect("a picture"), side_by_side_shares_svg(results).expect("a picture")]
    };
    let drawn = pictures();
    assert_eq!(drawn, pictures(), "the same bytes");
    for (kind, svg) in ["times", "shares"].iter().zip(&drawn) {
        let name = format!("side-by-side-{name}-{kind}");
        sound(&name, svg);
        nothing_is_cut_off(&name, svg);
    }
    drawn
}

fn draw_agreement(name: &str, panels: &[AgreementPanel]) -> String {
    let svg = agreement_svg("Two generations of real servers", panels).expect("a picture");
    assert_eq!(
        svg,
        agreement_svg("Two generations of real servers", panels).expect("a picture"),
        "the same bytes"
    );
    let name = format!("agreement-{name}");
    sound(&name, &svg);
    nothing_is_cut_off(&name, &svg);
    svg
}

/// What every picture has, and none may hold; kept if it was asked for.
fn sound(name: &str, svg: &str) {
    assert!(svg.starts_with("<svg") && svg.contains("</title>") && svg.contains("</desc>"), "{name}");
    assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count(), "{name}: groups");
    for wrong in ["NaN", "inf\"", "inf,", "group-mark"] {
        assert!(!svg.contains(wrong), "{name} holds {wrong}");
    }
    assert!(svg.len() < 3_000_000, "{name}: {} bytes", svg.len());
    if let Some(folder) = std::env::var_os("IPVSLAB_PICTURES") {
        let file = Path::new(&folder).join(format!("{name}.svg"));
        std::fs::write(file, svg).expect("the picture can be written");
    }
}

/// Texts are within the picture, as far as their width can be told from their length.
fn nothing_is_cut_off(name: &str, svg: &str) {
    let head = svg.split('>').next().expect("an opening tag");
    let (width, height) = (attribute(head, "width"), attribute(head, "height"));
    for element in svg.split("<text ").skip(1) {
        let (tag, rest) = element.split_once('>').expect("the tag is closed");
        if tag.contains("rotate") {
            continue;
        }
        let text = rest.split("</text>").next().expect("the text ends").trim();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let length = text.chars().count() as f64 * attribute(tag, "font-size") * 0.5;
        let (x, y) = (attribute(tag, "x"), attribute(tag, "y"));
        let left = match () {
            () if tag.contains("text-anchor=\"end\"") => x - length,
            () if tag.contains("text-anchor=\"middle\"") => x - length / 2.0,
            () => x,
        };
        assert!(left >= 0.0 && left + length <= width, "{name}: {text:?} from {left} is {length} long");
        assert!(0.0 <= y && y <= height, "{name}: {text:?} at {y}");
    }
}

fn attribute(tag: &str, name: &str) -> f64 {
    let value = tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    let value = value.unwrap_or_else(|| panic!("{name} of {tag}"));
    value.trim_end_matches("px").parse().unwrap_or_else(|_| panic!("{name} of {tag}"))
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

#[test]
fn model_and_kernel_under_fourteen_schedulers() {
    let groups = [("old", 4, 1, 4, 1.0), ("new", 2, 3, 8, 1.5)];
    let study = simulated(&groups, 0.8, &SchedulerKind::ALL, 2, quiesce_and_return(5));
    for svg in draw_side_by_side("fourteen", &side_by_side(&study)) {
        for scheduler in SchedulerKind::ALL {
            assert!(svg.contains(scheduler.name()), "{scheduler} is named");
        }
        assert!(svg.contains("kernel"));
    }
}

#[test]
fn model_and_kernel_under_few_schedulers() {
    let mut results = made_up_side_by_side();
    draw_side_by_side("five", &results);
    results.rows.drain(..3);
    draw_side_by_side("two", &results);
    results.rows.truncate(1);
    draw_side_by_side("one", &results);
}

#[test]
fn model_and_kernel_with_many_servers() {
    let groups = [("small", 40, 1, 2, 1.0), ("large", 24, 4, 8, 1.0)];
    let schedulers = [SchedulerKind::Wlc, SchedulerKind::Rr, SchedulerKind::Sh];
    draw_side_by_side("sixty-four", &side_by_side(&simulated(&groups, 0.7, &schedulers, 2, Vec::new())));
    let groups = [("a-group-with-quite-a-long-name", 16, 1, 2, 1.0)];
    draw_side_by_side("sixteen", &side_by_side(&simulated(&groups, 0.7, &schedulers, 2, Vec::new())));
}

#[test]
fn odd_sides_are_drawn() {
    let hollow = |metrics: &mut RunMetrics| {
        metrics.response_times = ipvslab_reports::Distribution::default();
        (metrics.response_time_us_p99, metrics.failed_ratio) = (None, None);
        metrics.servers.iter_mut().for_each(|server| server.share_ratio = None);
    };
    let mut results = made_up_side_by_side();
    results.title = format!("A <title> & more, {}", "far too long for a picture ".repeat(9));
    results.servers[0].name = "a <server> & its name which is too long".to_owned();
    hollow(&mut results.rows[0].kernel);
    hollow(&mut results.rows[1].model);
    hollow(&mut results.rows[2].kernel);
    hollow(&mut results.rows[2].model);
    results.rows[3].kernel.servers.iter_mut().for_each(|server| server.share_ratio = Some(f64::INFINITY));
    results.rows[4].kernel.servers.iter_mut().for_each(|server| server.share_ratio = Some(0.0));
    let [times, shares] = draw_side_by_side("odd", &results);
    assert!(times.contains("kernel: too few served") && times.contains("wlc, too few served"));
    assert!(shares.contains("no shares to compare"));
    for row in &mut results.rows {
        hollow(&mut row.model);
        hollow(&mut row.kernel);
    }
    draw_side_by_side("hollow", &results);
    results.servers.clear();
    results.rows.iter_mut().for_each(|row| row.model.servers.clear());
    draw_side_by_side("no-servers", &results);
    results.rows.clear();
    draw_side_by_side("nothing", &results);
}

fn agreement(scheduler: SchedulerKind, servers: usize, differ: u64) -> AgreementPanel {
    let server = |number: usize| {
        let model = 1_000 + 40 * (number as u64 * 7 % 11);
        let kernel = if number == 1 { model - differ.min(model) } else { model };
        (format!("web-{}", number + 1), model, kernel)
    };
    let servers: Vec<(String, u64, u64)> = (0..servers).map(server).collect();
    let decisions = servers.iter().map(|&(_, model, _)| model).sum();
    AgreementPanel {
        scheduler,
        kernel: "6.18.5, classic accounting".to_owned(),
        decisions,
        differ: Some(differ),
        servers,
    }
}

#[test]
fn agreement_under_fourteen_schedulers() {
    for (name, servers) in [("six", 6), ("sixteen", 16), ("forty", 40)] {
        let panel =
            |(number, scheduler): (usize, SchedulerKind)| agreement(scheduler, servers, number as u64 * 9);
        let panels: Vec<AgreementPanel> = SchedulerKind::ALL.into_iter().enumerate().map(panel).collect();
        let svg = draw_agreement(name, &panels);
        for scheduler in SchedulerKind::ALL {
            assert!(svg.contains(&format!("{scheduler}: ")), "{scheduler} is named");
        }
        assert!(svg.contains("decisions, all the same") && svg.contains("decisions, 9 differ"));
    }
}

#[test]
fn odd_agreements_are_drawn() {
    draw_agreement("none", &[]);
    draw_agreement("no-servers", &[agreement(SchedulerKind::Rr, 0, 0)]);
    draw_agreement(
        "thousand",
        &[agreement(SchedulerKind::Rr, 1_000, 12), agreement(SchedulerKind::Sh, 3, 1)],
    );
    let mut panels = [agreement(SchedulerKind::Rr, 2, 0), agreement(SchedulerKind::Lc, 8, 1_000_000)];
    panels[0].servers = vec![("a <b> & c".to_owned(), 0, 0), ("d".to_owned(), u64::MAX, 1)];
    panels[1].kernel = "another one".to_owned();
    let svg = draw_agreement("odd", &panels);
    assert!(svg.contains("lc, kernel another one: "));
}
