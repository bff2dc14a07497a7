//! What a reader must know before believing the numbers.

use ipvslab_schedulers::SchedulerKind;

use crate::estimate::ranking::{OBVIOUS, TOLERATED};
use crate::estimate::summary::{SchedulerSummary, Summary};
use crate::number::plain;
use crate::output::quantity::Scale;
use crate::run::metric::{Heading, Metric};
use crate::run::metrics::OverloadMetrics;
use crate::study::design::Stopping;
use crate::study::{Run, Study};

/// How numbers with intervals are read.
pub(crate) const LEGEND: &str = "± is half the width of the 95 % confidence interval over the replications, −a +b are its sides where they differ, \
                                 and ? is an end that these runs do not give; <x after 0: none was seen, and x is the 95 % limit.";

/// A server busier than this may be falling behind for as long as the run lasts.
const SATURATED: f64 = 0.99;

/// A director busier than this is the limit.
const BOTTLENECK: f64 = 0.9;

/// The notes of a study, the most important first.
pub(crate) fn of(study: &Study, summary: &Summary) -> Vec<String> {
    let candidates = [
        Some(study.design.varies.line().to_owned()),
        overloaded(study),
        failing(summary),
        baselines(study),
        planes(study),
        Some(without_server(summary)),
        Some(cut_off(summary)),
        Some(bottleneck(summary)),
        Some(saturated(summary)),
        single_replication(study, summary),
        stopping(study),
        too_short(summary),
        open_ended(summary),
        pairing(summary),
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
            "Ranked last regardless of response time, because they refuse or lose more connections than the best (distinguishably more than {} %, or more than {} % on average): {}. Response times are those of served connections.",
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
            "{}, replication {}: overloaded from t = {} s on: {in_progress} connections in progress, {}/s completed of {}/s arriving",
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
        "{count} of {all} runs were stopped early because the farm could not keep up; their numbers cover the connections that had ended by then. The first is {first}."
    ))
}

