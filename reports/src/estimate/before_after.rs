//! Two studies of the same schedulers, before and after a change: what became worse.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Quantity;
use serde::Serialize;

use crate::estimate::confidence::{CONFIDENCE, Estimate};
use crate::estimate::ranking::{Series, differences};
use crate::estimate::replications::Replications;
use crate::number::plain;
use crate::run::metric::Metric;
use crate::statistics::interval::Interval;
use crate::statistics::sample::Sample;
use crate::statistics::student::two_sided_quantile;
use crate::statistics::welch::welch;
use crate::study::Study;
use crate::study::design::Met;

/// The name and version of the layout of the JSON.
pub const BEFORE_AFTER_SCHEMA: &str = "ipvslab.before_after/1";

/// What became of a metric.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Better, beyond chance and tolerance.
    Better,
    /// The same within the tolerance.
    Same,
    /// It may be worse by more than the tolerance, or the metric is not resolved on both sides.
    Undecided,
    /// Worse, beyond chance and tolerance.
    Worse,
}

/// A metric under a scheduler, before and after.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Changed {
    /// The scheduler.
    #[serde(serialize_with = "by_name")]
    pub scheduler: SchedulerKind,
    /// What was measured.
    #[serde(serialize_with = "by_metric")]
    pub metric: Metric,
    /// Before.
    pub before: Option<Estimate>,
    /// After.
    pub after: Option<Estimate>,
    /// After less before, with the interval that all of them together have at 95 %.
    pub difference: Option<Estimate>,
    /// What that means.
    pub change: Change,
}

/// Two studies side by side.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct BeforeAfter {
    /// The layout.
    pub schema: &'static str,
    /// Changes below this part of the value before do not count.
    pub tolerance: f64,
    /// Whether replications were compared one by one.
    pub paired: bool,
    /// What the two met alike.
    pub pairing: Alike,
    /// Whether either is one day over and over, so that nothing is more than a difference on that day.
    pub one_day: bool,
    /// What differs between the two, apart from results.
    pub unlike: Vec<String>,
    /// By scheduler, in the order of the study before.
    pub changes: Vec<Changed>,
}

/// Failed connections that do not count, whatever the tolerance.
const FAILED: f64 = 0.001;

impl BeforeAfter {
    /// Compares the schedulers that both studies have.
    pub fn of(before: &Study, after: &Study, metrics: &[Metric], tolerance: f64) -> Self {
        let schedulers: Vec<SchedulerKind> =
            before.schedulers.iter().copied().filter(|kind| after.schedulers.contains(kind)).collect();
        let pairing = Alike::of(&before.design.met, &after.design.met);
        let one_day = before.design.varies.is_one_day() || after.design.varies.is_one_day();
        let paired = pairing != Alike::Nothing;
        let tail = (1.0 - CONFIDENCE) / (schedulers.len() * metrics.len()).max(1) as f64;
        let changed = |(&scheduler, &metric): (&SchedulerKind, &Metric)| {
            let [old, new] = [before, after].map(|study| Replications::every(study, scheduler));
            let series = old.series(metric).zip(new.series(metric));
            let difference = series.and_then(|(old, new)| difference(&old, &new, paired, tail));
            let difference = difference.map(|found| match one_day {
                true => Estimate::new(found.mean, None, found.replications),
                false => found,
            });
            let [before, after] =
                [before, after].map(|study| Replications::of(study, scheduler).estimate(metric));
            let change = change(metric, before, difference, tolerance);
            Changed { scheduler, metric, before, after, difference, change }
        };
        let pairs =
            schedulers.iter().flat_map(|scheduler| metrics.iter().map(move |metric| (scheduler, metric)));
        Self {
            schema: BEFORE_AFTER_SCHEMA,
            tolerance,
            paired,
            pairing,
            one_day,
            unlike: unlike(before, after),
            changes: pairs.map(changed).collect(),
        }
    }

    /// The worst of all changes; `None` if the studies have no scheduler in common.
    pub fn worst(&self) -> Option<Change> {
        self.changes.iter().map(|changed| changed.change).max()
    }
}

impl Change {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Same => "same",
            Self::Undecided => "undecided",
            Self::Worse => "worse",
        }
    }
}

fn change(metric: Metric, before: Option<Estimate>, difference: Option<Estimate>, tolerance: f64) -> Change {
    let Some((before, difference)) = before.zip(difference) else { return Change::Undecided };
    let Some(Interval { low, high }) = difference.interval else { return Change::Undecided };
    let least = match metric.quantity() {
        Quantity::Ratio => FAILED,
        _ => tolerance * before.mean.abs(),
    };
    let less = metric.less_is_better();
    let worse_by = if less { difference.mean } else { -difference.mean };
    let (at_least, at_most) = if less { (low, high) } else { (-high, -low) };
    match () {
        () if at_least > 0.0 && worse_by > least => Change::Worse,
        () if at_most < 0.0 && -worse_by > least => Change::Better,
        () if at_most <= least => Change::Same,
        () => Change::Undecided,
    }
}

fn difference(old: &Series, new: &Series, paired: bool, tail: f64) -> Option<Estimate> {
    if paired {
        return Estimate::of_values(&differences(new, old), 0.5 * tail);
    }
    let (old, new) = (Sample::of(&values(old))?, Sample::of(&values(new))?);
    let mean = new.mean - old.mean;
    let width = welch(&old, &new);
    let width = width.map(|found| found.standard_error * two_sided_quantile(tail, found.freedom));
    let interval = width.map(|width| Interval { low: mean - width, high: mean + width });
    Some(Estimate::new(mean, interval, old.count.min(new.count)))
}

