use super::*;

/// `count` exponential times of mean 1000 by inversion of evenly spread quantiles, from a different start for each replication.
fn exponential(count: u64, start: f64) -> Vec<(u64, u64)> {
    let time = |at: u64| -1_000.0 * libm::log(1.0 - (at as f64 + start) / count as f64);
    (0..count).map(|at| (time(at) as u64, 1)).collect()
}

fn tails(replications: &[Vec<(u64, u64)>]) -> Tails {
    Tails::of(&replications.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn quantile_is_that_of_all_connections_together() {
    // 990 of 1000 take 1; of the other replication half take 9.
    let pooled = tails(&[vec![(1, 990), (9, 10)], vec![(1, 500), (9, 500)]]);
    assert_eq!(pooled.count(), 2_000);
    assert_eq!(pooled.quantile(0.255), Some(1));
    assert_eq!(pooled.quantile(0.254), Some(9));
    assert_eq!(tails(&[]).quantile(0.01), None);
}

#[test]
fn interval_is_the_times_whose_part_beyond_may_be_the_wanted_one() {
    let replications: Vec<_> = (0..20).map(|at| exponential(2_000 + 40 * (at % 7), 0.5)).collect();
    let pooled = tails(&replications);
    let interval = pooled.interval(0.05, 0.025).expect("twenty replications");
    let quantile = pooled.quantile(0.05).expect("connections") as f64;
    assert!(interval.low <= quantile && quantile <= interval.high, "{interval:?} {quantile}");
    // Every time inside passes the test that defines it, and the neighbours outside do not.
    for &time in &pooled.times {
        let found = pooled.ratio(time).interval(0.025).expect("twenty replications");
        let passes = found.low <= 0.05 && 0.05 <= found.high;
        let inside = interval.low <= time as f64 && (time as f64) < interval.high;
        assert_eq!(passes, inside, "{time}: {found:?} {interval:?}");
    }
}

#[test]
fn upper_end_is_open_where_nothing_longer_was_seen_among_too_few() {
    let few = tails(&[vec![(1, 990), (2, 10)], vec![(1, 985), (2, 15)]]);
    assert_eq!(few.interval(0.01, 0.025).map(|found| found.high), Some(f64::INFINITY));
    let many = tails(&[vec![(1, 99_000), (2, 1_000)], vec![(1, 98_500), (2, 1_500)]]);
    assert_eq!(many.interval(0.01, 0.025), Some(Interval { low: 1.0, high: 2.0 }));
    assert_eq!(tails(&[vec![(1, 99_000)]]).interval(0.01, 0.025), None);
}

#[test]
fn constant_times_have_an_interval_of_no_width() {
    let constant = tails(&[vec![(7, 10_000)], vec![(7, 10_100)]]);
    assert_eq!(constant.interval(0.01, 0.025), Some(Interval { low: 7.0, high: 7.0 }));
    assert_eq!(constant.values(0.01), Some(vec![7.0, 7.0]));
    assert_eq!(constant.windows(0.01, 0.025).map(|windows| windows.are_too_short), Some(false));
}

#[test]
fn values_of_replications_have_the_quantile_as_mean_and_rise_with_the_part_beyond() {
    let replications: Vec<_> = (0..12).map(|at| exponential(3_000, 0.1 + 0.07 * at as f64)).collect();
    let mut replications = replications;
    replications[4].iter_mut().filter(|bucket| bucket.0 > 2_500).for_each(|bucket| bucket.1 = 2);
    let pooled = tails(&replications);
    let values = pooled.values(0.05).expect("connections");
    let mean = values.iter().sum::<f64>() / 12.0;
    let quantile = pooled.quantile(0.05).expect("connections") as f64;
    assert!((mean - quantile).abs() < 1e-6 * quantile, "{mean} {quantile}");
    assert!((0..12).all(|at| at == 4 || values[at] < values[4]), "{values:?}");
}

#[test]
fn a_quantile_that_one_burst_decides_wants_longer_windows() {
    let mut replications: Vec<_> = (0..20).map(|_| exponential(2_000, 0.5)).collect();
    replications[7].push((50_000, 300));
    let burst = tails(&replications).windows(0.01, 0.025).expect("twenty replications");
    assert!(burst.are_too_short && burst.variation > 1.5, "{burst:?}");
    let longer =
        |by: u64| exponential(20_000, 0.5).into_iter().map(move |(time, count)| (time * by / 100, count));
    let even: Vec<_> = (0..20).map(|at| longer(98 + at % 5).collect()).collect();
    let even = tails(&even).windows(0.01, 0.025).expect("twenty replications");
    assert!(!even.are_too_short, "{even:?}");
}
