//! Object caches of real servers.

use std::convert::Infallible;
use std::net::IpAddr;

use ipvslab_schedulers::{Rng, SchedulerKind, ServerId, Span, Weight};
use ipvslab_sim::{
    Arrival, CacheRoom, CacheTotals, Disturbances, Fault, Intervention, ObjectCache, Service, Setup, Sizes,
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
    setup(vec![server(1, FCFS_1)], vec![], 20_000.0).caching(vec![Some(cache)])
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

/// What a cache of each room counts when these objects are asked for, one every five seconds.
fn counted(rooms: impl IntoIterator<Item = CacheRoom>, objects: &[u8]) -> Vec<(u64, u64)> {
    let list: Vec<(f64, u8, u32)> =
        objects.iter().enumerate().map(|(number, &object)| (5.0 * number as f64, object, 10)).collect();
    let hits = |room| {
        let found = works(&cached(room), &list).1;
        (found.hits, found.misses)
    };
    rooms.into_iter().map(hits).collect()
}

#[test]
fn a_larger_cache_hits_more_until_everything_is_in_it() {
    let objects = [1, 2, 1, 3, 1, 2, 3, 1];
    // With room for one, no object is the one before. For two: the second and the third 1. For three: all but the first of each.
    let expected = [(0, 8), (2, 6), (5, 3), (5, 3)];
    assert_eq!(counted((1..=4).map(CacheRoom::Objects), &objects), expected);
    // Each response is of 10 bytes.
    assert_eq!(counted([10, 20, 30, 400].map(CacheRoom::Bytes), &objects), expected);
    assert_eq!(counted([19, 29, 39].map(CacheRoom::Bytes), &objects), expected[..3]);
}

#[test]
fn asking_for_all_in_turn_hits_nothing_until_all_are_kept() {
    let objects = [1, 2, 3, 4].repeat(5);
    assert_eq!(
        counted((1..=5).map(CacheRoom::Objects), &objects),
        [(0, 20), (0, 20), (0, 20), (16, 4), (16, 4)]
    );
}

/// What is kept of least recent use is the same in a larger cache, and more (Mattson et al. 1970).
#[test]
fn a_larger_cache_never_hits_less() {
    let mut rng = Rng::stream(1, 0, "objects");
    let objects: Vec<u8> = (0..2_000).map(|_| (64.0 * rng.unit() * rng.unit()) as u8).collect();
    let found = counted((1..=64).map(CacheRoom::Objects), &objects);
    assert!(found.is_sorted_by_key(|&(hits, _)| hits), "{found:?}");
    let mut different = objects.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(found[63].1, different.len() as u64, "a cache of everything misses every object once");
    assert!(found[0].0 * 5 < found[63].0, "{found:?}");
}

#[test]
fn a_warm_cache_hits_where_a_cold_one_does_not() {
    let list: Vec<(f64, u8, u32)> = (0..9).map(|number| (5.0 * f64::from(number), number % 3, 10)).collect();
    let measured = |warm_up: f64, list: &[(f64, u8, u32)]| {
        let cache = cached(CacheRoom::Objects(3)).caches().to_vec();
        let servers = vec![server(1, FCFS_1)];
        let setup = Setup::new(Service::default(), servers, vec![], seconds(warm_up), seconds(1_000.0));
        works(&setup.expect("sound").caching(cache), list).1
    };
    // Each of the three objects is missed once, unless that was before the window.
    assert_eq!(measured(0.0, &list), CacheTotals { hits: 6, misses: 3 });
    assert_eq!(measured(12.0, &list), CacheTotals { hits: 6, misses: 0 });
    assert_eq!(measured(12.0, &list[3..]), CacheTotals { hits: 3, misses: 3 });
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
