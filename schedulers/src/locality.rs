//! What `lblc` and `lblcr` share: the cache from destination address to server, and the question "busy?".
//!
//! The cache is cleaned by a timer every 60 s (kernel spec, section 1.10). Nobody can see the cache between two
//! decisions, so the ticks that fell due are carried out, in order, when the next decision is made.

use alloc::vec::Vec;
use core::net::IpAddr;

use crate::flow::fold;
use crate::hash::hash32;
use crate::profile::LocalityCache;
use crate::table::{Server, ServerIndex, ServerTable};
use crate::time::{Span, Time};

const BITS: u32 = 10;
const CHAINS: usize = 1 << BITS;
/// Above this many entries the collector no longer waits for the full check.
const MAX_SIZE: i64 = 16 * CHAINS as i64;
/// At this many a capped cache takes no new entry.
const CAP: i64 = MAX_SIZE * 3 / 2;
const TICK: Span = Span::from_secs(60);
/// Every so many ticks all entries are checked.
const FULL_CHECK_EVERY: u32 = 30;
/// The age that a partial collection looks for.
const PARTIAL_AGE: Span = Span::from_secs(6 * 60);

#[derive(Clone, Debug)]
struct Entry<V> {
    address: IpAddr,
    used: Time,
    value: V,
}

/// A cache from destination address to `V`.
#[derive(Clone, Debug)]
pub(crate) struct Locality<V> {
    bounds: LocalityCache,
    expiration: Span,
    chains: Vec<Vec<Entry<V>>>,
    /// The kernel's own count, which may drift from the truth (see [`replace`](Self::replace)).
    entries: i64,
    rover: usize,
    counter: u32,
    next_tick: Time,
}

impl<V> Locality<V> {
    pub(crate) fn new(bounds: LocalityCache, expiration: Span, now: Time) -> Self {
        let chains = (0..CHAINS).map(|_| Vec::new()).collect();
        Self { bounds, expiration, chains, entries: 0, rover: 0, counter: 1, next_tick: now + TICK }
    }

    /// Carries out the collector's ticks up to `now`.
    #[inline]
    pub(crate) fn collect(&mut self, now: Time) {
        while self.next_tick <= now {
            let tick = self.next_tick;
            self.next_tick += TICK;
            if self.counter.is_multiple_of(FULL_CHECK_EVERY) {
                for chain in 0..CHAINS {
                    self.entries -= self.drop_older(chain, self.expiration, tick);
                }
                self.counter = 1;
            } else if self.entries <= MAX_SIZE {
                self.counter += 1;
            } else {
                self.collect_some(tick);
            }
        }
    }

    /// Marks the entry of an address as used; `None` if there is none.
    #[inline]
    pub(crate) fn hit(&mut self, address: IpAddr, now: Time) -> Option<&mut V> {
        let chain = &mut self.chains[hash32(fold(address), BITS)];
        let entry = chain.iter_mut().find(|entry| entry.address == address)?;
        entry.used = now;
        Some(&mut entry.value)
    }

    /// A new entry, unless the cache is capped and full.
    pub(crate) fn insert(&mut self, address: IpAddr, value: V, now: Time) {
        if self.bounds == LocalityCache::Capped && self.entries >= CAP {
            return;
        }
        self.chains[hash32(fold(address), BITS)].push(Entry { address, used: now, value });
        self.entries += 1;
    }

    /// Another value for an address that has an entry. Older kernels count the entry twice.
    pub(crate) fn replace(&mut self, address: IpAddr, value: V, now: Time) {
        let chain = &mut self.chains[hash32(fold(address), BITS)];
        chain.retain(|entry| entry.address != address);
        if self.bounds == LocalityCache::Capped {
            self.entries -= 1;
        }
        self.insert(address, value, now);
    }

    /// The kernel's count of entries.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> i64 {
        self.entries
    }

    fn collect_some(&mut self, tick: Time) {
        let mut goal = ((self.entries - MAX_SIZE) * 4 / 3).min(MAX_SIZE / 2);
        for step in 1..=CHAINS {
            let chain = (self.rover + step) % CHAINS;
            let dropped = self.drop_older(chain, PARTIAL_AGE, tick);
            self.entries -= dropped;
            goal -= dropped;
            if goal <= 0 || step == CHAINS {
                self.rover = chain;
                return;
            }
        }
    }

    fn drop_older(&mut self, chain: usize, age: Span, now: Time) -> i64 {
        let chain = &mut self.chains[chain];
        let before = chain.len();
        chain.retain(|entry| now < entry.used + age);
        (before - chain.len()) as i64
    }
}

