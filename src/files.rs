//! What a directory of results gets of a study.

use ipvslab_reports::{
    Metric, OverTime, ReportError, RunOverTime, Study, Summary, ccdf_svg, classes_csv, forest_svg, hits_svg,
    imbalance_svg, json, over_time_svg, page_html, percentiles_svg, runs_csv, servers_csv, shares_svg,
    store_study, summary_csv, time_series_svg, timeline_csv,
};

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// What is stored of a study, to make everything else of.
pub(crate) const STORED: &str = "study.bin";

/// Fills the directory and publishes it.
pub(crate) fn write(output: Output, study: &Study, summary: &Summary) -> Result<(), Failure> {
    let stored =
        store_study(study).map_err(|error| Failure::new(Exit::Internal, format!("error: {error}")))?;
    output.write(STORED, &stored)?;
    output.write("results.json", &json(study, summary, &study.provenance.version).map_err(failure)?)?;
    output.write("schedulers.csv", &summary_csv(summary).map_err(failure)?)?;
    output.write("runs.csv", &runs_csv(study).map_err(failure)?)?;
    output.write("servers.csv", &servers_csv(study).map_err(failure)?)?;
    if !study.classes.is_empty() {
        output.write("classes.csv", &classes_csv(study).map_err(failure)?)?;
    }
    output.write("timeline.csv", &timeline_csv(study).map_err(failure)?)?;
    let pictures = [
        ("order.svg", forest_svg(study, summary)),
        ("percentiles.svg", percentiles_svg(study, summary)),
        ("ccdf.svg", ccdf_svg(study, summary)),
        ("server_load.svg", over_time_svg(study, summary, OverTime::Load)),
        ("active.svg", over_time_svg(study, summary, OverTime::Active)),
        ("inactive.svg", over_time_svg(study, summary, OverTime::Inactive)),
        ("imbalance.svg", imbalance_svg(study, summary)),
        ("shares.svg", shares_svg(study, summary)),
    ];
    for (name, picture) in pictures {
        output.write(name, &picture.map_err(failure)?)?;
    }
    if summary.schedulers.iter().any(|found| found.estimate(Metric::HitRatio).is_some()) {
        output.write("hits.svg", &hits_svg(study, summary).map_err(failure)?)?;
    }
    if study.runs.iter().any(|run| run.metrics.time_series.is_some()) {
        output
            .write("course.svg", &time_series_svg(study, summary, RunOverTime::Response).map_err(failure)?)?;
    }
    output.write("report.html", &page_html(study, summary).map_err(failure)?)?;
    output.publish()
}

/// A picture or a table that cannot be made is a fault of ours.
pub(crate) fn failure(error: ReportError) -> Failure {
    Failure::new(Exit::Internal, format!("error: {error}"))
}
