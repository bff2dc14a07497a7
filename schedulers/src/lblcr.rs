//! Locality-based least connection with replication (`lblcr`): the least loaded of the *set* of servers that have
//! served this destination address (kernel spec, section 1.11).
//!
//! Load is overhead by weight; ties go to the member that joined last. When the best member is busy (see
//! [`lblc`](crate::lblc)) or none is open, `wlc`'s choice over the whole list serves and joins the set. A set that
//! has not changed for `lblcr_expiration` (24 h) loses its most loaded member at the next connection, one a
//! connection; that connection may still go to the member that leaves. Removed and overloaded members stay until
//! then, and a quiesced one is never the one to leave. Inactive connections count in the overhead only. The one
//! sysctl thus sets two ages: of an unused entry before it goes, and of a set before it shrinks.
//!
//! Cost: a small set is scanned. A larger one has a winner tree of its own, brought up to date when the set is next
//! asked by a log of what changed since, if that is shorter than a scan; see `replicas.rs`. With 8192 servers a
//! decision and its upkeep take about 125 ns for one hot address and 190 ns over 1000 addresses.

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
            cache: Locality::new(profile, now),
            expiration: profile.locality_expiration,
            changes: ChangeLog::default(),
            least: Least::default(),
            slack: Slack::default(),
        }
    }

    pub(crate) fn set_expiration(&mut self, expiration: Span) {
        self.expiration = expiration;
        self.cache.set_expiration(expiration);
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
