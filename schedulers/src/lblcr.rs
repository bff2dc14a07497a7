//! Locality-based least connection with replication (`lblcr`): the least loaded of the *set* of servers that have
//! served this destination address.
//!
//! A new member, chosen as `wlc` does, joins when the set's best is busy (see [`lblc`](crate::lblc)) or closed. A set
//! that has not changed for `lblcr_expiration` (24 h) loses its most loaded member at the next connection, one a
//! connection; that connection may still go to the member that leaves (kernel spec, section 1.11).

use alloc::vec;
use alloc::vec::Vec;

use crate::flow::Flow;
use crate::least::Least;
use crate::locality::{Locality, Slack};
use crate::profile::KernelProfile;
use crate::scheduler::Scheduler;
use crate::table::{Server, ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::{Span, Time};
use crate::wlc::WeightedOverhead;

/// Locality-based least connection with replication.
#[derive(Clone, Debug)]
pub struct ReplicatedLocality {
    cache: Locality<ServerSet>,
    expiration: Span,
    least: Least<WeightedOverhead>,
    slack: Slack,
}

impl ReplicatedLocality {
    /// Bound to a list of servers at `now`, from which the collector's ticks are counted.
    pub fn new(profile: &KernelProfile, servers: &ServerTable, now: Time) -> Self {
        Self {
            cache: Locality::new(profile.locality_cache, profile.locality_expiration, now),
            expiration: profile.locality_expiration,
            least: Least::new(servers),
            slack: Slack::new(servers),
        }
    }
}

impl Scheduler for ReplicatedLocality {
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        self.cache.collect(now);
        let Some(set) = self.cache.hit(flow.destination, now) else {
            let at = self.least.pick(servers)?;
            self.cache.insert(flow.destination, ServerSet::of(servers.id(at), now), now);
            return Some(at);
        };
        let least = set.least_loaded(servers);
        if set.members.len() > 1 && now > set.modified + self.expiration {
            set.drop_most_loaded(servers, now);
        }
        if let Some(at) = least
            && !self.slack.is_busy(servers.server(at))
        {
            return Some(at);
        }
        let at = self.least.pick(servers)?;
        set.join(servers.id(at), now);
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

/// The servers of one destination address.
#[derive(Clone, Debug)]
struct ServerSet {
    /// The newest last; the kernel walks from the newest.
    members: Vec<ServerId>,
    modified: Time,
}

impl ServerSet {
    fn of(server: ServerId, now: Time) -> Self {
        Self { members: vec![server], modified: now }
    }

    fn join(&mut self, server: ServerId, now: Time) {
        if !self.members.contains(&server) {
            self.members.push(server);
            self.modified = now;
        }
    }

    /// The listed, open member with the least overhead by weight.
    fn least_loaded(&self, servers: &ServerTable) -> Option<ServerIndex> {
        let mut best: Option<(ServerIndex, &Server)> = None;
        for &member in self.members.iter().rev() {
            let Some(at) = servers.position(member) else { continue };
            let server = servers.server(at);
            let wins = match best {
                None => server.is_open(),
                Some((_, leader)) => {
                    !server.overloaded() && product(leader, server) > product(server, leader)
                }
            };
            if wins {
                best = Some((at, server));
            }
        }
        best.map(|(at, _)| at)
    }

    /// Drops the member with the most overhead by weight, whether it is overloaded, listed or not. Quiesced members
    /// are passed over.
    fn drop_most_loaded(&mut self, servers: &ServerTable, now: Time) {
        let mut most: Option<(usize, &Server)> = None;
        for (place, &member) in self.members.iter().enumerate().rev() {
            let server = servers.find(member).expect("a member was added to the list once");
            let wins = server.weight() > 0
                && most.is_none_or(|(_, leader)| product(leader, server) < product(server, leader));
            if wins {
                most = Some((place, server));
            }
        }
        if let Some((place, _)) = most {
            self.members.remove(place);
            self.modified = now;
        }
    }
}

/// The overhead of one by the weight of the other: one side of the kernel's comparison.
fn product(loaded: &Server, weighed: &Server) -> i64 {
    i64::from(loaded.overhead()) * i64::from(weighed.weight())
}
