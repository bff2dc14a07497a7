//! The ranked table.

use ipvslab_schedulers::SchedulerKind;
use maud::{Markup, html};

use super::document::remarks;
use super::figure::Figure;
use crate::estimate::confidence::Estimate;
use crate::estimate::objective::{Verdict, judge};
use crate::estimate::summary::Summary;
use crate::output::caveats;
use crate::output::columns::columns;
use crate::study::Study;

/// Every scheduler, best first, and what the numbers do not say by themselves.
pub(super) fn section(study: &Study, summary: &Summary, figures: &[Figure]) -> Markup {
    let columns = columns(summary);
    html! {
        section id="order" {
            h2 { "Order" }
            p .lead { "Best first by " (summary.ranked_by.words()) ". " (caveats::LEGEND) }
            div .scroll tabindex="0" role="region" aria-label="Results by scheduler" {
                table .sortable {
                    thead { tr {
                        th scope="col" aria-sort="ascending" { "rank" }
                        th scope="col" { "scheduler" }
                        @for (_, name, scale) in &columns {
                            th scope="col" .number { (name) @if !scale.unit.is_empty() { ", " (scale.unit) } }
                        }
                    } }
                    tbody {
                        @for (place, found) in summary.schedulers.iter().enumerate() {
                            tr data-scheduler=(found.scheduler) {
                                td data-v=(place) { (summary.rank(place)) }
                                th scope="row" { (swatch(found.scheduler)) (found.scheduler) }
                                @for (metric, _, scale) in &columns { (cell(found.parts(*metric, *scale), found.estimate(*metric))) }
                            }
                        }
                    }
                }
            }
            p .lead {
                "Refused and lost are shares of arriving connections. max/mean is the largest ratio of a server's share of connections to its share of the weights, Jain the fairness index of these ratios; 1 is even."
            }
            (objectives(study, summary))
            (remarks(&caveats::of(study, summary)))
            @for figure in figures { (figure.markup()) }
        }
    }
}

/// What was to hold, and whether it does.
fn objectives(study: &Study, summary: &Summary) -> Markup {
    let judgements = judge(study, summary);
    html! {
        @if !judgements.is_empty() {
            h3 id="objectives" { "Objectives" }
            div .scroll tabindex="0" role="region" aria-label="Objectives" {
                table .sortable {
                    thead { tr { @for heading in ["objective", "scheduler", "verdict", "found"] { th scope="col" { (heading) } } } }
                    tbody {
                        @for judgement in &judgements {
                            tr data-scheduler=(judgement.scheduler) {
                                th scope="row" { (judgement.objective.text) }
                                td { (judgement.scheduler) }
                                td .(judgement.verdict.word()) {
                                    @match judgement.verdict { Verdict::Met => { "✓ " } Verdict::Undecided => { "? " } Verdict::Violated => { "✗ " } }
                                    (judgement.word())
                                }
                                td { (judgement.words()) }
                            }
                        }
                    }
                }
            }
            p .lead { "A quantile is judged by the part of connections that took the limit or longer, means and ratios by their intervals; met and violated are each wrong in at most 2.5 % of studies." }
        }
    }
}

/// Boxes to choose which schedulers are shown, if there are several.
pub(super) fn choice(schedulers: impl ExactSizeIterator<Item = SchedulerKind>) -> Markup {
    html! {
        @if schedulers.len() > 1 {
            fieldset #choice hidden {
                legend .hidden { "Schedulers shown" }
                @for scheduler in schedulers {
                    label { input type="checkbox" value=(scheduler) checked; (swatch(scheduler)) (scheduler) }
                }
            }
        }
    }
}

/// The line and mark that a scheduler has in the plots.
pub(super) fn swatch(scheduler: SchedulerKind) -> Markup {
    let dashed = crate::plot::palette::scheduler(scheduler).is_dashed;
    html! {
        svg .swatch width="34" height="12" viewBox="0 0 34 12" aria-hidden="true" {
            line x1="1" y1="6" x2="33" y2="6" class={ "s-" (scheduler) } stroke-width="2" stroke-dasharray=[dashed.then_some("7 4")] {}
            @if dashed { circle cx="17" cy="6" r="4" class={ "s-" (scheduler) } fill="none" stroke-width="2" {} }
            @else { circle cx="17" cy="6" r="4" class={ "f-" (scheduler) } {} }
        }
    }
}

/// An estimate, with the number to sort by.
pub(super) fn cell((value, half_width): (String, String), estimate: Option<Estimate>) -> Markup {
    html! {
        td .number data-v=[estimate.map(|estimate| estimate.mean)] { (value) @if !half_width.is_empty() { " " span .pm { (half_width) } } }
    }
}
