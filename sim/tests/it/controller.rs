//! The controller of weights: which way a weight goes, how far in one step, and that it stays within `least` and `most`.

use ipvslab_schedulers::{SchedulerKind, Span, Weight};
use ipvslab_sim::{Controller, Discipline, Disturbances, RealServer};

use crate::support::{Log, arrivals, run, server, setup};

/// The weights of all servers before the controller's first look and after each of the next five; it looks every 2 s.
///
/// Each server has `slots` slots; at time 0, `busy` connections arrive and stay for the whole run.
fn weights(controller: Controller, slots: u32, before: &[u32], busy: usize) -> Vec<Vec<i32>> {
    let weigh = |(number, &weight): (usize, &u32)| RealServer {
        weight: Weight::new(weight).expect("a small weight"),
        ..server(number as u8 + 1, Discipline::FirstComeFirstServed { slots })
    };
    let servers = before.iter().enumerate().map(weigh).collect();
    let disturbances = Disturbances { controller: Some(controller), ..Disturbances::default() };
    let setup = setup(servers, vec![], 20.0).disturbed(disturbances).expect("sound");
    let setup = setup.sample_every(Span::from_secs(1));
    let mut log = Log::default();
    run(&setup, SchedulerKind::Rr, arrivals(&vec![(0.0, 100.0); busy]), &mut log);
    let at = |second: usize| log.samples[second].1.iter().map(|server| server.weight).collect();
    [1, 3, 5, 7, 9, 11].map(at).to_vec()
}

fn bounded(gain: f64, least: u32, most: u32) -> Controller {
    Controller { every: Span::from_secs(2), target: Some(0.5), gain, least, most }
}

#[test]
fn a_weight_goes_by_its_gain_as_far_as_its_bounds() {
    // Only the last server is busy, all the time: at every look it loses gain · (1 − 0.5) / 0.5 = a quarter of its weight, and the
    // idle one gains a quarter; halves are rounded up.
    assert_eq!(
        weights(bounded(0.25, 4, 20), 1, &[10, 10], 1),
        [
            [10, 10],
            [13, 8], // 12.5, 7.5
            [16, 6], // 16.25, 6
            [20, 5], // 20, 4.5
            [20, 4], // 25, 3.75
            [20, 4],
        ]
    );
}

#[test]
fn a_gain_that_would_take_all_leaves_the_least() {
    // At a gain of 1 the busy server's weight would be 0, and the idle one's twice what it is.
    let found = weights(bounded(1.0, 4, 12), 1, &[10, 10], 1);
    assert_eq!(found, [[10, 10], [12, 4], [12, 4], [12, 4], [12, 4], [12, 4]]);
}

#[test]
fn a_weight_outside_the_bounds_is_brought_within_them() {
    // One of two slots of each server is busy, which is the target: nothing else would change.
    assert_eq!(weights(bounded(1.0, 4, 20), 2, &[2, 10, 50], 3)[..2], [[2, 10, 50], [4, 10, 20]]);
}

#[test]
fn a_quiesced_server_stays_so() {
    let found = weights(bounded(1.0, 4, 12), 1, &[10, 0, 10], 1);
    assert_eq!(found[..2], [[10, 0, 10], [12, 0, 4]]);
}
