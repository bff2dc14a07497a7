//! How the runs of a scheduler went, all replications together: percentiles and failures by time.

use std::collections::BTreeSet;

use ipvslab_schedulers::{SchedulerKind, Time};

use crate::estimate::disruption::instants;
use crate::run::distribution::Quantile;
use crate::run::sketch::{BUCKETS, quantile_us};
use crate::run::time_series::{Bin, TimeSeries};
use crate::study::Study;

/// What is told of each bin, as parts of the connections.
const PARTS: [f64; 3] = [0.5, 0.95, 0.99];
/// So many bins are put together at most, for percentiles to be resolved.
const TOGETHER: [usize; 4] = [1, 2, 3, 4];

/// The runs of a scheduler over time.
pub(crate) struct Flow {
    pub(crate) bins: Vec<FlowBin>,
}

/// A bin of time.
pub(crate) struct FlowBin {
    /// Seconds.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Whether something was done or broke when it began.
    pub(crate) begins_at_instant: bool,
    /// Connections that came and were served, of all replications.
    pub(crate) finished: u64,
    /// Median, 95th and 99th percentile in microseconds; `None` with fewer than 10 connections beyond.
    pub(crate) percentiles: [Option<f64>; 3],
    /// Connections that failed, mean over the replications.
    pub(crate) failed: f64,
}

impl FlowBin {
    /// Seconds.
    pub(crate) fn middle(&self) -> f64 {
        (self.from + self.to) / 2.0
    }
}

impl Flow {
    /// Whether any connection failed.
    pub(crate) fn fails(&self) -> bool {
        self.bins.iter().any(|bin| bin.failed > 0.0)
    }
}

/// How the runs of a scheduler went; no bins if they were not followed. As many bins are put together as it takes for most to
/// have their 99th percentile, and none across an instant.
pub(crate) fn flow(study: &Study, scheduler: SchedulerKind) -> Flow {
    let all: Vec<&TimeSeries> = all_series(study, scheduler);
    let bins_at = |together: usize| Flow { bins: bins(study, &all, together) };
    let is_resolved = |flow: &Flow| {
        let served = flow.bins.iter().filter(|bin| bin.finished > 0).count();
        let known = flow.bins.iter().filter(|bin| bin.percentiles[2].is_some()).count();
        10 * known >= 9 * served
    };
    let found = TOGETHER.into_iter().map(bins_at).find(is_resolved);
    found.unwrap_or_else(|| bins_at(2))
}

/// Begin and end of each bin in seconds, and connections per second that came, mean over the replications of the first
/// scheduler that was followed: they come alike under all of them.
pub(crate) fn arrivals(study: &Study) -> Vec<([f64; 2], f64)> {
    let followed = study.schedulers.iter().map(|&scheduler| all_series(study, scheduler));
    let all = followed.into_iter().find(|all| !all.is_empty()).unwrap_or_default();
    let runs = all.len() as f64;
    let Some(first) = all.first() else { return Vec::new() };
    let rate = |(number, ([from, to], _)): (usize, ([Time; 2], Bin))| {
        let came = all
            .iter()
            .filter_map(|series| series.bins().nth(number))
            .map(|(_, bin)| bin.arrived)
            .sum::<u64>();
        let ends = [from, to].map(Time::as_secs_f64);
        (ends, came as f64 / runs / (ends[1] - ends[0]))
    };
    let bins: Vec<([f64; 2], f64)> = first.bins().enumerate().map(rate).collect();
    if bins.iter().all(|&(_, rate)| rate == 0.0) { Vec::new() } else { bins }
}

fn all_series(study: &Study, scheduler: SchedulerKind) -> Vec<&TimeSeries> {
    study.runs_of(scheduler).filter_map(|run| run.metrics.time_series.as_ref()).collect()
}

fn bins(study: &Study, all: &[&TimeSeries], together: usize) -> Vec<FlowBin> {
    let Some(first) = all.first() else { return Vec::new() };
    let cuts: BTreeSet<Time> = instants(study).into_iter().map(|(at, _)| at).collect();
    let edges: Vec<[Time; 2]> = first.bins().map(|(ends, _)| ends).collect();
    let mut bins = Vec::new();
    let mut begin = 0;
    while begin < edges.len() {
        let mut end = begin + 1;
        while end < edges.len() && end - begin < together && !cuts.contains(&edges[end][0]) {
            end += 1;
        }
        let mut counts = vec![0u64; BUCKETS];
        let mut sum = Bin::default();
        for series in all {
            series.sketches()[begin..end].iter().for_each(|sketch| sketch.add_to(&mut counts));
            sum = series.bins().take(end).skip(begin).fold(sum, |sum, (_, bin)| sum.and(bin));
        }
        bins.push(FlowBin {
            from: edges[begin][0].as_secs_f64(),
            to: edges[end - 1][1].as_secs_f64(),
            begins_at_instant: cuts.contains(&edges[begin][0]),
            finished: sum.finished,
            percentiles: PARTS.map(|part| quantile_us(&counts, part, Quantile::LEAST_BEYOND)),
            failed: sum.failed as f64 / all.len() as f64,
        });
        begin = end;
    }
    bins
}
