//! From what the engine tells of a run to tables, files and pictures of a study.
//!
//! A [`Collector`] watches one run and ends as [`RunMetrics`]. Runs make a [`Study`], a study makes a [`Summary`]:
//! means with confidence intervals over the replications, and the order of the schedulers. Everything else writes
//! these down: [`compare_text`] and [`in_depth_text`] for a terminal, [`json()`] and the CSV tables for programs, SVG
//! pictures for people. A [`SideBySide`] is the same scenario in the model and in the kernel, an [`AgreementPanel`] both
//! sides' decisions, and both have reports of their own. A [`TraceSurvey`] watches a trace, and has its own reports too. All of it returns text; nothing here opens a file, and equal studies give equal bytes.

#![forbid(unsafe_code)]

mod artifacts;
mod error;
mod estimate;
mod number;
mod output;
mod page;
pub mod plan;
mod plot;
mod run;
mod side_by_side;
pub mod statistics;
mod study;
mod sweep;
mod trace;
mod validation;

pub use artifacts::{
    Artifact, STORED_STUDY, STORED_SWEEP, artifact_names, artifacts, plan_artifacts, side_by_side_artifacts,
    sweep_artifacts, validation_artifacts,
};
pub use error::ReportError;
pub use estimate::before_after::{Alike, BEFORE_AFTER_SCHEMA, BeforeAfter, Change, Changed};
pub use estimate::best::MayBeBest;
pub use estimate::classes::ClassSummary;
pub use estimate::confidence::{CONFIDENCE, Estimate};
pub use estimate::objective::{Judgement, Verdict, judge, worst};
pub use estimate::precision::is_precise;
pub use estimate::summary::{SchedulerSummary, Separation, ServerSummary, Summary};
pub use output::csv::{classes_csv, runs_csv, servers_csv, summary_csv, timeline_csv};
pub use output::json::{SCHEMA, json};
pub use output::junit::junit;
pub use output::markdown::markdown;
pub use output::text::compare::compare_text;
pub use output::text::migrate::migrate_text;
pub use output::text::single::in_depth_text;
pub use page::{page_html, plan_html, side_by_side_html, sweep_html, validation_html};
pub use plot::{
    OverTime, RunOverTime, agreement_residuals_svg, agreement_svg, ccdf_svg, decision_cost_svg, forest_svg,
    hits_svg, imbalance_svg, knee_svg, over_time_svg, percentiles_svg, plan_svg, rate_svg, shares_svg,
    side_by_side_residuals_svg, side_by_side_shares_svg, side_by_side_svg, time_series_svg,
};
pub use run::classes::ClassMetrics;
pub use run::collector::Collector;
pub use run::distribution::{Distribution, Quantile};
pub use run::kept::{Kept, TimeLimit};
pub use run::metric::{Better, Heading, Metric, MetricInfo, Pooling, Shown, Times};
pub use run::metric_table::UnknownMetric;
pub use run::metrics::{CacheUse, DirectorUse, Reactions, RunMetrics, ServerMetrics};
pub use run::mser::Settling;
pub use run::server::StudyServer;
pub use run::time_series::TimeSeries;
pub use run::timeline::Timeline;
pub use side_by_side::files::{
    SIDE_BY_SIDE_SCHEMA, side_by_side_csv, side_by_side_json, side_by_side_servers_csv,
};
pub use side_by_side::text::side_by_side_text;
pub use side_by_side::{SideBySide, SideBySideRow};
pub use study::design::{Design, Met, Stopping, Varies, Width};
pub use study::envelope::StoredError;
pub use study::interventions::interventions;
pub use study::objective::Objective;
pub use study::stored::{STUDY_SCHEMA, read_study, store_study};
pub use study::{DecisionCost, Provenance, Run, Study};
pub use sweep::files::{SWEEP_SCHEMA, knees_csv, loads_csv, sweep_json};
pub use sweep::knee::{Knee, KneeFound, Knees};
pub use sweep::loads::{LoadStudy, Sweep};
pub use sweep::stored::{read_sweep, store_sweep};
pub use sweep::summary::SweepSummary;
pub use sweep::text::{sweep_markdown, sweep_text};
pub use trace::{
    Amounts, FrequentName, Gap, Gaps, Names, RateCurve, TRACE_SCHEMA, TraceSeen, TraceSummary, TraceSurvey,
    Window, ZipfFit, trace_json, trace_text,
};
pub use validation::report::{AgreementPanel, CounterRow, FirstDifference, ValidationReport, ValidationRow};
