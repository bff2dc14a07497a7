//! The real servers of one virtual service, in the kernel's list order, with their connection counts.
//!
//! A new server goes to the **head** of the list, and every scheduler walks it from the head: order decides
//! ties. Counts change only through [`ServerTable::bind`], [`wake`](ServerTable::wake),
//! [`idle`](ServerTable::idle) and [`unbind`](ServerTable::unbind), so they cannot disagree. A removed server
//! that still holds connections keeps its counts until it is added again (kernel spec, section 2.9).

use alloc::vec::Vec;
use core::net::SocketAddr;

use crate::profile::Accounting;
use crate::server::Server;
use crate::thresholds::Thresholds;
use crate::weight::Weight;

/// The identity of a real server: survives removal and return. Small numbers, given out by the owner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServerId(u32);

impl ServerId {
    /// The server number `id`.
    #[inline]
    pub const fn new(id: u32) -> Self {
        Self(id)
    }

    /// The number, for indexing.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A position in the list, 0 at the head; moves when a server is added or removed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServerIndex(u32);

impl ServerIndex {
    /// The position `at`, counted from the head.
    #[inline]
    pub const fn new(at: usize) -> Self {
        Self(at as u32)
    }

    /// The position as a slice index.
    #[inline]
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

/// Whether a connection counts as active or as inactive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Activity {
    /// Half-open or established.
    Active,
    /// Closing, closed, or never active (UDP).
    Inactive,
}

/// What an administrator did to the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableChange {
    /// A server was put at the head (position 0); all others moved one down.
    Added,
    /// Weight or thresholds of the server at this position were written, changed or not.
    Edited(ServerIndex),
    /// The server `id` was taken out; it was at position `at`.
    Removed {
        /// The server that left.
        id: ServerId,
        /// Where it stood; the server now at this position is its old successor.
        at: ServerIndex,
    },
}

/// What a scheduler needs at table changes only.
#[derive(Clone, Copy, Debug)]
struct Entry {
    endpoint: SocketAddr,
    last_weight: i32,
    /// Persistence templates bound to it.
    templates: i32,
}

/// The list of real servers, head first.
///
/// ```
/// use ipvslab_schedulers::{KernelProfile, ServerId, ServerTable, Thresholds, Weight};
///
/// let mut servers = ServerTable::new(KernelProfile::TOTAL.accounting);
/// for number in 0..3 {
///     servers.add(ServerId::new(number), ([10, 1, 0, 1], 80).into(), Weight::ONE, Thresholds::NONE);
/// }
/// // The last one added is at the head.
/// assert_eq!(servers.ids().map(ServerId::index).collect::<Vec<_>>(), [2, 1, 0]);
/// servers.remove(ServerId::new(1));
/// assert_eq!(servers.len(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct ServerTable {
    accounting: Accounting,
    servers: Vec<Server>,
    entries: Vec<Entry>,
    /// By server number: the position in the list, or `ABSENT`.
    positions: Vec<u32>,
    /// Removed servers, with their counts.
    trash: Vec<(Server, Entry)>,
    /// By server number: what was observed last.
    observed: Vec<Seen>,
}

/// What no director can see of a server: what it is asked to do, and how long it would take.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Seen {
    /// Requests in service or waiting.
    pub in_system: u32,
    /// In how many nanoseconds the server would be done with the new request, nothing else coming.
    pub done_in_ns: f64,
}

const ABSENT: u32 = u32::MAX;

impl ServerTable {
    /// An empty list that counts as `accounting` says.
    pub fn new(accounting: Accounting) -> Self {
        Self {
            accounting,
            servers: Vec::new(),
            entries: Vec::new(),
            positions: Vec::new(),
            trash: Vec::new(),
            observed: Vec::new(),
        }
    }

    /// Shows baselines what they decide by, at the moment of the next decision: by [`ServerId`].
    pub fn observe(&mut self, observed: impl IntoIterator<Item = Seen>) {
        self.observed.clear();
        self.observed.extend(observed);
    }

    /// What was last observed of the server at a place of the list; nothing at all if nobody observes.
    pub fn seen(&self, at: ServerIndex) -> Seen {
        self.observed.get(self.id(at).index()).copied().unwrap_or_default()
    }

    /// How many servers the list has, quiesced and overloaded ones included.
    #[inline]
    pub fn len(&self) -> usize {
        self.servers.len()
    }

