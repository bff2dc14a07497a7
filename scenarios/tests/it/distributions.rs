//! What is drawn, against rand_distr and against closed forms, with fixed seeds.

use std::path::Path;

use ipvslab_scenarios::{Scenario, parse};
use ipvslab_sim::Arrival;
use rand_distr::{Distribution, Exp, Gamma, LogNormal, Pareto, Weibull, Zipf};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

const DRAWS: usize = 50_000;

pub(crate) fn scenario(rest: &str) -> Scenario {
    let text = format!(
        "[run]\nduration = \"300d\"\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n\
         [[servers]]\nname = \"web\"\nslots = 1_000_000\n{rest}"
    );
    parse(&text, "drawn.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}")).scenario
}

pub(crate) fn arrivals(rest: &str) -> Vec<Arrival> {
    let arrivals = scenario(rest).arrivals(0).expect("drawn");
    arrivals.take(DRAWS).map(|arrival| arrival.expect("drawn")).collect()
}

/// Work in milliseconds.
fn work(law: &str) -> Vec<f64> {
    let rest = format!("[arrivals.poisson]\nrate = \"100/s\"\n{law}");
    arrivals(&rest).iter().map(|arrival| arrival.work.as_secs_f64() * 1e3).collect()
}

pub(crate) fn oracle(distribution: impl Distribution<f64>) -> Vec<f64> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4711);
    (0..DRAWS).map(|_| distribution.sample(&mut rng)).collect()
}

/// The largest distance of two empirical distributions (Kolmogorov-Smirnov).
fn distance(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let below = |sorted: &[f64], x: f64| sorted.partition_point(|&y| y <= x) as f64 / sorted.len() as f64;
    a.iter().chain(&b).map(|&x| (below(&a, x) - below(&b, x)).abs()).fold(0.0, f64::max)
}

/// Both samples come from one distribution, at the 0.1 % level.
pub(crate) fn assert_same(name: &str, ours: Vec<f64>, theirs: Vec<f64>) {
    let most = 1.95 * (2.0 / DRAWS as f64).sqrt();
    let distance = distance(ours, theirs);
    assert!(distance < most, "{name}: {distance} is not below {most}");
}

#[test]
fn work_is_distributed_as_rand_distr_has_it() {
    assert_same(
        "exponential",
        work("[work.exponential]\nmean = \"20ms\""),
        oracle(Exp::new(1.0 / 20.0).expect("a rate")),
    );
    assert_same(
        "erlang",
        work("[work.erlang]\nmean = \"20ms\"\nshape = 4"),
        oracle(Gamma::new(4.0, 5.0).expect("a shape")),
    );
    let variance = 5f64.ln();
    assert_same(
        "lognormal",
        work("[work.lognormal]\nmean = \"20ms\"\nscv = 4"),
        oracle(LogNormal::new(20f64.ln() - variance / 2.0, variance.sqrt()).expect("a spread")),
    );
    // The mean of shape 1/2 is twice the scale.
    assert_same(
        "weibull",
        work("[work.weibull]\nmean = \"20ms\"\nshape = 0.5"),
        oracle(Weibull::new(10.0, 0.5).expect("a scale")),
    );
    for shape in [0.3, 2.5] {
        assert_same(
            "gamma",
            work(&format!("[work.gamma]\nmean = \"20ms\"\nshape = {shape:?}")),
            oracle(Gamma::new(shape, 20.0 / shape).expect("a shape")),
        );
    }
    assert_eq!(
        work("[work.gamma]\nmean = \"20ms\"\nscv = 4"),
        work("[work.gamma]\nmean = \"20ms\"\nshape = 0.25")
    );
    // A bounded Pareto law is a Pareto law given that it is below the bound.
    let pareto = Pareto::new(1.0, 1.5).expect("a scale");
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4711);
    let bounded =
        std::iter::repeat_with(|| pareto.sample(&mut rng)).filter(|&x| x < 100.0).take(DRAWS).collect();
    let ours = work("[work.bounded_pareto]\nshape = 1.5\nlow = \"1ms\"\nhigh = \"100ms\"");
    assert!(ours.iter().all(|&x| (1.0..=100.0).contains(&x)));
    assert_same("bounded Pareto", ours, bounded);
}

