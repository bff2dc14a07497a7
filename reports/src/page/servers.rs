//! Every real server under every scheduler, in numbers.

use maud::{Markup, html};

use super::rows::{Row, rows};
use crate::estimate::summary::{SchedulerSummary, ServerSummary, Summary};
use crate::number::{MISSING, plain};
use crate::study::Study;

/// Shares, utilisation and connections.
pub(super) fn section(study: &Study, summary: &Summary) -> Markup {
    let rows = rows(study);
    let by_group = rows.len() < study.servers.len();
    html! {
        section id="by-server" {
            details {
                summary { "Real servers in numbers" }
                @if by_group { p .lead { "Means over the servers of a group; the highest peak of any. servers.csv has every server." } }
                @for found in &summary.schedulers { (of_scheduler(found, &rows)) }
            }
        }
    }
}

fn of_scheduler(found: &SchedulerSummary, rows: &[Row]) -> Markup {
    let has_caches = found.servers.iter().any(|server| server.hit_ratio.is_some());
    let headings = [
        "share of connections, %",
        "share / weight's share",
        "utilisation, %",
        "in the system",
        "active, mean",
        "active, peak",
        "entries, peak",
        "hits of the cache, %",
    ];
    let shown = if has_caches { headings.len() } else { headings.len() - 1 };
    html! {
        div data-scheduler=(found.scheduler) {
            h3 { (found.scheduler) }
            div .scroll tabindex="0" role="region" aria-label={ "Real servers under " (found.scheduler) } {
                table .sortable {
                    thead { tr { th scope="col" { "server" } @for heading in &headings[..shown] { th scope="col" .number { (heading) } } } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { (row.name) }
                                @for &value in &values(found, row)[..shown] {
                                    td .number data-v=[value] { (value.map_or_else(|| MISSING.to_owned(), plain)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn values(found: &SchedulerSummary, row: &Row) -> [Option<f64>; 8] {
    let mean = |value: fn(&ServerSummary) -> Option<f64>| row.mean(|member| value(&found.servers[member]));
    let peak = |value: fn(&ServerSummary) -> i32| {
        row.members.iter().map(|&member| value(&found.servers[member])).max().map(f64::from)
    };
    [
        mean(|server| server.share_ratio.map(|share| 100.0 * share.mean))
            .map(|share| share * row.members.len() as f64),
        mean(|server| server.relative_share.map(|share| share.mean)),
        mean(|server| server.utilisation_ratio.map(|utilisation| 100.0 * utilisation.mean)),
        mean(|server| server.in_system_mean.map(|number| number.mean)),
        mean(|server| server.active_mean),
        peak(|server| server.active_peak),
        peak(|server| server.total_peak),
        mean(|server| server.hit_ratio.map(|hits| 100.0 * hits.mean)),
    ]
}
