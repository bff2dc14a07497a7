//! What a trace is like, for programs.

use serde::Serialize;

use super::amounts::{Amounts, QUANTILES};
use super::survey::TraceSummary;
use super::tally::Names;
use crate::error::ReportError;
use crate::output::json::written;

/// The name and version of the layout; the number grows when a reader would have to change.
pub const TRACE_SCHEMA: &str = "ipvslab.trace/1";

/// The summary as JSON. `format` says what the trace is, `target` what its rows ask for. Unknown numbers are `null`.
///
/// # Errors
/// If the numbers do not fit into JSON, which would be a fault of ours.
pub fn trace_json(summary: &TraceSummary, format: &str, target: &str) -> Result<String, ReportError> {
    let windows = summary.windows.iter().map(|window| WindowJson {
        length_s: window.length as f64 / 1e9,
        greatest: window.greatest(),
        peak_per_s: window.peak_per_s(),
        dispersion: window.dispersion(),
    });
    let longest = summary.gaps.longest().iter();
    written(&Trace {
        schema: TRACE_SCHEMA,
        format,
        rows: summary.rows,
        span_s: summary.span as f64 / 1e9,
        arrivals_per_s: summary.mean_per_s(),
        interarrival_scv: summary.gaps.scv(),
        windows: windows.collect(),
        rate: RateJson { step_s: summary.rate.step as f64 / 1e9, points: summary.rate.points() },
        clients: summary.clients.as_ref().map(NamesJson::of),
        target,
        targets: summary.targets.as_ref().map(NamesJson::of),
        response_bytes: AmountsJson::of(&summary.sizes, 1.0),
        duration_s: AmountsJson::of(&summary.durations, 1e-9),
        longest_gaps: longest
            .map(|gap| GapJson { from_s: gap.from as f64 / 1e9, length_s: gap.length as f64 / 1e9 })
            .collect(),
    })
}

#[derive(Serialize)]
struct Trace<'a> {
    schema: &'a str,
    format: &'a str,
    rows: u64,
    span_s: f64,
    arrivals_per_s: Option<f64>,
    interarrival_scv: Option<f64>,
    windows: Vec<WindowJson>,
    rate: RateJson,
    clients: Option<NamesJson<'a>>,
    target: &'a str,
    targets: Option<NamesJson<'a>>,
    response_bytes: Option<AmountsJson>,
    duration_s: Option<AmountsJson>,
    longest_gaps: Vec<GapJson>,
}

#[derive(Serialize)]
struct WindowJson {
    length_s: f64,
    greatest: u64,
    peak_per_s: Option<f64>,
    dispersion: Option<f64>,
}

/// Begins of the steps in seconds, and their rates in arrivals a second.
#[derive(Serialize)]
struct RateJson {
    step_s: f64,
    points: Vec<(f64, f64)>,
}

#[derive(Serialize)]
struct NamesJson<'a> {
    known: u64,
    distinct: u64,
    is_complete: bool,
    zipf_exponent: Option<f64>,
    zipf_distance: Option<f64>,
    shares: &'a [(u64, f64)],
    top: Vec<(&'a str, u64)>,
}

impl<'a> NamesJson<'a> {
    fn of(names: &'a Names) -> Self {
        Self {
            known: names.known,
            distinct: names.distinct,
            is_complete: names.is_complete,
            zipf_exponent: names.zipf.map(|zipf| zipf.exponent),
            zipf_distance: names.zipf.map(|zipf| zipf.distance),
            shares: &names.shares,
            top: names.top.iter().map(|top| (top.name.as_str(), top.count)).collect(),
        }
    }
}

#[derive(Serialize)]
struct AmountsJson {
    known: u64,
    unknown: u64,
    mean: Option<f64>,
    quantiles: Vec<(&'static str, Option<f64>)>,
    greatest: Option<f64>,
}

impl AmountsJson {
    fn of(amounts: &Amounts, scale: f64) -> Option<Self> {
        let quantile = |quantile| amounts.quantile(quantile).map(|value| value as f64 * scale);
        (amounts.known() > 0).then(|| Self {
            known: amounts.known(),
            unknown: amounts.unknown(),
            mean: amounts.mean().map(|mean| mean * scale),
            quantiles: QUANTILES.iter().map(|&(name, part)| (name, quantile(part))).collect(),
            greatest: amounts.greatest().map(|greatest| greatest as f64 * scale),
        })
    }
}

#[derive(Serialize)]
struct GapJson {
    from_s: f64,
    length_s: f64,
}
