//! What was done or broke during each run, and what that did.

use ipvslab_sim::Quantity;
use maud::{Markup, html};

use crate::estimate::confidence::Estimate;
use crate::estimate::disruption::{Disruption, Effect, MOST, disruptions};
use crate::estimate::summary::Summary;
use crate::number::{MISSING, plain};
use crate::output::quantity::Scale;
use crate::study::Study;

/// A table of every instant; nothing if no run was followed.
pub(super) fn section(study: &Study, summary: &Summary) -> Option<Markup> {
    let instants = disruptions(study);
    if instants.is_empty() {
        return None;
    }
    let (unit, name) = study.time_unit();
    let headings = ["response before", "after", "change", "failed before", "after"];
    Some(html! {
        section id="interventions" {
            h2 { "Interventions and faults" }
            p .lead { "What did each do, and under which scheduler least?" }
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
    })
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
