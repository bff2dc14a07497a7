//! The rate of arrivals over time, in a few hundred steps however long the trace is.

/// The most steps.
const MOST: usize = 600;

/// This many steps may be nearly empty.
const FEW: u64 = 12;

/// A millisecond, and what the length of a step is multiplied by each time it grows: 5 ms, 10 ms, … 10 s, 30 s, 1 min,
/// 5 min, 10 min, 1 h, 6 h, a day, and weeks from then on.
const SHORTEST: u64 = 1_000_000;
const GROWTH: [usize; 16] = [5, 2, 5, 2, 5, 2, 5, 2, 3, 2, 5, 2, 6, 6, 4, 7];

/// How many arrived in each step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RateCurve {
    /// The length of a step in nanoseconds.
    pub step: u64,
    grown: usize,
    counts: Vec<u64>,
    end: u64,
}

impl Default for RateCurve {
    fn default() -> Self {
        Self { step: SHORTEST, grown: 0, counts: Vec::new(), end: 0 }
    }
}

impl RateCurve {
    /// `at` does not decrease.
    pub(super) fn add(&mut self, at: u64) {
        while at / self.step >= MOST as u64 {
            self.grow();
        }
        let place = (at / self.step) as usize;
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
        self.end = at;
    }

    /// Lengthens the steps until four arrivals fall into one on average, or few steps are left: shorter ones show
    /// chance alone.
    pub(super) fn settle(&mut self) {
        let arrivals: u64 = self.counts.iter().sum();
        while self.counts.len() as u64 > FEW.max(arrivals / 4) {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let factor = GROWTH.get(self.grown).copied().unwrap_or(2);
        self.grown += 1;
        self.step = self.step.saturating_mul(factor as u64);
        self.counts = self.counts.chunks(factor).map(|chunk| chunk.iter().sum()).collect();
    }

    /// Steps with their begins in seconds and their rates. The last one ends with the trace, and is left out if less
    /// than half of it is there.
    pub fn points(&self) -> Vec<(f64, f64)> {
        let step = self.step as f64 / 1e9;
        let last = self.counts.len().saturating_sub(1);
        let filled = self.end.saturating_sub(last as u64 * self.step) as f64 / self.step as f64;
        let rates = self.counts.iter().enumerate();
        rates
            .filter(|&(at, _)| at < last || filled >= 0.5 || last == 0)
            .map(|(at, &count)| {
                let part = if at == last && filled >= 0.5 { filled } else { 1.0 };
                (at as f64 * step, count as f64 / (step * part))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow_and_no_arrival_is_lost() {
        let mut curve = RateCurve::default();
        (0..100_000).for_each(|second| curve.add(second * 1_000_000_000));
        assert_eq!((curve.step, curve.counts.len()), (300_000_000_000, 334));
        assert_eq!(curve.counts.iter().sum::<u64>(), 100_000);
        let points = curve.points();
        assert_eq!((points.len(), points[0], points[1]), (333, (0.0, 1.0), (300.0, 1.0)));
    }

    #[test]
    fn steps_of_few_arrivals_are_long() {
        let mut curve = RateCurve::default();
        [0, 500, 3_750].into_iter().for_each(|millis| curve.add(millis * 1_000_000));
        curve.settle();
        assert_eq!((curve.step, curve.points().len()), (500_000_000, 8));
    }

    #[test]
    fn no_span_is_too_long() {
        let mut curve = RateCurve::default();
        [0, u64::MAX].into_iter().for_each(|at| curve.add(at));
        assert!(curve.counts.len() <= MOST && curve.points().iter().all(|(_, rate)| rate.is_finite()));
    }
}
