//! How much work connections bring: distributions on nanoseconds.
//!
//! Every draw goes through `libm`, so that a seed means the same work on every machine and in every build. The formulas
//! are those of Law, *Simulation Modeling and Analysis*, 5th ed., chapters 6 and 8, unless said at the variant.

use ipvslab_schedulers::Rng;

/// A distribution of work, in nanoseconds on a server of speed 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Law {
    /// Always `time`.
    Constant { time: f64 },
    /// By inversion.
    Exponential { mean: f64 },
    /// The sum of `shape` exponential parts of mean `part`.
    Erlang { part: f64, shape: u32 },
    /// `first` or `second` mean, the first with probability `share`.
    Hyperexponential { share: f64, first: f64, second: f64 },
    /// e to the power of a normal variate.
    Lognormal { mu: f64, sigma: f64 },
    /// `scale`·E^(1/shape) with E exponential of mean 1.
    Weibull { scale: f64, shape: f64 },
    /// Pareto cut off at `high`, by inversion (Harchol-Balter, *Performance Modeling and Design*, section 20.6).
    BoundedPareto {
        shape: f64,
        low: f64,
        high: f64,
        /// 1 − (low / high)^shape: what the law has below `high` before it is cut off.
        cut: f64,
    },
}

impl Law {
    /// Stands where the trace says the work.
    pub(crate) const FROM_TRACE: Self = Self::Constant { time: 0.0 };

    /// Erlang work of `shape` parts.
    pub(crate) fn erlang(mean: f64, shape: u32) -> Self {
        Self::Erlang { part: mean / f64::from(shape), shape }
    }

    /// The hyperexponential law with *balanced means*: both parts carry half of the work (Allen, *Probability,
    /// Statistics, and Queueing Theory*, 2nd ed., section 3.2.9). `scv` is at least 1.
    pub(crate) fn hyperexponential(mean: f64, scv: f64) -> Self {
        let share = 0.5 * (1.0 + libm::sqrt((scv - 1.0) / (scv + 1.0)));
        Self::Hyperexponential { share, first: mean / (2.0 * share), second: mean / (2.0 * (1.0 - share)) }
    }

    /// The lognormal law of this mean and squared coefficient of variation.
    pub(crate) fn lognormal(mean: f64, scv: f64) -> Self {
        let variance = libm::log1p(scv);
        Self::Lognormal { mu: libm::log(mean) - 0.5 * variance, sigma: libm::sqrt(variance) }
    }

    /// The Weibull law of this mean and shape.
    pub(crate) fn weibull(mean: f64, shape: f64) -> Self {
        Self::Weibull { scale: mean / libm::tgamma(1.0 + 1.0 / shape), shape }
    }

    /// The Pareto law of this shape between `low` and `high`.
    pub(crate) fn bounded_pareto(shape: f64, low: f64, high: f64) -> Self {
        Self::BoundedPareto { shape, low, high, cut: 1.0 - libm::pow(low / high, shape) }
    }

    /// One connection's work.
    #[inline]
    pub(crate) fn draw(&self, draws: &mut Rng) -> f64 {
        match *self {
            Self::Constant { time } => time,
            Self::Exponential { mean } => exponential(draws) * mean,
            Self::Erlang { part, shape } => (0..shape).map(|_| exponential(draws)).sum::<f64>() * part,
            Self::Hyperexponential { share, first, second } => {
                let mean = if draws.unit() < share { first } else { second };
                exponential(draws) * mean
            }
            Self::Lognormal { mu, sigma } => libm::exp(mu + sigma * normal(draws)),
            Self::Weibull { scale, shape } => scale * libm::pow(exponential(draws), 1.0 / shape),
            Self::BoundedPareto { shape, low, cut, .. } => {
                low * libm::pow(1.0 - draws.unit() * cut, -1.0 / shape)
            }
        }
    }

    /// The mean in nanoseconds.
    pub(crate) fn mean(&self) -> f64 {
        self.moment(1)
    }

