//! The files that a directory of results holds: for each kind of results the one list of them.

use std::io;

use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::output::csv::{classes_csv, runs_csv, servers_csv, summary_csv, timeline_csv};
use crate::output::json::json;
use crate::page::{page_html, plan_html, side_by_side_html, sweep_html, validation_html};
use crate::plan::{Plan, plan_csv, plan_json, plan_markdown};
use crate::plot::{
    OverTime, RunOverTime, agreement_residuals_svg, agreement_svg, ccdf_svg, forest_svg, hits_svg,
    imbalance_svg, knee_svg, over_time_svg, percentiles_svg, plan_svg, shares_svg,
    side_by_side_residuals_svg, side_by_side_shares_svg, side_by_side_svg, time_series_svg,
};
use crate::run::metric::Metric;
use crate::side_by_side::SideBySide;
use crate::side_by_side::files::{side_by_side_csv, side_by_side_json, side_by_side_servers_csv};
use crate::study::Study;
use crate::study::stored::store_study;
use crate::sweep::files::{knees_csv, loads_csv, sweep_json};
use crate::sweep::loads::Sweep;
use crate::sweep::stored::store_sweep;
use crate::sweep::summary::SweepSummary;
use crate::validation::report::ValidationReport;

/// A file of the results: what it is called, and its bytes.
pub type Artifact = (&'static str, Result<Vec<u8>, ReportError>);

/// What is stored of a study, to make everything else of.
pub const STORED_STUDY: &str = "study.bin";

/// What is stored of a sweep, to make everything else of.
pub const STORED_SWEEP: &str = "sweep.bin";

/// A file of the results `R`.
struct File<R> {
    name: &'static str,
    contents: Contents<R>,
    /// Whether there is something to write down.
    is_there: fn(R) -> bool,
}

enum Contents<R> {
    Text(fn(R) -> Result<String, ReportError>),
    Bytes(fn(R) -> io::Result<Vec<u8>>),
}

type OfStudy<'a> = (&'a Study, &'a Summary);
type OfSweep<'a> = (&'a Sweep, &'a SweepSummary);
/// With the difference of shares that is tolerated, a part of 1, and the version of the program.
type OfSideBySide<'a> = (&'a SideBySide, f64, &'a str);

/// The files of a study, each made when it is asked for.
pub fn artifacts<'a>(study: &'a Study, summary: &'a Summary) -> impl Iterator<Item = Artifact> {
    of(study_files(), (study, summary))
}

/// The files of a sweep.
pub fn sweep_artifacts<'a>(sweep: &'a Sweep, summary: &'a SweepSummary) -> impl Iterator<Item = Artifact> {
    of(sweep_files(), (sweep, summary))
}

/// The files of a scenario in the model and in the kernel. Differences of shares up to `tolerance`, a part of 1, are
/// shown as tolerated; `version` is that of the program.
pub fn side_by_side_artifacts<'a>(
    results: &'a SideBySide,
    tolerance: f64,
    version: &'a str,
) -> impl Iterator<Item = Artifact> {
    of(side_by_side_files(), (results, tolerance, version))
}

/// The files of a plan.
pub fn plan_artifacts(plan: &Plan) -> impl Iterator<Item = Artifact> {
    of(plan_files(), plan)
}

/// The pictures and the page of a validation.
pub fn validation_artifacts(report: &ValidationReport) -> impl Iterator<Item = Artifact> {
    of(validation_files(), report)
}

/// The names of all of these.
pub fn artifact_names() -> impl Iterator<Item = &'static str> {
    let names = study_files().map(|file| file.name).into_iter();
    let names = names.chain(sweep_files().map(|file| file.name));
    let names = names.chain(side_by_side_files().map(|file| file.name));
    let names = names.chain(plan_files().map(|file| file.name));
    names.chain(validation_files().map(|file| file.name))
}

fn of<R: Copy, const N: usize>(files: [File<R>; N], results: R) -> impl Iterator<Item = Artifact> {
    let there = files.into_iter().filter(move |file| (file.is_there)(results));
    there.map(move |file| {
        let contents = match file.contents {
            Contents::Text(text) => text(results).map(String::into_bytes),
            Contents::Bytes(bytes) => bytes(results).map_err(ReportError::Stored),
        };
        (file.name, contents)
    })
}