#[test]
fn a_mixture_has_its_parts_in_proportion_to_their_weights() {
    let ours = work(
        "[[work.mixture]]\nweight = 3\nexponential.mean = \"2ms\"\n[[work.mixture]]\nweight = 1\n\
         gamma = { mean = \"100ms\", shape = 5 }",
    );
    let (short, long) = (Exp::new(0.5).expect("a rate"), Gamma::new(5.0, 20.0).expect("a shape"));
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4711);
    let theirs =
        (0..DRAWS).map(|at| if at % 4 == 0 { long.sample(&mut rng) } else { short.sample(&mut rng) });
    assert_same("mixture", ours, theirs.collect());
}

#[test]
fn constant_and_hyperexponential_work_have_their_moments() {
    assert!(work("[work.constant]\ntime = \"20ms\"").iter().all(|&x| x == 20.0));
    let sample = work("[work.hyperexponential]\nmean = \"20ms\"\nscv = 4");
    let mean = sample.iter().sum::<f64>() / DRAWS as f64;
    let square = sample.iter().map(|x| x * x).sum::<f64>() / DRAWS as f64;
    assert!((mean / 20.0 - 1.0).abs() < 0.04, "{mean}");
    assert!((square / (mean * mean) - 1.0 - 4.0).abs() < 0.4, "{}", square / (mean * mean) - 1.0);
}

const WORK: &str = "[work.constant]\ntime = \"1ms\"\n";

#[test]
fn poisson_distances_are_exponential() {
    let arrivals = arrivals(&format!("[arrivals.poisson]\nrate = \"50/s\"\n{WORK}"));
    let gaps = arrivals.windows(2).map(|pair| pair[1].at.since(pair[0].at).as_secs_f64()).collect();
    assert_same("gaps", gaps, oracle(Exp::new(50.0).expect("a rate")));
}

#[test]
fn deterministic_arrivals_do_not_drift() {
    let arrivals = arrivals(&format!("[arrivals.deterministic]\nrate = \"3/s\"\n{WORK}"));
    assert_eq!(arrivals[2].at.as_nanos(), 1_000_000_000);
    assert_eq!(arrivals[29_999].at.as_nanos(), 10_000_000_000_000);
}

#[test]
fn zipf_clients_are_distributed_as_rand_distr_has_them() {
    for exponent in [0.5, 1.0, 1.3] {
        let rest = format!(
            "[arrivals.poisson]\nrate = \"50/s\"\n{WORK}[clients.zipf]\ncount = 1000\nexponent = {exponent:?}\n\
             network = \"10.0.0.0/16\""
        );
        let rank = |arrival: &Arrival| match arrival.flow.client {
            std::net::IpAddr::V4(address) => f64::from(u32::from(address) - 0x0a00_0000),
            std::net::IpAddr::V6(_) => unreachable!("an IPv4 network was given"),
        };
        let ours = arrivals(&rest).iter().map(rank).collect();
        assert_same("zipf", ours, oracle(Zipf::new(1000.0, exponent).expect("an exponent")));
    }
}

#[test]
fn a_crowd_behind_one_address_has_its_share() {
    let rest = format!(
        "[arrivals.poisson]\nrate = \"50/s\"\n{WORK}[clients.nat]\nshare = 0.3\naddress = \"192.0.2.9\"\ncount = 1000"
    );
    let crowd =
        arrivals(&rest).iter().filter(|arrival| arrival.flow.client.to_string() == "192.0.2.9").count();
    // Four standard deviations of a binomial count.
    let most = 4.0 * (DRAWS as f64 * 0.3 * 0.7).sqrt();
    assert!((crowd as f64 - 0.3 * DRAWS as f64).abs() < most, "{crowd}");
}

#[test]
fn ipv6_services_have_ipv6_clients() {
    let text = "[run]\nduration = \"1s\"\n[service]\naddress = \"[2001:db8::1]:80\"\nschedulers = [\"rr\"]\n\
                [[servers]]\nname = \"web\"\nslots = 4\n[arrivals.poisson]\nrate = \"50/s\"\n\
                [work.constant]\ntime = \"1ms\"";
    let scenario = parse(text, "six.toml", Path::new("")).expect("sound").scenario;
    let first = scenario.arrivals(0).expect("drawn").next().expect("one").expect("drawn");
    assert!(first.flow.client.to_string().starts_with("2001:db8:c::"));
    assert_eq!(scenario.servers[0].server.endpoint.to_string(), "[2001:db8:1::1]:80");
}
