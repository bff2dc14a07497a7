//! The servers that a rule chooses among, and how it numbers them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::table::{ServerIndex, ServerTable};

/// In which order a rule numbers its servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// By the text `address:port`, as kube-proxy sorts: 10.0.0.10:80 stands before 10.0.0.2:80.
    Text,
    /// As they were added, as a rule is written by hand.
    Written,
}

/// The places of all servers whose weight is not 0. Looked up again at the first decision after a change of the list.
#[derive(Clone, Debug)]
pub(super) struct Eligible {
    order: Order,
    places: Vec<ServerIndex>,
    is_stale: bool,
}

impl Eligible {
    pub(super) fn new(order: Order) -> Self {
        Self { order, places: Vec::new(), is_stale: true }
    }

    /// The list, or a weight in it, was changed.
    pub(super) fn changed(&mut self) {
        self.is_stale = true;
    }

    /// The servers in their order, and whether that is news.
    pub(super) fn of(&mut self, servers: &ServerTable) -> (&[ServerIndex], bool) {
        let was_stale = core::mem::take(&mut self.is_stale);
        if was_stale {
            self.places.clear();
            let all = servers.servers().iter().enumerate();
            let eligible = all.filter(|(_, server)| server.weight() > 0);
            self.places.extend(eligible.map(|(at, _)| ServerIndex::new(at)));
            match self.order {
                Order::Text => self.places.sort_by_cached_key(|&at| text(servers, at)),
                Order::Written => self.places.reverse(),
            }
        }
        (&self.places, was_stale)
    }
}

fn text(servers: &ServerTable, at: ServerIndex) -> String {
    servers.endpoint(at).to_string()
}
