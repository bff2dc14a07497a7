//! `twos`: section 1.9, edge cases 34 to 36.

use ipvslab_schedulers::{Draws, HashFlags, KernelProfile, Rng, SchedulerOptions};

use crate::service::Service;

fn service(draws: Draws, list: &str) -> Service {
    let options = SchedulerOptions { profile: KernelProfile::CLASSIC, flags: HashFlags::default(), draws };
    Service::bound_with("twos", options, list)
}

fn recorded(draws: &[u32], list: &str) -> Service {
    service(Draws::Recorded(draws.iter().copied().collect()), list)
}

#[test]
fn draw_walks_the_list_until_it_is_used_up() {
    // 0 and 1 reach B, 2 reaches A; with no connections the first choice stands.
    for (draws, expected) in [([0, 2], 'B'), ([2, 0], 'A'), ([1, 1], 'B'), ([2, 2], 'A')] {
        assert_eq!(recorded(&draws, "B1 A1").decide(), expected, "{draws:?}");
    }
}

#[test]
fn second_choice_is_taken_only_if_it_is_strictly_less_loaded() {
    let mut service = recorded(&[0, 2, 0, 2], "B1 A1");
    service.load('A', 1, 0);
    service.load('B', 1, 0);
    assert_eq!(service.decide(), 'B');
    service.load('B', 1, 1);
    assert_eq!(service.decide(), 'A');
}

#[test]
fn closed_servers_are_neither_counted_nor_walked() {
    let mut service = recorded(&[3, 4, 0, 0], "D0 C2 B7x1 A2");
    service.load('B', 0, 1);
    assert_eq!(service.decide_times(2), "AC");
}

#[test]
fn first_open_server_is_drawn_twice_as_often_as_the_other_of_two() {
    // B is chosen if the first draw reaches it: without connections the first choice always stands.
    let mut service = service(Draws::Stream(Rng::stream(1, 0, "twos")), "B1 A1");
    let picks = 30_000;
    let to_b = service.decide_times(picks).matches('B').count() as f64 / picks as f64;
    assert!((to_b - 2.0 / 3.0).abs() < 0.01, "{to_b}");
}

#[test]
fn product_beyond_31_bits_wraps_and_the_busy_server_wins() {
    // B: weight 1000, idle. A: weight 1, overhead 2,560,000. 1000 · 2,560,000 wraps to -1,734,967,296.
    let mut service = recorded(&[0, 1001], "B1000 A1");
    service.load('A', 10_000, 0);
    assert_eq!(service.server('A').overhead(), 2_560_000);
    assert_eq!(service.decide(), 'A');
}

#[test]
fn no_open_server_needs_no_draw() {
    assert_eq!(recorded(&[], "B0 A0").decide(), '-');
    assert_eq!(recorded(&[], "").decide(), '-');
}
