//! The data of figures, as tables.

use super::figure::Table;
use super::rows::rows;
use crate::estimate::flow::{Flow, FlowBin, arrivals, flow};
use crate::estimate::imbalance;
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::number::{MISSING, plain};
use crate::output::quantity::{Scale, unresolved};
use crate::plot::OverTime;
use crate::run::metric::Metric;
use crate::study::Study;

/// How much worse than the best each scheduler is.
pub(super) fn differences(summary: &Summary) -> Table {
    let mut table = Table::new(["scheduler", "difference to the best", "refused or lost"].map(str::to_owned));
    let scale = |value: f64| Scale::of(summary.ranked_by.quantity(), [value.abs()].into_iter());
    for found in &summary.schedulers {
        let difference = found.behind_first.map(|difference| scale(difference.mean).text(Some(difference)));
        let difference = difference.unwrap_or_else(|| MISSING.to_owned());
        table.push([
            found.scheduler.to_string(),
            difference,
            Scale::PER_CENT.text(found.estimate(Metric::Failed)),
        ]);
    }
    table
}

/// What part of the connections fails under each scheduler.
pub(super) fn failed(summary: &Summary) -> Table {
    let mut table = Table::new(["scheduler", "refused or lost"].map(str::to_owned));
    for found in &summary.schedulers {
        table.push([found.scheduler.to_string(), Scale::PER_CENT.text(found.estimate(Metric::Failed))]);
    }
    table
}

/// Times by percentile.
pub(super) fn percentiles(summary: &Summary) -> Table {
    const STEP: f64 = 0.1;
    let mut table = Table::of_schedulers("percentile", summary);
    let (from, to) = (std::f64::consts::LOG10_2, 4.0);
    let curves: Vec<Vec<(f64, f64)>> =
        summary.schedulers.iter().map(|found| found.response_times.curve(from, to, STEP)).collect();
    let points = curves.iter().map(Vec::len).max().unwrap_or(0);
    for point in 0..points {
        let nines = from + STEP * point as f64;
        let percentile = 100.0 * (1.0 - libm::pow(10.0, -nines));
        let decimals = (nines as usize).max(1);
        let value = |(curve, found): (&Vec<(f64, f64)>, &SchedulerSummary)| {
            let samples = found.response_times.count();
            curve.get(point).map_or_else(|| unresolved(samples), |&(_, micros)| time(micros))
        };
        table.push(
            [format!("{percentile:.decimals$} %")]
                .into_iter()
                .chain(curves.iter().zip(&summary.schedulers).map(value)),
        );
    }
    table
}

/// Times that one connection in 2, 10, 100 … took longer than.
pub(super) fn beyond(summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("part that took longer", summary);
    for (nines, name) in [
        (std::f64::consts::LOG10_2, "1/2"),
        (1.0, "1/10"),
        (2.0, "1/100"),
        (3.0, "1/1 000"),
        (4.0, "1/10 000"),
        (5.0, "1/100 000"),
        (6.0, "1/1 000 000"),
    ] {
        let values: Vec<Option<f64>> = summary
            .schedulers
            .iter()
            .map(|found| found.response_times.curve(nines, nines, 1.0).first().map(|&(_, micros)| micros))
            .collect();
        if values.iter().any(Option::is_some) {
            let cells = values
                .into_iter()
                .zip(&summary.schedulers)
                .map(|(value, found)| value.map_or_else(|| unresolved(found.response_times.count()), time));
            table.push([name.to_owned()].into_iter().chain(cells));
        }
    }
    table
}

/// The mean over time of each server, or of the servers of each group.
pub(super) fn by_server(study: &Study, summary: &Summary, what: OverTime) -> Table {
    let mut table = Table::of_schedulers("mean over the run", summary);
    // By scheduler, then by server.
    let means: Vec<Option<Vec<f64>>> =
        summary.schedulers.iter().map(|found| means(study, found, what)).collect();
    for row in rows(study) {
        let value = |means: &Option<Vec<f64>>| shown(row.mean(|member| Some(means.as_ref()?[member])));
        table.push([row.name.clone()].into_iter().chain(means.iter().map(value)));
    }
    table
}

/// Each server's mean over the samples of a scheduler's sampled run.
fn means(study: &Study, found: &SchedulerSummary, what: OverTime) -> Option<Vec<f64>> {
    let mut sums = vec![0.0; study.servers.len()];
    let mut count = 0.0;
    for (_, loads) in study.sampled_run(found.scheduler)?.metrics.timeline.samples() {
        count += 1.0;
        for ((sum, load), server) in sums.iter_mut().zip(loads).zip(&study.servers) {
            *sum += what.of(load, server);
        }
    }
    (count > 0.0).then(|| sums.into_iter().map(|sum| sum / count).collect())
}

