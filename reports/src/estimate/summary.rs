//! A study in estimates: every metric of every scheduler over the replications, and the order of the schedulers.

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::best::MayBeBest;
use crate::estimate::classes::ClassSummary;
use crate::estimate::confidence::{CONFIDENCE, Estimate};
use crate::estimate::precision::needed_to_separate;
use crate::estimate::ranking::{Candidate, Ranking, Series, differences};
use crate::estimate::replications::{Replications, tail};
use crate::run::distribution::Distribution;
use crate::run::metric::{Metric, Shown};
use crate::run::metrics::{DirectorUse, Reactions, RunMetrics, ServerMetrics};
use crate::statistics::ratio::Ratio;
use crate::study::Study;

/// What a study says. Schedulers of which no run is there are left out.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// What decides the order.
    pub ranked_by: Metric,
    /// Best first.
    pub schedulers: Vec<SchedulerSummary>,
    /// Best first; each scheduler of a group is not distinguishable from the group's first.
    pub groups: Vec<Vec<SchedulerKind>>,
    /// Who may be the best; `None` if nothing was tested.
    pub best: Option<MayBeBest>,
    /// Schedulers that decided the same throughout, two or more a set.
    pub same_decisions: Vec<Vec<SchedulerKind>>,
    /// How many pairs of schedulers were tested against each other; 0 if a single replication leaves no test.
    pub comparisons: usize,
    /// For schedulers that are not distinguishable from the first of their group: about how many replications in all would do,
    /// if the difference is what it seems to be; `None` if no number that anybody runs would.
    pub to_separate: Vec<Separation>,
}

/// Two schedulers that these runs cannot tell apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Separation {
    /// The first of a group.
    pub better: SchedulerKind,
    /// Another one of it.
    pub worse: SchedulerKind,
    /// Replications in all.
    pub replications: Option<u32>,
}

/// What a study says about one scheduler.
#[derive(Clone, PartialEq, Debug)]
pub struct SchedulerSummary {
    /// Who.
    pub scheduler: SchedulerKind,
    /// How many runs there are.
    pub replications: u32,
    /// The best place in the order that is not ruled out, counted from 1.
    pub rank_from: usize,
    /// The worst place in the order that is not ruled out.
    pub rank_to: usize,
    /// Counted from 0: those of a later tier fail more connections and are therefore behind.
    pub tier: usize,
    /// How much worse than the first of the order it is in the metric that decides, paired by replication; `None` for the
    /// first itself, and if the metric is missing.
    pub behind_first: Option<Estimate>,
    /// By [`Metric::ALL`].
    estimates: [Option<Estimate>; Metric::ALL.len()],
    /// Connections served in the run with the fewest.
    pub finished_least: u64,
    /// Connections served, in all runs: what its quantiles are made of.
    pub finished: u64,
    /// Quantiles that few bursts decide, so that windows are too short for them.
    pub too_short: Vec<Metric>,
    /// Connections that came, in all runs.
    pub arrived: u64,
    /// Of these, connections for which the scheduler found no server.
    pub refused_no_server: u64,
    /// Of these, connections refused by a full backlog.
    pub refused_backlog: u64,
    /// Of these, connections cut off.
    pub lost: u64,
    /// What clients that react did in all runs together, in counts; `None` if they do not.
    pub reactions: Option<Reactions>,
    /// Traffic counters of the director, all runs together; `None` if traffic is not counted.
    pub carried: Option<DirectorUse>,
    /// The most entries in the connection table in any run.
    pub table_entries_peak: u64,
    /// By server id.
    pub servers: Vec<ServerSummary>,
    /// By class of clients.
    pub classes: Vec<ClassSummary>,
    /// The response times of all replications together.
    pub response_times: Distribution,
}

/// What a study says about one real server under one scheduler.
#[derive(Clone, PartialEq, Debug)]
pub struct ServerSummary {
    /// Connections given to it, a run.
    pub assigned: f64,
    /// Of these, refused by its full backlog.
    pub refused_backlog: f64,
    /// Its part of all connections given to servers.
    pub share_ratio: Option<Estimate>,
    /// Its share over its weight's share.
    pub relative_share: Option<Estimate>,
    /// The part of its slots or cores that was busy.
    pub utilisation_ratio: Option<Estimate>,
    /// Connections in service or waiting, averaged over time.
    pub in_system_mean: Option<Estimate>,
    /// Active connections, averaged over the samples of the runs that have any.
    pub active_mean: Option<f64>,
    /// The most active connections in any run.
    pub active_peak: i32,
    /// The most connections, active and inactive, in any run.
    pub total_peak: i32,
    /// Hits of its cache, of the connections that it took.
    pub hit_ratio: Option<Estimate>,
}

