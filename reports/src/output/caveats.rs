//! What a reader must know before believing the numbers.

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::ranking::{OBVIOUS, TOLERATED};
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::number::plain;
use crate::output::quantity::Scale;
use crate::run::metric::{Heading, Metric};
use crate::run::metrics::OverloadMetrics;
use crate::study::{Run, Study};

/// A server busier than this may be falling behind for as long as the run lasts.
const SATURATED: f64 = 0.99;

/// A director busier than this is the limit.
const BOTTLENECK: f64 = 0.9;

/// The notes of a study, the most important first.
pub(crate) fn of(study: &Study, summary: &Summary) -> Vec<String> {
    let candidates = [
        overloaded(study),
        failing(summary),
        baselines(study),
        planes(study),
        Some(without_server(summary)),
        Some(cut_off(summary)),
        Some(bottleneck(summary)),
        Some(saturated(summary)),
        single_replication(summary),
        same_decisions(summary),
        to_separate(summary),
        missing(summary),
        unranked(summary),
        incomplete(study, summary),
        decision_costs(study),
    ];
    candidates.into_iter().flatten().filter(|note| !note.is_empty()).collect()
}

/// Schedulers that are behind because of what they refuse, not because of the metric.
fn failing(summary: &Summary) -> Option<String> {
    let behind: Vec<String> =
        summary.schedulers.iter().filter(|scheduler| scheduler.tier > 0).map(with_failed).collect();
    (!behind.is_empty()).then(|| {
        format!(
            "Behind whatever their response times, since they refuse or lose more connections than the best \
             (distinguishably more than {} %, or more than {} % in the mean): {}. Response times are of the connections \
             that were served.",
            plain(TOLERATED * 100.0),
            plain(OBVIOUS * 100.0),
            behind.join(", ")
        )
    })
}

/// Runs that were ended because they could not keep up.
fn overloaded(study: &Study) -> Option<String> {
    let described = |run: &Run| {
        let OverloadMetrics { overloaded_since_s, in_progress, arrivals_per_s, finished_per_s } =
            run.metrics.overload?;
        Some(format!(
            "{}, replication {}: overloaded from t = {} s on: {in_progress} connections wait, the farm does {}/s of {}/s",
            run.scheduler,
            run.replication + 1,
            plain(overloaded_since_s.round()),
            plain((10.0 * finished_per_s).round() / 10.0),
            plain((10.0 * arrivals_per_s).round() / 10.0),
        ))
    };
    let first = study.runs.iter().find_map(described)?;
    let count = study.runs.iter().filter(|run| run.metrics.overload.is_some()).count();
    let all = study.runs.len();
    Some(format!(
        "{count} of {all} runs were ended because they could not keep up, and their numbers are of what had ended by then. \
         The first is {first}."
    ))
}

/// What is there to compare with.
fn baselines(study: &Study) -> Option<String> {
    let kinds: Vec<SchedulerKind> =
        study.schedulers.iter().copied().filter(|kind| kind.is_baseline()).collect();
    let is_clairvoyant = kinds.iter().any(|&kind| kind != SchedulerKind::Random);
    (!kinds.is_empty()).then(|| {
        format!(
            "Not IPVS, but baselines to compare with: {}.{}",
            names(&kinds),
            if is_clairvoyant { " jsq and least-work see what no director can." } else { "" }
        )
    })
}

/// Which rules no IPVS has, though another data plane does.
fn planes(study: &Study) -> Option<String> {
    let is_plane = |kind: &SchedulerKind| matches!(kind, SchedulerKind::Plane(_));
    let kinds: Vec<SchedulerKind> = study.schedulers.iter().copied().filter(is_plane).collect();
    (!kinds.is_empty()).then(|| {
        format!(
            "Not IPVS, but rules of other data planes: {}. What walking their rules costs is not simulated.",
            names(&kinds)
        )
    })
}

fn with_failed(scheduler: &SchedulerSummary) -> String {
    let failed = Scale::PER_CENT.text(scheduler.estimate(Metric::Failed));
    format!("{} ({failed})", scheduler.scheduler)
}

fn without_server(summary: &Summary) -> String {
    let part = |scheduler: &SchedulerSummary| {
        (scheduler.refused_no_server > 0).then(|| {
            let ratio = scheduler.refused_no_server as f64 / scheduler.arrived as f64;
            format!("{} ({} %)", scheduler.scheduler, Scale::PER_CENT.value(Some(ratio)))
        })
    };
    let has_bounds = summary.schedulers.iter().any(|found| found.estimate(Metric::DirectorBusy).is_some());
    let what = if has_bounds {
        "Found no open server for some connections, or no room at the director however often they tried"
    } else {
        "Found no open server for some connections, so that clients were turned away at once"
    };
    listing(summary, part, what)
}

fn cut_off(summary: &Summary) -> String {
    let part = |scheduler: &SchedulerSummary| {
        (scheduler.lost > 0).then(|| format!("{} ({})", scheduler.scheduler, scheduler.lost))
    };
    let what = if summary.schedulers.iter().any(|scheduler| scheduler.reactions.is_some()) {
        "Requests failed because their server, or the director, was gone or reset them, in all replications together"
    } else {
        "Connections were cut off when their server was removed, in all replications together"
    };
    listing(summary, part, what)
}

