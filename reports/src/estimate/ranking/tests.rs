use super::*;

fn candidate(failed: &[f64], metric: &[f64]) -> Candidate {
    let series = |values: &[f64]| (0..).zip(values.iter().copied()).collect::<Series>();
    let metric = (!metric.is_empty()).then(|| series(metric));
    Candidate { failed: series(failed), metric, resolution: 0.0 }
}

const NONE: [f64; 4] = [0.0; 4];

#[test]
fn clear_differences_are_apart_and_noise_is_not() {
    let ranking = Ranking::of(
        &[
            candidate(&NONE, &[30.0, 31.0, 30.5, 30.2]),
            candidate(&NONE, &[10.0, 11.0, 10.5, 10.2]),
            candidate(&NONE, &[10.1, 10.9, 10.7, 10.1]),
        ],
        true,
    );
    assert_eq!(ranking.order().collect::<Vec<_>>(), [1, 2, 0]);
    assert_eq!(ranking.groups(), [vec![1, 2], vec![0]]);
    assert_eq!(ranking.comparisons, 3);
    assert!(ranking.are_apart(0, 1) && ranking.are_apart(2, 0) && !ranking.are_apart(1, 2));
}

#[test]
fn pairing_finds_a_small_difference_below_large_common_noise() {
    let base = [100.0, 180.0, 60.0, 140.0, 90.0];
    let shifted = [101.0, 181.1, 61.0, 140.9, 91.0];
    let ranking = Ranking::of(&[candidate(&[0.0; 5], &shifted), candidate(&[0.0; 5], &base)], true);
    assert_eq!(ranking.groups(), [vec![1], vec![0]]);
}

#[test]
fn refusing_most_connections_is_never_best() {
    let ranking = Ranking::of(
        &[
            candidate(&[0.8, 0.79, 0.81, 0.8], &[1.0, 1.1, 1.0, 1.1]),
            candidate(&NONE, &[50.0, 51.0, 52.0, 50.0]),
            candidate(&[0.4, 0.39, 0.41, 0.4], &[2.0, 2.1, 2.0, 2.1]),
        ],
        true,
    );
    assert_eq!(ranking.tiers, [vec![1], vec![2], vec![0]]);
    assert!(ranking.are_apart(0, 1) && ranking.are_apart(0, 2));
}

#[test]
fn erratic_refusals_put_a_scheduler_behind_without_claiming_certainty() {
    let ranking = Ranking::of(
        &[candidate(&[0.9, 0.0, 0.0, 0.0], &[1.0; 4]), candidate(&NONE, &[50.0, 51.0, 52.0, 50.0])],
        true,
    );
    assert_eq!(ranking.tiers, [vec![1], vec![0]]);
    assert!(!ranking.are_apart(0, 1));
    assert_eq!(ranking.groups().len(), 2);
}

#[test]
fn one_refusal_in_ten_thousand_does_not_decide() {
    let ranking = Ranking::of(
        &[candidate(&NONE, &[50.0, 51.0, 52.0, 50.0]), candidate(&[1e-4; 4], &[10.0, 11.0, 12.0, 10.5])],
        true,
    );
    assert_eq!(ranking.tiers, [vec![1, 0]]);
}

#[test]
fn missing_metric_comes_last_and_is_not_tested() {
    let ranking = Ranking::of(&[candidate(&NONE, &[]), candidate(&NONE, &[5.0; 4])], true);
    assert_eq!(ranking.order().collect::<Vec<_>>(), [1, 0]);
    assert_eq!(ranking.comparisons, 0);
}

#[test]
fn single_replication_orders_but_tests_nothing() {
    let ranking =
        Ranking::of(&[candidate(&[0.0], &[9.0]), candidate(&[0.0], &[3.0]), candidate(&[0.5], &[1.0])], true);
    assert_eq!(ranking.tiers, [vec![1, 0], vec![2]]);
    assert_eq!(ranking.comparisons, 0);
}

#[test]
fn only_replications_that_both_have_are_paired() {
    let a = vec![(0, 5.0), (2, 7.0), (3, 9.0)];
    let b = vec![(0, 4.0), (1, 100.0), (2, 6.0)];
    let paired = difference(&a, &b).expect("two replications in common");
    assert_eq!((paired.mean, paired.standard_error()), (1.0, Some(0.0)));
}

#[test]
fn what_is_one_day_over_and_over_is_ordered_and_not_tested() {
    let days = [candidate(&NONE, &[9.0, 9.1, 9.0, 9.2]), candidate(&NONE, &[3.0, 3.1, 3.0, 3.2])];
    let ranking = Ranking::of(&days, false);
    assert_eq!((ranking.order().collect::<Vec<_>>(), ranking.comparisons), (vec![1, 0], 0));
    assert!(!ranking.are_apart(0, 1));
}

#[test]
fn a_bucket_of_the_histogram_is_no_difference() {
    let mut pair = [candidate(&NONE, &[1_000.0; 4]), candidate(&NONE, &[1_000.9; 4])];
    assert!(Ranking::of(&pair, true).are_apart(0, 1));
    pair[1].resolution = 1.0;
    assert!(!Ranking::of(&pair, true).are_apart(0, 1));
}
