//! An interval, either end of which may be unknown.

use serde::Serialize;

/// From here to there; an end of which nothing is known is infinite, and `null` in JSON.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Interval {
    /// The lower end, or −∞.
    pub low: f64,
    /// The upper end, or ∞.
    pub high: f64,
}

impl Interval {
    /// Half of its width; ∞ if an end is unknown.
    pub fn half_width(self) -> f64 {
        0.5 * (self.high - self.low)
    }

    /// Whether a value is in it.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Each end multiplied, by a positive number.
    #[must_use]
    pub fn scaled(self, by: f64) -> Self {
        Self { low: self.low * by, high: self.high * by }
    }

    /// Whether both ends are known.
    pub fn is_closed(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }
}
