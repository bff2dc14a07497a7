//! The connection table: a slab of small entries.
//!
//! An entry is 8 bytes here, 16 in the queue of its timeout ([`expiry`](crate::director::expiry)) and 4 when it is free.
//! Ids are reused, so memory follows the largest number of entries at once, not the length of the run.

use alloc::vec::Vec;

use ipvslab_schedulers::ServerId;

use crate::director::tcp::TcpState;

/// The identity of an entry, for as long as it lives; a later entry may get the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnectionId(u32);

impl ConnectionId {
    /// The entry number `id`.
    #[inline]
    pub const fn new(id: u32) -> Self {
        Self(id)
    }

    /// The number, for indexing: below the most entries there ever were at once.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// An entry: the connection it belongs to, its state, and which arming of its timer is the valid one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connection {
    pub(crate) server: ServerId,
    /// Counts armings over all lives of this slot, so that an old one is recognised.
    pub(crate) armed: u16,
    pub(crate) state: TcpState,
    /// Its packets are not answered any more, and its client may still send some.
    pub(crate) is_silent: bool,
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

    /// A new entry.
    #[inline]
    pub(crate) fn insert(&mut self, server: ServerId, state: TcpState) -> ConnectionId {
        if let Some(slot) = self.free.pop() {
            let connection = &mut self.slots[slot as usize];
            let armed = connection.armed;
            *connection = Connection { server, armed, state, is_silent: false };
            return ConnectionId(slot);
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 entries at once");
        self.slots.push(Connection { server, armed: 0, state, is_silent: false });
        ConnectionId(slot)
    }

    /// Frees an entry.
    #[inline]
    pub(crate) fn remove(&mut self, id: ConnectionId) {
        self.slots[id.index()].is_silent = false;
        self.free.push(id.0);
    }

    /// Frees all entries.
    pub(crate) fn clear(&mut self) {
        self.free = (0..self.slots.len() as u32).rev().collect();
        self.slots.iter_mut().for_each(|connection| connection.is_silent = false);
    }

    /// An entry, expired or not.
    ///
    /// # Panics
    /// If there never was one with this id.
    #[inline]
    pub(crate) fn entry(&mut self, id: ConnectionId) -> &mut Connection {
        &mut self.slots[id.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_eight_bytes_and_slots_are_reused() {
        assert_eq!(size_of::<Connection>(), 8);
        let mut table = ConnectionTable::default();
        let first = table.insert(ServerId::new(0), TcpState::SynRecv);
        table.remove(first);
        let second = table.insert(ServerId::new(1), TcpState::SynRecv);
        assert_eq!((first, table.peak()), (second, 1));
    }
}
