//! A Poisson process whose rate goes in straight lines from point to point.

use std::sync::Arc;

use ipvslab_schedulers::{Rng, Span};

use super::until_next;

/// The rate at a time: nanoseconds, and arrivals per nanosecond.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Point {
    pub(crate) at: f64,
    pub(crate) rate: f64,
}

/// A rate that goes in straight lines through points.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// In order of time, the first one at 0; two at one time are a jump.
    points: Vec<Point>,
    /// Whether the last point is the first one of the next round; if not, its rate holds on.
    repeats: bool,
    /// Arrivals expected from the first to the last point.
    round: f64,
}

impl Profile {
    /// At least two points.
    pub(crate) fn new(points: Vec<Point>, repeats: bool) -> Self {
        let round = points.windows(2).map(|line| area(line[0], line[1])).sum();
        Self { points, repeats, round }
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        let points = self.points.iter().map(|&Point { at, rate }| Point { at, rate: factor * rate });
        Self::new(points.collect(), self.repeats)
    }

    fn last(&self) -> Point {
        *self.points.last().expect("a profile has two points or more")
    }

    /// Where the last point is.
    pub(crate) fn end(&self) -> Span {
        Span::from_nanos(self.last().at as u64)
    }

    /// Whether no time passes between the first and the last point.
    pub(crate) fn is_instant(&self) -> bool {
        self.last().at <= 0.0
    }

    /// Whether nothing ever arrives.
    pub(crate) fn is_silent(&self) -> bool {
        self.round <= 0.0 && (self.repeats || self.last().rate <= 0.0)
    }

    /// Arrivals expected before `span`.
    pub(super) fn expected(&self, span: f64) -> f64 {
        let Point { at: end, rate } = self.last();
        if span < end {
            return self.within_round(span);
        }
        if !self.repeats {
            return self.round + rate * (span - end);
        }
        let rounds = libm::floor(span / end);
        rounds * self.round + self.within_round(span - rounds * end)
    }

    fn within_round(&self, span: f64) -> f64 {
        let lines = self.points.windows(2).take_while(|line| line[0].at < span);
        lines.map(|line| area(line[0], cut(line[0], line[1], span))).sum()
    }

    /// The highest rate before `span`.
    pub(super) fn peak(&self, span: f64) -> f64 {
        let lines = self.points.windows(2).take_while(|line| line[0].at < span);
        let highest =
            lines.map(|line| line[0].rate.max(cut(line[0], line[1], span).rate)).fold(0.0, f64::max);
        if !self.repeats && span > self.last().at { highest.max(self.last().rate) } else { highest }
    }
}

/// Arrivals expected on the line between two points: a trapezium.
fn area(from: Point, to: Point) -> f64 {
    0.5 * (from.rate + to.rate) * (to.at - from.at)
}

/// The end of a line, or its point at `span` if that is earlier.
fn cut(from: Point, to: Point, span: f64) -> Point {
    if to.at <= span { to } else { Point { at: span, rate: rate_at(from, to, span) } }
}

/// The rate on the line between two points of different times.
fn rate_at(from: Point, to: Point, at: f64) -> f64 {
    from.rate + (to.rate - from.rate) * ((at - from.at) / (to.at - from.at))
}

/// The instants of one replication.
#[derive(Debug)]
pub(crate) struct ProfileClock {
    draws: Rng,
    profile: Arc<Profile>,
    /// Whole rounds that have passed.
    rounds: f64,
    /// The line within the round, by the point that it begins at; past the last one, its rate holds on.
    line: usize,
    /// Since the start of the round.
    at: f64,
    end: f64,
}

impl ProfileClock {
    pub(super) fn new(draws: Rng, profile: Arc<Profile>, end: f64) -> Self {
        Self { draws, profile, rounds: 0.0, line: 0, at: 0.0, end }
    }

