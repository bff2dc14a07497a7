//! The kernel's side as a simulated run is reported: the lab's records, told to the same collector.

use ipvslab_live::socket::{Connection, End, Served, Situation};
use ipvslab_reports::{Collector, RunMetrics, StudyServer};
use ipvslab_schedulers::{ServerId, Span, Time};
use ipvslab_sim::{ConnectionId, Finished, Observer, Outcome, Refusal, ServerLoad, ServerTotals, Setup};

/// What the lab's records come to.
pub(crate) fn metrics(
    setup: &Setup,
    situation: &Situation,
    served: &Served,
    servers: &[StudyServer],
) -> RunMetrics {
    let mut collector = Collector::new(setup.warm_up(), setup.horizon(), servers.len());
    for (number, (arrival, record)) in situation.arrivals.iter().zip(&served.connections).enumerate() {
        tell(&mut collector, number, Time::from_nanos(arrival.at_ns), arrival.work(), record);
    }
    let stays = stays(situation, served, servers.len());
    for (at_ns, looked) in &served.looks {
        let load = |(number, stays): (usize, &Vec<(u64, u64)>)| {
            let counters = looked.iter().find(|counters| usize::from(counters.server) == number);
            let inside = stays.iter().filter(|(from, to)| from <= at_ns && at_ns < to).count() as u32;
            ServerLoad {
                listed: counters.is_some(),
                weight: counters.map_or(0, |counters| counters.weight as i32),
                active: counters.map_or(0, |counters| counters.active as i32),
                inactive: counters.map_or(0, |counters| counters.inactive as i32),
                in_system: inside,
                in_service: setup.servers()[number].discipline.in_service(inside),
                assigned: stays.iter().filter(|(from, _)| from <= at_ns).count() as u64,
            }
        };
        let loads: Vec<ServerLoad> = stays.iter().enumerate().map(load).collect();
        collector.sampled(Time::from_nanos(*at_ns), &loads);
    }
    collector.finish(&outcome(setup, situation, served, &stays), servers)
}

fn tell(collector: &mut Collector, number: usize, arrived: Time, work: Span, record: &Connection) {
    let connection = ConnectionId::new(number as u32);
    let server = record.server.map(|server| ServerId::new(server.into()));
    match (record.end, server) {
        (End::Finished, Some(server)) => collector.finished(&Finished {
            connection,
            server,
            arrived,
            started: Time::from_nanos(record.started_ns).max(arrived),
            finished: Time::from_nanos(record.ended_ns),
            work,
            class: 0,
        }),
        (End::Refused, Some(server)) => {
            collector.refused(arrived, Refusal::BacklogFull { connection, server });
        }
        (End::Lost, Some(server)) => {
            collector.lost(Time::from_nanos(record.ended_ns), connection, server, arrived);
        }
        _ => collector.refused(arrived, Refusal::NoServer),
    }
}

/// By server: from when to when each of its connections was in the system.
fn stays(situation: &Situation, served: &Served, servers: usize) -> Vec<Vec<(u64, u64)>> {
    let mut stays = vec![Vec::new(); servers];
    for (arrival, record) in situation.arrivals.iter().zip(&served.connections) {
        if let (End::Finished | End::Lost, Some(server)) = (record.end, record.server) {
            stays[usize::from(server)].push((arrival.at_ns, record.ended_ns.max(arrival.at_ns)));
        }
    }
    stays
}

fn outcome(setup: &Setup, situation: &Situation, served: &Served, stays: &[Vec<(u64, u64)>]) -> Outcome {
    let window = (setup.warm_up().as_nanos(), setup.horizon().as_nanos());
    let count = |end: End, known: bool| {
        served
            .connections
            .iter()
            .filter(|record| record.end == end && record.server.is_some() == known)
            .count() as u64
    };
    let totals = |(number, stays): (usize, &Vec<(u64, u64)>)| {
        let width = setup.servers()[number].discipline.width();
        let (busy_ns, in_system_ns) = integrals(stays, window, width);
        let measured = |(arrival, record): (&ipvslab_live::socket::Arrival, &Connection)| {
            record.server.map(usize::from) == Some(number) && (window.0..window.1).contains(&arrival.at_ns)
        };
        let pairs = situation.arrivals.iter().zip(&served.connections);
        let looks = || {
            let within = served.looks.iter().filter(|(at, _)| (window.0..window.1).contains(at));
            within.flat_map(|(_, looked)| looked).filter(|counters| usize::from(counters.server) == number)
        };
        ServerTotals {
            assigned: pairs.filter(|&pair| measured(pair)).count() as u64,
            busy_ns,
            in_system_ns,
            peak_active: looks().map(|counters| counters.active as i32).max().unwrap_or(0),
            peak_total: looks()
                .map(|counters| (counters.active + counters.inactive) as i32)
                .max()
                .unwrap_or(0),
            ..ServerTotals::default()
        }
    };
    let entries = |(_, looked): &(u64, Vec<ipvslab_live::Counters>)| {
        looked.iter().map(|counters| u64::from(counters.active + counters.inactive)).sum::<u64>()
    };
    Outcome {
        arrived: served.connections.len() as u64,
        finished: count(End::Finished, true),
        refused_no_server: count(End::NoServer, false) + count(End::Refused, false),
        refused_backlog: count(End::Refused, true),
        lost: count(End::Lost, true),
        overload: None,
        requests: None,
        peak_entries: served.looks.iter().map(entries).max().unwrap_or(0),
        events: served.connections.len() as u64,
        traffic: None,
        director: None,
        window: setup.horizon().since(setup.warm_up()),
        servers: stays.iter().enumerate().map(totals).collect(),
        digest: digest(served),
    }
}

/// Busy slots or cores, and connections in the system, added up over the window: nanoseconds.
fn integrals(stays: &[(u64, u64)], window: (u64, u64), width: u32) -> (u128, u128) {
    let mut changes: Vec<(u64, i64)> = stays.iter().flat_map(|&(from, to)| [(from, 1), (to, -1)]).collect();
    changes.sort_unstable();
    let (mut busy, mut inside, mut present, mut since) = (0, 0, 0i64, 0u64);
    for (at, change) in changes.into_iter().chain([(window.1, 0)]) {
        let (from, to) = (since.max(window.0), at.min(window.1));
        let span = u128::from(to.saturating_sub(from));
        busy += span * u128::from(width.min(present as u32));
        inside += span * present as u128;
        present += change;
        since = at;
    }
    (busy, inside)
}

/// A fingerprint of who took which connection (FNV-1a).
fn digest(served: &Served) -> u64 {
    let servers = served.connections.iter().map(|record| record.server.map_or(u64::MAX, u64::from));
    servers.fold(0xcbf2_9ce4_8422_2325, |hash, server| (hash ^ server).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrals_count_the_window_only() {
        // One from 0 to 10, one from 5 to 20; the window is 8 to 16; one core.
        let (busy, inside) = integrals(&[(0, 10), (5, 20)], (8, 16), 1);
        assert_eq!((busy, inside), (8, 2 * 2 + 6));
        assert_eq!(integrals(&[], (8, 16), 1), (0, 0));
    }
}
