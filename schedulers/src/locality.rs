//! What `lblc` and `lblcr` share: the cache from destination address to server or set of servers.
//!
//! The cache is cleaned by a timer every 60 s (kernel spec, section 1.10). Nobody can see the cache between two
//! decisions, so the ticks that fell due are carried out, in order, when the next decision is made.

use alloc::vec::Vec;
use core::net::IpAddr;

use crate::flow::fold;
use crate::hash::hash32;
use crate::profile::{KernelProfile, LocalityCache};
use crate::time::{Span, Time};
use crate::wheel::TimerClock;

const BITS: u32 = 10;
const CHAINS: usize = 1 << BITS;
/// Above this many entries the collector no longer waits for the full check.
const MAX_SIZE: i64 = 16 * CHAINS as i64;
/// At this many a capped cache takes no new entry.
const CAP: i64 = MAX_SIZE * 3 / 2;
const TICK: Span = Span::from_secs(60);
/// All entries are checked once in this many ticks.
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
    timer: TimerClock,
    next_tick: Time,
}

impl<V> Locality<V> {
    pub(crate) fn new(profile: &KernelProfile, now: Time) -> Self {
        let chains = (0..CHAINS).map(|_| Vec::new()).collect();
        let (next_tick, _) = profile.locality_timer.bucket(now, TICK);
        Self {
            bounds: profile.locality_cache,
            expiration: profile.locality_expiration,
            chains,
            entries: 0,
            rover: 0,
            counter: 1,
            timer: profile.locality_timer,
            next_tick,
        }
    }

    /// From now on, entries go when they have not been used for this long.
    pub(crate) fn set_expiration(&mut self, expiration: Span) {
        self.expiration = expiration;
    }

    /// Carries out the collector's ticks up to `now`.
    #[inline]
    pub(crate) fn collect(&mut self, now: Time) {
        while self.next_tick <= now {
            let tick = self.next_tick;
            (self.next_tick, _) = self.timer.bucket(tick, TICK);
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

#[cfg(test)]
mod tests;
