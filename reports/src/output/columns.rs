//! The columns of a table of schedulers.

use crate::estimate::summary::Summary;
use crate::output::quantity::Scale;
use crate::run::metric::{Heading, Metric, Shown};

/// The columns of a table of schedulers with their headings: times of served connections first, then the others.
pub(crate) fn columns(summary: &Summary) -> Vec<(Metric, &'static str, Scale)> {
    let headed = |metric: Metric| Some((metric, heading(metric)?));
    let shown = summary.metrics().filter(|&metric| is_shown(metric, summary)).filter_map(headed);
    let scaled = |(metric, heading): (Metric, &'static str)| {
        let means =
            summary.schedulers.iter().filter_map(|found| found.estimate(metric)).map(|found| found.mean);
        (metric, heading, Scale::of(metric.quantity(), means))
    };
    shown.map(scaled).collect()
}

/// What stands over a metric's column; `None` if it has none.
pub(crate) fn heading(metric: Metric) -> Option<&'static str> {
    match metric.info().heading {
        Heading::Times(heading) | Heading::Shares(heading) => Some(heading),
        Heading::None => None,
    }
}

/// Whether a column has something to say.
fn is_shown(metric: Metric, summary: &Summary) -> bool {
    let is_any = || {
        let mut found = summary.schedulers.iter().filter_map(|scheduler| scheduler.estimate(metric));
        found.any(|estimate| estimate.mean > 0.0)
    };
    metric.info().shown != Shown::WhereAny || is_any()
}
