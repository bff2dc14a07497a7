//! Locality-based least connection (`lblc`): the server that served this destination address last, unless it is busy.
//!
//! "Busy" is more active connections than its weight, while another server is under half of its own weight. Then, and
//! for a new address, the server is chosen as `wlc` does. A cached server that is OVERLOAD is used all the same.
//! For an ordinary service the address is always the VIP: there is one entry, and everybody stays on one server
//! until it is busy (kernel spec, section 1.10).

use crate::flow::Flow;
use crate::least::Least;
use crate::locality::{Locality, Slack};
use crate::profile::KernelProfile;
use crate::scheduler::Scheduler;
use crate::table::{ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::wlc::WeightedOverhead;

/// Locality-based least connection.
#[derive(Clone, Debug)]
pub struct LocalityLeastConnection {
    cache: Locality<ServerId>,
    least: Least<WeightedOverhead>,
    slack: Slack,
}

impl LocalityLeastConnection {
    /// Bound to a list of servers at `now`, from which the collector's ticks are counted.
    pub fn new(profile: &KernelProfile, servers: &ServerTable, now: Time) -> Self {
        Self {
            cache: Locality::new(profile.locality_cache, profile.locality_expiration, now),
            least: Least::new(servers),
            slack: Slack::new(servers),
        }
    }
}

impl Scheduler for LocalityLeastConnection {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        self.cache.collect(now);
        let cached = self.cache.hit(flow.destination, now).map(|server| *server);
        if let Some(at) = cached.and_then(|server| servers.position(server)) {
            let server = servers.server(at);
            if server.weight() > 0 && !self.slack.is_busy(server) {
                return Some(at);
            }
        }
        let at = self.least.pick(servers)?;
        let chosen = servers.id(at);
        match cached {
            None => self.cache.insert(flow.destination, chosen, now),
            Some(server) if server == chosen => {}
            Some(_) => self.cache.replace(flow.destination, chosen, now),
        }
        Some(at)
    }

    fn table_changed(&mut self, _: TableChange, servers: &ServerTable) {
        self.least.rebuild(servers);
        self.slack.rebuild(servers);
    }

    #[inline]
    fn load_changed(&mut self, server: ServerIndex, servers: &ServerTable) {
        self.least.update(server, servers);
        self.slack.update(server, servers);
    }
}
