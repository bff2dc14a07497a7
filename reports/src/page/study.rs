//! The page of a study.

use maud::html;

use super::document::{Words, document, section};
use super::figure::{Figure, XAxis};
use super::{classes, disruption, figure, order, servers, settings, text};
use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::output::answer;
use crate::plot::{
    OverTime, ccdf_svg, decision_cost_svg, forest_svg, hits_svg, imbalance_svg, over_time_svg,
    percentiles_svg, shares_svg,
};
use crate::run::metric::Metric;
use crate::study::Study;

/// The page of a study.
///
/// # Errors
/// If a picture cannot be drawn, which would be a fault of ours.
pub fn page_html(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let study = &text::harmless(study);
    let figures = Figures::of(study, summary)?;
    let words = Words {
        title: &study.title,
        question: &study.question,
        answer: answer::of(study, summary),
        version: &study.provenance.version,
    };
    let disrupted = disruption::section(study, summary)?;
    let costs = costs(study)?;
    let mut sections = vec![
        ("order", "Order"),
        ("times", "Response times"),
        ("servers", "Real servers"),
        ("farm", "Farm"),
        ("settings", "Settings"),
    ];
    if disrupted.is_some() {
        sections.insert(2, ("interventions", "Interventions"));
    }
    let main = html! {
        (order::section(study, summary, &figures.order))
        (section("times", "Response times", "How bad is the tail, and under which scheduler?", &figures.times))
        @if let Some(disrupted) = &disrupted { (disrupted) }
        (section("servers", "Real servers", "Who is overloaded, and when? Does each server get the share its weight asks for?", &figures.servers))
        (classes::section(study, summary))
        (servers::section(study, summary))
        @if !costs.is_empty() { (section("cost", "Cost of a decision", "Is the scheduler itself cheap?", &costs)) }
        (settings::sections(study))
    };
    Ok(document(&words, &sections, &main))
}

/// What a decision costs, if that was measured.
fn costs(study: &Study) -> Result<Vec<Figure>, ReportError> {
    if study.decision_costs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Figure::new("decision-cost", decision_cost_svg(study)?, figure::decision_costs(study))])
}

struct Figures {
    order: Vec<Figure>,
    times: Vec<Figure>,
    servers: Vec<Figure>,
}

impl Figures {
    fn of(study: &Study, summary: &Summary) -> Result<Self, ReportError> {
        let several = summary.schedulers.len() > 1;
        let order = match several && summary.comparisons > 0 {
            true => vec![Figure::new("forest", forest_svg(study, summary)?, figure::differences(summary))],
            false => Vec::new(),
        };
        let times = vec![
            Figure::new("percentiles", percentiles_svg(study, summary)?, figure::percentiles(summary))
                .along(XAxis::Percentile),
            Figure::new("ccdf", ccdf_svg(study, summary)?, figure::beyond(summary)),
        ];
        let over_time = |name, what| -> Result<Figure, ReportError> {
            Ok(Figure::new(
                name,
                over_time_svg(study, summary, what)?,
                figure::by_server(study, summary, what),
            )
            .along(XAxis::Time))
        };
        let mut servers = vec![
            over_time("load", OverTime::Load)?,
            Figure::new("imbalance", imbalance_svg(study, summary)?, figure::imbalance(study, summary))
                .along(XAxis::Time),
            over_time("active", OverTime::Active)?,
            over_time("inactive", OverTime::Inactive)?,
            Figure::new("shares", shares_svg(study, summary)?, figure::shares(study, summary)),
        ];
        if summary.metrics().any(|metric| metric == Metric::HitRatio) {
            servers.push(Figure::new("hits", hits_svg(study, summary)?, figure::hits(study, summary)));
        }
        Ok(Self { order, times, servers })
    }
}