/// Counts the servers under half of their weight, so that "busy" is answered at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slack {
    has: Vec<bool>,
    count: usize,
}

impl Slack {
    pub(crate) fn new(servers: &ServerTable) -> Self {
        let mut slack = Self::default();
        slack.rebuild(servers);
        slack
    }

    pub(crate) fn rebuild(&mut self, servers: &ServerTable) {
        self.has = servers.servers().iter().map(under_half).collect();
        self.count = self.has.iter().filter(|&&has| has).count();
    }

    #[inline]
    pub(crate) fn update(&mut self, at: ServerIndex, servers: &ServerTable) {
        let now = under_half(servers.server(at));
        let before = core::mem::replace(&mut self.has[at.get()], now);
        self.count = self.count + usize::from(now) - usize::from(before);
    }

    /// Whether the server has more active connections than its weight while another is under half of its own.
    #[inline]
    pub(crate) fn is_busy(&self, server: &Server) -> bool {
        server.active() > server.weight() && self.count > 0
    }
}

#[inline]
fn under_half(server: &Server) -> bool {
    server.active().wrapping_mul(2) < server.weight()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    fn at(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn an_idle_entry_leaves_at_the_full_check_after_its_expiration() {
        let mut cache = Locality::new(LocalityCache::Capped, Span::from_secs(86_400), Time::ZERO);
        cache.insert(address(1), (), at(10));
        // 24 h and 10 s later it is due; the full checks are at 24:00:00 and 24:30:00.
        cache.collect(at(86_400 + 1_799));
        assert_eq!(cache.entries(), 1);
        cache.collect(at(86_400 + 1_800));
        assert_eq!(cache.entries(), 0);
        assert!(cache.hit(address(1), at(90_000)).is_none());
    }

    #[test]
    fn a_hit_makes_an_entry_young_again() {
        let mut cache = Locality::new(LocalityCache::Capped, Span::from_secs(86_400), Time::ZERO);
        cache.insert(address(1), (), at(0));
        assert!(cache.hit(address(1), at(50_000)).is_some());
        cache.collect(at(100_000));
        assert_eq!(cache.entries(), 1);
    }

    #[test]
    fn replacing_counts_twice_in_older_kernels_only() {
        for (bounds, entries) in [(LocalityCache::Unbounded, 2), (LocalityCache::Capped, 1)] {
            let mut cache = Locality::new(bounds, Span::from_secs(86_400), Time::ZERO);
            cache.insert(address(1), 'a', at(0));
            cache.replace(address(1), 'b', at(1));
            assert_eq!(cache.entries(), entries);
            assert_eq!(cache.hit(address(1), at(2)), Some(&mut 'b'));
        }
    }

    #[test]
    fn a_capped_cache_stops_at_24576_entries() {
        for (bounds, entries) in [(LocalityCache::Unbounded, 30_000), (LocalityCache::Capped, 24_576)] {
            let mut cache = Locality::new(bounds, Span::from_secs(86_400), Time::ZERO);
            (0..30_000).for_each(|number| cache.insert(address(number), (), at(0)));
            assert_eq!(cache.entries(), entries);
        }
    }

    #[test]
    fn above_16384_entries_a_tick_collects_those_idle_for_six_minutes() {
        let mut cache = Locality::new(LocalityCache::Capped, Span::from_secs(86_400), Time::ZERO);
        (0..20_000).for_each(|number| cache.insert(address(number), (), at(0)));
        cache.collect(at(359));
        assert_eq!(cache.entries(), 20_000);
        // The goal is (20000 − 16384)·4/3 = 4821; whole chains are visited until it is reached.
        cache.collect(at(360));
        let left = cache.entries();
        assert!((20_000 - 4_821 - 40..=20_000 - 4_821).contains(&left), "{left}");
    }
}
