//! Arrival processes against closed forms, with fixed seeds.

use ipvslab_sim::Arrival;

use crate::distributions::{arrivals, assert_same, oracle, scenario};

const WORK: &str = "[work.constant]\ntime = \"1ms\"\n";

fn seconds(arrivals: &[Arrival]) -> Vec<f64> {
    arrivals.iter().map(|arrival| arrival.at.as_nanos() as f64 / 1e9).collect()
}

fn gaps(process: &str) -> Vec<f64> {
    let at = seconds(&arrivals(&format!("{process}{WORK}")));
    at.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance over squared mean.
fn scv(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64 / (mean * mean)
}

/// Variance over mean of the counts in windows of this many seconds.
fn dispersion(at: &[f64], window: f64) -> f64 {
    let last = at.last().copied().unwrap_or(0.0);
    let mut counts = vec![0.0; (last / window) as usize];
    for count in at.iter().map(|at| (at / window) as usize) {
        if let Some(count) = counts.get_mut(count) {
            *count += 1.0;
        }
    }
    scv(&counts) * mean(&counts)
}

#[test]
fn a_profile_of_one_rate_is_poisson() {
    let flat = "[arrivals.profile]\nrepeat = true\npoints = [{ at = \"0s\", rate = \"50/s\" }, { at = \"7s\", rate = \"50/s\" }]\n";
    assert_same("gaps", gaps(flat), oracle(rand_distr::Exp::new(50.0).expect("a rate")));
}

/// Of a ramp from 0, the arrivals before t are in proportion to t².
#[test]
fn a_ramp_brings_arrivals_by_its_integral() {
    let ramp = "[arrivals.profile]\nrepeat = true\npoints = [{ at = \"0s\", rate = \"0/s\" }, { at = \"10s\", rate = \"200/s\" }]\n";
    let at = seconds(&arrivals(&format!("{ramp}{WORK}")));
    let within: Vec<f64> = at.iter().map(|at| (at % 10.0 / 10.0).powi(2)).collect();
    assert_same("squares", within, oracle(rand_distr::Uniform::new(0.0, 1.0).expect("a range")));
}

/// Var N(t) / E N(t) of a two-state process in the steady state (Fischer and Meier-Hellstern 1993, section 3).
#[test]
fn counts_of_an_mmpp_vary_as_the_formula_says() {
    let (fast, slow, leaves_fast, leaves_slow) = (200.0, 20.0, 1.0 / 0.5, 1.0 / 1.5);
    let mmpp = "[arrivals.mmpp]\nstates = [{ rate = \"200/s\", stay = \"500ms\" }, { rate = \"20/s\", stay = \"1.5s\" }]\n";
    let at = seconds(&arrivals(&format!("{mmpp}{WORK}")));
    let leaves = leaves_fast + leaves_slow;
    let (in_fast, in_slow) = (leaves_slow / leaves, leaves_fast / leaves);
    let rate = in_fast * fast + in_slow * slow;
    assert!((at.len() as f64 / at[at.len() - 1] / rate - 1.0).abs() < 0.05);
    for window in [0.2, 1.0] {
        let settled = window - (1.0 - f64::exp(-leaves * window)) / leaves;
        let variance =
            rate * window + 2.0 * in_fast * in_slow * (fast - slow) * (fast - slow) / leaves * settled;
        let (found, expected) = (dispersion(&at, window), variance / (rate * window));
        assert!((found / expected - 1.0).abs() < 0.1, "{window} s: {found} {expected}");
    }
}

#[test]
fn a_state_of_rate_zero_is_silent() {
    let on_off = "[arrivals.mmpp]\nstates = [{ rate = \"1000/s\", stay = \"100ms\" }, { rate = \"0/s\", stay = \"900ms\" }]\n";
    let gaps = gaps(on_off);
    // A visit has 100 arrivals on average, so that one gap in 100 is as long as a silence.
    let long = gaps.iter().filter(|&&gap| gap > 0.05).count() as f64 / gaps.len() as f64;
    assert!((long / 0.0095 - 1.0).abs() < 0.2, "{long}");
}

#[test]
fn batches_have_their_size_and_come_at_one_instant() {
    let batches = |size: &str| gaps(&format!("[arrivals.batches]\nrate = \"10/s\"\n{size}\n"));
    let fixed = batches("size = 5");
    assert!(fixed.iter().enumerate().all(|(number, &gap)| (gap == 0.0) == (number % 5 != 4)));
    let geometric = batches("mean_size = 4");
    let together = geometric.iter().filter(|&&gap| gap == 0.0).count() as f64 / geometric.len() as f64;
    assert!((together - 0.75).abs() < 0.01, "{together}");
    // Var N / E N = E X² / E X, which is 2 · mean − 1 for a geometric size.
    let at = seconds(&arrivals(&format!("[arrivals.batches]\nrate = \"10/s\"\nmean_size = 4\n{WORK}")));
    assert!((dispersion(&at, 2.0) / 7.0 - 1.0).abs() < 0.15, "{}", dispersion(&at, 2.0));
    assert!(batches("mean_size = 1").iter().all(|&gap| gap > 0.0));
}

#[test]
fn renewals_have_their_mean_and_variability() {
    for (wanted, tolerance) in [(4.0, 0.3), (0.7, 0.03), (0.2, 0.01), (0.001, 0.0001)] {
        let gaps = gaps(&format!("[arrivals.renewal]\nrate = \"100/s\"\nscv = {wanted:?}\n"));
        assert!((mean(&gaps) * 100.0 - 1.0).abs() < 0.04, "{wanted}: {}", mean(&gaps));
        assert!((scv(&gaps) - wanted).abs() < tolerance, "{wanted}: {}", scv(&gaps));
    }
    let renewal = arrivals(&format!("[arrivals.renewal]\nrate = \"100/s\"\nscv = 1.0\n{WORK}"));
    assert_eq!(renewal, arrivals(&format!("[arrivals.poisson]\nrate = \"100/s\"\n{WORK}")));
}

#[test]
fn offered_loads_are_those_of_the_mean_rate() {
    let load = |process: &str| scenario(&format!("{process}{WORK}")).offered_load();
    let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-6, "{found}");
    near(load("[arrivals.batches]\nrate = \"100/s\"\nsize = 5\n"), 0.5);
    near(load("[arrivals.batches]\nrate = \"100/s\"\nmean_size = 2.5\n"), 0.25);
    near(load("[arrivals.renewal]\nrate = \"100/s\"\nscv = 0.3\n"), 0.1);
    near(
        load(
            "[arrivals.mmpp]\nstates = [{ rate = \"400/s\", stay = \"1s\" }, { rate = \"0/s\", stay = \"3s\" }]\n",
        ),
        0.1,
    );
    near(
        load(
            "[arrivals.profile]\nrepeat = true\npoints = [{ at = \"0s\", rate = \"0/s\" }, { at = \"1h\", rate = \"200/s\" }]\n",
        ),
        0.1,
    );
}
