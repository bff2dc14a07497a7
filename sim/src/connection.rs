//! The connection table: a slab of small entries.
//!
//! An entry is 8 bytes here, 16 in the queue of its time-out ([`expiry`](crate::expiry)) and 4 when it is free.
//! Ids are reused, so memory follows the largest number of entries at once, not the length of the run.

use alloc::vec::Vec;

use ipvslab_schedulers::{Activity, ServerId};

/// An entry of the connection table; reused after the entry has expired.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ConnectionId(u32);

impl ConnectionId {
    pub(crate) fn from_number(number: u32) -> Self {
        Self(number)
    }

    pub(crate) fn number(self) -> u32 {
        self.0
    }
}

/// TCP states as far as the milestones of a connection tell them apart (kernel spec, section 2.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TcpState {
    /// The client's SYN was seen.
    SynRecv,
    /// The handshake is complete.
    Established,
    /// One direction is closed as far as the director sees.
    FinWait,
    /// Both directions are closed.
    TimeWait,
    /// Reset.
    Close,
}

impl TcpState {
    /// Whether IPVS counts a connection in this state as active.
    #[inline]
    pub fn activity(self) -> Activity {
        match self {
            Self::SynRecv | Self::Established => Activity::Active,
            Self::FinWait | Self::TimeWait | Self::Close => Activity::Inactive,
        }
    }
}

/// An entry: whom it belongs to, its state, and which arming of its timer is the valid one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connection {
    pub(crate) server: ServerId,
    /// Counts armings over all lives of this slot, so that an old one is recognised.
    pub(crate) armed: u16,
    pub(crate) state: TcpState,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionTable {
    slots: Vec<Connection>,
    free: Vec<u32>,
}

impl ConnectionTable {
    /// The most entries there ever were at once.
    pub(crate) fn peak(&self) -> usize {
        self.slots.len()
    }

    /// A new entry in SYN_RECV.
    #[inline]
    pub(crate) fn insert(&mut self, server: ServerId) -> ConnectionId {
        let state = TcpState::SynRecv;
        if let Some(slot) = self.free.pop() {
            let connection = &mut self.slots[slot as usize];
            connection.server = server;
            connection.state = state;
            return ConnectionId(slot);
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 entries at once");
        self.slots.push(Connection { server, armed: 0, state });
        ConnectionId(slot)
    }

    /// Frees an entry.
    #[inline]
    pub(crate) fn remove(&mut self, id: ConnectionId) {
        self.free.push(id.0);
    }

    #[inline]
    pub(crate) fn entry(&mut self, id: ConnectionId) -> &mut Connection {
        &mut self.slots[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_eight_bytes_and_slots_are_reused() {
        assert_eq!(size_of::<Connection>(), 8);
        let mut table = ConnectionTable::default();
        let first = table.insert(ServerId::new(0));
        table.remove(first);
        let second = table.insert(ServerId::new(1));
        assert_eq!((first, table.peak()), (second, 1));
    }
}
