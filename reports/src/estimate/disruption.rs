//! What each intervention or fault did: failures, response times and shares just before it and just after.
//!
//! A window is a twentieth of the run, or less where the next or the last intervention is nearer. Response times are of the
//! connections that came in it, failures are those that happened in it. Changes are paired by replication.

use ipvslab_schedulers::{SchedulerKind, Span, Time};
use ipvslab_sim::ServerLoad;

use crate::estimate::confidence::Estimate;
use crate::number::plain;
use crate::run::time_series::TimeSeries;
use crate::study::{Run, Study};

/// A window is this part of the run.
const PART: u64 = 20;
/// More instants than this are not listed.
pub(crate) const MOST: usize = 40;

/// An instant at which something was done or broke.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Disruption {
    pub(crate) at: Time,
    /// What, all of that instant.
    pub(crate) what: Vec<String>,
    /// From when to when is before it, and after it.
    before: (Time, Time),
    after: (Time, Time),
}

/// What an instant meant under one scheduler.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Effect {
    /// Mean response times in microseconds.
    pub(crate) before_us: Option<Estimate>,
    pub(crate) after_us: Option<Estimate>,
    /// The time after over that before, less 1.
    pub(crate) change: Option<Estimate>,
    /// Failures in the window before.
    pub(crate) failed_before: Option<Estimate>,
    /// Failures in the window after.
    pub(crate) failed_after: Option<Estimate>,
    /// The server whose share of the connections moved most: its number, its share before and after; of the runs that were
    /// sampled.
    pub(crate) moved: Option<(usize, f64, f64)>,
}

/// When something was done or broke within the run, in order of time, with all of that instant.
pub(crate) fn instants(study: &Study) -> Vec<(Time, Vec<String>)> {
    let mut instants: Vec<(Time, Vec<String>)> = Vec::new();
    for (at, what) in study.interventions.iter().filter(|(at, _)| *at < study.horizon) {
        match instants.last_mut() {
            Some((last, all)) if last == at => all.push(what.clone()),
            _ => instants.push((*at, vec![what.clone()])),
        }
    }
    instants
}

/// The instants in words, numbered as in the pictures.
pub(crate) fn described(study: &Study) -> Vec<String> {
    const SPELLED: usize = 12;
    let (unit, name) = study.time_unit();
    let all = instants(study);
    let one = |(number, (at, what)): (usize, &(Time, Vec<String>))| {
        format!("{}: {} {name} {}", number + 1, plain(at.as_secs_f64() / unit), what.join(", "))
    };
    let mut words: Vec<String> = all.iter().enumerate().take(SPELLED).map(one).collect();
    if all.len() > SPELLED {
        words.push(format!("and {} more", all.len() - SPELLED));
    }
    words
}

/// The instants of a study with what is before and after each; empty if its runs were not followed.
pub(crate) fn disruptions(study: &Study) -> Vec<Disruption> {
    if study.runs.iter().all(|run| run.metrics.time_series.is_none()) {
        return Vec::new();
    }
    let instants = instants(study);
    let window = Span::from_nanos(study.horizon.as_nanos() / PART);
    let edges: Vec<Time> = instants.iter().map(|&(at, _)| at).collect();
    let one = |(number, (at, what)): (usize, (Time, Vec<String>))| {
        let last = if number == 0 { Time::ZERO } else { edges[number - 1] };
        let next = edges.get(number + 1).copied().unwrap_or(study.horizon);
        let from = Time::from_nanos(at.as_nanos().saturating_sub(window.as_nanos())).max(last);
        Disruption { at, what, before: (from, at), after: (at, (at + window).min(next)) }
    };
    instants.into_iter().enumerate().map(one).collect()
}

impl Disruption {
    /// What it meant under a scheduler.
    pub(crate) fn effect(&self, study: &Study, scheduler: SchedulerKind) -> Effect {
        let all_series: Vec<&TimeSeries> =
            study.runs_of(scheduler).filter_map(|run| run.metrics.time_series.as_ref()).collect();
        let window = |(from, to): (Time, Time)| all_series.iter().map(move |series| series.between(from, to));
        let times = |ends| window(ends).map(|bin| bin.response_us()).collect::<Option<Vec<f64>>>();
        let (before, after) = (times(self.before), times(self.after));
        let change = before.as_ref().zip(after.as_ref()).and_then(|(before, after)| {
            let changes = before.iter().zip(after).map(|(before, after)| after / before - 1.0);
            Estimate::of(&changes.collect::<Vec<_>>())
        });
        let failed = |ends| Estimate::of(&window(ends).map(|bin| bin.failed as f64).collect::<Vec<_>>());
        Effect {
            before_us: before.as_deref().and_then(Estimate::of),
            after_us: after.as_deref().and_then(Estimate::of),
            change: change.filter(|change| change.mean.is_finite()),
            failed_before: failed(self.before),
            failed_after: failed(self.after),
            moved: self.moved(study, scheduler),
        }
    }

    fn moved(&self, study: &Study, scheduler: SchedulerKind) -> Option<(usize, f64, f64)> {
        let sampled: Vec<&Run> =
            study.runs_of(scheduler).filter(|run| !run.metrics.timeline.is_empty()).collect();
        let (before, after) = (shares(&sampled, self.before)?, shares(&sampled, self.after)?);
        let moved = before.into_iter().zip(after).enumerate();
        let moved = moved.map(|(server, (before, after))| (server, before, after));
        moved.max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()))
    }
}

/// Each server's part of the connections given out between the samples nearest to the ends of a window.
fn shares(runs: &[&Run], (from, to): (Time, Time)) -> Option<Vec<f64>> {
    let mut given: Vec<f64> = Vec::new();
    for run in runs {
        let within = run.metrics.timeline.samples().filter(|&(at, _)| from <= at && at <= to);
        let within: Vec<&[ServerLoad]> = within.map(|(_, loads)| loads).collect();
        let (first, last) = (within.first()?, within.last()?);
        given.resize(first.len(), 0.0);
        for ((sum, first), last) in given.iter_mut().zip(*first).zip(*last) {
            *sum += last.assigned.saturating_sub(first.assigned) as f64;
        }
    }
    let all: f64 = given.iter().sum();
    (all > 0.0).then(|| given.iter().map(|count| count / all).collect())
}
