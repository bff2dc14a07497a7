//! The pages of validations: model and kernel side by side.

use ipvslab_reports::{
    AgreementPanel, CounterRow, FirstDifference, ValidationReport, ValidationRow, agreement_residuals_svg,
    side_by_side_html, side_by_side_residuals_svg, validation_html,
};
use ipvslab_schedulers::SchedulerKind;

use crate::pages::kept;
use crate::support::made_up_side_by_side;

fn row(scheduler: SchedulerKind, differ: Option<u64>) -> ValidationRow {
    let off = differ.unwrap_or(2);
    let server = |number: u64| {
        let model = 1_000 + 10 * number;
        (format!("web-{number}"), model, model + if number == 1 { off } else { 0 })
    };
    let parts = differ.is_some_and(|differ| differ > 0);
    ValidationRow {
        panel: AgreementPanel {
            scheduler,
            kernel: "6.12.117".to_owned(),
            decisions: 3_000,
            differ,
            servers: (1..=3).map(server).collect(),
        },
        forwarding: "gate".to_owned(),
        is_equal: !parts,
        law_deviation: differ.is_none().then_some(0.73),
        followed_differ: u64::from(parts),
        packets: (6_000, 0),
        checkpoints: (24, u64::from(parts)),
        first: parts.then(|| FirstDifference {
            place: "free-running, at event 12, after 4 decisions and 0.020 s".to_owned(),
            action: "SYN of <b>10.0.0.1</b>\u{202e}:4000".to_owned(),
            model: "to server 1".to_owned(),
            kernel: "to server 2".to_owned(),
            servers: vec![("web-1".to_owned(), 1, 3, 0, false), ("web-2".to_owned(), 2, 7, 1, true)],
        }),
        counters: vec![
            CounterRow {
                server: "web-1".to_owned(),
                model: Some([1, 3, 0]),
                kernel: Some([1, 2, 1]),
                furthest: 4,
            },
            CounterRow { server: "web-2".to_owned(), model: None, kernel: Some([1, 2, 1]), furthest: 0 },
        ],
    }
}

fn report() -> ValidationReport {
    ValidationReport {
        title: "Two generations".to_owned(),
        version: "1".to_owned(),
        seed: 7,
        sum: "DIFFERENT: in 1 of 3 runs, model and kernel part".to_owned(),
        kernels: vec!["6.12.117 (Debian), Total accounting by probe, HZ 250".to_owned()],
        rows: vec![
            row(SchedulerKind::Rr, Some(0)),
            row(SchedulerKind::Wlc, Some(3)),
            row(SchedulerKind::Twos, None),
        ],
        notes: vec!["twos draws random integers inside the kernel".to_owned()],
    }
}

#[test]
fn page_of_decisions_tells_agreement_and_the_first_difference() {
    let html = validation_html(&report()).expect("a page");
    kept("validation", &html);
    for said in [
        "✓ equal",
        "✗ different",
        "First difference under wlc",
        "by law, 0.7 sd",
        "SYN of &lt;b&gt;10.0.0.1&lt;/b&gt;\u{fffd}",
    ] {
        assert!(html.contains(said), "{said} is not there");
    }
    let panels: Vec<AgreementPanel> = report().rows.into_iter().map(|row| row.panel).collect();
    let svg = agreement_residuals_svg("Two generations", &panels).expect("a picture");
    assert!(
        svg.contains("all 3 equal") && svg.contains("web-1: -3") && svg.contains("twos, by law"),
        "{svg}"
    );
    agreement_residuals_svg("none", &[]).expect("an empty picture");
}

#[test]
fn page_of_real_tcp_has_both_sides() {
    let results = made_up_side_by_side();
    let html = side_by_side_html(&results, 0.02, "1").expect("a page");
    kept("validation-tcp", &html);
    assert!(html.contains("Model and kernel agree"), "30 of 3,000 are a point");
    let strict = side_by_side_html(&results, 0.000_1, "1").expect("a page");
    assert!(strict.contains("or are unknown, under rr"));
    assert!(side_by_side_residuals_svg(&results, 1.0).expect("a picture").contains("percentage points"));
}
