//! Object caches of real servers.

use std::convert::Infallible;
use std::net::IpAddr;

use ipvslab_schedulers::{SchedulerKind, ServerId, Span, Weight};
use ipvslab_sim::{
    Arrival, CacheRoom, CacheTotals, Disturbances, Fault, Intervention, ObjectCache, Setup, Sizes,
};

use crate::support::{FCFS_1, Log, flow, run, seconds, server, setup};

/// Arrivals at these seconds for these objects, each with 1 s of work and a response of as many bytes.
fn asking(list: &[(f64, u8, u32)]) -> Vec<Result<Arrival, Infallible>> {
    let arrival = |&(at, object, response): &(f64, u8, u32)| {
        let mut flow = flow(1);
        flow.destination = IpAddr::from([172, 16, 0, object]);
        let sizes = Sizes { request: 0, response };
        Ok(Arrival { sizes, ..Arrival::new(seconds(at), Span::from_secs(1), flow) })
    };
    list.iter().map(arrival).collect()
}

fn cached(room: CacheRoom) -> Setup {
    let cache = ObjectCache { room, hit: Span::from_millis(100), miss: Span::from_millis(500) };
    setup(vec![server(1, FCFS_1)], vec![], 1_000.0).caching(vec![Some(cache)])
}

/// The work that each connection turned out to be, and what the cache counted.
fn works(setup: &Setup, list: &[(f64, u8, u32)]) -> (Vec<String>, CacheTotals) {
    let mut log = Log::default();
    let outcome = run(setup, SchedulerKind::Rr, asking(list), &mut log);
    let response = |line: &String| Some(line.split_once("response ")?.1.split_once(' ')?.0.to_owned());
    (log.lines.iter().filter_map(response).collect(), outcome.servers[0].cache.expect("a cache"))
}

#[test]
fn the_object_used_least_recently_goes_first() {
    let list = [(0.0, 1, 0), (5.0, 2, 0), (10.0, 1, 0), (15.0, 3, 0), (20.0, 1, 0), (25.0, 2, 0)];
    let (works, counted) = works(&cached(CacheRoom::Objects(2)), &list);
    assert_eq!(works, ["1.5", "1.5", "0.1", "1.5", "0.1", "1.5"]);
    assert_eq!(counted, CacheTotals { hits: 2, misses: 4 });
}

#[test]
fn an_object_that_is_larger_than_the_cache_is_not_kept() {
    let list = [(0.0, 1, 40), (5.0, 2, 101), (10.0, 2, 101), (15.0, 1, 40), (20.0, 3, 61), (25.0, 1, 40)];
    let (works, _) = works(&cached(CacheRoom::Bytes(100)), &list);
    // 3 pushes 1 out: 40 and 61 are more than 100.
    assert_eq!(works, ["1.5", "1.5", "1.5", "0.1", "1.5", "1.5"]);
}

#[test]
fn a_server_that_was_started_anew_has_an_empty_cache() {
    let list = [(0.0, 1, 0), (5.0, 1, 0), (25.0, 1, 0), (35.0, 1, 0)];
    let id = ServerId::new(0);
    let crash = [(seconds(10.0), Fault::Crash(id)), (seconds(20.0), Fault::Recover(id))];
    let faulty = Disturbances { faults: crash.to_vec(), ..Disturbances::default() };
    let crashed = cached(CacheRoom::Objects(9)).disturbed(faulty).expect("sound");
    assert_eq!(works(&crashed, &list).0, ["1.5", "0.1", "1.5", "0.1"]);
    let slow = [(seconds(10.0), Fault::Slow(id, 0.5)), (seconds(20.0), Fault::Recover(id))];
    let faulty = Disturbances { faults: slow.to_vec(), ..Disturbances::default() };
    let slowed = cached(CacheRoom::Objects(9)).disturbed(faulty).expect("sound");
    assert_eq!(works(&slowed, &list).0, ["1.5", "0.1", "0.1", "0.1"]);

    let timeline = vec![(10.0, Intervention::Remove(id)), (20.0, Intervention::Add(id, Weight::ONE))];
    let cache = cached(CacheRoom::Objects(9)).caches().to_vec();
    let returned = setup(vec![server(1, FCFS_1)], timeline, 1_000.0).caching(cache);
    assert_eq!(works(&returned, &list).0, ["1.5", "0.1", "1.5", "0.1"]);
}

#[test]
fn a_farm_without_caches_is_as_before() {
    let plain = setup(vec![server(1, FCFS_1)], vec![], 1_000.0);
    let list = [(0.0, 1, 0), (0.5, 1, 0)];
    let without = run(&plain, SchedulerKind::Rr, asking(&list), &mut ());
    assert_eq!(without, run(&plain.caching(vec![None]), SchedulerKind::Rr, asking(&list), &mut ()));
    assert_eq!(without.servers[0].cache, None);
}
