use ipvslab_schedulers::Rng;

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
        (Law::gamma(5e6, 0.25), 5e6, 4.0),
        (Law::gamma(5e6, 8.0), 5e6, 0.125),
        (Law::of_moments(5e6, 7.0), 5e6, 7.0),
        (Law::of_moments(5e6, 1.0), 5e6, 1.0),
        (Law::of_moments(5e6, 0.7), 5e6, 0.7),
        (Law::of_moments(5e6, 0.5), 5e6, 0.5),
        (Law::of_moments(5e6, 0.3), 5e6, 0.3),
        (Law::of_moments(5e6, 0.001), 5e6, 0.001),
        (Law::empirical(vec![1e6, 4e6, 10e6]), 5e6, 14.0 / 25.0),
        // Exponential of means 1 and 9 with 1/2 each: E[X²] = 1 + 81.
        (
            Law::mixture(vec![(3.0, Law::Exponential { mean: 1e6 }), (3.0, Law::Exponential { mean: 9e6 })]),
            5e6,
            82.0 / 25.0 - 1.0,
        ),
    ] {
        assert!((law.mean() / mean - 1.0).abs() < 1e-9, "{law:?}: {}", law.mean());
        assert!((law.scv() - scv).abs() < 1e-9, "{law:?}: {}", law.scv());
    }
}

#[test]
fn sample_means_come_near_the_mean() {
    for law in [
        Law::Constant { value: 5e6 },
        Law::Exponential { mean: 5e6 },
        Law::erlang(5e6, 4),
        Law::hyperexponential(5e6, 3.0),
        Law::lognormal(5e6, 1.0),
        Law::weibull(5e6, 2.0),
        Law::bounded_pareto(2.0, 1e6, 1e9),
        Law::bounded_pareto(1.5, 1e6, 1e8),
        Law::gamma(5e6, 0.3),
        Law::gamma(5e6, 3.0),
        Law::of_moments(5e6, 0.4),
        Law::empirical(vec![1e6, 4e6, 10e6]),
        Law::mixture(vec![(9.0, Law::Constant { value: 1e6 }), (1.0, Law::Exponential { mean: 9e6 })]),
    ] {
        let mut draws = Rng::stream(5, 0, "work");
        let count = 200_000;
        let mean = (0..count).map(|_| law.draw(&mut draws)).sum::<f64>() / f64::from(count);
        let error = libm::sqrt(law.scv().max(0.0) / f64::from(count));
        assert!((mean / law.mean() - 1.0).abs() <= 4.0 * error + 1e-9, "{law:?}: {mean}");
    }
}
