//! When `lblc` and `lblcr` leave a server: it is above its weight while another has slack.
//!
//! Kernel spec, section 1.10: a server is *busy* if it has more active connections than its weight and some server of
//! the service has fewer than half its weight. Overloaded servers count as having slack, quiesced ones never do.

use alloc::vec::Vec;

use crate::least::SCAN_AT_MOST;
use crate::server::Server;
use crate::table::{ServerIndex, ServerTable, TableChange};

/// How many servers have slack; on short lists they are looked at when asked.
#[derive(Clone, Debug)]
pub(crate) struct Slack {
    has: Vec<bool>,
    count: usize,
    /// The list has changed its length or order since the count.
    stale: bool,
}

impl Default for Slack {
    fn default() -> Self {
        Self { has: Vec::new(), count: 0, stale: true }
    }
}

impl Slack {
    /// Whether a server should shed connections: above its weight while another has slack.
    #[inline]
    pub(crate) fn is_busy(&mut self, at: ServerIndex, servers: &ServerTable) -> bool {
        let server = servers.server(at);
        server.active() > server.weight() && self.any(servers)
    }

    fn any(&mut self, servers: &ServerTable) -> bool {
        let rows = servers.servers();
        if rows.len() <= SCAN_AT_MOST {
            return rows.iter().any(has_slack);
        }
        if self.stale {
            self.has.clear();
            self.has.extend(rows.iter().map(has_slack));
            self.count = self.has.iter().filter(|&&has| has).count();
            self.stale = false;
        }
        self.count > 0
    }

    #[inline]
    pub(crate) fn load_changed(&mut self, at: ServerIndex, servers: &ServerTable) {
        if !self.stale {
            let now = has_slack(servers.server(at));
            let before = core::mem::replace(&mut self.has[at.get()], now);
            self.count = self.count + usize::from(now) - usize::from(before);
        }
    }

    pub(crate) fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        match change {
            TableChange::Edited(at) => self.load_changed(at, servers),
            TableChange::Added | TableChange::Removed { .. } => self.stale = true,
        }
    }
}

#[inline]
fn has_slack(server: &Server) -> bool {
    server.active().wrapping_mul(2) < server.weight()
}