/// What is there to compare with.
fn baselines(study: &Study) -> Option<String> {
    let kinds: Vec<SchedulerKind> =
        study.schedulers.iter().copied().filter(|kind| kind.is_baseline()).collect();
    let is_clairvoyant = kinds.iter().any(|&kind| kind != SchedulerKind::Random);
    (!kinds.is_empty()).then(|| {
        format!(
            "Baselines for comparison, not IPVS schedulers: {}.{}",
            names(&kinds),
            if is_clairvoyant { " jsq and least-work use information that no director has." } else { "" }
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
        "Some connections found no open server, or were dropped by the director at every attempt"
    } else {
        "Some connections found no open server and were refused at once"
    };
    listing(summary, part, what)
}

fn cut_off(summary: &Summary) -> String {
    let part = |scheduler: &SchedulerSummary| {
        (scheduler.lost > 0).then(|| format!("{} ({})", scheduler.scheduler, scheduler.lost))
    };
    let what = if summary.schedulers.iter().any(|scheduler| scheduler.reactions.is_some()) {
        "Requests that failed because their server or director was down or reset them, total of all replications"
    } else {
        "Connections cut off when their server was removed, total of all replications"
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
            format!("{} ({busy} % busy, {dropped} % of SYNs dropped)", scheduler.scheduler)
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
        "Real servers are busy 99 % of the time or more, so response times may depend on the length of the run",
    )
}

fn single_replication(study: &Study, summary: &Summary) -> Option<String> {
    if study.design.varies.is_nothing() {
        return None;
    }
    let most = summary.schedulers.iter().map(|scheduler| scheduler.replications).max()?;
    (most == 1).then(|| {
        "A single replication gives no confidence intervals (±–) and cannot separate a difference from chance; use 10 or more."
            .to_owned()
    })
}

/// How a study that was to end by itself has ended.
fn stopping(study: &Study) -> Option<String> {
    let Stopping { wanted, is_reached, .. } = study.design.stopping.as_ref()?;
    let words = if *is_reached { "reached" } else { "not reached, the number of replications ended it" };
    Some(format!(
        "stop_when, {wanted} under every scheduler: {words}. Intervals are of 96 %, which cover in about 95 % of studies that end \
         by themselves."
    ))
}

/// Quantiles that few bursts decide.
fn too_short(summary: &Summary) -> Option<String> {
    let part = |scheduler: &SchedulerSummary| {
        let is_time = |metric: &&Metric| matches!(metric.info().heading, Heading::Times(_));
        let quantiles: Vec<&str> =
            scheduler.too_short.iter().filter(is_time).map(|metric| metric.key()).collect();
        (!quantiles.is_empty()).then(|| format!("{} ({})", scheduler.scheduler, quantiles.join(", ")))
    };
    let parts: Vec<String> = summary.schedulers.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| {
        format!(
            "Windows are too short for these quantiles, which a few bursts decide: {}. Longer runs, or many more, make them sure.",
            parts.join(", ")
        )
    })
}

/// Quantiles of which these runs do not say how large they may be.
fn open_ended(summary: &Summary) -> Option<String> {
    let is_open = |scheduler: &SchedulerSummary, metric: Metric| {
        let interval = scheduler.estimate(metric).and_then(|estimate| estimate.interval);
        interval.filter(|ends| !ends.is_closed()).map(|ends| {
            let scale = Scale::of(metric.quantity(), [ends.low].into_iter());
            format!(
                "{} of {} ≥ {} {}",
                metric.key(),
                scheduler.scheduler,
                scale.value(Some(ends.low)),
                scale.unit
            )
        })
    };
    let open: Vec<String> = summary
        .schedulers
        .iter()
        .flat_map(|scheduler| Metric::ALL.into_iter().filter_map(move |metric| is_open(scheduler, metric)))
        .collect();
    (!open.is_empty()).then(|| format!("No upper end is known, longer runs give one: {}.", open.join(", ")))
}

/// Below this, pairing makes a variance larger, not the same.
const HURTS: f64 = 0.95;

/// What comparing replication by replication was worth.
fn pairing(summary: &Summary) -> Option<String> {
    let best = summary.best.as_ref()?;
    let ratio = |ratio: f64| plain((10.0 * ratio).round() / 10.0);
    let hurt: Vec<String> = best
        .pairing
        .iter()
        .filter(|(_, gained)| *gained < HURTS)
        .map(|(scheduler, gained)| format!("{scheduler} ({})", plain((100.0 * gained).round() / 100.0)))
        .collect();
    let least = best.pairing.iter().map(|&(_, gained)| gained).reduce(f64::min)?;
    let most = best.pairing.iter().map(|&(_, gained)| gained).reduce(f64::max)?;
    let what = "Comparing replication by replication made the variance of differences to the first";
    Some(match (hurt.is_empty(), most < 1.0) {
        (true, _) => format!("{what} {} to {} times as small.", ratio(least), ratio(most)),
        (false, false) => {
            format!("{what} up to {} times as small, but larger for {}.", ratio(most), hurt.join(", "))
        }
        (false, true) => format!("{what} larger for {}.", hurt.join(", ")),
    })
}

fn same_decisions(summary: &Summary) -> Option<String> {
    let sets: Vec<String> = summary.same_decisions.iter().map(|set| names(set)).collect();
    (!sets.is_empty())
        .then(|| format!("Identical decisions throughout, so identical results: {}.", sets.join("; ")))
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
        format!("Replications needed to separate them, if the differences are real: {}.", words.join(", "))
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
            "A quantile is not available (n/a) if fewer than 10 served connections of all replications lie beyond it; n is how many \
             there were: {}.",
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
            "Ranked after the others because their {} is unknown: {}.",
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
            "Cost of a decision including upkeep, in nanoseconds, measured in this run on this machine: {}.",
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
