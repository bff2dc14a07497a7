//! The page of a study.

use maud::{Markup, html};

use super::document::{Words, document, section};
use super::figure::{Figure, XAxis};
use super::{classes, disruption, first, order, servers, settings, tables, text};
use crate::error::ReportError;
use crate::estimate::disruption::described;
use crate::estimate::flow::{FlowBin, flow};
use crate::estimate::summary::Summary;
use crate::number::plain;
use crate::plot::{
    OverTime, ccdf, course, decision_cost, failing, failures, forest, hits, imbalance, load, over_time,
    percentiles, shares, tails,
};
use crate::run::metric::Metric;
use crate::study::Study;

/// The page of a study.
///
/// # Errors
/// If a picture cannot be drawn, which would be a fault of ours.
pub fn page_html(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let study = &text::harmless(study);
    let disrupted = disruption::section(study, summary);
    let costs = costs(study)?;
    let flowing = over_time_figures(study, summary)?;
    let farm = farm_figures(study, summary)?;
    let order_figure = order_figure(study, summary)?;
    let words = Words {
        title: &study.title,
        question: &study.question,
        version: &study.provenance.version,
        first: first::markup(study, summary, order_figure.as_ref()),
        choice: order::choice(summary.schedulers.iter().map(|found| found.scheduler)),
    };
    let mut sections = vec![("order", "Order"), ("times", "Response times")];
    if !flowing.is_empty() {
        sections.push(("time", "Over time"));
    }
    if disrupted.is_some() {
        sections.push(("interventions", "Interventions"));
    }
    sections.extend([("servers", "Real servers"), ("farm", "Farm"), ("settings", "Settings")]);
    let failing =
        failing(study, summary).map(|picture| Figure::new("failing", &picture, tables::failed(summary)));
    let failing: Vec<Figure> = failing.into_iter().collect::<Result<_, _>>()?;
    let main = html! {
        (order::section(study, summary, &failing))
        (section("times", "Response times", "How bad is the tail, and under which scheduler?", &times(study, summary)?))
        @if !flowing.is_empty() { (time_section(study, &flowing)) }
        @if let Some(disrupted) = &disrupted { (disrupted) }
        (section("servers", "Real servers", "Does each get what its weight says?", &farm))
        (classes::section(study, summary))
        (servers::section(study, summary))
        @if !costs.is_empty() { (section("cost", "Cost of a decision", "Is the scheduler itself cheap?", &costs)) }
        (settings::sections(study))
    };
    Ok(document(&words, &sections, &main))
}

/// What goes on during a run. The first figure, the arrivals, stays in sight.
fn time_section(study: &Study, figures: &[Figure]) -> Markup {
    let instants = described(study);
    html! {
        section id="time" {
            h2 { "Over time" }
            p .lead {
                "Who is overloaded, and when? All figures here show the same part of the time: drag across one, or use its buttons, to look \
                 closer."
            }
            @if !instants.is_empty() {
                p .lead { "Numbered lines: what was done or broke." }
                ul .instants { @for instant in &instants { li { (instant) } } }
            }
            @for figure in figures { (figure.markup()) }
        }
    }
}

/// What a decision costs, if that was measured.
fn costs(study: &Study) -> Result<Vec<Figure>, ReportError> {
    if study.decision_costs.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Figure::new("decision-cost", &decision_cost(study), tables::decision_costs(study))?])
}

/// The order of those that can be compared, if they are several.
fn order_figure(study: &Study, summary: &Summary) -> Result<Option<Figure>, ReportError> {
    let compared = summary.schedulers.iter().filter(|found| found.tier == 0).count();
    if compared < 2 || summary.comparisons == 0 {
        return Ok(None);
    }
    Ok(Some(Figure::small("forest", &forest(study, summary), tables::differences(summary))?))
}

fn times(study: &Study, summary: &Summary) -> Result<Vec<Figure>, ReportError> {
    Ok(vec![
        Figure::new("percentiles", &percentiles(study, summary), tables::percentiles(summary))?
            .along(XAxis::Percentile),
        Figure::new("ccdf", &ccdf(study, summary), tables::beyond(summary))?.along(XAxis::Response),
    ])
}

fn over_time_figures(study: &Study, summary: &Summary) -> Result<Vec<Figure>, ReportError> {
    let flows = || summary.schedulers.iter().map(|found| flow(study, found.scheduler));
    let mut figures = Vec::new();
    if let Some(load) = load(study) {
        figures.push(Figure::new("arrivals", &load, tables::loads(study))?);
    }
    if flows().any(|flow| flow.bins.iter().any(|bin| bin.percentiles[0].is_some())) {
        let tail = |bin: &FlowBin| bin.percentiles[2].or(bin.percentiles[1]).or(bin.percentiles[0]);
        let table = tables::by_time(study, summary, tail, tables::time);
        figures.push(Figure::new("course", &course(study, summary), table)?);
        let table = tables::by_time(study, summary, |bin| bin.percentiles[0], tables::time);
        figures.push(Figure::panels("tails", &tails(study, summary), table)?);
    }
    if flows().any(|flow| flow.fails()) {
        let table = tables::by_time(study, summary, |bin| Some(bin.failed), plain);
        figures.push(Figure::panels("failures", &failures(study, summary), table)?);
    }
    if summary.schedulers.iter().any(|found| study.sampled_run(found.scheduler).is_some()) {
        let mut sampled = |name, what| -> Result<(), ReportError> {
            let table = tables::by_server(study, summary, what);
            figures.push(Figure::panels(name, &over_time(study, summary, what), table)?);
            Ok(())
        };
        sampled("load", OverTime::Load)?;
        sampled("active", OverTime::Active)?;
        sampled("inactive", OverTime::Inactive)?;
        let table = tables::imbalance(study, summary);
        figures.insert(figures.len() - 2, Figure::panels("imbalance", &imbalance(study, summary), table)?);
    }
    Ok(figures.into_iter().map(|figure| figure.along(XAxis::Time)).collect())
}

fn farm_figures(study: &Study, summary: &Summary) -> Result<Vec<Figure>, ReportError> {
    let mut figures = vec![Figure::new("shares", &shares(study, summary), tables::shares(study, summary))?];
    if summary.metrics().any(|metric| metric == Metric::HitRatio) {
        figures.push(Figure::new("hits", &hits(study, summary), tables::hits(study, summary))?);
    }
    Ok(figures)
}
