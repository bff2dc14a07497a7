//! The schedulers as plain scans, written from the kernel spec: what the indexed ones must equal.
//!
//! Also used by `benches/decisions.rs`, for comparison.

use std::collections::HashMap;
use std::net::IpAddr;

use ipvslab_schedulers::{Flow, SchedulerKind, Server, ServerId, ServerIndex, ServerTable, Span, Time};

/// Sections 1.4 to 1.7 by plain scans; `None` too for a scheduler that is not one of these four.
pub(crate) fn scan(kind: SchedulerKind, servers: &ServerTable) -> Option<ServerIndex> {
    let rows = servers.servers();
    let at = match kind {
        SchedulerKind::Lc => {
            let mut best: Option<usize> = None;
            for (at, server) in rows.iter().enumerate() {
                let less = |best: usize| (server.overhead() as u32) < rows[best].overhead() as u32;
                if !server.overloaded() && server.weight() != 0 && best.is_none_or(less) {
                    best = Some(at);
                }
            }
            best
        }
        SchedulerKind::Wlc => weighted(rows, |server| i64::from(server.overhead())),
        SchedulerKind::Sed => weighted(rows, |server| i64::from(server.active() + 1)),
        SchedulerKind::Nq => {
            let idle = |server: &Server| server.is_open() && server.active() == 0;
            rows.iter().position(idle).or_else(|| weighted(rows, |server| i64::from(server.active() + 1)))
        }
        _ => None,
    };
    at.map(ServerIndex::new)
}

fn weighted(rows: &[Server], load: impl Fn(&Server) -> i64) -> Option<usize> {
    let mut best = rows.iter().position(|server| !server.overloaded() && server.weight() > 0)?;
    for (at, server) in rows.iter().enumerate().skip(best + 1) {
        let leader = &rows[best];
        if !server.overloaded()
            && load(leader) * i64::from(server.weight()) > load(server) * i64::from(leader.weight())
        {
            best = at;
        }
    }
    Some(best)
}

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
