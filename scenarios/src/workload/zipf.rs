//! Zipf's law: rank r of n with a probability in proportion to r^-s.
//!
//! Rejection-inversion after Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
//! distributions", ACM TOMACS 6(3), 1996: exact, without a table, in little more than one trial on average for any n
//! and s.

use ipvslab_schedulers::Rng;

/// A Zipf distribution over the ranks `0..count`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Zipf {
    count: f64,
    exponent: f64,
    /// The integral of the hat from 1.5 less the first rank's share, and up to `count + 0.5`.
    from: f64,
    to: f64,
    /// How far below a rank a candidate may lie to be accepted without a look at the hat.
    squeeze: f64,
}

impl Zipf {
    /// `count` is at least 1 and `exponent` at least 0 and finite.
    pub(crate) fn new(count: u32, exponent: f64) -> Self {
        let count = f64::from(count);
        let hat = Hat(exponent);
        let squeeze = 2.0 - hat.inverse(hat.integral(2.5) - hat.value(2.0));
        Self { count, exponent, from: hat.integral(1.5) - 1.0, to: hat.integral(count + 0.5), squeeze }
    }

    /// How many ranks there are.
    pub(crate) fn count(&self) -> u32 {
        self.count as u32
    }

    /// What the probability of a rank, counted from 0, is in proportion to.
    pub(crate) fn weight(&self, rank: u32) -> f64 {
        Hat(self.exponent).value(f64::from(rank) + 1.0)
    }

    /// A rank, counted from 0.
    #[inline]
    pub(crate) fn draw(&self, draws: &mut Rng) -> u32 {
        let hat = Hat(self.exponent);
        loop {
            let area = self.to + draws.unit() * (self.from - self.to);
            let x = hat.inverse(area);
            // Not `round`: halves go up here.
            let rank = libm::floor(x + 0.5).clamp(1.0, self.count);
            if rank - x <= self.squeeze || area >= hat.integral(rank + 0.5) - hat.value(rank) {
                return rank as u32 - 1;
            }
        }
    }
}

/// The hat function x^-s.
#[derive(Clone, Copy)]
struct Hat(f64);

impl Hat {
    fn value(self, x: f64) -> f64 {
        libm::exp(-self.0 * libm::log(x))
    }

    /// (x^(1−s) − 1) / (1−s), and ln x for s = 1.
    fn integral(self, x: f64) -> f64 {
        let log = libm::log(x);
        exp_less_one_over((1.0 - self.0) * log) * log
    }

    fn inverse(self, area: f64) -> f64 {
        // Rounding may push the argument below −1, where the logarithm ends.
        let scaled = (area * (1.0 - self.0)).max(-1.0);
        libm::exp(log_of_one_plus_over(scaled) * area)
    }
}

/// (eˣ − 1) / x, by its series near 0.
fn exp_less_one_over(x: f64) -> f64 {
    if x.abs() > 1e-8 { libm::expm1(x) / x } else { 1.0 + x * 0.5 * (1.0 + x / 3.0 * (1.0 + 0.25 * x)) }
}

/// ln(1 + x) / x, by its series near 0.
fn log_of_one_plus_over(x: f64) -> f64 {
    if x.abs() > 1e-8 { libm::log1p(x) / x } else { 1.0 - x * (0.5 - x * (1.0 / 3.0 - 0.25 * x)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pearson's statistic of the 20 ranks against the law, which has 19 degrees of freedom.
    fn chi_squared(exponent: f64) -> f64 {
        const RANKS: usize = 20;
        const DRAWS: usize = 200_000;
        let zipf = Zipf::new(RANKS as u32, exponent);
        let mut draws = Rng::stream(11, 0, "zipf");
        let mut seen = [0u32; RANKS];
        for _ in 0..DRAWS {
            seen[zipf.draw(&mut draws) as usize] += 1;
        }
        let weight = |rank: usize| (rank as f64 + 1.0).powf(-exponent);
        let sum: f64 = (0..RANKS).map(weight).sum();
        let expected = |rank: usize| DRAWS as f64 * weight(rank) / sum;
        (0..RANKS).map(|rank| (f64::from(seen[rank]) - expected(rank)).powi(2) / expected(rank)).sum()
    }

    #[test]
    fn ranks_follow_the_law_for_every_exponent() {
        for exponent in [0.0, 0.5, 0.9, 1.0, 1.1, 2.0, 3.0] {
            // 43.8 is the 99.9 % point with 19 degrees of freedom.
            assert!(chi_squared(exponent) < 43.8, "s = {exponent}: {}", chi_squared(exponent));
        }
    }

    #[test]
    fn one_rank_and_very_many_are_possible() {
        let mut draws = Rng::stream(1, 0, "zipf");
        assert_eq!(Zipf::new(1, 1.0).draw(&mut draws), 0);
        let many = Zipf::new(u32::MAX, 0.5);
        assert!((0..1000).any(|_| many.draw(&mut draws) > 1 << 30));
        assert_eq!(Zipf::new(1000, 20.0).draw(&mut draws), 0, "the first rank has nearly all");
    }
}
