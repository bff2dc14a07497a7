//! A study as one HTML page that needs nothing else: no network, no JavaScript to be read, one file to forward.

mod classes;
mod disruption;
mod figure;
mod order;
mod rows;
mod servers;
mod settings;
mod side_by_side;
mod sweep;
mod text;
mod theme;
mod validation;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::plot::{
    OverTime, ccdf_svg, decision_cost_svg, forest_svg, hits_svg, imbalance_svg, over_time_svg,
    percentiles_svg, shares_svg,
};
use crate::run::metric::Metric;
use crate::study::Study;
use figure::{Figure, XAxis};

pub use side_by_side::side_by_side_html;
pub use sweep::sweep_html;
pub use validation::validation_html;

/// Sorting, choosing schedulers, and values under the pointer. The page is complete without.
const SCRIPT: &str = include_str!("page/page.js");

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
        answer: crate::output::answer::of(study, summary),
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
        (section("servers", "Real servers", "Who is overloaded, and when? Does each get what its weight says?", &figures.servers))
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

/// What a page begins and ends with.
struct Words<'a> {
    title: &'a str,
    question: &'a str,
    answer: String,
    version: &'a str,
}

/// The page around its sections, whose ids and names are given.
fn document(words: &Words<'_>, sections: &[(&str, &str)], main: &Markup) -> String {
    let style = theme::style();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(theme::policy(&style, SCRIPT));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "ipvslab " (words.version) };
                title { (words.title) " – ipvslab" }
                style { (PreEscaped(&style)) }
            }
            body {
                a .skip href={ "#" (sections[0].0) } { "To the results" }
                header {
                    h1 { (words.title) }
                    @if !words.question.is_empty() { p .question { (words.question) } }
                    p .answer { (words.answer) }
                    nav aria-label="Sections" {
                        @for (id, name) in sections { a href={ "#" (id) } { (name) } " " }
                    }
                }
                main { (main) }
                footer {
                    p { "Made by ipvslab " (words.version) ", a wind tunnel for IPVS. This page is complete: it loads nothing." }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// Figures under a heading, with the question that they answer.
fn section(id: &str, heading: &str, question: &str, figures: &[Figure]) -> Markup {
    html! {
        section id=(id) {
            h2 { (heading) }
            p .lead { (question) }
            @for figure in figures { (figure.markup()) }
        }
    }
}

/// What a reader must know before believing the numbers.
fn remarks(notes: &[String]) -> Markup {
    html! {
        ul .notes { @for note in notes { li { (note) } } }
    }
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
