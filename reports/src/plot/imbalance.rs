//! How unevenly the servers are loaded, over time.

use super::axis::Axis;
use super::over_time::stretches;
use super::palette;
use super::panels::{Panel, Panels};
use super::picture::Caption;
use super::time_panel::{Layer, Time, TimePanel};
use crate::error::ReportError;
use crate::estimate::disruption::described;
use crate::estimate::imbalance::{Imbalance, over_time};
use crate::estimate::summary::Summary;
use crate::study::Study;

/// The most active connections of a server over the mean, both by weight, a panel for each scheduler that was sampled.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn imbalance_svg(study: &Study, summary: &Summary) -> Result<String, ReportError> {
    imbalance(study, summary).file()
}

pub(crate) fn imbalance<'a>(study: &Study, summary: &Summary) -> Panels<'a> {
    let series: Vec<(_, Vec<Imbalance>)> = summary
        .schedulers
        .iter()
        .filter_map(|found| Some((found.scheduler, over_time(study, study.sampled_run(found.scheduler)?))))
        .collect();
    let y = Axis::ratios(series.iter().flat_map(|(_, bins)| bins).map(|bin| bin.max_to_mean));
    let time = Time::of(study);
    let panel = |(scheduler, bins): &(_, Vec<Imbalance>)| {
        let point = |bin: &Imbalance| Some((bin.at.as_secs_f64(), bin.max_to_mean.max(1.0).ln()));
        let stretches = stretches(bins.iter().map(point));
        let from_even =
            |points: &Vec<(f64, f64)>| points.iter().map(|&(at, place)| (at, [0.0, place])).collect();
        let color = palette::scheduler(*scheduler).color;
        let band = Layer::Band { stretches: stretches.iter().map(from_even).collect(), color, opacity: 0.25 };
        let line = Layer::Line { stretches, look: palette::scheduler(*scheduler), width: 1.8, key: 0 };
        Panel {
            scheduler: Some(*scheduler),
            heading: scheduler.to_string(),
            paint: Box::new(TimePanel {
                time: time.clone(),
                y: y.clone(),
                down: 120,
                layers: vec![band, line],
            }),
        }
    };
    Panels {
        caption: Caption {
            picture: "imbalance over time",
            title: "Imbalance over time".to_owned(),
            of: study.title.clone(),
            subtitle: "Active connections per weight, averaged over bins of the first replication: the server with most over the \
                       mean of all. 1 is even."
                .to_owned(),
        },
        axis: "Most / mean".to_owned(),
        keys: Vec::new(),
        list: series.iter().map(panel).collect(),
        rows: Vec::new(),
        footer: described(study),
    }
}