/// Arrivals by time.
pub(super) fn loads(study: &Study) -> Table {
    let (unit, name) = study.time_unit();
    let mut table =
        Table::new([format!("from, {name}"), format!("to, {name}"), "arrivals per second".to_owned()]);
    for ([from, to], rate) in arrivals(study) {
        table.push([plain(from / unit), plain(to / unit), plain(rate)]);
    }
    table
}

/// What is told of each bin of time, of every scheduler.
pub(super) fn by_time(
    study: &Study,
    summary: &Summary,
    of: impl Fn(&FlowBin) -> Option<f64>,
    words: impl Fn(f64) -> String,
) -> Table {
    let mut table = Table::of_schedulers("time", summary);
    let (unit, name) = study.time_unit();
    let flows: Vec<Flow> = summary.schedulers.iter().map(|found| flow(study, found.scheduler)).collect();
    let mut times: Vec<[f64; 2]> =
        flows.iter().flat_map(|flow| &flow.bins).map(|bin| [bin.from, bin.to]).collect();
    times.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    times.dedup();
    for [from, to] in times {
        let value = |flow: &Flow| {
            let found = flow.bins.iter().find(|bin| bin.from == from && bin.to == to).and_then(&of);
            found.map_or_else(|| MISSING.to_owned(), &words)
        };
        let label = format!("{} to {} {name}", plain(from / unit), plain(to / unit));
        table.push([label].into_iter().chain(flows.iter().map(value)));
    }
    table
}

/// The imbalance by time.
pub(super) fn imbalance(study: &Study, summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("time", summary);
    let (unit, name) = study.time_unit();
    let series: Vec<Vec<imbalance::Imbalance>> = summary
        .schedulers
        .iter()
        .map(|found| {
            study.sampled_run(found.scheduler).map_or_else(Vec::new, |run| imbalance::over_time(study, run))
        })
        .collect();
    let mut times: Vec<_> = series.iter().flatten().map(|bin| bin.at).collect();
    times.sort();
    times.dedup();
    for at in times {
        let value = |bins: &Vec<imbalance::Imbalance>| {
            let found = bins.iter().find(|bin| bin.at == at);
            found.map_or_else(|| MISSING.to_owned(), |bin| plain(bin.max_to_mean))
        };
        let label = format!("{} {name}", plain(at.as_secs_f64() / unit));
        table.push([label].into_iter().chain(series.iter().map(value)));
    }
    table
}

/// Each server's share over its weight's share, or the mean of each group's.
pub(super) fn shares(study: &Study, summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("share / weight's share", summary);
    for row in rows(study) {
        let value = |found: &SchedulerSummary| {
            shown(row.mean(|member| found.servers[member].relative_share.map(|share| share.mean)))
        };
        let cells = summary.schedulers.iter().map(value);
        table.push([row.name.clone()].into_iter().chain(cells));
    }
    table
}

/// The hit ratio of all caches, and of each server's, or the mean of each group's.
pub(super) fn hits(study: &Study, summary: &Summary) -> Table {
    let mut table = Table::of_schedulers("hit ratio", summary);
    let all = summary.schedulers.iter().map(|found| {
        let estimate = found.estimate(Metric::HitRatio);
        format!("{} %", Scale::PER_CENT.value(estimate.map(|estimate| estimate.mean)))
    });
    table.push(["all".to_owned()].into_iter().chain(all));
    for row in rows(study) {
        let value = |found: &SchedulerSummary| {
            let mean = row.mean(|member| found.servers[member].hit_ratio.map(|hits| hits.mean));
            format!("{} %", Scale::PER_CENT.value(mean))
        };
        table.push([row.name.clone()].into_iter().chain(summary.schedulers.iter().map(value)));
    }
    table
}

/// What a decision costs under each scheduler.
pub(super) fn decision_costs(study: &Study) -> Table {
    let headings = ["scheduler", "median, ns", "lower quartile, ns", "upper quartile, ns"];
    let mut table = Table::new(headings.map(str::to_owned));
    for cost in study.quickest_first() {
        let numbers = [cost.ns_median, cost.ns_lower, cost.ns_upper].map(plain);
        table.push([cost.scheduler.to_string()].into_iter().chain(numbers));
    }
    table
}

/// A number, or what stands for one that is missing.
fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| MISSING.to_owned(), plain)
}

pub(super) fn time(micros: f64) -> String {
    let scale = Scale::of(ipvslab_sim::Quantity::Micros, [micros].into_iter());
    format!("{} {}", scale.value(Some(micros)), scale.unit)
}
