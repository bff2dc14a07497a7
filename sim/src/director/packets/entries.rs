//! The connection table: a slab of entries, and chains to find them by.
//!
//! A client's packet and a server's answer to it name the same client, so that a chain by protocol and client finds an entry
//! from both sides, as in the kernel. An entry that is to go makes room for its successor at once, and still counts until its
//! timer fires: the newest of the same addresses is the one that is found, and the others are not, ever again.

use alloc::vec::Vec;
use core::net::SocketAddr;

use super::chains::Chains;
use super::entry::{Entry, Target};
use super::name::{Address, Name};
use crate::digest::Digest;
use crate::director::connection::ConnectionId;
use crate::setup::Protocol;

/// A connection's entry, as it is known outside: no other entry has the same handle, ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Handle {
    pub(super) id: ConnectionId,
    life: u32,
}

/// A place for an entry.
struct Slot {
    entry: Entry,
    /// How many entries have left the place.
    life: u32,
    is_taken: bool,
    /// Whether it is in a chain.
    is_chained: bool,
    /// Whether its name finds it.
    is_named: bool,
    /// Whether a packet of its server finds it.
    is_answered: bool,
}

pub(super) struct Entries {
    slots: Vec<Slot>,
    free: Vec<u32>,
    chains: Chains,
    /// What names are hashed with.
    key: Digest,
    /// The addresses that packets were ever rewritten to.
    addresses: Vec<(Address, core::net::IpAddr)>,
}

