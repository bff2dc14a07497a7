//! The schedulers with an index, as plain scans written from the kernel spec: what they must equal.

use std::collections::HashMap;
use std::net::IpAddr;

use ipvslab_schedulers::{Flow, SchedulerKind, Server, ServerId, ServerIndex, ServerTable, Span, Time};

use crate::plain_scan::scan;

fn is_busy(server: &Server, servers: &ServerTable) -> bool {
    server.active() > server.weight()
        && servers.servers().iter().any(|other| other.active() * 2 < other.weight())
}

/// Section 1.10 without the collector: for less than half an hour.
#[derive(Default)]
pub(crate) struct Lblc {
    cache: HashMap<IpAddr, ServerId>,
}

impl Lblc {
    pub(crate) fn schedule(&mut self, flow: &Flow, servers: &ServerTable) -> Option<ServerIndex> {
        let cached = self.cache.get(&flow.destination).and_then(|&id| servers.position(id));
        if let Some(at) = cached
            && servers.server(at).weight() > 0
            && !is_busy(servers.server(at), servers)
        {
            return Some(at);
        }
        let at = scan(SchedulerKind::Wlc, servers)?;
        self.cache.insert(flow.destination, servers.id(at));
        Some(at)
    }
}

/// Section 1.11 without the collector.
pub(crate) struct Lblcr {
    pub(crate) expiration: Span,
    /// By destination: the members, the one that joined last first, and when the set changed last.
    cache: HashMap<IpAddr, (Vec<ServerId>, Time)>,
}

impl Lblcr {
    pub(crate) fn new(expiration: Span) -> Self {
        Self { expiration, cache: HashMap::new() }
    }

    pub(crate) fn largest_set(&self) -> usize {
        self.cache.values().map(|(members, _)| members.len()).max().unwrap_or(0)
    }

    pub(crate) fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        let Some((members, changed)) = self.cache.get_mut(&flow.destination) else {
            let at = scan(SchedulerKind::Wlc, servers)?;
            self.cache.insert(flow.destination, (vec![servers.id(at)], now));
            return Some(at);
        };
        let least = least_member(members, servers);
        if members.len() > 1
            && now > *changed + self.expiration
            && let Some(at) = most_loaded_member(members, servers)
        {
            members.remove(at);
            *changed = now;
        }
        if let Some(at) = least
            && !is_busy(servers.server(at), servers)
        {
            return Some(at);
        }
        let at = scan(SchedulerKind::Wlc, servers)?;
        let id = servers.id(at);
        if !members.contains(&id) {
            members.insert(0, id);
            *changed = now;
        }
        Some(at)
    }
}

fn least_member(members: &[ServerId], servers: &ServerTable) -> Option<ServerIndex> {
    let mut best: Option<ServerIndex> = None;
    for at in members.iter().filter_map(|&id| servers.position(id)) {
        let server = servers.server(at);
        let takes_over = match best.map(|best| servers.server(best)) {
            None => server.weight() > 0,
            Some(leader) => {
                i64::from(leader.overhead()) * i64::from(server.weight())
                    > i64::from(server.overhead()) * i64::from(leader.weight())
            }
        };
        if !server.overloaded() && takes_over {
            best = Some(at);
        }
    }
    best
}

fn most_loaded_member(members: &[ServerId], servers: &ServerTable) -> Option<usize> {
    let row = |at: usize| servers.find(members[at]).expect("a member was in the list");
    let mut most = (0..members.len()).find(|&at| row(at).weight() > 0)?;
    for at in most + 1..members.len() {
        let (server, leader) = (row(at), row(most));
        if server.weight() > 0
            && i64::from(leader.overhead()) * i64::from(server.weight())
                < i64::from(server.overhead()) * i64::from(leader.weight())
        {
            most = at;
        }
    }
    Some(most)
}