    /// The squared coefficient of variation: variance over squared mean.
    pub(crate) fn scv(&self) -> f64 {
        self.moment(2) / (self.mean() * self.mean()) - 1.0
    }

    /// Whether a draw is a matter of chance.
    pub(crate) fn is_random(&self) -> bool {
        !matches!(self, Self::Constant { .. })
    }

    /// The mean of the `order`-th power; order is 1 or 2.
    fn moment(&self, order: i32) -> f64 {
        let power = |x: f64| if order == 1 { x } else { x * x };
        let order = f64::from(order);
        match *self {
            Self::Constant { time } => power(time),
            Self::Exponential { mean } => order * power(mean),
            Self::Erlang { part, shape } => {
                let shape = f64::from(shape);
                power(part) * if order == 1.0 { shape } else { shape * (shape + 1.0) }
            }
            Self::Hyperexponential { share, first, second } => {
                order * (share * power(first) + (1.0 - share) * power(second))
            }
            Self::Lognormal { mu, sigma } => libm::exp(order * mu + 0.5 * order * order * sigma * sigma),
            Self::Weibull { scale, shape } => power(scale) * libm::tgamma(1.0 + order / shape),
            Self::BoundedPareto { shape, low, high, cut } => {
                let rest = shape - order;
                // ∫ x^(order−shape−1), which is a logarithm where the exponent is −1.
                let integral = if rest.abs() < 1e-9 {
                    libm::log(high / low)
                } else {
                    (1.0 - libm::pow(low / high, rest)) / rest
                };
                shape * power(low) * integral / cut
            }
        }
    }
}

/// Exponential of mean 1.
#[inline]
fn exponential(draws: &mut Rng) -> f64 {
    -libm::log(draws.unit_positive())
}

/// Standard normal, by Marsaglia's polar method (Marsaglia and Bray 1964). The second variate is thrown away: keeping it
/// would make a draw depend on the one before.
fn normal(draws: &mut Rng) -> f64 {
    loop {
        let x = 2.0 * draws.unit() - 1.0;
        let y = 2.0 * draws.unit() - 1.0;
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            return x * libm::sqrt(-2.0 * libm::log(square) / square);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_made_from_mean_and_scv_have_them() {
        for (law, mean, scv) in [
            (Law::erlang(5e6, 4), 5e6, 0.25),
            (Law::hyperexponential(5e6, 10.0), 5e6, 10.0),
            (Law::hyperexponential(5e6, 1.0), 5e6, 1.0),
            (Law::lognormal(5e6, 4.0), 5e6, 4.0),
            (Law::weibull(5e6, 1.0), 5e6, 1.0),
            (Law::weibull(5e6, 0.5), 5e6, 5.0),
        ] {
            assert!((law.mean() / mean - 1.0).abs() < 1e-9, "{law:?}: {}", law.mean());
            assert!((law.scv() - scv).abs() < 1e-9, "{law:?}: {}", law.scv());
        }
    }

    #[test]
    fn sample_means_come_near_the_mean() {
        for law in [
            Law::Constant { time: 5e6 },
            Law::Exponential { mean: 5e6 },
            Law::erlang(5e6, 4),
            Law::hyperexponential(5e6, 3.0),
            Law::lognormal(5e6, 1.0),
            Law::weibull(5e6, 2.0),
            Law::bounded_pareto(2.0, 1e6, 1e9),
            Law::bounded_pareto(1.5, 1e6, 1e8),
        ] {
            let mut draws = Rng::stream(5, 0, "work");
            let count = 200_000;
            let mean = (0..count).map(|_| law.draw(&mut draws)).sum::<f64>() / f64::from(count);
            let error = libm::sqrt(law.scv().max(0.0) / f64::from(count));
            assert!((mean / law.mean() - 1.0).abs() <= 4.0 * error + 1e-9, "{law:?}: {mean}");
        }
    }
}
