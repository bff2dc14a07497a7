//! Locality-based least connection with replication (`lblcr`): a destination address has a *set* of servers, which grows
//! when its least loaded member is busy and shrinks with time.
//!
//! Kernel spec, section 1.11. Like `lblc`, but an address maps to a set. The least loaded open member (overhead over weight;
//! ties to the member that joined last) gets the connection unless it is busy: more active connections than its
//! weight *and* some server of the service with fewer than half its weight. Then `wlc`'s choice over the whole list gets
//! it and joins the set. A set that has not changed for longer than the expiration (24 hours) loses its most
//! loaded member, one for each decision that finds it so; removed and quiesced members stay until then, and weight 0
//! is never taken for the most loaded.
//!
//! The sysctl thus does double duty: how long an unused entry lives, and how old a set must be to shrink.
//!
//! Cost: a set of up to 64 members is scanned. A larger one has its own winner tree, brought up to date when the set
//! is next asked from a log of what changed since: a few changes for one hot address, a full rebuild for an
//! address that was quiet for long.

use crate::flow::Flow;
use crate::least::Least;
use crate::locality::Locality;
use crate::profile::KernelProfile;
use crate::replicas::{ChangeLog, ReplicaSet};
use crate::scheduler::Scheduler;
use crate::slack::Slack;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::{Span, Time};
use crate::wlc::WeightedOverhead;

/// Locality-based least connection with replication.
#[derive(Clone, Debug)]
pub struct ReplicatedLocality {
    cache: Locality<ReplicaSet>,
    expiration: Span,
    changes: ChangeLog,
    least: Least<WeightedOverhead>,
    slack: Slack,
}

impl ReplicatedLocality {
    /// Bound to a service at `now`, from which the collector's ticks are counted.
    pub fn new(profile: &KernelProfile, now: Time) -> Self {
        Self {
            cache: Locality::new(profile.locality_cache, profile.locality_expiration, now),
            expiration: profile.locality_expiration,
            changes: ChangeLog::default(),
            least: Least::default(),
            slack: Slack::default(),
        }
    }
}

impl Scheduler for ReplicatedLocality {
    #[inline]
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        self.cache.collect(now);
        let Some(set) = self.cache.hit(flow.destination, now) else {
            let chosen = self.least.pick(servers)?;
            self.cache.insert(flow.destination, ReplicaSet::of(servers.id(chosen), now), now);
            return Some(chosen);
        };
        let member = set.least(servers, &self.changes);
        // The member just found may be the one that leaves; this connection is still its own.
        set.shrink(servers, self.expiration, now);
        if let Some(member) = member
            && !self.slack.is_busy(member, servers)
        {
            return Some(member);
        }
        let chosen = self.least.pick(servers)?;
        set.insert(chosen, servers, now);
        Some(chosen)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        self.changes.table_changed(change);
        self.least.table_changed(change, servers);
        self.slack.table_changed(change, servers);
    }

    #[inline]
    fn load_changed(&mut self, server: ServerIndex, servers: &ServerTable) {
        self.changes.push(server);
        self.least.load_changed(server, servers);
        self.slack.load_changed(server, servers);
    }
}
