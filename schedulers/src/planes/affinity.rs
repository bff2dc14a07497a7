//! How kube-proxy remembers a client's server (`ClientIP`): iptables' `recent` lists and nftables' sets, one a server.
//!
//! Both restart a client's time at each new connection. A list of `recent` holds 100 clients, and the next one pushes out the
//! one that was set longest ago; a set of nftables holds 65,535, and refuses the next one. In order of the servers, the first that
//! remembers a client gets it.
//!
//! Source: xt_recent.c and nft_dynset.c of Linux 6.1, kube-proxy's two proxiers.

use alloc::vec::Vec;
use core::net::IpAddr;

use crate::time::{Span, Time};

/// A client, and when it was set last.
#[derive(Clone, Copy, Debug)]
struct Stamp {
    client: IpAddr,
    at: Time,
}

/// The list of one server in iptables mode, least recently set first.
#[derive(Clone, Debug)]
pub struct RecentClients {
    timeout: Span,
    stamps: Vec<Stamp>,
}

impl RecentClients {
    /// How many clients a list holds (`ip_list_tot`).
    pub const ROOM: usize = 100;

    /// A list whose clients are remembered for `timeout` after their last new connection, that instant included.
    pub fn new(timeout: Span) -> Self {
        Self { timeout, stamps: Vec::new() }
    }

    /// `--rcheck --seconds --reap`: whether the client is remembered. Forgets the client set longest ago if its time is over.
    pub fn remembers(&mut self, client: IpAddr, now: Time) -> bool {
        let fresh = |stamp: &Stamp| stamp.at + self.timeout >= now;
        let remembers = self.stamps.iter().any(|stamp| stamp.client == client && fresh(stamp));
        if self.stamps.first().is_some_and(|oldest| !fresh(oldest)) {
            self.stamps.remove(0);
        }
        remembers
    }

    /// `--set`: a new connection of the client comes to the server.
    pub fn set(&mut self, client: IpAddr, now: Time) {
        match self.stamps.iter().position(|stamp| stamp.client == client) {
            Some(at) => drop(self.stamps.remove(at)),
            None if self.stamps.len() == Self::ROOM => drop(self.stamps.remove(0)),
            None => {}
        }
        self.stamps.push(Stamp { client, at: now });
    }
}

/// The set of one server in nftables mode.
#[derive(Clone, Debug)]
pub struct StickyClients {
    timeout: Span,
    /// In order of address.
    stamps: Vec<Stamp>,
}

impl StickyClients {
    /// How many clients a set holds, if its rule gives no size.
    pub const ROOM: usize = 65_535;

    /// A set whose clients vanish `timeout` after their last new connection.
    pub fn new(timeout: Span) -> Self {
        Self { timeout, stamps: Vec::new() }
    }

    /// Whether the client is in the set.
    pub fn remembers(&self, client: IpAddr, now: Time) -> bool {
        let found = self.stamps.binary_search_by_key(&client, |stamp| stamp.client);
        found.is_ok_and(|at| self.stamps[at].at + self.timeout > now)
    }

    /// `update`: a new connection of the client comes to the server. Whether there was room for it.
    pub fn set(&mut self, client: IpAddr, now: Time) -> bool {
        let stamp = Stamp { client, at: now };
        match self.stamps.binary_search_by_key(&client, |stamp| stamp.client) {
            Ok(at) => self.stamps[at] = stamp,
            Err(_) => {
                let timeout = self.timeout;
                if self.stamps.len() == Self::ROOM {
                    self.stamps.retain(|stamp| stamp.at + timeout > now);
                }
                if self.stamps.len() == Self::ROOM {
                    return false;
                }
                let at = self.stamps.partition_point(|stamp| stamp.client < client);
                self.stamps.insert(at, stamp);
            }
        }
        true
    }
}
