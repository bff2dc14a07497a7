//! When a simulated value agrees with a known one.
//!
//! It agrees if it is within 3.3 standard errors (over replications) or within the tolerance of its kind, whichever
//! is wider; and it counts only if the standard error is at most half of the tolerance. Where the known value has a
//! standard error itself, it agrees within 4 of the two together, and counts if its own is no larger than the known one's.

/// How a simulated value compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// They agree.
    Agrees,
    /// They differ.
    Differs,
    /// The interval is too wide to tell.
    TooWide,
}

impl Agreement {
    /// Compares a mean over replications with the known value; each comes with its standard error.
    pub(crate) fn of(id: &str, metric: &str, load: f64, known: (f64, f64), found: (f64, f64)) -> Self {
        let ((known, known_error), (mean, error)) = (known, found);
        let (tolerance, errors) = if known_error > 0.0 {
            (2.0 * known_error, 4.0 * known_error.hypot(error))
        } else {
            (tolerance(id, metric, load, known), 3.3 * error)
        };
        // A metric that no watcher knows is not a number, and not near.
        let is_near = (mean - known).abs() <= tolerance.max(errors);
        if !is_near {
            Self::Differs
        } else if error > tolerance / 2.0 {
            Self::TooWide
        } else {
            Self::Agrees
        }
    }

    /// In the table.
    pub fn word(self) -> &'static str {
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
    let counted = ["shtab", "shw", "shrem", "mh-bal"].iter().any(|family| id.starts_with(family));
    let bursts = id.starts_with("mxm1") || id.starts_with("mmpp");
    let relative = match metric {
        // The rows have twelve digits.
        _ if counted => 1e-11,
        _ if bursts => 0.03,
        // Near-insensitivity, not more.
        _ if id.starts_with("gps") => 0.03,
        _ if metric.ends_with("_p50") => 0.01,
        _ if metric.ends_with("_p95") => 0.01,
        _ if metric.ends_with("_p99") => 0.015,
        _ if metric.ends_with("_p99.9") => 0.04,
        "blocking" | "fraction_refused" if known < 0.01 => 0.03,
        "blocking" | "fraction_refused" | "share_server0" | "fraction_connections_scheduled" => return 0.003,
        // Che's approximation of few objects, and of objects that are hashed to servers.
        "hit_ratio" if id.starts_with("lru-che") || id.starts_with("farm-dh") => return 0.01,
        "hit_ratio" => return 0.003,
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
