//! Round robin (`rr`): the next open server after the one chosen last, weights ignored (kernel spec, section 1.2).
//!
//! The list is walked from the head, so the server added *last* comes first, and a server added while the rotation
//! is under way waits until it wraps. There are no ties, and connections, active or inactive, do not count: a
//! weight of 100 beside one of 1 changes nothing, and neither does a server that is slow to finish.
//!
//! Removing the server chosen last moves the cursor back by one, so that the rotation goes on with its successor. A
//! failed attempt leaves the cursor where it was.

use crate::flow::Flow;
use crate::scheduler::Scheduler;
use crate::table::{ServerId, ServerIndex, ServerTable, TableChange};
use crate::time::Time;

/// Round robin.
#[derive(Clone, Debug, Default)]
pub struct RoundRobin {
    /// The server chosen last; `None` stands for the place before the head.
    cursor: Option<ServerId>,
}

impl Scheduler for RoundRobin {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let rows = servers.servers();
        let after = self.cursor.and_then(|id| servers.position(id)).map_or(0, |at| at.get() + 1);
        let (head, tail) = rows.split_at(after);
        let found = match tail.iter().position(|server| server.is_open()) {
            Some(at) => after + at,
            // The cursor's own server is the last candidate.
            None => head.iter().position(|server| server.is_open())?,
        };
        let found = ServerIndex::new(found);
        self.cursor = Some(servers.id(found));
        Some(found)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        if let TableChange::Removed { id, at } = change
            && self.cursor == Some(id)
        {
            self.cursor = at.get().checked_sub(1).map(|before| servers.id(ServerIndex::new(before)));
        }
    }
}
