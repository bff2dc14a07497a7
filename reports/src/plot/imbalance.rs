//! How unevenly the servers are loaded, over time.

use super::axis::Axis;
use super::curves::{Curve, Curves};
use super::picture::Caption;
use crate::error::ReportError;
use crate::estimate::imbalance::{Imbalance, over_time};
use crate::estimate::summary::Summary;
use crate::study::Study;

/// The most active connections of a server over the mean, both by weight, for each scheduler that was sampled.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn imbalance_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    let title = format!("Imbalance over time – {}", study.title);
    let subtitle = "Active connections per weight: the highest server relative to the mean of all, averaged over bins of the first replication. 1 is even.";
    let caption = Caption { picture: "imbalance over time", title: &title, subtitle };
    let series: Vec<(_, Vec<Imbalance>)> = summary
        .schedulers
        .iter()
        .filter_map(|found| Some((found.scheduler, over_time(study, study.sampled_run(found.scheduler)?))))
        .collect();
    let y = Axis::ratios(series.iter().flat_map(|(_, bins)| bins).map(|bin| bin.max_to_mean));
    let curve = |(scheduler, bins): (_, Vec<Imbalance>)| {
        let point = |bin: Imbalance| (bin.at.as_secs_f64(), bin.max_to_mean.max(1.0).ln());
        let points: Vec<(f64, f64)> = bins.into_iter().map(point).collect();
        let none = if points.is_empty() { " – none active" } else { "" };
        Curve {
            schedulers: vec![scheduler],
            points,
            marked: Vec::new(),
            band: Vec::new(),
            crossings: Vec::new(),
            label: format!("{scheduler}{none}"),
        }
    };
    let (unit, name) = study.time_unit();
    Curves {
        rules: Vec::new(),
        curves: series.into_iter().map(curve).collect(),
        x: Axis::seconds(study.horizon.as_secs_f64(), unit, 8),
        y,
        x_label: &format!("Time, {name}"),
        y_label: "Most / mean",
    }
    .draw(&caption)
}
