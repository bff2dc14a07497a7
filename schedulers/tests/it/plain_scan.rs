//! `lc`, `wlc`, `sed` and `nq` as plain scans, written from the kernel spec: what the indexed ones must equal.
//!
//! Also used by `benches/decisions.rs`, for comparison.

use ipvslab_schedulers::{SchedulerKind, Server, ServerIndex, ServerTable};

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