impl Summary {
    /// Estimates everything and ranks by one metric.
    pub fn new(study: &Study, ranked_by: Metric) -> Self {
        let classes = same_deciding(study);
        let candidates: Vec<Candidate> =
            classes.iter().map(|class| candidate(study, class[0], ranked_by)).collect();
        let ranking = Ranking::of(&candidates, !study.design.varies.is_one_day());
        let expand =
            |numbers: &[usize]| numbers.iter().flat_map(|&at| classes[at].clone()).collect::<Vec<_>>();
        let present = classes.iter().map(Vec::len).sum::<usize>();

        let first = ranking.order().next().unwrap_or(0);
        let mut schedulers = Vec::new();
        for (tier, numbers) in ranking.tiers.iter().enumerate() {
            for &at in numbers {
                let apart = |others: &mut dyn Iterator<Item = usize>| -> usize {
                    others
                        .filter(|&other| ranking.are_apart(at, other))
                        .map(|other| classes[other].len())
                        .sum()
                };
                let better = apart(&mut ranking.order().take_while(|&other| other != at));
                let worse = apart(&mut ranking.order().rev().take_while(|&other| other != at));
                let place = Place { tier, rank_from: 1 + better, rank_to: present - worse };
                for &kind in &classes[at] {
                    let behind = if schedulers.is_empty() { None } else { behind(&candidates, at, first) };
                    schedulers.push(SchedulerSummary::new(study, kind, &place, behind));
                }
            }
        }
        Self {
            ranked_by,
            schedulers,
            groups: ranking.groups().iter().map(|group| expand(group)).collect(),
            best: MayBeBest::of(&ranking, &candidates, &classes, study.design.indifference),
            same_decisions: classes.iter().filter(|class| class.len() > 1).cloned().collect(),
            comparisons: ranking.comparisons,
            to_separate: separations(&ranking, &candidates, &classes),
        }
    }

    /// The metrics that are shown: all but those that are known of no scheduler and that most scenarios do not use.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = Metric> {
        let is_known = |metric| self.schedulers.iter().any(|scheduler| scheduler.estimate(metric).is_some());
        Metric::ALL
            .into_iter()
            .filter(move |&metric| metric.info().shown != Shown::WhereKnown || is_known(metric))
    }

    /// The rank of the scheduler at a place of the order: a range where it is not distinguishable from others, the place itself where
    /// nothing was tested.
    pub(crate) fn rank(&self, place: usize) -> String {
        let found = &self.schedulers[place];
        let tested = self.comparisons > 0 || self.schedulers.len() == 1;
        match (found.rank_from, found.rank_to) {
            _ if !tested => (place + 1).to_string(),
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("{from}–{to}"),
        }
    }

    /// What it says about one scheduler.
    pub fn of(&self, scheduler: SchedulerKind) -> Option<&SchedulerSummary> {
        self.schedulers.iter().find(|summary| summary.scheduler == scheduler)
    }
}

impl SchedulerSummary {
    fn new(study: &Study, scheduler: SchedulerKind, place: &Place, behind_first: Option<Estimate>) -> Self {
        let replications = Replications::of(study, scheduler);
        let (distinct, tail) = (replications.metrics(), tail(study));
        let runs: Vec<&RunMetrics> = study.runs_of(scheduler).map(|run| &run.metrics).collect();
        let is_too_short =
            |&metric: &Metric| replications.windows(metric).is_some_and(|found| found.are_too_short);
        let total = |count: fn(&RunMetrics) -> u64| runs.iter().map(|run| count(run)).sum();
        Self {
            scheduler,
            replications: runs.len() as u32,
            rank_from: place.rank_from,
            rank_to: place.rank_to,
            tier: place.tier,
            behind_first,
            estimates: Metric::ALL.map(|metric| replications.estimate(metric)),
            finished_least: runs.iter().map(|run| run.finished).min().unwrap_or(0),
            finished: total(|run| run.finished),
            too_short: Metric::ALL.into_iter().filter(is_too_short).collect(),
            arrived: total(|run| run.arrived),
            refused_no_server: total(|run| run.refused_no_server),
            refused_backlog: total(|run| run.refused_backlog),
            lost: total(|run| run.lost),
            reactions: runs.iter().filter_map(|run| run.reactions).reduce(Reactions::add),
            carried: runs.iter().filter_map(|run| run.carried).reduce(DirectorUse::add),
            table_entries_peak: runs.iter().map(|run| run.table_entries_peak).max().unwrap_or(0),
            servers: (0..study.servers.len())
                .map(|number| ServerSummary::new(&distinct, number, tail))
                .collect(),
            classes: (0..study.classes.len())
                .map(|number| ClassSummary::new(&distinct, number, tail))
                .collect(),
            response_times: study.pooled_response_times(scheduler),
        }
    }

    /// A metric's mean over the replications; `None` if it is missing in one of them.
    pub fn estimate(&self, metric: Metric) -> Option<Estimate> {
        let at = Metric::ALL.iter().position(|&other| other == metric).expect("all metrics are listed");
        self.estimates[at]
    }
}

