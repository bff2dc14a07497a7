//! The columns of a table of schedulers.

use crate::estimate::summary::Summary;
use crate::output::quantity::Scale;
use crate::run::metric::Metric;

/// The columns about served connections, with their headings.
pub(crate) const TIMES: [(Metric, &str); 5] = [
    (Metric::ResponseMean, "mean"),
    (Metric::ResponseP50, "p50"),
    (Metric::ResponseP95, "p95"),
    (Metric::ResponseP99, "p99"),
    (Metric::ResponseP999, "p99.9"),
];

/// The columns about the others, and about the servers.
pub(crate) const SHARES: [(Metric, &str); 10] = [
    (Metric::Refused, "refused"),
    (Metric::Lost, "lost"),
    (Metric::TimedOut, "timed out"),
    (Metric::Attempts, "attempts"),
    (Metric::Detection, "detected"),
    (Metric::HitRatio, "hits"),
    (Metric::DirectorBusy, "director"),
    (Metric::DirectorDropped, "dropped"),
    (Metric::MaxToMean, "max/mean"),
    (Metric::JainIndex, "Jain"),
];

/// The columns of a table of schedulers with their headings.
pub(crate) fn columns(summary: &Summary) -> Vec<(Metric, &'static str, Scale)> {
    let shown = TIMES.into_iter().chain(SHARES).filter(|&(metric, _)| is_shown(metric, summary));
    let scaled = |(metric, heading): (Metric, &'static str)| {
        let means =
            summary.schedulers.iter().filter_map(|found| found.estimate(metric)).map(|found| found.mean);
        (metric, heading, Scale::of(metric.quantity(), means))
    };
    shown.map(scaled).collect()
}

/// What no scheduler of the study knows is not shown, nor connections lost where none was.
pub(crate) fn is_shown(metric: Metric, summary: &Summary) -> bool {
    match metric {
        Metric::Lost => summary.schedulers.iter().any(|scheduler| scheduler.lost > 0),
        _ => summary.metrics().any(|known| known == metric),
    }
}
