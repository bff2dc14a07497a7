//! The section about classes of clients.

use maud::{Markup, html};

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::Summary;
use crate::output::classes::{TIMES, micros, pairs};
use crate::output::quantity::{Scale, unresolved};
use crate::study::Study;

/// The section; nothing without classes.
pub(super) fn section(study: &Study, summary: &Summary) -> Markup {
    let rows = pairs(study, summary);
    let scaled = TIMES.map(|(heading, value)| (heading, micros(&rows, value), value));
    let cell = |scale: Scale, found: Option<Estimate>, least: u64| match found {
        None => html! { td .number { (unresolved(least)) } },
        Some(found) => html! { td .number data-v=(found.mean) { (scale.text(Some(found))) } },
    };
    html! {
        @if !rows.is_empty() {
            section id="classes" {
                h2 { "Classes of clients" }
                p .lead { "Which class waits for which? Response times of each class, with 95 % intervals over the replications." }
                div .scroll tabindex="0" role="region" aria-label="Response times by class" {
                    table .sortable {
                        thead { tr {
                            th scope="col" { "class" }
                            th scope="col" { "scheduler" }
                            th scope="col" .number { "came" }
                            @for (heading, scale, _) in &scaled { th scope="col" .number { (heading) ", " (scale.unit) } }
                            th scope="col" .number { "failed, %" }
                        } }
                        tbody {
                            @for (class, found, numbers) in &rows {
                                tr data-scheduler=(found.scheduler) {
                                    th scope="row" { (class) }
                                    td { (found.scheduler) }
                                    td .number data-v=(numbers.arrived) { (numbers.arrived) }
                                    @for (_, scale, value) in &scaled { (cell(*scale, value(numbers), numbers.finished)) }
                                    (cell(Scale::PER_CENT, numbers.failed_ratio, numbers.arrived))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