    /// Whether the list is empty.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.servers.is_empty()
    }

    /// The servers from the head; the slice index is the [`ServerIndex`].
    #[inline]
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The server at a position.
    ///
    /// # Panics
    /// If the list is shorter.
    #[inline]
    pub fn server(&self, at: ServerIndex) -> &Server {
        &self.servers[at.get()]
    }

    /// Which server stands at a position.
    ///
    /// # Panics
    /// If the list is shorter.
    #[inline]
    pub fn id(&self, at: ServerIndex) -> ServerId {
        self.servers[at.get()].id
    }

    /// The ids of the servers in the list, from the head.
    pub fn ids(&self) -> impl Iterator<Item = ServerId> + '_ {
        self.servers.iter().map(|server| server.id)
    }

    /// How many persistence templates are bound to the server at a position.
    ///
    /// # Panics
    /// If the list is shorter.
    pub fn templates(&self, at: ServerIndex) -> i32 {
        self.entries[at.get()].templates
    }

    /// The address and port of the server at a position.
    ///
    /// # Panics
    /// If the list is shorter.
    pub fn endpoint(&self, at: ServerIndex) -> SocketAddr {
        self.entries[at.get()].endpoint
    }

    /// The connection thresholds of the server at a position.
    ///
    /// # Panics
    /// If the list is shorter.
    pub fn thresholds(&self, at: ServerIndex) -> Thresholds {
        self.servers[at.get()].thresholds
    }

    /// The last weight other than 0 that an edit gave, or what the server was added with (read by `mh` only).
    ///
    /// # Panics
    /// If the list is shorter.
    pub fn last_weight(&self, at: ServerIndex) -> i32 {
        self.entries[at.get()].last_weight
    }

    /// Where a server stands; `None` if it is not in the list (never added, or removed).
    #[inline]
    pub fn position(&self, id: ServerId) -> Option<ServerIndex> {
        match self.positions.get(id.index()) {
            Some(&at) if at != ABSENT => Some(ServerIndex(at)),
            _ => None,
        }
    }

    /// The counts of a server, in the list or removed with connections left; `None` if it was never added.
    pub fn find(&self, id: ServerId) -> Option<&Server> {
        match self.position(id) {
            Some(at) => Some(self.server(at)),
            None => self.trash.iter().find(|(server, _)| server.id == id).map(|(server, _)| server),
        }
    }

    /// Puts a server at the head of the list, empty or, if it was removed before, with the counts it kept.
    ///
    /// # Panics
    /// If the server is in the list already (the kernel's `EEXIST`, which the owner has to rule out).
    pub fn add(
        &mut self,
        id: ServerId,
        endpoint: SocketAddr,
        weight: Weight,
        thresholds: Thresholds,
    ) -> TableChange {
        assert!(self.position(id).is_none(), "server {id:?} is in the list already");
        let revived = self.trash.iter().position(|(server, _)| server.id == id);
        let (mut server, templates) = match revived.map(|at| self.trash.swap_remove(at)) {
            Some((server, entry)) => (server, entry.templates),
            None => (Server::empty(id), 0),
        };
        server.weight = weight.get();
        server.set_thresholds(thresholds, self.accounting);
        self.servers.insert(0, server);
        self.entries.insert(0, Entry { endpoint, last_weight: weight.get(), templates });
        self.renumber();
        TableChange::Added
    }

    /// Writes a server's weight and thresholds.
    ///
    /// # Panics
    /// If the server is not in the list.
    pub fn edit(&mut self, id: ServerId, weight: Weight, thresholds: Thresholds) -> TableChange {
        let at = self.expect_position(id);
        let (server, entry) = (&mut self.servers[at.get()], &mut self.entries[at.get()]);
        server.weight = weight.get();
        if weight != Weight::QUIESCED {
            entry.last_weight = weight.get();
        }
        server.set_thresholds(thresholds, self.accounting);
        TableChange::Edited(at)
    }

    /// Writes a server's weight and leaves its thresholds alone.
    ///
    /// # Panics
    /// If the server is not in the list.
    pub fn set_weight(&mut self, id: ServerId, weight: Weight) -> TableChange {
        let thresholds = self.servers[self.expect_position(id).get()].thresholds;
        self.edit(id, weight, thresholds)
    }

    /// Takes a server out of the list; its counts are kept for its return.
    ///
    /// # Panics
    /// If the server is not in the list.
    pub fn remove(&mut self, id: ServerId) -> TableChange {
        let at = self.expect_position(id);
        let removed = (self.servers.remove(at.get()), self.entries.remove(at.get()));
        self.trash.push(removed);
        self.positions[id.index()] = ABSENT;
        self.renumber();
        TableChange::Removed { id, at }
    }

    /// Removed servers are forgotten with their counts, as by a director that never had any of their connections.
    pub fn forget_removed(&mut self) {
        self.trash.clear();
    }

    /// A new connection is bound to the server: total + 1. It starts inactive, as in the kernel. Where the server stands, for
    /// [`Scheduler::load_changed`](crate::Scheduler::load_changed); `None` if it was removed (so too from the three methods below).
    ///
    /// # Panics
    /// If the server was never added (so too for the three methods below).
    #[inline]
    pub fn bind(&mut self, id: ServerId) -> Option<ServerIndex> {
        let accounting = self.accounting;
        let (server, at) = self.counts(id);
        server.bind(accounting);
        at
    }

    /// A connection of the server becomes active (SYN_RECV, ESTABLISHED …).
    #[inline]
    pub fn wake(&mut self, id: ServerId) -> Option<ServerIndex> {
        let accounting = self.accounting;
        let (server, at) = self.counts(id);
        server.wake(accounting);
        at
    }

    /// A connection of the server becomes inactive (FIN_WAIT, TIME_WAIT …).
    #[inline]
    pub fn idle(&mut self, id: ServerId) -> Option<ServerIndex> {
        let accounting = self.accounting;
        let (server, at) = self.counts(id);
        server.idle(accounting);
        at
    }

    /// A connection of the server is gone: total − 1, and active − 1 if it still was.
    #[inline]
    pub fn unbind(&mut self, id: ServerId, was: Activity) -> Option<ServerIndex> {
        let accounting = self.accounting;
        let (server, at) = self.counts(id);
        if was == Activity::Active {
            server.idle(accounting);
        }
        server.unbind(accounting);
        at
    }

    /// A new connection is bound to the server at a position and active at once, as TCP's are.
    ///
    /// # Panics
    /// If the list is shorter.
    #[inline]
    pub fn open(&mut self, at: ServerIndex) {
        let accounting = self.accounting;
        let server = &mut self.servers[at.get()];
        server.bind(accounting);
        server.wake(accounting);
    }

    /// A persistence template is bound to the server. Only with classic accounting does the threshold notice.
    ///
    /// # Panics
    /// If the server was never added (so too for the next).
    pub fn bind_template(&mut self, id: ServerId) {
        let accounting = self.accounting;
        self.entry(id).templates += 1;
        if accounting == Accounting::Classic {
            self.counts(id).0.bound(accounting);
        }
    }

    /// A persistence template of the server is gone.
    pub fn unbind_template(&mut self, id: ServerId) {
        let accounting = self.accounting;
        self.entry(id).templates -= 1;
        if accounting == Accounting::Classic {
            self.counts(id).0.unbound(accounting);
        }
    }

    #[inline]
    fn counts(&mut self, id: ServerId) -> (&mut Server, Option<ServerIndex>) {
        match self.position(id) {
            Some(at) => (&mut self.servers[at.get()], Some(at)),
            None => (&mut self.removed(id).0, None),
        }
    }

    fn entry(&mut self, id: ServerId) -> &mut Entry {
        match self.position(id) {
            Some(at) => &mut self.entries[at.get()],
            None => &mut self.removed(id).1,
        }
    }

    #[cold]
    fn removed(&mut self, id: ServerId) -> &mut (Server, Entry) {
        let removed = self.trash.iter_mut().find(|(server, _)| server.id == id);
        removed.expect("counts move only on a server that was added")
    }

    fn expect_position(&self, id: ServerId) -> ServerIndex {
        self.position(id).expect("an edited or removed server is in the list")
    }

    fn renumber(&mut self) {
        for (at, server) in self.servers.iter().enumerate() {
            let number = server.id.index();
            if self.positions.len() <= number {
                self.positions.resize(number + 1, ABSENT);
            }
            self.positions[number] = at as u32;
        }
    }
}
