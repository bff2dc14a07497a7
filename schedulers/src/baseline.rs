//! Baselines: choices that IPVS does not offer, to compare its schedulers with.
//!
//! `random` needs no knowledge at all: it is what kube-proxy's iptables mode does. `jsq` and `least-work` are shown before every
//! decision what no balancer can know ([`ServerTable::observe`]), and so say how much better a scheduler could be.

use crate::flow::Flow;
use crate::scheduler::Scheduler;
use crate::server::Server;
use crate::table::{ServerIndex, ServerTable};
use crate::time::Time;
use crate::twos::Draws;

/// `random`: any open server, equally likely regardless of weights.
#[derive(Clone, Debug)]
pub struct RandomChoice {
    draws: Draws,
}

impl RandomChoice {
    /// Fed by `draws`.
    pub fn new(draws: Draws) -> Self {
        Self { draws }
    }
}

impl Scheduler for RandomChoice {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let rows = servers.servers();
        let open = || rows.iter().enumerate().filter(|(_, server)| server.is_open());
        let count = u32::try_from(open().count()).expect("fewer than 2^32 servers");
        if count == 0 {
            return None;
        }
        let (at, _) = open().nth(self.draws.below(count) as usize)?;
        Some(ServerIndex::new(at))
    }
}

/// `jsq`: join the shortest queue, by its server's weight. It sees the requests that servers have, not the connections that a
/// director counts; the first in the list wins a tie.
#[derive(Clone, Debug, Default)]
pub struct ShortestQueue;

impl Scheduler for ShortestQueue {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        first_least(servers, |at, server| f64::from(servers.seen(at).in_system) / f64::from(server.weight()))
    }
}

/// `least-work`: the server where the new request would be done first, by the work of all requests. It knows the future.
#[derive(Clone, Debug, Default)]
pub struct LeastWork;

impl Scheduler for LeastWork {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        first_least(servers, |at, _| servers.seen(at).done_in_ns)
    }
}

/// The first open server for which `load` is least.
fn first_least(servers: &ServerTable, load: impl Fn(ServerIndex, &Server) -> f64) -> Option<ServerIndex> {
    let rows = servers.servers().iter().enumerate().filter(|(_, server)| server.is_open());
    let loads = rows.map(|(at, server)| (at, load(ServerIndex::new(at), server)));
    loads.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(at, _)| ServerIndex::new(at))
}
