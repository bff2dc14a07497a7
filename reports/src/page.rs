//! A study as one HTML page that needs nothing else: no network, no JavaScript to be read, one file to forward.

pub(crate) mod answer;
mod figure;
mod order;
mod rows;
mod servers;
mod settings;
mod text;
mod theme;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::classes::classes_section;
use crate::error::ReportError;
use crate::metric::Metric;
use crate::notes;
use crate::plot::{
    OverTime, ccdf_svg, forest_svg, hits_svg, imbalance_svg, over_time_svg, percentiles_svg, shares_svg,
};
use crate::study::Study;
use crate::summary::Summary;
use figure::{Figure, XAxis};

/// Sorting, choosing schedulers, and values under the pointer. The page is complete without.
const SCRIPT: &str = include_str!("page/page.js");

/// The page of a study.
///
/// # Errors
/// If a picture cannot be drawn, which would be a fault of ours.
pub fn page_html(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let study = &text::harmless(study);
    let figures = Figures::of(study, summary)?;
    let style = theme::style();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(theme::policy(&style, SCRIPT));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "ipvslab " (study.provenance.version) };
                title { (study.title) " – ipvslab" }
                style { (PreEscaped(&style)) }
            }
            body {
                a .skip href="#order" { "To the results" }
                header {
                    h1 { (study.title) }
                    @if !study.question.is_empty() { p .question { (study.question) } }
                    p .answer { (answer::of(study, summary)) }
                    (contents(&figures))
                }
                main {
                    (order::section(study, summary, &figures.order))
                    (figures.section("times", "Response times", "How bad is the tail, and under which scheduler?", &figures.times))
                    (figures.section("servers", "Real servers", "Who is overloaded, and when? Does each get what its weight says?", &figures.servers))
                    (classes_section(study, summary))
                    (servers::section(study, summary))
                    (settings::sections(study))
                }
                footer {
                    p { "Made by ipvslab " (study.provenance.version) ", a wind tunnel for IPVS. This page is complete: it loads nothing." }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(page.into_string())
}

/// What a reader must know before believing the numbers.
fn remarks(study: &Study, summary: &Summary) -> Markup {
    html! {
        ul .notes { @for note in notes::of(study, summary) { li { (note) } } }
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

    fn section(&self, id: &str, heading: &str, question: &str, figures: &[Figure]) -> Markup {
        html! {
            section id=(id) {
                h2 { (heading) }
                p .lead { (question) }
                @for figure in figures { (figure.markup()) }
            }
        }
    }
}

fn contents(figures: &Figures) -> Markup {
    let sections = [
        ("order", "Order"),
        ("times", "Response times"),
        ("servers", "Real servers"),
        ("farm", "Farm"),
        ("settings", "Settings"),
    ];
    let present = sections.into_iter().filter(|&(id, _)| id != "times" || !figures.times.is_empty());
    html! {
        nav aria-label="Sections" {
            @for (id, name) in present { a href={ "#" (id) } { (name) } " " }
        }
    }
}
