//! The connection table, looked up by addresses.
//!
//! An entry that is to go makes room for its successor at once, and still counts until its timer fires: the newest of
//! the same addresses is the one that is found.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::{Activity, ServerId, Span, Time};

use super::timers::Turn;
use crate::director::connection::ConnectionId;
use crate::director::packets::sctp::SctpState;
use crate::director::tcp::TcpState;
use crate::setup::Protocol;

/// A protocol, and a packet's source and destination.
pub(super) type Tuple = (Protocol, SocketAddr, SocketAddr);

/// What a persistence template is found by (kernel spec, section 2.6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct TemplateKey {
    /// `None` for a firewall mark: all protocols have one template.
    pub(super) protocol: Option<Protocol>,
    /// The client's address, as far as the netmask looks.
    pub(super) network: IpAddr,
    pub(super) virtual_address: VirtualAddress,
    /// 0 for all ports.
    pub(super) port: u16,
}

/// What clients of a template reach.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum VirtualAddress {
    Address(IpAddr),
    Mark(u32),
}

/// What an entry is found by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Key {
    Connection(Tuple),
    Template(TemplateKey),
}

/// State of an entry, by protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Tcp(TcpState),
    Udp,
    Sctp(SctpState),
    Template {
        /// A connection made through it was established, or its server answered a datagram.
        assured: bool,
    },
}

impl State {
    pub(super) fn activity(self) -> Activity {
        match self {
            Self::Tcp(state) => state.activity(),
            Self::Sctp(state) => state.activity(),
            Self::Udp | Self::Template { .. } => Activity::Inactive,
        }
    }
}

/// An entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    /// What the server's answers are found by: their source and destination.
    pub(super) answers: Option<Tuple>,
    pub(super) server: ServerId,
    /// The destination that its packets leave with.
    pub(super) destination: SocketAddr,
    pub(super) state: State,
    /// The director has seen no packet of the server and expects none (the kernel's NOOUTPUT).
    pub(super) no_output: bool,
    pub(super) timeout: Span,
    pub(super) turn: Option<Turn>,
    /// When its timer was last started.
    pub(super) armed_at: Time,
    /// The client's packets that were passed on, of a template only those that were scheduled by themselves; 255 is 255
    /// or more.
    pub(super) packets: u8,
    /// The template that it was made through.
    pub(super) control: Option<ConnectionId>,
    /// How many entries were made through it and live.
    pub(super) controls: u32,
}

impl Entry {
    pub(super) fn is_template(&self) -> bool {
        matches!(self.key, Key::Template(_))
    }
}

#[derive(Default)]
pub(super) struct Entries {
    slots: Vec<Option<Entry>>,
    free: Vec<u32>,
    connections: BTreeMap<Tuple, ConnectionId>,
    answers: BTreeMap<Tuple, ConnectionId>,
    templates: BTreeMap<TemplateKey, ConnectionId>,
}

impl Entries {
    /// The most entries there ever were at once.
    pub(super) fn peak(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn find(&self, id: ConnectionId) -> Option<&Entry> {
        self.slots.get(id.index())?.as_ref()
    }

    pub(super) fn entry(&mut self, id: ConnectionId) -> &mut Entry {
        self.slots[id.index()].as_mut().expect("an entry that lives")
    }

    pub(super) fn connection(&self, tuple: &Tuple) -> Option<ConnectionId> {
        self.connections.get(tuple).copied()
    }

    pub(super) fn answered(&self, tuple: &Tuple) -> Option<ConnectionId> {
        self.answers.get(tuple).copied()
    }

    pub(super) fn template(&self, key: &TemplateKey) -> Option<ConnectionId> {
        self.templates.get(key).copied()
    }

    /// The ids of all entries that live.
    pub(super) fn ids(&self) -> Vec<ConnectionId> {
        let living = self.slots.iter().enumerate().filter(|(_, slot)| slot.is_some());
        living.map(|(number, _)| ConnectionId::new(number as u32)).collect()
    }

    /// Keeps an entry without anything to find it by.
    pub(super) fn insert_hidden(&mut self, entry: Entry) -> ConnectionId {
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = Some(entry);
            return ConnectionId::new(slot);
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 entries at once");
        self.slots.push(Some(entry));
        ConnectionId::new(slot)
    }

    pub(super) fn insert(&mut self, entry: Entry) -> ConnectionId {
        let id = self.insert_hidden(entry);
        match entry.key {
            Key::Connection(tuple) => self.connections.insert(tuple, id),
            Key::Template(key) => self.templates.insert(key, id),
        };
        if let Some(answers) = entry.answers {
            self.answers.insert(answers, id);
        }
        id
    }

    /// Lets the template of this name, if there is one, live on without ever being found again.
    pub(super) fn hide_template(&mut self, key: &TemplateKey) {
        self.templates.remove(key);
    }

    pub(super) fn remove(&mut self, id: ConnectionId) -> Entry {
        let entry = self.slots[id.index()].take().expect("an entry that lives");
        match entry.key {
            Key::Connection(tuple) => forget(&mut self.connections, &tuple, id),
            Key::Template(key) => forget(&mut self.templates, &key, id),
        }
        if let Some(answers) = entry.answers {
            forget(&mut self.answers, &answers, id);
        }
        self.free.push(id.index() as u32);
        entry
    }
}

/// Takes a name away from `id`, unless another entry has it by now.
fn forget<K: Ord>(names: &mut BTreeMap<K, ConnectionId>, name: &K, id: ConnectionId) {
    if names.get(name) == Some(&id) {
        names.remove(name);
    }
}
