//! How much of a law lies at a value or beyond it.

use super::Law;

impl Law {
    /// The probability of `x` or more.
    pub(crate) fn at_least(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 1.0;
        }
        let certain = |holds: bool| if holds { 1.0 } else { 0.0 };
        match *self {
            Self::Constant { value } => certain(value >= x),
            Self::Exponential { mean } => libm::exp(-x / mean),
            Self::Erlang { part, shape } => gamma_beyond(f64::from(shape), x / part),
            Self::Hyperexponential { share, first, second } => {
                share * libm::exp(-x / first) + (1.0 - share) * libm::exp(-x / second)
            }
            Self::Lognormal { mu, sigma: 0.0 } => certain(libm::exp(mu) >= x),
            Self::Lognormal { mu, sigma } => {
                0.5 * libm::erfc((libm::log(x) - mu) / (sigma * core::f64::consts::SQRT_2))
            }
            Self::Weibull { scale, shape } => libm::exp(-libm::pow(x / scale, shape)),
            Self::BoundedPareto { shape, low, high, cut } => {
                let cut_off = libm::pow(low / high, shape);
                ((libm::pow(low / x, shape) - cut_off) / cut).clamp(0.0, 1.0)
            }
            Self::Gamma { shape, scale } => gamma_beyond(shape, x / scale),
            Self::ErlangMixture { part, shape, share } => {
                let beyond =
                    |shape: u32| if shape == 0 { 0.0 } else { gamma_beyond(f64::from(shape), x / part) };
                share * beyond(shape - 1) + (1.0 - share) * beyond(shape)
            }
            Self::Empirical(ref values) => {
                values.iter().filter(|&&value| value >= x).count() as f64 / values.len() as f64
            }
            Self::Mixture(ref mixture) => mixture.mean_of(|law| law.at_least(x)),
        }
    }
}

/// The regularised upper incomplete gamma function Q(a, x): a series below a + 1, a continued fraction by Lentz's method
/// beyond (Press et al., *Numerical Recipes*, 3rd ed., 6.2).
fn gamma_beyond(a: f64, x: f64) -> f64 {
    let scale = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * f64::EPSILON {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return 1.0 - scale * sum;
    }
    let tiny = f64::MIN_POSITIVE / f64::EPSILON;
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / tiny, 1.0 / b);
    let mut fraction = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let factor = -i * (i - a);
        b += 2.0;
        let not_zero = |value: f64| if value.abs() < tiny { tiny } else { value };
        d = 1.0 / not_zero(factor * d + b);
        c = not_zero(b + factor / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 2.0 * f64::EPSILON {
            break;
        }
    }
    scale * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against mpmath's `gammainc(a, x, regularized=True)`.
    #[test]
    fn incomplete_gamma_is_what_the_books_have() {
        for (a, x, expected) in [
            (0.5, 0.1, 0.654_720_846_018_577),
            (1.0, 2.0, 0.135_335_283_236_612_7),
            (4.0, 10.045_117_6, 0.01),
            (4.0, 1.0, 0.981_011_843_123_846_2),
            (30.0, 60.0, 6.876_264_968_732_096e-6),
        ] {
            let found = gamma_beyond(a, x);
            assert!((found / expected - 1.0).abs() < 2e-6, "{a}, {x}: {found}");
        }
    }

    #[test]
    fn a_law_at_its_quantile_has_what_is_beyond() {
        // The values of theory at 99 %, work of mean 1.
        for (law, x) in [
            (Law::erlang(1.0, 4), 2.511_279_4),
            (Law::hyperexponential(1.0, 10.0), 16.372_72),
            (Law::weibull(1.0, 0.5), 10.603_796),
            (Law::Exponential { mean: 1.0 }, 4.605_170_2),
        ] {
            assert!((law.at_least(x) - 0.01).abs() < 1e-8, "{law:?}: {}", law.at_least(x));
        }
        let lump = Law::Constant { value: 50.0 };
        assert_eq!((lump.at_least(50.0), lump.at_least(50.1)), (1.0, 0.0));
    }

    /// Counted among draws: within 5 standard errors.
    #[test]
    fn what_is_drawn_lies_beyond_as_often() {
        let laws = [
            Law::lognormal(1.0, 4.0),
            Law::gamma(1.0, 0.4),
            Law::of_moments(1.0, 0.3),
            Law::bounded_pareto(1.5, 0.5, 100.0),
            Law::mixture(vec![(1.0, Law::Constant { value: 0.5 }), (3.0, Law::Exponential { mean: 2.0 })]),
        ];
        for law in laws {
            let mut draws = ipvslab_schedulers::Rng::stream(1, 0, "work");
            let values: Vec<f64> = (0..40_000).map(|_| law.draw(&mut draws)).collect();
            for x in [0.2, 0.5, 1.0, 3.0] {
                let found = values.iter().filter(|&&value| value >= x).count() as f64 / 40_000.0;
                let expected = law.at_least(x);
                let error = (expected * (1.0 - expected) / 40_000.0).sqrt();
                assert!((found - expected).abs() < 5.0 * error + 1e-9, "{law:?} at {x}: {found}, {expected}");
            }
        }
    }
}
