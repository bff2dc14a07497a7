//! Locality-based least connection (`lblc`): the server that served this destination address last, unless it is
//! busy (kernel spec, section 1.10).
//!
//! "Busy" is more active connections than its weight, while another server is under half of its own weight: if all
//! are evenly above half, nothing moves, however full the cached server. A busy, quiesced or removed server, and a
//! new address, make for a choice as in `wlc` (overhead by weight, ties to the earlier in the list). Inactive
//! connections count only in that choice.
//!
//! A cached server that is OVERLOAD is used all the same: its upper threshold will be exceeded. A removed server's
//! entries stay, and are good again if it returns before they are replaced. For an ordinary service the address is
//! always the VIP: there is one entry, and everybody stays on one server until it is busy.

use crate::flow::Flow;
use crate::least::Least;
use crate::locality::Locality;
use crate::profile::KernelProfile;
use crate::scheduler::Scheduler;
use crate::slack::Slack;
use crate::table::{ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::{Span, Time};
use crate::wlc::WeightedOverhead;

/// Locality-based least connection.
#[derive(Clone, Debug)]
pub struct LocalityLeastConnection {
    cache: Locality<ServerId>,
    least: Least<WeightedOverhead>,
    slack: Slack,
}

impl LocalityLeastConnection {
    /// Bound to a service at `now`, from which the collector's ticks are counted.
    pub fn new(profile: &KernelProfile, now: Time) -> Self {
        Self { cache: Locality::new(profile, now), least: Least::default(), slack: Slack::default() }
    }

    pub(crate) fn set_expiration(&mut self, expiration: Span) {
        self.cache.set_expiration(expiration);
    }
}

impl Scheduler for LocalityLeastConnection {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        self.cache.collect(now);
        let cached = self.cache.hit(flow.destination, now).copied();
        if let Some(at) = cached.and_then(|server| servers.position(server)) {
            let server = servers.server(at);
            if server.weight() > 0 && !self.slack.is_busy(at, servers) {
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

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        self.least.table_changed(change, servers);
        self.slack.table_changed(change, servers);
    }

    #[inline]
    fn load_changed(&mut self, server: ServerIndex, servers: &ServerTable) {
        self.least.load_changed(server, servers);
        self.slack.load_changed(server, servers);
    }
}
