//! What was done or broke during each run, and what that did.

use ipvslab_sim::Quantity;
use maud::{Markup, html};

use super::figure::{Figure, Table, XAxis};
use crate::error::ReportError;
use crate::estimate::confidence::Estimate;
use crate::estimate::disruption::{Disruption, Effect, MOST, disruptions};
use crate::estimate::summary::Summary;
use crate::number::{MISSING, plain};
use crate::output::quantity::Scale;
use crate::plot::{RunOverTime, series, time_series_svg};
use crate::study::Study;

/// Curves over time, and a table of every instant; nothing if no run was followed.
///
/// # Errors
/// If a picture cannot be drawn, which would be a fault of ours.
pub(super) fn section(study: &Study, summary: &Summary) -> Result<Option<Markup>, ReportError> {
    let instants = disruptions(study);
    if instants.is_empty() {
        return Ok(None);
    }
    let mut figures = vec![figure(study, summary, RunOverTime::Response)?];
    let failed =
        summary.schedulers.iter().flat_map(|found| series(study, found.scheduler, RunOverTime::Failed));
    if failed.into_iter().any(|(_, failed)| failed > 0.0) {
        figures.push(figure(study, summary, RunOverTime::Failed)?);
    }
    let (unit, name) = study.time_unit();
    let headings = ["response before", "after", "change", "failed before", "after"];
    Ok(Some(html! {
        section id="interventions" {
            h2 { "Interventions and faults" }
            p .lead { "The effect of each event, by scheduler" }
            @for figure in &figures { (figure.markup()) }
            p .lead {
                "Windows of a twentieth of the run just before and just after, or shorter where another instant is nearer. Response times are means over the connections that arrived in a window, failures are counted when they happen; ± as above, changes paired \
                 by replication. The last column is the server whose share of the connections changed most, in the sampled runs."
            }
            @for (number, instant) in instants.iter().enumerate().take(MOST) {
                h3 { (number + 1) ". " (plain(instant.at.as_secs_f64() / unit)) " " (name) ": " (instant.what.join(", ")) }
                div .scroll tabindex="0" role="region" aria-label={ "Effect of instant " (number + 1) } {
                    table .sortable {
                        thead { tr {
                            th scope="col" { "scheduler" }
                            @for heading in headings { th scope="col" .number { (heading) } }
                            th scope="col" { "server whose share changed most" }
                        } }
                        tbody { @for found in &summary.schedulers { (row(study, instant, found.scheduler)) } }
                    }
                }
            }
            @if instants.len() > MOST { p .lead { "and " (instants.len() - MOST) " more instants" } }
        }
    }))
}

fn row(study: &Study, instant: &Disruption, scheduler: ipvslab_schedulers::SchedulerKind) -> Markup {
    let Effect { before_us, after_us, change, failed_before, failed_after, moved } =
        instant.effect(study, scheduler);
    let number = |scale: Scale, estimate: Option<Estimate>| {
        html! { td .number data-v=[estimate.map(|estimate| estimate.mean)] { (scale.text(estimate)) } }
    };
    let time = |estimate: Option<Estimate>| {
        number(Scale::of(Quantity::Micros, estimate.into_iter().map(|estimate| estimate.mean)), estimate)
    };
    let moved = moved.map_or_else(
        || MISSING.to_owned(),
        |(server, before, after)| {
            let [before, after] = [before, after].map(|share| plain((1e3 * share).round() / 10.0));
            format!("{}: {before} % → {after} %", study.servers[server].name)
        },
    );
    html! {
        tr data-scheduler=(scheduler) {
            th scope="row" { (super::order::swatch(scheduler)) (scheduler) }
            (time(before_us)) (time(after_us)) (number(Scale::PER_CENT, change))
            (number(Scale::PLAIN, failed_before)) (number(Scale::PLAIN, failed_after))
            td { (moved) }
        }
    }
}

fn figure(study: &Study, summary: &Summary, what: RunOverTime) -> Result<Figure, ReportError> {
    let (unit, name) = study.time_unit();
    let names = summary.schedulers.iter().map(|found| found.scheduler.to_string());
    let mut table = Table::new(["time".to_owned()].into_iter().chain(names));
    let all_series: Vec<Vec<(f64, f64)>> =
        summary.schedulers.iter().map(|found| series(study, found.scheduler, what)).collect();
    let mut times: Vec<f64> = all_series.iter().flatten().map(|&(at, _)| at).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    for at in times {
        let value = |series: &Vec<(f64, f64)>| {
            let found = series.iter().find(|&&(other, _)| other == at).map(|&(_, value)| value);
            let scale = match what {
                RunOverTime::Response => Scale::of(Quantity::Micros, found.into_iter()),
                RunOverTime::Failed => Scale::PLAIN,
            };
            format!("{} {}", scale.value(found), scale.unit).trim_end().to_owned()
        };
        let label = format!("{} {name}", plain(at / unit));
        let part = at / study.horizon.as_secs_f64();
        table.push(Some(part), [label].into_iter().chain(all_series.iter().map(value)));
    }
    let id = if what == RunOverTime::Response { "course" } else { "failures" };
    Ok(Figure::new(id, time_series_svg(study, summary, what)?, table).along(XAxis::Time))
}