fn values(series: &Series) -> Vec<f64> {
    series.iter().map(|&(_, value)| value).collect()
}

/// What the replications of two studies met alike; names, seeds and files decide nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Alike {
    /// The same arrivals: times, clients, work.
    Arrivals,
    /// Arrivals at the same times, with other work or clients.
    Times,
    /// Nothing, or nobody kept it.
    Nothing,
}

impl Alike {
    /// Of the replications that both have.
    fn of(before: &[Met], after: &[Met]) -> Self {
        let all = |same: fn(&Met, &Met) -> bool| {
            !before.is_empty() && !after.is_empty() && before.iter().zip(after).all(|(a, b)| same(a, b))
        };
        match () {
            () if all(|a, b| a == b) => Self::Arrivals,
            () if all(|a, b| a.times == b.times) => Self::Times,
            () => Self::Nothing,
        }
    }
}

/// What differs between two studies, so that a difference of results may come from it.
fn unlike(before: &Study, after: &Study) -> Vec<String> {
    let mut unlike = Vec::new();
    let mut hold = |what: &str, before: String, after: String| {
        if before != after {
            unlike.push(format!("{what}: {before} before, {after} after"));
        }
    };
    hold("scenario", before.name.clone(), after.name.clone());
    let digest = |study: &Study| study.provenance.scenario_sha256.chars().take(12).collect::<String>();
    hold("scenario file, SHA-256", digest(before), digest(after));
    hold("seed", before.seed.to_string(), after.seed.to_string());
    hold("replications", before.replications.to_string(), after.replications.to_string());
    let seconds = |study: &Study| format!("{} s", plain(study.window().as_secs_f64()));
    hold("measured", seconds(before), seconds(after));
    hold("real servers", before.servers.len().to_string(), after.servers.len().to_string());
    hold("kernel", before.kernel.clone(), after.kernel.clone());
    let schedulers =
        |study: &Study| study.schedulers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    hold("schedulers", schedulers(before), schedulers(after));
    unlike
}

fn by_name<S: serde::Serializer>(scheduler: &SchedulerKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(scheduler.name())
}

fn by_metric<S: serde::Serializer>(metric: &Metric, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(metric.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(mean: f64, half_width: f64) -> Option<Estimate> {
        {
            let interval = Interval { low: mean - half_width, high: mean + half_width };
            Some(Estimate::new(mean, Some(interval), 10))
        }
    }

    #[test]
    fn interval_and_tolerance_decide() {
        let p99 = |mean, half_width| {
            change(Metric::ResponseP99, estimate(100.0, 1.0), estimate(mean, half_width), 0.01)
        };
        assert_eq!(p99(5.0, 2.0), Change::Worse);
        assert_eq!(p99(-5.0, 2.0), Change::Better);
        assert_eq!(p99(0.5, 0.2), Change::Same);
        assert_eq!(p99(0.5, 2.0), Change::Undecided);
        assert_eq!(p99(-1.0, 1.5), Change::Same);
        let jain = change(Metric::JainIndex, estimate(0.9, 0.01), estimate(-0.1, 0.01), 0.01);
        assert_eq!(jain, Change::Worse);
    }

    #[test]
    fn one_more_failure_in_ten_thousand_is_nothing() {
        let failed = |mean| change(Metric::Failed, estimate(0.0, 0.0), estimate(mean, 0.0), 0.01);
        assert_eq!(failed(0.0001), Change::Same);
        assert_eq!(failed(0.01), Change::Worse);
    }

    #[test]
    fn single_runs_decide_nothing() {
        let single = Some(Estimate::new(5.0, None, 1));
        assert_eq!(change(Metric::ResponseP99, single, single, 0.01), Change::Undecided);
    }

    #[test]
    fn arrivals_decide_what_is_paired() {
        let met = |times, arrivals| Met { times, arrivals };
        let before = [met(1, 2), met(3, 4)];
        assert_eq!(Alike::of(&before, &[met(1, 2), met(3, 4), met(5, 6)]), Alike::Arrivals);
        assert_eq!(Alike::of(&before, &[met(1, 9), met(3, 4)]), Alike::Times);
        assert_eq!(Alike::of(&before, &[met(1, 2), met(7, 4)]), Alike::Nothing);
        assert_eq!(Alike::of(&before, &[]), Alike::Nothing);
    }

    #[test]
    fn unpaired_differences_have_welchs_freedom() {
        let series = |values: &[f64]| (0..).zip(values.iter().copied()).collect::<Series>();
        let (old, new) = (series(&[1.0, 2.0, 3.0, 4.0]), series(&[3.0, 4.0, 5.0, 6.0]));
        let found = difference(&old, &new, false, 0.05).expect("values");
        // s² = 5/3 each, standard error sqrt(5/6), t(0.975, 6) = 2.4469.
        assert!((found.half_width.expect("an interval") - 2.4469 * (5.0f64 / 6.0).sqrt()).abs() < 1e-3);
        let paired = difference(&old, &new, true, 0.05).expect("values");
        assert_eq!((paired.mean, paired.half_width), (2.0, Some(0.0)));
    }
}