impl ServerSummary {
    fn new(runs: &[&RunMetrics], number: usize, tail: f64) -> Self {
        let servers: Vec<&ServerMetrics> = runs.iter().map(|run| &run.servers[number]).collect();
        let average = |value: fn(&ServerMetrics) -> f64| {
            servers.iter().map(|server| value(server)).sum::<f64>() / servers.len() as f64
        };
        let over_runs = |value: fn(&ServerMetrics) -> f64| {
            Estimate::of_values(&servers.iter().map(|server| value(server)).collect::<Vec<_>>(), tail)
        };
        let given: Vec<f64> =
            runs.iter().map(|run| run.servers.iter().map(|server| server.assigned as f64).sum()).collect();
        let over = |value: fn(&ServerMetrics) -> Option<f64>, counts: &[f64]| {
            let part =
                |(server, &count): (&&ServerMetrics, &f64)| (value(server).unwrap_or(0.0) * count, count);
            let is_known = servers.iter().any(|server| value(server).is_some());
            let ratio = Ratio::of(&servers.iter().zip(counts).map(part).collect::<Vec<_>>());
            ratio.filter(|_| is_known).map(|ratio| Estimate::of_ratio(&ratio, tail))
        };
        let asked =
            |server: &&ServerMetrics| server.cache.map_or(0, |cache| cache.cache_hits + cache.cache_misses);
        let asked: Vec<f64> = servers.iter().map(|server| asked(server) as f64).collect();
        let active: Vec<f64> = servers.iter().filter_map(|server| server.active_mean).collect();
        Self {
            assigned: average(|server| server.assigned as f64),
            refused_backlog: average(|server| server.refused_backlog as f64),
            share_ratio: over(|server| server.share_ratio, &given),
            relative_share: over(|server| server.relative_share, &given),
            utilisation_ratio: over_runs(|server| server.utilisation_ratio),
            in_system_mean: over_runs(|server| server.in_system_mean),
            active_mean: Estimate::of(&active).map(|estimate| estimate.mean),
            active_peak: servers.iter().map(|server| server.active_peak).max().unwrap_or(0),
            total_peak: servers.iter().map(|server| server.total_peak).max().unwrap_or(0),
            hit_ratio: over(|server| server.cache?.hit_ratio, &asked),
        }
    }
}

/// What it would take to tell the members of each group apart, schedulers that decide the same being one.
fn separations(
    ranking: &Ranking,
    candidates: &[Candidate],
    classes: &[Vec<SchedulerKind>],
) -> Vec<Separation> {
    let tail = (1.0 - CONFIDENCE) / ranking.comparisons.max(1) as f64;
    let of_group = |group: Vec<usize>| {
        let first = group[0];
        let separation = move |&other: &usize| {
            let (better, worse) = (candidates[first].metric.as_ref()?, candidates[other].metric.as_ref()?);
            Some(Separation {
                better: classes[first][0],
                worse: classes[other][0],
                replications: needed_to_separate(worse, better, tail),
            })
        };
        group[1..].iter().filter_map(separation).collect::<Vec<_>>()
    };
    if ranking.comparisons == 0 {
        Vec::new()
    } else {
        ranking.groups().into_iter().flat_map(of_group).collect()
    }
}

/// Where in the order.
struct Place {
    tier: usize,
    rank_from: usize,
    rank_to: usize,
}

/// How much worse a candidate is than another.
fn behind(candidates: &[Candidate], candidate: usize, other: usize) -> Option<Estimate> {
    let metrics = candidates[candidate].metric.as_ref().zip(candidates[other].metric.as_ref());
    metrics.and_then(|(worse, better)| Estimate::of(&differences(worse, better)))
}

/// Schedulers with runs, those together whose every run has the same digest.
fn same_deciding(study: &Study) -> Vec<Vec<SchedulerKind>> {
    let digests = |scheduler: SchedulerKind| -> Vec<(u32, u64)> {
        study.runs_of(scheduler).map(|run| (run.replication, run.metrics.digest)).collect()
    };
    let mut classes: Vec<Vec<SchedulerKind>> = Vec::new();
    for &scheduler in study.schedulers.iter().filter(|&&scheduler| !digests(scheduler).is_empty()) {
        match classes.iter_mut().find(|class| digests(class[0]) == digests(scheduler)) {
            Some(class) => class.push(scheduler),
            None => classes.push(vec![scheduler]),
        }
    }
    classes
}

/// What one bucket of a histogram is wide, over the time.
const BUCKET: f64 = 1e-3;

fn candidate(study: &Study, scheduler: SchedulerKind, metric: Metric) -> Candidate {
    let replications = Replications::every(study, scheduler);
    let sign = if metric.less_is_better() { 1.0 } else { -1.0 };
    let signed =
        |series: Series| series.into_iter().map(|(replication, value)| (replication, sign * value)).collect();
    let resolution = match metric.is_quantile() {
        true => BUCKET * replications.estimate(metric).map_or(0.0, |found| found.mean),
        false => 0.0,
    };
    // A run to which nobody came has failed nobody.
    let failed = replications.series(Metric::Failed).unwrap_or_default();
    Candidate { failed, metric: replications.series(metric).map(signed), resolution }
}

#[cfg(test)]
#[path = "summary/tests.rs"]
mod tests;
