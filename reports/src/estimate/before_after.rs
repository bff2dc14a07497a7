//! Two studies of the same schedulers, before and after a change: what became worse.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::Quantity;
use serde::Serialize;

use crate::estimate::confidence::{CONFIDENCE, Estimate, Spread, half_width};
use crate::estimate::ranking::{Series, differences};
use crate::number::plain;
use crate::run::metric::Metric;
use crate::study::{Run, Study};

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
    /// Whether replications were compared one by one, since they had the same seeds and the same scenario.
    pub paired: bool,
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
        let paired = before.seed == after.seed
            && before.provenance.scenario_sha256 == after.provenance.scenario_sha256
            && before.replications == after.replications;
        let tail = (1.0 - CONFIDENCE) / (schedulers.len() * metrics.len()).max(1) as f64;
        let changed = |(&scheduler, &metric): (&SchedulerKind, &Metric)| {
            let (old, new) = (series(before, scheduler, metric), series(after, scheduler, metric));
            let difference =
                old.as_ref().zip(new.as_ref()).and_then(|(old, new)| difference(old, new, paired, tail));
            let estimate = |series: &Option<Series>| Estimate::of(&values(series.as_ref()?));
            let (before, after) = (estimate(&old), estimate(&new));
            let change = change(metric, before, difference, tolerance);
            Changed { scheduler, metric, before, after, difference, change }
        };
        let pairs =
            schedulers.iter().flat_map(|scheduler| metrics.iter().map(move |metric| (scheduler, metric)));
        Self {
            schema: BEFORE_AFTER_SCHEMA,
            tolerance,
            paired,
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
    let Some(half_width) = difference.half_width else { return Change::Undecided };
    let least = match metric.quantity() {
        Quantity::Ratio => FAILED,
        _ => tolerance * before.mean.abs(),
    };
    let worse_by = if metric.less_is_better() { difference.mean } else { -difference.mean };
    match () {
        () if worse_by - half_width > 0.0 && worse_by > least => Change::Worse,
        () if worse_by + half_width < 0.0 && -worse_by > least => Change::Better,
        () if worse_by + half_width <= least => Change::Same,
        () => Change::Undecided,
    }
}

fn difference(old: &Series, new: &Series, paired: bool, tail: f64) -> Option<Estimate> {
    if paired {
        let differences = differences(new, old);
        let spread = Spread::of(&differences)?;
        let half_width = spread.standard_error.map(|error| half_width(error, spread.freedom(), tail));
        return Some(Estimate { mean: spread.mean, half_width, replications: differences.len() as u32 });
    }
    // Welch 1947, with the smaller of the two numbers of degrees of freedom, which errs on the wide side.
    let (old, new) = (Spread::of(&values(old))?, Spread::of(&values(new))?);
    let freedom = old.freedom().min(new.freedom());
    let errors = old.standard_error.zip(new.standard_error);
    let half_width = errors.map(|(a, b)| half_width((a * a + b * b).sqrt(), freedom, tail));
    Some(Estimate { mean: new.mean - old.mean, half_width, replications: freedom + 1 })
}

fn values(series: &Series) -> Vec<f64> {
    series.iter().map(|&(_, value)| value).collect()
}

fn series(study: &Study, scheduler: SchedulerKind, metric: Metric) -> Option<Series> {
    study.runs_of(scheduler).map(|run: &Run| Some((run.replication, metric.of(&run.metrics)?))).collect()
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
        Some(Estimate { mean, half_width: Some(half_width), replications: 10 })
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
        let single = Some(Estimate { mean: 5.0, half_width: None, replications: 1 });
        assert_eq!(change(Metric::ResponseP99, single, single, 0.01), Change::Undecided);
    }
}
