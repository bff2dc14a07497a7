//! From what the engine tells of a run to tables, files and pictures of a study.
//!
//! A [`Collector`] watches one run and ends as [`RunMetrics`]. Runs make a [`Study`], a study makes a [`Summary`]:
//! means with confidence intervals over the replications, and the order of the schedulers. Everything else writes
//! these down: [`compare_text`] and [`in_depth_text`] for a terminal, [`json()`] and the CSV tables for programs, SVG
//! pictures for people. A [`SideBySide`] is the same scenario in the model and in the kernel, an [`AgreementPanel`] both
//! sides' decisions, and both have reports of their own. A [`TraceSurvey`] watches a trace, and has its own reports too. All of it returns text; nothing here opens a file, and equal studies give equal bytes.

#![forbid(unsafe_code)]

mod error;
mod estimate;
mod output;
mod page;
mod plot;
mod run;
mod side_by_side;
mod study;
mod sweep;
mod trace;
mod validation;

pub use error::ReportError;
pub use estimate::before_after::{BEFORE_AFTER_SCHEMA, BeforeAfter, Change, Changed};
pub use estimate::confidence::{CONFIDENCE, Estimate};
pub use estimate::objective::{Judgement, Objective, Verdict, judge, worst};
pub use estimate::precision::is_precise;
pub use estimate::summary::{SchedulerSummary, Separation, ServerSummary, Summary};
pub use output::csv::{classes_csv, runs_csv, servers_csv, summary_csv, timeline_csv};
pub use output::json::{SCHEMA, json};
pub use output::junit::junit;
pub use output::markdown::markdown;
pub use output::text::compare::compare_text;
pub use output::text::single::in_depth_text;
pub use page::{page_html, side_by_side_html, sweep_html, validation_html};
pub use plot::{
    AgreementPanel, Coursed, OverTime, agreement_residuals_svg, agreement_svg, ccdf_svg, course_svg,
    decision_cost_svg, forest_svg, hits_svg, imbalance_svg, knee_svg, over_time_svg, percentiles_svg,
    rate_svg, shares_svg, side_by_side_residuals_svg, side_by_side_shares_svg, side_by_side_svg,
};
pub use run::classes::{ClassMetrics, ClassSummary};
pub use run::collector::Collector;
pub use run::distribution::{Distribution, Quantile};
pub use run::metric::{Metric, UnknownMetric};
pub use run::metrics::{CacheUse, Carried, Reactions, RunMetrics, ServerMetrics};
pub use run::mser::Settling;
pub use run::time_series::Course;
pub use run::timeline::Timeline;
pub use side_by_side::{
    SIDE_BY_SIDE_SCHEMA, SideBySide, SideBySideRow, side_by_side_csv, side_by_side_json,
    side_by_side_servers_csv, side_by_side_text,
};
pub use study::server::{StudyServer, interventions};
pub use study::stored::{STUDY_SCHEMA, StoredError, read_study, read_sweep, store_study, store_sweep};
pub use study::{DecisionCost, Provenance, Run, Study};
pub use sweep::{
    Knee, KneeFound, Knees, LoadStudy, SWEEP_SCHEMA, Sweep, SweepSummary, knees_csv, loads_csv, sweep_json,
    sweep_markdown, sweep_text,
};
pub use trace::{
    Amounts, Gap, Gaps, Names, RateCurve, Share, TRACE_SCHEMA, TraceSeen, TraceSummary, TraceSurvey, Window,
    ZipfFit, trace_json, trace_text,
};
pub use validation::report::{CounterRow, FirstDifference, ValidationReport, ValidationRow};
