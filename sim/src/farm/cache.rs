//! Object caches: a real server that has seen an object lately has little work with it.
//!
//! The object is the flow's destination, which is what `dh`, `lblc` and `lblcr` go by. It is kept from the moment that a
//! server takes a connection for it; what was used least recently goes first.

use alloc::vec::Vec;

use ipvslab_schedulers::{ServerId, Span};

use crate::farm::lru::Lru;
use crate::outcome::CacheTotals;
use crate::request::Arrival;
use crate::setup::{CacheRoom, ObjectCache};

/// A cache at work.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    of: ObjectCache,
    objects: Lru,
    /// Counted since the window opened.
    counted: CacheTotals,
}

impl Cache {
    fn new(of: ObjectCache) -> Self {
        let room = match of.room {
            CacheRoom::Objects(objects) => objects.into(),
            CacheRoom::Bytes(bytes) => bytes,
        };
        Self { of, objects: Lru::new(room), counted: CacheTotals::default() }
    }

    /// The work of a connection, after a look into the cache.
    fn work(&mut self, arrival: &Arrival) -> Span {
        let size = match self.of.room {
            CacheRoom::Objects(_) => 1,
            // An empty object takes room too, or there would be no end of them.
            CacheRoom::Bytes(_) => arrival.sizes.response.max(1),
        };
        if self.objects.touch(arrival.flow.destination, size) {
            self.counted.hits += 1;
            self.of.hit
        } else {
            self.counted.misses += 1;
            arrival.work + self.of.miss
        }
    }
}

/// The caches of all servers by id; empty if no server has one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caches {
    caches: Vec<Option<Cache>>,
    /// What was counted when the window closed.
    window: Vec<Option<CacheTotals>>,
}

impl Caches {
    pub(crate) fn new(of: &[Option<ObjectCache>]) -> Self {
        let caches = of.iter().map(|cache| cache.map(Cache::new)).collect();
        Self { caches, window: Vec::new() }
    }

    /// The work that a request is for a server with or without a cache.
    pub(crate) fn work(&mut self, server: ServerId, asked: &Arrival) -> Span {
        match self.caches.get_mut(server.index()) {
            Some(Some(cache)) => cache.work(asked),
            _ => asked.work,
        }
    }

    /// A server that was started anew has seen nothing.
    pub(crate) fn forget(&mut self, server: ServerId) {
        if let Some(Some(cache)) = self.caches.get_mut(server.index()) {
            cache.objects.clear();
        }
    }

    pub(crate) fn open_window(&mut self) {
        self.caches.iter_mut().flatten().for_each(|cache| cache.counted = CacheTotals::default());
    }

    pub(crate) fn close_window(&mut self) {
        self.window = self.caches.iter().map(|cache| cache.as_ref().map(|cache| cache.counted)).collect();
    }

    /// Hits and misses of a server within the window.
    pub(crate) fn over_window(&self, server: usize) -> Option<CacheTotals> {
        *self.window.get(server)?
    }
}
