//! What must hold of a farm, as a ratio of sums over replications.

/// An objective in the form in which it is decided: Σa/Σb is below a limit, or above it.
///
/// "p99 < 200ms" becomes: of b connections, fewer than 1 % are among the a that took 200 ms or longer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PlanRule {
    /// The limit of the ratio.
    pub allowed: f64,
    /// Whether the ratio is to stay below it; above it otherwise.
    pub below: bool,
    /// Whether a counts connections out of b, so that seeing none says something; a is a sum otherwise.
    pub counts: bool,
}

/// What one replication of a farm of some size says.
#[derive(Clone, PartialEq, Debug)]
pub struct Replication {
    /// By rule: a and b.
    pub parts: Vec<(f64, f64)>,
    /// The farm could not keep up, and the run was ended.
    pub overloaded: bool,
    /// Of all decisions: equal digests, with equal parts, are the same run.
    pub digest: u64,
}

impl PlanRule {
    /// Whether a ratio is on the right side. What never happens is below any limit, 0 included.
    pub fn holds(&self, ratio: f64) -> bool {
        if self.below { ratio < self.allowed || ratio == 0.0 } else { ratio > self.allowed }
    }

    /// The rule and the parts as "below a limit".
    pub(super) fn as_below(&self, parts: &[(f64, f64)]) -> (f64, Vec<(f64, f64)>) {
        let sign = if self.below { 1.0 } else { -1.0 };
        (sign * self.allowed, parts.iter().map(|&(a, b)| (sign * a, b)).collect())
    }
}
