//! Limited processor sharing: cores shared by no more connections than there are workers.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Discipline, Finished, Observer, Outcome, RealServer};

use crate::support::{Log, arrivals, poisson, run, server, setup};

fn shared(cores: u32, workers: Option<u32>) -> Discipline {
    Discipline::ProcessorSharing { cores, workers }
}

fn log(server: RealServer, list: &[(f64, f64)]) -> Vec<String> {
    let mut log = Log::default();
    run(&setup(vec![server], vec![], 1_000.0), SchedulerKind::Rr, arrivals(list), &mut log);
    log.lines
}

fn outcome(discipline: Discipline, seed: u64) -> Outcome {
    let servers = vec![server(1, discipline), server(2, discipline)];
    run(&setup(servers, vec![], 2_000.0), SchedulerKind::Lc, poisson(seed, 3.4, 6_000), &mut ())
}

#[test]
fn the_third_waits_until_one_of_two_workers_is_free() {
    // A and B at half speed until B's 1 s of work is done at 3; then A and C; C's 1 s is done at 5, A's rest at 6.
    let lines = log(server(1, shared(1, Some(2))), &[(0.0, 4.0), (1.0, 1.0), (2.0, 1.0)]);
    assert_eq!(
        lines[3..],
        [
            "3 finished 0 response 2 waiting 0",
            "5 finished 0 response 3 waiting 1",
            "6 finished 0 response 6 waiting 0",
        ]
    );
}

#[test]
fn the_backlog_is_beyond_the_workers() {
    let small = RealServer { backlog: Some(1), ..server(1, shared(1, Some(2))) };
    let lines = log(small, &[(0.0, 9.0), (0.0, 9.0), (0.0, 9.0), (0.0, 9.0)]);
    assert!(lines[4].starts_with("0 refused BacklogFull"), "{lines:?}");
}

#[test]
fn a_worker_for_each_core_is_first_come_first_served() {
    for (seed, cores) in [(1, 1), (2, 2), (3, 3)] {
        let slots = outcome(Discipline::FirstComeFirstServed { slots: cores }, seed);
        assert_eq!(slots.digest, outcome(shared(cores, Some(cores)), seed).digest, "{cores} cores");
    }
}

#[test]
fn more_workers_than_connections_are_processor_sharing() {
    let all = outcome(shared(2, None), 4);
    assert_eq!(all, outcome(shared(2, Some(1_000_000)), 4));
    assert_ne!(all.digest, outcome(shared(2, Some(3)), 4).digest);
}

/// Exponential work on one core is done at one rate whichever request has it, so that the number in the system, and by Little's law
/// the mean response time, are those of M/M/1, whatever the number of workers: 1 / (1 − 0.7) s.
#[test]
fn exponential_work_on_one_core_has_the_mean_of_mm1_under_any_number_of_workers() {
    #[derive(Default)]
    struct Mean(f64, u64);
    impl Observer for Mean {
        fn finished(&mut self, done: &Finished) {
            self.0 += done.response_time().as_secs_f64();
            self.1 += 1;
        }
    }
    for workers in [1, 2, 5, 50] {
        let mut mean = Mean::default();
        for seed in 0..10 {
            let one = setup(vec![server(1, shared(1, Some(workers)))], vec![], 1e6);
            run(&one, SchedulerKind::Rr, poisson(seed, 0.7, 40_000), &mut mean);
        }
        let mean = mean.0 / mean.1 as f64;
        assert!((mean * 0.3 - 1.0).abs() < 0.02, "{workers} workers: {mean}");
    }
}