impl Entries {
    /// A table whose chains are told by a hash under `key`.
    pub(super) fn new(key: u64) -> Self {
        let mut digest = Digest::new();
        digest.add(key);
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            chains: Chains::new(),
            key: digest,
            addresses: Vec::new(),
        }
    }

    /// The most entries there ever were at once.
    pub(super) fn peak(&self) -> usize {
        self.slots.len()
    }

    /// An entry; `None` if it has expired.
    pub(super) fn find(&self, id: ConnectionId) -> Option<&Entry> {
        self.slots.get(id.index()).filter(|slot| slot.is_taken).map(|slot| &slot.entry)
    }

    /// An entry that lives; of one that has expired, what it last was.
    #[inline]
    pub(super) fn entry(&self, id: ConnectionId) -> &Entry {
        &self.slots[id.index()].entry
    }

    #[inline]
    pub(super) fn entry_mut(&mut self, id: ConnectionId) -> &mut Entry {
        &mut self.slots[id.index()].entry
    }

    /// The handle of an entry that lives.
    pub(super) fn handle(&self, id: ConnectionId) -> Handle {
        Handle { id, life: self.slots[id.index()].life }
    }

    /// Whether an entry lives, and a client's packet finds it.
    #[inline]
    pub(super) fn is_found(&self, handle: Handle) -> bool {
        let slot = &self.slots[handle.id.index()];
        slot.life == handle.life && slot.is_named
    }

    /// Whether a packet of its server finds an entry that lives.
    pub(super) fn is_answered(&self, id: ConnectionId) -> bool {
        self.slots[id.index()].is_answered
    }

    /// The newest entry of a name.
    #[inline]
    pub(super) fn named(&self, name: &Name) -> Option<ConnectionId> {
        self.search(name, |slot| slot.is_named && slot.entry.name == *name)
    }

    /// The newest entry whose server's packets have these addresses.
    pub(super) fn answered(
        &self,
        protocol: Protocol,
        source: SocketAddr,
        client: SocketAddr,
    ) -> Option<ConnectionId> {
        let name = Name::of_connection(protocol, client, source);
        let source = (Address::of(source.ip()), source.port());
        self.search(&name, |slot| {
            slot.is_answered
                && slot.entry.name.has_client_of(&name)
                && source_of(&slot.entry, &self.addresses) == source
        })
    }

    /// Where an entry's packets leave to, when the client sent them to `named`.
    pub(super) fn destination(&self, id: ConnectionId, named: SocketAddr) -> SocketAddr {
        match self.entry(id).target {
            Target::AsNamed => named,
            Target::Rewritten(address, port) => SocketAddr::new(self.addresses[address as usize].1, port),
        }
    }

    /// The target that is an address and port.
    pub(super) fn rewritten(&mut self, to: SocketAddr) -> Target {
        let known = self.addresses.iter().position(|&(_, ip)| ip == to.ip());
        let at = known.unwrap_or_else(|| {
            self.addresses.push((Address::of(to.ip()), to.ip()));
            self.addresses.len() - 1
        });
        Target::Rewritten(at as u32, to.port())
    }

    /// Keeps an entry without anything to find it by.
    pub(super) fn insert_hidden(&mut self, entry: Entry) -> ConnectionId {
        if let Some(number) = self.free.pop() {
            let slot = &mut self.slots[number as usize];
            *slot = Slot { life: slot.life, ..Slot::of(entry) };
            return ConnectionId::new(number);
        }
        let number = u32::try_from(self.slots.len()).expect("fewer than 2^32 entries at once");
        self.slots.push(Slot::of(entry));
        ConnectionId::new(number)
    }

    /// Keeps an entry. It takes the place of older ones of its name, and of the same answers.
    pub(super) fn insert(&mut self, entry: Entry) -> ConnectionId {
        let is_template = entry.is_template();
        let hash = self.hash(&entry.name);
        let Self { slots, chains, addresses, .. } = self;
        let source = source_of(&entry, addresses);
        for at in chains.of(hash) {
            let other = &mut slots[at as usize];
            let answers_alike = !is_template
                && other.is_answered
                && other.entry.name.has_client_of(&entry.name)
                && source_of(&other.entry, addresses) == source;
            other.is_named &= other.entry.name != entry.name;
            other.is_answered &= !answers_alike;
        }
        let id = self.insert_hidden(entry);
        let slot = &mut self.slots[id.index()];
        (slot.is_chained, slot.is_named, slot.is_answered) = (true, true, !is_template);
        self.chains.link(id.index() as u32, hash);
        id
    }

    /// Lets an entry live on without its name ever finding it again.
    pub(super) fn hide(&mut self, id: ConnectionId) {
        self.slots[id.index()].is_named = false;
    }

    /// Takes out an entry that lives.
    pub(super) fn remove(&mut self, id: ConnectionId) -> Entry {
        let number = id.index() as u32;
        if self.slots[id.index()].is_chained {
            self.chains.unlink(number);
        }
        let slot = &mut self.slots[id.index()];
        assert!(slot.is_taken, "only an entry that lives can end");
        (slot.is_taken, slot.is_named, slot.is_answered) = (false, false, false);
        slot.life = slot.life.wrapping_add(1);
        self.free.push(number);
        slot.entry
    }

    /// The ids of all entries that live, in their order.
    pub(super) fn ids(&self) -> Vec<ConnectionId> {
        let living = self.slots.iter().enumerate().filter(|(_, slot)| slot.is_taken);
        living.map(|(number, _)| ConnectionId::new(number as u32)).collect()
    }

    /// The ids of the entries in one of [`CHAINS`](super::chains::CHAINS) chains, in their order.
    pub(super) fn ids_in(&self, chain: u32) -> Vec<ConnectionId> {
        let mut ids: Vec<_> = self.chains.all_in(chain).map(ConnectionId::new).collect();
        ids.sort_unstable();
        ids
    }

    #[inline]
    fn search(&self, name: &Name, is_it: impl Fn(&Slot) -> bool) -> Option<ConnectionId> {
        let found = self.chains.of(self.hash(name)).find(|&at| is_it(&self.slots[at as usize]));
        found.map(ConnectionId::new)
    }

    /// What tells chains apart, and most names of a chain.
    #[inline]
    fn hash(&self, name: &Name) -> u32 {
        name.hash(self.key) as u32
    }
}

/// What the packets of an entry's server have for their source.
fn source_of(entry: &Entry, addresses: &[(Address, core::net::IpAddr)]) -> (Address, u16) {
    match entry.target {
        Target::AsNamed => entry.name.place(),
        Target::Rewritten(address, port) => (addresses[address as usize].0, port),
    }
}

impl Slot {
    fn of(entry: Entry) -> Self {
        Self { entry, life: 0, is_taken: true, is_chained: false, is_named: false, is_answered: false }
    }
}
