//! How much work connections bring: distributions on nanoseconds.
//!
//! Every draw goes through `libm`, so that a seed means the same work on every machine and in every build. The formulas
//! are those of Law, *Simulation Modeling and Analysis*, 5th ed., chapters 6 and 8, unless said at the variant.

mod beyond;
mod mixture;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ipvslab_schedulers::Rng;

use self::mixture::Mixture;

/// A distribution of work, in nanoseconds on a server of speed 1, or of sizes, in bytes.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Law {
    /// Always `value`.
    Constant { value: f64 },
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
    /// `scale` times a gamma variate of this shape (Marsaglia and Tsang 2000).
    Gamma { shape: f64, scale: f64 },
    /// The sum of `shape` exponential parts of mean `part`, and with probability `share` of one less.
    ErlangMixture { part: f64, shape: u32, share: f64 },
    /// One of these values, each as likely.
    Empirical(Arc<[f64]>),
    /// One of several laws.
    Mixture(Arc<Mixture>),
}

impl Law {
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

    /// The gamma law of this mean and shape.
    pub(crate) fn gamma(mean: f64, shape: f64) -> Self {
        Self::Gamma { shape, scale: mean / shape }
    }

    /// A law of this mean and squared coefficient of variation, above 0: hyperexponential with balanced means above 1,
    /// exponential at 1, a mixture of two Erlang laws below (Tijms, *A First Course in Stochastic Models*, 2003,
    /// appendix B).
    pub(crate) fn of_moments(mean: f64, scv: f64) -> Self {
        if scv > 1.0 {
            return Self::hyperexponential(mean, scv);
        }
        if scv == 1.0 {
            return Self::Exponential { mean };
        }
        // 1/k ≤ scv < 1/(k−1); rounding may put a whole 1/scv on either side, which share 0 or 1 makes good.
        let shape = libm::ceil(1.0 / scv).max(2.0);
        let root = (shape * (1.0 + scv) - shape * shape * scv).max(0.0);
        let share = ((shape * scv - libm::sqrt(root)) / (1.0 + scv)).clamp(0.0, 1.0);
        Self::ErlangMixture { part: mean / (shape - share), shape: shape as u32, share }
    }

    /// Each of the values with the same probability; there is at least one.
    pub(crate) fn empirical(values: Vec<f64>) -> Self {
        Self::Empirical(values.into())
    }

    /// The laws with probabilities in proportion to their weights; there is at least one.
    pub(crate) fn mixture(parts: Vec<(f64, Law)>) -> Self {
        Self::Mixture(Arc::new(Mixture::new(parts)))
    }

    /// One connection's.
    #[inline]
    pub(crate) fn draw(&self, draws: &mut Rng) -> f64 {
        match *self {
            Self::Constant { value } => value,
            Self::Exponential { mean } => draws.exponential() * mean,
            Self::Erlang { part, shape } => (0..shape).map(|_| draws.exponential()).sum::<f64>() * part,
            Self::Hyperexponential { share, first, second } => {
                let mean = if draws.unit() < share { first } else { second };
                draws.exponential() * mean
            }
            Self::Lognormal { mu, sigma } => libm::exp(mu + sigma * normal(draws)),
            Self::Weibull { scale, shape } => scale * libm::pow(draws.exponential(), 1.0 / shape),
            Self::BoundedPareto { shape, low, cut, .. } => {
                low * libm::pow(1.0 - draws.unit() * cut, -1.0 / shape)
            }
            Self::Gamma { shape, scale } => gamma(shape, draws) * scale,
            Self::ErlangMixture { part, shape, share } => {
                let parts = if draws.unit() < share { shape - 1 } else { shape };
                (0..parts).map(|_| draws.exponential()).sum::<f64>() * part
            }
            Self::Empirical(ref values) => values[draws.below(values.len() as u32) as usize],
            Self::Mixture(ref mixture) => mixture.draw(draws),
        }
    }

    /// The mean.
    pub(crate) fn mean(&self) -> f64 {
        self.moment(1)
    }

    /// The squared coefficient of variation: variance over squared mean.
    pub(crate) fn scv(&self) -> f64 {
        self.moment(2) / (self.mean() * self.mean()) - 1.0
    }

    /// Whether a draw is a matter of chance.
    pub(crate) fn is_random(&self) -> bool {
        match self {
            Self::Constant { .. } => false,
            Self::Empirical(values) => values.iter().any(|value| value != &values[0]),
            _ => true,
        }
    }

    /// The mean of the `order`-th power; order is 1 or 2.
    fn moment(&self, order: i32) -> f64 {
        let power = |x: f64| if order == 1 { x } else { x * x };
        let order = f64::from(order);
        match *self {
            Self::Constant { value } => power(value),
            Self::Exponential { mean } => order * power(mean),
            Self::Erlang { part, shape } => power(part) * erlang_moment(f64::from(shape), order),
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
            Self::Gamma { shape, scale } => power(scale) * erlang_moment(shape, order),
            Self::ErlangMixture { part, shape, share } => {
                let shape = f64::from(shape);
                let moment = |shape: f64| erlang_moment(shape, order);
                power(part) * (share * moment(shape - 1.0) + (1.0 - share) * moment(shape))
            }
            Self::Empirical(ref values) => {
                values.iter().map(|&value| power(value)).sum::<f64>() / values.len() as f64
            }
            Self::Mixture(ref mixture) => mixture.mean_of(|law| law.moment(order as i32)),
        }
    }
}

/// The first or second moment of a gamma law of scale 1, and so of an Erlang law of parts of mean 1.
fn erlang_moment(shape: f64, order: f64) -> f64 {
    if order == 1.0 { shape } else { shape * (shape + 1.0) }
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

/// Gamma of this shape and scale 1 by Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS
/// 26(3), 2000; for shapes below 1 by their section 6.
fn gamma(shape: f64, draws: &mut Rng) -> f64 {
    if shape < 1.0 {
        let boost = libm::pow(draws.unit_positive(), 1.0 / shape);
        return gamma(shape + 1.0, draws) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let x = normal(draws);
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        if libm::log(draws.unit_positive()) < 0.5 * x * x + d * (1.0 - v + libm::log(v)) {
            return d * v;
        }
    }
}