/// A director that is the limit, whatever the scheduler.
fn bottleneck(summary: &Summary) -> String {
    let part = |scheduler: &SchedulerSummary| {
        let mean = |metric| scheduler.estimate(metric).map_or(0.0, |estimate| estimate.mean);
        let (busy, dropped) = (mean(Metric::DirectorBusy), mean(Metric::DirectorDropped));
        (busy > BOTTLENECK || dropped > 0.0).then(|| {
            let [busy, dropped] = [busy, dropped].map(|ratio| Scale::PER_CENT.value(Some(ratio)));
            format!("{} ({busy} % busy, {dropped} % of the SYNs dropped)", scheduler.scheduler)
        })
    };
    listing(summary, part, "The director is the bottleneck")
}

fn saturated(summary: &Summary) -> String {
    let part = |scheduler: &SchedulerSummary| {
        let full = |ratio: f64| ratio >= SATURATED;
        let servers = scheduler.servers.iter().filter_map(|server| server.utilisation_ratio);
        let count = servers.filter(|utilisation| full(utilisation.mean)).count();
        (count > 0).then(|| format!("{} ({count} of {})", scheduler.scheduler, scheduler.servers.len()))
    };
    listing(
        summary,
        part,
        "Real servers are busy 99 % of the time or more, so that response times may depend on how long the run is",
    )
}

fn single_replication(summary: &Summary) -> Option<String> {
    let most = summary.schedulers.iter().map(|scheduler| scheduler.replications).max()?;
    (most == 1).then(|| {
        "A single replication has no half-widths (±–) and cannot tell a difference from chance; 10 replications or \
         more can."
            .to_owned()
    })
}

fn same_decisions(summary: &Summary) -> Option<String> {
    let sets: Vec<String> = summary.same_decisions.iter().map(|set| names(set)).collect();
    (!sets.is_empty()).then(|| {
        format!("Made the same decisions throughout, so that they cannot differ: {}.", sets.join("; "))
    })
}

/// What it would take to tell schedulers apart.
fn to_separate(summary: &Summary) -> Option<String> {
    let words: Vec<String> = summary
        .to_separate
        .iter()
        .map(|separation| match separation.replications {
            Some(replications) => {
                format!("{} from {} about {replications}", separation.worse, separation.better)
            }
            None => format!("{} from {} more than 100,000", separation.worse, separation.better),
        })
        .collect();
    (!words.is_empty()).then(|| {
        format!(
            "If their differences are what they seem to be, it takes so many replications in all to tell {}.",
            words.join(", ")
        )
    })
}

fn missing(summary: &Summary) -> Option<String> {
    let is_time = |metric: &Metric| matches!(metric.info().heading, Heading::Times(_));
    let quantiles: Vec<Metric> =
        Metric::ALL.into_iter().filter(|metric| metric.is_quantile() && is_time(metric)).collect();
    let is_missing =
        |scheduler: &&SchedulerSummary| quantiles.iter().any(|&metric| scheduler.estimate(metric).is_none());
    let who: Vec<SchedulerKind> =
        summary.schedulers.iter().filter(is_missing).map(|scheduler| scheduler.scheduler).collect();
    (!who.is_empty()).then(|| {
        format!(
            "A quantile is not available (n/a) if in one of the replications fewer than 10 served connections lie beyond it; n is how many \
             there were in the replication with the fewest: {}.",
            names(&who)
        )
    })
}

fn unranked(summary: &Summary) -> Option<String> {
    let is_unranked = |scheduler: &&SchedulerSummary| scheduler.estimate(summary.ranked_by).is_none();
    let who: Vec<SchedulerKind> =
        summary.schedulers.iter().filter(is_unranked).map(|scheduler| scheduler.scheduler).collect();
    (!who.is_empty() && summary.schedulers.len() > 1).then(|| {
        format!(
            "Last among their like, since their {} is not known: {}.",
            summary.ranked_by.words(),
            names(&who)
        )
    })
}

fn incomplete(study: &Study, summary: &Summary) -> Option<String> {
    let count = |scheduler: SchedulerKind| summary.of(scheduler).map_or(0, |found| found.replications);
    let short: Vec<String> = study
        .schedulers
        .iter()
        .filter(|&&scheduler| count(scheduler) != study.replications)
        .map(|&scheduler| format!("{scheduler} ({} of {})", count(scheduler), study.replications))
        .collect();
    (!short.is_empty()).then(|| format!("Runs are missing: {}.", short.join(", ")))
}

/// What a decision costs, if that was measured.
fn decision_costs(study: &Study) -> Option<String> {
    let costs: Vec<String> = study
        .quickest_first()
        .iter()
        .map(|cost| format!("{} {}", cost.scheduler, plain((10.0 * cost.ns_median).round() / 10.0)))
        .collect();
    (!costs.is_empty()).then(|| {
        format!(
            "A decision with its upkeep took, in nanoseconds on this machine and this time: {}.",
            costs.join(", ")
        )
    })
}

fn names(schedulers: &[SchedulerKind]) -> String {
    schedulers.iter().map(|scheduler| scheduler.name()).collect::<Vec<_>>().join(", ")
}

fn listing(summary: &Summary, part: impl Fn(&SchedulerSummary) -> Option<String>, what: &str) -> String {
    let parts: Vec<String> = summary.schedulers.iter().filter_map(part).collect();
    if parts.is_empty() { String::new() } else { format!("{what}: {}.", parts.join(", ")) }
}
