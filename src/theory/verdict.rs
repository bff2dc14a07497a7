//! When a simulated value agrees with a known one.
//!
//! It agrees if it is within 3.3 standard errors (over replications) or within the tolerance of its kind, whichever
//! is wider; and it counts only if the standard error is at most half of the tolerance.

/// How a simulated value compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// They agree.
    Agrees,
    /// They differ.
    Differs,
    /// The interval is too wide to tell.
    TooWide,
}

impl Verdict {
    /// Compares a mean over replications and its standard error with the known value.
    pub(crate) fn of(id: &str, metric: &str, load: f64, known: f64, mean: f64, error: f64) -> Self {
        let tolerance = tolerance(id, metric, load, known);
        if (mean - known).abs() > tolerance.max(3.3 * error) {
            Self::Differs
        } else if error > tolerance / 2.0 {
            Self::TooWide
        } else {
            Self::Agrees
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Agrees => "ok",
            Self::Differs => "DIFFERS",
            Self::TooWide => "too wide",
        }
    }
}

/// Half-width of what is accepted, in the metric's unit.
fn tolerance(id: &str, metric: &str, load: f64, known: f64) -> f64 {
    let heavy = id.contains("logn1.5") || id.contains("weib0.5") || id.contains("bp1");
    let sharing = id.ends_with("-ps");
    let relative = match metric {
        _ if metric.ends_with("_p50") => 0.01,
        _ if metric.ends_with("_p95") => 0.01,
        _ if metric.ends_with("_p99") => 0.015,
        _ if metric.ends_with("_p99.9") => 0.04,
        "blocking" | "fraction_refused" if known < 0.01 => 0.03,
        "blocking" | "fraction_refused" | "share_server0" => return 0.003,
        _ if metric.starts_with("prob_") => return 0.003,
        _ if metric.contains("var") => {
            if heavy {
                0.10
            } else {
                0.03
            }
        }
        _ if heavy && !sharing => 0.02,
        _ if id.contains("bp1.1") => 0.02,
        _ if load > 0.92 => 0.02,
        _ if load > 0.82 => 0.01,
        _ => 0.005,
    };
    relative * known
}