    /// The next instant, in nanoseconds; `None` when none comes before the end.
    pub(super) fn next(&mut self) -> Option<f64> {
        let profile = &*self.profile;
        let mut left = until_next(&mut self.draws);
        loop {
            let start = self.rounds * profile.last().at;
            if start + self.at >= self.end {
                return None;
            }
            let Some(&to) = profile.points.get(self.line + 1) else {
                if profile.repeats {
                    // Whole rounds at once: a profile of few arrivals may take very many.
                    let skipped = libm::floor(left / profile.round);
                    left -= skipped * profile.round;
                    self.rounds += 1.0 + skipped;
                    self.line = 0;
                    self.at = 0.0;
                    continue;
                }
                // At a rate of zero the end of time, which is after the end of the run.
                self.at += left / profile.last().rate;
                return Some(self.at);
            };
            let from = profile.points[self.line];
            let here = if to.at > from.at { rate_at(from, to, self.at) } else { from.rate };
            let within = area(Point { at: self.at, rate: here }, to);
            if left < within {
                self.at += distance(left, here, (to.rate - from.rate) / (to.at - from.at));
                self.at = self.at.min(to.at);
                return Some(start + self.at);
            }
            left -= within;
            self.at = to.at;
            self.line += 1;
        }
    }
}

/// How long it takes until `left` arrivals were expected, at a rate that begins at `rate` and grows by `slope`: the root
/// of `rate`·t + `slope`·t²/2 = `left`, in the form that does not cancel.
fn distance(left: f64, rate: f64, slope: f64) -> f64 {
    let square = (rate * rate + 2.0 * slope * left).max(0.0);
    2.0 * left / (rate + libm::sqrt(square))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(list: &[(f64, f64)]) -> Vec<Point> {
        list.iter().map(|&(at, rate)| Point { at, rate }).collect()
    }

    fn instants(profile: Profile, end: f64) -> Vec<f64> {
        let mut clock = ProfileClock::new(Rng::stream(3, 0, "arrivals"), Arc::new(profile), end);
        std::iter::from_fn(|| clock.next()).take_while(|&at| at < end).collect()
    }

    /// Under the integral of its rate, a Poisson process has rate 1: distances that are exponential of mean 1.
    #[test]
    fn the_time_change_is_that_of_the_integral() {
        let list = points(&[(0.0, 0.0), (1e6, 2e-3), (3e6, 0.0), (4e6, 0.0), (4e6, 5e-3), (9e6, 1e-3)]);
        for repeats in [false, true] {
            let profile = Profile::new(list.clone(), repeats);
            let end = 20.5e6;
            let found = instants(profile.clone(), end);
            let mut draws = Rng::stream(3, 0, "arrivals");
            let mut sum = 0.0;
            for &at in &found {
                sum += until_next(&mut draws);
                assert!((profile.expected(at) - sum).abs() < 1e-6, "{at}: {} {sum}", profile.expected(at));
            }
            let expected = profile.expected(end);
            assert!((found.len() as f64 - expected).abs() < 4.0 * expected.sqrt(), "{expected}");
            assert!(found.iter().all(|at| !(3e6..4e6).contains(at)), "nothing comes at a rate of zero");
        }
    }

    #[test]
    fn expected_arrivals_and_peaks_are_those_of_the_lines() {
        let list = points(&[(0.0, 1.0), (10.0, 3.0), (20.0, 1.0)]);
        let once = Profile::new(list.clone(), false);
        assert_eq!((once.expected(5.0), once.expected(20.0), once.expected(30.0)), (7.5, 40.0, 50.0));
        assert_eq!((once.peak(5.0), once.peak(15.0), once.peak(100.0)), (2.0, 3.0, 3.0));
        let again = Profile::new(list, true);
        assert_eq!((again.expected(30.0), again.expected(45.0)), (60.0, 87.5));
    }

    #[test]
    fn few_arrivals_in_many_rounds_do_not_take_for_ever() {
        let rare = Profile::new(points(&[(0.0, 0.0), (1.0, 1e-15)]), true);
        assert!(instants(rare, 1e16).len() < 20);
        let never_again = Profile::new(points(&[(0.0, 1.0), (10.0, 0.0)]), false);
        assert!(instants(never_again, 1e16).iter().all(|&at| at <= 10.0));
    }
}
