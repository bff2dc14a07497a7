//! What no number of servers can better: the work itself, on the fastest server when nobody waits.

use ipvslab_schedulers::Rng;
use ipvslab_sim::MetricKey;

use crate::scenario::Scenario;
use crate::workload::{Class, Drawn, Source};

/// As many works are drawn to find a quantile.
const DRAWS: usize = 50_000;

/// The speed of the fastest server.
pub(super) fn fastest(scenario: &Scenario) -> f64 {
    scenario.servers.iter().map(|info| info.server.speed).fold(0.0, f64::max)
}

/// The mean or a quantile of the response time in microseconds, if nobody waits and every server is the fastest; `None` of other
/// metrics, and where the work is not known: with caches, with several classes, of several requests on a connection.
pub(super) fn least(scenario: &Scenario, metric: &MetricKey) -> Option<f64> {
    let [class] = &scenario.workload.classes[..] else { return None };
    if scenario.has_caches() || class.requests.is_some() || fastest(scenario) <= 0.0 {
        return None;
    }
    let nanos = match (metric.key, metric.beyond) {
        ("mean", _) => mean(class)?,
        (key, Some(beyond)) if key.starts_with('p') => quantile(class, beyond, scenario.seed)?,
        _ => return None,
    };
    Some(nanos / fastest(scenario) / 1e3)
}

/// A time as it is said.
pub(super) fn in_words(micros: f64, metric: &MetricKey) -> String {
    let (number, unit) = match micros {
        micros if micros >= 1e6 => (micros / 1e6, "s"),
        micros if micros >= 1e3 => (micros / 1e3, "ms"),
        micros => (micros, "us"),
    };
    let what = if metric.beyond.is_some() { metric.key } else { "the mean" };
    format!("{number:.3} {unit} at {what}").replace("at the mean", "on average")
}

fn mean(class: &Class) -> Option<f64> {
    match (&class.source, &class.work) {
        (Source::Trace(trace), _) if trace.found().mean_work.is_some() => trace.found().mean_work,
        (_, Drawn::Each(law)) => Some(law.mean()),
        (_, Drawn::ByObject(_)) => None,
    }
}

/// The work that a part `beyond` of the connections have more than, in nanoseconds.
fn quantile(class: &Class, beyond: f64, seed: u64) -> Option<f64> {
    let mut works: Vec<f64> = match (&class.source, &class.work) {
        (Source::Trace(trace), _) if trace.found().mean_work.is_some() => trace.works()?,
        (_, Drawn::Each(law)) => {
            let mut draws = Rng::stream(seed, 0, "bound");
            (0..DRAWS).map(|_| law.draw(&mut draws)).collect()
        }
        (_, Drawn::ByObject(_)) => return None,
    };
    // Of too few there is no such quantile.
    let rank = works.len().checked_sub(1 + (beyond * works.len() as f64) as usize)?;
    (beyond * works.len() as f64 >= 10.0).then_some(())?;
    let (_, found, _) = works.select_nth_unstable_by(rank, f64::total_cmp);
    Some(*found)
}
