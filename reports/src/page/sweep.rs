//! A sweep as a page: the table scheduler by load, the knees, and a plot for each metric.

use ipvslab_schedulers::SchedulerKind;
use maud::{Markup, html};

use super::document::{Words, document, remarks, section};
use super::figure::{Figure, Table, XAxis};
use super::order::{cell, choice, swatch};
use super::{settings, text};
use crate::error::ReportError;
use crate::number::plain;
use crate::output::quantity::Scale;
use crate::plot::knee;
use crate::run::metric::Metric;
use crate::sweep::answer::{answer, knee_words};
use crate::sweep::loads::{LoadStudy, Sweep, utilisation};
use crate::sweep::notes::notes;
use crate::sweep::summary::SweepSummary;
use crate::sweep::text::{load_text, scale};

/// The page of a sweep.
///
/// # Errors
/// If a picture cannot be drawn, which would be a fault of ours.
pub fn sweep_html(sweep: &Sweep, summary: &SweepSummary) -> Result<String, ReportError> {
    let harmless = |load: &LoadStudy| LoadStudy { study: text::harmless(&load.study), ..*load };
    let sweep = &Sweep { loads: sweep.loads.iter().map(harmless).collect() };
    let head = sweep.head();
    let figures = summary.metrics.iter().map(|&metric| figure(sweep, summary, metric));
    let figures = figures.collect::<Result<Vec<Figure>, ReportError>>()?;
    let words = Words {
        title: &head.title,
        question: &head.question,
        version: &head.provenance.version,
        first: html! { p .answer { (answer(sweep, summary)) } },
        choice: choice(summary.order().into_iter()),
    };
    let mut sections =
        vec![("loads", "Plots"), ("order", "By load"), ("farm", "Farm"), ("settings", "Settings")];
    if !summary.knees.is_empty() {
        sections.insert(2, ("knees", "Knees"));
    }
    let main = html! {
        (section("loads", "Load against latency", "How much load is too much, and under which scheduler?", &figures))
        (by_load(sweep, summary))
        (knees(sweep, summary))
        (busy(sweep, summary))
        (settings::sections(head))
    };
    Ok(document(&words, &sections, &main))
}

/// The first metric of every scheduler at every load.
fn by_load(sweep: &Sweep, summary: &SweepSummary) -> Markup {
    let order = summary.order();
    let metric = summary.metrics[0];
    let scale = scale(summary, metric);
    html! {
        section id="order" {
            h2 { "By load" }
            p .lead {
                "The " (metric.words()) @if !scale.unit.is_empty() { " in " (scale.unit) } " at each load, in connections per second and in per cent of the capacity."
            }
            div .scroll tabindex="0" role="region" aria-label="Results by scheduler and load" {
                table .sortable {
                    thead { tr {
                        th scope="col" { "scheduler" }
                        @for load in &sweep.loads { th scope="col" .number { (plain(load.arrivals_per_s)) "/s, " (load_text(load)) " %" } }
                    } }
                    tbody {
                        @for &kind in &order {
                            tr data-scheduler=(kind) {
                                th scope="row" { (swatch(kind)) (kind) }
                                @for (parts, estimate) in summary.parts(kind, metric, scale).into_iter().zip(summary.curve(kind, metric)) { (cell(parts, estimate)) }
                            }
                        }
                    }
                }
            }
            (remarks(&notes(sweep, summary)))
        }
    }
}

/// Up to which load each objective holds.
fn knees(sweep: &Sweep, summary: &SweepSummary) -> Markup {
    html! {
        @if !summary.knees.is_empty() {
            section id="knees" {
                h2 { "Knees" }
                p .lead { "The highest load at which each objective still holds. Significant: the difference from the first is larger than chance explains." }
                div .scroll tabindex="0" role="region" aria-label="Knees" {
                    table {
                        thead { tr { @for heading in ["objective", "scheduler", "holds up to", "differs from the first"] { th scope="col" { (heading) } } } }
                        tbody {
                            @for knees in &summary.knees {
                                @for (place, knee) in knees.of.iter().enumerate() {
                                    tr data-scheduler=(knee.scheduler) {
                                        th scope="row" { (knees.objective.text) }
                                        td { (swatch(knee.scheduler)) (knee.scheduler) }
                                        td { (knee_words(sweep, &knee.found)) }
                                        td {
                                            @if place == 0 { "is the first" } @else if knees.comparisons == 0 { "not tested" }
                                            @else if knee.apart_from_first { "significantly" } @else { "not distinguishable" }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What each load means for the servers.
fn busy(sweep: &Sweep, summary: &SweepSummary) -> Markup {
    let order = summary.order();
    html! {
        section id="busy" {
            details {
                summary { "Loads and utilisation in numbers" }
                div .scroll tabindex="0" role="region" aria-label="Loads and utilisation" {
                    table {
                        thead { tr {
                            @for heading in ["times the file's rates", "connections/s", "offered load, %", "replications", "measured, s"] {
                                th scope="col" .number { (heading) }
                            }
                            @for kind in &order { th scope="col" .number data-scheduler=(kind) { "utilisation under " (kind) ", %" } }
                        } }
                        tbody {
                            @for load in &sweep.loads {
                                tr {
                                    td .number { (plain(load.factor)) }
                                    td .number { (plain(load.arrivals_per_s)) }
                                    td .number { (load_text(load)) }
                                    td .number { (load.study.replications) }
                                    td .number { (plain(load.study.window().as_secs_f64())) }
                                    @for &kind in &order {
                                        td .number data-scheduler=(kind) {
                                            (Scale::PER_CENT.value(utilisation(&load.study, kind).map(|busy| busy.mean)))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The plot of a metric, and its data.
fn figure(sweep: &Sweep, summary: &SweepSummary, metric: Metric) -> Result<Figure, ReportError> {
    let order = summary.order();
    let scale = scale(summary, metric);
    let names = order.iter().map(ToString::to_string);
    let mut table = Table::new(["connections per second".to_owned()].into_iter().chain(names));
    for (at, load) in sweep.loads.iter().enumerate() {
        let label = format!("{}/s, {} %", plain(load.arrivals_per_s), load_text(load));
        let cell = |&kind: &SchedulerKind| {
            let (value, half_width) = &summary.parts(kind, metric, scale)[at];
            let unit = if summary.curve(kind, metric)[at].is_some() { scale.unit } else { "" };
            [value.as_str(), half_width, unit].join(" ").trim_end().to_owned()
        };
        let cells = order.iter().map(cell);
        table.push([label].into_iter().chain(cells));
    }
    let id = format!("load-{}", metric.name());
    Ok(Figure::new(id, &knee(sweep, summary, metric), table)?.along(XAxis::Load))
}