fn text<R>(name: &'static str, text: fn(R) -> Result<String, ReportError>) -> File<R> {
    File { name, contents: Contents::Text(text), is_there: |_| true }
}

fn bytes<R>(name: &'static str, bytes: fn(R) -> io::Result<Vec<u8>>) -> File<R> {
    File { name, contents: Contents::Bytes(bytes), is_there: |_| true }
}

impl<R> File<R> {
    fn only_if(self, is_there: fn(R) -> bool) -> Self {
        Self { is_there, ..self }
    }
}

fn study_files<'a>() -> [File<OfStudy<'a>>; 18] {
    [
        bytes(STORED_STUDY, |(study, _)| store_study(study)),
        text("results.json", |(study, summary)| json(study, summary, &study.provenance.version)),
        text("schedulers.csv", |(_, summary)| summary_csv(summary)),
        text("runs.csv", |(study, _)| runs_csv(study)),
        text("servers.csv", |(study, _)| servers_csv(study)),
        text("classes.csv", |(study, _)| classes_csv(study)).only_if(|(study, _)| !study.classes.is_empty()),
        text("timeline.csv", |(study, _)| timeline_csv(study)),
        text("order.svg", |(study, summary)| forest_svg(study, summary)),
        text("percentiles.svg", |(study, summary)| percentiles_svg(study, summary)),
        text("ccdf.svg", |(study, summary)| ccdf_svg(study, summary)),
        text("server_load.svg", |(study, summary)| over_time_svg(study, summary, OverTime::Load)),
        text("active.svg", |(study, summary)| over_time_svg(study, summary, OverTime::Active)),
        text("inactive.svg", |(study, summary)| over_time_svg(study, summary, OverTime::Inactive)),
        text("imbalance.svg", |(study, summary)| imbalance_svg(study, summary)),
        text("shares.svg", |(study, summary)| shares_svg(study, summary)),
        text("hits.svg", |(study, summary)| hits_svg(study, summary)).only_if(has_caches),
        text("course.svg", |(study, summary)| time_series_svg(study, summary, RunOverTime::Response))
            .only_if(|(study, _)| study.runs.iter().any(|run| run.metrics.time_series.is_some())),
        text("report.html", |(study, summary)| page_html(study, summary)),
    ]
}

fn has_caches((_, summary): OfStudy<'_>) -> bool {
    summary.schedulers.iter().any(|found| found.estimate(Metric::HitRatio).is_some())
}

fn sweep_files<'a>() -> [File<OfSweep<'a>>; 6] {
    [
        bytes(STORED_SWEEP, |(sweep, _)| store_sweep(sweep)),
        text("sweep.json", |(sweep, summary)| sweep_json(sweep, summary)),
        text("loads.csv", |(sweep, summary)| loads_csv(sweep, summary)),
        text("knees.csv", |(sweep, summary)| knees_csv(sweep, summary)),
        text("knee.svg", |(sweep, summary)| knee_svg(sweep, summary, summary.metrics[0])),
        text("report.html", |(sweep, summary)| sweep_html(sweep, summary)),
    ]
}

fn side_by_side_files<'a>() -> [File<OfSideBySide<'a>>; 7] {
    [
        text("validation.json", |(results, _, version)| side_by_side_json(results, version)),
        text("side_by_side.csv", |(results, ..)| side_by_side_csv(results)),
        text("servers.csv", |(results, ..)| side_by_side_servers_csv(results)),
        text("side_by_side.svg", |(results, ..)| side_by_side_svg(results)),
        text("shares.svg", |(results, ..)| side_by_side_shares_svg(results)),
        text("residuals.svg", |(results, tolerance, _)| {
            side_by_side_residuals_svg(results, 100.0 * tolerance)
        }),
        text("report.html", |(results, tolerance, version)| side_by_side_html(results, tolerance, version)),
    ]
}

fn plan_files<'a>() -> [File<&'a Plan>; 5] {
    [
        text("plan.json", plan_json),
        text("plan.csv", plan_csv),
        text("plan.md", |plan| Ok(plan_markdown(plan))),
        text("plan.svg", plan_svg),
        text("report.html", plan_html),
    ]
}

fn validation_files<'a>() -> [File<&'a ValidationReport>; 3] {
    [
        text("agreement.svg", |report| agreement_svg(&report.title, &report.panels())),
        text("residuals.svg", |report| agreement_residuals_svg(&report.title, &report.panels())),
        text("report.html", validation_html),
    ]
}
