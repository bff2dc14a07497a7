//! The connection table: a slab of entries, and chains to find them by.
//!
//! A client's packet and a server's answer to it name the same client, so that a chain by protocol and client finds an entry
//! from both sides, as in the kernel. An entry that is to go makes room for its successor at once, and still counts until its
//! timer fires: the newest of the same addresses is the one that is found, and the others are not, ever again.

use alloc::vec;
use alloc::vec::Vec;
use core::net::SocketAddr;

use super::entry::{Entry, Target};
use super::name::{Address, Name};
use crate::digest::Digest;
use crate::director::connection::ConnectionId;
use crate::setup::Protocol;

/// How many chains there are at first. There are never fewer, and any number is this one times a power of two: so an entry's
/// chain of these is known however many there are.
pub(super) const CHAINS: u32 = 1 << 12;
/// The end of a chain.
const END: u32 = u32::MAX;

/// A connection's entry, as it is known outside: no other entry has the same handle, ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Handle {
    pub(super) id: ConnectionId,
    life: u32,
}

/// A place for an entry.
struct Slot {
    entry: Entry,
    /// The next entry of its chain.
    next: u32,
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
    /// By chain: its first entry.
    chains: Vec<u32>,
    /// How many entries are in chains.
    chained: usize,
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
            chains: vec![END; CHAINS as usize],
            chained: 0,
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
            slot.is_answered && slot.entry.name.has_client_of(&name) && self.source_of(&slot.entry) == source
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
        if self.chained == self.chains.len() {
            self.lengthen();
        }
        let is_template = entry.is_template();
        let source = self.source_of(&entry);
        let chain = self.chain_of(&entry.name);
        let first = self.chains[chain];
        let mut at = first;
        while at != END {
            let other = &self.slots[at as usize];
            let (is_same, next) = (other.entry.name == entry.name, other.next);
            let answers_alike = !is_template
                && other.is_answered
                && other.entry.name.has_client_of(&entry.name)
                && self.source_of(&other.entry) == source;
            let other = &mut self.slots[at as usize];
            other.is_named &= !is_same;
            other.is_answered &= !answers_alike;
            at = next;
        }
        let id = self.insert_hidden(entry);
        let slot = &mut self.slots[id.index()];
        (slot.is_chained, slot.is_named, slot.is_answered) = (true, true, !is_template);
        slot.next = first;
        self.chains[chain] = id.index() as u32;
        self.chained += 1;
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
            let chain = self.chain_of(&self.slots[id.index()].entry.name);
            let next = self.slots[id.index()].next;
            let mut at = self.chains[chain];
            if at == number {
                self.chains[chain] = next;
            } else {
                while self.slots[at as usize].next != number {
                    at = self.slots[at as usize].next;
                }
                self.slots[at as usize].next = next;
            }
            self.chained -= 1;
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

    /// The ids of the entries in one of [`CHAINS`] chains, in their order.
    pub(super) fn ids_in(&self, chain: u32) -> Vec<ConnectionId> {
        let mut ids = Vec::new();
        for &first in self.chains[chain as usize..].iter().step_by(CHAINS as usize) {
            let mut at = first;
            while at != END {
                ids.push(ConnectionId::new(at));
                at = self.slots[at as usize].next;
            }
        }
        ids.sort_unstable();
        ids
    }

    #[inline]
    fn search(&self, name: &Name, is_it: impl Fn(&Slot) -> bool) -> Option<ConnectionId> {
        let mut at = self.chains[self.chain_of(name)];
        while at != END {
            let slot = &self.slots[at as usize];
            if is_it(slot) {
                return Some(ConnectionId::new(at));
            }
            at = slot.next;
        }
        None
    }

    #[inline]
    fn chain_of(&self, name: &Name) -> usize {
        name.hash(self.key) as usize & (self.chains.len() - 1)
    }

    /// What the packets of an entry's server have for their source.
    fn source_of(&self, entry: &Entry) -> (Address, u16) {
        match entry.target {
            Target::AsNamed => entry.name.place(),
            Target::Rewritten(address, port) => (self.addresses[address as usize].0, port),
        }
    }

    /// Twice as many chains.
    #[cold]
    fn lengthen(&mut self) {
        self.chains = vec![END; 2 * self.chains.len()];
        for number in 0..self.slots.len() {
            let slot = &self.slots[number];
            if slot.is_taken && slot.is_chained {
                let chain = self.chain_of(&slot.entry.name);
                self.slots[number].next = self.chains[chain];
                self.chains[chain] = number as u32;
            }
        }
    }
}

impl Slot {
    fn of(entry: Entry) -> Self {
        Self {
            entry,
            next: END,
            life: 0,
            is_taken: true,
            is_chained: false,
            is_named: false,
            is_answered: false,
        }
    }
}
